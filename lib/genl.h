/* SPDX-License-Identifier: MIT */
/* Inside the genl channel: what its files share. Replies and events have a socket each. */
#ifndef KULINK_LIB_GENL_H
#define KULINK_LIB_GENL_H

#include <libmnl/libmnl.h>

#include "channel.h"

/* An attribute has at most 64 KiB, and a message little more than its largest attribute. */
#define GENL_BUFFER	(128U << 10)

/**
 * struct genl_request - a socket that asks and is answered
 * @socket: bound, with extended acks and strict checks
 * @seq: of the request under way
 * @family: number of the family
 * @groups: of the multicast groups: for all, restricted; 0: there is none
 * @buffer: GENL_BUFFER bytes: the request, then what comes back
 * @message: sentence of the last error; "" if there was none
 */
struct genl_request {
	struct mnl_socket *socket;
	uint32_t seq;
	uint16_t family;
	uint32_t groups[2];
	char *buffer;
	char message[256];
};

/**
 * struct genl - an open session
 * @request: its socket for requests
 * @events: its socket for events; NULL before the first subscription
 * @joined: members of request.groups
 * @wanted: one for each declared event
 * @cells: room for any event's fields
 * @datagram: GENL_BUFFER bytes: what was received last
 * @at: next message in it
 * @left: bytes from there on
 * @overrun: events were dropped since the last one taken; told when the socket is empty
 */
struct genl {
	struct genl_request request;
	struct mnl_socket *events;
	bool joined[2];
	bool *wanted;
	struct kulink_cell *cells;
	char *datagram;
	const struct nlmsghdr *at;
	int left;
	bool overrun;
};

/* genl_request.c */
KULINK_HIDDEN int kulink_genl_request_open(struct genl_request *r);
KULINK_HIDDEN void kulink_genl_request_close(struct genl_request *r);
/* A new request in @r's buffer; @part may be NULL */
KULINK_HIDDEN struct nlmsghdr *kulink_genl_request(struct genl_request *r, uint8_t cmd,
						   uint16_t flags, const char *service,
						   const char *part);
/*
 * Send it, and give each message that comes back to @each (may be NULL) until all are there. What
 * @each returns other than 0 is returned, after the rest is taken. -EAGAIN: a dump was interrupted
 */
KULINK_HIDDEN int kulink_genl_transact(struct genl_request *r, struct nlmsghdr *request,
				       int (*each)(void *ctx, const struct nlmsghdr *nlh), void *ctx);

/* genl_attr.c */
/*
 * The attributes of a message or nest by number, up to KULINK_A_MAX, of the right length; else
 * -EPROTO. Unknown ones are skipped.
 */
KULINK_HIDDEN int kulink_genl_attrs(const struct nlmsghdr *nlh, const struct nlattr **attrs);
/* A record's nest as cells; @table: strings are copied into it; NULL: they point into the nest */
KULINK_HIDDEN int kulink_genl_cells(const struct kulink_part *part, const struct nlattr *nest,
				    struct kulink_cell *cells, struct kulink_table *table);

/* genl.c: a request of this session, asked with the contract's errno and the sentence in @s->message */
KULINK_HIDDEN struct nlmsghdr *kulink_genl_begin(struct kulink_session *s, uint8_t cmd,
						 uint16_t flags, const char *part);
KULINK_HIDDEN int kulink_genl_ask(struct kulink_session *s, struct nlmsghdr *nlh,
				  int (*each)(void *ctx, const struct nlmsghdr *nlh), void *ctx);

/* genl_event.c */
KULINK_HIDDEN int kulink_genl_subscribe(struct kulink_session *s, const struct kulink_part *event,
					uint64_t *seq);
KULINK_HIDDEN int kulink_genl_unsubscribe(struct kulink_session *s,
					  const struct kulink_part *event);
KULINK_HIDDEN int kulink_genl_fd(struct kulink_session *s);
KULINK_HIDDEN int kulink_genl_next(struct kulink_session *s, struct kulink_raw_event *event);
KULINK_HIDDEN int kulink_genl_sequence(struct kulink_session *s, const struct kulink_part *event,
				       uint64_t *seq);

#endif /* KULINK_LIB_GENL_H */
