/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What channels over netlink share, generic or with a protocol of their own: whose permission
 * counts, events in batches to two groups, the sentence for an errno. There where CONFIG_NET is.
 */
#ifndef _KULINK_NL_H
#define _KULINK_NL_H

#include <linux/netlink.h>

#include "stream.h"

/*
 * Whose permission counts: the socket's opener's, as with a file. What an opener may as root
 * needs a sender who is root as well, which is what netlink_capable() asks; else the sender's own
 * credentials decide. NULL: a socket without a file, "others". Valid while the request is handled.
 */
const struct cred *kulink_nl_cred(const struct sk_buff *skb);

/*
 * What the driver said, with a sentence; @attr: what it is about, or NULL. To netlink -EINTR means
 * that no answer is due, and the program would wait for ever: a sleep that a signal has ended is
 * -ERESTART.
 */
int kulink_nl_refusal(struct netlink_ext_ack *extack, const struct nlattr *attr, int err);

/*
 * Groups, from the first one on: events that others may read, and those they may not; a message each.
 * Where there is a @pack both once more, with as many events a message as fit.
 */
enum { KULINK_NL_EVENTS, KULINK_NL_RESTRICTED, KULINK_NL_GROUPS };

/* From which one on the packed ones are, and how many there are in all */
enum { KULINK_NL_PACKED = KULINK_NL_GROUPS, KULINK_NL_ALL_GROUPS = 2 * KULINK_NL_GROUPS };

/* It was asked, since the last flush, which groups have members */
#define KULINK_NL_ASKED		BIT(KULINK_NL_ALL_GROUPS)

/* An event waits so long for others, nanoseconds, and that only when one has been sent just before */
#define KULINK_NL_INTERVAL	(500 * 1000)

/* Events of one mode that become a datagram; no @skb: none */
struct kulink_nl_batch {
	struct sk_buff *skb;
	umode_t mode;
};

/**
 * struct kulink_nl_stream - events of a service on their way to two groups; embed it
 * @stream: the core's; begin it with kulink_stream_init(), of streams with kulink_nl_stream_ops
 * @sk: the kernel's socket
 * @first: number of the group KULINK_NL_EVENTS; the other one follows
 * @room: bytes of a datagram, at least what the largest event takes
 * @put: append a message with @event, or with the end where it is NULL; -EMSGSIZE leaves @skb as
 *	it was
 *
 * @pack: append @event to the message that @skb ends with, or begin it if there is none; -EMSGSIZE.
 *	NULL: not here
 *
 * As many events as fit share a datagram. Each member of a group hears what the event's mode allows
 * it, where the kernel asks (KULINK_NL_FILTERED).
 */
struct kulink_nl_stream {
	struct kulink_stream stream;
	struct sock *sk;
	unsigned int first;
	size_t room;
	int (*put)(struct sk_buff *skb, const struct kulink_nl_stream *stream,
		   const struct kulink_event_buffer *event);
	int (*pack)(struct sk_buff *skb, const struct kulink_nl_stream *stream,
		    const struct kulink_event_buffer *event);
	/* private: */
	struct kulink_nl_batch single;
	struct kulink_nl_batch packed;
	unsigned int heard;		/* bit of each group that has members, KULINK_NL_ASKED */
};

extern const struct kulink_stream_ops kulink_nl_stream_ops;

#endif /* _KULINK_NL_H */
