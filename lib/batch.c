// SPDX-License-Identifier: MIT
/* Many calls at once, where a channel takes them so; else one after the other. */
#include <errno.h>
#include <stdlib.h>

#include "handle.h"

/* What it names, or NULL and its error; @part: what the one before it does, in @before */
static const struct kulink_part *wanted(struct kulink *k, struct kulink_batched *call,
					const char *before, const struct kulink_part *part)
{
	call->error = 0;
	if (!part || call->call != before)
		part = kulink_part_wanted(k, KULINK_CALLS, call->call, &call->error);
	if (!part)
		return NULL;
	if ((!call->request && call->request_len) || (!call->reply && call->reply_len))
		call->error = -EINVAL;
	else if (call->request_len > part->request_max)
		call->error = kulink_say(k, -EMSGSIZE, "%s takes at most %zu bytes", part->name,
					 part->request_max);
	return call->error ? NULL : part;
}

/* Most bytes that one of them brings or may bring back */
static size_t largest(const struct kulink *k, const struct kulink_part *const *parts,
		      const struct kulink_batched *calls, size_t n)
{
	size_t i, reply, size = 0;

	for (i = 0; i < n; i++) {
		if (!parts[i])
			continue;
		reply = parts[i]->reply_max < calls[i].reply_len ? parts[i]->reply_max : calls[i].reply_len;
		if (calls[i].request_len > size)
			size = calls[i].request_len;
		if (reply > size && !k->only)
			size = reply;
	}
	return size;
}

/* One that takes many, else any */
static int choose(struct kulink *k, size_t size, struct kulink_slot **slot)
{
	int error;

	if (!k->only && !k->one_by_one) {
		error = kulink_choose(k, k->slots, KULINK_BATCHES, size, slot);
		if (!error || error == -ENODEV)
			return error;
		k->one_by_one = true;
	}
	return kulink_choose(k, k->slots, KULINK_CALLS, size, slot);
}

static void run_each(struct kulink_slot *slot, const struct kulink_part *const *parts,
		     struct kulink_batched *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (parts[i])
			calls[i].error = slot->channel->call(&slot->session, parts[i], calls[i].request,
							     calls[i].request_len, calls[i].reply,
							     &calls[i].reply_len);
	}
}

/* The last error says whether the other end is still there, and has its sentence */
static int last_error(const struct kulink_part *const *parts, const struct kulink_batched *calls, size_t n)
{
	while (n--) {
		if (parts[n] && calls[n].error)
			return calls[n].error;
	}
	return 0;
}

static int run(struct kulink *k, const struct kulink_part *const *parts, struct kulink_batched *calls,
	       size_t n)
{
	struct kulink_slot *slot;
	int error = choose(k, largest(k, parts, calls, n), &slot);

	if (error)
		return error;
	if (slot->channel->batch)
		slot->channel->batch(&slot->session, parts, calls, n);
	else
		run_each(slot, parts, calls, n);
	kulink_finish(k, slot, last_error(parts, calls, n));
	return 0;
}

int kulink_call_batch(struct kulink *k, struct kulink_batched *calls, size_t n)
{
	const struct kulink_part **parts;
	size_t i, left = 0;
	int error = 0;

	if (!k || (!calls && n))
		return -EINVAL;
	parts = calloc(n ? n : 1, sizeof(*parts));
	if (!parts)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		parts[i] = wanted(k, &calls[i], i ? calls[i - 1].call : NULL, i ? parts[i - 1] : NULL);
		left += !!parts[i];
	}
	if (left)
		error = run(k, parts, calls, n);
	free(parts);
	return error;
}
