// SPDX-License-Identifier: GPL-2.0-only
/* Streams: events from a service's ring to a channel that pushes them, by a work item. */
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "core.h"
#include "../stream.h"

/* Events taken before the work item lets others have the processor */
#define BURST	1024

int kulink_streams_init(struct kulink_streams *all, const char *name,
			const struct kulink_stream_ops *ops)
{
	mutex_init(&all->lock);
	INIT_LIST_HEAD(&all->list);
	all->ops = ops;
	all->queue = alloc_workqueue("%s", WQ_UNBOUND, 0, name);
	return all->queue ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_GPL(kulink_streams_init);

void kulink_streams_destroy(struct kulink_streams *all)
{
	destroy_workqueue(all->queue);
	mutex_destroy(&all->lock);
}
EXPORT_SYMBOL_GPL(kulink_streams_destroy);

/* Up to @most events; whether there may be more */
static bool drain(struct kulink_stream *stream, unsigned int most)
{
	const struct kulink_stream_ops *ops = stream->all->ops;
	const struct kulink_event_buffer *event = &stream->buffer;
	bool more = true;

	lockdep_assert_held(&stream->lock);
	while (most-- && more && !stream->gone) {
		more = !kulink_event_next(&stream->sub, &stream->buffer);
		if (!more)
			break;
		ops->event(stream, event);
	}
	if (ops->flush)
		ops->flush(stream);
	WRITE_ONCE(stream->flushed, ktime_get_ns());
	if (!more)
		kulink_subscription_doze(&stream->sub);
	return more && !stream->gone;
}

static void stream_work(struct work_struct *work)
{
	struct kulink_stream *stream = container_of(work, struct kulink_stream, work);
	bool more;

	/* before we look: what comes from here on starts us again */
	atomic_set(&stream->pending, 0);
	mutex_lock(&stream->lock);
	more = drain(stream, BURST);
	mutex_unlock(&stream->lock);
	if (more)
		queue_work(stream->all->queue, &stream->work);
}

static enum hrtimer_restart stream_timer(struct hrtimer *timer)
{
	struct kulink_stream *stream = container_of(timer, struct kulink_stream, timer);

	queue_work(stream->all->queue, &stream->work);
	return HRTIMER_NORESTART;
}

/* Nanoseconds until it may be flushed again */
static u64 to_wait(const struct kulink_stream *stream)
{
	u64 since, interval = stream->all->ops->interval;

	if (!interval)
		return 0;
	since = ktime_get_ns() - READ_ONCE(stream->flushed);
	return since < interval ? interval - since : 0;
}

/* Any context, under the ring's lock */
static void wake(struct kulink_subscription *sub)
{
	struct kulink_stream *stream = container_of(sub, struct kulink_stream, sub);
	int pending = atomic_inc_return(&stream->pending);
	u64 wait = pending == 1 ? to_wait(stream) : 0;

	if (wait)
		hrtimer_start(&stream->timer, ns_to_ktime(wait), HRTIMER_MODE_REL);
	else if (pending == 1 || pending == KULINK_STREAM_MANY)
		queue_work(stream->all->queue, &stream->work);
}

static bool listening(struct kulink_subscription *sub)
{
	struct kulink_stream *stream = container_of(sub, struct kulink_stream, sub);

	return stream->all->ops->listening(stream);
}

static int want_all(struct kulink_stream *stream)
{
	unsigned int i;
	int err = 0;
	u64 seq;

	for (i = 0; i < stream->sub.n_events && !err; i++)
		err = kulink_subscribe(&stream->sub, i, &seq);
	if (err || !stream->all->ops->listening)
		return err;
	stream->sub.listening = listening;
	kulink_subscription_doze(&stream->sub);
	return 0;
}

int kulink_stream_init(struct kulink_stream *stream, struct kulink_streams *all,
		       struct kulink_service *service)
{
	int err;

	stream->service = service;
	stream->all = all;
	stream->gone = false;
	mutex_init(&stream->lock);
	INIT_WORK(&stream->work, stream_work);
	kulink_hrtimer_setup(&stream->timer, stream_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	atomic_set(&stream->pending, 0);
	stream->flushed = 0;
	err = kulink_subscription_init(&stream->sub, service, wake);
	if (err)
		return err;
	err = want_all(stream);
	if (err)
		goto destroy;

	mutex_lock(&all->lock);
	list_add_tail(&stream->node, &all->list);
	mutex_unlock(&all->lock);
	return 0;

destroy:
	kulink_subscription_destroy(&stream->sub);
	hrtimer_cancel(&stream->timer);
	cancel_work_sync(&stream->work);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_stream_init);

/* How many events were emitted that have not been taken */
static unsigned int behind(const struct kulink_stream *stream)
{
	unsigned int i, n = 0;

	for (i = 0; i < stream->sub.n_events; i++)
		n += kulink_event_seq(stream->service, i) - kulink_event_passed(&stream->sub, i);
	return n;
}

/* What is in the ring by now, then the end; a driver that goes on emitting does not hold it up. */
void kulink_stream_destroy(struct kulink_stream *stream)
{
	mutex_lock(&stream->all->lock);
	list_del(&stream->node);
	mutex_unlock(&stream->all->lock);

	mutex_lock(&stream->lock);
	drain(stream, behind(stream));
	if (stream->all->ops->gone)
		stream->all->ops->gone(stream);
	stream->gone = true;
	mutex_unlock(&stream->lock);

	kulink_subscription_destroy(&stream->sub);
	hrtimer_cancel(&stream->timer);
	cancel_work_sync(&stream->work);
	mutex_destroy(&stream->lock);
}
EXPORT_SYMBOL_GPL(kulink_stream_destroy);

int kulink_stream_seq(struct kulink_streams *all, struct kulink_service *service,
		      unsigned int event, u64 *seq)
{
	u64 target = kulink_event_seq(service, event);
	struct kulink_stream *stream;
	int err = -ENODEV;

	mutex_lock(&all->lock);
	list_for_each_entry(stream, &all->list, node) {
		if (stream->service != service)
			continue;
		mutex_lock(&stream->lock);
		while (kulink_event_passed(&stream->sub, event) < target && drain(stream, BURST))
			;
		*seq = kulink_event_passed(&stream->sub, event);
		mutex_unlock(&stream->lock);
		err = 0;
		break;
	}
	mutex_unlock(&all->lock);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_stream_seq);
