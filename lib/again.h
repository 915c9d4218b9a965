/* SPDX-License-Identifier: MIT */
/* Asking over what loses messages: again and again under one number, until there is an answer. */
#ifndef KULINK_LIB_AGAIN_H
#define KULINK_LIB_AGAIN_H

#include "message.h"

/**
 * struct kulink_again - how a request leaves and its reply comes
 * @send: 0, also when it may be lost; -errno: there is no use in trying
 * @receive: the next message that is there, or -EAGAIN: *@msg, bytes of it
 * @other: what came and is no answer; NULL: it is dropped
 * @fd: readable when there may be something to receive
 * @ctx: of all three
 */
struct kulink_again {
	int (*send)(void *ctx, const struct kulink_msg *msg);
	int (*receive)(void *ctx, struct kulink_msg **msg);
	void (*other)(void *ctx, const struct kulink_msg *msg, size_t len);
	int fd;
	void *ctx;
};

/* CLOCK_MONOTONIC, ms */
KULINK_HIDDEN int64_t kulink_now(void);

/**
 * kulink_again() - send @request until it is answered
 * @reply: of the mechanism's memory; its op as in the request
 *
 * A status of EINPROGRESS says that it is worth waiting on.
 *
 * Bytes of it; -ETIMEDOUT: 13 times, ten seconds in all, there was no word; or what send or receive says
 */
KULINK_HIDDEN int kulink_again(const struct kulink_again *again, const struct kulink_msg *request,
			       struct kulink_msg **reply);

#endif /* KULINK_LIB_AGAIN_H */
