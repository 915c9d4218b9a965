// SPDX-License-Identifier: MIT
/* Aligned columns for people, by libsmartcols, as lsblk prints them. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libsmartcols/libsmartcols.h>
#include "cli.h"

static void out_of_memory(void)
{
	fputs("kulink: out of memory\n", stderr);
	exit(STATUS_FAILED);
}

bool color_wanted(void)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

struct libscols_table *table_new(const struct column *columns, size_t n)
{
	struct libscols_table *table = scols_new_table();
	size_t i;

	if (!table)
		out_of_memory();
	if (color_wanted())
		scols_table_enable_colors(table, 1);
	for (i = 0; i < n; i++)
		if (!scols_table_new_column(table, columns[i].title, 0, columns[i].flags))
			out_of_memory();
	return table;
}

struct libscols_line *table_line(struct libscols_table *table, struct libscols_line *parent)
{
	struct libscols_line *line = scols_table_new_line(table, parent);

	if (!line)
		out_of_memory();
	return line;
}

void table_cell(struct libscols_line *line, size_t column, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0 || scols_line_refer_data(line, column, text))
		out_of_memory();
	va_end(args);
}

void table_color(struct libscols_line *line, size_t column, const char *color)
{
	scols_cell_set_color(scols_line_get_cell(line, column), color);
}

int table_print(struct libscols_table *table)
{
	int err = scols_print_table(table);

	scols_unref_table(table);
	return err ? STATUS_FAILED : STATUS_DONE;
}

void number_text(uint32_t type, uint64_t number, const char *string, char *text, size_t size)
{
	switch (type) {
	case KULINK_TYPE_BOOL:
	case KULINK_TYPE_U64:
		snprintf(text, size, "%" PRIu64, number);
		break;
	case KULINK_TYPE_S64:
		snprintf(text, size, "%" PRId64, (int64_t)number);
		break;
	default:
		snprintf(text, size, "%s", string ? string : "");
	}
}

void cell_text(const struct kulink_cell *cell, char *text, size_t size)
{
	number_text(cell->type, cell->number, cell->string, text, size);
}
