// SPDX-License-Identifier: MIT
/*
 * trace: events by tracefs. A subscription is an instance of the tracer's own, which goes with it: rings that no one
 * else reads, with the tracepoint enabled in them alone and filtered by the service. An instance does not end with the
 * program that made it; so it is locked by it, and whoever comes next removes those that nobody locks.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle.h"
#include "trace.h"
#include "variables.h"

#define TRACEFS		"/sys/kernel/tracing"
#define INSTANCES	TRACEFS "/instances"
#define PREFIX		"kulink-"
#define NAMES		1000
#define EVENT		"events/kulink/kulink_event/"
#define GONE		"events/kulink/kulink_gone/"
#define FILTER_MAX	4000	/* the kernel takes a page */

/* Of the rings, for each processor */
#define RING_KB		"256"

/**
 * struct trace - a session
 * @instances: the directory of all instances, or -1
 * @dir: our instance, locked; -1: none yet
 * @name: its name
 * @epoll: what the program polls: the rings, and
 * @more: an eventfd, readable while a page that was read is not taken whole, and
 * @monitor: the kernel's messages of modules that leave: with the channel's the rings are emptied, and nothing wakes us
 * @wanted: for each declared event
 */
struct trace {
	int instances;
	int dir;
	char name[32];
	int epoll;
	int more;
	bool more_set;
	struct udev *udev;
	struct udev_monitor *monitor;
	struct trace_rings rings;
	bool *wanted;
	struct kulink_cell *cells;
};

static int open_service(const struct kulink_session *s)
{
	return kulink_dir_open(s->root, "/sys/class/kulink", s->service);
}

static int check_published(const struct kulink_session *s)
{
	int dir = open_service(s), error;

	if (dir < 0)
		return dir;
	error = kulink_dir_publishes(dir, "trace");
	close(dir);
	return error;
}

/* How far each event has come: the core says, under the lock that it emits under */
static int trace_sequence(struct kulink_session *s, const struct kulink_part *event,
			  uint64_t *seq)
{
	int dir = open_service(s), error;

	if (dir < 0)
		return dir == -ENOENT ? -ENODEV : dir;
	error = kulink_variables_sequences(dir, "kulink/events", event, seq, 1);
	close(dir);
	return error == -ENOENT ? -ENODEV : error;
}

static int trace_error(struct kulink_session *s, int error)
{
	if (error == -EACCES || error == -EPERM) {
		snprintf(s->message, sizeof(s->message), "tracefs is for root");
		return -EACCES;
	}
	return error;
}

static void trace_close(struct kulink_session *s)
{
	struct trace *t = s->private;

	if (!t)
		return;
	kulink_rings_close(&t->rings);
	if (t->dir >= 0) {
		kulink_file_write(t->dir, EVENT "enable", "0", 1);
		unlinkat(t->instances, t->name, AT_REMOVEDIR);
		close(t->dir);
	}
	if (t->instances >= 0)
		close(t->instances);
	if (t->epoll >= 0)
		close(t->epoll);
	if (t->more >= 0)
		close(t->more);
	udev_monitor_unref(t->monitor);
	udev_unref(t->udev);
	free(t->wanted);
	free(t->cells);
	free(t);
	s->private = NULL;
}

static int trace_open(struct kulink_session *s)
{
	struct trace *t;
	int error = check_published(s);

	if (error)
		return error;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	*t = (struct trace){ .dir = -1, .epoll = -1, .more = -1 };
	s->private = t;
	t->wanted = calloc(kulink_part_count(s->info, KULINK_EVENTS) + 1, sizeof(*t->wanted));
	t->cells = kulink_event_cells(s->info);
	t->instances = open(INSTANCES, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!t->wanted || !t->cells)
		error = -ENOMEM;
	else if (t->instances < 0 || faccessat(t->instances, ".", W_OK | X_OK, AT_EACCESS))
		error = trace_error(s, -errno);
	if (error)
		trace_close(s);
	return error == -ENOENT ? -EOPNOTSUPP : error;
}

/* Lock an instance: a descriptor, or -errno. The lock ends with the program, however that ends */
static int lock_instance(const struct trace *t, const char *name)
{
	int dir = openat(t->instances, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error;

	if (dir < 0)
		return -errno;
	if (!flock(dir, LOCK_EX | LOCK_NB) && !faccessat(dir, "trace_pipe", F_OK, 0))
		return dir;
	error = -errno;
	close(dir);
	return error;
}

static void remove_dead(const struct trace *t)
{
	int copy = openat(t->instances, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), dir;
	DIR *all = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	while (all && (entry = readdir(all))) {
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)))
			continue;
		dir = lock_instance(t, entry->d_name);
		if (dir < 0)
			continue;
		unlinkat(t->instances, entry->d_name, AT_REMOVEDIR);
		close(dir);
	}
	if (all)
		closedir(all);
	else if (copy >= 0)
		close(copy);
}

