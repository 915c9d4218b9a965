/* SPDX-License-Identifier: GPL-2.0-only */
/* Generic netlink without any library: messages put together by hand; a TAP line a report(). */
#ifndef GENL_RAW_H
#define GENL_RAW_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/kulink.h>
#include <linux/netlink.h>

#define BUFFER	(256 << 10)

/* A request being built, then what came back. */
struct talk {
	int fd;
	uint32_t seq;
	uint16_t family;
	uint32_t groups[2];
	unsigned char request[BUFFER];
	unsigned char reply[BUFFER];
	ssize_t reply_len;
	char sentence[256];
};

static unsigned int tests, failures;

static inline void ok(int good, const char *what)
{
	tests++;
	failures += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", tests, what);
	fflush(stdout);
}

static inline void equal(const char *what, long got, long expected)
{
	ok(got == expected, what);
	if (got != expected)
		printf("# expected %ld, got %ld\n", expected, got);
}

static inline int end(void)
{
	printf("1..%u\n", tests);
	return !tests || failures;
}

/* This version or a later one */
static inline int kernel_is(int major, int minor)
{
	int here_major = 0, here_minor = 0;
	struct utsname name;

	uname(&name);
	sscanf(name.release, "%d.%d", &here_major, &here_minor);
	return here_major > major || (here_major == major && here_minor >= minor);
}

static inline struct nlmsghdr *head(struct talk *t)
{
	return (struct nlmsghdr *)t->request;
}

static inline struct genlmsghdr *genl(struct talk *t)
{
	return (struct genlmsghdr *)(t->request + NLMSG_HDRLEN);
}

static inline void begin(struct talk *t, uint16_t type, uint8_t cmd, uint16_t flags)
{
	memset(t->request, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	head(t)->nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN;
	head(t)->nlmsg_type = type;
	head(t)->nlmsg_flags = NLM_F_REQUEST | flags;
	head(t)->nlmsg_seq = ++t->seq;
	genl(t)->cmd = cmd;
	genl(t)->version = KULINK_GENL_VERSION;
}

/* @len as the attribute's header says it, @data_len bytes of it really there */
static inline void put_lying(struct talk *t, uint16_t type, const void *data, size_t data_len,
			     size_t len)
{
	struct nlattr *attr = (struct nlattr *)(t->request + head(t)->nlmsg_len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memset(attr + 1, 0, NLA_ALIGN(data_len));
	memcpy(attr + 1, data, data_len);
	head(t)->nlmsg_len += NLA_HDRLEN + NLA_ALIGN(data_len);
}

static inline void put(struct talk *t, uint16_t type, const void *data, size_t len)
{
	put_lying(t, type, data, len, len);
}

static inline void put_string(struct talk *t, uint16_t type, const char *s)
{
	put(t, type, s, strlen(s) + 1);
}

static inline const struct nlattr *find(const struct nlmsghdr *nlh, size_t offset, uint16_t type)
{
	const unsigned char *at = (const unsigned char *)nlh + NLMSG_HDRLEN + NLMSG_ALIGN(offset);
	const unsigned char *stop = (const unsigned char *)nlh + nlh->nlmsg_len;

	while (at + NLA_HDRLEN <= stop) {
		const struct nlattr *attr = (const struct nlattr *)at;

		if (attr->nla_len < NLA_HDRLEN)
			return NULL;
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		at += NLA_ALIGN(attr->nla_len);
	}
	return NULL;
}

static inline void keep_sentence(struct talk *t, const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;

	attr = nlh->nlmsg_flags & NLM_F_ACK_TLVS ?
	       find(nlh, sizeof(struct nlmsgerr), NLMSGERR_ATTR_MSG) : NULL;
	snprintf(t->sentence, sizeof(t->sentence), "%s", attr ? (const char *)(attr + 1) : "");
}

/* One datagram; its bytes or -errno */
static inline ssize_t receive(struct talk *t)
{
	t->reply_len = recv(t->fd, t->reply, sizeof(t->reply), 0);
	return t->reply_len < 0 ? -errno : t->reply_len;
}

/* Send what was built; 1: data came, 0: an ack alone; or -errno, with its sentence */
static inline int answer(struct talk *t)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->reply;
	int data = 0;

	t->sentence[0] = '\0';
	if (send(t->fd, t->request, head(t)->nlmsg_len, 0) < 0)
		return -errno;
	for (;;) {
		const struct nlmsgerr *error = (const struct nlmsgerr *)(t->reply + NLMSG_HDRLEN);
		ssize_t n = receive(t);

		if (n < 0)
			return n;
		if (nlh->nlmsg_type == NLMSG_DONE)
			return data;
		if (nlh->nlmsg_type != NLMSG_ERROR) {
			data = 1;
			if (nlh->nlmsg_flags & NLM_F_MULTI && head(t)->nlmsg_flags & NLM_F_ACK)
				return data;
			continue;
		}
		keep_sentence(t, nlh);
		return error->error ? error->error : data;
	}
}

static inline void take_groups(struct talk *t, const struct nlattr *groups)
{
	const unsigned char *at = (const unsigned char *)(groups + 1);
	const unsigned char *stop = (const unsigned char *)groups + groups->nla_len;

	/* each group is a nest of its name and its number; a message's shape serves for finding */
	for (; at + NLA_HDRLEN <= stop; at += NLA_ALIGN(((const struct nlattr *)at)->nla_len)) {
		const struct nlattr *nest = (const struct nlattr *)at;
		unsigned char copy[256] = { 0 };
		struct nlmsghdr *nlh = (struct nlmsghdr *)copy;
		const struct nlattr *name, *id;
		size_t len = nest->nla_len - NLA_HDRLEN;

		if (len > sizeof(copy) - NLMSG_HDRLEN)
			return;
		nlh->nlmsg_len = NLMSG_HDRLEN + len;
		memcpy(copy + NLMSG_HDRLEN, nest + 1, len);
		name = find(nlh, 0, CTRL_ATTR_MCAST_GRP_NAME);
		id = find(nlh, 0, CTRL_ATTR_MCAST_GRP_ID);
		if (name && id)
			memcpy(&t->groups[strcmp((const char *)(name + 1), KULINK_GENL_EVENTS) != 0],
			       id + 1, sizeof(uint32_t));
	}
}

/* 0 or -errno */
static inline int resolve(struct talk *t, const char *family)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->reply;
	const struct nlattr *id, *groups;

	begin(t, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	put_string(t, CTRL_ATTR_FAMILY_NAME, family);
	if (send(t->fd, t->request, head(t)->nlmsg_len, 0) < 0 || receive(t) < 0)
		return -errno;
	if (nlh->nlmsg_type == NLMSG_ERROR)
		return ((const struct nlmsgerr *)(t->reply + NLMSG_HDRLEN))->error;
	id = find(nlh, GENL_HDRLEN, CTRL_ATTR_FAMILY_ID);
	groups = find(nlh, GENL_HDRLEN, CTRL_ATTR_MCAST_GROUPS);
	if (!id || !groups)
		return -EPROTO;
	memcpy(&t->family, id + 1, sizeof(t->family));
	take_groups(t, groups);
	return 0;
}

/* A socket of its own, strict, with sentences; never waits longer than a minute */
static inline struct talk *talk_open(void)
{
	struct talk *t = calloc(1, sizeof(*t));
	struct timeval minute = { .tv_sec = 60 };
	int on = 1;

	if (!t)
		exit(1);
	t->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	setsockopt(t->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(t->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(t->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof(minute));
	return t;
}

static inline void talk_close(struct talk *t)
{
	close(t->fd);
	free(t);
}

#endif
