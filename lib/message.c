// SPDX-License-Identifier: MIT
/* Messages over any transport: what is asked, what came back, and whether to believe it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

int kulink_name_put(char to[KULINK_NAME_SIZE], const char *name)
{
	size_t len = strlen(name);

	if (len >= KULINK_NAME_SIZE)
		return -ENOENT;
	memcpy(to, name, len);
	return 0;
}

int kulink_message_build(struct kulink_msg *msg, uint16_t op, uint32_t id, const char *service,
			 const char *part, size_t payload_len)
{
	if (payload_len > KULINK_CALL_MAX)
		return -EMSGSIZE;
	*msg = (struct kulink_msg){
		.len = sizeof(*msg) + payload_len, .abi = KULINK_ABI, .op = op, .id = id,
	};
	return kulink_name_put(msg->service, service) || kulink_name_put(msg->part, part) ? -ENOENT : 0;
}

int kulink_message_check(const struct kulink_msg *msg, size_t len)
{
	if (len < sizeof(*msg) || msg->len < len)
		return -EPROTO;
	return msg->abi == KULINK_ABI ? 0 : -EPROTONOSUPPORT;
}

bool kulink_message_answers(const struct kulink_msg *request, const struct kulink_msg *reply,
			    size_t len)
{
	return len >= sizeof(*reply) && reply->op == request->op && reply->id == request->id;
}

int kulink_message_status(const struct kulink_msg *request, const struct kulink_msg *reply)
{
	if (!kulink_message_answers(request, reply, sizeof(*reply)) || reply->status > 0)
		return -EPROTO;
	return reply->status;
}

static int make_room(struct kulink_msg **msg, size_t *room, size_t size)
{
	void *more;

	if (size <= *room)
		return 0;
	more = realloc(*msg, size);
	if (!more)
		return -ENOMEM;
	*msg = more;
	*room = size;
	return 0;
}

void kulink_transport_free(struct kulink_transport *t)
{
	free(t->request);
	free(t->reply);
	t->request = NULL;
	t->reply = NULL;
	t->request_room = 0;
	t->reply_room = 0;
}

/* Bytes of header and payload, as far as a message of this transport can be long */
static size_t message_size(const struct kulink_transport *t, size_t payload)
{
	size_t most = t->max - sizeof(struct kulink_msg);

	return sizeof(struct kulink_msg) + (payload < most ? payload : most);
}

/* Id 0 is for what comes unasked */
static uint32_t next_id(struct kulink_transport *t)
{
	if (!++t->id)
		t->id++;
	return t->id;
}

/* The reply stays in the transport; *@len: bytes of its payload */
static int ask(struct kulink_transport *t, uint16_t op, const char *part, const void *payload,
	       size_t payload_len, size_t room, size_t *len)
{
	size_t got = message_size(t, room);
	int error;

	if (payload_len > t->max - sizeof(*t->request))
		return -EMSGSIZE;
	error = make_room(&t->request, &t->request_room, message_size(t, payload_len));
	if (!error)
		error = make_room(&t->reply, &t->reply_room, got);
	if (!error)
		error = kulink_message_build(t->request, op, next_id(t), t->service, part,
					     payload_len);
	if (error)
		return error;
	if (payload_len)
		memcpy(t->request + 1, payload, payload_len);

	error = t->exchange(t->ctx, t->request, t->reply, &got);
	if (!error)
		error = kulink_message_check(t->reply, got);
	if (error)
		return error;
	error = kulink_message_status(t->request, t->reply);
	if (!error && t->reply->len != got)
		return -EPROTO;
	*len = got - sizeof(*t->reply);
	return error;
}

int kulink_message_ask(struct kulink_transport *t, uint16_t op, const char *part,
		       const void *payload, size_t payload_len, void *reply, size_t *reply_len)
{
	size_t len, room = reply_len ? *reply_len : 0;
	int error = ask(t, op, part, payload, payload_len, room, &len);

	if (error)
		return error;
	if (reply_len)
		*reply_len = len;
	if (len > room)
		return -EMSGSIZE;
	if (reply && len)
		memcpy(reply, t->reply + 1, len);
	return 0;
}

int kulink_message_text(struct kulink_transport *t, uint16_t op, char **text, size_t *len)
{
	int error = ask(t, op, "", NULL, 0, t->max, len);

	if (error)
		return error;
	*text = malloc(*len + 1);
	if (!*text)
		return -ENOMEM;
	memcpy(*text, t->reply + 1, *len);
	(*text)[*len] = '\0';
	return 0;
}

static struct kulink_transport *transport_of(const struct kulink_session *s)
{
	return s->private;
}

int kulink_message_probe(struct kulink_session *s)
{
	int error = kulink_message_ask(transport_of(s), KULINK_OP_INFO, "", NULL, 0, NULL, NULL);

	/* A declaration has more than no bytes: this is what it says when it is there */
	return error == -EMSGSIZE ? 0 : error;
}

int kulink_message_verdict(struct kulink_session *s, int error)
{
	if (error == -ENOENT && kulink_message_probe(s) == -ENOENT)
		return -ENODEV;
	return error;
}

int kulink_message_get(struct kulink_session *s, const struct kulink_part *value,
		       struct kulink_datum *datum)
{
	size_t len = sizeof(*datum);
	int error = kulink_message_ask(transport_of(s), KULINK_OP_GET, value->name, NULL, 0, datum,
				       &len);

