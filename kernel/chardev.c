// SPDX-License-Identifier: GPL-2.0-only
/*
 * chardev: a character device, read and written as messages.
 *
 * When to choose it: events and big calls for a program that likes one descriptor with
 * read(), write(), poll() and SIGIO, and nothing to parse but a fixed header.
 *
 * It creates nothing of its own: the node /dev/kulink/SERVICE is the core's, with the
 * mode the administrator gives it as the upper bound; parts decide with the opener's
 * credentials. One write() is one request (CALL, DUMP, SUBSCRIBE, UNSUBSCRIBE); read()
 * gives its reply, then the events that were subscribed to, one message a read. Each open
 * file is a stream of its own. A slow reader loses the oldest events and finds a gap in
 * their sequence numbers. When the driver has left: the events that are left, GONE, -ENODEV.
 *
 * It cannot carry values: those are the ioctl channel's, on the same node.
 */
#include <linux/bitops.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dev.h"

/**
 * struct chardev - what an open file has for this channel
 * @file: the file
 * @exchange: request and reply
 * @sub: the events
 * @subscribed: one was asked for
 * @lock: one reader at a time, for what follows
 * @started: an event is being read
 * @head: its header
 * @taken: bytes of it that were read
 * @event: the event itself
 * @ended: the end of the stream was told
 */
struct chardev {
	struct kulink_file *file;
	struct kulink_exchange exchange;
	struct kulink_subscription sub;
	bool subscribed;

	struct mutex lock;	/* one reader at a time */
	bool started;
	bool ended;
	struct kulink_msg head;
	size_t taken;
	struct kulink_event_buffer event;
};

static struct chardev *chardev_of(struct kulink_file *file)
{
	return kulink_file_state(file, &kulink_chardev);
}

/* From any context, under the ring's lock */
static void chardev_wake(struct kulink_subscription *sub)
{
	struct kulink_file *file = container_of(sub, struct chardev, sub)->file;

	wake_up_interruptible_poll(&file->wait, EPOLLIN | EPOLLRDNORM);
	kill_fasync(&file->fasync, SIGIO, POLL_IN);
}

static int chardev_open(struct kulink_file *file)
{
	struct chardev *chardev = chardev_of(file);
	int err;

	chardev->file = file;
	err = kulink_subscription_init(&chardev->sub, file->service, chardev_wake);
	if (err)
		return err;
	mutex_init(&chardev->lock);
	kulink_exchange_init(&chardev->exchange);
	return 0;
}

static void chardev_release(struct kulink_file *file)
{
	struct chardev *chardev = chardev_of(file);

	kulink_subscription_destroy(&chardev->sub);
	kulink_exchange_destroy(&chardev->exchange);
	mutex_destroy(&chardev->lock);
}

/* What the core's exchange does not know */
static int chardev_op(void *ctx, struct kulink_service *service, const struct kulink_msg *msg,
		      void **reply, size_t *reply_len)
{
	struct kulink_file *file = ctx;
	struct chardev *chardev = chardev_of(file);
	int err = kulink_file_subscribe(file, &chardev->sub, msg, reply, reply_len);

	if (!err && msg->op == KULINK_OP_SUBSCRIBE)
		WRITE_ONCE(chardev->subscribed, true);
	return err;
}

static ssize_t chardev_write(struct kulink_file *file, const char __user *buf, size_t len)
{
	const struct kulink_peer peer = {
		.cred = file->cred,
		.ops = BIT(KULINK_OP_CALL) | BIT(KULINK_OP_DUMP),
		.hook = chardev_op,
		.ctx = file,
	};
	ssize_t ret = kulink_file_check(file, &kulink_chardev);

	if (ret)
		return ret;
	if (!(file->may & MAY_READ))
		return -EACCES;	/* there is a reply to read */
	ret = kulink_exchange_write(&chardev_of(file)->exchange, &peer, file->service, buf, len);
	if (ret > 0)
		wake_up_interruptible_poll(&file->wait, EPOLLIN | EPOLLRDNORM);
	return ret;
}

