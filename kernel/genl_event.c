// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink: events. A stream of each published service multicasts them, as many in a
 * message as fit. What a program is behind is lost in its socket; the sequence numbers show it,
 * and KULINK_CMD_GET_SEQUENCE closes the tail.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "genl.h"

/**
 * struct genl_stream - events of a service on their way to a family's groups
 * @stream: the core's
 * @genl: the family
 * @room: bytes of a message, at least what the largest event takes
 * @batch: events of one mode on their way out; NULL: none
 * @mode: their mode
 */
struct genl_stream {
	struct kulink_stream stream;
	struct kulink_genl *genl;
	size_t room;
	struct sk_buff *batch;
	umode_t mode;
};

static struct genl_stream *to_genl(struct kulink_stream *stream)
{
	return container_of(stream, struct genl_stream, stream);
}

static unsigned int group_of(umode_t mode)
{
	return mode & 0004 ? GROUP_EVENTS : GROUP_RESTRICTED;
}

/* Who hears it, of those who have joined. Under netlink's locks: the socket has its file. */
struct audience {
	const struct kulink_service *service;
	umode_t mode;
};

static int deaf(struct sock *sk, struct sk_buff *skb, void *data)
{
	const struct audience *audience = data;
	const struct file *file = sk->sk_socket ? sk->sk_socket->file : NULL;

	return kulink_permit(audience->service, file ? file->f_cred : NULL, audience->mode,
			     MAY_READ);
}

static void multicast(struct genl_stream *stream, struct sk_buff *skb, unsigned int group, umode_t mode)
{
	struct audience audience = { .service = stream->stream.service, .mode = mode };

	/* Nobody there is no error; who could not take it is told ENOBUFS by netlink. */
	kulink_genl_multicast(&stream->genl->family->genl, skb, group, deaf, &audience);
}

static void flush_batch(struct genl_stream *stream)
{
	struct sk_buff *skb = stream->batch;

	stream->batch = NULL;
	if (skb)
		multicast(stream, skb, group_of(stream->mode), stream->mode);
}

static int put_event(struct sk_buff *skb, const struct genl_stream *stream,
		     const struct kulink_event_buffer *event)
{
	struct kulink_service *service = stream->stream.service;
	void *hdr = genlmsg_put(skb, 0, 0, &stream->genl->family->genl, 0, KULINK_CMD_EVENT);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, KULINK_A_SERVICE, kulink_service_name(service)) ||
	    nla_put_string(skb, KULINK_A_PART, kulink_event_name(service, event->event)) ||
	    nla_put_u64_64bit(skb, KULINK_A_SEQ, event->head.seq, KULINK_A_PAD) ||
	    nla_put_u64_64bit(skb, KULINK_A_NS, event->head.ns, KULINK_A_PAD) ||
	    kulink_genl_put_record(skb, kulink_event_layout(service, event->event),
				   event->record)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* One mode at a time, so that a member of both groups has the events in order. */
static int append(struct genl_stream *stream, const struct kulink_event_buffer *event,
		  umode_t mode)
{
	if (stream->batch && stream->mode == mode && !put_event(stream->batch, stream, event))
		return 0;
	flush_batch(stream);
	stream->mode = mode;
	stream->batch = nlmsg_new(stream->room, GFP_KERNEL);
	return stream->batch ? put_event(stream->batch, stream, event) : -ENOMEM;
}

/* Where there is no memory the group is told that it lost some. */
static void genl_event(struct kulink_stream *base, const struct kulink_event_buffer *event)
{
	struct genl_stream *stream = to_genl(base);
	const struct genl_family *genl = &stream->genl->family->genl;
	umode_t mode = kulink_event_mode(base->service, event->event);
	unsigned int group = group_of(mode);

	if (genl_has_listeners(genl, &init_net, group) && append(stream, event, mode))
		genl_set_err(genl, &init_net, 0, group, -ENOBUFS);
}

static void genl_flush(struct kulink_stream *base)
{
	flush_batch(to_genl(base));
}

/* Bytes of the largest event as a message. */
static size_t event_room(struct kulink_service *service)
{
	unsigned int i, n = kulink_count_events(service);
	size_t size = 0;

	for (i = 0; i < n; i++)
		size = max(size, kulink_genl_record_size(kulink_event_layout(service, i)));
	return GENL_HDRLEN + 2 * nla_total_size(KULINK_NAME_SIZE) +
	       2 * nla_total_size_64bit(sizeof(u64)) + size;
}

/* Both groups hear it: a program may have joined either. */
static void genl_gone(struct kulink_stream *base)
{
	struct genl_stream *stream = to_genl(base);
	const struct genl_family *genl = &stream->genl->family->genl;
	unsigned int group;

	for (group = 0; group < N_GROUPS; group++) {
		struct sk_buff *skb = genlmsg_new(nla_total_size(KULINK_NAME_SIZE), GFP_KERNEL);
		void *hdr = skb ? genlmsg_put(skb, 0, 0, genl, 0, KULINK_CMD_GONE) : NULL;

		if (!hdr || nla_put_string(skb, KULINK_A_SERVICE,
					   kulink_service_name(base->service))) {
			nlmsg_free(skb);
			genl_set_err(genl, &init_net, 0, group, -ENOBUFS);
			continue;
		}
		genlmsg_end(skb, hdr);
		multicast(stream, skb, group, 0444);
	}
}

static const struct kulink_stream_ops stream_ops = {
	.event = genl_event,
	.flush = genl_flush,
	.gone = genl_gone,
};

int kulink_genl_stream_add(struct kulink_service *service, void **slot)
{
	struct kulink_genl *genl = *slot;
	struct genl_stream *stream = kzalloc(sizeof(*stream), GFP_KERNEL);
	int err;

	if (!stream)
		return -ENOMEM;
	stream->genl = genl;
	stream->room = max(event_room(service), NLMSG_DEFAULT_SIZE);
	err = kulink_stream_init(&stream->stream, &genl->streams, service);
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

	kulink_stream_destroy(&stream->stream);
	kfree(stream);
}

int kulink_genl_streams_init(struct kulink_genl *genl)
{
	return kulink_streams_init(&genl->streams, genl->family->name, &stream_ops);
}
