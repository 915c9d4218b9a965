/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Streams: for channels that push events (multicast, datagrams, uevents, programs). Of each
 * service that it publishes such a channel has a stream: a work item takes the events from the
 * core's ring in order and hands them on, one at a time, where one may sleep. What an emitter is
 * ahead of the work item is lost in the ring; the sequence numbers show it.
 */
#ifndef _KULINK_STREAM_H
#define _KULINK_STREAM_H

#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "channel.h"

struct kulink_stream;

/**
 * struct kulink_stream_ops - what a channel does with events
 * @event: send it, or keep it until @flush
 * @flush: nothing more for now; NULL: nothing is ever kept
 * @gone: the service is no more, here; the last that is called
 * @listening: whether anybody would hear an event of the stream's; any context, hard interrupts
 *	included, under the ring's spinlock. While nobody does, none comes. NULL: always
 * @interval: nanoseconds from one flush to the next while events keep coming, so that they gather: the
 *	first one after a pause goes at once, none waits longer than this, and KULINK_STREAM_MANY of
 *	them do not wait. 0: each goes at once
 *
 * One at a time for each stream. Process context, may sleep, and never takes what the caller of
 * kulink_stream_destroy() holds.
 */
struct kulink_stream_ops {
	void (*event)(struct kulink_stream *stream, const struct kulink_event_buffer *event);
	void (*flush)(struct kulink_stream *stream);
	void (*gone)(struct kulink_stream *stream);
	bool (*listening)(struct kulink_stream *stream);
	u32 interval;
};

/* Events that are enough to send */
#define KULINK_STREAM_MANY	32

/**
 * struct kulink_streams - the streams of one channel
 * @lock: guards @list
 * @list: of struct kulink_stream
 * @queue: where they work
 * @ops: what they do
 */
struct kulink_streams {
	struct mutex lock;	/* guards @list */
	struct list_head list;
	struct workqueue_struct *queue;
	const struct kulink_stream_ops *ops;
};

/**
 * struct kulink_stream - events of one published service on their way; embed it
 * @service: whose; held by the subscription
 *
 * All else is the core's.
 */
struct kulink_stream {
	struct kulink_service *service;
	/* private: */
	struct kulink_streams *all;
	struct list_head node;
	struct kulink_subscription sub;
	struct work_struct work;
	struct hrtimer timer;		/* starts @work */
	atomic_t pending;		/* events since @work or @timer was started; 0: none was */
	u64 flushed;			/* when */
	struct mutex lock;		/* one sender at a time; guards what follows */
	bool gone;
	struct kulink_event_buffer buffer;
};

/* @name: of the workqueue. -ENOMEM */
int kulink_streams_init(struct kulink_streams *all, const char *name,
			const struct kulink_stream_ops *ops);
/* No stream is left */
void kulink_streams_destroy(struct kulink_streams *all);

/**
 * kulink_stream_init() - from now on every event of @service comes; in the channel's add
 *
 * Return: 0; -ENODEV; -ENOMEM
 */
int kulink_stream_init(struct kulink_stream *stream, struct kulink_streams *all,
		       struct kulink_service *service);
/* What has been emitted by now, then the end; in the channel's remove. May sleep */
void kulink_stream_destroy(struct kulink_stream *stream);

/**
 * kulink_stream_seq() - the last sequence that was handed on, or lost on the way
 * @all: the channel's
 * @service: whose
 * @event: index
 * @seq: gets it
 *
 * What was emitted before this was called has been handed on when it returns, so that a program
 * which then finds nothing more to read and has less knows what it has lost.
 *
 * Return: 0 or -ENODEV
 */
int kulink_stream_seq(struct kulink_streams *all, struct kulink_service *service,
		      unsigned int event, u64 *seq);

#endif /* _KULINK_STREAM_H */
