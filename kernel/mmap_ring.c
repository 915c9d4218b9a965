// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event ring of an open file: events written into memory that a program reads.
 *
 * Emitters are serialised by the core's lock of a service's events, so a ring has one writer, in
 * whatever context the driver emits. What the program writes, how far it has read, lies in a page of
 * its own and is believed for one thing only: how much of its own ring the program gives up. The kernel
 * knows its positions by itself, and reads no other thing that a program can write.
 */
#include <linux/align.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "mmap.h"

#define RING_SIZE_DEFAULT	(256U << 10)
#define RING_SIZE_MAX		BIT(30)
#define RECORD_MAX		(sizeof(struct kulink_ring_record) + KULINK_EVENT_MAX)

/**
 * struct ring_shape - of an event's records
 * @size: bytes that one takes here
 * @stride: from one to the next of what is emitted
 */
struct ring_shape {
	u32 size;
	u32 stride;
};

/**
 * struct kulink_map_ring - an open file's
 * @sub: for the events that were added
 * @file: whose it is
 * @user: the program's page
 * @data: head and records
 * @head: its beginning
 * @records: where the records are
 * @size: bytes of them
 * @at: position where the next record will be, under the lock of the events, as what follows
 * @limit: position up to which there is room, as was last seen
 * @until: position up to which one fits behind the other: at most @limit, and no further than the
 *	end of the memory
 * @tail: of the oldest record that is there, with @overwrite
 * @overwrite: the oldest make room
 * @watermark: bytes unread before anybody is woken
 * @looked: somebody may be waiting: wake up once
 * @live: events are written
 * @shapes: of each event's records
 */
struct kulink_map_ring {
	struct kulink_subscription sub;
	struct kulink_file *file;
	struct kulink_memory *user;
	struct kulink_memory *data;
	struct kulink_ring_head *head;
	u8 *records;
	u64 size;
	u64 at;
	u64 limit;
	u64 until;
	u64 tail;
	bool overwrite;
	u32 watermark;
	atomic_t looked;
	bool live;
	struct ring_shape shapes[];
};

static struct kulink_ring_record *record_at(const struct kulink_map_ring *ring, u64 pos)
{
	return (void *)ring->records + (pos & (ring->size - 1));
}

/* Bytes that the program has not given back: nonsense is more than there are */
static u64 unread(const struct kulink_map_ring *ring, u64 at)
{
	const struct kulink_ring_user *user = ring->user->address;

	/* whoever writes over what was read does so because of this: a control dependency */
	return at - READ_ONCE(user->tail);
}

static void publish(u64 *at, u64 value)
{
	/* who sees this sees what was written before */
	smp_wmb();
	WRITE_ONCE(*at, value);
}

/* The oldest make room for @len bytes at the end */
static void give_up(struct kulink_map_ring *ring, u64 len)
{
	while (ring->at + len - ring->tail > ring->size)
		ring->tail += record_at(ring, ring->tail)->size;
	WRITE_ONCE(ring->head->tail, ring->tail);
	/* who sees what is written over them sees that they are no more */
	smp_wmb();
	ring->limit = ring->tail + ring->size;
}

/* Whether there is room for @len bytes, now that we look */
static bool look(struct kulink_map_ring *ring, u64 len)
{
	u64 pending = unread(ring, ring->at);

	if (ring->overwrite) {
		give_up(ring, len);
		return true;
	}
	ring->limit = ring->at + (pending > ring->size ? 0 : ring->size - pending);
	return ring->limit - ring->at >= len;
}

/* Whether there is room for @size bytes in one piece, behind a pad where the memory ends before */
static noinline bool make_room(struct kulink_map_ring *ring, u32 size)
{
	u32 left = ring->size - (ring->at & (ring->size - 1));
	u32 pad = left < size ? left : 0;
	struct kulink_ring_record *record;

	if (ring->limit - ring->at < pad + size && !look(ring, pad + size)) {
		/* who moves his tail back has less room than we thought */
		ring->until = ring->at;
		return false;
	}
	if (pad) {
		record = record_at(ring, ring->at);
		record->size = pad;
		record->event = KULINK_RING_PAD;
		ring->at += pad;
		left = ring->size;
	}
	ring->until = min(ring->limit, ring->at + left);
	return true;
}

