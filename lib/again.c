// SPDX-License-Identifier: MIT
/* Asking over what loses messages: the waits, and when to give up. */
#include <errno.h>
#include <poll.h>
#include <time.h>

#include "again.h"

/* ms: until a request is sent again, at first and at most */
#define FIRST	100
#define MOST	1000
/*
 * How often without a word from the other end: ten seconds in all. Not by the clock, which goes on while a program is stopped
 * and what comes for it is dropped.
 */
#define TRIES	13

int64_t kulink_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* The answer, or -EAGAIN: none by @until */
static int await(const struct kulink_again *again, const struct kulink_msg *request, int64_t until,
		 struct kulink_msg **reply)
{
	struct pollfd fd = { .fd = again->fd, .events = POLLIN };
	struct kulink_msg *msg;
	int64_t left;
	int n;

	for (;;) {
		n = again->receive(again->ctx, &msg);
		if (n < 0 && n != -EAGAIN)
			return n;
		if (n >= (int)sizeof(*msg) && msg->id == request->id &&
		    msg->op == (request->op | KULINK_OP_REPLY)) {
			msg->op = request->op;
			*reply = msg;
			return n;
		}
		if (n >= 0 && again->other)
			again->other(again->ctx, msg, n);
		left = until - kulink_now();
		if (left <= 0)
			return -EAGAIN;
		if (n < 0)
			poll(&fd, 1, left);
	}
}

int kulink_again(const struct kulink_again *again, const struct kulink_msg *request,
		 struct kulink_msg **reply)
{
	int64_t until, wait = FIRST;
	unsigned int tries = 0;
	int n;

	do {
		n = again->send(again->ctx, request);
		if (n)
			return n;
		tries++;
		until = kulink_now() + wait;
		do {
			n = await(again, request, until, reply);
			if (n < 0 && n != -EAGAIN)
				return n;
			if (n >= 0 && (*reply)->status != EINPROGRESS)
				return n;
			tries = n >= 0 ? 0 : tries;
		} while (n >= 0);
		wait = wait * 2 < MOST ? wait * 2 : MOST;
	} while (tries < TRIES);
	return -ETIMEDOUT;
}
