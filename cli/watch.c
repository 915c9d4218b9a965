// SPDX-License-Identifier: MIT
/* kulink watch: events as they come, one a line, what was lost in its place */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <time.h>
#include "cli.h"

struct watch {
	const struct options *o;
	struct kulink *k;
	const char *service;
	long left;
	bool gone;
};

static void lost_show(const struct watch *watch, const struct kulink_event *event)
{
	struct json j = { .out = stdout, .lines = true };

	if (!watch->o->json) {
		printf("lost %" PRIu64 " %s\n", event->lost, event->name);
		return;
	}
	json_begin(&j, NULL, '{');
	json_u64(&j, "lost", event->lost);
	json_string(&j, "event", event->name);
	json_end(&j);
}

static void gone_show(const struct watch *watch)
{
	struct json j = { .out = stdout, .lines = true };

	if (!watch->o->json) {
		printf("gone %s\n", watch->service);
		return;
	}
	json_begin(&j, NULL, '{');
	json_string(&j, "gone", watch->service);
	json_end(&j);
}

static void event_json(const struct watch *watch, const struct kulink_event *event)
{
	struct json j = { .out = stdout, .lines = true };
	size_t i;

	json_begin(&j, NULL, '{');
	json_string(&j, "service", watch->service);
	json_string(&j, "event", event->name);
	json_u64(&j, "seq", event->seq);
	json_u64(&j, "ns", event->ns);
	json_begin(&j, "fields", '{');
	for (i = 0; i < event->n_cells; i++)
		json_cell(&j, &event->cells[i]);
	json_end(&j);
	json_end(&j);
}

static void event_text(const struct kulink_event *event)
{
	struct json quoted = { .out = stdout };
	const struct kulink_cell *cell;
	char text[32];
	size_t i;

	printf("%" PRIu64 ".%06" PRIu64 " %s #%" PRIu64, event->ns / 1000000000,
	       event->ns / 1000 % 1000000, event->name, event->seq);
	for (i = 0; i < event->n_cells; i++) {
		cell = &event->cells[i];
		printf(" %s=", cell->name);
		if (cell->string) {
			json_string(&quoted, NULL, cell->string);
			continue;
		}
		cell_text(cell, text, sizeof(text));
		fputs(text, stdout);
	}
	putchar('\n');
}

static void watch_show(struct watch *watch, const struct kulink_event *event)
{
	if (event->lost)
		lost_show(watch, event);
	if (event->gone) {
		watch->gone = true;
		gone_show(watch);
	} else if (!event->only_lost) {
		if (watch->o->json)
			event_json(watch, event);
		else
			event_text(event);
		if (watch->left > 0)
			watch->left--;
	}
	fflush(stdout);
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* 0, or -ETIMEDOUT, or -errno */
static int watch_wait(struct watch *watch, long end)
{
	struct pollfd p = { .fd = kulink_fd(watch->k), .events = POLLIN };
	long left = end < 0 ? -1 : end - now_ms();
	int n;

	if (p.fd < 0)
		return p.fd;
	if (end >= 0 && left <= 0)
		return -ETIMEDOUT;
	n = poll(&p, 1, left);
	return n < 0 ? -errno : n ? 0 : -ETIMEDOUT;
}

static int watch_events(struct watch *watch)
{
	long timeout = watch->o->timeout_ms;
	long end = timeout < 0 ? -1 : now_ms() + timeout;
	struct kulink_event event;
	int err = 0;

	while (!err && watch->left && !watch->gone && !ferror(stdout)) {
		err = kulink_next(watch->k, &event);
		if (!err)
			watch_show(watch, &event);
		else if (err == -EAGAIN)
			err = watch_wait(watch, end);
	}
	return err;
}

/* Its changes are told over sysfs */
static bool is_value(struct kulink *k, const char *name)
{
	const struct kulink_info *info;

	return !kulink_info(k, &info) && part_find(info, KULINK_VALUES, name) &&
	       !part_find(info, KULINK_EVENTS, name);
}

static int watch_subscribe(struct watch *watch, const char *event)
{
	struct place at = { .doing = "watch", .k = watch->k, .service = watch->service,
			    .part = event, .kind = KULINK_EVENTS, .channel = watch->o->channel };
	int err;

	if (event && !is_value(watch->k, event) &&
	    !session_part(watch->k, watch->service, KULINK_EVENTS, event, at.doing))
		return STATUS_FAILED;
	err = kulink_subscribe(watch->k, event);
	if (err)
		return report(&at, err);
	session_say(watch->o, watch->k);
	return STATUS_DONE;
}

static int watch_end(const struct watch *watch, int err)
{
	struct place at = { .doing = "watch", .k = watch->k, .service = watch->service,
			    .channel = watch->o->channel };

	if (err == -ETIMEDOUT && watch->left < 0)
		return STATUS_DONE;
	if (err == -ETIMEDOUT) {
		fprintf(stderr, "kulink: the time is over, %ld of %ld events did not come\n",
			watch->left, watch->o->count);
		hint("what %s emits: kulink info %s", watch->service, watch->service);
		return STATUS_FAILED;
	}
	if (watch->gone && watch->left)
		err = -ENODEV;
	return err ? report(&at, err) : STATUS_DONE;
}

static int watch_run(const struct options *o, int argc, char **argv)
{
	struct watch watch = { .o = o, .service = argv[0], .left = o->count };
	int i, status;

	status = session_open(&watch.k, o, argv[0]);
	if (status)
		return status;
	if (argc == 1)
		status = watch_subscribe(&watch, NULL);
	for (i = 1; i < argc && !status; i++)
		status = watch_subscribe(&watch, argv[i]);
	if (!status)
		status = watch_end(&watch, watch_events(&watch));
	kulink_close(watch.k);
	return status;
}

const struct verb watch_verb = {
	.name = "watch",
	.arguments = "SERVICE [EVENT...]",
	.summary = "events as they come, what was lost in its place",
	.details = "Over sysfs also a value's changes: kulink watch SERVICE VALUE -c sysfs.\n\n"
		   "  -n, --count COUNT      end after so many events\n"
		   "  -t, --timeout SECONDS  end then; a failure if COUNT events did not come\n"
		   "A driver that leaves ends it: a failure, after the line that says so.\n",
	.options = "nt",
	.min_args = 1,
	.max_args = -1,
	.run = watch_run,
};
