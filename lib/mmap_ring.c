// SPDX-License-Identifier: MIT
/*
 * The event ring: events where the kernel wrote them. What is read is given back when the next one is
 * asked for, so that an event's strings may lie in the ring until then. One that may be overwritten is
 * copied, and looked at if it was still there whole afterwards.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mmap.h"

static_assert(KULINK_RING_OLDEST_GO == KULINK_RING_OVERWRITE, "one bit, two names");

#define RECORD_HEAD	sizeof(struct kulink_ring_record)
/* More than any record has */
#define RECORD_MAX	8192

int kulink_mmap_ring_init(struct kulink_session *s)
{
	struct kulink_mmap_ring *ring = s->private;
	size_t room = s->info->n_parts + 1;

	ring->seen = calloc(room, sizeof(*ring->seen));
	ring->wanted = calloc(room, sizeof(*ring->wanted));
	ring->cells = kulink_event_cells(s->info);
	if (!ring->seen || !ring->wanted || !ring->cells)
		return -ENOMEM;
	return kulink_shapes_init(&ring->shapes, s->info);
}

static void unmap(struct kulink_mmap_ring *ring)
{
	if (!ring->user)
		return;
	munmap(ring->user, (size_t)sysconf(_SC_PAGESIZE));
	munmap((void *)ring->head, ring->len);
	ring->user = NULL;
	ring->head = NULL;
}

void kulink_mmap_ring_free(struct kulink_session *s)
{
	struct kulink_mmap_ring *ring = s->private;

	unmap(ring);
	kulink_shapes_free(&ring->shapes);
	free(ring->seen);
	free(ring->wanted);
	free(ring->cells);
	free(ring->copy);
}

int kulink_mmap_ring_shape(struct kulink_session *s, size_t size, uint32_t flags, size_t watermark)
{
	struct kulink_mmap_ring *ring = s->private;

	if (ring->user)
		return -EBUSY;
	if (flags & ~KULINK_RING_OVERWRITE || watermark > UINT32_MAX)
		return -EINVAL;
	if (flags & KULINK_RING_OVERWRITE && !ring->copy)
		ring->copy = malloc(RECORD_MAX);
	if (flags & KULINK_RING_OVERWRITE && !ring->copy)
		return -ENOMEM;
	ring->size = size;
	ring->flags = flags;
	ring->watermark = (uint32_t)watermark;
	return 0;
}

static int do_ioctl(struct kulink_mmap_ring *ring, unsigned long cmd, size_t i,
		    struct kulink_ioc_ring *args)
{
	*args = (struct kulink_ioc_ring){ .flags = ring->flags, .watermark = ring->watermark };
	if (!ring->user)
		args->size = ring->size;
	if (kulink_name_put(args->name, ring->shapes.parts[i]->name))
		return -ENOENT;
	return ioctl(ring->fd, cmd, args) < 0 ? kulink_dev_error(-errno) : 0;
}

static bool makes_sense(const struct kulink_mmap_ring *ring)
{
	const struct kulink_ring_head *head = ring->head;
	uint64_t size = head->size;

	return head->map.abi == KULINK_ABI && size && !(size & (size - 1)) && head->records % 8 == 0 &&
	       head->n_events == ring->shapes.n &&
	       head->records >= sizeof(*head) + ring->shapes.n * sizeof(head->seq[0]) &&
	       head->records <= ring->len && size <= ring->len - head->records;
}

static int map_ring(struct kulink_mmap_ring *ring, const struct kulink_ioc_ring *args)
{
	void *user, *data;

	if (args->data_len < sizeof(*ring->head) || args->data_len > SIZE_MAX)
		return -EPROTO;
	user = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
		    (off_t)args->user_offset);
	if (user == MAP_FAILED)
		return kulink_dev_error(-errno);
	/* the pages are there: not to fault on each of them later */
	data = mmap(NULL, args->data_len, PROT_READ, MAP_SHARED | MAP_POPULATE, ring->fd,
		    (off_t)args->data_offset);
	if (data == MAP_FAILED) {
		munmap(user, (size_t)sysconf(_SC_PAGESIZE));
		return kulink_dev_error(-errno);
	}
	ring->user = user;
	ring->head = data;
	ring->len = args->data_len;
	ring->at = 0;
	ring->written = 0;
	if (makes_sense(ring)) {
		ring->records = (const char *)ring->head + ring->head->records;
		ring->room = ring->head->size;
		return 0;
	}
	unmap(ring);
	return -EPROTO;
}

