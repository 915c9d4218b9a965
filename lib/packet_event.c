// SPDX-License-Identifier: MIT
/*
 * packet: events. They come to all; what our queue had no room for is counted by the kernel, what got
 * lost on the wire is not: when it is quiet after an event, and now and then, the sequences are asked
 * for. A timer makes the descriptor readable for that.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "packet.h"

/* ms after an event, and when none has come */
#define QUIET	200
#define IDLE	10000

void kulink_packet_events_close(struct packet *p)
{
	if (p->events >= 0)
		close(p->events);
	if (p->epoll >= 0)
		close(p->epoll);
	if (p->timer >= 0)
		close(p->timer);
	free(p->wanted);
	free(p->cells);
}

static void arm(struct packet *p, int ms)
{
	struct itimerspec spec = {
		.it_value = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L },
	};

	timerfd_settime(p->timer, 0, &spec, NULL);
}

static int watch(struct packet *p, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int events_open(struct kulink_session *s)
{
	struct packet *p = s->private;
	int error;

	if (p->events >= 0)
		return 0;
	free(p->wanted);
	free(p->cells);
	p->wanted = calloc(kulink_part_count(s->info, KULINK_EVENTS) + 1, sizeof(*p->wanted));
	p->cells = kulink_event_cells(s->info);
	if (!p->wanted || !p->cells)
		return -ENOMEM;
	if (p->epoll < 0)
		p->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (p->timer < 0)
		p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (p->epoll < 0 || p->timer < 0)
		return -errno;
	p->events = kulink_packet_socket();
	if (p->events < 0)
		return p->events;
	error = kulink_packet_hear_events(p->events, &p->to, s->service);
	if (!error)
		error = watch(p, p->events);
	if (!error)
		error = watch(p, p->timer);
	if (error) {
		close(p->events);
		p->events = -1;
	}
	return error;
}

/* It is heard already: what comes before the answer has a sequence that is no higher */
int kulink_packet_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	const struct kulink_info *info = s->info;
	struct packet *p = s->private;
	int error = events_open(s), last = error;
	size_t i, index, got = 0;
	uint64_t so_far;

	for (i = 0; i < info->n_parts && !error; i++) {
		if (info->parts[i].kind != KULINK_EVENTS || (event && event != &info->parts[i]))
			continue;
		last = kulink_message_sequence(s, &info->parts[i], &so_far);
		if (last) {
			/* of all of them: those that we may not read are left out */
			error = event || last != -EACCES ? last : 0;
			continue;
		}
		index = kulink_part_index(info, &info->parts[i]);
		p->wanted[index] = true;
		seq[index] = so_far;
		got++;
	}
	if (error || !got)
		return last;
	arm(p, IDLE);
	return 0;
}

int kulink_packet_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct packet *p = s->private;
	size_t i, n = kulink_part_count(s->info, KULINK_EVENTS);

	for (i = 0; i < n; i++)
		p->wanted[i] &= event && i != kulink_part_index(s->info, event);
	return 0;
}

int kulink_packet_fd(struct kulink_session *s)
{
	const struct packet *p = s->private;

	return p->events < 0 ? -EINVAL : p->epoll;
}

/* Nothing is there: are there events that will never come? */
static bool may_have_lost(struct packet *p)
{
	struct tpacket_stats stats = { .tp_drops = 0 };
	socklen_t len = sizeof(stats);
	uint64_t expired;
	bool due;

	due = read(p->timer, &expired, sizeof(expired)) > 0;
	if (p->unsure || due)
		arm(p, p->unsure ? QUIET : IDLE);
	p->unsure = false;
	if (getsockopt(p->events, SOL_PACKET, PACKET_STATISTICS, &stats, &len))
		return due;
	return due || stats.tp_drops;
}

/* -EAGAIN: not for us */
static int take(struct kulink_session *s, size_t len, struct kulink_raw_event *event)
{
	struct packet *p = s->private;
	const struct kulink_msg *msg = &p->frame.msg;
	int error;

	if (len < sizeof(*msg) || msg->len > len || msg->abi != KULINK_ABI)
		return -EAGAIN;
	error = kulink_message_event(s, msg, msg->len, p->cells, event);
	if (error == -EPROTO)
		return -EAGAIN;	/* anyone can send anything */
	if (error || event->gone)
		return error;
	p->unsure = true;
	return p->wanted[kulink_part_index(s->info, event->part)] ? 0 : -EAGAIN;
}

int kulink_packet_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct packet *p = s->private;
	int n, error;

	*event = (struct kulink_raw_event){ 0 };
	if (p->events < 0)
		return -EAGAIN;
	do {
		n = kulink_packet_receive(p, p->events);
		error = n < 0 ? n : take(s, n, event);
	} while (n >= 0 && error == -EAGAIN);
	if (error != -EAGAIN)
		return error;
	event->overrun = may_have_lost(p);
	return event->overrun ? 0 : -EAGAIN;
}
