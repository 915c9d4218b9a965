/* SPDX-License-Identifier: MIT */
/*
 * What channels over netlink share, generic or with a protocol of their own: a socket that asks and is
 * answered, another one that hears events.
 */
#ifndef KULINK_LIB_NL_H
#define KULINK_LIB_NL_H

#include <libmnl/libmnl.h>

#include "channel.h"

/* An attribute has at most 64 KiB, and a message little more than its largest attribute. */
#define NL_BUFFER	(128U << 10)

/**
 * struct kulink_nl - a socket that asks and is answered
 * @protocol: of netlink
 * @socket: bound, with extended acks and strict checks; NULL after one that was given up
 * @seq: of the request under way
 * @buffer: NL_BUFFER bytes: the request, then what comes back
 * @message: sentence of the last error; "" if there was none
 */
struct kulink_nl {
	int protocol;
	struct mnl_socket *socket;
	uint32_t seq;
	char *buffer;
	char message[256];
};

/* nl.c */
KULINK_HIDDEN int kulink_nl_open(struct kulink_nl *nl, int protocol);
KULINK_HIDDEN void kulink_nl_close(struct kulink_nl *nl);
/* A new request in the buffer */
KULINK_HIDDEN struct nlmsghdr *kulink_nl_begin(struct kulink_nl *nl, uint16_t type, uint16_t flags);
/*
 * Send it, and give each message that comes back to @each (may be NULL) until all are there: the end
 * of a dump, the NLM_F_ACK that was asked for, else one answer. What @each returns other than 0 is
 * returned, after the rest is taken. -EAGAIN: a dump was interrupted
 */
KULINK_HIDDEN int kulink_nl_transact(struct kulink_nl *nl, struct nlmsghdr *request,
				     int (*each)(void *ctx, const struct nlmsghdr *nlh), void *ctx);

/**
 * struct kulink_nl_events - a subscription: multicast groups joined, of which all services' events come
 * @protocol: of netlink
 * @groups: numbers of the multicast groups: for all, restricted
 * @sequence: of an event, asked over another socket; as in struct kulink_channel
 * @take: a message as an event of ours; -EAGAIN: not for us
 * @more: the next event of the message that @take has seen last, if there is one; else -EAGAIN. NULL: a
 *	message is one event
 * @wanted: one for each declared event
 * @cells: room for any event's fields
 *
 * All else is nl_event.c's.
 */
struct kulink_nl_events {
	int protocol;
	uint32_t groups[2];
	int (*sequence)(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq);
	int (*take)(struct kulink_session *s, const struct nlmsghdr *nlh,
		    struct kulink_raw_event *event);
	int (*more)(struct kulink_session *s, struct kulink_raw_event *event);
	bool *wanted;
	struct kulink_cell *cells;
	/* private: */
	struct mnl_socket *socket;	/* NULL before the first subscription */
	bool joined[2];
	char *datagram;			/* NL_BUFFER bytes: what was received last */
	const struct nlmsghdr *at;	/* next message in it */
	int left;			/* bytes from there on */
	bool overrun;			/* events were dropped; told when the socket is empty */
};

/* nl_event.c. Begin with zeros and what differs: @wanted and @cells are made here. -ENOMEM */
KULINK_HIDDEN int kulink_nl_events_init(struct kulink_nl_events *e, const struct kulink_info *info);
KULINK_HIDDEN void kulink_nl_events_free(struct kulink_nl_events *e);
KULINK_HIDDEN int kulink_nl_subscribe(struct kulink_session *s, struct kulink_nl_events *e,
				      const struct kulink_part *event, uint64_t *seq);
KULINK_HIDDEN int kulink_nl_unsubscribe(struct kulink_session *s, struct kulink_nl_events *e,
					const struct kulink_part *event);
KULINK_HIDDEN int kulink_nl_fd(const struct kulink_nl_events *e);
KULINK_HIDDEN int kulink_nl_next(struct kulink_session *s, struct kulink_nl_events *e,
				 struct kulink_raw_event *event);

#endif /* KULINK_LIB_NL_H */
