/* SPDX-License-Identifier: MIT */
/*
 * Messages, as the ABI defines them: built, sent, checked. One piece of code for each channel that
 * carries bytes: what differs is the transport.
 */
#ifndef KULINK_LIB_MESSAGE_H
#define KULINK_LIB_MESSAGE_H

#include "channel.h"

/** KULINK_MESSAGE_MAX - most bytes that a message without a call's or table's payload takes */
#define KULINK_MESSAGE_MAX	4096

/* The name of a part into a struct that begins with zeros; -ENOENT: none is that long */
KULINK_HIDDEN int kulink_name_put(char to[KULINK_NAME_SIZE], const char *name);

/**
 * struct kulink_transport - how a request reaches the kernel, and its reply comes back
 * @exchange: send @request, whose len says how long it is and whose id may be changed, and put the
 *	reply to it into @reply:
 *	*@len in: room there, never more than @max; out: its bytes. -EMSGSIZE: it is longer than the
 *	room, and is taken all the same. Waits, sends again and throws away replies to other requests
 *	as the mechanism needs (kulink_message_answers()); -ETIMEDOUT. What is no reply at all may be
 *	given: it is checked here. A status is not an error of this function's
 * @ctx: @exchange's
 * @max: most bytes of a message, header included, either way
 * @service: what the header names; "" where the mechanism itself does
 * @id: of the last request; begin with any number
 *
 * All else is message.c's: begin with zeros, end with kulink_transport_free().
 */
struct kulink_transport {
	int (*exchange)(void *ctx, struct kulink_msg *request, struct kulink_msg *reply,
			size_t *len);
	void *ctx;
	size_t max;
	const char *service;
	uint32_t id;
	/* private: */
	struct kulink_msg *request, *reply;
	size_t request_room, reply_room;
};

KULINK_HIDDEN void kulink_transport_free(struct kulink_transport *t);

/*
 * Operations of struct kulink_channel. The session's @private points to a struct whose first member
 * is its struct kulink_transport. A service that has left is -ENODEV.
 */
KULINK_HIDDEN int kulink_message_get(struct kulink_session *s, const struct kulink_part *value,
				     struct kulink_datum *datum);
KULINK_HIDDEN int kulink_message_set(struct kulink_session *s, const struct kulink_part *value,
				     const struct kulink_datum *datum);
KULINK_HIDDEN int kulink_message_call(struct kulink_session *s, const struct kulink_part *call,
				      const void *request, size_t request_len, void *reply,
				      size_t *reply_len);
/* By KULINK_OP_PAGE */
KULINK_HIDDEN int kulink_message_dump(struct kulink_session *s, struct kulink_table *table);
KULINK_HIDDEN int kulink_message_subscribe(struct kulink_session *s,
					   const struct kulink_part *event, uint64_t *seq);
KULINK_HIDDEN int kulink_message_unsubscribe(struct kulink_session *s,
					     const struct kulink_part *event);
KULINK_HIDDEN int kulink_message_sequence(struct kulink_session *s,
					  const struct kulink_part *event, uint64_t *seq);

/*
 * Whether a request's -ENOENT was said by the driver or is that of a service which has left: then
 * -ENODEV. Any other error as it is; what is above has done it
 */
KULINK_HIDDEN int kulink_message_verdict(struct kulink_session *s, int error);

/* For a channel's open: 0 if the service is published on it, else -ENOENT, or what the transport says */
KULINK_HIDDEN int kulink_message_probe(struct kulink_session *s);

/*
 * Texts (KULINK_OP_INFO: the declaration; KULINK_OP_LIST: names, a line each) with a NUL behind;
 * free(*text). Without a session: @service "" for a list.
 */
KULINK_HIDDEN int kulink_message_text(struct kulink_transport *t, uint16_t op, char **text,
				      size_t *len);

/**
 * kulink_message_ask() - any request
 * @reply_len: in: bytes at @reply; out: bytes of the reply's payload. NULL: there is none
 *
 * 0, what the status says, -EMSGSIZE, -EPROTO, -EPROTONOSUPPORT, or what the transport says
 */
KULINK_HIDDEN int kulink_message_ask(struct kulink_transport *t, uint16_t op, const char *part,
				     const void *payload, size_t payload_len, void *reply,
				     size_t *reply_len);

/*
 * What comes unasked (KULINK_OP_EVENT, KULINK_OP_GONE), @len bytes of it, as the session's event;
 * @cells: of kulink_event_cells(). -EPROTO, -EPROTONOSUPPORT. Whether it is of this service, and
 * wanted, is the caller's to ask.
 */
KULINK_HIDDEN int kulink_message_event(const struct kulink_session *s, const struct kulink_msg *msg,
				       size_t len, struct kulink_cell *cells,
				       struct kulink_raw_event *event);

/* Bytes that come in pieces; begin with zeros, free(data) */
struct kulink_wire {
	unsigned char *data;
	size_t len;
	size_t room;
};

KULINK_HIDDEN int kulink_wire_append(struct kulink_wire *wire, const void *piece, size_t len);

/* The pieces, for what is no transport (exchange.c) */

/* A request's header; -ENOENT: a name that is too long, -EMSGSIZE */
KULINK_HIDDEN int kulink_message_build(struct kulink_msg *msg, uint16_t op, uint32_t id,
				       const char *service, const char *part, size_t payload_len);
/* Whether @len bytes begin a message of ours: -EPROTO, -EPROTONOSUPPORT */
KULINK_HIDDEN int kulink_message_check(const struct kulink_msg *msg, size_t len);
/* Whether @len bytes begin with the reply to @request, or to another one; it may still be malformed */
KULINK_HIDDEN bool kulink_message_answers(const struct kulink_msg *request,
					  const struct kulink_msg *reply, size_t len);
/* The reply's status, or -EPROTO if it is none to @request */
KULINK_HIDDEN int kulink_message_status(const struct kulink_msg *request,
					const struct kulink_msg *reply);

#endif /* KULINK_LIB_MESSAGE_H */
