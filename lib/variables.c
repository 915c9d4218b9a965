// SPDX-License-Identifier: MIT
/* Events as variables of an environment: KULINK_FIELD=VALUE. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "variables.h"

static const struct kulink_part number_type = { .type = KULINK_TYPE_U64 };

int kulink_variables_number(const struct kulink_variables *vars, const char *key,
			    uint64_t *number)
{
	const char *text = vars->get(vars->ctx, key);
	struct kulink_datum datum;

	if (!text || kulink_text_read(&number_type, text, strlen(text), &datum))
		return -EPROTO;
	*number = datum.number;
	return 0;
}

static bool is_reserved(const char *name)
{
	static const char *const names[] = {
		"event", "seq", "ns", "truncated", "ready", "gone", NULL
	};

	return !strncmp(name, "field_", 6) || kulink_label_index(names, name) >= 0;
}

/* The kernel's name of a field's variable */
static void field_key(const char *name, char *key, size_t size)
{
	snprintf(key, size, "KULINK_%s%s", is_reserved(name) ? "FIELD_" : "", name);
	for (; *key; key++)
		*key = (char)toupper((unsigned char)*key);
}

/* A string goes to @text, of @room bytes; how many it took, or -EPROTO */
static int decode(const struct kulink_column *column, const char *value, struct kulink_cell *cell,
		  char *text, size_t room)
{
	const struct kulink_part type = { .type = column->type, .labels = column->labels };
	struct kulink_datum datum;
	size_t len = strlen(value);
	int n;

	if (column->type == KULINK_TYPE_STRING) {
		room = room < column->size ? room : column->size;
		n = room ? kulink_text_unescape(value, len, text, room - 1) : -EPROTO;
		if (n < 0)
			return n;
		text[n] = '\0';
		cell->string = text;
		return n + 1;
	}
	if (kulink_text_read(&type, value, len, &datum))
		return -EPROTO;
	cell->number = datum.number;
	if (column->type == KULINK_TYPE_ENUM)
		cell->string = kulink_label(column->labels, cell->number);
	return 0;
}

int kulink_variables_fields(const struct kulink_variables *vars, const struct kulink_part *part)
{
	size_t i, used = 0;

	kulink_record_names(part, vars->cells);
	for (i = 0; i < part->n_cells; i++) {
		char key[2 * KULINK_NAME_SIZE];
		const char *value;
		int n;

		field_key(part->cells[i].name, key, sizeof(key));
		value = vars->get(vars->ctx, key);
		n = value ? decode(&part->cells[i], value, &vars->cells[i], vars->text + used,
				   KULINK_VARIABLES_TEXT - used) : -EPROTO;
		if (n < 0)
			return n;
		used += n;
	}
	return 0;
}

/* @n numbers, each behind a tab */
static int numbers(const char *text, uint64_t *to, size_t n)
{
	char *end;

	for (; n; n--, text = end) {
		if (text[0] != '\t' || !isdigit((unsigned char)text[1]))
			return -EPROTO;
		*to++ = strtoull(text + 1, &end, 10);
	}
	return *text ? -EPROTO : 0;
}

int kulink_variables_sequences(int dir, const char *file, const struct kulink_part *event,
			       uint64_t *seq, size_t n)
{
	size_t len, name = strlen(event->name);
	char *text, *line, *end;
	int error;

	error = kulink_file_read(dir, file, &text, &len);
	if (error)
		return error;
	error = -EPROTO;
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!strncmp(line, event->name, name) && line[name] == '\t')
			error = numbers(line + name, seq, n);
	}
	free(text);
	return error;
}