static int make_instance(struct trace *t)
{
	int i;

	remove_dead(t);
	for (i = 0; i < NAMES && t->dir < 0; i++) {
		snprintf(t->name, sizeof(t->name), PREFIX "%d-%d", getpid(), i);
		if (mkdirat(t->instances, t->name, 0700)) {
			if (errno != EEXIST)
				return -errno;
			continue;
		}
		t->dir = lock_instance(t, t->name);	/* unless somebody took it for dead */
	}
	return t->dir < 0 ? -EBUSY : 0;
}

static int instance_write(const struct trace *t, const char *file, const char *text)
{
	return kulink_file_write(t->dir, file, text, strlen(text));
}

/* The service's, and of those the wanted ones, if they can all be named */
static int set_filter(struct kulink_session *s)
{
	char filter[FILTER_MAX], *more = " && (";
	const struct kulink_info *info = s->info;
	struct trace *t = s->private;
	size_t i, index = 0, base, len;

	base = snprintf(filter, sizeof(filter), "service == \"%s\"", s->service);
	len = base;
	for (i = 0; i < info->n_parts && len < sizeof(filter); i++) {
		if (info->parts[i].kind != KULINK_EVENTS || !t->wanted[index++])
			continue;
		len += snprintf(filter + len, sizeof(filter) - len, "%sevent == \"%s\"", more,
				info->parts[i].name);
		more = " || ";
	}
	if (len + sizeof(")") > sizeof(filter))
		filter[base] = '\0';
	else if (len > base)
		strcpy(filter + len, ")");
	return instance_write(t, EVENT "filter", filter);
}

static int watch_modules(struct trace *t)
{
	struct epoll_event wish = { .events = EPOLLIN };

	t->udev = udev_new();
	t->monitor = t->udev ? udev_monitor_new_from_netlink(t->udev, "kernel") : NULL;
	if (!t->monitor)
		return -ENOMEM;
	if (udev_monitor_filter_add_match_subsystem_devtype(t->monitor, "module", NULL) < 0 ||
	    udev_monitor_enable_receiving(t->monitor) < 0)
		return -EIO;
	return epoll_ctl(t->epoll, EPOLL_CTL_ADD, udev_monitor_get_fd(t->monitor), &wish) ? -errno : 0;
}

static int watch(struct trace *t)
{
	struct epoll_event wish = { .events = EPOLLIN };

	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	t->more = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (t->epoll < 0 || t->more < 0 || epoll_ctl(t->epoll, EPOLL_CTL_ADD, t->more, &wish))
		return -errno;
	return watch_modules(t);
}

/* Rings of our own size, that wake at the first event and give up the oldest */
static int start(struct kulink_session *s)
{
	char filter[64 + KULINK_NAME_SIZE];
	struct trace *t = s->private;
	int error;

	if (t->rings.n)
		return 0;
	snprintf(filter, sizeof(filter), "service == \"%s\"", s->service);
	error = t->epoll < 0 ? watch(t) : 0;
	if (!error && t->dir < 0)
		error = make_instance(t);
	if (!error)
		error = instance_write(t, "buffer_size_kb", RING_KB);
	if (!error)
		error = instance_write(t, "buffer_percent", "0");
	if (!error)
		error = instance_write(t, "trace_options", "overwrite");
	if (!error)
		error = instance_write(t, GONE "filter", filter);
	if (!error)
		error = instance_write(t, GONE "enable", "1");
	if (!error)
		error = kulink_rings_open(&t->rings, t->dir, t->epoll);
	return trace_error(s, error == -ENOENT ? -ENODEV : error);
}

/* The events that are wanted are traced */
static int apply(struct kulink_session *s)
{
	struct trace *t = s->private;
	size_t i, n = 0;
	int error;

	for (i = 0; i < kulink_part_count(s->info, KULINK_EVENTS); i++)
		n += t->wanted[i];
	error = n ? set_filter(s) : 0;
	return error ? error : instance_write(t, EVENT "enable", n ? "1" : "0");
}

static int trace_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	const struct kulink_info *info = s->info;
	struct trace *t = s->private;
	size_t i, index = 0;
	int error;

	if (event && !(event->mode & 0444))
		return -EACCES;
	error = start(s);
	for (i = 0; i < info->n_parts && !error; i++) {
		if (info->parts[i].kind != KULINK_EVENTS)
			continue;
		t->wanted[index] |= event ? event == &info->parts[i] : !!(info->parts[i].mode & 0444);
		index++;
	}
	if (!error)
		error = apply(s);
	if (!error)
		error = check_published(s);
	for (i = 0, index = 0; i < info->n_parts && !error; i++) {
		if (info->parts[i].kind != KULINK_EVENTS)
			continue;
		if (t->wanted[index] && (!event || event == &info->parts[i]))
			error = trace_sequence(s, &info->parts[i], &seq[index]);
		index++;
	}
	return error == -ENOENT ? -ENODEV : error;
}

