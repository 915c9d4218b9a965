// SPDX-License-Identifier: GPL-2.0-only
/*
 * UDP: events. Who subscribes is sent each event that he wants, a datagram each, as long as he
 * renews it; what gets lost on the way shows in the sequence numbers, and KULINK_OP_SEQUENCE tells
 * of the end. Nobody is waited for.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "udp.h"

/* U64_MAX in @since: not wanted */
#define NOT_WANTED	U64_MAX

/**
 * struct subscriber - an address that hears a service's events
 * @node: in the list of all
 * @service: whose; it is published as long as this is there
 * @address: to whom
 * @expires: unless it is renewed
 * @n: events of the service
 * @since: per event, the last sequence before it was wanted
 */
struct subscriber {
	struct list_head node;
	const struct kulink_service *service;
	union kulink_udp_address address;
	unsigned long expires;
	unsigned int n;
	u64 since[];
};

static DEFINE_MUTEX(lock);		/* inside kulink_udp_streams.lock and a stream's; guards what follows */
static LIST_HEAD(subscribers);
static unsigned int count;

struct kulink_streams kulink_udp_streams;

static void forget(struct subscriber *sub)
{
	list_del(&sub->node);
	count--;
	kfree(sub);
}

static void forget_expired(void)
{
	struct subscriber *sub, *next;

	list_for_each_entry_safe(sub, next, &subscribers, node) {
		if (time_after(jiffies, sub->expires))
			forget(sub);
	}
}

static struct subscriber *find(const struct kulink_service *service,
			       const union kulink_udp_address *address)
{
	struct subscriber *sub;

	lockdep_assert_held(&lock);
	list_for_each_entry(sub, &subscribers, node) {
		if (sub->service == service &&
		    !memcmp(&sub->address, address, sizeof(*address)))
			return sub;
	}
	return NULL;
}

static void send_event(struct kulink_stream *stream, const struct kulink_event_buffer *event)
{
	struct subscriber *sub;
	struct kulink_msg head;

	kulink_message_head(&head, KULINK_OP_EVENT, stream->service,
			    kulink_event_name(stream->service, event->event),
			    sizeof(event->head) + event->len);
	mutex_lock(&lock);
	forget_expired();
	list_for_each_entry(sub, &subscribers, node) {
		if (sub->service == stream->service &&
		    sub->since[event->event] < event->head.seq)
			kulink_udp_send(&sub->address, &head, &event->head, MSG_DONTWAIT);
	}
	mutex_unlock(&lock);
}

static void send_gone(struct kulink_stream *stream)
{
	struct subscriber *sub, *next;
	struct kulink_msg head;

	kulink_message_head(&head, KULINK_OP_GONE, stream->service, "", 0);
	mutex_lock(&lock);
	list_for_each_entry_safe(sub, next, &subscribers, node) {
		if (sub->service != stream->service)
			continue;
		kulink_udp_send(&sub->address, &head, NULL, MSG_DONTWAIT);
		forget(sub);
	}
	mutex_unlock(&lock);
}

/* Of any service */
static bool somebody_listens(struct kulink_stream *stream)
{
	return READ_ONCE(count);
}

static const struct kulink_stream_ops stream_ops = {
	.event = send_event,
	.gone = send_gone,
	.listening = somebody_listens,
};

/* Under kulink_udp_streams.lock, so that whoever is added to a stream that is there hears its end */
static bool has_stream(const struct kulink_service *service)
{
	const struct kulink_stream *stream;

	lockdep_assert_held(&kulink_udp_streams.lock);
	list_for_each_entry(stream, &kulink_udp_streams.list, node) {
		if (stream->service == service)
			return true;
	}
	return false;
}

static struct subscriber *new_subscriber(const struct kulink_service *service,
					 const union kulink_udp_address *address)
{
	unsigned int n = kulink_count_events(service);
	struct subscriber *sub;

	forget_expired();
	if (count >= KULINK_UDP_SUBSCRIBERS)
		return ERR_PTR(-EBUSY);
	sub = kzalloc(struct_size(sub, since, n), GFP_KERNEL);
	if (!sub)
		return ERR_PTR(-ENOMEM);
	sub->service = service;
	sub->address = *address;
	sub->n = n;
	memset(sub->since, 0xff, n * sizeof(*sub->since));
	list_add_tail(&sub->node, &subscribers);
	count++;
	return sub;
}

/*
 * Want event @first to @last, as far as others may read them, and tell how far each has come.
 * What is emitted from here on finds the subscriber.
 */
