/* SPDX-License-Identifier: MIT */
/* What the programs of the bare mechanisms and of the peers share. */
#ifndef KULINK_BENCH_BARE_USER_H
#define KULINK_BENCH_BARE_USER_H

#include <errno.h>

#include "../bench.h"
#include "bare.h"

/* An open file, or -errno with the reason in @b; -ENOENT: bench_bare is not loaded */
int bare_open(struct bench *b, const char *path, int flags);

/* Zeroed memory for @b->state */
void *bare_state(struct bench *b, size_t size);

/* Pages for payloads, all of them there */
void *bare_pages(size_t bytes);

/* A new content for the table, of @b->turn: the harness's prepare() */
int bare_table_fill(struct bench *b);
int bare_table_open(struct bench *b);
void bare_table_close(struct bench *b);
int bare_table_check(const struct bench *b, const void *rows);

/* A reader that is at its event: the first word tells which one it is; in a verify run all of it is looked at. */
static inline int bare_seen(const struct bench *b, const void *record, uint64_t turn)
{
	if (b->verify)
		return bench_check(b, record, b->bytes, turn);
	return *(const uint64_t *)record == bench_word(turn, 0) ? 0 : -EBADMSG;
}

#endif
