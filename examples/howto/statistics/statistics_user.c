// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same statistics, read in the way that the argument says, printed alike:
 *
 *	statistics_user page | seq | ioctl | netlink | mmap
 *	statistics_user traffic N	let N packets arrive
 *	statistics_user watch N		print the next N alarms as they come, after saying that it listens
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "statistics_read.h"

static void print(const struct statistics_record *r)
{
	printf(STATISTICS_LINE, r->id, r->packets, r->bytes, r->dropped);
}

static int print_text(const char *file)
{
	char *text;
	long length = statistics_read_text(file, &text);

	if (length > 0)
		fwrite(text, 1, length, stdout);
	free(text);
	return length < 0;
}

static int print_records(long (*read_records)(struct statistics_record **records))
{
	struct statistics_record *records = NULL;
	long i, count = read_records(&records);

	for (i = 0; i < count; i++)
		print(&records[i]);
	free(records);
	return count < 0;
}

static int traffic(unsigned long packets)
{
	int fd = open(STATISTICS_DEVICE, O_RDWR);

	if (fd < 0 || ioctl(fd, STATISTICS_TRAFFIC, packets) < 0) {
		perror(STATISTICS_DEVICE);
		return 1;
	}
	return 0;
}

static int watch(unsigned long alarms)
{
	struct statistics_family family;
	struct statistics_record record;
	int fd = statistics_netlink_open(&family);

	if (fd < 0)
		return 1;
	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &family.alarms, sizeof(family.alarms)) < 0) {
		perror("joining the group");
		return 1;
	}
	puts("listening");
	fflush(stdout);
	while (alarms) {
		if (!statistics_netlink_wait(fd, &record)) {
			print(&record);
			alarms--;
		} else if (errno == ENOBUFS) {
			puts("alarms were lost");
		} else {
			perror("waiting for an alarm");
			return 1;
		}
		fflush(stdout);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "";

	if (argc == 2 && !strcmp(way, "page"))
		return print_text(STATISTICS_PAGE);
	if (argc == 2 && !strcmp(way, "seq"))
		return print_text(STATISTICS_SEQ);
	if (argc == 2 && !strcmp(way, "ioctl"))
		return print_records(statistics_read_ioctl);
	if (argc == 2 && !strcmp(way, "netlink"))
		return print_records(statistics_read_netlink);
	if (argc == 2 && !strcmp(way, "mmap"))
		return print_records(statistics_read_mmap);
	if (argc == 3 && !strcmp(way, "traffic"))
		return traffic(strtoul(argv[2], NULL, 10));
	if (argc == 3 && !strcmp(way, "watch"))
		return watch(strtoul(argv[2], NULL, 10));
	fprintf(stderr, "usage: statistics_user page | seq | ioctl | netlink | mmap | traffic N | watch N\n");
	return 2;
}
