// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink: events as attributes. Which events share a message, who hears them and what
 * becomes of a loss is the same for all of netlink (nl.h); KULINK_CMD_GET_SEQUENCE closes the tail.
 */
#include <linux/slab.h>

#include "genl.h"

struct genl_stream {
	struct kulink_nl_stream nl;
	struct kulink_genl *genl;
	struct nlattr *events;		/* of the message that gathers */
};

static int put_fields(struct sk_buff *skb, struct kulink_service *service,
		      const struct kulink_event_buffer *event)
{
	if (nla_put_string(skb, KULINK_A_PART, kulink_event_name(service, event->event)) ||
	    nla_put_u64_64bit(skb, KULINK_A_SEQ, event->head.seq, KULINK_A_PAD) ||
	    nla_put_u64_64bit(skb, KULINK_A_NS, event->head.ns, KULINK_A_PAD))
		return -EMSGSIZE;
	return kulink_genl_put_record(skb, kulink_event_layout(service, event->event),
				      event->record);
}

static int put(struct sk_buff *skb, const struct kulink_nl_stream *nl,
	       const struct kulink_event_buffer *event)
{
	const struct genl_stream *stream = container_of(nl, struct genl_stream, nl);
	struct kulink_service *service = nl->stream.service;
	void *hdr = genlmsg_put(skb, 0, 0, &stream->genl->family->genl, 0,
				event ? KULINK_CMD_EVENT : KULINK_CMD_GONE);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, KULINK_A_SERVICE, kulink_service_name(service)) ||
	    (event && put_fields(skb, service, event))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* Bytes that an event takes among others */
static u32 packed_size(const struct kulink_event_buffer *event)
{
	return ALIGN(sizeof(struct kulink_ring_record) + event->len, 8);
}

/* The message that begins: its service, and the attribute without a length yet */
static int begin_packed(struct sk_buff *skb, struct genl_stream *stream)
{
	void *hdr = genlmsg_put(skb, 0, 0, &stream->genl->family->genl, 0, KULINK_CMD_EVENTS);

	if (!hdr ||
	    nla_put_string(skb, KULINK_A_SERVICE, kulink_service_name(stream->nl.stream.service)))
		return -EMSGSIZE;
	/* the records are aligned: the attribute's head ends at a multiple of eight */
	if (!IS_ALIGNED(skb->len + NLA_HDRLEN, 8) && !nla_reserve(skb, KULINK_A_PAD, 0))
		return -EMSGSIZE;
	stream->events = nla_reserve(skb, KULINK_A_EVENTS, 0);
	return stream->events ? 0 : -EMSGSIZE;
}

static int pack(struct sk_buff *skb, const struct kulink_nl_stream *nl,
		const struct kulink_event_buffer *event)
{
	struct genl_stream *stream = container_of(nl, struct genl_stream, nl);
	u32 size = packed_size(event);
	struct kulink_ring_record *record;

	if (!skb->len && begin_packed(skb, stream))
		return -EMSGSIZE;
	if (skb_tailroom(skb) < size || stream->events->nla_len + size > U16_MAX)
		return -EMSGSIZE;
	record = skb_put(skb, size);
	record->size = size;
	record->event = event->event;
	record->lost = event->lost;
	record->head = event->head;
	memcpy(record + 1, event->record, event->len);
	stream->events->nla_len += size;
	nlmsg_hdr(skb)->nlmsg_len = skb->len;
	return 0;
}

/* Bytes of the largest event as a message. */
static size_t event_room(struct kulink_service *service)
{
	unsigned int i, n = kulink_count_events(service);
	size_t size = 0;

	for (i = 0; i < n; i++)
		size = max(size, kulink_genl_record_size(kulink_event_layout(service, i)) +
				 sizeof(struct kulink_ring_record) + 2 * NLA_HDRLEN);
	return GENL_HDRLEN + 2 * nla_total_size(KULINK_NAME_SIZE) +
	       2 * nla_total_size_64bit(sizeof(u64)) + size;
}

int kulink_genl_stream_add(struct kulink_service *service, void **slot)
{
	struct kulink_genl *genl = *slot;
	struct genl_stream *stream = kzalloc(sizeof(*stream), GFP_KERNEL);
	int err;

	if (!stream)
		return -ENOMEM;
	stream->genl = genl;
	stream->nl.sk = init_net.genl_sock;
	stream->nl.first = genl->family->genl.mcgrp_offset;
	stream->nl.room = max(event_room(service), NLMSG_DEFAULT_SIZE);
	stream->nl.put = put;
	stream->nl.pack = pack;
	err = kulink_stream_init(&stream->nl.stream, &genl->streams, service);
	if (err) {
		kfree(stream);
		return err;
	}
	*slot = stream;
	return 0;
}

void kulink_genl_stream_remove(struct kulink_service *service, void *slot)
{
	struct genl_stream *stream = slot;

	kulink_stream_destroy(&stream->nl.stream);
	kfree(stream);
}

int kulink_genl_streams_init(struct kulink_genl *genl)
{
	return kulink_streams_init(&genl->streams, genl->family->name, &kulink_nl_stream_ops);
}
