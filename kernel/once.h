/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Once: for channels whose requests may be lost and come again. A request that comes a second time
 * is not run a second time: its reply is given again, or it is still running. A request's number
 * and who asked tell which it is.
 */
#ifndef _KULINK_ONCE_H
#define _KULINK_ONCE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>

#include "message.h"

/** KULINK_ONCE_KEY - most bytes that say who asks */
#define KULINK_ONCE_KEY		32
/** KULINK_ONCE_KEPT - requests of one peer that are remembered with their replies */
#define KULINK_ONCE_KEPT	8
/**
 * KULINK_ONCE_WINDOW - a number that is so little behind a peer's newest, and not remembered, is an old
 *	request's; one that is further away begins a new life of that peer (a port used again)
 */
#define KULINK_ONCE_WINDOW	65536

/**
 * struct kulink_once_limits - what all this may cost
 * @peers: most of them; when there are more the one that was idle longest is forgotten, but none
 *	that asked less than ten seconds ago: -EBUSY
 * @running: most requests that run, of all peers; more: -EBUSY
 * @running_each: of one peer
 * @bytes: most of all replies kept; the oldest go first, then a repetition is answered with -EIO
 * @seconds: how long a peer is remembered after its last request
 */
struct kulink_once_limits {
	unsigned int peers;
	unsigned int running;
	unsigned int running_each;
	size_t bytes;
	unsigned int seconds;
};

#define KULINK_ONCE_BUCKETS	256

/** struct kulink_once - of one channel; all of it is once.c's */
struct kulink_once {
	struct kulink_once_limits limits;
	struct mutex lock;			/* guards what follows */
	struct hlist_head peers[KULINK_ONCE_BUCKETS];
	struct list_head idle;			/* peers, the longest idle first */
	struct list_head kept;			/* requests with replies, the oldest first */
	unsigned int n_peers;
	unsigned int running;
	size_t bytes;
};

struct kulink_once_request;

/** struct kulink_once_reply - a message that is kept, as it was sent */
struct kulink_once_reply {
	refcount_t ref;
	size_t len;
	u8 bytes[];
};

/* -ENOMEM */
struct kulink_once *kulink_once_new(const struct kulink_once_limits *limits);
/* Nothing runs any more */
void kulink_once_free(struct kulink_once *once);

/**
 * kulink_once_begin() - a request has come
 * @once: the channel's
 * @key: who asks
 * @key_len: its bytes, at most KULINK_ONCE_KEY
 * @msg: the request, whose id is its number. A SET or CALL is to be run once, and a peer's numbers of
 *	them count up; others are only not run twice at the same time
 * @len: its bytes
 * @request: what to end when 0 is returned
 * @reply: of a request that is done already, with a reference
 *
 * May sleep.
 *
 * Return: 0: run it, then kulink_once_end(). -EALREADY: send @reply again. -EINPROGRESS: it is
 * running. -ESTALE: not run, it is too old to tell, or its number was another request's. -EIO: it
 * was run, its reply is not kept any more. -EBUSY: too much at a time. -ENOMEM
 */
int kulink_once_begin(struct kulink_once *once, const void *key, size_t key_len,
		      const struct kulink_msg *msg, size_t len,
		      struct kulink_once_request **request, struct kulink_once_reply **reply);
/* What a reply says of such an error: those after which the asker asks again are no errno of a driver's */
static inline int kulink_once_status(int err)
{
	return err == -EINPROGRESS || err == -ESTALE ? -err : err;
}

/* It has been run. @reply is copied; NULL: there is none. May sleep */
void kulink_once_end(struct kulink_once *once, struct kulink_once_request *request,
		     const struct kulink_reply *reply);
void kulink_once_put(struct kulink_once_reply *reply);

#endif /* _KULINK_ONCE_H */
