// SPDX-License-Identifier: MIT
/*
 * netlink: messages over a netlink protocol of kulink's own, over libmnl. Its number is what the
 * module says; requests are answered on one socket, events arrive on another.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netlink.h>

#include "message.h"
#include "nl.h"

#define UNIT	"/sys/module/kulink_netlink/parameters/unit"

/**
 * struct netlink - an open session
 * @transport: first, for message.c
 * @nl: the socket that asks
 * @events: the subscription
 */
struct netlink {
	struct kulink_transport transport;
	struct kulink_nl nl;
	struct kulink_nl_events events;
};

/* Where a reply goes */
struct reply {
	struct kulink_msg *to;
	size_t room;
	size_t len;
};

static int take_reply(void *ctx, const struct nlmsghdr *nlh)
{
	struct reply *reply = ctx;

	reply->len = mnl_nlmsg_get_payload_len(nlh);
	if (nlh->nlmsg_type != KULINK_NETLINK_MESSAGE)
		return -EPROTO;
	if (reply->len > reply->room)
		return -EMSGSIZE;
	memcpy(reply->to, mnl_nlmsg_get_payload(nlh), reply->len);
	return 0;
}

static int transact(struct kulink_session *s, uint16_t flags, const struct kulink_msg *request,
		    int (*each)(void *ctx, const struct nlmsghdr *nlh), void *ctx)
{
	struct netlink *n = s->private;
	struct nlmsghdr *nlh = kulink_nl_begin(&n->nl, KULINK_NETLINK_MESSAGE, flags);
	int error;

	memcpy(mnl_nlmsg_put_extra_header(nlh, request->len), request, request->len);
	nlh->nlmsg_len = MNL_NLMSG_HDRLEN + request->len;	/* the message's own, not rounded */
	error = kulink_nl_transact(&n->nl, nlh, each, ctx);
	if (error && n->nl.message[0])
		snprintf(s->message, sizeof(s->message), "%s", n->nl.message);
	/* Netlink has no answer for -EINTR. */
	return error == -ERESTART ? -EINTR : error;
}

static int exchange(void *ctx, struct kulink_msg *request, struct kulink_msg *to, size_t *len)
{
	struct reply reply = { .to = to, .room = *len };
	int error = transact(ctx, 0, request, take_reply, &reply);

	*len = reply.len;
	return error;
}

/* -ENOENT: the module is not there */
static int read_unit(const char *root, int *unit)
{
	char text[16];
	int error = kulink_module_parameter(root, "kulink_netlink", "unit", text, sizeof(text));

	if (!error)
		*unit = atoi(text);
	return error;
}

/* A number that only another network namespace knows, or none at all */
static int open_error(int error)
{
	switch (error) {
	case -ECONNREFUSED:
	case -EPROTONOSUPPORT:
	case -ENODEV:
		return -ENOENT;
	default:
		return error;
	}
}

static int take_event(struct kulink_session *s, const struct nlmsghdr *nlh,
		      struct kulink_raw_event *event)
{
	const struct kulink_msg *msg = mnl_nlmsg_get_payload(nlh);
	struct netlink *n = s->private;
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	int error;

	if (nlh->nlmsg_type != KULINK_NETLINK_MESSAGE)
		return -EAGAIN;
	error = kulink_message_check(msg, len);
	if (error)
		return error;
	if (strncmp(msg->service, s->service, sizeof(msg->service)))
		return -EAGAIN;
	error = kulink_message_event(s, msg, len, n->events.cells, event);
	if (error || event->gone)
		return error;
	return n->events.wanted[kulink_part_index(s->info, event->part)] ? 0 : -EAGAIN;
}

static void netlink_close(struct kulink_session *s)
{
	struct netlink *n = s->private;

	if (!n)
		return;
	kulink_nl_close(&n->nl);
	kulink_nl_events_free(&n->events);
	kulink_transport_free(&n->transport);
	free(n);
	s->private = NULL;
}

static int start(struct kulink_session *s, struct netlink *n)
{
	int unit, error = read_unit(s->root, &unit);

	n->events.protocol = error ? 0 : unit;
	if (!error)
		error = kulink_nl_events_init(&n->events, s->info);
	if (!error)
		error = kulink_nl_open(&n->nl, unit);
	if (!error)
		error = kulink_message_probe(s);
	return open_error(error);
}

