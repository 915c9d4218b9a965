// SPDX-License-Identifier: MIT
/* kulink watch: events as they come, one a line, what was lost in its place */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cli.h"

/* A service that is watched */
struct source {
	struct kulink *k;
	const char *service;
	bool gone;
};

struct watch {
	const struct options *o;
	struct source *sources;
	size_t n;
	long left;
};

/* Whose line it is, where there are several */
static void service_text(const struct watch *watch, const struct source *from)
{
	if (watch->n > 1)
		printf("%s ", from->service);
}

static void lost_show(const struct watch *watch, const struct source *from,
		      const struct kulink_event *event)
{
	struct json j = { .out = stdout, .lines = true };

	if (!watch->o->json) {
		service_text(watch, from);
		printf("lost %" PRIu64 " %s\n", event->lost, event->name);
		return;
	}
	json_begin(&j, NULL, '{');
	json_u64(&j, "lost", event->lost);
	json_string(&j, "service", from->service);
	json_string(&j, "event", event->name);
	json_end(&j);
}

static void gone_show(const struct watch *watch, const struct source *from)
{
	struct json j = { .out = stdout, .lines = true };

	if (!watch->o->json) {
		printf("gone %s\n", from->service);
		return;
	}
	json_begin(&j, NULL, '{');
	json_string(&j, "gone", from->service);
	json_end(&j);
}

static void event_json(const struct source *from, const struct kulink_event *event)
{
	struct json j = { .out = stdout, .lines = true };
	size_t i;

	json_begin(&j, NULL, '{');
	json_string(&j, "service", from->service);
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

static void watch_show(struct watch *watch, struct source *from, const struct kulink_event *event)
{
	if (event->lost)
		lost_show(watch, from, event);
	if (event->gone) {
		from->gone = true;
		gone_show(watch, from);
	} else if (!event->only_lost) {
		if (watch->o->json) {
			event_json(from, event);
		} else {
			service_text(watch, from);
			event_text(event);
		}
		if (watch->left > 0)
			watch->left--;
	}
	fflush(stdout);
}

static bool all_gone(const struct watch *watch)
{
	size_t i;

	for (i = 0; i < watch->n; i++)
		if (!watch->sources[i].gone)
			return false;
	return true;
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
	long left = end < 0 ? -1 : end - now_ms();
	struct pollfd *fds;
	size_t i, n = 0;
	int err;

	if (end >= 0 && left <= 0)
		return -ETIMEDOUT;
	fds = calloc(watch->n, sizeof(*fds));
	if (!fds)
		return -ENOMEM;
	for (i = 0; i < watch->n; i++)
		if (!watch->sources[i].gone)
			fds[n++] = (struct pollfd){ .fd = kulink_fd(watch->sources[i].k), .events = POLLIN };
	err = poll(fds, n, left);
	err = err < 0 ? -errno : err ? 0 : -ETIMEDOUT;
	free(fds);
	return err;
}

/* One event of a service that has one; -EAGAIN: none of them has, or -errno */
static int watch_one(struct watch *watch)
{
	struct kulink_event event;
	int err, none = -EAGAIN;
	size_t i;

	for (i = 0; i < watch->n && watch->left; i++) {
		if (watch->sources[i].gone)
			continue;
		err = kulink_next(watch->sources[i].k, &event);
		if (err && err != -EAGAIN)
			return err;
		if (!err)
			watch_show(watch, &watch->sources[i], &event);
		none = err ? none : 0;
	}
	return none;
}

static int watch_events(struct watch *watch)
{
	long timeout = watch->o->timeout_ms;
	long end = timeout < 0 ? -1 : now_ms() + timeout;
	int err = 0;

	while (!err && watch->left && !all_gone(watch) && !ferror(stdout)) {
		err = watch_one(watch);
		if (err == -EAGAIN)
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

static int watch_subscribe(const struct watch *watch, struct source *source, const char *event)
{
	struct place at = { .doing = "watch", .k = source->k, .service = source->service,
			    .part = event, .kind = KULINK_EVENTS, .channel = watch->o->channel };
	int err;

	if (event && !is_value(source->k, event) &&
	    !session_part(source->k, source->service, KULINK_EVENTS, event, at.doing))
		return STATUS_FAILED;
	err = kulink_subscribe(source->k, event);
	if (err)
		return report(&at, err);
	session_say(watch->o, source->k);
	return STATUS_DONE;
}

static bool has_part(struct kulink *k, const char *name)
{
	const struct kulink_info *info;

	return !kulink_info(k, &info) && (part_find(info, KULINK_EVENTS, name) ||
					  part_find(info, KULINK_VALUES, name));
}

static int same_name(void *wanted, const char *service)
{
	return !strcmp(wanted, service);
}

/* A service, then those of its events that are wanted: all, when none is named. The arguments taken, or 0 */
static int watch_service(struct watch *watch, int argc, char **argv, int *status)
{
	struct source *source = &watch->sources[watch->n];
	int i;

	source->service = argv[0];
	*status = session_open(&source->k, watch->o, argv[0]);
	if (*status)
		return 0;
	watch->n++;
	for (i = 1; i < argc && !*status; i++) {
		if (!has_part(source->k, argv[i]) && kulink_list(same_name, argv[i]) == 1)
			break;
		*status = watch_subscribe(watch, source, argv[i]);
	}
	if (i == 1)
		*status = watch_subscribe(watch, source, NULL);
	return i;
}

static int watch_end(const struct watch *watch, int err)
{
	const struct source *first = watch->sources;
	struct place at = { .doing = "watch", .k = first->k, .service = first->service,
			    .channel = watch->o->channel };

	if (err == -ETIMEDOUT && watch->left < 0)
		return STATUS_DONE;
	if (err == -ETIMEDOUT) {
		fprintf(stderr, "kulink: the time is over, %ld of %ld events did not come\n",
			watch->left, watch->o->count);
		hint("what %s emits: kulink info %s", first->service, first->service);
		return STATUS_FAILED;
	}
	if (watch->left && all_gone(watch))
		err = -ENODEV;
	return err ? report(&at, err) : STATUS_DONE;
}

static int watch_run(const struct options *o, int argc, char **argv)
{
	struct watch watch = { .o = o, .left = o->count };
	int i, status = STATUS_DONE;

	watch.sources = calloc(argc, sizeof(*watch.sources));
	if (!watch.sources) {
		fputs("kulink: no memory\n", stderr);
		return STATUS_FAILED;
	}
	for (i = 0; i < argc && !status;)
		i += watch_service(&watch, argc - i, argv + i, &status);
	if (!status)
		status = watch_end(&watch, watch_events(&watch));
	while (watch.n)
		kulink_close(watch.sources[--watch.n].k);
	free(watch.sources);
	return status;
}

const struct verb watch_verb = {
	.name = "watch",
	.arguments = "SERVICE [EVENT...] [SERVICE [EVENT...]]...",
	.summary = "events as they come, what was lost in its place",
	.details = "Over sysfs also a value's changes: kulink watch SERVICE VALUE -c sysfs.\n\n"
		   "Several services are watched at once; of each, the events named after it, or all.\n\n"
		   "  -n, --count COUNT      end after so many events\n"
		   "  -t, --timeout SECONDS  end then; a failure if COUNT events did not come\n"
		   "A driver that leaves ends it, the last one of several: a failure, after the line that says so.\n",
	.options = "nt",
	.min_args = 1,
	.max_args = -1,
	.run = watch_run,
};
