// SPDX-License-Identifier: MIT
/* A table as it arrives from a channel, until its rows are given to the program. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"

void kulink_table_init(struct kulink_table *table, const struct kulink_part *part)
{
	void *wire = table->wire;
	size_t wire_room = table->wire_room;

	free(table->cells);
	kulink_arena_free(table->arena);
	*table = (struct kulink_table){ .part = part, .wire = wire, .wire_room = wire_room };
}

void kulink_table_free(struct kulink_table *table)
{
	kulink_table_init(table, NULL);
	free(table->wire);
	*table = (struct kulink_table){ .part = NULL };
}

void *kulink_table_buffer(struct kulink_table *table, size_t len)
{
	if (table->wire && len <= table->wire_room)
		return table->wire;
	free(table->wire);
	table->wire_room = len ? len : 1;
	table->wire = malloc(table->wire_room);
	return table->wire;
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

	if (wire != table->wire) {
		free(table->wire);
		table->wire = wire;
		table->wire_room = len;
	}
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
	void *copy = kulink_table_buffer(table, len);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, wire, len);
	return kulink_table_take(table, copy, len);
}

void *kulink_table_more(struct kulink_table *table, size_t n)
{
	size_t size = kulink_record_size(table->part), used = table->n_rows * size, bytes;
	unsigned char *wire = table->wire;

	if (__builtin_mul_overflow(n, size, &bytes) || __builtin_add_overflow(bytes, used, &bytes))
		return NULL;
	if (!wire || bytes > table->wire_room) {
		if (__builtin_mul_overflow(bytes, 2, &bytes))
			return NULL;
		wire = realloc(wire, bytes ? bytes : 1);
		if (!wire)
			return NULL;
		table->wire = wire;
		table->wire_room = bytes;
	}
	table->records = wire;
	table->record_size = size;
	table->n_rows += n;
	return wire + used;
}

int kulink_table_encode(struct kulink_table *table)
{
	const struct kulink_part *part = table->part;
	size_t size = kulink_record_size(part), len, i;
	unsigned char *at;

	if (table->records)
		return 0;
	if (__builtin_mul_overflow(table->n_rows, size, &len))
		return -ENOMEM;
	at = kulink_table_buffer(table, len);
	if (!at)
		return -ENOMEM;
	memset(at, 0, len);
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