/* Take the next event, or the end of the stream; 0, -EAGAIN, -ENODEV. Under chardev->lock */
static int start_message(struct chardev *chardev)
{
	struct kulink_service *service = chardev->file->service;
	struct kulink_event_buffer *event = &chardev->event;
	struct kulink_msg *head = &chardev->head;
	int err;

	if (chardev->ended)
		return -ENODEV;
	err = kulink_event_next(&chardev->sub, event);
	if (err == -ENODEV)
		WRITE_ONCE(chardev->ended, true);
	if (err && !(chardev->ended && READ_ONCE(chardev->subscribed)))
		return err;

	if (err)
		kulink_message_head(head, KULINK_OP_GONE, service, "", 0);
	else
		kulink_message_head(head, KULINK_OP_EVENT, service,
				    kulink_event_name(service, event->event),
				    sizeof(event->head) + event->len);
	chardev->taken = 0;
	WRITE_ONCE(chardev->started, true);
	return 0;
}

/* A piece of one message: of the event begun, else of the reply, else of the next event */
static ssize_t read_message(struct chardev *chardev, char __user *buf, size_t len)
{
	ssize_t ret;

	if (!chardev->started) {
		ret = kulink_exchange_read(&chardev->exchange, buf, len);
		if (ret)
			return ret;
		ret = start_message(chardev);
		if (ret)
			return ret;
	}
	ret = kulink_message_copy(&chardev->head, &chardev->event.head, &chardev->taken, buf, len);
	if (chardev->taken == chardev->head.len)
		WRITE_ONCE(chardev->started, false);
	return ret;
}

static bool published(struct kulink_file *file)
{
	return kulink_file_published(file, &kulink_chardev);
}

static bool readable(struct chardev *chardev)
{
	return READ_ONCE(chardev->started) || READ_ONCE(chardev->ended) ||
	       kulink_exchange_pending(&chardev->exchange) || kulink_event_pending(&chardev->sub);
}

static ssize_t chardev_read(struct kulink_file *file, char __user *buf, size_t len, bool nonblock)
{
	struct chardev *chardev = chardev_of(file);
	ssize_t ret;

	if (!len)
		return 0;
	for (;;) {
		/* gone is no error yet: there may be events and the end to tell */
		if (kulink_file_check(file, &kulink_chardev) == -EOPNOTSUPP)
			return -EOPNOTSUPP;
		if (mutex_lock_interruptible(&chardev->lock))
			return -ERESTARTSYS;
		ret = read_message(chardev, buf, len);
		mutex_unlock(&chardev->lock);
		if (ret != -EAGAIN || nonblock)
			return ret;
		ret = wait_event_interruptible(file->wait,
					       readable(chardev) || !published(file));
		if (ret)
			return ret;
	}
}

static __poll_t chardev_poll(struct kulink_file *file)
{
	struct chardev *chardev = chardev_of(file);
	int err = kulink_file_check(file, &kulink_chardev);
	__poll_t mask = 0;

	/* somebody else's file may be polled for what another channel of the node has */
	if (err == -EOPNOTSUPP)
		return READ_ONCE(chardev->subscribed) ? EPOLLERR : 0;
	if (err)
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLHUP | EPOLLERR;
	if (readable(chardev))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (!err && !kulink_exchange_pending(&chardev->exchange))
		mask |= EPOLLOUT | EPOLLWRNORM;
	return mask;
}

/* Who waits looks again */
static void chardev_unpublished(struct kulink_file *file)
{
	wake_up_interruptible_poll(&file->wait, EPOLLIN | EPOLLHUP);
}

struct kulink_dev_channel kulink_chardev = {
	.base = {
		.name = "chardev",
		.carries = KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
	},
	.state = sizeof(struct chardev),
	.open = chardev_open,
	.release = chardev_release,
	.unpublished = chardev_unpublished,
	.read = chardev_read,
	.write = chardev_write,
	.poll = chardev_poll,
};
