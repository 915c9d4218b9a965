// SPDX-License-Identifier: MIT
/* Which channels do what is asked, why the others do not, and in which order */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "pick.h"

/* A processor has so many clock units a second: nanoseconds, or instructions counted as such */
#define UNITS	1e9

const char *pick_work(const struct pick_needs *needs)
{
	switch (needs->kind) {
	case KULINK_VALUES:
		return needs->direction & TO_KERNEL ? "set" : "get";
	case KULINK_TABLES:
		return "table";
	case KULINK_CALLS:
		return "call";
	case KULINK_EVENTS:
		return "events";
	}
	return "region";
}

uint64_t pick_size(const struct pick_needs *needs)
{
	if (needs->size)
		return needs->size;
	switch (needs->kind) {
	case KULINK_VALUES:
		return 8;
	case KULINK_TABLES:
		return 64 << 10;
	}
	return 64;
}

const char *pick_example(const struct pick_needs *needs)
{
	return needs->kind == KULINK_REGIONS || needs->interrupt ? "examples/edu" : "examples/hwstats";
}

/* Whoever asks pays for himself alone; an event is paid for each reader */
uint64_t pick_readers(const struct pick_needs *needs)
{
	return needs->kind == KULINK_EVENTS && needs->readers ? needs->readers : 1;
}

static bool out(struct pick_choice *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool out(struct pick_choice *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->reason, sizeof(c->reason), format, args);
	va_end(args);
	return true;
}

static bool out_by_size(struct pick_choice *c, const struct pick_needs *needs)
{
	char most[32];

	if (needs->kind == KULINK_CALLS && c->info->call_max < needs->size) {
		pick_size_text(c->info->call_max, most, sizeof(most));
		return out(c, "a call has %s at most", most);
	}
	if (needs->kind != KULINK_EVENTS || !needs->size)
		return false;
	if (c->info->fieldless)
		return out(c, "tells that something happened, and carries no data");
	if (c->fact->event_max && c->fact->event_max < needs->size) {
		pick_size_text(c->fact->event_max, most, sizeof(most));
		return out(c, "%s an event at most", most);
	}
	return false;
}

static bool out_by_kernel(struct pick_choice *c, const struct pick_needs *needs)
{
	unsigned int patched = c->fact->patched;

	if (!patched || !needs->kernel_from || (needs->kernel_from == patched && needs->kernel_to == patched))
		return false;
	return out(c, "takes a %u.%u with our patch", patched >> 16, patched & 0xffff);
}

/* By what has been measured, or by a limit that the channel sets itself */
static bool out_by_time(struct pick_choice *c, const struct pick_needs *needs, const char *units)
{
	const struct pick_figure *f = needs->kind == KULINK_EVENTS && c->wakeup ? c->wakeup : c->figure;
	double cost = c->estimate, tail;

	if (needs->rate && c->fact->rate_max && needs->rate > c->fact->rate_max)
		return out(c, "%u a second, unless told otherwise", c->fact->rate_max);
	if (needs->rate && c->figure && cost * needs->rate > UNITS)
		return out(c, "one costs %.0f %s: %.0f a second at most", cost, units, UNITS / cost);
	if (!needs->latency || !f)
		return false;
	tail = f->p99 >= 0 ? f->p99 : f->p50;
	if (f == c->figure && f->p50 > 0)
		tail *= cost / f->p50;
	if (tail > needs->latency)
		return out(c, "%.0f %s (p99)", tail, units);
	return false;
}

static bool ruled_out(struct pick_choice *c, const struct pick_needs *needs, const char *units)
{
	if (!(c->info->carries & needs->kind))
		return out(c, "carries no %ss", kind_name(needs->kind));
	if (needs->direction & TO_KERNEL && c->fact->read_only & needs->kind)
		return out(c, "%ss are read over it, not set", kind_name(needs->kind));
	if (needs->remote && !c->fact->remote)
		return out(c, "reaches programs on this machine only");
	if (out_by_size(c, needs))
		return true;
	if (needs->no_loss && needs->kind == KULINK_EVENTS && c->info->lossy)
		return out(c, "a reader that is too slow loses events, and is told how many");
	if (needs->unprivileged && c->fact->root)
		return out(c, "takes %s", c->fact->root);
	if (needs->script && !(c->fact->script & needs->kind))
		return out(c, "not with cat and echo: it takes a program, or kulink itself");
	if (c->fact->readers_max && needs->readers > c->fact->readers_max)
		return out(c, "for %u readers at most", c->fact->readers_max);
	return out_by_kernel(c, needs) || out_by_time(c, needs, units);
}

/* Of the size asked, between two that were measured; above all of them a byte costs what it does in the largest */
static double of_size(const struct pick_figures *figures, const struct pick_figure *f, uint64_t bytes)
{
	const struct pick_figure *below = pick_figure_below(figures, f, bytes);

	if (!f->bytes || f->bytes == bytes)
		return f->p50;
	if (f->bytes < bytes)
		return f->p50 * ((double)bytes / (double)f->bytes);
	if (!below)
		return f->p50;
	return below->p50 + (f->p50 - below->p50) * (double)(bytes - below->bytes) / (double)(f->bytes - below->bytes);
}

static void measure(struct pick_choice *c, const struct pick_needs *needs, const struct pick_figures *figures)
{
	uint64_t bytes = pick_size(needs), readers = pick_readers(needs);
	const char *work = pick_work(needs), *name = c->info->name;

	c->figure = pick_figure_find(figures, work, name, "kulink", bytes, readers);
	if (!c->figure)
		return;
	c->estimate = of_size(figures, c->figure, bytes);
	/* where so many were not measured, at most each of them costs as much as the first */
	if (c->figure->readers && c->figure->readers < readers)
		c->estimate *= (double)readers / (double)c->figure->readers;
	c->bare = pick_figure_find(figures, work, name, "bare", c->figure->bytes, c->figure->readers);
	if (c->bare && (c->bare->bytes != c->figure->bytes || c->bare->readers != c->figure->readers))
		c->bare = NULL;
}

static int better(const void *left, const void *right)
{
	const struct pick_choice *a = left, *b = right;

	if (!*a->reason != !*b->reason)
		return *a->reason ? 1 : -1;
	if (!*a->reason && !a->only != !b->only)
		return a->only ? 1 : -1;
	if (!*a->reason && !a->figure != !b->figure)
		return a->figure ? -1 : 1;
	if (!*a->reason && a->figure && a->estimate != b->estimate)
		return a->estimate < b->estimate ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

size_t pick_judge(const struct pick_needs *needs, const struct pick_figures *figures,
		  struct pick_choice choices[PICK_CHANNELS])
{
	const char *units = figures->clock && !strcmp(figures->clock, "instructions") ? "instructions" : "ns";
	const struct kulink_channel_info *info;
	size_t n = 0, i;

	for (info = kulink_channels(); info->name && n < PICK_CHANNELS; info++, n++) {
		struct pick_choice *c = &choices[n];

		*c = (struct pick_choice){ .info = info, .fact = pick_fact(info->name), .order = n };
		c->only = c->fact->remote && !needs->remote ? "for programs on another machine" : c->fact->only;
		measure(c, needs, figures);
		if (needs->kind == KULINK_EVENTS)
			c->wakeup = pick_figure_find(figures, "wakeup", info->name, "kulink", pick_size(needs), 1);
		ruled_out(c, needs, units);
	}
	qsort(choices, n, sizeof(*choices), better);
	for (i = 0; i < n && !*choices[i].reason; i++)
		choices[i].rank = (unsigned int)i + 1;
	return n;
}
