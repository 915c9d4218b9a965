// SPDX-License-Identifier: MIT
/* A client of the bare family, as libmnl's documentation has it */
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#include "../bare/netlink.h"
#include "../bare/user.h"

struct client {
	struct mnl_socket *socket;
	int family;
	unsigned int port;
	unsigned int sequence;
	char *request;
	char *answer;
	size_t room;
	char *payload;
	const void *reply;
};

static int open_client(struct bench *b)
{
	struct client *c = bare_state(b, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->room = b->bytes + MNL_SOCKET_BUFFER_SIZE;
	c->request = malloc(c->room);
	c->answer = malloc(c->room);
	c->payload = calloc(1, b->bytes);
	if (!c->request || !c->answer || !c->payload)
		return -ENOMEM;
	c->socket = mnl_socket_open(NETLINK_GENERIC);
	if (!c->socket || mnl_socket_bind(c->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	c->port = mnl_socket_get_portid(c->socket);
	c->family = bare_genl_family(mnl_socket_get_fd(c->socket), NULL);
	return c->family < 0 ? c->family : 0;
}

static void close_client(struct bench *b)
{
	struct client *c = b->state;

	if (!c)
		return;
	if (c->socket)
		mnl_socket_close(c->socket);
	free(c->request);
	free(c->answer);
	free(c->payload);
	free(c);
}

static int attribute(const struct nlattr *attr, void *data)
{
	const struct nlattr **attrs = data;

	if (mnl_attr_type_valid(attr, BARE_A_MAX) < 0)
		return MNL_CB_OK;
	attrs[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static int answer(const struct nlmsghdr *head, void *data)
{
	const struct nlattr *attrs[BARE_A_MAX + 1] = { NULL };
	struct client *c = data;

	mnl_attr_parse(head, sizeof(struct genlmsghdr), attribute, attrs);
	c->reply = attrs[BARE_A_DATA] ? mnl_attr_get_payload(attrs[BARE_A_DATA]) : NULL;
	return MNL_CB_STOP;
}

static int call(struct client *c, size_t bytes)
{
	struct nlmsghdr *head = mnl_nlmsg_put_header(c->request);
	struct genlmsghdr *genl;
	ssize_t len;

	head->nlmsg_type = c->family;
	head->nlmsg_flags = NLM_F_REQUEST;
	head->nlmsg_seq = ++c->sequence;
	genl = mnl_nlmsg_put_extra_header(head, sizeof(*genl));
	genl->cmd = BARE_C_ECHO;
	genl->version = 1;
	mnl_attr_put(head, BARE_A_DATA, bytes, c->payload);
	if (mnl_socket_sendto(c->socket, head, head->nlmsg_len) < 0)
		return -errno;
	len = mnl_socket_recvfrom(c->socket, c->answer, c->room);
	if (len < 0)
		return -errno;
	c->reply = NULL;
	if (mnl_cb_run(c->answer, len, c->sequence, c->port, answer, c) < 0)
		return -errno;
	return c->reply ? 0 : -EIO;
}

static int run_client(struct bench *b, unsigned int n)
{
	struct client *c = b->state;
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		bench_fill(b, c->payload, b->bytes, b->turn + i);
		err = call(c, b->bytes);
		if (!err)
			err = bench_check(b, c->reply, b->bytes, b->turn + i);
	}
	return err;
}

const struct bench_work bench_libmnl_peer_call = {
	.work = "call", .channel = "libmnl-peer", .kind = BENCH_PEER, .batch = 16,
	.sizes = BENCH_SIZES(8, 64, 512, 4096, 60000),
	.open = open_client, .run = run_client, .close = close_client,
};
