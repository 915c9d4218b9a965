// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel events as they are.
 *
 *	uevent_io raw		listen, say "listening", print the next event of uevent_ex: each variable a line, after
 *				the header's and what the sender is; SEQNUM's digits and DEVPATH's left out
 *	uevent_io count		listen, say "listening", wait for a line from standard input, then drain: how many events
 *				there were, how often ENOBUFS, how many bytes and variables the largest had
 *	uevent_io send		send a forged event to the group
 */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char message[16384];

static int listen_to_kernel(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		fprintf(stderr, "%s\n", strerrorname_np(errno));
		exit(1);
	}
	puts("listening");
	fflush(stdout);
	return fd;
}

static ssize_t receive(int fd, struct sockaddr_nl *from, int flags)
{
	socklen_t length = sizeof(*from);
	ssize_t size = recvfrom(fd, message, sizeof(message) - 1, flags, (struct sockaddr *)from, &length);

	message[size > 0 ? size : 0] = '\0';
	return size;
}

static int ours(ssize_t size)
{
	return size > 0 && strstr(message, "@/") && strstr(message, "/howto_uevent/gauge");
}

static int do_raw(int fd)
{
	struct sockaddr_nl from;
	ssize_t size;
	char *at;

	do
		size = receive(fd, &from, 0);
	while (size < 0 || !ours(size));
	printf("from %u to group %u\n", from.nl_pid, from.nl_groups);
	for (at = message; at < message + size; at += strlen(at) + 1)
		printf("%.*s\n", (int)strcspn(at, strncmp(at, "SEQNUM=", 7) ? "" : "0123456789"), at);
	return 0;
}

static int do_count(int fd)
{
	int events = 0, overruns = 0, most = 0, variables;
	struct sockaddr_nl from;
	ssize_t size, largest = 0;
	char line[8], *at;

	if (read(0, line, sizeof(line)) < 0)
		return 2;
	for (;;) {
		size = receive(fd, &from, MSG_DONTWAIT);
		if (size < 0 && errno == ENOBUFS) {
			overruns++;
			continue;
		}
		if (size < 0)
			break;
		if (!ours(size))
			continue;
		events++;
		for (variables = 0, at = message + strlen(message) + 1; at < message + size; at += strlen(at) + 1)
			variables++;
		most = variables > most ? variables : most;
		size -= strlen(message) + 1;
		largest = size > largest ? size : largest;
	}
	printf("events %d overruns %d variables %d bytes %zd\n", events, overruns, most, largest);
	return errno != EAGAIN;
}

static int do_send(void)
{
	struct sockaddr_nl group = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	static const char text[] = "change@/devices/virtual/howto_uevent/gauge\0ACTION=change\0"
				   "DEVPATH=/devices/virtual/howto_uevent/gauge\0SUBSYSTEM=howto_uevent\0EXAMPLE_LEVEL=666";
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);

	if (sendto(fd, text, sizeof(text), 0, (struct sockaddr *)&group, sizeof(group)) < 0) {
		fprintf(stderr, "%s\n", strerrorname_np(errno));
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (!strcmp(verb, "raw"))
		return do_raw(listen_to_kernel());
	if (!strcmp(verb, "count"))
		return do_count(listen_to_kernel());
	if (!strcmp(verb, "send"))
		return do_send();
	fprintf(stderr, "uevent_io: what is %s?\n", verb);
	return 2;
}
