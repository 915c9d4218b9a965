/* SPDX-License-Identifier: MIT */
/* What the files that make up the UDP channel share. */
#ifndef KULINK_LIB_UDP_H
#define KULINK_LIB_UDP_H

#include "again.h"

struct udp;

/**
 * struct udp_port - a socket of ours, connected to the kernel's; first of all its transport
 * @transport: requests over it
 * @fd: of the socket, or -1
 * @udp: whose
 * @refused: the other end has said that nobody listens there
 */
struct udp_port {
	struct kulink_transport transport;
	int fd;
	struct udp *udp;
	bool refused;
};

/* A datagram that came while a reply was waited for */
struct udp_kept {
	struct udp_kept *next;
	size_t len;
	unsigned char bytes[];
};

/**
 * struct udp - a session
 * @ask: first, so that message.c finds its transport; requests
 * @events: SUBSCRIBE goes out here, for here the events come; opened when first needed
 * @address: of the kernel's port
 * @kept: datagrams for @events; @kept_tail: where the next goes; @n_kept
 * @wanted: per declared event
 * @seqs: room for a number each
 * @cells: room for any event's fields
 * @epoll: what a program waits on: the socket and
 * @timer: when there is something to do without a datagram
 * @armed: what it is set to; 0: nothing
 * @renew: when to subscribe again, ms
 * @check: when to ask whether the last events are lost; 0: not
 * @unsure: an event came since that was asked
 * @datagram: received last
 */
struct udp {
	struct udp_port ask;
	struct udp_port events;
	struct {
		unsigned char bytes[128];
		unsigned int len;
	} address;
	struct udp_kept *kept;
	struct udp_kept **kept_tail;
	size_t n_kept;
	bool *wanted;
	uint64_t *seqs;
	struct kulink_cell *cells;
	int epoll;
	int timer;
	int64_t armed;
	int64_t renew;
	int64_t check;
	bool unsure;
	union {
		struct kulink_msg msg;
		unsigned char bytes[KULINK_UDP_MAX + 1];
	} datagram;
};

/* udp.c */
KULINK_HIDDEN int kulink_udp_port_open(struct kulink_session *s, struct udp_port *port);
KULINK_HIDDEN void kulink_udp_port_close(struct udp_port *port);
/* A datagram into udp->datagram: its bytes, -EAGAIN, -ENODEV */
KULINK_HIDDEN int kulink_udp_receive(struct udp_port *port);

/* udp_event.c */
KULINK_HIDDEN void kulink_udp_events_close(struct kulink_session *s);
/* A datagram that is no reply: keep it for kulink_udp_next() */
KULINK_HIDDEN void kulink_udp_keep(struct udp *udp, const void *datagram, size_t len);
KULINK_HIDDEN int kulink_udp_subscribe(struct kulink_session *s, const struct kulink_part *event,
				       uint64_t *seq);
KULINK_HIDDEN int kulink_udp_unsubscribe(struct kulink_session *s, const struct kulink_part *event);
KULINK_HIDDEN int kulink_udp_fd(struct kulink_session *s);
KULINK_HIDDEN int kulink_udp_next(struct kulink_session *s, struct kulink_raw_event *event);

#endif /* KULINK_LIB_UDP_H */
