// SPDX-License-Identifier: GPL-2.0-only
/*
 * figures calls | sockets | udp ADDRESS | statistics SIZE
 * The measuring itself: batches, of which the median counts; the clock's own price is taken off.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "figures.h"

#define WARM	3
#define BATCHES	11

static unsigned long batch[BATCHES];
static int trouble;

static unsigned long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000UL + t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

void failed(const char *what)
{
	fprintf(stderr, "figures: %s: %s\n", what, strerror(errno));
	trouble = 1;
}

int open_or_skip(const char *file, int flags)
{
	int fd = open(file, flags);

	if (fd < 0)
		fprintf(stderr, "figures: left out: %s\n", file);
	return fd;
}

/* The batches' times for one call, in order. */
static int measure(unsigned int calls, figure_call call, void *argument)
{
	unsigned long begin, clock;
	unsigned int i, n;

	for (i = 0; i < WARM + BATCHES; i++) {
		begin = now();
		clock = now() - begin;
		begin = now();
		for (n = 0; n < calls; n++)
			if (call(argument))
				return -1;
		begin = now() - begin;
		if (i >= WARM)
			batch[i - WARM] = (begin - clock + calls / 2) / calls;
	}
	qsort(batch, BATCHES, sizeof(batch[0]), ascending);
	return 0;
}

unsigned long median_of(unsigned int calls, figure_call call, void *argument)
{
	if (measure(calls, call, argument))
		failed("a call");
	return batch[BATCHES / 2];
}

void figure(const char *name, const char *what, unsigned int calls, figure_call call, void *argument)
{
	errno = 0;
	if (measure(calls, call, argument))
		failed(name);
	else
		printf("%s\t%lu\t%lu\t%lu\t%s\n", name, batch[0], batch[BATCHES / 2], batch[BATCHES - 1], what);
}

void figure_value(const char *name, const char *what, unsigned long value)
{
	printf("%s\t%lu\t%lu\t%lu\t%s\n", name, value, value, value, what);
}

static const struct {
	const char *name;
	void (*run)(const char *argument);
} groups[] = {
	{ "calls", figures_calls },
	{ "sockets", figures_sockets },
	{ "udp", figures_udp },
	{ "statistics", figures_statistics },
};

int main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; argc > 1 && i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (!strcmp(argv[1], groups[i].name)) {
			groups[i].run(argc > 2 ? argv[2] : "");
			return trouble;
		}
	}
	fprintf(stderr, "usage: figures calls | sockets | udp ADDRESS | statistics SIZE\n");
	return 2;
}
