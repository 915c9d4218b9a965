/* SPDX-License-Identifier: GPL-2.0-only */
/* The relay channel's two files: who asks for a stream, and the stream. */
#ifndef _KULINK_RELAY_H
#define _KULINK_RELAY_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/poll.h>
#include <linux/relay.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "compat.h"
#include "message.h"

/**
 * struct relay_cpu - of one processor's buffer, beside what relay knows
 * @lock: one read() at a time
 * @opened: its file is open: relay keeps one position, so there is one reader
 * @taken: bytes read of the sub-buffer that is next to be given back; under @lock
 * @lost: events that found no room, and are not told of yet; under the session's lock, as
 * @tells: the sub-buffer being written begins with a loss
 */
struct relay_cpu {
	struct mutex lock;	/* one read() at a time */
	unsigned long opened;
	size_t taken;
	u64 lost;
	bool tells;
};

/**
 * struct relay_session - an open control file, and its streams
 * @ref: of the control file and of each open stream
 * @node: in the channel's list, while there are streams; under the channel's mutex
 * @service: a reference
 * @cred: the opener's, held
 * @slot: the published service's, held
 * @dir: where the streams are; NULL: there were none yet
 * @name: its name
 * @exchange: requests on the control file
 * @wait: who waits for events; lives as long as any file that is polled
 * @waiting: somebody may be there to be woken
 * @sub: the events
 * @lock: guards what follows, and relay's buffers: relay leaves it to its clients that one writes
 *	at a time and that nobody switches a buffer meanwhile. Inside the lock of the service's events
 * @chan: relay's; NULL: not yet, or not any more
 * @ended: no event follows, nothing is written any more
 * @id: of the last record
 * @seq: of each event the last that was written, or found no room
 * @heads: of each event, prepared
 * @cpus: one for each processor there may be
 */
struct relay_session {
	struct kref ref;
	struct list_head node;
	struct kulink_service *service;
	const struct cred *cred;
	struct relay_slot *slot;
	struct dentry *dir;
	char name[16];
	struct kulink_exchange exchange;
	wait_queue_head_t wait;
	bool waiting;
	struct kulink_subscription sub;
	spinlock_t lock;	/* the buffers */
	struct rchan *chan;
	bool ended;
	u32 id;
	u64 *seq;
	struct kulink_msg *heads;
	struct relay_cpu *cpus;
};

/* relay.c */
void kulink_relay_put(struct relay_session *session);

/* relay_stream.c: bytes of a sub-buffer, how many of them a processor has; -EINVAL */
int kulink_relay_sizes(unsigned int size, unsigned int count);
/* Streams in @dir, for the events that are subscribed from now on */
int kulink_relay_begin(struct relay_session *session, struct dentry *dir);
/* Nothing is written any more; what was can be read by who has the files open */
void kulink_relay_end(struct relay_session *session);
/* In the emitter's context, under the lock of the service's events */
void kulink_relay_emitted(struct kulink_subscription *sub, unsigned int event,
			  const struct kulink_event_head *head, const void *record);
/* Whether there is something to read in any stream; who asks may wait */
bool kulink_relay_readable(struct relay_session *session);

#endif /* _KULINK_RELAY_H */
