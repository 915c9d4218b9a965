// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the statistics example's program does not do; an error is said by its name alone.
 *
 *	statistics_probe ioctl SIZE		the table into SIZE bytes: "needed N", and how many were written
 *	statistics_probe fault			the table to an address that is none
 *	statistics_probe traffic		on a read-only descriptor
 *	statistics_probe map write|protect|beyond
 *	statistics_probe get			the dump command without NLM_F_DUMP
 *	statistics_probe dump SIZE		a dump, received in pieces of SIZE bytes: the number of records
 *	statistics_probe hold map|dump|seq	half-way through, says "open" and waits until standard input ends
 */
#include "../../examples/howto/statistics/statistics_files.c"
#include "../../examples/howto/statistics/statistics_netlink.c"

static int fail(void)
{
	fprintf(stderr, "%s\n", strerrorname_np(errno));
	return 1;
}

static int get(size_t size, int bad)
{
	int fd = open(STATISTICS_DEVICE, O_RDONLY), status;
	size_t most = 1 << 20, written = most;
	char *data = malloc(most);
	struct statistics_get get = { .buffer = bad ? 8 : (uintptr_t)data, .size = size };

	memset(data, 0x5a, most);
	status = ioctl(fd, STATISTICS_GET, &get);
	while (written && data[written - 1] == 0x5a)
		written--;
	if (status < 0)
		fail();
	printf("needed %u\n%s\n", get.needed, written ? "written" : "nothing written");
	return status < 0;
}

static int map(const char *how)
{
	int fd = open(STATISTICS_DEVICE, O_RDWR);
	int writes = !strcmp(how, "write");
	void *area;

	area = mmap(NULL, 4096, PROT_READ | (writes ? PROT_WRITE : 0), MAP_SHARED, fd, how[0] == 'b' ? 1 << 20 : 0);
	if (area == MAP_FAILED)
		return fail();
	if (!strcmp(how, "protect") && mprotect(area, 4096, PROT_READ | PROT_WRITE))
		return fail();
	return 0;
}

/* A socket that has not read anything: the kernel sizes a dump's buffers by the largest read that it has seen. */
static int ask(int *id)
{
	struct statistics_family family;

	close(statistics_netlink_open(&family));
	*id = family.id;
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
}

static int plain_get(void)
{
	struct nlmsghdr *h = (struct nlmsghdr *)buffer;
	int family, fd = ask(&family);

	send_request(fd, family, STATISTICS_C_GET, 0, 0, NULL);
	recv(fd, buffer, SIZE, 0);
	errno = -*(int *)NLMSG_DATA(h);
	return fail();
}

/* Buffers just large enough for a message: the kernel must not rely on a large one. */
static int small_dump(size_t size)
{
	size_t bytes = 0;
	int family, n, fd = ask(&family);

	send_request(fd, family, STATISTICS_C_GET, NLM_F_DUMP, 0, NULL);
	while ((n = recv(fd, buffer, size, MSG_TRUNC)) > 0) {
		struct nlmsghdr *h = (struct nlmsghdr *)buffer;

		if ((size_t)n > size) {
			printf("cut\n");
			return 1;
		}
		for (; NLMSG_OK(h, (unsigned int)n); h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_type == NLMSG_DONE) {
				errno = -*(int *)NLMSG_DATA(h);
				printf("%zu\n", bytes / sizeof(struct statistics_record));
				return errno ? fail() : 0;
			}
			bytes += find_in_message(h, STATISTICS_A_RECORDS)->nla_len - NLA_HDRLEN;
		}
	}
	return fail();
}

static int hold(const char *what)
{
	int family, fd = what[0] == 's' ? open(STATISTICS_SEQ, O_RDONLY) : open(STATISTICS_DEVICE, O_RDONLY);
	ssize_t n = 0;

	if (what[0] == 'm') {
		if (!statistics_map(fd))
			return fail();
		close(fd);
	} else if (what[0] == 'd') {
		close(fd);
		fd = ask(&family);
		send_request(fd, family, STATISTICS_C_GET, NLM_F_DUMP, 0, NULL);
		n = recv(fd, buffer, 4200, 0);
	} else {
		n = read(fd, buffer, 100);
	}
	if (n < 0)
		return fail();
	puts("open");
	fflush(stdout);
	n = read(0, buffer, 1);
	if (what[0] == 's')
		return read(fd, buffer, 100) < 0 ? fail() : 0;
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "", *more = argc > 2 ? argv[2] : "";

	if (!strcmp(verb, "ioctl"))
		return get(atol(more), 0);
	if (!strcmp(verb, "fault"))
		return get(1 << 20, 1);
	if (!strcmp(verb, "traffic"))
		return ioctl(open(STATISTICS_DEVICE, O_RDONLY), STATISTICS_TRAFFIC, 1UL) ? fail() : 0;
	if (!strcmp(verb, "map"))
		return map(more);
	if (!strcmp(verb, "get"))
		return plain_get();
	if (!strcmp(verb, "dump"))
		return small_dump(atol(more));
	if (!strcmp(verb, "hold"))
		return hold(more);
	fprintf(stderr, "statistics_probe: what is %s?\n", verb);
	return 2;
}
