// SPDX-License-Identifier: MIT
/*
 * events, bursts, cells, producers: produced in bursts, taken until each reader has had all of the burst or been told that
 * it was lost. One producer emits in our own context, and what counts is its time and ours; producers emit beside the
 * reader, several of them in threads of the kernel's, and what counts is the time until the last one is taken.
 *
 * events are emitted one by one and taken as the records they are, where the channel has records; bursts are emitted by
 * kulink_emit_many(); cells are emitted as events are, and decoded by kulink_next().
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness.h"

/* What a reader's socket holds while it does not run */
#define BURST		256
#define BURST_SMALL	32
/* Of producers: threads that begin and end must not count, and it must fit into a ring */
#define BURST_LONG	8192
#define RING	(1U << 20)

struct reader {
	struct kulink *k;
	uint64_t seq;		/* of the last that was taken or lost */
};

struct events {
	struct service s;
	struct bench_emit emit;
	struct reader *reader;
	uint64_t seq;		/* of the last that was emitted */
	uint64_t sum;
	bool cells;		/* decoded by the library */
	int error;		/* of the emitting thread */
};

static const char *event_name(size_t bytes)
{
	return bytes == 8 ? "e8" : bytes == 64 ? "e64" : "e512";
}

static int reader_open(struct bench *b, struct reader *r)
{
	int error = kulink_open(&r->k, BENCH_SERVICE, b->work->channel);

	if (error)
		return error;
	/* Where a program may choose, it has room for a burst. */
	error = kulink_ring(r->k, b->readers > 16 ? RING / 8 : RING, 0, 0);
	if (error && error != -EOPNOTSUPP)
		return error;
	error = kulink_subscribe(r->k, event_name(b->bytes));
	/* Of some there are only so many. */
	return error == -EBUSY && b->readers > 1 ? -EOPNOTSUPP : error;
}

static int same_word(struct bench *b, uint64_t got, uint64_t expected)
{
	return b->producers == 1 && got != expected ? -EBADMSG : 0;
}

/* The events' numbers begin at 1 when the driver is loaded. */
static int take_record(struct bench *b, struct events *e, struct reader *r)
{
	struct kulink_record record;
	const uint64_t *word;
	size_t i;
	int error;

	error = kulink_take(r->k, &record);
	if (error)
		return error;
	b->lost += record.lost;
	r->seq = record.seq;
	if (record.only_lost || record.gone)
		return record.gone ? -ENODEV : 0;
	b->delivered++;
	if (record.size != b->bytes)
		return -EBADMSG;
	word = record.bytes;
	e->sum += word[0];
	for (i = 0; b->verify && i < b->bytes / 8; i++)
		if (word[i] != word[0] + i)
			return -EBADMSG;
	return same_word(b, word[0], bench_word(record.seq, 0));
}

static int take_cells(struct bench *b, struct events *e, struct reader *r)
{
	struct kulink_event event;
	size_t i;
	int error;

	error = kulink_next(r->k, &event);
	if (error)
		return error;
	b->lost += event.lost;
	r->seq = event.seq;
	if (event.only_lost || event.gone)
		return event.gone ? -ENODEV : 0;
	b->delivered++;
	for (i = 0; i < event.n_cells; i++)
		e->sum += event.cells[i].number;
	if (!b->verify || !event.n_cells)
		return 0;
	for (i = 0; i < event.n_cells; i++)
		if (event.cells[i].number != event.cells[0].number + i)
			return -EBADMSG;
	if (event.n_cells != b->bytes / 8)
		return -EBADMSG;
	return same_word(b, event.cells[0].number, bench_word(event.seq, 0));
}

static int sleep_until(struct bench *b, struct reader *r)
{
	struct pollfd pfd = { .fd = kulink_fd(r->k), .events = POLLIN };
	int n = poll(&pfd, 1, 2000);

	b->wakeups++;
	return n < 0 ? -errno : 0;
}

static int take_burst(struct bench *b, struct events *e, struct reader *r)
{
	unsigned int idle = 0;
	int error = 0;

	while (!error && r->seq < e->seq) {
		error = e->cells ? take_cells(b, e, r) : take_record(b, e, r);
		if (error != -EAGAIN) {
			idle = 0;
			continue;
		}
		error = idle++ > 1000 ? -ETIMEDOUT : sleep_until(b, r);
	}
	return service_failed(b, &(struct service){ .k = r->k }, error);
}