/* Whether there is room, as far as we know */
static __always_inline bool fits(const struct kulink_map_ring *ring, u32 size)
{
	return likely(ring->until - ring->at >= size);
}

static noinline void wake(struct kulink_map_ring *ring)
{
	if (unread(ring, ring->at) < ring->watermark)
		return;
	atomic_set(&ring->looked, 0);
	WRITE_ONCE(ring->head->wakeups, ring->head->wakeups + 1);
	wake_up_interruptible_poll(&ring->file->wait, EPOLLIN | EPOLLRDNORM);
}

/* A multiple of eight bytes, few mostly: a call would cost more than it copies */
static __always_inline void copy(u64 *to, const u64 *from, u32 len)
{
	for (; len >= 64; len -= 64, to += 8, from += 8) {
		to[0] = from[0];
		to[1] = from[1];
		to[2] = from[2];
		to[3] = from[3];
		to[4] = from[4];
		to[5] = from[5];
		to[6] = from[6];
		to[7] = from[7];
		/* or the compiler computes how often first */
		OPTIMIZER_HIDE_VAR(len);
	}
	for (; len; len -= 8)
		*to++ = *from++;
}

/* Where there is room */
static __always_inline void put(struct kulink_map_ring *ring, u32 size, unsigned int event,
				u64 lost, u64 seq, u64 ns, const void *bytes)
{
	struct kulink_ring_record *record = record_at(ring, ring->at);

	ring->at += size;
	record->size = size;
	record->event = event;
	record->lost = lost;
	record->head.seq = seq;
	record->head.ns = ns;
	copy((void *)(record + 1), bytes, size - sizeof(*record));
}

/* What was put, up to sequence @seq of @event, is there; wake up whoever waits, mostly nobody */
static __always_inline void put_end(struct kulink_map_ring *ring, unsigned int event, u64 seq,
				    u64 lost)
{
	struct kulink_ring_head *head = ring->head;

	ring->sub.last[event] = seq - lost;
	publish(&head->head, ring->at);
	publish(&head->seq[event], seq);
	/* pairs with kulink_ring_look(): either it sees the record, or we that it has looked */
	smp_mb();
	if (unlikely(atomic_read(&ring->looked)))
		wake(ring);
}

/* In the emitter's context, under the lock of the service's events */
static void ring_burst(struct kulink_subscription *sub, unsigned int event,
		       const struct kulink_event_head *first, const void *bytes, unsigned int n)
{
	struct kulink_map_ring *ring = container_of(sub, struct kulink_map_ring, sub);
	u64 seq = first->seq, end = seq + n, ns = first->ns, lost = seq - sub->last[event] - 1;
	u32 size = ring->shapes[event].size, stride = ring->shapes[event].stride;

	for (; seq != end; seq++, bytes += stride) {
		if (!fits(ring, size) && !make_room(ring, size)) {
			lost++;
			continue;
		}
		put(ring, size, event, lost, seq, ns, bytes);
		lost = 0;
	}
	put_end(ring, event, end - 1, lost);
}

/* The same for one: it calls nobody, but in the rare case, and so need save no registers */
static void ring_emitted(struct kulink_subscription *sub, unsigned int event,
			 const struct kulink_event_head *head, const void *bytes)
{
	struct kulink_map_ring *ring = container_of(sub, struct kulink_map_ring, sub);
	u32 size = ring->shapes[event].size;

	if (!fits(ring, size))
		return ring_burst(sub, event, head, bytes, 1);
	put(ring, size, event, head->seq - sub->last[event] - 1, head->seq, head->ns, bytes);
	put_end(ring, event, head->seq, 0);
}

