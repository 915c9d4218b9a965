// SPDX-License-Identifier: MIT
/* What kulink pick answers people */
#include <inttypes.h>
#include <string.h>
#include <libsmartcols/libsmartcols.h>
#include "pick.h"

enum { RANK, CHANNEL, ESTIMATE, MEDIAN, TAIL, BARE, WAKE, FIGURE, BECAUSE };

static const struct column columns[] = {
	[RANK] = { "", SCOLS_FL_RIGHT },
	[CHANNEL] = { "CHANNEL", 0 },
	[ESTIMATE] = { "ESTIMATE", SCOLS_FL_RIGHT },
	[MEDIAN] = { "P50", SCOLS_FL_RIGHT },
	[TAIL] = { "P99", SCOLS_FL_RIGHT },
	[BARE] = { "BARE", SCOLS_FL_RIGHT },
	[WAKE] = { "WAKE-UP", SCOLS_FL_RIGHT },
	[FIGURE] = { "FIGURE", 0 },
	[BECAUSE] = { "BECAUSE", 0 },
};

static void show_subsystems(const struct pick_needs *needs)
{
	const struct pick_subsystem *s;
	bool found = false;

	for (s = pick_subsystems; s->name; s++) {
		if (!pick_subsystem_is_for(s, needs->about))
			continue;
		if (!found)
			printf("%s: the kernel has a subsystem for that, with tools that people know. See first whether it fits:\n",
			       needs->about);
		found = true;
		printf("  %-12s %s; %s\n", s->name, s->how, s->users);
	}
	if (found)
		return;
	printf("%s: no subsystem is known here for that word. There are:\n ", needs->about);
	for (s = pick_subsystems; s->name; s++)
		printf(" %s", s->name);
	putchar('\n');
}

static void number_cell(struct libscols_line *line, size_t column, double number)
{
	table_cell(line, column, number < 100 && number != (double)(long)number ? "%.1f" : "%.0f", number);
}

static void show_line(struct libscols_table *table, const struct pick_choice *c)
{
	struct libscols_line *line = table_line(table, NULL);

	table_cell(line, RANK, "%u", c->rank);
	table_cell(line, CHANNEL, "%s", c->info->name);
	if (c->figure) {
		number_cell(line, ESTIMATE, c->estimate);
		number_cell(line, MEDIAN, c->figure->p50);
		if (c->figure->p99 >= 0)
			number_cell(line, TAIL, c->figure->p99);
		table_cell(line, FIGURE, "%s", c->figure->name);
	} else {
		table_cell(line, FIGURE, "-");
	}
	if (c->bare)
		number_cell(line, BARE, c->bare->p50);
	if (c->wakeup)
		number_cell(line, WAKE, c->wakeup->p50);
	if (c->only)
		table_cell(line, BECAUSE, "only %s", c->only);
	else
		table_cell(line, BECAUSE, "%s", c->fact->because);
}

static bool column_used(const struct pick_choice *choices, size_t n, size_t column)
{
	size_t i;

	for (i = 0; i < n && choices[i].rank; i++) {
		if (column == FIGURE && choices[i].figure)
			return true;
		if (column == ESTIMATE && choices[i].figure && choices[i].estimate != choices[i].figure->p50)
			return true;
		if (column == BARE && choices[i].bare)
			return true;
		if (column == WAKE && choices[i].wakeup)
			return true;
	}
	return false;
}

static const char *source_name(const struct pick_figures *f)
{
	return strcmp(f->source, "baseline") ? f->path :
	       "the shipped baseline, not of this machine (kulink bench measures it)";
}

static void show_source(const struct pick_needs *needs, const struct pick_figures *f,
			const struct pick_choice *choices, size_t n)
{
	char size[32];

	if (!f->source) {
		puts("No figures: nothing has been measured on this machine (kulink bench) and none are shipped. "
		     "The order is the library's own.");
		return;
	}
	if (!column_used(choices, n, FIGURE)) {
		printf("No figures of that in %s. The order is the library's own.\n", source_name(f));
		return;
	}
	pick_size_text(pick_size(needs), size, sizeof(size));
	printf("Figures: %s; Linux %s, %s, %s, on %s\n%s for one of %s", source_name(f), f->kernel,
	       f->accelerator, f->host, f->date, f->clock, size);
	if (pick_readers(needs) > 1)
		printf(" with %" PRIu64 " readers", pick_readers(needs));
	printf(", the median and the 99th percentile%s\n",
	       column_used(choices, n, ESTIMATE) ? " of the figure named, and from it an estimate of what is asked" : "");
}

