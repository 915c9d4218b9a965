// SPDX-License-Identifier: GPL-2.0-only
/*
 * uring: events. A file that has subscribed keeps a place in the service's events; a command takes
 * what there is.
 */
#include <linux/bitmap.h>
#include <linux/slab.h>

#include "uring.h"

struct uring_events *kulink_uring_events_of(struct kulink_file *file)
{
	/* made whole before it was put there, by the cmpxchg() in begin() */
	return smp_load_acquire(&uring_of(file)->events);
}

/* From any context, under the ring's lock */
static void wake(struct kulink_subscription *sub)
{
	struct uring_events *events = container_of(sub, struct uring_events, sub);

	wake_up_interruptible_poll(&events->file->wait, EPOLLIN | EPOLLRDNORM);
	kulink_uring_shot_wake(events);
}

static void free_events(struct uring_events *events)
{
	kulink_subscription_destroy(&events->sub);
	mutex_destroy(&events->lock);
	kfree(events);
}

/* With the first subscription; two programs may be the first */
static struct uring_events *begin(struct kulink_file *file)
{
	struct uring_events *events = kulink_uring_events_of(file), *first;
	int err;

	if (events)
		return events;
	events = kzalloc(sizeof(*events), GFP_KERNEL_ACCOUNT);
	if (!events)
		return ERR_PTR(-ENOMEM);
	events->file = file;
	mutex_init(&events->lock);
	spin_lock_init(&events->shot_lock);
	err = kulink_subscription_init(&events->sub, file->service, wake);
	if (err) {
		kfree(events);
		return ERR_PTR(err);
	}
	first = cmpxchg(&uring_of(file)->events, NULL, events);
	if (!first)
		return events;
	free_events(events);
	return first;
}

int kulink_uring_subscribe(void *ctx, struct kulink_service *service, const struct kulink_msg *msg,
			   void **reply, size_t *reply_len)
{
	struct uring_events *events;
	int err;

	if (msg->op != KULINK_OP_SUBSCRIBE && msg->op != KULINK_OP_UNSUBSCRIBE)
		return -EOPNOTSUPP;
	events = begin(ctx);
	if (IS_ERR(events))
		return PTR_ERR(events);
	err = kulink_file_subscribe(ctx, &events->sub, msg, reply, reply_len);
	if (!err && bitmap_empty(events->sub.wanted, events->sub.n_events))
		kulink_uring_shot_stop(events);
	return err;
}

int kulink_uring_start(struct uring_events *events)
{
	struct kulink_service *service = events->file->service;
	struct kulink_event_buffer *event = &events->event;
	int err;

	if (events->started)
		return 0;
	if (events->ended)
		return -ENODEV;
	err = kulink_event_next(&events->sub, event);
	if (err && err != -ENODEV)
		return err;
	if (err) {
		WRITE_ONCE(events->ended, true);
		kulink_message_head(&events->head, KULINK_OP_GONE, service, "", 0);
	} else {
		kulink_message_head(&events->head, KULINK_OP_EVENT, service,
				    kulink_event_name(service, event->event),
				    sizeof(event->head) + event->len);
	}
	WRITE_ONCE(events->started, true);
	return 0;
}

int kulink_uring_take(struct uring_events *events, struct iov_iter *to)
{
	size_t len, payload;
	int err, taken = 0;

	while (!(err = kulink_uring_start(events))) {
		len = events->head.len;
		payload = len - sizeof(events->head);
		err = -EMSGSIZE;
		if (iov_iter_count(to) < len)
			break;
		/* what cannot be copied is gone, and its sequence tells so */
		WRITE_ONCE(events->started, false);
		err = -EFAULT;
		if (copy_to_iter(&events->head, sizeof(events->head), to) != sizeof(events->head) ||
		    copy_to_iter(&events->event.head, payload, to) != payload)
			break;
		taken += len;
	}
	return taken ?: err;
}

int kulink_uring_events(struct kulink_file *file, const struct uring_request *rq)
{
	struct uring_events *events = kulink_uring_events_of(file);
	struct iov_iter to;
	int ret;

	if (rq->args.request_len || !events)
		return -EINVAL;
	if (rq->args.room > INT_MAX)
		return -EMSGSIZE;
	ret = kulink_uring_buffer(rq, rq->args.room, ITER_DEST, &to);
	if (ret)
		return ret;
	if (mutex_lock_interruptible(&events->lock))
		return -EINTR;
	ret = kulink_uring_take(events, &to);
	mutex_unlock(&events->lock);
	return ret;
}

__poll_t kulink_uring_poll(struct kulink_file *file)
{
	struct uring_events *events = kulink_uring_events_of(file);

	if (!events)
		return 0;
	if (kulink_file_check(file, &kulink_uring) == -EOPNOTSUPP)
		return EPOLLERR;
	if (READ_ONCE(events->started) || READ_ONCE(events->ended) ||
	    kulink_event_pending(&events->sub))
		return EPOLLIN | EPOLLRDNORM;
	return 0;
}

/* Who waits looks again */
void kulink_uring_unpublished(struct kulink_file *file)
{
	struct uring_events *events = kulink_uring_events_of(file);

	wake_up_interruptible_poll(&file->wait, EPOLLIN | EPOLLHUP);
	if (events)
		kulink_uring_shot_wake(events);
}

void kulink_uring_release(struct kulink_file *file)
{
	struct uring_events *events = kulink_uring_events_of(file);

	if (events)
		free_events(events);
}
