/* SPDX-License-Identifier: MIT */
/* What the files that make up the packet channel share. */
#ifndef KULINK_LIB_PACKET_H
#define KULINK_LIB_PACKET_H

#include <linux/if_packet.h>

#include "again.h"

/** KULINK_PACKET_ROOM - bytes of any frame's contents */
#define KULINK_PACKET_ROOM	65536

/**
 * struct packet - a session
 * @transport: first, for message.c
 * @fd: of the socket for requests; @events: of the one that hears events, or -1
 * @to: the kernel's station, on the interface by which it is reached
 * @wanted: per declared event
 * @cells: room for any event's fields
 * @epoll: what a program waits on: @events and
 * @timer: when the sequences are to be asked for, since an event may have been the last that came
 * @unsure: an event came since they were asked for
 * @frame: received last
 */
struct packet {
	struct kulink_transport transport;
	int fd;
	int events;
	struct sockaddr_ll to;
	bool *wanted;
	struct kulink_cell *cells;
	int epoll;
	int timer;
	bool unsure;
	union {
		struct kulink_msg msg;
		unsigned char bytes[KULINK_PACKET_ROOM];
	} frame;
};

/* packet_socket.c */
/* A socket that hears nothing yet; -EACCES: it takes CAP_NET_RAW */
KULINK_HIDDEN int kulink_packet_socket(void);
/* From now on it hears replies to this program's requests */
KULINK_HIDDEN int kulink_packet_hear_replies(int fd, const struct sockaddr_ll *at, uint16_t program);
/* From now on it hears what is told of this service */
KULINK_HIDDEN int kulink_packet_hear_events(int fd, const struct sockaddr_ll *at,
					    const char *service);
/* The interface by which the named one is reached from here, and its station; a sentence in @why */
KULINK_HIDDEN int kulink_packet_route(const char *root, const char *interface,
				      struct sockaddr_ll *to, char *why, size_t size);
/* A frame into packet->frame: bytes of it, or -EAGAIN */
KULINK_HIDDEN int kulink_packet_receive(struct packet *p, int fd);

/* packet_event.c */
KULINK_HIDDEN void kulink_packet_events_close(struct packet *p);
KULINK_HIDDEN int kulink_packet_subscribe(struct kulink_session *s, const struct kulink_part *event,
					  uint64_t *seq);
KULINK_HIDDEN int kulink_packet_unsubscribe(struct kulink_session *s,
					    const struct kulink_part *event);
KULINK_HIDDEN int kulink_packet_fd(struct kulink_session *s);
KULINK_HIDDEN int kulink_packet_next(struct kulink_session *s, struct kulink_raw_event *event);

#endif /* KULINK_LIB_PACKET_H */
