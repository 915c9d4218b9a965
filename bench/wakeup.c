// SPDX-License-Identifier: MIT
/* wakeup: from the timer's interrupt that emits until the reader, who slept, has the event. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "harness.h"

#define DELAY_NS	2000000	/* one that comes alone: longer than any channel gathers */

struct wakeup {
	struct service s;
	struct bench_later later;
};

static int wakeup_open(struct bench *b)
{
	struct wakeup *w = calloc(1, sizeof(*w));
	int error;

	if (!w)
		return -ENOMEM;
	b->state = w;
	error = service_open(b, &w->s);
	if (error)
		return error;
	w->later.delay = DELAY_NS;
	w->later.event = BENCH_EVENT_64;
	error = kulink_subscribe(w->s.k, "e64");
	if (error && !(channel_info(b->work->channel)->carries & KULINK_EVENTS)) {
		/* One that has no events may tell of values that change. */
		w->later.event = BENCH_EVENTS;
		error = kulink_subscribe(w->s.k, "number");
		return error ? -EOPNOTSUPP : 0;
	}
	return service_failed(b, &w->s, error);
}

static void wakeup_close(struct bench *b)
{
	struct wakeup *w = b->state;

	if (!w)
		return;
	service_close(&w->s);
	free(w);
}

static int wakeup_prepare(struct bench *b)
{
	struct wakeup *w = b->state;
	struct kulink_event event;
	uint64_t turn = b->turn;
	int error;

	/* So that the value differs from the last one that was seen; nobody waits yet. */
	if (w->later.event == BENCH_EVENTS && ioctl(w->s.control, BENCH_IOC_NUMBER, &turn))
		return -errno;
	do
		error = kulink_next(w->s.k, &event);
	while (!error);
	return error == -EAGAIN ? 0 : error;
}

static int wakeup_run(struct bench *b, unsigned int n)
{
	struct wakeup *w = b->state;
	struct pollfd pfd = { .fd = kulink_fd(w->s.k), .events = POLLIN };
	struct kulink_event event;
	uint64_t now, when;
	int error;

	(void)n;
	if (ioctl(w->s.control, BENCH_IOC_LATER, &w->later))
		return -errno;
	do {
		if (poll(&pfd, 1, 2000) <= 0)
			return -ETIMEDOUT;
		b->wakeups++;
		error = kulink_next(w->s.k, &event);
		now = bench_now();
	} while (error == -EAGAIN);
	if (error)
		return service_failed(b, &w->s, error);
	if (ioctl(w->s.control, BENCH_IOC_WHEN, &when))
		return -errno;
	b->emitted++;
	b->delivered++;
	b->lost += event.lost;
	b->spent = now - when;
	return 0;
}

const struct bench_work bench_wakeup = {
	.work = "wakeup", .sizes = BENCH_SIZES(64), .samples = 50,
	.open = wakeup_open, .prepare = wakeup_prepare, .run = wakeup_run, .close = wakeup_close,
};
