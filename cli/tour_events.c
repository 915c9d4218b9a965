// SPDX-License-Identifier: MIT
/*
 * Events: a service with a value rate and an event tick emits when it is told to; its events have
 * to come in time, each sequence number after the one before, whatever was lost told in between.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include "tour.h"

#define RATE	100
#define EVENTS	9
#define WAIT_MS	5000

/** struct run - events as they came; @ns: from emitting to taking */
struct run {
	uint64_t seq;
	size_t n;
	uint64_t ns[EVENTS];
};

static const char *event_check(struct run *run, const struct kulink_event *event)
{
	uint64_t now = tour_now();
	uint64_t expected = run->seq ? run->seq + 1 + event->lost : 0;

	if (event->gone)
		return "the driver left";
	if (strcmp(event->name, "tick"))
		return "another event came";
	if (event->only_lost) {
		run->seq = event->seq > run->seq ? event->seq : run->seq;
		return NULL;
	}
	if (!event->seq || (expected && event->seq != expected))
		return "its sequence does not advance by one and what was lost";
	if (event->ns > now)
		return "it comes from the future";
	run->seq = event->seq;
	run->ns[run->n++] = now - event->ns;
	return NULL;
}

/* NULL: all came */
static const char *events_take(struct visit *v)
{
	struct pollfd p = { .fd = kulink_fd(v->k), .events = POLLIN };
	uint64_t end = tour_now() + WAIT_MS * 1000000ULL;
	struct kulink_event event;
	const char *wrong = NULL;
	struct run run = {};
	int err;

	if (p.fd < 0)
		return "there is no descriptor to wait for";
	while (!wrong && run.n < EVENTS && !tour_stopped()) {
		err = kulink_next(v->k, &event);
		if (!err)
			wrong = event_check(&run, &event);
		else if (err != -EAGAIN)
			return error_meaning(err);
		else if (tour_now() > end || (!poll(&p, 1, WAIT_MS)))
			return "none came in time";
	}
	if (run.n == EVENTS)
		tour_time(v, TOUR_EVENT, run.ns, run.n);
	return wrong;
}

static void events_provoke(struct visit *v, struct kulink *control,
			   const struct kulink_part *rate)
{
	struct kulink_datum old, new;
	const char *wrong;
	int err;

	err = kulink_get(control, rate->name, &old);
	new = old;
	new.number = rate->ranged && rate->max < RATE ? rate->max : RATE;
	if (!err)
		err = kulink_set(control, rate->name, &new);
	if (err) {
		visit_skipped(v, "tick", "its rate cannot be set");
		return;
	}
	wrong = events_take(v);
	err = kulink_set(control, rate->name, &old);
	if (wrong && !tour_stopped())
		visit_failed(v, "tick", "%s", wrong);
	else if (err)
		visit_failed(v, rate->name, "could not be restored: %s", error_meaning(err));
	else if (!wrong)
		visit_passed(v, "tick", "came, in order");
}

void tour_events(struct visit *v)
{
	const struct kulink_part *rate = part_find(v->info, KULINK_VALUES, "rate");
	struct kulink *control;
	int err;

	if (!rate || !part_find(v->info, KULINK_EVENTS, "tick") || v->tour->o->read_only ||
	    (rate->type != KULINK_TYPE_U64 && rate->type != KULINK_TYPE_S64))
		return;
	err = kulink_subscribe(v->k, "tick");
	if (visit_refused(err)) {
		visit_skipped(v, "tick", "we may not subscribe");
		return;
	}
	if (err) {
		visit_failed(v, "tick", "subscribe: %s", error_meaning(err));
		return;
	}
	if (!kulink_open(&control, v->service, NULL)) {
		events_provoke(v, control, rate);
		kulink_close(control);
	}
	kulink_unsubscribe(v->k, "tick");
}
