/* SPDX-License-Identifier: MIT */
/* A ring of io_uring on a device node: what uring's files share. */
#ifndef KULINK_LIB_URING_H
#define KULINK_LIB_URING_H

#include <liburing.h>

#include "dev.h"

/** URING_BATCH - requests that are submitted at once */
#define URING_BATCH	32

/**
 * struct uring - a session
 * @node: the device node; -1
 * @has_ring: @ring is there
 * @ring: io_uring's
 * @ended: a pipe that nobody writes to: the ring has its other end, until its last request is through
 * @guess: bytes that the last table took, with some room
 * @parts: as the node knows them
 * @calls: those under way
 * @cells: room for any event's fields
 * @events: room for events, once one was subscribed to
 * @came: bytes there
 * @at: of these, those that were given
 */
struct uring {
	int node;
	bool has_ring;
	struct io_uring ring;
	int ended;
	size_t guess;
	struct kulink_dev_parts parts;
	struct kulink_ioc_call calls[URING_BATCH];
	struct kulink_cell *cells;
	unsigned char *events;
	size_t came, at;
};

static inline struct uring *uring_of(const struct kulink_session *s)
{
	return s->private;
}

/* Put a command into the ring, as number @i of those that are run at once */
KULINK_HIDDEN int kulink_uring_put(struct uring *u, unsigned int i, uint32_t cmd,
				   const struct kulink_uring *args);
/*
 * Submit what was put, @n commands, and wait for all of them; @results: of each, as the completion says.
 * What is returned, other than 0, is the ring's error: none of them has a result.
 */
KULINK_HIDDEN int kulink_uring_run(struct uring *u, unsigned int n, int *results);
/* One, by itself: what its completion says, in the contract's errnos */
KULINK_HIDDEN int kulink_uring_one(struct kulink_session *s, uint32_t cmd, const struct kulink_uring *args);

/* uring_batch.c: of struct kulink_channel */
KULINK_HIDDEN void kulink_uring_batch(struct kulink_session *s, const struct kulink_part *const *parts,
				      struct kulink_batched *calls, size_t n);

/* uring_event.c: likewise */
KULINK_HIDDEN int kulink_uring_subscribe(struct kulink_session *s, const struct kulink_part *event,
					 uint64_t *seq);
KULINK_HIDDEN int kulink_uring_unsubscribe(struct kulink_session *s, const struct kulink_part *event);
KULINK_HIDDEN int kulink_uring_fd(struct kulink_session *s);
KULINK_HIDDEN int kulink_uring_next(struct kulink_session *s, struct kulink_raw_event *event);

#endif /* KULINK_LIB_URING_H */
