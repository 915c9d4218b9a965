// SPDX-License-Identifier: MIT
/*
 * Events and their losses. Every subscription keeps the sequence it last delivered or told of; what
 * an event's own sequence skips was lost just before it. The last events may be the lost ones. When a
 * channel says that it was overrun, all that is there is taken, for until then it may drop more and
 * not say so again; then the sequences to reach are asked for, and what is there is taken once more.
 * What is still missing then is told by an event of its own.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"

static size_t add_parts(struct kulink_events *e, const struct kulink_info *info, uint32_t kind,
			size_t n)
{
	size_t i;

	for (i = 0; i < info->n_parts; i++) {
		if (info->parts[i].kind == kind)
			e->parts[n++] = &info->parts[i];
	}
	return n;
}

static int events_init(struct kulink *k)
{
	const struct kulink_info *info = &k->declaration.info;
	struct kulink_events *e = &k->events;
	size_t room = info->n_parts + 1;

	if (e->parts)
		return 0;
	e->parts = calloc(room, sizeof(*e->parts));
	e->wanted = calloc(room, sizeof(*e->wanted));
	e->last = calloc(room, sizeof(*e->last));
	e->tail = calloc(room, sizeof(*e->tail));
	if (!e->parts || !e->wanted || !e->last || !e->tail) {
		free(e->parts);
		free(e->wanted);
		free(e->last);
		free(e->tail);
		e->parts = NULL;
		return -ENOMEM;
	}
	e->n_events = add_parts(e, info, KULINK_EVENTS, 0);
	e->n = add_parts(e, info, KULINK_VALUES, e->n_events);
	return 0;
}

void kulink_events_free(struct kulink *k)
{
	struct kulink_events *e = &k->events;

	if (e->parts) {
		free(e->parts);
		free(e->wanted);
		free(e->last);
		free(e->tail);
	}
	free(e->slots);
}

static void note_baselines(struct kulink_events *e, const uint64_t *seq)
{
	size_t i;

	for (i = 0; i < e->n; i++) {
		if (seq[i] == UINT64_MAX || e->wanted[i])
			continue;
		e->wanted[i] = true;
		e->last[i] = seq[i];
		e->tail[i] = seq[i];
	}
}

static int start(struct kulink *k, uint32_t kind, const struct kulink_part *part, uint64_t *seq)
{
	struct kulink_events *e = &k->events;
	const struct kulink_channel *channel;
	int error;

	error = e->slot ? 0 : kulink_choose(k, e->slots, kind, 0, &e->slot);
	if (error)
		return error;
	channel = e->slot->channel;
	if (!kulink_carries(channel, kind))
		return kulink_say(k, -EOPNOTSUPP, "the handle's subscription is over %s already",
				  channel->info.name);
	if (kind == KULINK_CHANGES)
		error = channel->watch(&e->slot->session, part, seq + e->n_events);
	else
		error = channel->subscribe(&e->slot->session, part, seq);
	k->last = channel;
	return kulink_say(k, error, "%s", error ? e->slot->session.message : "");
}

static int subscribe(struct kulink *k, uint32_t kind, const struct kulink_part *part)
{
	struct kulink_events *e = &k->events;
	uint64_t *seq;
	int error;

	if (e->gone || e->ending)
		return kulink_say(k, -ENODEV, "%s is gone", k->service);
	seq = malloc((e->n + 1) * sizeof(*seq));
	if (!seq)
		return -ENOMEM;
	memset(seq, 0xff, (e->n + 1) * sizeof(*seq));
	error = start(k, kind, part, seq);
	if (!error)
		note_baselines(e, seq);
	free(seq);
	return error;
}

/* The event or, if there is none of that name, the value */
static const struct kulink_part *find_part(struct kulink *k, const char *name, int *error)
{
	const struct kulink_part *part;

	part = kulink_part_wanted(k, KULINK_EVENTS, name, error);
	if (part || *error != -ENOENT)
		return part;
	part = kulink_part_find(&k->declaration.info, KULINK_VALUES, name);
	*error = part ? 0 : *error;
	return part;
}

