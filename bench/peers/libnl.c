// SPDX-License-Identifier: MIT
/* A client of the bare family, as libnl's documentation has it, without the acknowledgement that nobody needs */
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdlib.h>

#include "../bare/user.h"

struct client {
	struct nl_sock *socket;
	int family;
	char *payload;
	struct bench *b;
	uint64_t turn;
	int result;
};

static int answer(struct nl_msg *message, void *data)
{
	static struct nla_policy policy[BARE_A_MAX + 1] = { [BARE_A_DATA] = { .type = NLA_UNSPEC } };
	struct nlattr *attrs[BARE_A_MAX + 1];
	struct client *c = data;

	c->result = -EIO;
	if (genlmsg_parse(nlmsg_hdr(message), 0, attrs, BARE_A_MAX, policy) || !attrs[BARE_A_DATA])
		return NL_STOP;
	if ((size_t)nla_len(attrs[BARE_A_DATA]) == c->b->bytes)
		c->result = bench_check(c->b, nla_data(attrs[BARE_A_DATA]), c->b->bytes, c->turn);
	return NL_OK;
}

static int open_client(struct bench *b)
{
	struct client *c = bare_state(b, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->b = b;
	c->payload = calloc(1, b->bytes);
	c->socket = nl_socket_alloc();
	if (!c->payload || !c->socket)
		return -ENOMEM;
	nl_socket_disable_auto_ack(c->socket);
	if (genl_connect(c->socket))
		return -EACCES;
	c->family = genl_ctrl_resolve(c->socket, BARE_FAMILY);
	if (c->family < 0)
		return -ENOENT;
	nl_socket_set_msg_buf_size(c->socket, b->bytes + 4096);
	return nl_socket_modify_cb(c->socket, NL_CB_VALID, NL_CB_CUSTOM, answer, c) ? -EIO : 0;
}

static void close_client(struct bench *b)
{
	struct client *c = b->state;

	if (!c)
		return;
	if (c->socket)
		nl_socket_free(c->socket);
	free(c->payload);
	free(c);
}

static int call(struct client *c, size_t bytes)
{
	struct nl_msg *message = nlmsg_alloc_size(NLMSG_HDRLEN + GENL_HDRLEN + nla_total_size(bytes));
	int err;

	if (!message)
		return -ENOMEM;
	genlmsg_put(message, NL_AUTO_PORT, NL_AUTO_SEQ, c->family, 0, 0, BARE_C_ECHO, 1);
	err = nla_put(message, BARE_A_DATA, bytes, c->payload);
	if (!err)
		err = nl_send_auto(c->socket, message);
	nlmsg_free(message);
	if (err < 0)
		return -EIO;
	c->result = -EIO;
	return nl_recvmsgs_default(c->socket) ? -EIO : c->result;
}

static int run_client(struct bench *b, unsigned int n)
{
	struct client *c = b->state;
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		c->turn = b->turn + i;
		bench_fill(b, c->payload, b->bytes, c->turn);
		err = call(c, b->bytes);
	}
	return err;
}

const struct bench_work bench_libnl_peer_call = {
	.work = "call", .channel = "libnl-peer", .kind = BENCH_PEER, .batch = 16,
	.sizes = BENCH_SIZES(8, 64, 512, 4096, 60000),
	.open = open_client, .run = run_client, .close = close_client,
};
