/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packet: what its files share. packet.c has the channel and its events, packet_link.c the
 * interface, packet_request.c the requests.
 */
#ifndef _KULINK_PACKET_H
#define _KULINK_PACKET_H

#include <linux/if_ether.h>
#include <linux/skbuff.h>

#include "message.h"
#include "stream.h"

/** KULINK_PACKET_REQUESTS - most that wait or run at a time; more are dropped, and come again */
#define KULINK_PACKET_REQUESTS		64
/** KULINK_PACKET_REQUESTS_EACH - of one asker */
#define KULINK_PACKET_REQUESTS_EACH	16
/** KULINK_PACKET_PEERS - askers that are remembered, so that what they ask is done once */
#define KULINK_PACKET_PEERS		4096
/** KULINK_PACKET_KEEP_SECONDS - how long after their last request */
#define KULINK_PACKET_KEEP_SECONDS	60
/** KULINK_PACKET_KEEP_BYTES - most of replies that are kept for a repetition */
#define KULINK_PACKET_KEEP_BYTES	((size_t)1 << 20)

extern struct kulink_channel kulink_packet_channel;
extern struct kulink_streams kulink_packet_streams;

/*
 * The interface. Nothing goes over any while the administrator has named none, or none is there of
 * that name, or it is down.
 */

/** struct kulink_packet_from - where a request came from: a reply goes there, or nowhere */
struct kulink_packet_from {
	u8 address[ETH_ALEN];
	bool broadcast;			/* it was to all */
	int ifindex;
};

int kulink_packet_link_init(void);
/* Returns when no frame is being received any more */
void kulink_packet_link_exit(void);
/* Most bytes of a message now; 0: there is no interface */
size_t kulink_packet_room(void);
/**
 * kulink_packet_send() - a frame with this message
 * @from: NULL: to all
 * @head: its header; its len says how long it is
 * @payload: what follows the header
 *
 * May sleep. Return: 0; -ENETDOWN; -EMSGSIZE; -ENOMEM; -ENOBUFS: dropped on the way out
 */
int kulink_packet_send(const struct kulink_packet_from *from, const struct kulink_msg *head,
		       const void *payload);

/* Requests */
int kulink_packet_requests_init(void);
/* None comes in any more; waits for those that run */
void kulink_packet_requests_exit(void);
/* A frame for us, the message in front, @skb to keep or to free. Softirq */
void kulink_packet_take(struct sk_buff *skb, const struct kulink_packet_from *from);

#endif /* _KULINK_PACKET_H */
