// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink: events. A stream a published service takes them from the core's ring and
 * multicasts them from a work item, as many in a message as fit. What an emitter is ahead of
 * the work item is lost in the ring, what a program is behind is lost in its socket; either way
 * the sequence numbers show it, and KULINK_CMD_GET_SEQUENCE closes the tail.
 */
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/sock.h>

#include "genl.h"

/**
 * struct stream - events of a service on their way to a family's groups
 * @genl: the family
 * @node: in its list
 * @sub: cursor in the service's ring
 * @work: sends what is there
 * @lock: guards what follows
 * @gone: the last message is out
 * @room: bytes of a message, at least what the largest event takes
 * @batch: events of one mode on their way out; NULL: none
 * @mode: their mode
 * @buffer: the event at hand
 * @sent: per event, the last sequence that was multicast or lost
 */
struct stream {
	struct kulink_genl *genl;
	struct list_head node;
	struct kulink_subscription sub;
	struct work_struct work;
	struct mutex lock; /* one sender at a time */
	bool gone;
	size_t room;
	struct sk_buff *batch;
	umode_t mode;
	struct kulink_event_buffer buffer;
	u64 sent[];
};

/* Events taken before the work item lets others have the processor. */
#define BURST	1024

static struct workqueue_struct *queue;

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

static void multicast(struct stream *stream, struct sk_buff *skb, unsigned int group, umode_t mode)
{
	struct audience audience = { .service = stream->sub.service, .mode = mode };

	/* Nobody there is no error; who could not take it is told ENOBUFS by netlink. */
	kulink_genl_multicast(&stream->genl->family->genl, skb, group, deaf, &audience);
}

static void flush(struct stream *stream)
{
	struct sk_buff *skb = stream->batch;

	stream->batch = NULL;
	if (skb)
		multicast(stream, skb, group_of(stream->mode), stream->mode);
}

