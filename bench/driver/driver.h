/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_DRIVER_H
#define BENCH_DRIVER_H

#include <linux/kulink.h>

#include "control.h"

#define BENCH_WORDS_MAX		64

extern struct kulink_service *bench_service;
extern const struct kulink_event bench_events[];

enum { BENCH_VALUE_NUMBER };
enum { BENCH_TABLE_ROWS };

/* emit.c */
void bench_events_init(void);
void bench_events_exit(void);
int bench_emit(struct bench_emit *emit);
int bench_later(const struct bench_later *later);
u64 bench_when(void);

/* growth.c */
int bench_growth(struct bench_growth *growth);
void bench_growth_exit(void);

#endif