static int netlink_open(struct kulink_session *s)
{
	struct netlink *n = calloc(1, sizeof(*n));
	int error;

	if (!n)
		return -ENOMEM;
	n->transport = (struct kulink_transport){
		.exchange = exchange,
		.ctx = s,
		.max = sizeof(struct kulink_msg) + KULINK_NETLINK_PAYLOAD_MAX,
		.service = s->service,
	};
	n->events = (struct kulink_nl_events){
		.groups = { KULINK_NETLINK_EVENTS, KULINK_NETLINK_RESTRICTED },
		.sequence = kulink_message_sequence,
		.take = take_event,
	};
	s->private = n;
	error = start(s, n);
	if (error)
		netlink_close(s);
	return error;
}

/* A table as far as it has come */
struct dump {
	struct kulink_wire wire;
	uint64_t generation;
};

/* The first message's head is the table's; of the others only the records are taken */
static int take_rows(void *ctx, const struct nlmsghdr *nlh)
{
	const struct kulink_msg *msg = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh), skip;
	const unsigned char *payload = (const unsigned char *)(msg + 1);
	struct kulink_table_head head;
	struct dump *dump = ctx;
	int error = kulink_message_check(msg, len);

	if (error)
		return error;
	len -= sizeof(*msg);
	if (nlh->nlmsg_type != KULINK_NETLINK_MESSAGE || msg->op != KULINK_OP_DUMP ||
	    len < sizeof(head))
		return -EPROTO;
	memcpy(&head, payload, sizeof(head));
	if (head.len < sizeof(head) || head.len > len)
		return -EPROTO;
	if (dump->wire.len && dump->generation != head.generation)
		return -EAGAIN;
	skip = dump->wire.len ? head.len : 0;
	dump->generation = head.generation;
	return kulink_wire_append(&dump->wire, payload + skip, len - skip);
}

static int netlink_dump(struct kulink_session *s, struct kulink_table *table)
{
	struct netlink *n = s->private;
	struct dump dump = { .generation = 0 };
	struct kulink_msg request;
	int error;

	error = kulink_message_build(&request, KULINK_OP_DUMP, ++n->transport.id, s->service,
				     table->part->name, 0);
	if (!error)
		error = transact(s, NLM_F_DUMP, &request, take_rows, &dump);
	if (!error)
		error = kulink_table_take(table, dump.wire.data, dump.wire.len);
	else
		free(dump.wire.data);
	return kulink_message_verdict(s, error);
}

static int netlink_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct netlink *n = s->private;

	return kulink_nl_subscribe(s, &n->events, event, seq);
}

static int netlink_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct netlink *n = s->private;

	return kulink_nl_unsubscribe(s, &n->events, event);
}

static int netlink_fd(struct kulink_session *s)
{
	struct netlink *n = s->private;

	return kulink_nl_fd(&n->events);
}

static int netlink_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct netlink *n = s->private;

	return kulink_nl_next(s, &n->events, event);
}

/* Whether anybody answers: the services, which are none of our business */
static int ask_list(int unit)
{
	struct netlink n = { .nl = { .socket = NULL } };
	struct kulink_session s = { .service = "", .private = &n };
	struct kulink_msg request;
	int error = kulink_nl_open(&n.nl, unit);

	if (!error)
		error = kulink_message_build(&request, KULINK_OP_LIST, 1, "", "", 0);
	if (!error)
		error = transact(&s, 0, &request, NULL, NULL);
	kulink_nl_close(&n.nl);
	return error;
}

static int netlink_available(char *why, size_t size)
{
	int unit, error = kulink_module_available("", "kulink_netlink", "netlink", why, size);

	if (error)
		return error;
	error = read_unit("", &unit);
	if (!error)
		error = ask_list(unit);
	if (error == -ECONNREFUSED) {
		if (why)
			snprintf(why, size, "the protocol is in the initial network namespace only");
		return -EOPNOTSUPP;
	}
	if (error && why)
		snprintf(why, size, "netlink: %s", strerror(-error));
	return error;
}

const struct kulink_channel kulink_netlink = {
	.info = {
		.name = "netlink",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
		.call_max = KULINK_NETLINK_PAYLOAD_MAX,
		.lossy = true,
		.where = "a netlink protocol, its number in " UNIT,
		.who = "each part's mode; before Linux 6.8 events not for everyone take CAP_NET_ADMIN",
		.limits = "calls up to 60 KiB; a socket gets all services' events, a slow reader loses some",
	},
	.available = netlink_available,
	.open = netlink_open,
	.close = netlink_close,
	.get = kulink_message_get,
	.set = kulink_message_set,
	.call = kulink_message_call,
	.dump = netlink_dump,
	.subscribe = netlink_subscribe,
	.unsubscribe = netlink_unsubscribe,
	.fd = netlink_fd,
	.next = netlink_next,
	.sequence = kulink_message_sequence,
};