static int put_event(struct sk_buff *skb, const struct stream *stream)
{
	const struct kulink_event_buffer *event = &stream->buffer;
	struct kulink_service *service = stream->sub.service;
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
static int append(struct stream *stream, umode_t mode)
{
	if (stream->batch && stream->mode == mode && !put_event(stream->batch, stream))
		return 0;
	flush(stream);
	stream->mode = mode;
	stream->batch = nlmsg_new(stream->room, GFP_KERNEL);
	return stream->batch ? put_event(stream->batch, stream) : -ENOMEM;
}

/* The event at hand; where there is no memory the group is told that it lost some. */
static void send_event(struct stream *stream)
{
	const struct genl_family *genl = &stream->genl->family->genl;
	umode_t mode = kulink_event_mode(stream->sub.service, stream->buffer.event);
	unsigned int group = group_of(mode);

	if (genl_has_listeners(genl, &init_net, group) && append(stream, mode))
		genl_set_err(genl, &init_net, 0, group, -ENOBUFS);
	stream->sent[stream->buffer.event] = stream->buffer.head.seq;
}

/* Up to @most events; whether there may be more. */
static bool drain(struct stream *stream, unsigned int most)
{
	bool more = true;

	lockdep_assert_held(&stream->lock);
	while (most-- && more && !stream->gone) {
		more = !kulink_event_next(&stream->sub, &stream->buffer);
		if (more)
			send_event(stream);
	}
	flush(stream);
	return more && !stream->gone;
}

static void stream_work(struct work_struct *work)
{
	struct stream *stream = container_of(work, struct stream, work);
	bool more;

	mutex_lock(&stream->lock);
	more = drain(stream, BURST);
	mutex_unlock(&stream->lock);
	if (more)
		queue_work(queue, &stream->work);
}

/* Any context, under the ring's lock. */
static void wake(struct kulink_subscription *sub)
{
	queue_work(queue, &container_of(sub, struct stream, sub)->work);
}

/**
 * kulink_genl_stream_seq() - the last sequence that was multicast, or lost on the way
 * @genl: the family
 * @service: published
 * @event: index
 * @seq: gets it
 *
 * What was emitted before this was called has been sent when it returns, so a program that then
 * reads its socket empty and has less knows what it has lost.
 *
 * Return: 0 or -ENODEV
 */
int kulink_genl_stream_seq(struct kulink_genl *genl, struct kulink_service *service,
			   unsigned int event, u64 *seq)
{
	u64 target = kulink_event_seq(service, event);
	struct stream *stream;
	int err = -ENODEV;

	mutex_lock(&genl->lock);
	list_for_each_entry(stream, &genl->streams, node) {
		if (stream->sub.service != service)
			continue;
		mutex_lock(&stream->lock);
		while (stream->sent[event] < target && drain(stream, BURST))
			;
		*seq = stream->sent[event];
		mutex_unlock(&stream->lock);
		err = 0;
		break;
	}
	mutex_unlock(&genl->lock);
	return err;
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

static int subscribe(struct stream *stream, unsigned int n)
{
	unsigned int i;
	int err;

	for (i = 0; i < n; i++) {
		err = kulink_subscribe(&stream->sub, i, &stream->sent[i]);
		if (err)
			return err;
	}
	return 0;
}

int kulink_genl_stream_add(struct kulink_service *service, void **slot)
{
	struct kulink_genl *genl = *slot;
	unsigned int n = kulink_count_events(service);
	struct stream *stream = kzalloc(struct_size(stream, sent, n), GFP_KERNEL);
	int err;

	if (!stream)
		return -ENOMEM;
	stream->genl = genl;
	stream->room = max(event_room(service), NLMSG_DEFAULT_SIZE);
	mutex_init(&stream->lock);
	INIT_WORK(&stream->work, stream_work);
	err = kulink_subscription_init(&stream->sub, service, wake);
	if (err)
		goto err_free;
	err = subscribe(stream, n);
	if (err)
		goto err_subscription;

	mutex_lock(&genl->lock);
	list_add_tail(&stream->node, &genl->streams);
	mutex_unlock(&genl->lock);
	*slot = stream;
	return 0;

err_subscription:
	kulink_subscription_destroy(&stream->sub);
	cancel_work_sync(&stream->work);
err_free:
	kfree(stream);
	return err;
}

/* Both groups hear it: a program may have joined either. */
static void send_gone(struct stream *stream)
{
	const struct genl_family *genl = &stream->genl->family->genl;
	unsigned int group;

	for (group = 0; group < N_GROUPS; group++) {
		struct sk_buff *skb = genlmsg_new(nla_total_size(KULINK_NAME_SIZE), GFP_KERNEL);
		void *hdr = skb ? genlmsg_put(skb, 0, 0, genl, 0, KULINK_CMD_GONE) : NULL;

		if (!hdr || nla_put_string(skb, KULINK_A_SERVICE,
					   kulink_service_name(stream->sub.service))) {
			nlmsg_free(skb);
			genl_set_err(genl, &init_net, 0, group, -ENOBUFS);
			continue;
		}
		genlmsg_end(skb, hdr);
		multicast(stream, skb, group, 0444);
	}
}

/* How many events were emitted that have not been taken. */
static unsigned int behind(const struct stream *stream)
{
	struct kulink_service *service = stream->sub.service;
	unsigned int i, n = 0;

	for (i = 0; i < kulink_count_events(service); i++)
		n += kulink_event_seq(service, i) - stream->sent[i];
	return n;
}

/* What is in the ring by now, then the end; a driver that goes on emitting does not hold it up. */
void kulink_genl_stream_remove(struct kulink_service *service, void *slot)
{
	struct stream *stream = slot;
	struct kulink_genl *genl = stream->genl;

	mutex_lock(&genl->lock);
	list_del(&stream->node);
	mutex_unlock(&genl->lock);

	mutex_lock(&stream->lock);
	drain(stream, behind(stream));
	send_gone(stream);
	stream->gone = true;
	mutex_unlock(&stream->lock);

	kulink_subscription_destroy(&stream->sub);
	cancel_work_sync(&stream->work);
	kfree(stream);
}

int kulink_genl_events_init(void)
{
	queue = alloc_workqueue("kulink_genl", WQ_UNBOUND, 0);
	return queue ? 0 : -ENOMEM;
}

void kulink_genl_events_exit(void)
{
	destroy_workqueue(queue);
}
