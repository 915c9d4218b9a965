// SPDX-License-Identifier: MIT
/* A table as it arrives from a channel, until its rows are given to the program. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"

void kulink_table_init(struct kulink_table *table, const struct kulink_part *part)
{
	*table = (struct kulink_table){ .part = part };
}

void kulink_table_free(struct kulink_table *table)
{
	free(table->cells);
	free(table->wire);
	kulink_arena_free(table->arena);
	*table = (struct kulink_table){ .part = NULL };
}

static int grow(struct kulink_table *table)
{
	size_t room = table->room ? table->room * 2 : 64;
	size_t bytes;
	struct kulink_cell *cells;

	if (__builtin_mul_overflow(room, table->part->n_cells * sizeof(*cells), &bytes))
		return -ENOMEM;
	cells = realloc(table->cells, bytes ? bytes : 1);
	if (!cells)
		return -ENOMEM;
	table->cells = cells;
	table->room = room;
	return 0;
}

struct kulink_cell *kulink_table_row(struct kulink_table *table)
{
	struct kulink_cell *cells;

	if (table->n_rows == table->room && grow(table))
		return NULL;
	cells = table->cells + table->n_rows++ * table->part->n_cells;
	kulink_record_names(table->part, cells);
	return cells;
}

const char *kulink_table_string(struct kulink_table *table, const char *s, size_t len)
{
	if (!table->arena)
		table->arena = kulink_arena_new();
	return table->arena ? kulink_arena_text(table->arena, s, len) : NULL;
}

int kulink_table_take(struct kulink_table *table, void *wire, size_t len)
{
	size_t size = kulink_record_size(table->part);
	struct kulink_table_head head;

	free(table->wire);
	table->wire = wire;
	table->records = NULL;
	if (len < sizeof(head))
		return -EPROTO;
	memcpy(&head, wire, sizeof(head));
	if (head.len < sizeof(head) || head.len > len || head.record_size != size || !size)
		return -EPROTO;
	len -= head.len;
	if (len % size || len / size != head.count)
		return -EPROTO;
	table->records = (const unsigned char *)wire + head.len;
	table->generation = head.generation;
	table->record_size = size;
	table->n_rows = head.count;
	return 0;
}

int kulink_table_records(struct kulink_table *table, const void *wire, size_t len)
{
	void *copy = malloc(len ? len : 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, wire, len);
	return kulink_table_take(table, copy, len);
}

void *kulink_table_more(struct kulink_table *table, size_t n)
{
	size_t size = kulink_record_size(table->part), used = table->n_rows * size, room = table->room, bytes;
	unsigned char *wire;

	if (!table->wire || room - table->n_rows < n) {
		if (__builtin_add_overflow(table->n_rows + n, room, &room) ||
		    __builtin_mul_overflow(room, size, &bytes))
			return NULL;
		wire = realloc(table->wire, bytes ? bytes : 1);
		if (!wire)
			return NULL;
		table->wire = wire;
		table->records = wire;
		table->record_size = size;
		table->room = room;
	}
	table->n_rows += n;
	return table->wire + used;
}

int kulink_table_encode(struct kulink_table *table)
{
	const struct kulink_part *part = table->part;
	size_t size = kulink_record_size(part), i;
	unsigned char *at;

	if (table->records)
		return 0;
	at = calloc(table->n_rows ? table->n_rows : 1, size);
	if (!at)
		return -ENOMEM;
	table->wire = at;
	for (i = 0; i < table->n_rows; i++, at += size)
		kulink_record_encode(part, table->cells + i * part->n_cells, at);
	table->records = table->wire;
	table->record_size = size;
	return 0;
}

static int each_wire(const struct kulink_table *table, struct kulink_row *row,
		     int (*fn)(void *ctx, const struct kulink_row *row), void *ctx)
{
	struct kulink_cell *cells = calloc(table->part->n_cells, sizeof(*cells));
	int error = cells ? 0 : -ENOMEM;

	row->cells = cells;
	if (cells)
		kulink_record_names(table->part, cells);
	for (; row->index < table->n_rows && !error; row->index++) {
		error = kulink_record_cells(table->part,
					    table->records + row->index * table->record_size, cells);
		if (!error)
			error = fn(ctx, row);
	}
	free(cells);
	return error;
}

int kulink_table_each(const struct kulink_table *table,
		      int (*fn)(void *ctx, const struct kulink_row *row), void *ctx)
{
	struct kulink_row row = {
		.generation = table->generation, .n_cells = table->part->n_cells,
	};
	int error = 0;

	if (table->records)
		return each_wire(table, &row, fn, ctx);
	for (; row.index < table->n_rows && !error; row.index++) {
		row.cells = table->cells + row.index * row.n_cells;
		error = fn(ctx, &row);
	}
	return error;
}