	if (!error && len != sizeof(*datum))
		return -EPROTO;
	return kulink_message_verdict(s, error);
}

int kulink_message_set(struct kulink_session *s, const struct kulink_part *value,
		       const struct kulink_datum *datum)
{
	return kulink_message_verdict(s, kulink_message_ask(transport_of(s), KULINK_OP_SET, value->name, datum,
					     sizeof(*datum), NULL, NULL));
}

int kulink_message_call(struct kulink_session *s, const struct kulink_part *call,
			const void *request, size_t request_len, void *reply, size_t *reply_len)
{
	return kulink_message_verdict(s, kulink_message_ask(transport_of(s), KULINK_OP_CALL, call->name, request,
					     request_len, reply, reply_len));
}

int kulink_wire_append(struct kulink_wire *wire, const void *piece, size_t len)
{
	size_t room = wire->room ? wire->room : KULINK_MESSAGE_MAX;
	void *more;

	while (room - wire->len < len) {
		if (room > SIZE_MAX / 2)
			return -ENOMEM;
		room *= 2;
	}
	if (room > wire->room) {
		more = realloc(wire->data, room);
		if (!more)
			return -ENOMEM;
		wire->data = more;
		wire->room = room;
	}
	memcpy(wire->data + wire->len, piece, len);
	wire->len += len;
	return 0;
}

/* The next page: @page says which, and then what to ask for on. It brings us on, or was the last */
static int next_page(struct kulink_transport *t, const char *table, struct kulink_page *page,
		     struct kulink_wire *wire)
{
	struct kulink_page head;
	size_t len;
	int error = ask(t, KULINK_OP_PAGE, table, page, sizeof(*page), t->max, &len);

	if (error)
		return error;
	if (len < sizeof(head))
		return -EPROTO;
	memcpy(&head, t->reply + 1, sizeof(head));
	len -= sizeof(head);
	if (head.offset != wire->len || (head.snapshot && !len))
		return -EPROTO;
	error = kulink_wire_append(wire, (const char *)(t->reply + 1) + sizeof(head), len);
	if (error)
		return error;
	if (!head.snapshot && head.size != wire->len)
		return -EPROTO;
	*page = (struct kulink_page){ .snapshot = head.snapshot, .offset = wire->len };
	return 0;
}

int kulink_message_dump(struct kulink_session *s, struct kulink_table *table)
{
	struct kulink_page page = { .snapshot = 0 };
	struct kulink_wire wire = { .data = NULL };
	int error;

	do {
		error = next_page(transport_of(s), table->part->name, &page, &wire);
	} while (!error && page.snapshot);
	if (!error)
		error = kulink_table_take(table, wire.data, wire.len);
	else
		free(wire.data);
	return kulink_message_verdict(s, error);
}

int kulink_message_subscribe(struct kulink_session *s, const struct kulink_part *event,
			     uint64_t *seq)
{
	size_t want, len;
	int error;

	want = event ? 1 : kulink_part_count(s->info, KULINK_EVENTS);
	want *= sizeof(*seq);
	len = want;
	if (event)
		seq += kulink_part_index(s->info, event);
	error = kulink_message_ask(transport_of(s), KULINK_OP_SUBSCRIBE, event ? event->name : "",
				   NULL, 0, seq, &len);
	return !error && len != want ? -EPROTO : kulink_message_verdict(s, error);
}

int kulink_message_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	return kulink_message_verdict(s, kulink_message_ask(transport_of(s), KULINK_OP_UNSUBSCRIBE,
					     event ? event->name : "", NULL, 0, NULL, NULL));
}

int kulink_message_sequence(struct kulink_session *s, const struct kulink_part *event,
			    uint64_t *seq)
{
	size_t len = sizeof(*seq);
	int error = kulink_message_ask(transport_of(s), KULINK_OP_SEQUENCE, event->name, NULL, 0,
				       seq, &len);

	return !error && len != sizeof(*seq) ? -EPROTO : kulink_message_verdict(s, error);
}

int kulink_message_event(const struct kulink_session *s, const struct kulink_msg *msg, size_t len,
			 struct kulink_cell *cells, struct kulink_raw_event *event)
{
	struct kulink_event_head head;
	const unsigned char *payload;
	int error;

	*event = (struct kulink_raw_event){ 0 };
	error = kulink_message_check(msg, len);
	if (error)
		return error;
	if (msg->len != len || (msg->op != KULINK_OP_EVENT && msg->op != KULINK_OP_GONE))
		return -EPROTO;
	event->gone = msg->op == KULINK_OP_GONE;
	if (event->gone)
		return 0;
	len -= sizeof(*msg);
	if (!memchr(msg->part, '\0', sizeof(msg->part)) || len < sizeof(head))
		return -EPROTO;
	event->part = kulink_part_find(s->info, KULINK_EVENTS, msg->part);
	if (!event->part)
		return -EPROTO;
	payload = (const unsigned char *)(msg + 1);
	memcpy(&head, payload, sizeof(head));
	event->seq = head.seq;
	event->ns = head.ns;
	event->cells = cells;
	return kulink_record_decode(event->part, payload + sizeof(head), len - sizeof(head), cells);
}
