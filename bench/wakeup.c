// SPDX-License-Identifier: MIT
/* wakeup: from the timer's interrupt that emits until the reader, who slept, has the event. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness.h"

#define PATIENCE_S	2

struct wakeup {
	struct service s;
	bool records;	/* the channel gives them as they are */
	struct bench_later later;
};

static void no_more_patience(int signal)
{
	(void)signal;
}

static int wakeup_open(struct bench *b)
{
	struct wakeup *w = calloc(1, sizeof(*w));
	int error;

	if (!w)
		return -ENOMEM;
	b->state = w;
	signal(SIGALRM, no_more_patience);
	error = service_open(b, &w->s);
	if (error)
		return error;
	w->later.delay = BENCH_ALONE_NS;
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

static int wakeup_take(struct wakeup *w, uint64_t *lost)
{
	struct kulink_record record;
	struct kulink_event event;
	int error;

	if (w->records) {
		error = kulink_take(w->s.k, &record);
		*lost = error ? 0 : record.lost;
		return error;
	}
	error = kulink_next(w->s.k, &event);
	*lost = error ? 0 : event.lost;
	return error;
}

static int wakeup_prepare(struct bench *b)
{
	struct wakeup *w = b->state;
	struct kulink_record record;
	uint64_t turn = b->turn, lost;
	int error;

	/* So that the value differs from the last one that was seen; nobody waits yet. */
	if (w->later.event == BENCH_EVENTS && ioctl(w->s.control, BENCH_IOC_NUMBER, &turn))
		return -errno;
	w->records = kulink_take(w->s.k, &record) != -EOPNOTSUPP;
	do
		error = wakeup_take(w, &lost);
	while (!error);
	return error == -EAGAIN ? 0 : error;
}

/* Whatever does not come ends by a signal: a wait that may end by itself sets a timer, which is more than the wait */
static int wakeup_run(struct bench *b, unsigned int n)
{
	struct wakeup *w = b->state;
	uint64_t now, when, lost;
	int error;

	(void)n;
	alarm(PATIENCE_S);
	if (ioctl(w->s.control, BENCH_IOC_LATER, &w->later))
		return -errno;
	do {
		error = kulink_await(w->s.k, -1);
		if (error)
			break;
		b->wakeups++;
		error = wakeup_take(w, &lost);
		now = bench_now();
	} while (error == -EAGAIN);
	alarm(0);
	if (error)
		return service_failed(b, &w->s, error);
	if (ioctl(w->s.control, BENCH_IOC_WHEN, &when))
		return -errno;
	b->emitted++;
	b->delivered++;
	b->lost += lost;
	b->spent = now - when;
	return 0;
}

const struct bench_work bench_wakeup = {
	.work = "wakeup", .sizes = BENCH_SIZES(64), .samples = 50,
	.open = wakeup_open, .prepare = wakeup_prepare, .run = wakeup_run, .close = wakeup_close,
};
