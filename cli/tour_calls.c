// SPDX-License-Identifier: MIT
/*
 * Calls: what a call does is its driver's secret, so only those that are known to change nothing are
 * made: one named echo has to give back what it was given, one named factorial to compute.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tour.h"

#define MOST	4096
#define SMALL	64
#define CALLS	101

static int echo(struct visit *v, const char *call, unsigned char *buffer, size_t len)
{
	unsigned char *reply = buffer + MOST;
	size_t i, reply_len = MOST;
	int err;

	for (i = 0; i < len; i++)
		buffer[i] = i * 31 + len;
	memset(reply, 0, MOST);
	err = kulink_call(v->k, call, buffer, len, reply, &reply_len);
	if (err)
		return err;
	return reply_len == len && !memcmp(buffer, reply, len) ? 0 : 1;
}

static void echo_sizes(struct visit *v, const struct kulink_part *part, unsigned char *buffer,
		       size_t most)
{
	static const size_t sizes[] = { 1, 2, 7, 64, 255, 256, 1000, 4095, 4096 };
	size_t i;
	int err;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes) && sizes[i] <= most; i++) {
		err = echo(v, part->name, buffer, sizes[i]);
		if (visit_refused(v, err)) {
			visit_skipped(v, part->name, "we may not make it");
			return;
		}
		if (err) {
			visit_failed(v, part->name, "of %zu bytes: %s", sizes[i],
				     err < 0 ? error_meaning(err) : "another reply");
			return;
		}
	}
	visit_passed(v, part->name, "came back equal, 1 to 4096 bytes");
}

static void echo_time(struct visit *v, const struct kulink_part *part, unsigned char *buffer)
{
	uint64_t ns[CALLS], start;
	size_t i;

	if (v->tour->ns[TOUR_CALL])
		return;
	for (i = 0; i < CALLS; i++) {
		start = tour_now();
		if (echo(v, part->name, buffer, SMALL))
			return;
		ns[i] = tour_now() - start;
	}
	tour_time(v, TOUR_CALL, ns, CALLS);
}

static void call_echo(struct visit *v, const struct kulink_part *part)
{
	unsigned char *buffer;
	size_t most;

	most = part->request_max < part->reply_max ? part->request_max : part->reply_max;
	if (most > v->tour->channel->call_max)
		most = v->tour->channel->call_max;
	buffer = malloc(2 * MOST);
	if (!buffer || !most) {
		visit_skipped(v, part->name, "it takes nothing");
		free(buffer);
		return;
	}
	echo_sizes(v, part, buffer, most);
	if (most >= SMALL)
		echo_time(v, part, buffer);
	free(buffer);
}

/* The device of examples/edu computes it, and says by an interrupt when it is done */
static void call_factorial(struct visit *v, const struct kulink_part *part)
{
	char reply[64] = "";
	size_t len = sizeof(reply) - 1;
	int err;

	err = kulink_call(v->k, part->name, "10", 2, reply, &len);
	if (visit_refused(v, err))
		visit_skipped(v, part->name, "we may not make it");
	else if (err)
		visit_failed(v, part->name, "of 10: %s", error_meaning(err));
	else if (strncmp(reply, "3628800", 7))
		visit_failed(v, part->name, "of 10 is not 3628800 but %.20s", reply);
	else
		visit_passed(v, part->name, "of 10 is 3628800");
}

static const struct {
	const char *name;
	void (*make)(struct visit *v, const struct kulink_part *part);
} known[] = {
	{ "echo", call_echo },
	{ "factorial", call_factorial },
};

void tour_calls(struct visit *v)
{
	const struct kulink_part *part;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known) && !tour_stopped(); i++) {
		part = part_find(v->info, KULINK_CALLS, known[i].name);
		if (part && !(v->tour->o->read_only && (part->mode & 0222)))
			known[i].make(v, part);
	}
}