/* One event through all readers: from here on each knows where it is. */
static int synchronise(struct bench *b, struct events *e)
{
	struct kulink_record record;
	struct kulink_event event;
	struct pollfd pfd = { .events = POLLIN };
	unsigned int i;
	int error;

	e->emit.count = 1;
	if (ioctl(e->s.control, BENCH_IOC_EMIT, &e->emit))
		return -errno;
	for (i = 0; i < b->readers; i++) {
		pfd.fd = kulink_fd(e->reader[i].k);
		while ((error = kulink_next(e->reader[i].k, &event)) == -EAGAIN)
			if (poll(&pfd, 1, 2000) <= 0)
				return -ETIMEDOUT;
		if (error)
			return error;
		e->reader[i].seq = event.seq;
		e->seq = event.seq;
	}
	/* What this says of a channel without records it says whether or not there are events. */
	e->cells = !strcmp(b->work->work, "cells");
	if (kulink_take(e->reader[0].k, &record) != -EOPNOTSUPP)
		return 0;
	if (e->cells)
		return -EOPNOTSUPP;	/* the same as events */
	e->cells = true;
	return 0;
}

static bool too_few_processors(struct bench *b)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (processors >= 2 && b->producers <= processors)
		return false;
	snprintf(b->why, sizeof(b->why), "each producer needs a processor of its own, of two at least");
	return true;
}

static int events_open(struct bench *b)
{
	struct events *e = calloc(1, sizeof(*e));
	unsigned int i, producers = b->producers;
	int error;

	if (!e)
		return -ENOMEM;
	b->state = e;
	e->s.control = -1;
	if (!(channel_info(b->work->channel)->carries & KULINK_EVENTS))
		return -EOPNOTSUPP;
	if (b->work->producers && too_few_processors(b))
		return -EOPNOTSUPP;
	e->reader = calloc(b->readers, sizeof(*e->reader));
	error = e->reader ? service_open(b, &e->s) : -ENOMEM;
	for (i = 0; i < b->readers && !error; i++) {
		error = reader_open(b, &e->reader[i]);
		if (error)
			service_failed(b, &(struct service){ .k = e->reader[i].k }, error);
	}
	if (error)
		return error;
	e->emit.event = b->bytes == 8 ? BENCH_EVENT_8 : b->bytes == 64 ? BENCH_EVENT_64 : BENCH_EVENT_512;
	e->emit.many = !strcmp(b->work->work, "bursts");
	e->emit.producers = 1;
	error = synchronise(b, e);
	e->emit.producers = producers;
	return error;
}

static void events_close(struct bench *b)
{
	struct events *e = b->state;
	unsigned int i;

	if (!e)
		return;
	for (i = 0; e->reader && i < b->readers; i++)
		kulink_close(e->reader[i].k);
	free(e->reader);
	service_close(&e->s);
	free(e);
}

static void *emit_thread(void *arg)
{
	struct events *e = arg;

	e->error = ioctl(e->s.control, BENCH_IOC_EMIT, &e->emit) ? -errno : 0;
	return NULL;
}

static int run_beside(struct bench *b, struct events *e, unsigned int n)
{
	uint64_t begun = bench_now();
	pthread_t thread;
	int error;

	e->emit.count = n / b->producers;
	e->seq += e->emit.count * b->producers;
	error = -pthread_create(&thread, NULL, emit_thread, e);
	if (error)
		return error;
	error = take_burst(b, e, &e->reader[0]);
	b->spent = bench_now() - begun;
	pthread_join(thread, NULL);
	b->cpu_kernel += e->emit.cpu;
	return error ? error : e->error;
}

static int events_run(struct bench *b, unsigned int n)
{
	struct events *e = b->state;
	uint64_t begun;
	unsigned int i;
	int error = 0;

	b->emitted += n / b->producers * b->producers;
	if (b->work->producers)
		return run_beside(b, e, n);
	e->emit.count = n;
	e->seq += n;
	if (ioctl(e->s.control, BENCH_IOC_EMIT, &e->emit))
		return -errno;
	begun = bench_now();
	for (i = 0; i < b->readers && !error; i++)
		error = take_burst(b, e, &e->reader[i]);
	b->spent = e->emit.ns + bench_now() - begun;
	return error;
}

unsigned int events_burst(const char *channel)
{
	return !strcmp(channel, "udp") || !strcmp(channel, "packet") ? BURST_SMALL : BURST;
}

const struct bench_work bench_events = {
	.work = "events", .sizes = BENCH_SIZES(8, 64, 512),
	.readers = BENCH_COUNTS(1, 4, 16, 64), .batch = BURST,
	.open = events_open, .run = events_run, .close = events_close,
};

const struct bench_work bench_bursts = {
	.work = "bursts", .sizes = BENCH_SIZES(64), .batch = BURST,
	.open = events_open, .run = events_run, .close = events_close,
};

const struct bench_work bench_cells = {
	.work = "cells", .sizes = BENCH_SIZES(64), .batch = BURST,
	.open = events_open, .run = events_run, .close = events_close,
};

const struct bench_work bench_producers = {
	.work = "producers", .sizes = BENCH_SIZES(64), .producers = BENCH_COUNTS(1, 2, 4), .batch = BURST_LONG,
	.samples = 50, .open = events_open, .run = events_run, .close = events_close,
};
