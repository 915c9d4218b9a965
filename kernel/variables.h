/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events as variables, KEY=VALUE: for channels that hand them to programs as an environment.
 */
#ifndef _KULINK_VARIABLES_H
#define _KULINK_VARIABLES_H

#include "channel.h"

/**
 * struct kulink_variables - variables, one after the other
 * @list: of pointers into @text, ended by NULL; @most + 1 of them
 * @most: how many there may be
 * @n: how many there are
 * @text: @size bytes, each variable with a NUL
 * @size: how many bytes there may be
 * @len: how many there are
 */
struct kulink_variables {
	char **list;
	unsigned int most;
	unsigned int n;
	char *text;
	size_t size;
	size_t len;
};

/** kulink_variables_add() - one more; -ENOSPC: it does not fit, nothing has changed. Any context */
__printf(2, 3)
int kulink_variables_add(struct kulink_variables *vars, const char *format, ...);

/**
 * kulink_variables_fields() - a variable for each field of an event
 * @vars: grows
 * @layout: of the record
 * @record: the event's
 *
 * KULINK_FIELD=text: the field's name in upper case, numbers in decimal, a bool as 0 or 1, an enum
 * as its label, a string with each control character and backslash as \ooo. A field that is called
 * event, seq, ns, truncated, ready or gone, or begins with field_, is KULINK_FIELD_NAME. Any context.
 *
 * Return: 0; -ENOSPC: not all of them fit, and none is there
 */
int kulink_variables_fields(struct kulink_variables *vars, const struct kulink_layout *layout,
			    const void *record);

#endif /* _KULINK_VARIABLES_H */
