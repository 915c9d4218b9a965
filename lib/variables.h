/* SPDX-License-Identifier: MIT */
/* Events that come as variables of an environment (uevent, upcall): KEY=VALUE. */
#ifndef KULINK_LIB_VARIABLES_H
#define KULINK_LIB_VARIABLES_H

#include "channel.h"

/** KULINK_VARIABLES_TEXT - bytes that the strings of any event take */
#define KULINK_VARIABLES_TEXT	4096

/**
 * struct kulink_variables - an event as it arrived, and where its fields go
 * @get: value of a variable; NULL: there is none
 * @ctx: @get's
 * @cells: of kulink_event_cells()
 * @text: KULINK_VARIABLES_TEXT bytes for their strings
 */
struct kulink_variables {
	const char *(*get)(void *ctx, const char *key);
	void *ctx;
	struct kulink_cell *cells;
	char *text;
};

/* A number of ours, in decimal; -EPROTO: it is not there, or none */
KULINK_HIDDEN int kulink_variables_number(const struct kulink_variables *vars, const char *key,
					  uint64_t *number);
/* The fields of @part; -EPROTO */
KULINK_HIDDEN int kulink_variables_fields(const struct kulink_variables *vars,
					  const struct kulink_part *part);

/*
 * The sequences of @event in a file of lines NAME<TAB>NUMBER<TAB>NUMBER, the first @n of them; -ENODEV
 * when the file has gone
 */
KULINK_HIDDEN int kulink_variables_sequences(int dir, const char *file,
					     const struct kulink_part *event, uint64_t *seq,
					     size_t n);

#endif /* KULINK_LIB_VARIABLES_H */
