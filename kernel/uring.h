/* SPDX-License-Identifier: GPL-2.0-only */
/* io_uring's commands on a device node: what uring's files share. */
#ifndef _KULINK_URING_H
#define _KULINK_URING_H

#include <linux/uio.h>

#include "compat.h"
#include KULINK_URING_HEADER
#include "dev.h"

/**
 * struct uring_events - of a file that has subscribed once; as long as the file
 * @file: the file
 * @sub: the events
 * @lock: one command at a time, for what follows
 * @started: there is a message that has found no room yet
 * @ended: the end was told
 * @head: of that message
 * @event: and the event itself
 * @shot_lock: for @shot and @shot_busy; inside the ring's lock
 * @shot: the command that lies here and is given each event, or NULL
 * @shot_busy: somebody gives to it, or has queued the work that will
 * @shot_stopped: it is to end
 * @shot_group: of its buffers
 */
struct uring_events {
	struct kulink_file *file;
	struct kulink_subscription sub;

	struct mutex lock;		/* who takes them */
	bool started;
	bool ended;
	struct kulink_msg head;
	struct kulink_event_buffer event;

	spinlock_t shot_lock;		/* whose turn it is */
	struct io_uring_cmd *shot;
	bool shot_busy;
	bool shot_stopped;
	u16 shot_group;
};

/**
 * struct uring - what an open file has for this channel
 * @events: once it has subscribed
 */
struct uring {
	struct uring_events *events;
};

/**
 * struct uring_request - a command while it is run
 * @cmd: of io_uring
 * @flags: how it was issued
 * @args: what the submission said, read once
 */
struct uring_request {
	struct io_uring_cmd *cmd;
	unsigned int flags;
	struct kulink_uring args;
};

static inline struct uring *uring_of(struct kulink_file *file)
{
	return kulink_file_state(file, &kulink_uring);
}

/* Where the request comes from, or the reply goes to: the buffer's first @len bytes */
int kulink_uring_buffer(const struct uring_request *rq, size_t len, int direction,
			struct iov_iter *iter);

/* uring_event.c: a message's hook */
int kulink_uring_subscribe(void *ctx, struct kulink_service *service, const struct kulink_msg *msg,
			   void **reply, size_t *reply_len);
/* KULINK_URING_EVENTS: bytes of messages, or -errno */
int kulink_uring_events(struct kulink_file *file, const struct uring_request *rq);
/* NULL: it has not subscribed */
struct uring_events *kulink_uring_events_of(struct kulink_file *file);
/* The next event or the end, if none is there already; 0, -EAGAIN, -ENODEV. Under events->lock */
int kulink_uring_start(struct uring_events *events);
/* As many messages as there are, and as fit; bytes, or what kept the first one from it. Likewise */
int kulink_uring_take(struct uring_events *events, struct iov_iter *to);
__poll_t kulink_uring_poll(struct kulink_file *file);
void kulink_uring_unpublished(struct kulink_file *file);
void kulink_uring_release(struct kulink_file *file);

/* uring_shot.c: a command that is given each event */
#ifdef IORING_URING_CMD_MULTISHOT
#define kulink_uring_many(cmd)	((cmd)->flags & IORING_URING_CMD_MULTISHOT)
#else
#define kulink_uring_many(cmd)	false
#endif
#if KULINK_URING_MULTISHOT
/* 0: it is taken, and may have ended already; -errno: it is not */
int kulink_uring_shot(struct kulink_file *file, const struct uring_request *rq);
/* There is something to give; any context, under the ring's lock or not */
void kulink_uring_shot_wake(struct uring_events *events);
/* It is to end */
void kulink_uring_shot_stop(struct uring_events *events);
/* io_uring ends it */
void kulink_uring_shot_cancel(struct kulink_file *file, struct io_uring_cmd *cmd,
			      unsigned int flags);
#define kulink_uring_cancels(flags)	((flags) & IO_URING_F_CANCEL)
#else
static inline int kulink_uring_shot(struct kulink_file *file, const struct uring_request *rq)
{
	return -EINVAL;
}

static inline void kulink_uring_shot_wake(struct uring_events *events)
{
}

static inline void kulink_uring_shot_stop(struct uring_events *events)
{
}

static inline void kulink_uring_shot_cancel(struct kulink_file *file, struct io_uring_cmd *cmd,
					    unsigned int flags)
{
}

#define kulink_uring_cancels(flags)	false
#endif

#endif /* _KULINK_URING_H */