static int subscribe_one(struct kulink_session *s, size_t i, uint64_t *seq)
{
	struct kulink_mmap_ring *ring = s->private;
	struct kulink_ioc_ring args;
	int error;

	error = do_ioctl(ring, KULINK_IOC_RING_ADD, i, &args);
	if (!error && !ring->user)
		error = map_ring(ring, &args);
	if (error)
		return error;
	if (!ring->wanted[i])
		ring->seen[i] = args.seq;
	ring->wanted[i] = true;
	seq[i] = args.seq;
	return 0;
}

int kulink_mmap_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct kulink_mmap_ring *ring = s->private;

	if (event)
		return subscribe_one(s, kulink_part_index(s->info, event), seq);
	return kulink_dev_subscribe_all(s, ring->shapes.n, seq, subscribe_one);
}

int kulink_mmap_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct kulink_mmap_ring *ring = s->private;
	struct kulink_ioc_ring args;
	int error, first = 0;
	size_t i;

	for (i = 0; i < ring->shapes.n; i++) {
		if (!ring->wanted[i] || (event && event != ring->shapes.parts[i]))
			continue;
		error = do_ioctl(ring, KULINK_IOC_RING_REMOVE, i, &args);
		if (!error || error == -ESRCH)
			ring->wanted[i] = false;
		else
			first = first ? first : error;
	}
	return first;
}

int kulink_mmap_fd(struct kulink_session *s)
{
	struct kulink_mmap_ring *ring = s->private;

	return ring->fd;
}

int kulink_mmap_await(struct kulink_session *s, int timeout_ms)
{
	struct kulink_mmap_ring *ring = s->private;
	struct kulink_ioc_wait args = { .timeout_ms = timeout_ms };

	return ioctl(ring->fd, KULINK_IOC_RING_WAIT, &args) < 0 ? kulink_dev_error(-errno) : 0;
}

static const struct kulink_ring_record *record_at(const struct kulink_mmap_ring *ring)
{
	return (const void *)(ring->records + (ring->at & (ring->room - 1)));
}

/* Whether a record of @size may lie here, of @there bytes that are written */
static bool fits(const struct kulink_mmap_ring *ring, uint32_t size, uint64_t there)
{
	return size >= 8 && size % 8 == 0 && size <= there &&
	       size <= ring->room - (ring->at & (ring->room - 1));
}

static uint64_t written(const struct kulink_mmap_ring *ring)
{
	return __atomic_load_n(&ring->head->head, __ATOMIC_ACQUIRE);
}

static bool is_more(const struct kulink_mmap_ring *ring)
{
	return written(ring) != ring->at;
}

/* Where the oldest is, if what we would read is no more */
static bool overtaken(struct kulink_mmap_ring *ring)
{
	uint64_t tail;

	/* what was read before was read before this */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	tail = __atomic_load_n(&ring->head->tail, __ATOMIC_RELAXED);
	if (!(ring->flags & KULINK_RING_OVERWRITE) || tail <= ring->at)
		return false;
	ring->at = tail;
	return true;
}

/* A record that may not go away: where it lies, or a copy; NULL: it has gone */
static const struct kulink_ring_record *hold(struct kulink_mmap_ring *ring, uint32_t size)
{
	const struct kulink_ring_record *record = record_at(ring);

	if (!ring->copy)
		return record;
	memcpy(ring->copy, record, size);
	return overtaken(ring) ? NULL : (const void *)ring->copy;
}

static int decode(struct kulink_mmap_ring *ring, const struct kulink_ring_record *record, uint32_t size,
		  struct kulink_raw_event *event)
{
	const struct kulink_part *part;
	int error;

	if (size < RECORD_HEAD || record->event >= ring->shapes.n)
		return -EPROTO;
	part = ring->shapes.parts[record->event];
	error = kulink_record_decode(part, record + 1, size - RECORD_HEAD, ring->cells);
	if (error)
		return error;
	event->part = part;
	event->seq = record->head.seq;
	event->ns = record->head.ns;
	event->cells = ring->cells;
	event->record = record + 1;
	event->len = kulink_record_size(part);
	ring->seen[record->event] = record->head.seq;
	return 0;
}

