// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink, for every channel over it: credentials, refusals, and events that are multicast, as many
 * in a datagram as fit. What a program is behind is lost in its socket; the sequence numbers show it.
 */
#include <linux/capability.h>
#include <linux/export.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "core.h"
#include "../nl.h"

#ifdef CONFIG_NET

const struct cred *kulink_nl_cred(const struct sk_buff *skb)
{
	const struct sock *sk = NETLINK_CB(skb).sk;
	const struct file *file = sk && sk->sk_socket ? sk->sk_socket->file : NULL;

	if (!file)
		return NULL;
	if (file_ns_capable(file, &init_user_ns, CAP_DAC_OVERRIDE) &&
	    !netlink_capable(skb, CAP_DAC_OVERRIDE))
		return current_cred();
	return file->f_cred;
}
EXPORT_SYMBOL_GPL(kulink_nl_cred);

int kulink_nl_refusal(struct netlink_ext_ack *extack, const struct nlattr *attr, int err)
{
	switch (err) {
	case -EINTR:
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
		NL_SET_ERR_MSG_ATTR(extack, attr, "interrupted by a signal");
		return -ERESTART;
	case -ENODEV:
		NL_SET_ERR_MSG_ATTR(extack, attr, "the service is gone");
		return err;
	case -ENOMEM:
	case -ENOBUFS:
		NL_SET_ERR_MSG_ATTR(extack, attr, "no memory for the answer");
		return err;
	default:
		NL_SET_ERR_MSG_ATTR(extack, attr, "the driver refused");
		return err;
	}
}
EXPORT_SYMBOL_GPL(kulink_nl_refusal);

static struct kulink_nl_stream *to_nl(struct kulink_stream *stream)
{
	return container_of(stream, struct kulink_nl_stream, stream);
}

static unsigned int count_groups(const struct kulink_nl_stream *stream)
{
	return stream->pack ? KULINK_NL_ALL_GROUPS : KULINK_NL_GROUPS;
}

static unsigned int group_of(const struct kulink_nl_stream *stream, umode_t mode)
{
	return stream->first + (mode & 0004 ? KULINK_NL_EVENTS : KULINK_NL_RESTRICTED);
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

static void multicast(struct kulink_nl_stream *stream, struct sk_buff *skb, unsigned int group,
		      umode_t mode)
{
	struct audience audience = { .service = stream->stream.service, .mode = mode };

	/* Nobody there is no error; who could not take it is told ENOBUFS by netlink. */
	kulink_nlmsg_multicast(stream->sk, skb, group, deaf, &audience);
}

static void flush(struct kulink_nl_stream *stream, struct kulink_nl_batch *batch)
{
	unsigned int group = group_of(stream, batch->mode);
	struct sk_buff *skb = batch->skb;

	if (batch == &stream->packed)
		group += KULINK_NL_PACKED;
	batch->skb = NULL;
	if (skb)
		multicast(stream, skb, group, batch->mode);
}

static int put(struct kulink_nl_stream *stream, const struct kulink_nl_batch *batch,
	       const struct kulink_event_buffer *event)
{
	if (batch == &stream->packed)
		return stream->pack(batch->skb, stream, event);
	return stream->put(batch->skb, stream, event);
}

/* One mode at a time, so that a member of both groups has the events in order. */
static int append(struct kulink_nl_stream *stream, struct kulink_nl_batch *batch,
		  const struct kulink_event_buffer *event, umode_t mode)
{
	if (batch->skb && batch->mode == mode && !put(stream, batch, event))
		return 0;
	flush(stream, batch);
	batch->mode = mode;
	batch->skb = nlmsg_new(stream->room, GFP_KERNEL);
	return batch->skb ? put(stream, batch, event) : -ENOMEM;
}

/* Who joins from here on to the flush asks for the sequence then, and that waits for the flush. */
static void ask_who_hears(struct kulink_nl_stream *stream)
{
	unsigned int i, n = count_groups(stream);

	stream->heard = KULINK_NL_ASKED;
	for (i = 0; i < n; i++)
		if (netlink_has_listeners(stream->sk, stream->first + i))
			stream->heard |= BIT(i);
}

/* Where there is no memory the group is told that it lost some. */
static void send(struct kulink_nl_stream *stream, struct kulink_nl_batch *batch,
		 unsigned int group, const struct kulink_event_buffer *event, umode_t mode)
{
	if (stream->heard & BIT(group - stream->first) && append(stream, batch, event, mode))
		netlink_set_err(stream->sk, 0, group, -ENOBUFS);
}

static void nl_event(struct kulink_stream *base, const struct kulink_event_buffer *event)
{
	struct kulink_nl_stream *stream = to_nl(base);
	umode_t mode = kulink_event_mode(base->service, event->event);
	unsigned int group = group_of(stream, mode);

	if (!stream->heard)
		ask_who_hears(stream);
	send(stream, &stream->single, group, event, mode);
	send(stream, &stream->packed, group + KULINK_NL_PACKED, event, mode);
}

static void nl_flush(struct kulink_stream *base)
{
	struct kulink_nl_stream *stream = to_nl(base);

	flush(stream, &stream->single);
	flush(stream, &stream->packed);
	stream->heard = 0;
}

/* All groups hear it: a program may have joined any. */
static void nl_gone(struct kulink_stream *base)
{
	struct kulink_nl_stream *stream = to_nl(base);
	unsigned int i, n = count_groups(stream);

	for (i = 0; i < n; i++) {
		struct sk_buff *skb = nlmsg_new(stream->room, GFP_KERNEL);

		if (!skb || stream->put(skb, stream, NULL)) {
			nlmsg_free(skb);
			netlink_set_err(stream->sk, 0, stream->first + i, -ENOBUFS);
			continue;
		}
		multicast(stream, skb, stream->first + i, 0444);
	}
}

static bool nl_listening(struct kulink_stream *base)
{
	const struct kulink_nl_stream *stream = to_nl(base);
	unsigned int i, n = count_groups(stream);

	for (i = 0; i < n; i++)
		if (netlink_has_listeners(stream->sk, stream->first + i))
			return true;
	return false;
}

const struct kulink_stream_ops kulink_nl_stream_ops = {
	.event = nl_event,
	.flush = nl_flush,
	.gone = nl_gone,
	.listening = nl_listening,
	.interval = KULINK_NL_INTERVAL,
};
EXPORT_SYMBOL_GPL(kulink_nl_stream_ops);

#endif /* CONFIG_NET */
