/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one call costs, by the clock: for vm/run --deterministic, where a nanosecond is an instruction. A figure is
 * printed as NAME MIN MEDIAN MAX WHAT, tabs between, each for one call, from batches of calls of which the first few
 * do not count.
 */
#ifndef FIGURES_H
#define FIGURES_H

#include <stddef.h>

/* One call; 0 if it did what it should. */
typedef int (*figure_call)(void *argument);

void figure(const char *name, const char *what, unsigned int calls, figure_call call, void *argument);

/* A figure that is counted, or measured in another way */
void figure_value(const char *name, const char *what, unsigned long value);

unsigned long median_of(unsigned int calls, figure_call call, void *argument);
int open_or_skip(const char *file, int flags);
void failed(const char *what);

/* The groups; each leaves out what is not there, and says so on stderr. */
void figures_calls(const char *unused);
void figures_sockets(const char *unused);
void figures_udp(const char *address);
void figures_statistics(const char *size);

#endif
