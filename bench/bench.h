/* SPDX-License-Identifier: MIT */
/*
 * What is measured: each way of doing a work is a struct bench_work in a file of its own, named by one line
 *
 *	BENCH_WORK(ioctl_bare_call)
 *
 * in bench/works.h (kulink's own, the floors), bench/bare/works.h or bench/peers/works.h, which is defined as
 *
 *	const struct bench_work bench_ioctl_bare_call = { .work = "call", .channel = "ioctl-bare", … };
 *
 * The figure's name follows: call/ioctl-bare/64. The harness opens it for each of its sizes, calls run() to warm
 * up and then once a sample, around which it reads the clock, and closes it.
 */
#ifndef KULINK_BENCH_H
#define KULINK_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How long a reader sleeps before an event that comes alone: longer than any channel gathers. The same for the bare
 * mechanisms: the longer a processor was idle, the more there is to catch up with, for the scheduler 300 instructions from
 * 0.2 ms to 2, for the clock 940 after each tick. As long as a tick: there is always one, or every other one would be dearer.
 */
#define BENCH_ALONE_NS	4000000

struct bench_work;

enum bench_kind { BENCH_KULINK, BENCH_BARE, BENCH_PEER, BENCH_FLOOR };

/**
 * struct bench - one figure while it is measured
 * @work: what is measured
 * @bytes: payload of an operation
 * @producers: how many emit at a time, from 1
 * @readers: how many consume, from 1
 * @verify: check every byte of every payload; when not, a run costs what a program's would
 * @turn: counts operations over all runs: what makes a payload of this operation unlike the last one's
 * @state: the work's own
 * @spent: set by run() of a work that times itself (a wake-up, a burst without its trigger): clock units of this
 *	run, in place of what the harness saw; 0: none
 * @cpu_kernel: add what kernel threads used in this run, nanoseconds
 * @emitted: add what was produced, likewise the next three
 * @delivered: to all readers
 * @lost: at all readers
 * @wakeups: how often a reader slept and was woken
 * @why: open() may say in a sentence why not
 */
struct bench {
	const struct bench_work *work;
	size_t bytes;
	unsigned int producers;
	unsigned int readers;
	bool verify;
	uint64_t turn;
	void *state;
	uint64_t spent;
	uint64_t cpu_kernel;
	uint64_t emitted;
	uint64_t delivered;
	uint64_t lost;
	uint64_t wakeups;
	char why[160];
};

/**
 * struct bench_work - one way of doing a work
 * @work: get, set, call, table, reread, events, bursts, cells, producers, wakeup, growth
 * @channel: "ioctl", "ioctl-bare", "bpf-ringbuf-peer", "floor-getppid": the kind is in the name, too
 * @kind: whose it is
 * @sizes: payloads in bytes, ended by 0
 * @producers: numbers of them, ended by 0; NULL: 1
 * @readers: likewise. Several producers are measured with one reader, and the other way round
 * @batch: operations a run; 0: 1. Enough that the clock's own 80 instructions do not count
 * @samples: runs of a figure; 0: what the harness thinks
 * @open: 0 or -errno. -ENOENT, -EOPNOTSUPP, -EACCES: cannot be here, no failure; -EMSGSIZE:
 *	this size cannot be
 * @prepare: before each run, not measured; may be NULL
 * @run: @n operations (@n is @batch), the next payloads of @turn. -EBADMSG: a payload was not what it had to be
 * @close: also after an open() that failed
 */
struct bench_work {
	const char *work;
	const char *channel;
	enum bench_kind kind;
	const size_t *sizes;
	const unsigned int *producers;
	const unsigned int *readers;
	unsigned int batch;
	unsigned int samples;
	int (*open)(struct bench *b);
	int (*prepare)(struct bench *b);
	int (*run)(struct bench *b, unsigned int n);
	void (*close)(struct bench *b);
};

#define BENCH_SIZES(...)	((const size_t[]){ __VA_ARGS__, 0 })
#define BENCH_COUNTS(...)	((const unsigned int[]){ __VA_ARGS__, 0 })

/* CLOCK_MONOTONIC, nanoseconds: instructions on the deterministic clock */
uint64_t bench_now(void);

/*
 * Payloads, the same on both sides (bench/pattern.h): of turn @turn, the word at offset @i * 8 is
 * bench_word(turn, i). bench_fill() writes all of it if @b->verify, else the first word alone; bench_check()
 * looks at as much, and answers 0 or -EBADMSG.
 */
void bench_fill(const struct bench *b, void *payload, size_t bytes, uint64_t turn);
int bench_check(const struct bench *b, const void *payload, size_t bytes, uint64_t turn);

#endif
