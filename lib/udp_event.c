// SPDX-License-Identifier: MIT
/*
 * UDP: events. They come on a socket of their own, from which the subscription was asked for, as
 * long as that is renewed. Nothing says that a datagram was lost: after an event, when it is quiet,
 * and at each renewal, the sequences are asked for; a timer makes the descriptor readable for that.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "udp.h"

/* ms */
#define QUIET	200
#define RENEW	(KULINK_UDP_LEASE * 1000 / 3)
/* Datagrams kept while a reply is waited for; beyond that they are lost, like others */
#define KEPT_MAX	256

static bool is_subscribed(const struct kulink_session *s)
{
	const struct udp *u = s->private;
	size_t i, n = u->wanted ? kulink_part_count(s->info, KULINK_EVENTS) : 0;

	for (i = 0; i < n; i++) {
		if (u->wanted[i])
			return true;
	}
	return false;
}

/* The other end would find out by itself: its answer is not waited for. */
static void say_goodbye(struct kulink_session *s)
{
	struct udp *u = s->private;
	struct kulink_msg msg;

	if (is_subscribed(s) &&
	    !kulink_message_build(&msg, KULINK_OP_UNSUBSCRIBE, ++u->events.transport.id, s->service,
				  "", 0))
		send(u->events.fd, &msg, msg.len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void kulink_udp_events_close(struct kulink_session *s)
{
	struct udp *u = s->private;
	struct udp_kept *kept;

	if (u->events.fd >= 0)
		say_goodbye(s);
	kulink_udp_port_close(&u->events);
	if (u->epoll >= 0)
		close(u->epoll);
	if (u->timer >= 0)
		close(u->timer);
	while ((kept = u->kept)) {
		u->kept = kept->next;
		free(kept);
	}
	free(u->wanted);
	free(u->seqs);
	free(u->cells);
}

void kulink_udp_keep(struct udp *u, const void *datagram, size_t len)
{
	struct udp_kept *kept;

	kept = u->n_kept < KEPT_MAX ? malloc(sizeof(*kept) + len) : NULL;
	if (!kept)
		return;
	kept->next = NULL;
	kept->len = len;
	memcpy(kept->bytes, datagram, len);
	*u->kept_tail = kept;
	u->kept_tail = &kept->next;
	u->n_kept++;
}

static bool take_kept(struct udp *u, size_t *len)
{
	struct udp_kept *kept = u->kept;

	if (!kept)
		return false;
	memcpy(u->datagram.bytes, kept->bytes, kept->len);
	*len = kept->len;
	u->kept = kept->next;
	if (!u->kept)
		u->kept_tail = &u->kept;
	u->n_kept--;
	free(kept);
	return true;
}

/* So that the descriptor is readable when there is something to do; what is kept is to do now. */
static void arm(struct udp *u)
{
	int64_t at = u->check && u->check < u->renew ? u->check : u->renew;
	struct itimerspec spec = { .it_value = { .tv_nsec = 1 } };

	at = u->kept ? 1 : at;
	if (at == u->armed)
		return;
	u->armed = at;
	spec.it_value.tv_sec = at / 1000;
	spec.it_value.tv_nsec = at % 1000 * 1000000 + 1;
	timerfd_settime(u->timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

static int watch(struct udp *u, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return epoll_ctl(u->epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int events_open(struct kulink_session *s)
{
	struct udp *u = s->private;
	int error;

	if (u->events.fd >= 0)
		return 0;
	u->wanted = calloc(kulink_part_count(s->info, KULINK_EVENTS) + 1, sizeof(*u->wanted));
	u->seqs = calloc(kulink_part_count(s->info, KULINK_EVENTS) + 1, sizeof(*u->seqs));
	u->cells = kulink_event_cells(s->info);
	u->epoll = epoll_create1(EPOLL_CLOEXEC);
	u->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (!u->wanted || !u->seqs || !u->cells)
		return -ENOMEM;
	if (u->epoll < 0 || u->timer < 0)
		return -errno;
	error = kulink_udp_port_open(s, &u->events);
	if (!error)
		error = watch(u, u->events.fd);
	return error ? error : watch(u, u->timer);
}

/* The session as message.c sees it: its requests go out where the events come in. */
static struct kulink_session events_session(const struct kulink_session *s)
{
	struct kulink_session events = *s;
	struct udp *u = s->private;

	events.private = &u->events;
	return events;
}

int kulink_udp_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct kulink_session events;
	struct udp *u = s->private;
	size_t i, n = kulink_part_count(s->info, KULINK_EVENTS);
	int error = events_open(s);

	if (error)
		return error;
	events = events_session(s);
	error = kulink_message_subscribe(&events, event, seq);
	if (error)
		return error;
	for (i = 0; i < n; i++)
		u->wanted[i] |= seq[i] != UINT64_MAX;
	if (!u->renew)
		u->renew = kulink_now() + RENEW;
	arm(u);
	return 0;
}

int kulink_udp_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct kulink_session events = events_session(s);
	struct udp *u = s->private;
	size_t i, n = kulink_part_count(s->info, KULINK_EVENTS);
	int error = kulink_message_unsubscribe(&events, event);

	if (error)
		return error;
	for (i = 0; i < n; i++)
		u->wanted[i] &= event && i != kulink_part_index(s->info, event);
	arm(u);
	return 0;
}

int kulink_udp_fd(struct kulink_session *s)
{
	const struct udp *u = s->private;

	return u->events.fd < 0 ? -EINVAL : u->epoll;
}

/* Each event that is wanted: the other end may have forgotten us. */
static int renew(struct kulink_session *s)
{
	struct kulink_session events = events_session(s);
	const struct kulink_info *info = s->info;
	struct udp *u = s->private;
	int error = 0;
	size_t i;

	for (i = 0; i < info->n_parts && !error; i++) {
		if (info->parts[i].kind == KULINK_EVENTS &&
		    u->wanted[kulink_part_index(info, &info->parts[i])])
			error = kulink_message_subscribe(&events, &info->parts[i], u->seqs);
	}
	u->renew = kulink_now() + RENEW;
	return error;
}

/* Nothing has come: what is to do by the clock. True: the sequences must be asked for */
static bool look_at_clock(struct kulink_session *s, int *error)
{
	struct udp *u = s->private;
	int64_t now = kulink_now();
	uint64_t expired;
	bool due = false;

	*error = 0;
	if (u->unsure)
		u->check = now + QUIET;
	u->unsure = false;
	if (u->check && now >= u->check) {
		u->check = 0;
		due = true;
	}
	if (now >= u->renew) {
		*error = renew(s);
		due = true;
	}
	if (u->armed && now >= u->armed && read(u->timer, &expired, sizeof(expired)) > 0)
		u->armed = 0;
	arm(u);
	return due;
}

/* -EAGAIN: not for us */
static int take(struct kulink_session *s, size_t len, struct kulink_raw_event *event)
{
	struct udp *u = s->private;
	const struct kulink_msg *msg = &u->datagram.msg;
	int error;

	if (len < sizeof(*msg) || (msg->op != KULINK_OP_EVENT && msg->op != KULINK_OP_GONE) ||
	    strncmp(msg->service, s->service, sizeof(msg->service)))
		return -EAGAIN;
	error = kulink_message_event(s, msg, len, u->cells, event);
	if (error || event->gone)
		return error;
	u->unsure = true;
	return u->wanted[kulink_part_index(s->info, event->part)] ? 0 : -EAGAIN;
}

int kulink_udp_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct udp *u = s->private;
	size_t len;
	int error, n;

	*event = (struct kulink_raw_event){ 0 };
	if (u->events.fd < 0)
		return -EAGAIN;
	do {
		n = 0;
		if (!take_kept(u, &len)) {
			n = kulink_udp_receive(&u->events);
			len = n < 0 ? 0 : n;
		}
		error = n < 0 ? n : take(s, len, event);
	} while (n >= 0 && error == -EAGAIN);
	if (error != -EAGAIN)
		return error;
	event->overrun = look_at_clock(s, &error);
	if (error)
		return error;
	return event->overrun ? 0 : -EAGAIN;
}
