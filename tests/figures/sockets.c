// SPDX-License-Identifier: GPL-2.0-only
/* There and back over a socket: generic netlink, netlink, and UDP from one socket of this process to another. */
#include <errno.h>
#include <linux/genetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../examples/howto/genl/genl.h"
#include "../../examples/howto/netlink_raw/netlink_raw.h"
#include "figures.h"

struct request {
	struct nlmsghdr header;
	union {
		struct {
			struct genlmsghdr genl;
			struct nlattr attribute;
			char text[4096];
		};
		char raw[4096];
	};
};

struct exchange {
	int fd, peer;
	size_t size;
	struct request request;
};

static char answer[8192];

/* An error's answer has another type than ours. */
static int netlink_echo(void *argument)
{
	struct exchange *e = argument;
	struct nlmsghdr *h = (struct nlmsghdr *)answer;

	return send(e->fd, &e->request, e->request.header.nlmsg_len, 0) < 0 ||
	       recv(e->fd, answer, sizeof(answer), 0) < 0 || h->nlmsg_type != e->request.header.nlmsg_type;
}

static void set_genl(struct exchange *e, int family, int command, int attribute, size_t size)
{
	memset(&e->request, 0, sizeof(e->request));
	memset(e->request.text, 'x', size - 1);
	e->request.genl.cmd = command;
	e->request.genl.version = 1;
	e->request.attribute.nla_type = attribute;
	e->request.attribute.nla_len = NLA_HDRLEN + size;
	e->request.header.nlmsg_type = family;
	e->request.header.nlmsg_flags = NLM_F_REQUEST;
	e->request.header.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN) + NLMSG_ALIGN(NLA_HDRLEN + size);
}

/* The controller's answer begins with name and number. */
static int resolve(struct exchange *e)
{
	struct nlattr *a = (struct nlattr *)(answer + NLMSG_LENGTH(GENL_HDRLEN));

	set_genl(e, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME, sizeof(DOC_EXMPL_NAME));
	strcpy(e->request.text, DOC_EXMPL_NAME);
	if (netlink_echo(e))
		return -1;
	a = (struct nlattr *)((char *)a + NLMSG_ALIGN(a->nla_len));
	return *(__u16 *)(a + 1);
}

static void genl(void)
{
	static struct exchange e;
	int family;

	e.fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	family = resolve(&e);
	if (family < 0) {
		fprintf(stderr, "figures: left out: genl\n");
		return;
	}
	set_genl(&e, family, DOC_EXMPL_C_ECHO, DOC_EXMPL_A_MSG, 64);
	figure("genl", "generic netlink: 64 bytes there, 30 back", 50, netlink_echo, &e);
	close(e.fd);
}

static void netlink_raw(void)
{
	static struct exchange e;
	size_t size;

	e.fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_RAW_UNIT);
	if (e.fd < 0) {
		fprintf(stderr, "figures: left out: netlink_raw\n");
		return;
	}
	for (size = 64; size <= 4096; size = size == 64 ? 4096 : 8192) {
		memset(e.request.raw, 'x', size);
		e.request.header.nlmsg_type = NETLINK_RAW_ECHO;
		e.request.header.nlmsg_flags = NLM_F_REQUEST;
		e.request.header.nlmsg_len = NLMSG_LENGTH(size);
		if (size == 64)
			figure("netlink", "netlink: 64 bytes there and back", 50, netlink_echo, &e);
		else
			figure("netlink_4k", "netlink: 4 KiB there and back", 50, netlink_echo, &e);
	}
	close(e.fd);
}

/* Nothing of the kernel's answers: what UDP costs by itself. */
static int there_and_back(void *argument)
{
	struct exchange *e = argument;
	char *data = e->request.raw;

	return send(e->fd, data, e->size, 0) < 0 || recv(e->peer, answer, sizeof(answer), 0) != (ssize_t)e->size ||
	       send(e->peer, data, e->size, 0) < 0 || recv(e->fd, answer, sizeof(answer), 0) != (ssize_t)e->size;
}

static int bound(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(fd, (struct sockaddr *)address, length);
	getsockname(fd, (struct sockaddr *)address, &length);
	return fd;
}

static void udp_alone(void)
{
	struct sockaddr_in a = { 0 }, b = { 0 };
	static struct exchange e;

	e.fd = bound(&a);
	e.peer = bound(&b);
	connect(e.fd, (struct sockaddr *)&b, sizeof(b));
	connect(e.peer, (struct sockaddr *)&a, sizeof(a));
	e.size = 64;
	figure("udp_alone", "UDP: 64 bytes from one socket of a process to another and back", 50, there_and_back, &e);
	e.size = 4096;
	figure("udp_alone_4k", "UDP: 4 KiB so", 50, there_and_back, &e);
}

void figures_sockets(const char *unused)
{
	(void)unused;
	genl();
	netlink_raw();
	udp_alone();
}
