// SPDX-License-Identifier: MIT
/*
 * packet: sockets. Each hears but what it is for: a filter in the kernel drops the rest, so that a
 * flood of events pushes no reply out of a queue, nor one service's events another's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "packet.h"

/* Instructions of the longest filter: the operation, eight words of a name, two verdicts */
#define FILTER_MAX	(4 + 2 * KULINK_NAME_SIZE / 4)

int kulink_packet_socket(void)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0)
		return fd;
	return errno == EPERM ? -EACCES : -errno;
}

static int hear(int fd, const struct sockaddr_ll *at, struct sock_filter *filter, size_t n)
{
	struct sock_fprog program = { .len = n, .filter = filter };
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET, .sll_protocol = htons(KULINK_PACKET_ETHERTYPE),
		.sll_ifindex = at->sll_ifindex,
	};

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)))
		return -errno;
	return 0;
}

/* The filter's loads are big-endian, the message is in our own order: htons(), htonl() */
int kulink_packet_hear_replies(int fd, const struct sockaddr_ll *at, uint16_t program)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct kulink_msg, op)),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, htons(KULINK_OP_REPLY), 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct kulink_msg, id)),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, htonl(0xffff0000)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl((uint32_t)program << 16), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	return hear(fd, at, filter, sizeof(filter) / sizeof(*filter));
}

int kulink_packet_hear_events(int fd, const struct sockaddr_ll *at, const char *service)
{
	struct sock_filter filter[FILTER_MAX + 1] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct kulink_msg, op)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(KULINK_OP_EVENT), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(KULINK_OP_GONE), 0,
			 2 * KULINK_NAME_SIZE / 4 + 1),
	};
	char name[KULINK_NAME_SIZE] = "";
	unsigned int i, n = 3, words = KULINK_NAME_SIZE / 4;
	uint32_t word;

	memcpy(name, service, strnlen(service, sizeof(name) - 1));
	for (i = 0; i < words; i++) {
		memcpy(&word, name + 4 * i, sizeof(word));
		filter[n++] = (struct sock_filter)
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
				 offsetof(struct kulink_msg, service) + 4 * i);
		filter[n++] = (struct sock_filter)
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(word), 0,
				 2 * (words - 1 - i) + 1);
	}
	filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0xffffffff);
	filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	return hear(fd, at, filter, n);
}

/* /sys/class/net/INTERFACE/NAME; -ENOENT */
static int attribute(const char *root, const char *interface, const char *name, char *text,
		     size_t size)
{
	int error = kulink_file_line(root, "/sys/class/net", interface, name, text, size);

	return error == -ENODEV ? -ENOENT : error;
}

static int number(const char *root, const char *interface, const char *name, int *value)
{
	char text[24];
	int error = attribute(root, interface, name, text, sizeof(text));

	*value = error ? 0 : atoi(text);
	return error;
}

static int station(const char *root, const char *interface, struct sockaddr_ll *to)
{
	unsigned char *a = to->sll_addr;
	char text[64];
	int error = attribute(root, interface, "address", text, sizeof(text));

	if (error)
		return error;
	to->sll_family = AF_PACKET;
	to->sll_protocol = htons(KULINK_PACKET_ETHERTYPE);
	to->sll_halen = 6;
	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", a, a + 1, a + 2, a + 3, a + 4,
		      a + 5) == 6 ? 0 : -ENOENT;
}

/* What the interface is, and what it is one end of */
static int look_at(const char *root, const char *interface, struct sockaddr_ll *to, int *other, int *type)
{
	int error = number(root, interface, "ifindex", &to->sll_ifindex);

	if (!error)
		error = station(root, interface, to);
	if (!error)
		error = number(root, interface, "iflink", other);
	return error ? error : number(root, interface, "type", type);
}

/* 0: the other end's other end is @index */
static int leads_back(const char *root, int other, int index)
{
	char name[IF_NAMESIZE];
	int back, error;

	if (other == index)
		return -ENOENT;
	if (!if_indextoname(other, name))
		return errno == ENXIO ? -ENOENT : -errno;
	error = number(root, name, "iflink", &back);
	return error || back == index ? error : -ENOENT;
}

/*
 * What we send by an interface goes out by it and does not come in: to be heard on it takes lo, or the
 * other end of a pair.
 */
int kulink_packet_route(const char *root, const char *interface, struct sockaddr_ll *to, char *why,
			size_t size)
{
	int index, other, type, error;

	*to = (struct sockaddr_ll){ 0 };
	error = look_at(root, interface, to, &other, &type);
	if (error == -ENOENT && why)
		snprintf(why, size, "there is no interface %s here, or it is no Ethernet", interface);
	if (error || type == ARPHRD_LOOPBACK)
		return error;
	index = to->sll_ifindex;
	to->sll_ifindex = other;
	error = leads_back(root, other, index);
	if (error == -ENOENT && why)
		snprintf(why, size, "what this machine sends by %s does not come in by it: ask from "
			 "another machine, or name lo or one of a veth pair", interface);
	return error;
}

int kulink_packet_receive(struct packet *p, int fd)
{
	ssize_t n;

	do {
		n = recv(fd, &p->frame, sizeof(p->frame), 0);
	} while (n < 0 && (errno == EINTR || errno == ENETDOWN));	/* down: told once */
	if (n >= 0)
		return n;
	return errno == EWOULDBLOCK ? -EAGAIN : -errno;
}
