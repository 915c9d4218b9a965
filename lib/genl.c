// SPDX-License-Identifier: MIT
/*
 * genl: generic netlink, over libmnl. Requests are answered on one socket, events arrive on
 * another. A subscription is a multicast group joined: all services' events come, ours are taken.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "genl.h"

struct nlmsghdr *kulink_genl_begin(struct kulink_session *s, uint8_t cmd, uint16_t flags,
				   const char *part)
{
	struct genl *g = s->private;

	return kulink_genl_request(&g->request, cmd, flags, s->service, part);
}

/* Whether the service is still published. The answer overwrites the request's. */
static bool is_there(struct kulink_session *s)
{
	struct genl *g = s->private;

	return !kulink_nl_transact(&g->request.nl, kulink_genl_begin(s, KULINK_CMD_GET_SERVICE, 0, NULL),
				   NULL, NULL);
}

int kulink_genl_ask(struct kulink_session *s, struct nlmsghdr *nlh,
		    int (*each)(void *ctx, const struct nlmsghdr *nlh), void *ctx)
{
	struct genl *g = s->private;
	bool dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	int error = kulink_nl_transact(&g->request.nl, nlh, each, ctx);

	if (error)
		snprintf(s->message, sizeof(s->message), "%s", g->request.nl.message);
	/* A dump of a family whose module was leaving: __netlink_dump_start(). It may be back by now. */
	if (error == -EPROTONOSUPPORT && dump)
		return -ENODEV;
	/* Said by the driver, or of a service or family that has left? */
	if (error == -ENOENT && !is_there(s))
		return -ENODEV;
	/* Netlink has no answer for -EINTR. */
	return error == -ERESTART ? -EINTR : error;
}

static int genl_available(char *why, size_t size)
{
	struct genl_request r = { .family = 0 };
	int error = kulink_genl_request_open(&r);

	kulink_nl_close(&r.nl);
	if (error == -ENOENT && kulink_module_available("", "kulink_genl", "genl", why, size))
		return -ENOENT;
	if (error == -ENOENT) {
		if (why)
			snprintf(why, size, "the family is in the initial network namespace only");
		return -EOPNOTSUPP;
	}
	if (error == -EAFNOSUPPORT || error == -EPROTONOSUPPORT) {
		if (why)
			snprintf(why, size, "the kernel has no netlink");
		return -EOPNOTSUPP;
	}
	if (error && why)
		snprintf(why, size, "generic netlink: %s", strerror(-error));
	return error;
}

static void genl_close(struct kulink_session *s)
{
	struct genl *g = s->private;

	if (!g)
		return;
	kulink_nl_close(&g->request.nl);
	kulink_nl_events_free(&g->events);
	kulink_shapes_free(&g->shapes);
	free(g);
	s->private = NULL;
}

static int take_abi(void *ctx, const struct nlmsghdr *nlh)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];
	int error = kulink_genl_attrs(nlh, attrs);

	(void)ctx;
	if (error)
		return error;
	if (!attrs[KULINK_A_ABI])
		return -EPROTO;
	return mnl_attr_get_u32(attrs[KULINK_A_ABI]) == KULINK_ABI ? 0 : -EPROTONOSUPPORT;
}

static int genl_open(struct kulink_session *s)
{
	struct genl *g = calloc(1, sizeof(*g));
	int error;

	if (!g)
		return -ENOMEM;
	s->private = g;
	g->events.protocol = NETLINK_GENERIC;
	g->events.sequence = kulink_genl_sequence;
	g->events.take = kulink_genl_event;
	g->events.more = kulink_genl_more;
	error = kulink_nl_events_init(&g->events, s->info);
	if (!error)
		error = kulink_shapes_init(&g->shapes, s->info);
	if (!error)
		error = kulink_genl_request_open(&g->request);
	memcpy(g->events.groups, g->request.groups, sizeof(g->events.groups));
	if (!error)
		error = kulink_nl_transact(&g->request.nl,
					     kulink_genl_begin(s, KULINK_CMD_GET_SERVICE, 0, NULL),
					     take_abi, NULL);
	if (error) {
		snprintf(s->message, sizeof(s->message), "%s", g->request.nl.message);
		genl_close(s);
	}
	return error;
}

