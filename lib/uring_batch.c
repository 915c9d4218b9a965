// SPDX-License-Identifier: MIT
/* uring: many calls at once. */
#include <errno.h>
#include <stdint.h>

#include "uring.h"

static int fill_call(struct kulink_session *s, unsigned int i, const struct kulink_part *part,
		     const struct kulink_batched *call)
{
	struct uring *u = uring_of(s);
	struct kulink_ioc_call *args = &u->calls[i];

	if (call->request_len > KULINK_CALL_MAX)
		return -EMSGSIZE;
	*args = (struct kulink_ioc_call){
		.request = (uintptr_t)call->request,
		.reply = (uintptr_t)call->reply,
		.request_len = call->request_len,
		.reply_len = call->reply_len < KULINK_CALL_MAX ? call->reply_len : KULINK_CALL_MAX,
	};
	return kulink_dev_name(s, &u->parts, part, args->name, &args->flags, &args->index);
}

/* The first @n, which are filled: to do that the ring may have been asked for a part's index */
static int run_filled(struct uring *u, unsigned int n, int *results)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < n && !error; i++)
		error = kulink_uring_put(u, i, KULINK_IOC_CALL,
					 &(struct kulink_uring){ .buffer = (uintptr_t)&u->calls[i] });
	return error ? error : kulink_uring_run(u, n, results);
}

static void take_reply(const struct uring *u, unsigned int i, int result, struct kulink_batched *call)
{
	call->error = kulink_dev_error(result);
	if (!result || result == -EMSGSIZE)
		call->reply_len = u->calls[i].reply_len;
}

/* At most URING_BATCH of them; the ring's error, which each has, too */
static int run_some(struct kulink_session *s, const struct kulink_part *const *parts,
		    struct kulink_batched *calls, unsigned int n)
{
	struct kulink_batched *of[URING_BATCH];
	struct uring *u = uring_of(s);
	int results[URING_BATCH];
	unsigned int i, put = 0;
	int error;

	for (i = 0; i < n; i++) {
		if (!parts[i])
			continue;
		calls[i].error = fill_call(s, put, parts[i], &calls[i]);
		calls[i].reply_len = 0;
		if (!calls[i].error)
			of[put++] = &calls[i];
	}
	error = put ? run_filled(u, put, results) : 0;
	for (i = 0; i < put; i++)
		take_reply(u, i, error ? error : results[i], of[i]);
	return error;
}

/* A ring that has failed takes no more */
void kulink_uring_batch(struct kulink_session *s, const struct kulink_part *const *parts,
			struct kulink_batched *calls, size_t n)
{
	size_t i, some;
	int error = 0;

	for (i = 0; i < n && !error; i += some) {
		some = n - i < URING_BATCH ? n - i : URING_BATCH;
		error = run_some(s, parts + i, calls + i, some);
	}
	for (; i < n; i++) {
		if (parts[i])
			calls[i].error = error;
	}
}
