// SPDX-License-Identifier: MIT
/* Calls over netlink and generic netlink, and the table as a dump, by hand: sockets and structures */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "calls.h"
#include "netlink.h"

#define RECEIVE		(64 << 10)
#define HEAD		sizeof(struct bare_genl_request)

int bare_netlink_socket(int unit)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, unit), err;

	if (fd < 0)
		return -errno;
	if (!connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static const struct nlattr *next(const struct nlattr *attr)
{
	return (const void *)((const char *)attr + NLMSG_ALIGN(attr->nla_len));
}

static const struct nlattr *find(const void *from, size_t len, int type)
{
	const struct nlattr *attr = from;

	for (; (const char *)attr + sizeof(*attr) <= (const char *)from + len; attr = next(attr))
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
	return NULL;
}

int bare_genl_family(int fd, unsigned int *group)
{
	struct {
		struct bare_genl_request head;
		char name[16];
	} request = {
		.head = {
			.head = { .nlmsg_type = GENL_ID_CTRL, .nlmsg_flags = NLM_F_REQUEST },
			.genl = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
			.attr = { .nla_type = CTRL_ATTR_FAMILY_NAME, .nla_len = NLA_HDRLEN + sizeof(BARE_FAMILY) },
		},
		.name = BARE_FAMILY,
	};
	const struct nlattr *attr, *groups;
	static char answer[8192];
	const struct nlmsghdr *head = (const void *)answer;
	const char *attrs = answer + NLMSG_LENGTH(GENL_HDRLEN);
	size_t len;

	request.head.head.nlmsg_len = NLMSG_ALIGN(HEAD + sizeof(BARE_FAMILY));
	if (send(fd, &request, request.head.head.nlmsg_len, 0) < 0 || recv(fd, answer, sizeof(answer), 0) < 0)
		return -errno;
	if (head->nlmsg_type != GENL_ID_CTRL)
		return -ENOENT;
	len = head->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
	groups = find(attrs, len, CTRL_ATTR_MCAST_GROUPS);
	if (group && groups) {
		/* the first of the list is the only one */
		groups++;
		attr = find(groups + 1, groups->nla_len - sizeof(*groups), CTRL_ATTR_MCAST_GRP_ID);
		*group = *(const uint32_t *)(attr + 1);
	}
	attr = find(attrs, len, CTRL_ATTR_FAMILY_ID);
	return attr ? *(const uint16_t *)(attr + 1) : -ENOENT;
}

static int open_netlink(struct bench *b)
{
	int err = bare_call_open(b, HEAD + 8);
	struct bare_call *call = b->state;
	struct nlmsghdr *head;

	if (err)
		return err;
	call->fd = bare_netlink_socket(BARE_NETLINK);
	if (call->fd < 0)
		return call->fd;
	head = (void *)call->data;
	head->nlmsg_len = NLMSG_LENGTH(b->bytes);
	head->nlmsg_type = BARE_NETLINK_ECHO;
	head->nlmsg_flags = NLM_F_REQUEST;
	call->data += NLMSG_HDRLEN;
	call->back += NLMSG_HDRLEN;
	return 0;
}

static void close_netlink(struct bench *b)
{
	struct bare_call *call = b->state;

	if (call && call->fd >= 0)
		call->data -= NLMSG_HDRLEN;
	bare_call_close(b);
}

static inline int once_netlink(struct bare_call *call, size_t bytes)
{
	char *request = call->data - NLMSG_HDRLEN, *answer = call->back - NLMSG_HDRLEN;
	const struct nlmsghdr *head = (const void *)answer;

	if (send(call->fd, request, NLMSG_LENGTH(bytes), 0) < 0)
		return -errno;
	if (recv(call->fd, answer, NLMSG_LENGTH(bytes), 0) < (ssize_t)NLMSG_LENGTH(bytes))
		return -EIO;
	return head->nlmsg_type == BARE_NETLINK_ECHO ? 0 : -EIO;
}

static int run_netlink(struct bench *b, unsigned int n)
{
	return bare_call_loop(b, n, once_netlink);
}

const struct bench_work bench_netlink_bare_call = {
	.work = "call", .channel = "netlink-bare", .kind = BENCH_BARE, .batch = 16,
	.sizes = BENCH_SIZES(8, 64, 512, 4096, 60000),
	.open = open_netlink, .run = run_netlink, .close = close_netlink,
};

static int open_genl(struct bench *b)
{
	int err = bare_call_open(b, HEAD + 8);
	struct bare_genl_request *request;
	struct bare_call *call = b->state;

	if (err)
		return err;
	call->fd = bare_netlink_socket(NETLINK_GENERIC);
	if (call->fd < 0)
		return call->fd;
	request = (void *)call->data;
	call->data += HEAD;
	call->back += HEAD;
	call->family = bare_genl_family(call->fd, NULL);
	if (call->family < 0)
		return call->family;
	request->head.nlmsg_len = NLMSG_ALIGN(HEAD + b->bytes);
	request->head.nlmsg_type = call->family;
	request->head.nlmsg_flags = NLM_F_REQUEST;
	request->genl.cmd = BARE_C_ECHO;
	request->genl.version = 1;
	request->attr.nla_type = BARE_A_DATA;
	request->attr.nla_len = NLA_HDRLEN + b->bytes;
	return 0;
}

static void close_genl(struct bench *b)
{
	struct bare_call *call = b->state;

	if (call && call->fd >= 0)
		call->data -= HEAD;
	bare_call_close(b);
}

static inline int once_genl(struct bare_call *call, size_t bytes)
{
	char *request = call->data - HEAD, *answer = call->back - HEAD;
	const struct bare_genl_request *reply = (const void *)answer;

	if (send(call->fd, request, NLMSG_ALIGN(HEAD + bytes), 0) < 0)
		return -errno;
	if (recv(call->fd, answer, NLMSG_ALIGN(HEAD + bytes), 0) < (ssize_t)(HEAD + bytes))
		return -EIO;
	return reply->head.nlmsg_type == call->family && reply->attr.nla_type == BARE_A_DATA ? 0 : -EIO;
}

static int run_genl(struct bench *b, unsigned int n)
{
	return bare_call_loop(b, n, once_genl);
}

const struct bench_work bench_genl_bare_call = {
	.work = "call", .channel = "genl-bare", .kind = BENCH_BARE, .batch = 16,
	.sizes = BENCH_SIZES(8, 64, 512, 4096, 60000),
	.open = open_genl, .run = run_genl, .close = close_genl,
};

struct dump {
	int fd;
	int family;
	uint32_t chunk;
	char *received;
	char *to;
};

static int open_dump(struct bench *b, uint32_t chunk)
{
	struct dump *d = bare_state(b, sizeof(*d));
	int err = bare_table_open(b);

	if (!d)
		return -ENOMEM;
	d->fd = -1;
	d->chunk = chunk;
	d->received = malloc(RECEIVE);
	d->to = calloc(1, b->bytes);
	if (!d->received || !d->to)
		return -ENOMEM;
	if (err)
		return err;
	d->fd = bare_netlink_socket(NETLINK_GENERIC);
	if (d->fd < 0)
		return d->fd;
	d->family = bare_genl_family(d->fd, NULL);
	return d->family < 0 ? d->family : 0;
}

static void close_dump(struct bench *b)
{
	struct dump *d = b->state;

	bare_table_close(b);
	if (!d)
		return;
	if (d->fd >= 0)
		close(d->fd);
	free(d->received);
	free(d->to);
	free(d);
}

/* The rows of the messages received, behind those that came before; 1: it was the last */
static int take(struct dump *d, size_t len, size_t bytes, size_t *at)
{
	const struct nlmsghdr *head = (const void *)d->received;
	const struct bare_genl_request *part;
	size_t size;

	for (; NLMSG_OK(head, len); head = NLMSG_NEXT(head, len)) {
		if (head->nlmsg_type == NLMSG_DONE)
			return 1;
		if (head->nlmsg_type != d->family)
			return -EIO;
		part = (const void *)head;
		size = part->attr.nla_len - NLA_HDRLEN;
		if (*at + size > bytes)
			return -EBADMSG;
		memcpy(d->to + *at, part->payload, size);
		*at += size;
	}
	return 0;
}

static int dump(struct dump *d, size_t bytes)
{
	struct {
		struct bare_genl_request head;
		uint32_t chunk;
	} request = {
		.head = {
			.head = {
				.nlmsg_len = sizeof(request), .nlmsg_type = d->family,
				.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			},
			.genl = { .cmd = BARE_C_TABLE, .version = 1 },
			.attr = { .nla_len = NLA_HDRLEN + 4, .nla_type = BARE_A_CHUNK },
		},
		.chunk = d->chunk,
	};
	size_t at = 0;
	ssize_t len;
	int done = 0;

	if (send(d->fd, &request, sizeof(request), 0) < 0)
		return -errno;
	while (!done) {
		len = recv(d->fd, d->received, RECEIVE, 0);
		if (len < 0)
			return -errno;
		done = take(d, len, bytes, &at);
	}
	return done < 0 ? done : at == bytes ? 0 : -EBADMSG;
}

static int run_dump(struct bench *b, unsigned int n)
{
	struct dump *d = b->state;
	int err = 0;

	while (n-- && !err)
		err = dump(d, b->bytes);
	return err ? err : bare_table_check(b, d->to);
}

/* 46 rows a message, 2944 bytes */
static int open_rows(struct bench *b)
{
	return open_dump(b, 3000 / BARE_ROW * BARE_ROW);
}

const struct bench_work bench_genl_bare_table = {
	.work = "table", .channel = "genl-bare", .kind = BENCH_BARE,
	.sizes = BENCH_SIZES(64, 4096, 8192, 65536, 1 << 20),
	.open = open_rows, .prepare = bare_table_fill, .run = run_dump, .close = close_dump,
};

static int open_row(struct bench *b)
{
	return open_dump(b, BARE_ROW);
}

const struct bench_work bench_genl_single_bare_table = {
	.work = "table", .channel = "genl-single-bare", .kind = BENCH_BARE,
	.sizes = BENCH_SIZES(8192, 65536, 1 << 20),
	.open = open_row, .prepare = bare_table_fill, .run = run_dump, .close = close_dump,
};
