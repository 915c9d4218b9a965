// SPDX-License-Identifier: MIT
/* genl: events, as netlink brings them. */
#include <errno.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "genl.h"

static int take_seq(void *ctx, const struct nlmsghdr *nlh)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];
	int error = kulink_genl_attrs(nlh, attrs);

	if (error)
		return error;
	if (!attrs[KULINK_A_SEQ])
		return -EPROTO;
	*(uint64_t *)ctx = mnl_attr_get_u64(attrs[KULINK_A_SEQ]);
	return 0;
}

int kulink_genl_sequence(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	return kulink_genl_ask(s, kulink_genl_begin(s, KULINK_CMD_GET_SEQUENCE, 0, event->name),
			       take_seq, seq);
}

static int take_event(struct kulink_session *s, const struct nlattr **attrs,
		      struct kulink_raw_event *event)
{
	struct genl *g = s->private;
	const struct kulink_part *part = NULL;

	if (attrs[KULINK_A_PART])
		part = kulink_part_find(s->info, KULINK_EVENTS,
					mnl_attr_get_str(attrs[KULINK_A_PART]));
	if (!part || !g->events.wanted[kulink_part_index(s->info, part)])
		return -EAGAIN;
	if (!attrs[KULINK_A_SEQ] || !attrs[KULINK_A_NS] || !attrs[KULINK_A_RECORD])
		return -EPROTO;
	event->part = part;
	event->seq = mnl_attr_get_u64(attrs[KULINK_A_SEQ]);
	event->ns = mnl_attr_get_u64(attrs[KULINK_A_NS]);
	event->cells = g->events.cells;
	kulink_record_names(part, g->events.cells);
	return kulink_genl_cells(part, attrs[KULINK_A_RECORD], g->events.cells, NULL);
}

/* A packed one that is whole; -EAGAIN: nobody has subscribed to it */
static int unpack(struct kulink_session *s, const struct kulink_ring_record *record,
		  struct kulink_raw_event *event)
{
	const struct kulink_part *part;
	struct genl *g = s->private;
	int error;

	if (record->event >= g->shapes.n)
		return -EPROTO;
	part = g->shapes.parts[record->event];
	if (!g->events.wanted[record->event])
		return -EAGAIN;
	error = kulink_record_decode(part, record + 1, record->size - sizeof(*record),
				     g->events.cells);
	if (error)
		return error;
	event->part = part;
	event->seq = record->head.seq;
	event->ns = record->head.ns;
	event->cells = g->events.cells;
	event->record = record + 1;
	event->len = kulink_record_size(part);
	return 0;
}

int kulink_genl_more(struct kulink_session *s, struct kulink_raw_event *event)
{
	const struct kulink_ring_record *record;
	struct genl *g = s->private;
	int error = -EAGAIN;

	while (g->packed_len && error == -EAGAIN) {
		record = (const void *)g->packed;
		if (g->packed_len < sizeof(*record) || record->size < sizeof(*record) ||
		    record->size % 8 || record->size > g->packed_len) {
			g->packed_len = 0;
			return -EPROTO;
		}
		g->packed += record->size;
		g->packed_len -= record->size;
		error = unpack(s, record, event);
	}
	return error;
}

/* One more of the message that was taken last */
int kulink_genl_take(struct kulink_session *s, const bool *wanted, uint64_t *last,
		     struct kulink_record *record)
{
	struct genl *g = s->private;
	const struct kulink_ring_record *found = (const void *)g->packed;

	if (g->packed_len < sizeof(*found) || found->size > g->packed_len ||
	    !kulink_shapes_take(&g->shapes, found, wanted, last, record))
		return -EAGAIN;
	g->packed += found->size;
	g->packed_len -= found->size;
	return 0;
}

static int take_packed(struct kulink_session *s, const struct nlattr *attr,
		       struct kulink_raw_event *event)
{
	struct genl *g = s->private;

	if (!attr || (uintptr_t)mnl_attr_get_payload(attr) % 8)
		return -EPROTO;
	g->packed = mnl_attr_get_payload(attr);
	g->packed_len = mnl_attr_get_payload_len(attr);
	return kulink_genl_more(s, event);
}

int kulink_genl_event(struct kulink_session *s, const struct nlmsghdr *nlh,
		      struct kulink_raw_event *event)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct genl *g = s->private;

	if (nlh->nlmsg_type != g->request.family)
		return -EAGAIN;
	if (kulink_genl_attrs(nlh, attrs))
		return -EPROTO;
	if (!attrs[KULINK_A_SERVICE] ||
	    strcmp(mnl_attr_get_str(attrs[KULINK_A_SERVICE]), s->service))
		return -EAGAIN;
	if (genl->cmd == KULINK_CMD_EVENT)
		return take_event(s, attrs, event);
	if (genl->cmd == KULINK_CMD_EVENTS)
		return take_packed(s, attrs[KULINK_A_EVENTS], event);
	event->gone = genl->cmd == KULINK_CMD_GONE;
	return event->gone ? 0 : -EAGAIN;
}

int kulink_genl_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct genl *g = s->private;

	return kulink_nl_subscribe(s, &g->events, event, seq);
}

int kulink_genl_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct genl *g = s->private;

	return kulink_nl_unsubscribe(s, &g->events, event);
}

int kulink_genl_fd(struct kulink_session *s)
{
	struct genl *g = s->private;

	return kulink_nl_fd(&g->events);
}

int kulink_genl_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct genl *g = s->private;

	return kulink_nl_next(s, &g->events, event);
}