int kulink_subscribe(struct kulink *k, const char *event)
{
	const struct kulink_part *part = NULL;
	uint32_t kind = KULINK_EVENTS;
	int error;

	if (!k)
		return -EINVAL;
	k->message[0] = '\0';
	if (event) {
		part = find_part(k, event, &error);
		if (!part)
			return error;
	}
	if (part ? part->kind == KULINK_VALUES :
	    k->only && !kulink_carries(k->only, kind) && kulink_carries(k->only, KULINK_CHANGES))
		kind = KULINK_CHANGES;
	error = events_init(k);
	return error ? error : subscribe(k, kind, part);
}

int kulink_ring(struct kulink *k, size_t size, unsigned int flags, size_t watermark)
{
	const struct kulink_channel *channel;
	struct kulink_events *e;
	int error;

	if (!k)
		return -EINVAL;
	e = &k->events;
	k->message[0] = '\0';
	error = events_init(k);
	if (!error && !e->slot)
		error = kulink_choose(k, e->slots, KULINK_EVENTS, 0, &e->slot);
	if (error)
		return error;
	channel = e->slot->channel;
	if (!channel->ring)
		return kulink_say(k, -EOPNOTSUPP, "%s has no ring of the program's own",
				  channel->info.name);
	return channel->ring(&e->slot->session, size, flags, watermark);
}

int kulink_unsubscribe(struct kulink *k, const char *event)
{
	const struct kulink_part *part = NULL;
	struct kulink_events *e;
	size_t i;
	int error = 0;

	if (!k || !k->events.slot)
		return -EINVAL;
	e = &k->events;
	if (event) {
		part = find_part(k, event, &error);
		if (!part)
			return error;
	}
	if (!e->gone && !e->ending)
		error = e->slot->channel->unsubscribe(&e->slot->session, part);
	if (error)
		return kulink_say(k, error, "%s", e->slot->session.message);
	for (i = 0; i < e->n; i++) {
		if (!part || e->parts[i] == part)
			e->wanted[i] = false;
	}
	return 0;
}

int kulink_fd(struct kulink *k)
{
	if (!k || !k->events.slot)
		return -EINVAL;
	return k->events.slot->channel->fd(&k->events.slot->session);
}

int kulink_await(struct kulink *k, int timeout_ms)
{
	const struct kulink_channel *channel;
	struct pollfd pollfd;
	int n;

	if (!k || !k->events.slot)
		return -EINVAL;
	channel = k->events.slot->channel;
	if (channel->await)
		return channel->await(&k->events.slot->session, timeout_ms);
	pollfd = (struct pollfd){ .fd = kulink_fd(k), .events = POLLIN };
	if (pollfd.fd < 0)
		return pollfd.fd;
	n = poll(&pollfd, 1, timeout_ms);
	if (n < 0)
		return -errno;
	return n ? 0 : -ETIMEDOUT;
}

/* Ask how far each event has come */
static int ask_tails(struct kulink_events *e)
{
	const struct kulink_channel *channel = e->slot->channel;
	uint64_t seq;
	size_t i;
	int error;

	for (i = 0; i < e->n_events && channel->sequence; i++) {
		if (!e->wanted[i])
			continue;
		error = channel->sequence(&e->slot->session, e->parts[i], &seq);
		if (error == -ENODEV) {
			e->ending = true;
			continue;
		}
		if (error)
			return error;
		if (seq > e->tail[i])
			e->tail[i] = seq;
	}
	return 0;
}

/* All is taken: what is still missing was lost. True: @event tells of it */
static bool tell_tail(struct kulink *k, struct kulink_event *event)
{
	struct kulink_events *e = &k->events;
	size_t i;

	for (i = 0; i < e->n; i++) {
		if (!e->wanted[i] || e->tail[i] <= e->last[i])
			continue;
		event->name = e->parts[i]->name;
		event->seq = e->tail[i];
		event->lost = e->tail[i] - e->last[i];
		event->only_lost = true;
		e->last[i] = e->tail[i];
		return true;
	}
	return false;
}

