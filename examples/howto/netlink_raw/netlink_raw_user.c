// SPDX-License-Identifier: GPL-2.0-only
/*
 * netlink_raw_user: messages to and from the netlink protocol of this example
 *
 *	netlink_raw_user		send a text, print what comes back
 *	netlink_raw_user tell TEXT	send a text to all who listen
 *	netlink_raw_user listen [N]	print N texts, one if not said, and leave
 *
 * It is the ordinary socket interface: socket(), bind() to join groups, send() and recv(). Port and address 0 are the
 * kernel's.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink_raw.h"

struct message {
	struct nlmsghdr header;
	char text[1024];
};

static int failed(const char *what)
{
	perror(what);
	return -1;
}

/* A socket that has joined the groups of that mask: bit 0 is group 1. */
static int open_socket(unsigned int groups)
{
	struct sockaddr_nl own = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_RAW_UNIT);

	if (fd < 0)
		return failed("socket");
	if (bind(fd, (struct sockaddr *)&own, sizeof(own)))
		return failed("bind");
	return fd;
}

static int put(int fd, int type, const char *text)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct message message = {
		.header.nlmsg_type = type,
		.header.nlmsg_flags = NLM_F_REQUEST,
	};
	size_t length = strnlen(text, sizeof(message.text));

	message.header.nlmsg_len = NLMSG_LENGTH(length);
	memcpy(message.text, text, length);
	if (sendto(fd, &message, message.header.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return failed("sendto");
	return 0;
}

/* Wait for a message and print it; an ENOBUFS says that some were lost, and there may be more to read. */
static int get(int fd, const char *from)
{
	struct message message;
	struct nlmsgerr *error = (struct nlmsgerr *)message.text;
	ssize_t n = recv(fd, &message, sizeof(message), 0);

	if (n < 0)
		return failed("recv");
	if (!NLMSG_OK(&message.header, n)) {
		fprintf(stderr, "recv: not a whole message\n");
		return -1;
	}
	if (message.header.nlmsg_type == NLMSG_ERROR) {
		errno = -error->error;
		return failed("the kernel refuses");
	}
	printf("%s: %.*s\n", from, (int)(message.header.nlmsg_len - NLMSG_HDRLEN), message.text);
	return 0;
}

static int listen_for(int n)
{
	int fd = open_socket(1 << (NETLINK_RAW_NEWS - 1));

	if (fd < 0)
		return 1;
	while (n-- > 0) {
		if (get(fd, "news") && errno != ENOBUFS)
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc > 1 && !strcmp(argv[1], "listen"))
		return listen_for(argc > 2 ? atoi(argv[2]) : 1);
	fd = open_socket(0);
	if (fd < 0)
		return 1;
	if (argc == 3 && !strcmp(argv[1], "tell"))
		return put(fd, NETLINK_RAW_TELL, argv[2]) != 0;
	if (argc > 1) {
		fprintf(stderr, "usage: netlink_raw_user [tell TEXT | listen [N]]\n");
		return 2;
	}
	return put(fd, NETLINK_RAW_ECHO, "hello kernel") || get(fd, "kernel says");
}
