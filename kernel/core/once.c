// SPDX-License-Identifier: GPL-2.0-only
/*
 * Once: what has been asked, by whom, and what was answered; for a while, and not too much of it.
 * Who is forgotten can have a call made twice by a datagram that is later than that: the limits
 * say how late.
 */
#include <linux/export.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../once.h"

/* A peer that asked less than so long ago is not forgotten for another's sake. */
#define FRESH	(10 * HZ)

struct peer {
	struct hlist_node hash;
	struct list_head idle;
	struct list_head requests;	/* the newest last */
	u8 key[KULINK_ONCE_KEY];
	u32 newest;			/* number of a request with an effect */
	bool effects;			/* there was one */
	unsigned int n_done;
	unsigned int running;
	unsigned long used;
};

/* Running, or done and kept */
struct kulink_once_request {
	struct list_head node;		/* of its peer's */
	struct list_head kept;		/* with a reply: of all that are kept */
	struct peer *peer;
	u32 id;
	u32 digest;			/* of all its bytes: two of one number may differ */
	bool effect;
	bool done;
	struct kulink_once_reply *reply;
};

/* What is asked now; compared with what was asked */
struct asked {
	u32 id;
	u32 digest;
	bool effect;
};

struct kulink_once *kulink_once_new(const struct kulink_once_limits *limits)
{
	struct kulink_once *once = kzalloc(sizeof(*once), GFP_KERNEL);

	if (!once)
		return NULL;
	once->limits = *limits;
	mutex_init(&once->lock);
	INIT_LIST_HEAD(&once->idle);
	INIT_LIST_HEAD(&once->kept);
	return once;
}
EXPORT_SYMBOL_GPL(kulink_once_new);

void kulink_once_put(struct kulink_once_reply *reply)
{
	if (refcount_dec_and_test(&reply->ref))
		kvfree(reply);
}
EXPORT_SYMBOL_GPL(kulink_once_put);

static void drop_reply(struct kulink_once *once, struct kulink_once_request *rq)
{
	if (!rq->reply)
		return;
	list_del(&rq->kept);
	once->bytes -= rq->reply->len;
	kulink_once_put(rq->reply);
	rq->reply = NULL;
}

/* Done, or never to be */
static void drop_request(struct kulink_once *once, struct kulink_once_request *rq)
{
	drop_reply(once, rq);
	if (rq->done)
		rq->peer->n_done--;
	list_del(&rq->node);
	kfree(rq);
}

static void forget_done(struct kulink_once *once, struct peer *peer)
{
	struct kulink_once_request *rq, *next;

	list_for_each_entry_safe(rq, next, &peer->requests, node) {
		if (rq->done)
			drop_request(once, rq);
	}
}

static void forget_peer(struct kulink_once *once, struct peer *peer)
{
	forget_done(once, peer);
	hlist_del(&peer->hash);
	list_del(&peer->idle);
	once->n_peers--;
	kfree(peer);
}

void kulink_once_free(struct kulink_once *once)
{
	struct peer *peer, *next;

	list_for_each_entry_safe(peer, next, &once->idle, idle)
		forget_peer(once, peer);
	mutex_destroy(&once->lock);
	kfree(once);
}
EXPORT_SYMBOL_GPL(kulink_once_free);

/* Peers that have been idle for @age, up to @most of them */
static void forget_idle(struct kulink_once *once, unsigned long age, unsigned int most)
{
	struct peer *peer, *next;

	list_for_each_entry_safe(peer, next, &once->idle, idle) {
		if (!most || time_before(jiffies, peer->used + age))
			break;
		if (peer->running)
			continue;
		forget_peer(once, peer);
		most--;
	}
}

static struct hlist_head *bucket_of(struct kulink_once *once, const u8 key[KULINK_ONCE_KEY])
{
	return &once->peers[jhash(key, KULINK_ONCE_KEY, 0) % KULINK_ONCE_BUCKETS];
}

static struct peer *find_peer(struct kulink_once *once, const u8 key[KULINK_ONCE_KEY])
{
	struct peer *peer;

	hlist_for_each_entry(peer, bucket_of(once, key), hash) {
		if (!memcmp(peer->key, key, KULINK_ONCE_KEY))
			return peer;
	}
	return NULL;
}

static struct peer *new_peer(struct kulink_once *once, const u8 key[KULINK_ONCE_KEY])
{
	struct peer *peer;

	if (once->n_peers >= once->limits.peers)
		forget_idle(once, FRESH, 1);
	if (once->n_peers >= once->limits.peers)
		return ERR_PTR(-EBUSY);
	peer = kzalloc(sizeof(*peer), GFP_KERNEL);
	if (!peer)
		return ERR_PTR(-ENOMEM);
	memcpy(peer->key, key, sizeof(peer->key));
	INIT_LIST_HEAD(&peer->requests);
	list_add_tail(&peer->idle, &once->idle);
	hlist_add_head(&peer->hash, bucket_of(once, key));
	once->n_peers++;
	return peer;
}

