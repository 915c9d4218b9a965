/* SPDX-License-Identifier: MIT */
/* Inside the genl channel: what its files share. Replies and events have a socket each. */
#ifndef KULINK_LIB_GENL_H
#define KULINK_LIB_GENL_H

#include "nl.h"
#include "shapes.h"

/**
 * struct genl_request - the socket that asks
 * @nl: it
 * @family: number of the family
 * @groups: of the multicast groups: for all, restricted; 0: there is none
 */
struct genl_request {
	struct kulink_nl nl;
	uint16_t family;
	uint32_t groups[2];
};

/**
 * struct genl - an open session
 * @request: its socket for requests
 * @events: its subscription
 * @shapes: of packed events' records
 * @packed: events of a message that are still to be taken
 * @packed_len: bytes of them
 * @plain: the kernel has no packed tables
 */
struct genl {
	struct genl_request request;
	struct kulink_nl_events events;
	struct kulink_shapes shapes;
	const unsigned char *packed;
	size_t packed_len;
	bool plain;
};

/* genl_request.c */
KULINK_HIDDEN int kulink_genl_request_open(struct genl_request *r);
/* A new request in @r's buffer; @part may be NULL */
KULINK_HIDDEN struct nlmsghdr *kulink_genl_request(struct genl_request *r, uint8_t cmd,
						   uint16_t flags, const char *service,
						   const char *part);
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
KULINK_HIDDEN int kulink_genl_event(struct kulink_session *s, const struct nlmsghdr *nlh,
				    struct kulink_raw_event *event);
KULINK_HIDDEN int kulink_genl_take(struct kulink_session *s, const bool *wanted, uint64_t *last,
				   struct kulink_record *record);
KULINK_HIDDEN int kulink_genl_more(struct kulink_session *s, struct kulink_raw_event *event);
KULINK_HIDDEN int kulink_genl_subscribe(struct kulink_session *s, const struct kulink_part *event,
					uint64_t *seq);
KULINK_HIDDEN int kulink_genl_unsubscribe(struct kulink_session *s,
					  const struct kulink_part *event);
KULINK_HIDDEN int kulink_genl_fd(struct kulink_session *s);
KULINK_HIDDEN int kulink_genl_next(struct kulink_session *s, struct kulink_raw_event *event);
KULINK_HIDDEN int kulink_genl_sequence(struct kulink_session *s, const struct kulink_part *event,
				       uint64_t *seq);

#endif /* KULINK_LIB_GENL_H */
