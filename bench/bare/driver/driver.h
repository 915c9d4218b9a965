/* SPDX-License-Identifier: GPL-2.0-only */
/* Each mechanism is a file with a start and a stop; main.c has the list. */
#ifndef BENCH_BARE_DRIVER_H
#define BENCH_BARE_DRIVER_H

#include <linux/minmax.h>
#include <linux/types.h>

#include "../bare.h"

struct bare_part {
	int (*start)(void);
	void (*stop)(void);
};

extern const struct bare_part bare_echo, bare_files, bare_sockopt, bare_netlink, bare_genl;
extern const struct bare_part bare_udp, bare_table, bare_rows, bare_ring, bare_kfifo, bare_relay;
extern const struct bare_part bare_wake;

/* A payload that differs from turn to turn. Eight words are what is measured most. */
static __always_inline void bare_words(u64 *words, u64 turn, unsigned int n)
{
	unsigned int i;

#pragma GCC unroll 8
	for (i = 0; i < n; i++)
		words[i] = bench_word(turn, i);
}

static __always_inline void bare_fill(void *to, u64 turn, u32 bytes)
{
	if (likely(bytes == BARE_ROW))
		bare_words(to, turn, BARE_ROW / sizeof(u64));
	else
		bare_words(to, turn, bytes / sizeof(u64));
}

static inline bool bare_burst_ok(const struct bare_burst *burst)
{
	return burst->bytes && burst->bytes <= BARE_EVENT_MAX && !(burst->bytes % sizeof(u64));
}

/* The value of this moment: one more than the last */
u64 bare_next(void);
void bare_set(u64 value);

int bare_genl_burst(struct bare_burst *burst);
int bare_relay_burst(struct bare_burst *burst);

/* The table: @bytes of it, behind the page with the sequence; under the mutex */
extern struct mutex bare_table_lock;
const void *bare_table_rows(size_t *bytes);

#endif
