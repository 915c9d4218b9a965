/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/* What is in a payload, computed on both sides: the producer fills by it, the consumer checks by it. */
#ifndef KULINK_BENCH_PATTERN_H
#define KULINK_BENCH_PATTERN_H

#include <linux/types.h>

/* Word @i of the payload of turn @turn: cheap, so that a producer of the measurement itself can fill by it */
static inline __u64 bench_word(__u64 turn, __u64 i)
{
	return turn * 0x9e3779b97f4a7c15ULL + i;
}

#endif