bool kulink_ring_readable(const struct kulink_map_ring *ring)
{
	u64 pending = unread(ring, READ_ONCE(ring->head->head));

	return !ring->live || (pending && pending >= READ_ONCE(ring->watermark));
}

__poll_t kulink_ring_look(struct kulink_map_ring *ring)
{
	__poll_t ready = ring->live ? 0 : EPOLLHUP;

	atomic_set(&ring->looked, 1);
	/* pairs with put_end() */
	smp_mb();
	return kulink_ring_readable(ring) ? ready | EPOLLIN | EPOLLRDNORM : ready;
}

static void ring_stop(struct kulink_map_ring *ring)
{
	if (!ring->live)
		return;
	kulink_subscription_destroy(&ring->sub);
	WRITE_ONCE(ring->live, false);
	kulink_area_mark(ring->data, KULINK_MAP_GONE);
}

void kulink_ring_end(struct kulink_map_ring *ring)
{
	if (!ring || !ring->live)
		return;
	ring_stop(ring);
	wake_up_interruptible_poll(&ring->file->wait, EPOLLIN | EPOLLRDNORM | EPOLLHUP);
}

void kulink_ring_free(struct kulink_map_ring *ring)
{
	if (!ring)
		return;
	ring_stop(ring);
	kulink_memory_put(ring->data);
	kulink_memory_put(ring->user);
	kfree(ring);
}

struct kulink_memory *kulink_ring_memory(struct kulink_file *file, unsigned int which, int *may)
{
	struct kulink_map_file *state = kulink_map_file(file);
	struct kulink_memory *memory = NULL;

	mutex_lock(&state->lock);
	if (state->ring && which <= 1)
		memory = which ? state->ring->data : state->ring->user;
	if (memory)
		refcount_inc(&memory->ref);
	mutex_unlock(&state->lock);
	*may = which ? MAY_READ : MAY_READ | MAY_WRITE;
	return memory ?: ERR_PTR(-EINVAL);
}

/* Head, a sequence for each event, then records where a cache line begins */
static int ring_memory(struct kulink_map_ring *ring, unsigned int n_events)
{
	size_t records = ALIGN(struct_size_t(struct kulink_ring_head, seq, n_events), 64);

	ring->user = kulink_area_alloc(PAGE_SIZE);
	if (IS_ERR(ring->user))
		return PTR_ERR(ring->user);
	ring->data = kulink_area_alloc(PAGE_ALIGN(records + ring->size));
	if (IS_ERR(ring->data)) {
		kulink_memory_put(ring->user);
		return PTR_ERR(ring->data);
	}
	kulink_area_init(ring->data);
	ring->head = ring->data->address;
	ring->head->records = records;
	ring->head->n_events = n_events;
	ring->head->size = ring->size;
	ring->records = (u8 *)ring->head + records;
	return 0;
}

static struct ring_shape record_shape(const struct kulink_service *service, unsigned int event)
{
	u32 record_size = kulink_event_layout(service, event)->record_size;

	return (struct ring_shape) {
		.size = ALIGN(sizeof(struct kulink_ring_record) + record_size, 8),
		.stride = kulink_event_stride(service, event),
	};
}

static struct kulink_map_ring *ring_new(struct kulink_file *file, const struct kulink_ioc_ring *args)
{
	unsigned int i, n_events = kulink_count_events(file->service);
	struct kulink_map_ring *ring;
	int err;

