/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_TRACE_POINT_H
#define TESTS_TRACE_POINT_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

/* What the kernel writes for kulink:kulink_event: kernel/trace.h, behind what every tracepoint has */
struct point_record {
	uint16_t type;
	uint8_t flags;
	uint8_t preempt_count;
	int32_t pid;
	uint64_t seq;
	uint64_t ns;
	uint32_t service;	/* each: offset, and in the upper half the length */
	uint32_t event;
	uint32_t fields;
	uint32_t record;
};

#define POINT_CPUS 64

/* The tracepoint on each processor */
struct point {
	int fds[POINT_CPUS];
	int n;
};

/* Of every process on every processor; 0 or -errno */
int point_open(struct point *point);
void point_close(struct point *point);

/* The test driver emits three events, data, other and private, @n times */
void flood(unsigned int n);

#endif /* TESTS_TRACE_POINT_H */
