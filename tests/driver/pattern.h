/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the test driver puts into rows, events and replies, computed on both sides:
 * the driver fills by it, the test programs check by it.
 */
#ifndef KTEST_PATTERN_H
#define KTEST_PATTERN_H

#include <linux/types.h>

#define KTEST_LOG_SIZE		65536
#define KTEST_ROW_STRING	256
#define KTEST_EVENT_STRING	64

/* Regions: pages of the big ones; bytes of the odd one */
#define KTEST_REGION_PAGES	5
#define KTEST_ODD_SIZE		9001

enum ktest_event {
	KTEST_DATA,
	KTEST_OTHER,
	KTEST_PRIVATE,
	KTEST_EVENTS,
};

/* A row of the table "flat" */
struct ktest_flat {
	__u64 index;
	__u64 generation;
	__s64 negative;
};

/* An entry of /dev/kulink_test_log: what the emitter gave to kulink_emit() */
struct ktest_entry {
	__u32 instance;
	__u32 event;
	__aligned_u64 index;	/* the emitter's own count of this event, from 1 */
	__aligned_u64 seq;	/* what kulink_emit() answered */
	__aligned_u64 pattern;
};

static inline __u64 ktest_pattern(__u64 a, __u64 b)
{
	__u64 x = (a + 1) * 0x9e3779b97f4a7c15ULL ^ (b + 1) * 0xbf58476d1ce4e5b9ULL;

	return x ^ x >> 29;
}

static inline char ktest_letter(__u64 offset)
{
	return 'a' + offset % 26;
}

/* A letter string of @len bytes and its NUL that starts at an offset in the alphabet */
static inline void ktest_letters(char *to, __u64 offset, unsigned int len)
{
	unsigned int i, at = offset % 26;

	for (i = 0; i < len; i++) {
		to[i] = 'a' + at;
		at = at == 25 ? 0 : at + 1;
	}
	to[len] = '\0';
}

/* How many letters the string of an event has */
static inline unsigned int ktest_event_len(__u64 index)
{
	return index % KTEST_EVENT_STRING;
}

static inline __u8 ktest_byte(__u64 offset)
{
	return (__u8)(offset * 7 + (offset >> 8));
}

#endif
