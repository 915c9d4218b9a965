/* SPDX-License-Identifier: GPL-2.0-only */
/* What bursts.c and the program that asks it agree on. */
#ifndef KULINK_TEST_BURSTS_H
#define KULINK_TEST_BURSTS_H

#include <linux/types.h>

enum { BURST_ONE, BURST_THREE, BURST_EIGHT, BURST_MIXED, BURST_EVENTS };
enum { BURST_PROCESS, BURST_IRQ, BURST_NMI };

#define BURST_TEXT	240
#define BURST_WORDS_MAX	32
/* Events of one kulink_emit_many(): more than it emits at once */
#define BURST_MANY	100

/**
 * struct burst_request - of the calls "burst" and "race"
 * @event: which
 * @count: how many
 * @many: by kulink_emit_many()
 * @context: where; of "race": who, from 1
 */
struct burst_request {
	__u32 event;
	__u32 count;
	__u32 many;
	__u32 context;
};

static inline __u64 burst_word(__u64 index, __u32 event, __u32 i)
{
	return (index + event) * 0x9e3779b97f4a7c15ULL + i;
}

#endif
