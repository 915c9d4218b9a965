// SPDX-License-Identifier: GPL-2.0-only
/* Events as variables of an environment. */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/string.h>
#include <linux/string_helpers.h>

#include "core.h"
#include "../variables.h"

/* What would end a line or a terminal's patience, and what says that it follows */
#define ESCAPED	"\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020\021\022\023\024" \
		"\025\026\027\030\031\032\033\034\035\036\037\177\\"

static int full(const struct kulink_variables *vars, size_t len)
{
	return vars->n == vars->most || len >= vars->size - vars->len ? -ENOSPC : 0;
}

/* @len bytes have been written behind the last one, their NUL not counted */
static void close_variable(struct kulink_variables *vars, size_t len)
{
	vars->list[vars->n++] = vars->text + vars->len;
	vars->list[vars->n] = NULL;
	vars->text[vars->len + len] = '\0';
	vars->len += len + 1;
}

int kulink_variables_add(struct kulink_variables *vars, const char *format, ...)
{
	size_t room = vars->size - vars->len;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(vars->text + vars->len, room, format, args);
	va_end(args);
	if (full(vars, len))
		return -ENOSPC;
	close_variable(vars, len);
	return 0;
}
EXPORT_SYMBOL_GPL(kulink_variables_add);

static bool is_ours(const char *name)
{
	static const char *const names[] = { "event", "seq", "ns", "truncated", "ready", "gone" };

	return strstarts(name, "field_") || match_string(names, ARRAY_SIZE(names), name) >= 0;
}

static void field_key(const struct kulink_cell *cell, char key[2 * KULINK_NAME_SIZE])
{
	char *p;

	snprintf(key, 2 * KULINK_NAME_SIZE, "KULINK_%s%s", is_ours(cell->name) ? "FIELD_" : "",
		 cell->name);
	for (p = key; *p; p++)
		*p = toupper(*p);
}

static int add_string(struct kulink_variables *vars, const char *key, const char *string)
{
	size_t begin = strlen(key) + 1, room = vars->size - vars->len;
	char *to = vars->text + vars->len;
	int len;

	if (full(vars, begin))
		return -ENOSPC;
	len = string_escape_mem(string, strlen(string), to + begin, room - begin, ESCAPE_OCTAL,
				ESCAPED);
	if (full(vars, begin + len))
		return -ENOSPC;
	memcpy(to, key, begin - 1);
	to[begin - 1] = '=';
	close_variable(vars, begin + len);
	return 0;
}

static int add_field(struct kulink_variables *vars, const struct kulink_cell *cell,
		     const void *record)
{
	char key[2 * KULINK_NAME_SIZE];
	u64 number;

	field_key(cell, key);
	if (cell->type == KULINK_TYPE_STRING)
		return add_string(vars, key, record + cell->offset);
	memcpy(&number, record + cell->offset, sizeof(number));
	if (cell->type == KULINK_TYPE_S64)
		return kulink_variables_add(vars, "%s=%lld", key, (s64)number);
	if (cell->type == KULINK_TYPE_ENUM && number < cell->n_labels)
		return kulink_variables_add(vars, "%s=%s", key, cell->labels[number]);
	return kulink_variables_add(vars, "%s=%llu", key, number);
}

int kulink_variables_fields(struct kulink_variables *vars, const struct kulink_layout *layout,
			    const void *record)
{
	struct kulink_variables before = *vars;
	u32 i;

	for (i = 0; i < layout->n_cells; i++) {
		if (!add_field(vars, &layout->cells[i], record))
			continue;
		*vars = before;
		vars->list[vars->n] = NULL;
		return -ENOSPC;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(kulink_variables_fields);
