// SPDX-License-Identifier: GPL-2.0-only
/*
 * genl_user: ask the family CONTROL_EXMPL for an echo, with nothing but a netlink socket
 *
 * First the controller is asked for the family's id, then that family for its answer. Libraries do all of this (libnl,
 * libmnl, the kernel's ynl); here one sees what there is to do.
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "genl.h"

struct message {
	struct nlmsghdr header;
	struct genlmsghdr genl;
	char attributes[2048];
};

#define HEADERS (NLMSG_HDRLEN + GENL_HDRLEN)

/* Send a command with one string as its attribute, and wait for the answer, in the same place; 0 or -1. */
static int ask(int fd, struct message *message, int family, int command, int attribute, const char *string)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlattr *attr = (struct nlattr *)message->attributes;
	ssize_t n;

	memset(message, 0, sizeof(*message));
	attr->nla_type = attribute;
	attr->nla_len = NLA_HDRLEN + strlen(string) + 1;
	memcpy((char *)attr + NLA_HDRLEN, string, strlen(string) + 1);
	message->header.nlmsg_type = family;
	message->header.nlmsg_flags = NLM_F_REQUEST;
	message->header.nlmsg_len = HEADERS + NLA_ALIGN(attr->nla_len);
	message->genl.cmd = command;
	message->genl.version = 1;
	if (sendto(fd, message, message->header.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0) {
		perror("sendto");
		return -1;
	}
	n = recv(fd, message, sizeof(*message), 0);
	if (n < 0) {
		perror("recv");
		return -1;
	}
	if (!NLMSG_OK(&message->header, n)) {
		fprintf(stderr, "invalid reply message\n");
		return -1;
	}
	return 0;
}

/* An attribute of an answer, if it is there and whole, with that many bytes at least. */
static const struct nlattr *find(const struct message *message, int type, size_t size)
{
	size_t left = message->header.nlmsg_len - HEADERS;
	const char *at = message->attributes;

	while (left >= NLA_HDRLEN) {
		const struct nlattr *attr = (const struct nlattr *)at;
		size_t step = NLA_ALIGN(attr->nla_len);

		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > left)
			return NULL;
		if ((attr->nla_type & NLA_TYPE_MASK) == type && attr->nla_len >= NLA_HDRLEN + size)
			return attr;
		if (step >= left)
			return NULL;
		at += step;
		left -= step;
	}
	return NULL;
}

static const void *data_of(const struct nlattr *attr)
{
	return (const char *)attr + NLA_HDRLEN;
}

static int refused(const struct message *message)
{
	return message->header.nlmsg_type == NLMSG_ERROR || message->header.nlmsg_len < HEADERS;
}

/* The family's id, or -1. */
static int resolve(int fd, struct message *message)
{
	const struct nlattr *id;

	if (ask(fd, message, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME, DOC_EXMPL_NAME))
		return -1;
	id = refused(message) ? NULL : find(message, CTRL_ATTR_FAMILY_ID, sizeof(__u16));
	if (!id) {
		fprintf(stderr, "received error\n");
		puts("error received NACK - leaving ");
		return -1;
	}
	return *(const __u16 *)data_of(id);
}

int main(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	struct message message;
	const struct nlattr *text;
	int id;

	if (fd < 0) {
		perror("socket");
		return 255;
	}
	id = resolve(fd, &message);
	if (id < 0 || ask(fd, &message, id, DOC_EXMPL_C_ECHO, DOC_EXMPL_A_MSG, "hello world!"))
		return 255;
	text = refused(&message) ? NULL : find(&message, DOC_EXMPL_A_MSG, 1);
	if (!text) {
		puts("error received NACK - leaving ");
		return 255;
	}
	printf("kernel says: %.*s\n", text->nla_len - NLA_HDRLEN, (const char *)data_of(text));
	close(fd);
	return 0;
}
