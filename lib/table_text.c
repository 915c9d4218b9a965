// SPDX-License-Identifier: MIT
/* A table as text, as procfs and debugfs give it: from its digits to records in one pass. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "channel.h"

static const char *type_name(uint32_t type)
{
	static const char *const names[] = {
		[KULINK_TYPE_BOOL] = "bool", [KULINK_TYPE_S64] = "s64",
		[KULINK_TYPE_U64] = "u64", [KULINK_TYPE_ENUM] = "enum",
		[KULINK_TYPE_STRING] = "string",
	};

	return names[type];
}

/* To the tab or newline that ends it: the text's last byte is one */
static size_t word_len(const char *word)
{
	size_t len = 0;

	while (word[len] != '\t' && word[len] != '\n')
		len++;
	return len;
}

/* Past what ends a cell; false: it is another */
static bool passed(const char **at, char separator)
{
	return *(*at)++ == separator;
}

static bool same_column(const struct kulink_column *column, const char *word, size_t len)
{
	char want[2 * KULINK_NAME_SIZE + 16];
	int n = snprintf(want, sizeof(want), "%s:%s", column->name, type_name(column->type));

	return len >= (size_t)n && !memcmp(word, want, n) && (len == (size_t)n || word[n] == ':');
}

/* "# GENERATION", and each column */
static int parse_header(struct kulink_table *table, const char **at, const char *end)
{
	size_t i, len;

	if (end - *at < 4 || memcmp(*at, "# ", 2))
		return -EPROTO;
	*at += 2;
	if (kulink_text_number(at, end, false, &table->generation))
		return -EPROTO;
	for (i = 0; i < table->part->n_cells; i++) {
		if (!passed(at, '\t'))
			return -EPROTO;
		len = word_len(*at);
		if (!same_column(&table->part->cells[i], *at, len))
			return -EPROTO;
		*at += len;
	}
	return passed(at, '\n') ? 0 : -EPROTO;
}

static int parse_string(const struct kulink_column *column, const char **at, unsigned char *to)
{
	size_t len = word_len(*at);
	int n = kulink_text_unescape(*at, len, (char *)to, column->size - 1);

	if (n < 0 || memchr(to, '\0', n))
		return -EPROTO;
	memset(to + n, 0, column->size - n);
	*at += len;
	return 0;
}

/* An index without a label comes as its number */
static int parse_enum(const struct kulink_column *column, const char **at, const char *end,
		      uint64_t *number)
{
	size_t i, len = word_len(*at);

	for (i = 0; column->labels && column->labels[i]; i++) {
		if (strlen(column->labels[i]) != len || memcmp(column->labels[i], *at, len))
			continue;
		*number = i;
		*at += len;
		return 0;
	}
	return kulink_text_number(at, end, false, number);
}

static int parse_cell(const struct kulink_column *column, const char **at, const char *end,
		      unsigned char *to)
{
	uint64_t number;
	int error;

	if (column->type == KULINK_TYPE_STRING)
		return parse_string(column, at, to);
	if (column->type == KULINK_TYPE_ENUM)
		error = parse_enum(column, at, end, &number);
	else
		error = kulink_text_number(at, end, column->type == KULINK_TYPE_S64, &number);
	if (error || (column->type == KULINK_TYPE_BOOL && number > 1))
		return -EPROTO;
	memcpy(to, &number, sizeof(number));
	return 0;
}

static int parse_row(struct kulink_table *table, const char **at, const char *end)
{
	const struct kulink_part *part = table->part;
	unsigned char *to = kulink_table_more(table, 1);
	size_t i;

	if (!to)
		return -ENOMEM;
	for (i = 0; i < part->n_cells; to += part->cells[i].size, i++) {
		if (parse_cell(&part->cells[i], at, end, to))
			return -EPROTO;
		if (!passed(at, i + 1 < part->n_cells ? '\t' : '\n'))
			return -EPROTO;
	}
	return 0;
}

int kulink_table_text(struct kulink_table *table, const char *text, size_t len)
{
	const char *end = text + len;
	int error;

	if (!len || end[-1] != '\n')	/* cut short */
		return -EPROTO;
	if (!table->part->n_cells)	/* no row would take us further */
		return -EPROTO;
	error = parse_header(table, &text, end);
	while (text < end && !error)
		error = parse_row(table, &text, end);
	return error;
}