static void hide(struct libscols_table *table, size_t column)
{
	scols_column_set_flags(scols_table_get_column(table, column), SCOLS_FL_HIDDEN);
}

static void show_ranked(const struct pick_choice *choices, size_t n)
{
	struct libscols_table *table = table_new(columns, COUNT(columns));
	size_t i;

	for (i = 0; i < n && choices[i].rank; i++)
		show_line(table, &choices[i]);
	if (!column_used(choices, n, FIGURE)) {
		hide(table, MEDIAN);
		hide(table, TAIL);
		hide(table, FIGURE);
	}
	if (!column_used(choices, n, ESTIMATE))
		hide(table, ESTIMATE);
	if (!column_used(choices, n, BARE))
		hide(table, BARE);
	if (!column_used(choices, n, WAKE))
		hide(table, WAKE);
	table_print(table);
}

static bool is_shown(const struct pick_figure *f, const struct pick_choice *choices, size_t n)
{
	size_t i;

	for (i = 0; i < n && choices[i].rank; i++)
		if (choices[i].bare == f)
			return true;
	return false;
}

/* Floors, other bare mechanisms and other tools at the same work, the size nearest to what is asked */
static void show_beside(const struct pick_needs *needs, const struct pick_figures *figures,
			const struct pick_choice *choices, size_t n)
{
	static const char *const kinds[] = { "floor", "bare", "peer" };
	uint64_t bytes = pick_size(needs);
	size_t i, k, said = 0;

	for (k = 0; k < COUNT(kinds); k++)
		for (i = 0; i < figures->n; i++) {
			const struct pick_figure *f = &figures->list[i];

			if (strcmp(f->kind, kinds[k]) || strcmp(f->work, pick_work(needs)) ||
			    pick_figure_find(figures, f->work, f->channel, f->kind, bytes, pick_readers(needs)) != f)
				continue;
			if (is_shown(f, choices, n))
				continue;
			printf("%s %s %.0f", said++ ? "," : "Beside them:", f->name, f->p50);
		}
	if (said)
		putchar('\n');
}

static void show_first(const struct pick_needs *needs, const struct pick_choice *choices, size_t n)
{
	const struct pick_choice *c = &choices[0];
	const char *sentence;
	size_t i;

	printf("\nTake %s%s%s.\n", c->info->name, c->only ? ", but only " : "",
	       c->only ? c->only : "");
	printf("  who       %s\n", c->info->who);
	printf("  limits    %s\n", c->info->limits);
	printf("  chapter   docs/channels/%s.md\n", c->info->name);
	printf("  example   %s", pick_example(needs));
	if (c->fact->example)
		printf("; the bare mechanism: examples/howto/%s", c->fact->example);
	putchar('\n');
	for (i = 0; (sentence = pick_advice(needs, choices, n, i)); i++)
		printf("%s\n", sentence);
}

static void show_ruled_out(const struct pick_choice *choices, size_t n)
{
	bool said = false;
	size_t i;

	for (i = 0; i < n; i++) {
		if (choices[i].rank)
			continue;
		if (!said)
			puts("\nRuled out:");
		said = true;
		printf("  %-9s %s\n", choices[i].info->name, choices[i].reason);
	}
}

void pick_show(const struct pick_needs *needs, const struct pick_figures *figures,
	       const struct pick_choice *choices, size_t n)
{
	const char *sentence;
	size_t i;

	if (needs->about)
		show_subsystems(needs);
	if (!needs->kind)
		return;
	if (needs->about)
		putchar('\n');
	if (n && choices[0].rank) {
		show_source(needs, figures, choices, n);
		putchar('\n');
		show_ranked(choices, n);
		if (column_used(choices, n, FIGURE))
			show_beside(needs, figures, choices, n);
		show_first(needs, choices, n);
	} else {
		puts("No channel does all of that.");
		for (i = 0; (sentence = pick_advice(needs, choices, n, i)); i++)
			puts(sentence);
	}
	show_ruled_out(choices, n);
	if (!needs->about)
		puts("\nIs there a subsystem for it? kulink pick --about WORD (temperature, battery, camera) says.");
}
