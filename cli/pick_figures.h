/* SPDX-License-Identifier: MIT */
/* What kulink bench has written. Beside cli.h's JSON stands that of json-c, so this includes none of it. */
#ifndef KULINK_CLI_PICK_FIGURES_H
#define KULINK_CLI_PICK_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A sentence's room */
#define PICK_WHY	256

/**
 * struct pick_figure - what was measured of a work, as docs/measurements.md has it
 * @kind: kulink, bare, peer or floor
 * @p50: clock units of one; @p99: < 0: unknown
 */
struct pick_figure {
	const char *name;
	const char *work;
	const char *channel;
	const char *kind;
	uint64_t bytes;
	uint64_t producers;
	uint64_t readers;
	double p50;
	double p99;
};

/**
 * struct pick_figures - a file of them
 * @source: "file", "bench", "baseline"; NULL: there are none
 * @clock: "instructions" or "nanoseconds"
 */
struct pick_figures {
	const char *source;
	char path[4096];
	const char *kernel;
	const char *accelerator;
	const char *clock;
	const char *date;
	const char *host;
	struct pick_figure *list;
	size_t n;
	void *root;
};

/*
 * Of @file: false, and a sentence in @why, if it has none. NULL: of this machine's last bench, or as
 * shipped, or none
 */
bool pick_figures_load(struct pick_figures *f, const char *file, char *why);
void pick_figures_free(struct pick_figures *f);
/* The one of @work that is nearest to what is needed; NULL: none. @channel NULL: any of @kind */
const struct pick_figure *pick_figure_find(const struct pick_figures *f, const char *work,
					   const char *channel, const char *kind, uint64_t bytes,
					   uint64_t readers);
/* The same as @f of the largest size below @bytes, or NULL */
const struct pick_figure *pick_figure_below(const struct pick_figures *figures, const struct pick_figure *f,
					    uint64_t bytes);

#endif /* KULINK_CLI_PICK_FIGURES_H */