static int trace_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct trace *t = s->private;
	size_t i;

	for (i = 0; i < kulink_part_count(s->info, KULINK_EVENTS); i++) {
		if (!event || i == kulink_part_index(s->info, event))
			t->wanted[i] = false;
	}
	return t->dir < 0 ? 0 : apply(s);
}

static int trace_fd(struct kulink_session *s)
{
	const struct trace *t = s->private;

	return t->epoll < 0 ? -EINVAL : t->epoll;
}

/* -EAGAIN: not for us */
static int take(struct kulink_session *s, const struct trace_record *record,
		struct kulink_raw_event *event)
{
	struct trace *t = s->private;
	bool gone = kulink_trace_id(record) == t->rings.gone.id;
	const struct trace_format *format = gone ? &t->rings.gone : &t->rings.event;
	const char *service, *name;
	const void *bytes;
	size_t len;

	if (kulink_trace_string(record, &format->service, &service))
		return -EPROTO;
	if (strcmp(service, s->service))
		return -EAGAIN;
	event->gone = gone;
	if (gone)
		return 0;
	if (kulink_trace_string(record, &format->event, &name) ||
	    kulink_trace_u64(record, &format->seq, &event->seq) ||
	    kulink_trace_u64(record, &format->ns, &event->ns) ||
	    kulink_trace_bytes(record, &format->record, &bytes, &len))
		return -EPROTO;
	event->part = kulink_part_find(s->info, KULINK_EVENTS, name);
	if (!event->part)
		return -EPROTO;
	event->cells = t->cells;
	return kulink_record_decode(event->part, bytes, len, t->cells);
}

/* A module has left: was it the channel's? Then the tracepoint is not there, or is there anew, and disabled */
static bool channel_left(struct trace *t)
{
	struct udev_device *device;
	bool any = false, left;
	char *text;
	size_t len;

	while ((device = udev_monitor_receive_device(t->monitor))) {
		udev_device_unref(device);
		any = true;
	}
	if (!any)
		return false;
	if (kulink_file_read(t->dir, GONE "enable", &text, &len))
		return true;
	left = *text == '0';
	free(text);
	return left;
}

/* The descriptor tells of what is only here */
static void set_more(struct trace *t)
{
	bool more = kulink_rings_pending(&t->rings) || t->rings.lost;
	eventfd_t count;

	if (more == t->more_set)
		return;
	t->more_set = more;
	if (more)
		eventfd_write(t->more, 1);
	else
		eventfd_read(t->more, &count);
}

static int trace_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct trace *t = s->private;
	struct trace_record record;
	int error;

	*event = (struct kulink_raw_event){ 0 };
	if (!t->rings.n)
		return -EAGAIN;
	do {
		record.at = NULL;
		error = kulink_rings_next(&t->rings, &record);
		if (!error)
			error = take(s, &record, event);
	} while (record.at && error == -EAGAIN);
	if (error == -EAGAIN && t->rings.lost) {
		t->rings.lost = false;
		event->overrun = true;
		error = 0;
	} else if (error == -EAGAIN && channel_left(t)) {
		event->gone = true;
		error = 0;
	}
	set_more(t);
	return error;
}

static int trace_available(char *why, size_t size)
{
	int error = kulink_module_available("", "kulink_trace", "trace", why, size);

	if (error || !access(INSTANCES, W_OK | X_OK))
		return error;
	error = errno == EACCES || errno == EPERM ? -EACCES : -EOPNOTSUPP;
	if (why)
		snprintf(why, size, "%s", error == -EACCES ? "tracefs is for root: sudo" :
			 "tracefs is not mounted: mount -t tracefs tracefs " TRACEFS);
	return error;
}

const struct kulink_channel kulink_trace = {
	.info = {
		.name = "trace",
		.carries = KULINK_EVENTS,
		.lossy = true,
		.where = "the tracepoint kulink:kulink_event, " TRACEFS "/events/kulink",
		.who = "who may use tracefs: root; whatever the event's mode says",
		.limits = "a slow reader loses the oldest events; a killed program's rings go when the next one subscribes",
	},
	.available = trace_available,
	.open = trace_open,
	.close = trace_close,
	.subscribe = trace_subscribe,
	.unsubscribe = trace_unsubscribe,
	.fd = trace_fd,
	.next = trace_next,
	.sequence = trace_sequence,
};