struct get {
	const struct kulink_part *value;
	struct kulink_datum *datum;
};

static int take_value(void *ctx, const struct nlmsghdr *nlh)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];
	const struct get *get = ctx;
	struct kulink_datum *datum = get->datum;
	int error = kulink_genl_attrs(nlh, attrs);
	const char *string;
	int index;

	if (error)
		return error;
	datum->type = get->value->type;
	if (datum->type == KULINK_TYPE_BOOL && attrs[KULINK_A_BOOL]) {
		datum->number = mnl_attr_get_u8(attrs[KULINK_A_BOOL]);
		return 0;
	}
	if (datum->type == KULINK_TYPE_S64 && attrs[KULINK_A_S64]) {
		datum->number = mnl_attr_get_u64(attrs[KULINK_A_S64]);
		return 0;
	}
	if (datum->type == KULINK_TYPE_U64 && attrs[KULINK_A_U64]) {
		datum->number = mnl_attr_get_u64(attrs[KULINK_A_U64]);
		return 0;
	}
	if (datum->type < KULINK_TYPE_ENUM || !attrs[KULINK_A_STRING])
		return -EPROTO;
	string = mnl_attr_get_str(attrs[KULINK_A_STRING]);
	datum->len = strlen(string);
	if (datum->len >= sizeof(datum->string))
		return -EPROTO;
	memcpy(datum->string, string, datum->len + 1);
	index = kulink_label_index(get->value->labels, string);
	if (datum->type == KULINK_TYPE_ENUM)
		datum->number = index < 0 ? strtoull(string, NULL, 10) : (uint64_t)index;
	return 0;
}

static int genl_get(struct kulink_session *s, const struct kulink_part *value,
		    struct kulink_datum *datum)
{
	struct get get = { value, datum };
	struct nlmsghdr *nlh = kulink_genl_begin(s, KULINK_CMD_GET_VALUE, 0, value->name);

	return kulink_genl_ask(s, nlh, take_value, &get);
}

static int genl_set(struct kulink_session *s, const struct kulink_part *value,
		    const struct kulink_datum *datum)
{
	struct nlmsghdr *nlh = kulink_genl_begin(s, KULINK_CMD_SET_VALUE, NLM_F_ACK, value->name);

	switch (datum->type) {
	case KULINK_TYPE_BOOL:
		mnl_attr_put_u8(nlh, KULINK_A_BOOL, datum->number > 255 ? 255 : datum->number);
		break;
	case KULINK_TYPE_S64:
		mnl_attr_put_u64(nlh, KULINK_A_S64, datum->number);
		break;
	case KULINK_TYPE_U64:
		mnl_attr_put_u64(nlh, KULINK_A_U64, datum->number);
		break;
	default:
		if (datum->type == KULINK_TYPE_ENUM && !datum->len)
			mnl_attr_put_u64(nlh, KULINK_A_U64, datum->number);
		else
			mnl_attr_put_strz(nlh, KULINK_A_STRING, datum->string);
	}
	return kulink_genl_ask(s, nlh, NULL, NULL);
}

struct reply {
	void *data;
	size_t *len;
};

static int take_reply(void *ctx, const struct nlmsghdr *nlh)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];
	const struct reply *reply = ctx;
	int error = kulink_genl_attrs(nlh, attrs);
	size_t len;

	if (error)
		return error;
	if (!attrs[KULINK_A_PAYLOAD])
		return -EPROTO;
	len = mnl_attr_get_payload_len(attrs[KULINK_A_PAYLOAD]);
	if (len > *reply->len)
		return -EMSGSIZE;
	if (len)
		memcpy(reply->data, mnl_attr_get_payload(attrs[KULINK_A_PAYLOAD]), len);
	*reply->len = len;
	return 0;
}

