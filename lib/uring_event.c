// SPDX-License-Identifier: MIT
/* uring: events. One command takes all that there are; the node tells when there is one. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "uring.h"

#define ROOM	(64U << 10)

/* A message without a payload; the reply's payload, which is @len bytes, to @reply */
static int ask(struct kulink_session *s, uint16_t op, const char *part, void *reply, size_t len)
{
	struct kulink_msg *msg = malloc(sizeof(*msg) + len), request;
	struct kulink_uring args = {
		.buffer = (uintptr_t)msg, .request_len = sizeof(*msg), .room = sizeof(*msg) + len,
	};
	int n, error;

	if (!msg)
		return -ENOMEM;
	error = kulink_message_build(msg, op, 1, "", part, 0);
	request = *msg;
	n = error ? error : kulink_uring_one(s, KULINK_URING_MESSAGE, &args);
	error = n < 0 ? n : kulink_message_check(msg, n);
	if (!error)
		error = kulink_message_status(&request, msg);
	if (!error && (size_t)n != sizeof(*msg) + len)
		error = -EPROTO;
	if (!error && len)
		memcpy(reply, msg + 1, len);
	free(msg);
	return error;
}

static int make_room(struct kulink_session *s)
{
	struct uring *u = uring_of(s);

	if (!u->cells)
		u->cells = kulink_event_cells(s->info);
	if (!u->events)
		u->events = malloc(ROOM);
	return u->cells && u->events ? 0 : -ENOMEM;
}

int kulink_uring_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	size_t want = event ? 1 : kulink_part_count(s->info, KULINK_EVENTS);
	int error = make_room(s);

	if (event)
		seq += kulink_part_index(s->info, event);
	if (!error)
		error = ask(s, KULINK_OP_SUBSCRIBE, event ? event->name : "", seq, want * sizeof(*seq));
	return error;
}

int kulink_uring_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	return ask(s, KULINK_OP_UNSUBSCRIBE, event ? event->name : "", NULL, 0);
}

int kulink_uring_fd(struct kulink_session *s)
{
	return uring_of(s)->node;
}

static int fetch(struct kulink_session *s)
{
	struct uring *u = uring_of(s);
	struct kulink_uring args = { .buffer = (uintptr_t)u->events, .room = ROOM };
	int n = kulink_uring_one(s, KULINK_URING_EVENTS, &args);

	if (n < 0)
		return n;
	u->came = n;
	u->at = 0;
	return 0;
}

int kulink_uring_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct uring *u = uring_of(s);
	const struct kulink_msg *msg;
	size_t left;
	int error;

	if (u->at == u->came) {
		error = fetch(s);
		if (error)
			return error;
	}
	left = u->came - u->at;
	msg = (const struct kulink_msg *)(u->events + u->at);
	if (left < sizeof(*msg) || msg->len < sizeof(*msg) || msg->len > left || msg->len % 8) {
		u->at = u->came;
		return -EPROTO;
	}
	u->at += msg->len;
	return kulink_message_event(s, msg, msg->len, u->cells, event);
}
