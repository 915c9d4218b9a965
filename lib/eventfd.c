// SPDX-License-Identifier: MIT
/* eventfd: a counter an event, bumped by the device node. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dev.h"

/**
 * struct counter - an event's
 * @part: the event
 * @fd: the eventfd; -1: not subscribed
 * @last: sequence given out last
 * @ready: how many more the counter told of
 * @missed: bumps that the kernel could not make, so far
 * @ended: nothing follows
 */
struct counter {
	const struct kulink_part *part;
	int fd;
	uint64_t last;
	uint64_t ready;
	uint64_t missed;
	bool ended;
};

/**
 * struct counters - an open node
 * @node: its descriptor
 * @epoll: readable when a counter is
 * @n: declared events
 * @counter: one for each
 */
struct counters {
	int node;
	int epoll;
	size_t n;
	struct counter *counter;
};

static void eventfd_close(struct kulink_session *s)
{
	struct counters *c = s->private;
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->n; i++) {
		if (c->counter[i].fd >= 0)
			close(c->counter[i].fd);
	}
	if (c->epoll >= 0)
		close(c->epoll);
	if (c->node >= 0)
		close(c->node);
	free(c->counter);
	free(c);
	s->private = NULL;
}

static int do_ioctl(const struct counters *c, unsigned long cmd, const struct counter *counter,
		    struct kulink_ioc_eventfd *args)
{
	*args = (struct kulink_ioc_eventfd){ .fd = counter->fd };
	if (kulink_name_put(args->name, counter->part->name))
		return -ENOENT;
	return ioctl(c->node, cmd, args) < 0 ? kulink_dev_error(-errno) : 0;
}

static int eventfd_open(struct kulink_session *s)
{
	struct counters *c = calloc(1, sizeof(*c));
	size_t i;
	int error;

	if (!c)
		return -ENOMEM;
	s->private = c;
	c->node = -1;
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	c->counter = calloc(s->info->n_parts + 1, sizeof(*c->counter));
	for (i = 0; c->counter && i < s->info->n_parts; i++) {
		if (s->info->parts[i].kind == KULINK_EVENTS)
			c->counter[c->n++] = (struct counter){ .part = &s->info->parts[i], .fd = -1 };
	}
	error = c->epoll < 0 ? -errno : c->counter ? kulink_dev_open(s, true, &c->node) : -ENOMEM;
	if (!error)
		error = kulink_dev_probe(c->node, KULINK_IOC_EVENTFD_STATE);
	if (error)
		eventfd_close(s);
	return error;
}

static void forget(struct counter *counter)
{
	close(counter->fd);
	counter->fd = -1;
}

static int start(struct counters *c, struct counter *counter)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct kulink_ioc_eventfd args;
	int error = 0;

	counter->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (counter->fd < 0)
		return -errno;
	if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, counter->fd, &event) < 0)
		error = -errno;
	if (!error)
		error = do_ioctl(c, KULINK_IOC_EVENTFD_ADD, counter, &args);
	if (error) {
		forget(counter);
		return error;
	}
	counter->last = args.first;
	counter->ready = 0;
	counter->missed = 0;
	counter->ended = false;
	return 0;
}

static int subscribe_one(struct kulink_session *s, size_t i, uint64_t *seq)
{
	struct counters *c = s->private;
	struct counter *counter = &c->counter[i];
	struct kulink_ioc_eventfd args = { 0 };
	int error;

	error = counter->fd < 0 ? -ESRCH : do_ioctl(c, KULINK_IOC_EVENTFD_STATE, counter, &args);
	if (error == -ESRCH) {
		if (counter->fd >= 0)
			forget(counter);
		error = start(c, counter);
	}
	if (error || args.ended)
		return error ? error : -ENODEV;
	seq[i] = counter->last;
	return 0;
}

static int eventfd_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct counters *c = s->private;

	if (event)
		return subscribe_one(s, kulink_part_index(s->info, event), seq);
	return kulink_dev_subscribe_all(s, c->n, seq, subscribe_one);
}

static int eventfd_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct counters *c = s->private;
	struct kulink_ioc_eventfd args;
	int error, first = 0;
	size_t i;

	for (i = 0; i < c->n; i++) {
		struct counter *counter = &c->counter[i];

		if (counter->fd < 0 || (event && event != counter->part))
			continue;
		error = do_ioctl(c, KULINK_IOC_EVENTFD_REMOVE, counter, &args);
		first = first ? first : error == -ESRCH ? 0 : error;
		if (!error || error == -ESRCH || error == -ENODEV)
			forget(counter);
	}
	return first;
}

static int eventfd_fd(struct kulink_session *s)
{
	struct counters *c = s->private;

	return c->epoll;
}

/*
 * What the counter says, and what the kernel says it should: a last bump, when it has ended, is none of an
 * event. 0, -EAGAIN
 */
static int read_counter(struct counters *c, struct counter *counter)
{
	struct kulink_ioc_eventfd args;
	uint64_t n;
	int error;

	if (read(counter->fd, &n, sizeof(n)) < 0)
		return -errno;
	error = do_ioctl(c, KULINK_IOC_EVENTFD_STATE, counter, &args);
	if (error)
		return error;
	counter->last += args.missed - counter->missed;
	counter->missed = args.missed;
	counter->ended = args.ended;
	counter->ready = args.seq > counter->last ? args.seq - counter->last : 0;
	if (counter->ready > n)
		counter->ready = n;
	return 0;
}

/* One with something to give out, or NULL; whether all have ended */
static struct counter *find_ready(struct counters *c, bool *ended, int *error)
{
	size_t i, wanted = 0, gone = 0;

	*error = 0;
	for (i = 0; i < c->n; i++) {
		struct counter *counter = &c->counter[i];

		if (counter->fd < 0)
			continue;
		wanted++;
		if (!counter->ready && !counter->ended)
			*error = read_counter(c, counter);
		if (*error && *error != -EAGAIN)
			return NULL;
		if (counter->ready)
			return counter;
		gone += counter->ended;
	}
	*ended = wanted && gone == wanted;
	return NULL;
}

static int eventfd_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct counters *c = s->private;
	struct counter *counter;
	bool ended = false;
	int error;

	*event = (struct kulink_raw_event){ 0 };
	counter = find_ready(c, &ended, &error);
	if (!counter && ended) {
		event->gone = true;
		return 0;
	}
	if (!counter)
		return error ? error : -EAGAIN;
	counter->ready--;
	event->part = counter->part;
	event->seq = ++counter->last;
	return 0;
}

static int eventfd_available(char *why, size_t size)
{
	return kulink_module_available("", "kulink_dev", "eventfd", why, size);
}

/* No @sequence: a counter of our own does not fill */
const struct kulink_channel kulink_eventfd = {
	.info = {
		.name = "eventfd",
		.carries = KULINK_EVENTS,
		.fieldless = true,
		.where = "/dev/kulink/SERVICE",
		.who = "who may open the node for reading; then each event's mode",
		.limits = "how many and no more: no fields, no time; 64 registrations an open file",
	},
	.available = eventfd_available,
	.open = eventfd_open,
	.close = eventfd_close,
	.subscribe = eventfd_subscribe,
	.unsubscribe = eventfd_unsubscribe,
	.fd = eventfd_fd,
	.next = eventfd_next,
};