static int again(struct kulink_once_request *rq, struct kulink_once_reply **reply)
{
	if (!rq->done)
		return -EINPROGRESS;
	if (!rq->reply)
		return -EIO;
	refcount_inc(&rq->reply->ref);
	*reply = rq->reply;
	return -EALREADY;
}

/* Whether this peer has asked it before */
static int look(struct kulink_once *once, struct peer *peer, const struct asked *asked,
		struct kulink_once_reply **reply)
{
	struct kulink_once_request *rq;
	s32 ahead = (s32)(asked->id - peer->newest);

	list_for_each_entry(rq, &peer->requests, node) {
		if (rq->id == asked->id && rq->effect == asked->effect)
			return rq->digest == asked->digest ? again(rq, reply) : -ESTALE;
	}
	if (!asked->effect || !peer->effects || ahead > 0)
		return 0;
	if (ahead > -KULINK_ONCE_WINDOW)
		return -ESTALE;
	forget_done(once, peer);
	return 0;
}

static int start(struct kulink_once *once, struct peer *peer, const struct asked *asked,
		 struct kulink_once_request **request)
{
	struct kulink_once_request *rq;

	if (once->running >= once->limits.running || peer->running >= once->limits.running_each)
		return -EBUSY;
	rq = kzalloc(sizeof(*rq), GFP_KERNEL);
	if (!rq)
		return -ENOMEM;
	rq->peer = peer;
	rq->id = asked->id;
	rq->digest = asked->digest;
	rq->effect = asked->effect;
	list_add_tail(&rq->node, &peer->requests);
	peer->running++;
	once->running++;
	if (asked->effect) {
		peer->newest = asked->id;
		peer->effects = true;
	}
	*request = rq;
	return 0;
}

/* A peer that has had nothing done need not be remembered. */
static void release_peer(struct kulink_once *once, struct peer *peer)
{
	if (!peer->running && !peer->effects)
		forget_peer(once, peer);
}

int kulink_once_begin(struct kulink_once *once, const void *key, size_t key_len,
		      const struct kulink_msg *msg, size_t len,
		      struct kulink_once_request **request, struct kulink_once_reply **reply)
{
	const struct asked asked = {
		.id = msg->id,
		.digest = jhash(msg, len, 0),
		.effect = msg->op == KULINK_OP_SET || msg->op == KULINK_OP_CALL,
	};
	u8 padded[KULINK_ONCE_KEY] = {};
	struct peer *peer;
	int err;

	memcpy(padded, key, min(key_len, sizeof(padded)));
	mutex_lock(&once->lock);
	forget_idle(once, once->limits.seconds * HZ, UINT_MAX);
	peer = find_peer(once, padded);
	if (!peer)
		peer = new_peer(once, padded);
	err = PTR_ERR_OR_ZERO(peer);
	if (!err) {
		peer->used = jiffies;
		list_move_tail(&peer->idle, &once->idle);
		err = look(once, peer, &asked, reply);
		if (!err)
			err = start(once, peer, &asked, request);
		release_peer(once, peer);
	}
	mutex_unlock(&once->lock);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_once_begin);

static struct kulink_once_reply *copy_of(const struct kulink_reply *reply)
{
	struct kulink_once_reply *copy;
	size_t head = sizeof(reply->head);

	copy = kvmalloc(struct_size(copy, bytes, reply->head.len), GFP_KERNEL);
	if (!copy)
		return NULL;
	refcount_set(&copy->ref, 1);
	copy->len = reply->head.len;
	memcpy(copy->bytes, &reply->head, head);
	if (copy->len > head)
		memcpy(copy->bytes + head, kulink_reply_payload(reply), copy->len - head);
	return copy;
}

static void keep(struct kulink_once *once, struct kulink_once_request *rq,
		 struct kulink_once_reply *copy)
{
	struct peer *peer = rq->peer;
	struct kulink_once_request *old, *next;

	rq->done = true;
	peer->n_done++;
	rq->reply = copy;
	if (copy) {
		list_add_tail(&rq->kept, &once->kept);
		once->bytes += copy->len;
	}
	while (once->bytes > once->limits.bytes)
		drop_reply(once, list_first_entry(&once->kept, struct kulink_once_request, kept));
	list_for_each_entry_safe(old, next, &peer->requests, node) {
		if (peer->n_done <= KULINK_ONCE_KEPT)
			break;
		if (old->done)
			drop_request(once, old);
	}
}

void kulink_once_end(struct kulink_once *once, struct kulink_once_request *rq,
		     const struct kulink_reply *reply)
{
	struct kulink_once_reply *copy = rq->effect && reply ? copy_of(reply) : NULL;
	struct peer *peer = rq->peer;

	mutex_lock(&once->lock);
	peer->running--;
	once->running--;
	if (rq->effect)
		keep(once, rq, copy);
	else
		drop_request(once, rq);
	release_peer(once, peer);
	mutex_unlock(&once->lock);
}
EXPORT_SYMBOL_GPL(kulink_once_end);