static int want(struct kulink_service *service, const union kulink_udp_address *address,
		unsigned int first, unsigned int last, u64 *seq)
{
	struct subscriber *sub = find(service, address);
	unsigned int i;

	if (!sub)
		sub = new_subscriber(service, address);
	if (IS_ERR(sub))
		return PTR_ERR(sub);
	sub->expires = jiffies + KULINK_UDP_LEASE * HZ;
	for (i = first; i <= last; i++, seq++) {
		*seq = NOT_WANTED;
		if (kulink_permit(service, NULL, kulink_event_mode(service, i), MAY_READ))
			continue;
		*seq = kulink_event_seq(service, i);
		if (sub->since[i] == NOT_WANTED)
			sub->since[i] = *seq;
	}
	return 0;
}

static bool any_may(struct kulink_service *service)
{
	unsigned int i;

	for (i = 0; i < kulink_count_events(service); i++) {
		if (!kulink_permit(service, NULL, kulink_event_mode(service, i), MAY_READ))
			return true;
	}
	return false;
}

/* The events that a request means: @part, or all. -ENOENT, -EACCES */
static int range_of(struct kulink_service *service, const char *part, unsigned int *first,
		    unsigned int *last)
{
	unsigned int n = kulink_count_events(service);
	int i;

	if (part[0]) {
		i = kulink_resolve(service, NULL, MAY_READ | MAY_WRITE, KULINK_EVENTS, part, 0);
		if (i < 0)
			return i;
		*first = i;
		*last = i;
		return 0;
	}
	if (!n)
		return -ENOENT;
	*first = 0;
	*last = n - 1;
	return any_may(service) ? 0 : -EACCES;
}

static int subscribe(struct kulink_service *service, const union kulink_udp_address *address,
		     const struct kulink_msg *msg, void **reply, size_t *reply_len)
{
	unsigned int first, last;
	u64 *seq;
	int err;

	err = range_of(service, msg->part, &first, &last);
	if (err)
		return err;
	seq = kvmalloc_array(last - first + 1, sizeof(*seq), GFP_KERNEL);
	if (!seq)
		return -ENOMEM;
	mutex_lock(&kulink_udp_streams.lock);
	mutex_lock(&lock);
	err = has_stream(service) ? want(service, address, first, last, seq) : -ENODEV;
	mutex_unlock(&lock);
	mutex_unlock(&kulink_udp_streams.lock);
	*reply = seq;
	*reply_len = (last - first + 1) * sizeof(*seq);
	return err;
}

static int unsubscribe(struct kulink_service *service, const union kulink_udp_address *address,
		       const struct kulink_msg *msg)
{
	unsigned int first, last, i;
	struct subscriber *sub;
	int err;

	err = range_of(service, msg->part, &first, &last);
	if (err)
		return err;
	mutex_lock(&lock);
	sub = find(service, address);
	if (sub) {
		for (i = first; i <= last; i++)
			sub->since[i] = NOT_WANTED;
		if (!memchr_inv(sub->since, 0xff, sub->n * sizeof(*sub->since)))
			forget(sub);
	}
	mutex_unlock(&lock);
	return 0;
}

int kulink_udp_hook(void *ctx, struct kulink_service *service, const struct kulink_msg *msg,
		    void **reply, size_t *reply_len)
{
	const struct kulink_udp_request *rq = ctx;

	switch (msg->op) {
	case KULINK_OP_SUBSCRIBE:
		return msg->len == sizeof(*msg) ?
		       subscribe(service, &rq->from, msg, reply, reply_len) : -EINVAL;
	case KULINK_OP_UNSUBSCRIBE:
		return msg->len == sizeof(*msg) ? unsubscribe(service, &rq->from, msg) : -EINVAL;
	default:
		return -EOPNOTSUPP;
	}
}

int kulink_udp_add(struct kulink_service *service, void **slot)
{
	struct kulink_stream *stream;
	int err;

	*slot = NULL;
	if (!kulink_count_events(service))
		return 0;
	stream = kzalloc(sizeof(*stream), GFP_KERNEL);
	if (!stream)
		return -ENOMEM;
	err = kulink_stream_init(stream, &kulink_udp_streams, service);
	if (err) {
		kfree(stream);
		return err;
	}
	*slot = stream;
	return 0;
}

void kulink_udp_remove(struct kulink_service *service, void *slot)
{
	if (!slot)
		return;
	kulink_stream_destroy(slot);
	kfree(slot);
}

int kulink_udp_events_init(void)
{
	return kulink_streams_init(&kulink_udp_streams, "kulink_udp_events", &stream_ops);
}

void kulink_udp_events_exit(void)
{
	kulink_streams_destroy(&kulink_udp_streams);
}
