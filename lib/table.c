// SPDX-License-Identifier: MIT
/* A table as it arrives from a channel, until its rows are given to the program. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"

int kulink_table_init(struct kulink_table *table, const struct kulink_part *part)
{
	*table = (struct kulink_table){ .part = part };
	table->arena = kulink_arena_new();
	return table->arena ? 0 : -ENOMEM;
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
	return kulink_arena_text(table->arena, s, len);
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

static const char *type_name(uint32_t type)
{
	static const char *const names[] = {
		[KULINK_TYPE_BOOL] = "bool", [KULINK_TYPE_S64] = "s64",
		[KULINK_TYPE_U64] = "u64", [KULINK_TYPE_ENUM] = "enum",
		[KULINK_TYPE_STRING] = "string",
	};

	return names[type];
}

/* One tab-separated word of [*at, end); moves on behind it. NULL: none left */
static char *next_word(char **at, char *end, size_t *len)
{
	char *word = *at, *tab;

	if (!word)
		return NULL;
	tab = memchr(word, '\t', end - word);
	*len = (tab ? tab : end) - word;
	*at = tab ? tab + 1 : NULL;
	return word;
}

static bool same_column(const struct kulink_column *column, const char *word, size_t len)
{
	char want[2 * KULINK_NAME_SIZE + 16];
	int n = snprintf(want, sizeof(want), "%s:%s", column->name, type_name(column->type));

	return len >= (size_t)n && !memcmp(word, want, n) && (len == (size_t)n || word[n] == ':');
}

static int parse_header(struct kulink_table *table, char *line, char *end)
{
	char *at = line, *word, *stop;
	size_t len, i;

	word = next_word(&at, end, &len);
	if (!word || len < 3 || word[0] != '#' || word[1] != ' ' || word[2] < '0' || word[2] > '9')
		return -EPROTO;
	errno = 0;
	table->generation = strtoull(word + 2, &stop, 10);
	if (errno || stop != word + len)
		return -EPROTO;
	for (i = 0; i < table->part->n_cells; i++) {
		word = next_word(&at, end, &len);
		if (!word || !same_column(&table->part->cells[i], word, len))
			return -EPROTO;
	}
	return at ? -EPROTO : 0;
}

static int parse_cell(struct kulink_table *table, const struct kulink_column *column, char *word,
		      size_t len, struct kulink_cell *cell)
{
	const struct kulink_part value = { .type = column->type, .labels = column->labels };
	struct kulink_datum datum;
	int error;

	if (column->type == KULINK_TYPE_STRING || column->type == KULINK_TYPE_ENUM) {
		error = kulink_text_unescape(word, len, &len);
		if (error || memchr(word, '\0', len))
			return -EPROTO;
	}
	if (column->type == KULINK_TYPE_STRING) {
		cell->string = kulink_table_string(table, word, len);
		return cell->string ? 0 : -ENOMEM;
	}
	error = kulink_text_read(&value, word, len, &datum);
	if (error)
		return error;
	cell->number = datum.number;
	if (column->type == KULINK_TYPE_ENUM)
		cell->string = kulink_label(column->labels, datum.number);
	return 0;
}

static int parse_row(struct kulink_table *table, char *line, char *end)
{
	struct kulink_cell *cells = kulink_table_row(table);
	const struct kulink_part *part = table->part;
	char *at = line, *word;
	size_t len, i;
	int error;

	if (!cells)
		return -ENOMEM;
	for (i = 0; i < part->n_cells; i++) {
		word = next_word(&at, end, &len);
		if (!word)
			return -EPROTO;
		error = parse_cell(table, &part->cells[i], word, len, &cells[i]);
		if (error)
			return error;
	}
	return at ? -EPROTO : 0;
}

int kulink_table_text(struct kulink_table *table, const char *text, size_t len)
{
	char *copy = malloc(len + 1), *line = copy, *end, *newline;
	bool first = true;
	int error = 0;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, len);
	copy[len] = '\0';
	end = copy + len;
	while (line < end && !error) {
		newline = memchr(line, '\n', end - line);
		if (!newline) {	/* cut short */
			error = -EPROTO;
			break;
		}
		error = first ? parse_header(table, line, newline) :
				parse_row(table, line, newline);
		first = false;
		line = newline + 1;
	}
	free(copy);
	if (first)
		return -EPROTO;
	return error;
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
