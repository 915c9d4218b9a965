// SPDX-License-Identifier: MIT
/* One figure: opened, warmed up, run as often as its cost allows, closed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "harness.h"

/* A figure shall not take longer than so many clock units, within these numbers of samples. */
#define BUDGET		10000000ULL
#define SAMPLES_MIN	9
#define SAMPLES_MAX	300
#define VERIFY_SAMPLES	3
/* What the last figure has left to the kernel's workers is done by then. */
#define SETTLE_NS	20000000L

/* What reading the clock twice costs by itself: it is taken away from what is measured. */
static uint64_t clock_cost(void)
{
	static uint64_t cost;
	uint64_t begun, spent, least = UINT64_MAX;
	int i;

	for (i = 0; !cost && i < 100; i++) {
		begun = bench_now();
		spent = bench_now() - begun;
		least = spent < least ? spent : least;
	}
	cost = cost ? cost : least;
	return cost;
}

static uint64_t microseconds(struct timeval tv)
{
	return tv.tv_sec * 1000000ULL + tv.tv_usec;
}

static int run_once(struct figure *f, struct bench *b, uint64_t *spent)
{
	const struct bench_work *w = f->work;
	struct rusage before, after;
	uint64_t begun, cost = clock_cost();
	int error = w->prepare ? w->prepare(b) : 0;

	if (error)
		return error;
	b->spent = 0;
	getrusage(RUSAGE_SELF, &before);
	begun = bench_now();
	error = w->run(b, f->batch);
	*spent = bench_now() - begun;
	getrusage(RUSAGE_SELF, &after);
	*spent = b->spent ? b->spent : *spent > cost ? *spent - cost : 0;
	b->turn += f->batch;
	f->cpu_user += (microseconds(after.ru_utime) - microseconds(before.ru_utime)) * 1000;
	f->cpu_kernel += (microseconds(after.ru_stime) - microseconds(before.ru_stime)) * 1000;
	return error;
}

static size_t samples_for(const struct figure *f, const struct options *o, uint64_t spent)
{
	size_t n = spent ? BUDGET / spent : SAMPLES_MAX;

	if (o->verify)
		return VERIFY_SAMPLES;
	if (f->work->samples)
		return f->work->samples;
	return n < SAMPLES_MIN ? SAMPLES_MIN : n > SAMPLES_MAX ? SAMPLES_MAX : n;
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int sample(struct figure *f, struct bench *b, const struct options *o)
{
	uint64_t spent;
	size_t i, n;
	int error;

	/* The first one warms up; the second says how long one takes. */
	error = run_once(f, b, &spent);
	if (!error)
		error = run_once(f, b, &spent);
	if (error)
		return error;
	n = samples_for(f, o, spent);
	f->samples = calloc(n, sizeof(*f->samples));
	f->sorted = calloc(n, sizeof(*f->sorted));
	if (!f->samples || !f->sorted)
		return -ENOMEM;
	f->cpu_user = f->cpu_kernel = 0;
	b->cpu_kernel = b->emitted = b->delivered = b->lost = b->wakeups = 0;
	for (i = 0; i < n && !error; i++)
		error = run_once(f, b, &f->samples[i]);
	f->n_samples = n;
	f->operations = n * f->batch;
	memcpy(f->sorted, f->samples, n * sizeof(*f->sorted));
	qsort(f->sorted, n, sizeof(*f->sorted), by_size);
	return error;
}

int bench_measure(struct figure *f, const struct options *o, char *why, size_t why_size)
{
	struct bench b = {
		.work = f->work, .bytes = f->bytes, .producers = f->producers, .readers = f->readers,
		.verify = o->verify, .turn = 1,
	};
	const struct timespec settle = { .tv_nsec = SETTLE_NS };
	int error;

	f->batch = f->work->batch ? f->work->batch : 1;
	error = f->work->open(&b);
	if (!error) {
		nanosleep(&settle, NULL);
		error = sample(f, &b, o);
	}
	f->work->close(&b);
	f->cpu_kernel += b.cpu_kernel;
	f->emitted = b.emitted;
	f->delivered = b.delivered;
	f->lost = b.lost;
	f->wakeups = b.wakeups;
	snprintf(why, why_size, "%s", b.why[0] ? b.why : error ? strerror(-error) : "");
	return error;
}

double figure_at(const struct figure *f, double quantile)
{
	size_t i = (size_t)(quantile * f->n_samples);

	return (double)f->sorted[i < f->n_samples ? i : f->n_samples - 1] / f->batch;
}

double figure_mean(const struct figure *f)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < f->n_samples; i++)
		sum += (double)f->samples[i] / f->batch;
	return sum / f->n_samples;
}
