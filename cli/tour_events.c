// SPDX-License-Identifier: MIT
/*
 * Events: where a value is known to provoke some, they have to come in time, each sequence number after
 * the one before, whatever was lost told in between.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include "tour.h"

#define EVENTS	9
#define WAIT_MS	5000

/**
 * struct source - a value that provokes an event
 * @pulse: each set makes one; else it makes so many a second, until it is restored
 */
struct source {
	const char *event;
	const char *value;
	uint64_t number;
	bool pulse;
};

static const struct source sources[] = {
	{ "tick", "rate", 100, false },
	{ "interrupt", "raise_irq", 1, true },
};

/** struct run - events as they came; @ns: from emitting to taking, if @timed */
struct run {
	const struct source *source;
	struct kulink *control;
	struct kulink_datum datum;
	uint64_t seq;
	size_t provoked;
	size_t n;
	bool timed;
	uint64_t ns[EVENTS];
};

static const char *event_check(struct run *run, const struct kulink_event *event)
{
	uint64_t now = tour_now();

	if (event->gone)
		return "the driver left";
	if (strcmp(event->name, run->source->event))
		return "another event came";
	if (event->only_lost) {
		run->seq = event->seq > run->seq ? event->seq : run->seq;
		return NULL;
	}
	if (!event->seq || (run->seq && event->seq != run->seq + 1 + event->lost))
		return "its sequence does not advance by one and what was lost";
	if (event->ns > now)
		return "it comes from the future";
	run->seq = event->seq;
	run->timed = event->ns;
	run->ns[run->n++] = now - event->ns;
	return NULL;
}

static int provoke(struct run *run)
{
	if (run->provoked > (run->source->pulse ? run->n : 0))
		return 0;
	run->provoked++;
	return kulink_set(run->control, run->source->value, &run->datum);
}

/* NULL: all came */
static const char *events_take(struct visit *v, struct run *run)
{
	struct pollfd p = { .fd = kulink_fd(v->k), .events = POLLIN };
	uint64_t end = tour_now() + WAIT_MS * 1000000ULL;
	struct kulink_event event;
	const char *wrong = NULL;
	int err;

	if (p.fd < 0)
		return "there is no descriptor to wait for";
	while (!wrong && run->n < EVENTS && !tour_stopped()) {
		err = provoke(run);
		if (!err)
			err = kulink_next(v->k, &event);
		if (!err)
			wrong = event_check(run, &event);
		else if (err != -EAGAIN)
			return error_meaning(err);
		else if (tour_now() > end || !poll(&p, 1, WAIT_MS))
			return "none came in time";
	}
	return wrong;
}

static void events_run(struct visit *v, const struct kulink_part *value, struct run *run)
{
	const struct source *source = run->source;
	struct kulink_datum old;
	const char *wrong;
	int err;

	err = source->pulse ? 0 : kulink_get(run->control, source->value, &old);
	run->datum = (struct kulink_datum){ .type = value->type, .number = source->number };
	if (!err)
		err = provoke(run);
	if (err) {
		visit_skipped(v, source->event, "what provokes it cannot be set");
		return;
	}
	wrong = events_take(v, run);
	if (!source->pulse)
		err = kulink_set(run->control, source->value, &old);
	if (wrong)
		visit_failed(v, source->event, "%s", wrong);
	else if (err)
		visit_failed(v, source->value, "could not be restored: %s", error_meaning(err));
	else if (run->n == EVENTS)
		visit_passed(v, source->event, "came, in order");
	if (run->n == EVENTS && run->timed)
		tour_time(v, TOUR_EVENT, run->ns, run->n);
}

static void event_try(struct visit *v, const struct source *source)
{
	const struct kulink_part *value = part_find(v->info, KULINK_VALUES, source->value);
	struct run run = { .source = source };
	int err;

	if (!value || !part_find(v->info, KULINK_EVENTS, source->event) ||
	    (value->type != KULINK_TYPE_U64 && value->type != KULINK_TYPE_S64))
		return;
	err = kulink_subscribe(v->k, source->event);
	if (visit_refused(v, err)) {
		visit_skipped(v, source->event, "we may not subscribe");
		return;
	}
	if (err) {
		visit_failed(v, source->event, "subscribe: %s", error_meaning(err));
		return;
	}
	if (!kulink_open(&run.control, v->service, NULL)) {
		events_run(v, value, &run);
		kulink_close(run.control);
	}
	kulink_unsubscribe(v->k, source->event);
}

void tour_events(struct visit *v)
{
	size_t i;

	if (v->tour->o->read_only)
		return;
	for (i = 0; i < sizeof(sources) / sizeof(*sources) && !tour_stopped(); i++)
		event_try(v, &sources[i]);
}
