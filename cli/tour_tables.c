// SPDX-License-Identifier: MIT
/*
 * Tables: each is read whole and held, cell by cell, against another channel; network devices
 * also against /sys/class/net.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "tour.h"

#define ROUNDS	8
#define DUMPS	9

/**
 * struct copy - a table as it was read; a string as a hash of it
 * @bad: a row that is not as declared
 * @names: of the rows of a table with a column of that name, "\n"-separated; for links
 */
struct copy {
	const struct kulink_part *part;
	uint64_t generation;
	size_t rows;
	size_t room;
	uint64_t *cells;
	const char *bad;
	FILE *names;
};

static uint64_t hash(const char *s)
{
	uint64_t h = 0xcbf29ce484222325;

	while (*s)
		h = (h ^ (unsigned char)*s++) * 0x100000001b3;
	return h;
}

static int copy_row(void *ctx, const struct kulink_row *row)
{
	struct copy *copy = ctx;
	size_t i, n = copy->part->n_cells;
	uint64_t *cells;

	if (row->n_cells != n)
		copy->bad = "a row has more or fewer cells than declared";
	else if (!row->generation)
		copy->bad = "its generation is 0";
	else if (copy->rows && row->generation != copy->generation)
		copy->bad = "rows of two generations";
	else if (row->index != copy->rows)
		copy->bad = "rows are not counted from 0";
	if (copy->bad)
		return -EPROTO;
	if (copy->rows == copy->room) {
		copy->room = copy->room * 2 + 16;
		cells = realloc(copy->cells, copy->room * (n + 1) * sizeof(*cells));
		if (!cells)
			return -ENOMEM;
		copy->cells = cells;
	}
	cells = &copy->cells[copy->rows * n];
	for (i = 0; i < n; i++) {
		cells[i] = row->cells[i].string ? hash(row->cells[i].string) : row->cells[i].number;
		if (copy->names && row->cells[i].string && !strcmp(row->cells[i].name, "name"))
			fprintf(copy->names, "%s\n", row->cells[i].string);
	}
	copy->generation = row->generation;
	copy->rows++;
	return 0;
}

static void copy_free(struct copy *copy)
{
	free(copy->cells);
	memset(copy, 0, sizeof(*copy));
}

static int copy_take(struct copy *copy, struct kulink *k, const struct kulink_part *part)
{
	copy_free(copy);
	copy->part = part;
	return kulink_dump(k, part->name, copy_row, copy);
}

static bool in_order(uint32_t type, uint64_t a, uint64_t b, uint64_t c)
{
	if (a == b || b == c)
		return true;
	if (type == KULINK_TYPE_S64)
		return ((int64_t)a < (int64_t)b) == ((int64_t)b < (int64_t)c);
	return (a < b) == (b < c);
}

/* The column where @b, read between @a and @c, cannot be the same table; NULL: it can */
static const char *difference(const struct copy *a, const struct copy *b, const struct copy *c)
{
	size_t i, n = a->part->n_cells;

	if (a->generation != c->generation || a->rows != c->rows)
		return "its rows, which keep changing";
	if (a->rows != b->rows)
		return "the number of its rows";
	if (a->generation != b->generation)
		return "its generation";
	for (i = 0; i < a->rows * n; i++)
		if (!in_order(a->part->cells[i % n].type, a->cells[i], b->cells[i], c->cells[i]))
			return a->part->cells[i % n].name;
	return NULL;
}

static void table_compare(struct visit *v, const struct kulink_part *part)
{
	struct copy a = {}, b = {}, c = {};
	const char *differs = NULL;
	int i, err = 0;

	for (i = 0; i < ROUNDS && !err; i++) {
		err = copy_take(&a, v->k, part);
		if (!err)
			err = copy_take(&b, v->other, part);
		if (!err)
			err = copy_take(&c, v->k, part);
		differs = err ? NULL : difference(&a, &b, &c);
		if (!differs)
			break;
	}
	if (err)
		visit_failed(v, part->name, "dump: %s", error_meaning(err));
	else if (differs)
		visit_failed(v, part->name, "is another over %s: %s", kulink_channel(v->other),
			     differs);
	else
		visit_passed(v, part->name, "the same over another");
	copy_free(&a);
	copy_free(&b);
	copy_free(&c);
}

/* Whether @names are the network devices that /sys/class/net has */
static bool are_links(const char *names)
{
	size_t left = 0, len;
	struct dirent *entry;
	const char *s;
	bool found = true;
	DIR *dir;

	dir = opendir("/sys/class/net");
	if (!dir)
		return true;
	for (s = names; *s; s++)
		left += *s == '\n';
	while (found && (entry = readdir(dir))) {
		if (entry->d_type != DT_LNK)
			continue;
		len = strlen(entry->d_name);
		for (s = names; *s; s += strcspn(s, "\n") + 1)
			if (strcspn(s, "\n") == len && !strncmp(s, entry->d_name, len))
				break;
		found = *s;
		left--;
	}
	closedir(dir);
	return found && !left;
}

static void table_links(struct visit *v, const struct kulink_part *part)
{
	struct copy copy = {};
	char *names = NULL;
	bool equal = false;
	size_t size;
	int i, err = 0;

	for (i = 0; i < ROUNDS && !err && !equal; i++) {
		free(names);
		names = NULL;
		copy = (struct copy){ .part = part, .names = open_memstream(&names, &size) };
		if (!copy.names)
			return;
		err = kulink_dump(v->k, part->name, copy_row, &copy);
		fclose(copy.names);
		copy_free(&copy);
		equal = !err && are_links(names);
	}
	if (err)
		visit_failed(v, part->name, "dump: %s", error_meaning(err));
	else if (!equal)
		visit_failed(v, part->name, "has other devices than /sys/class/net");
	else
		visit_passed(v, part->name, "the devices of /sys/class/net");
	free(names);
}

static void dump_time(struct visit *v, const struct kulink_part *part)
{
	uint64_t ns[DUMPS], start;
	struct copy copy = {};
	size_t i;
	int err;

	if (v->tour->ns[TOUR_DUMP])
		return;
	for (i = 0; i < DUMPS; i++) {
		start = tour_now();
		err = copy_take(&copy, v->k, part);
		ns[i] = tour_now() - start;
		copy_free(&copy);
		if (err)
			return;
	}
	tour_time(v, TOUR_DUMP, ns, DUMPS);
}

static void table_read(struct visit *v, const struct kulink_part *part)
{
	struct copy copy = {};
	int err;

	err = copy_take(&copy, v->k, part);
	if (visit_refused(v, err))
		visit_skipped(v, part->name, "we may not read it");
	else if (copy.bad)
		visit_failed(v, part->name, "%s", copy.bad);
	else if (err)
		visit_failed(v, part->name, "dump: %s", error_meaning(err));
	else if (!copy.rows)
		visit_skipped(v, part->name, "it is empty");
	else
		visit_passed(v, part->name, "read");
	if (!err && v->other)
		table_compare(v, part);
	if (!err && !strncmp(v->service, "hwstats", 7) && !strcmp(part->name, "links"))
		table_links(v, part);
	if (!err)
		dump_time(v, part);
	copy_free(&copy);
}

void tour_tables(struct visit *v)
{
	size_t i;

	for (i = 0; i < v->info->n_parts && !tour_stopped(); i++)
		if (v->info->parts[i].kind == KULINK_TABLES)
			table_read(v, &v->info->parts[i]);
}