/* One record: 0, -EAGAIN: none that is for anybody, look again */
static int take(struct kulink_mmap_ring *ring, struct kulink_raw_event *event)
{
	uint64_t head = written(ring);
	uint32_t size = __atomic_load_n(&record_at(ring)->size, __ATOMIC_RELAXED);
	const struct kulink_ring_record *record;
	int error = -EAGAIN;

	if (overtaken(ring))
		return -EAGAIN;
	if (!fits(ring, size, head - ring->at) || (ring->copy && size > RECORD_MAX))
		return -EPROTO;
	if (record_at(ring)->event != KULINK_RING_PAD) {
		record = hold(ring, size);
		error = record ? decode(ring, record, size, event) : -EAGAIN;
		if (!record)
			return error;
	}
	ring->at += size;
	return error;
}

/* What was lost last of all nobody tells but the head */
static bool lost_at_the_end(struct kulink_mmap_ring *ring)
{
	bool lost = false;
	uint64_t seq;
	size_t i;

	for (i = 0; i < ring->shapes.n; i++) {
		seq = __atomic_load_n(&ring->head->seq[i], __ATOMIC_ACQUIRE);
		if (!ring->wanted[i] || seq <= ring->seen[i])
			continue;
		if (is_more(ring))
			return false;	/* it came meanwhile */
		ring->seen[i] = seq;
		lost = true;
	}
	return lost;
}

static void give_back(struct kulink_mmap_ring *ring)
{
	if (ring->user->tail != ring->at)
		__atomic_store_n(&ring->user->tail, ring->at, __ATOMIC_RELEASE);
}

/* Nothing is there up to where the kernel had come; 0, -EAGAIN: something has come meanwhile, or nothing at all */
static int at_the_end(struct kulink_mmap_ring *ring, bool gone, struct kulink_raw_event *event)
{
	give_back(ring);
	event->overrun = lost_at_the_end(ring);
	event->gone = gone && !event->overrun && !is_more(ring);
	return event->overrun || event->gone ? 0 : -EAGAIN;
}

int kulink_mmap_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct kulink_mmap_ring *ring = s->private;
	int error = -EAGAIN;
	bool gone;

	*event = (struct kulink_raw_event){ 0 };
	give_back(ring);
	do {
		gone = __atomic_load_n(&ring->head->map.state, __ATOMIC_ACQUIRE) & KULINK_MAP_GONE;
		error = is_more(ring) ? take(ring, event) : at_the_end(ring, gone, event);
	} while (error == -EAGAIN && is_more(ring));
	return error;
}

/* Whether there is one that needs no care: it may not be overwritten, and is whole */
static KULINK_RARE bool is_plain(struct kulink_mmap_ring *ring)
{
	if (ring->copy)
		return false;
	give_back(ring);
	ring->written = written(ring);
	return ring->at < ring->written;
}

/* This one kulink_mmap_next() must see, and what was taken before it */
static KULINK_RARE int not_plain(struct kulink_mmap_ring *ring, const uint64_t *last)
{
	size_t i;

	for (i = 0; i < ring->shapes.n; i++)
		if (ring->seen[i] < last[i])
			ring->seen[i] = last[i];
	return -EAGAIN;
}

/* The kernel writes whole records, and a program may not write there: the size of its event is the size */
int kulink_mmap_take(struct kulink_session *s, const bool *wanted, uint64_t *last,
		     struct kulink_record *record)
{
	struct kulink_mmap_ring *ring = s->private;
	const struct kulink_ring_record *found;

	if (ring->at >= ring->written && !is_plain(ring))
		return not_plain(ring, last);
	found = record_at(ring);
	if (!kulink_shapes_take(&ring->shapes, found, wanted, last, record))
		return not_plain(ring, last);
	/* the one before it */
	__atomic_store_n(&ring->user->tail, ring->at, __ATOMIC_RELEASE);
	ring->at += found->size;
	return 0;
}

int kulink_mmap_sequence(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct kulink_mmap_ring *ring = s->private;
	size_t i = kulink_part_index(s->info, event);

	*seq = __atomic_load_n(&ring->head->seq[i], __ATOMIC_ACQUIRE);
	return 0;
}