static int genl_call(struct kulink_session *s, const struct kulink_part *call,
		     const void *data, size_t len, void *reply, size_t *reply_len)
{
	struct reply to = { reply, reply_len };
	struct nlmsghdr *nlh;

	if (len > KULINK_GENL_PAYLOAD_MAX)
		return -EMSGSIZE;
	nlh = kulink_genl_begin(s, KULINK_CMD_CALL, 0, call->name);
	mnl_attr_put(nlh, KULINK_A_PAYLOAD, len, data);
	return kulink_genl_ask(s, nlh, take_reply, &to);
}

static int take_records(struct kulink_table *table, const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr), size = kulink_record_size(table->part);
	void *to;

	if (!size || len % size)
		return -EPROTO;
	to = kulink_table_more(table, len / size);
	if (!to)
		return -ENOMEM;
	memcpy(to, mnl_attr_get_payload(attr), len);
	return 0;
}

/* A message of a table, packed or not */
static int take_rows(void *ctx, const struct nlmsghdr *nlh)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1], *attr;
	struct kulink_table *table = ctx;
	struct kulink_cell *cells;
	uint64_t generation;
	int error = kulink_genl_attrs(nlh, attrs);

	if (error)
		return error;
	if (!attrs[KULINK_A_GENERATION])
		return -EPROTO;
	generation = mnl_attr_get_u64(attrs[KULINK_A_GENERATION]);
	if (table->generation && table->generation != generation)
		return -EAGAIN;
	table->generation = generation;
	if (attrs[KULINK_A_RECORDS])
		return take_records(table, attrs[KULINK_A_RECORDS]);
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != KULINK_A_RECORD)
			continue;
		cells = kulink_table_row(table);
		if (!cells)
			return -ENOMEM;
		error = kulink_genl_cells(table->part, attr, cells, table);
		if (error)
			return error;
	}
	return 0;
}

static int ask_table(struct kulink_session *s, struct kulink_table *table, bool packed)
{
	struct nlmsghdr *nlh = kulink_genl_begin(s, KULINK_CMD_GET_TABLE, NLM_F_DUMP,
						 table->part->name);

	if (packed)
		mnl_attr_put(nlh, KULINK_A_PACKED, 0, NULL);
	return kulink_genl_ask(s, nlh, take_rows, table);
}

static int genl_dump(struct kulink_session *s, struct kulink_table *table)
{
	struct genl *g = s->private;
	int error = -EINVAL;

	if (!g->plain)
		error = ask_table(s, table, true);
	/* a kernel side that is older than we are does not know the attribute */
	if (error == -EINVAL) {
		error = ask_table(s, table, false);
		g->plain = !error;
	}
	/* Every dump has a message, an empty table's too. */
	return !error && !table->generation ? -EPROTO : error;
}

const struct kulink_channel kulink_genl = {
	.info = {
		.name = "genl",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
		.call_max = KULINK_GENL_PAYLOAD_MAX,
		.lossy = true,
		.where = "generic netlink family kulink",
		.who = "each part's mode; before Linux 6.8 events not for everyone take CAP_NET_ADMIN",
		.limits = "calls up to 60 KiB; a socket gets all services' events, a slow reader loses some",
	},
	.available = genl_available,
	.open = genl_open,
	.close = genl_close,
	.get = genl_get,
	.set = genl_set,
	.call = genl_call,
	.dump = genl_dump,
	.subscribe = kulink_genl_subscribe,
	.unsubscribe = kulink_genl_unsubscribe,
	.fd = kulink_genl_fd,
	.records = true,
	.next = kulink_genl_next,
	.take = kulink_genl_take,
	.sequence = kulink_genl_sequence,
};