/* False: not ours to deliver: unsubscribed since, or from before the subscription, or told as lost */
static bool is_ours(struct kulink *k, const struct kulink_raw_event *raw, uint64_t *lost)
{
	struct kulink_events *e = &k->events;
	size_t i = kulink_part_index(&k->declaration.info, raw->part);

	i += raw->part->kind == KULINK_VALUES ? e->n_events : 0;
	if (!e->wanted[i] || raw->seq <= e->last[i])
		return false;
	*lost = raw->seq - e->last[i] - 1;
	e->last[i] = raw->seq;
	return true;
}

static int tell_end(struct kulink *k, struct kulink_event *event)
{
	struct kulink_events *e = &k->events;

	if (tell_tail(k, event))
		return 0;
	if (!e->ending)
		return -EAGAIN;
	e->gone = true;
	event->name = "gone";
	event->gone = true;
	return 0;
}

/* An event in @raw; or one in @event that only tells of a loss, or of the end: @raw has no part */
static int take(struct kulink *k, struct kulink_raw_event *raw, struct kulink_event *event)
{
	struct kulink_events *e = &k->events;
	int error;

	for (;;) {
		memset(raw, 0, sizeof(*raw));
		error = e->slot->channel->next(&e->slot->session, raw);
		if (error == -EAGAIN && e->overrun && !e->ending) {
			error = ask_tails(e);
			e->overrun = error;
			if (!error)
				continue;
		} else if (error == -EAGAIN) {
			return tell_end(k, event);
		} else if (error == -ENODEV || (!error && raw->gone)) {
			raw->part = NULL;
			e->ending = true;
			return tell_end(k, event);
		} else if (!error && raw->overrun) {
			e->overrun = true;
			ask_tails(e);	/* later it may be gone; if this fails, we ask again */
		} else if (!error && is_ours(k, raw, &event->lost)) {
			return 0;
		}
		if (error)
			return kulink_say(k, error, "%s", e->slot->session.message);
	}
}

static void fill(const struct kulink_raw_event *raw, struct kulink_event *event)
{
	event->name = raw->part->name;
	event->seq = raw->seq;
	event->ns = raw->ns;
	event->cells = raw->cells;
	if (!raw->cut && raw->cells)
		event->n_cells = raw->part->kind == KULINK_VALUES ? 1 : raw->part->n_cells;
}

int kulink_next(struct kulink *k, struct kulink_event *event)
{
	struct kulink_raw_event raw;
	int error;

	if (!k || !event || !k->events.slot)
		return -EINVAL;
	memset(event, 0, sizeof(*event));
	if (k->events.gone)
		return kulink_say(k, -ENODEV, "%s is gone", k->service);
	event->service = k->service;
	error = take(k, &raw, event);
	if (!error && raw.part)
		fill(&raw, event);
	return error;
}

/* The part that @event is about; NULL: gone */
static const struct kulink_part *part_of(const struct kulink *k, const struct kulink_event *event)
{
	size_t i;

	for (i = 0; i < k->events.n_events; i++) {
		if (k->events.parts[i]->name == event->name)
			return k->events.parts[i];
	}
	return NULL;
}

static KULINK_RARE int take_slowly(struct kulink *k, struct kulink_record *record)
{
	const struct kulink_channel *channel = k->events.slot->channel;
	struct kulink_event event = { 0 };
	struct kulink_raw_event raw;
	int error;

	if (!channel->records)
		return kulink_say(k, -EOPNOTSUPP, "%s has events in another form",
				  channel->info.name);
	if (k->events.gone)
		return kulink_say(k, -ENODEV, "%s is gone", k->service);
	error = take(k, &raw, &event);
	if (error)
		return error;
	if (raw.part)
		fill(&raw, &event);
	*record = (struct kulink_record){
		.event = raw.part ? raw.part : part_of(k, &event), .seq = event.seq, .ns = event.ns,
		.lost = event.lost, .only_lost = event.only_lost, .gone = event.gone,
		.bytes = raw.part ? raw.record : NULL, .size = raw.part ? raw.len : 0,
	};
	return 0;
}

int kulink_take(struct kulink *k, struct kulink_record *record)
{
	struct kulink_slot *slot;

	if (!k || !record || !k->events.slot)
		return -EINVAL;
	slot = k->events.slot;
	if (slot->channel->take &&
	    !slot->channel->take(&slot->session, k->events.wanted, k->events.last, record))
		return 0;
	return take_slowly(k, record);
}
