/* SPDX-License-Identifier: MIT */
/* What the program's own files share; a measured work needs only bench.h. */
#ifndef KULINK_BENCH_HARNESS_H
#define KULINK_BENCH_HARNESS_H

#include <kulink.h>

#include "bench.h"
#include "driver/control.h"

/**
 * struct figure - what was measured
 * @name: WORK/CHANNEL/BYTES[/pN][/rN]
 * @samples: clock units of each run, not divided, in the order of the runs
 * @sorted: the same by size
 * @operations: of all runs
 */
struct figure {
	char name[80];
	const struct bench_work *work;
	size_t bytes;
	unsigned int producers;
	unsigned int readers;
	unsigned int batch;
	size_t n_samples;
	uint64_t *samples;
	uint64_t *sorted;
	uint64_t operations;
	uint64_t cpu_user;
	uint64_t cpu_kernel;
	uint64_t emitted;
	uint64_t delivered;
	uint64_t lost;
	uint64_t wakeups;
};

struct figures {
	struct figure *figure;
	size_t n;
};

struct options {
	bool verify;
	bool samples;
	bool quiet;
	bool json;		/* on stdout, with no output beside it */
	bool brief;		/* one size of each */
	const char *channel;	/* NULL: all */
	const char *work;	/* NULL: all */
	const char *only;	/* begins a figure's name; NULL: all */
	const char *clock;
	const char *accelerator;
	const char *output;
};

/* measure.c: 0 or -errno; @why gets a sentence */
int bench_measure(struct figure *figure, const struct options *o, char *why, size_t why_size);
/* Per operation */
double figure_at(const struct figure *figure, double quantile);
double figure_mean(const struct figure *figure);

/* output.c */
int figures_write(const struct figures *figures, const struct options *o);
int figures_show(const struct figures *figures, const struct options *o);

/* works of each channel; .channel is filled in */
extern const struct bench_work bench_get, bench_set, bench_call, bench_table, bench_reread, bench_events, bench_bursts, bench_cells, bench_producers,
	bench_wakeup, bench_growth;

/* events.c: how many are emitted before they are taken */
unsigned int events_burst(const char *channel);

/* common.c: a handle to the measured service over the work's channel, and the driver's own node */
struct service {
	struct kulink *k;
	int control;
};

int service_open(struct bench *b, struct service *s);
int service_open_over(struct bench *b, struct service *s, const char *channel);
void service_close(struct service *s);
/* What a kulink function said, with the handle's sentence in @b->why */
int service_failed(struct bench *b, struct service *s, int error);
const struct kulink_channel_info *channel_info(const char *name);

#endif
