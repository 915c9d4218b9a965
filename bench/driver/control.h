/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/* What the measurement asks of its driver, by /dev/kulink_bench: beside kulink, so that all channels have the same. */
#ifndef KULINK_BENCH_CONTROL_H
#define KULINK_BENCH_CONTROL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#include "../pattern.h"

#define BENCH_SERVICE	"bench0"
#define BENCH_ROW	64U		/* eight words */
#define BENCH_CALL_MAX	(1U << 20)
#define BENCH_PRODUCERS	16U

/* Events of 8, 64 and 512 bytes: words, of turn = the event's sequence number if there is one producer */
enum { BENCH_EVENT_8, BENCH_EVENT_64, BENCH_EVENT_512, BENCH_EVENTS };

/**
 * struct bench_emit - emit events
 * @event: which
 * @producers: 1: in the caller's context; more: each a thread on a processor of its own, as far as there are some
 * @many: many at once, by one producer
 * @pad: 0
 * @count: how many each
 * @ns: out: from the first to the last one
 * @cpu: out: nanoseconds that the producers ran, in all
 */
struct bench_emit {
	__u32 event;
	__u32 producers;
	__u32 many;
	__u32 pad;
	__u64 count;
	__u64 ns;
	__u64 cpu;
};

/**
 * struct bench_later - in @delay nanoseconds, from a timer's interrupt, emit one event
 * @event: which; BENCH_EVENTS: the value "number" changes
 */
struct bench_later {
	__u64 delay;
	__u32 event;
	__u32 pad;
};

/** struct bench_rows - let the table have so many rows, of which row i is of turn @turn + i */
struct bench_rows {
	__u64 count;
	__u64 turn;
};

/**
 * struct bench_growth - services are registered until there are @services of them, and published
 * @ns: out: of the last one
 */
struct bench_growth {
	__u64 services;
	__u64 ns;
};

#define BENCH_IOC_EMIT		_IOWR('K', 0, struct bench_emit)
#define BENCH_IOC_LATER		_IOW('K', 1, struct bench_later)
/* When the last timer's interrupt began to emit, CLOCK_MONOTONIC */
#define BENCH_IOC_WHEN		_IOR('K', 2, __u64)
#define BENCH_IOC_ROWS		_IOW('K', 3, struct bench_rows)
/* The value "number" is of this turn, and told to be */
#define BENCH_IOC_NUMBER	_IOW('K', 4, __u64)
#define BENCH_IOC_GROWTH	_IOWR('K', 5, struct bench_growth)

#endif
