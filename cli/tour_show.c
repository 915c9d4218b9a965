// SPDX-License-Identifier: MIT
/* What kulink tour found: one row a channel */
#include <stdlib.h>
#include <libsmartcols/libsmartcols.h>
#include "tour.h"

enum { CHANNEL, RESULT, KINDS, TIMES = KINDS + TOUR_KINDS, WHY = TIMES + TOUR_TIMES };

static const struct column columns[] = {
	[CHANNEL] = { "CHANNEL", 0 },
	[RESULT] = { "RESULT", 0 },
	[KINDS + TOUR_VALUES] = { "VALUES", 0 },
	[KINDS + TOUR_TABLES] = { "TABLES", 0 },
	[KINDS + TOUR_CALLS] = { "CALLS", 0 },
	[KINDS + TOUR_EVENTS] = { "EVENTS", 0 },
	[KINDS + TOUR_REGIONS] = { "REGIONS", 0 },
	[TIMES + TOUR_GET] = { "GET us", SCOLS_FL_RIGHT },
	[TIMES + TOUR_SET] = { "SET us", SCOLS_FL_RIGHT },
	[TIMES + TOUR_DUMP] = { "DUMP us", SCOLS_FL_RIGHT },
	[TIMES + TOUR_CALL] = { "CALL us", SCOLS_FL_RIGHT },
	[TIMES + TOUR_EVENT] = { "EVENT us", SCOLS_FL_RIGHT },
	[WHY] = { "WHY", SCOLS_FL_WRAP },
};

static const char *const words[] = { [UNTRIED] = "-", [FAILED] = "FAILED", [PASSED] = "ok" };
static const char *const colors[] = { [UNTRIED] = "darkgray", [FAILED] = "red", [PASSED] = "green" };

static enum verdict result(const struct tour *tour)
{
	enum verdict verdict = UNTRIED;
	int i;

	if (tour->n_failures)
		return FAILED;
	for (i = 0; i < TOUR_KINDS; i++)
		if (tour->kinds[i] == PASSED)
			verdict = PASSED;
	return verdict;
}

static const char *why(const struct tour *tour)
{
	if (*tour->why)
		return tour->why;
	if (tour->n_failures)
		return tour->failures[0];
	return result(tour) == UNTRIED ? "nothing there that can be tried" : NULL;
}

static void verdict_cell(struct libscols_line *line, size_t column, enum verdict verdict)
{
	table_cell(line, column, "%s", words[verdict]);
	table_color(line, column, colors[verdict]);
}

static int show_text(const struct tour *tours, size_t n)
{
	struct libscols_table *table;
	struct libscols_line *line;
	size_t i, k, whys = 0;

	for (i = 0; i < n; i++)
		whys += !!why(&tours[i]);
	table = table_new(columns, whys ? WHY + 1 : WHY);
	for (i = 0; i < n; i++) {
		line = table_line(table, NULL);
		table_cell(line, CHANNEL, "%s", tours[i].channel->name);
		verdict_cell(line, RESULT, result(&tours[i]));
		for (k = 0; k < TOUR_KINDS; k++)
			verdict_cell(line, KINDS + k, tours[i].kinds[k]);
		for (k = 0; k < TOUR_TIMES; k++) {
			if (tours[i].ns[k])
				table_cell(line, TIMES + k, "%.1f", tours[i].ns[k] / 1000.0);
			else
				table_cell(line, TIMES + k, "-");
		}
		if (why(&tours[i]))
			table_cell(line, WHY, "%s", why(&tours[i]));
	}
	return table_print(table);
}

static void verdict_json(struct json *j, const char *key, enum verdict verdict)
{
	if (verdict == UNTRIED)
		json_null(j, key);
	else
		json_bool(j, key, verdict == PASSED);
}

static void tour_json(struct json *j, const struct tour *tour)
{
	static const char *const kinds[] = { "values", "tables", "calls", "events", "regions" };
	static const char *const times[] = { "get_ns", "set_ns", "dump_ns", "call_ns", "event_ns" };
	size_t i;

	json_begin(j, NULL, '{');
	json_string(j, "channel", tour->channel->name);
	verdict_json(j, "ok", result(tour));
	json_string(j, "why", why(tour));
	for (i = 0; i < TOUR_KINDS; i++)
		verdict_json(j, kinds[i], tour->kinds[i]);
	for (i = 0; i < TOUR_TIMES; i++) {
		if (tour->ns[i])
			json_u64(j, times[i], tour->ns[i]);
		else
			json_null(j, times[i]);
	}
	json_u64(j, "services", tour->services);
	json_begin(j, "failures", '[');
	for (i = 0; i < tour->n_failures; i++)
		json_string(j, NULL, tour->failures[i]);
	json_end(j);
	json_end(j);
}

/* Shows and frees what each holds; whether all is well */
int tour_show(const struct options *o, struct tour *tours, size_t n)
{
	unsigned int passed = 0, failed = 0;
	struct json j = { .out = stdout };
	int status = STATUS_DONE;
	size_t i;

	if (o->json) {
		json_begin(&j, NULL, '[');
		for (i = 0; i < n; i++)
			tour_json(&j, &tours[i]);
		json_end(&j);
	} else {
		status = show_text(tours, n);
	}
	for (i = 0; i < n; i++) {
		passed += result(&tours[i]) == PASSED;
		failed += result(&tours[i]) == FAILED;
		while (tours[i].n_failures)
			free(tours[i].failures[--tours[i].n_failures]);
	}
	return status || failed || !passed ? STATUS_FAILED : STATUS_DONE;
}
