/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files that make up the UDP channel share. */
#ifndef _KULINK_UDP_H
#define _KULINK_UDP_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/socket.h>

#include "once.h"
#include "stream.h"

/* What all peers together may cost. */
#define KULINK_UDP_REQUESTS	128	/* running */
#define KULINK_UDP_REQUESTS_EACH 8	/* of one peer */
#define KULINK_UDP_PEERS	4096	/* remembered */
#define KULINK_UDP_KEEP_SECONDS	120	/* an old datagram's longest life, RFC 793's */
#define KULINK_UDP_KEEP_BYTES	(4UL << 20)	/* of replies */
#define KULINK_UDP_PROVEN	1024	/* peers beyond loopback */
#define KULINK_UDP_SUBSCRIBERS	256

/* Where a datagram comes from; what the family does not use is zero. */
union kulink_udp_address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/**
 * struct kulink_udp_request - a datagram that is being answered
 * @work: runs it
 * @from: who asks
 * @once: its place among all that run
 * @len: bytes of @message
 * @message: the datagram
 */
struct kulink_udp_request {
	struct work_struct work;
	union kulink_udp_address from;
	struct kulink_once_request *once;
	size_t len;
	u8 message[] __aligned(8);
};

extern struct kulink_channel kulink_udp_channel;
extern struct kulink_streams kulink_udp_streams;

/* udp.c: header and payload as one datagram; @flags: MSG_DONTWAIT or 0. What is lost is lost */
void kulink_udp_send(const union kulink_udp_address *to, const struct kulink_msg *head,
		     const void *payload, int flags);

/* udp_proof.c: who beyond loopback receives what is sent to them */
bool kulink_udp_is_near(const union kulink_udp_address *address);
bool kulink_udp_is_proven(const union kulink_udp_address *address);
/* KULINK_OP_PROVE: @token as it came; returns what to send back, 0: it is proven */
u64 kulink_udp_prove(const union kulink_udp_address *address, u64 token);
void kulink_udp_proof_init(void);
void kulink_udp_proof_exit(void);

/* udp_request.c: from the receiver, one at a time; @message is the caller's */
void kulink_udp_take(const union kulink_udp_address *from, const void *message, size_t len);
int kulink_udp_requests_init(struct workqueue_struct *queue);
void kulink_udp_requests_exit(void);

/* udp_event.c */
int kulink_udp_add(struct kulink_service *service, void **slot);
void kulink_udp_remove(struct kulink_service *service, void *slot);
/* The message hook of a request: SUBSCRIBE, UNSUBSCRIBE */
int kulink_udp_hook(void *ctx, struct kulink_service *service, const struct kulink_msg *msg,
		    void **reply, size_t *reply_len);
int kulink_udp_events_init(void);
void kulink_udp_events_exit(void);

#endif /* _KULINK_UDP_H */