	if (args->size > RING_SIZE_MAX)
		return ERR_PTR(-EINVAL);
	ring = kzalloc(struct_size(ring, shapes, n_events), GFP_KERNEL_ACCOUNT);
	if (!ring)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < n_events; i++)
		ring->shapes[i] = record_shape(file->service, i);
	ring->file = file;
	ring->overwrite = args->flags & KULINK_RING_OVERWRITE;
	ring->size = args->size ?: RING_SIZE_DEFAULT;
	ring->size = roundup_pow_of_two(max_t(u64, ring->size, 2 * RECORD_MAX));
	err = kulink_subscription_init(&ring->sub, file->service, NULL);
	if (err)
		goto free;
	err = ring_memory(ring, n_events);
	if (err)
		goto destroy;
	ring->sub.emitted = ring_emitted;
	ring->sub.burst = ring_burst;
	ring->limit = ring->size;
	ring->until = ring->size;
	ring->live = true;
	return ring;
destroy:
	kulink_subscription_destroy(&ring->sub);
free:
	kfree(ring);
	return ERR_PTR(err);
}

static int check_same(const struct kulink_map_ring *ring, const struct kulink_ioc_ring *args)
{
	if (ring->overwrite != !!(args->flags & KULINK_RING_OVERWRITE))
		return -EBUSY;
	return !args->size || args->size == ring->size ? 0 : -EBUSY;
}

/* The file's, or another: there is none, or it has ended */
static struct kulink_map_ring *ring_for(struct kulink_file *file, const struct kulink_ioc_ring *args)
{
	struct kulink_map_ring *ring = kulink_map_file(file)->ring;
	int err;

	if (!ring || !ring->live)
		return ring_new(file, args);
	err = check_same(ring, args);
	return err ? ERR_PTR(err) : ring;
}

static int add_event(struct kulink_map_ring *ring, unsigned int event, struct kulink_ioc_ring *args)
{
	int err;

	if (args->watermark > ring->size / 2)
		return -EINVAL;
	err = kulink_subscribe(&ring->sub, event, &args->seq);
	if (err)
		return err;
	WRITE_ONCE(ring->watermark, args->watermark);
	args->size = ring->size;
	args->user_offset = (u64)KULINK_AREA_RING << 32;
	args->data_offset = (u64)(KULINK_AREA_RING + 1) << 32;
	args->data_len = ring->data->n_pages << PAGE_SHIFT;
	return 0;
}

/* Under the file's lock */
static int ring_add(struct kulink_file *file, unsigned int event, struct kulink_ioc_ring *args)
{
	struct kulink_map_file *state = kulink_map_file(file);
	struct kulink_map_ring *ring = ring_for(file, args);
	int err;

	if (IS_ERR(ring))
		return PTR_ERR(ring);
	err = add_event(ring, event, args);
	if (ring == state->ring)
		return err;
	if (err) {
		kulink_ring_free(ring);
		return err;
	}
	kulink_ring_free(state->ring);
	state->ring = ring;
	return 0;
}

static int ring_remove(struct kulink_map_ring *ring, unsigned int event)
{
	if (!ring || !ring->live)
		return -ESRCH;
	kulink_unsubscribe(&ring->sub, event);
	return 0;
}

static int change(struct kulink_file *file, unsigned int cmd, struct kulink_ioc_ring *args)
{
	struct kulink_map_file *state = kulink_map_file(file);
	int event, err;

	event = kulink_resolve(file->service, file->cred, file->may, KULINK_EVENTS, args->name, 0);
	if (event < 0)
		return event;
	mutex_lock(&state->lock);
	if (_IOC_NR(cmd) == _IOC_NR(KULINK_IOC_RING_ADD))
		err = ring_add(file, event, args);
	else
		err = ring_remove(state->ring, event);
	mutex_unlock(&state->lock);
	return err;
}

long kulink_ring_ioctl(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_ioc_ring args;
	long err;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	if (args.flags & ~KULINK_RING_OVERWRITE || !kulink_name_ends(args.name))
		return -EINVAL;
	if (file->may != (MAY_READ | MAY_WRITE))
		return -EACCES;		/* its page could not be mapped to write */
	err = change(file, cmd, &args);
	err = kulink_map_check(file) ?: err;
	if (err)
		return err;
	return copy_to_user(arg, &args, sizeof(args)) ? -EFAULT : 0;
}
