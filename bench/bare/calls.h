/* SPDX-License-Identifier: MIT */
/* An echo: the request at data, the answer at back. once() is inlined into the loop: no price for being shared. */
#ifndef KULINK_BENCH_BARE_CALLS_H
#define KULINK_BENCH_BARE_CALLS_H

#include "user.h"

/**
 * struct bare_call - the state of each of them
 * @room: bytes of memory, of which the second half is for answers
 */
struct bare_call {
	int fd;
	int family;
	size_t room;
	char *data;
	char *back;
};

/* Memory for @head bytes and a payload, twice */
int bare_call_open(struct bench *b, size_t head);
void bare_call_close(struct bench *b);

static inline __attribute__((always_inline)) int
bare_call_loop(struct bench *b, unsigned int n, int (*once)(struct bare_call *call, size_t bytes))
{
	struct bare_call *call = b->state;
	unsigned int i;
	int err;

	for (i = 0; i < n; i++) {
		bench_fill(b, call->data, b->bytes, b->turn + i);
		err = once(call, b->bytes);
		if (!err)
			err = bench_check(b, call->back, b->bytes, b->turn + i);
		if (err)
			return err;
	}
	return 0;
}

#endif
