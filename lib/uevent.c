// SPDX-License-Identifier: MIT
/*
 * uevent: events as the kernel multicasts them, through libudev; no udev daemon need run. What the
 * socket had no room for is dropped: it says ENOBUFS once, then nothing more until it has been read
 * empty. Only then are the sequences asked for, of a file beside the service's others.
 */
#include <errno.h>
#include <libudev.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "variables.h"

/* Asked for; without privilege the system's net.core.rmem_max is what there is. */
#define RECEIVE_BUFFER	(1 << 20)
#define SEQUENCES	"kulink/uevents"

/**
 * struct uevent - an open session
 * @dir: of the service in sysfs
 * @udev: libudev's context
 * @monitor: its socket; NULL before the first subscription
 * @device: the uevent taken last: strings are its
 * @wanted: one for each declared event
 * @cells: room for any event's fields
 * @text: room for their strings
 * @overrun: some were dropped; told when the socket is empty
 */
struct uevent {
	int dir;
	struct udev *udev;
	struct udev_monitor *monitor;
	struct udev_device *device;
	bool *wanted;
	struct kulink_cell *cells;
	char text[KULINK_VARIABLES_TEXT];
	bool overrun;
};

static void uevent_close(struct kulink_session *s)
{
	struct uevent *u = s->private;

	if (!u)
		return;
	udev_device_unref(u->device);
	udev_monitor_unref(u->monitor);
	udev_unref(u->udev);
	if (u->dir >= 0)
		close(u->dir);
	free(u->wanted);
	free(u->cells);
	free(u);
	s->private = NULL;
}

static int uevent_open(struct kulink_session *s)
{
	struct uevent *u = calloc(1, sizeof(*u));
	int error;

	if (!u)
		return -ENOMEM;
	s->private = u;
	u->cells = kulink_event_cells(s->info);
	u->wanted = calloc(s->info->n_parts + 1, sizeof(*u->wanted));
	u->udev = udev_new();
	u->dir = kulink_dir_open(s->root, "/sys/class/kulink", s->service);
	error = u->dir;
	if (!u->cells || !u->wanted || !u->udev)
		error = -ENOMEM;
	else if (u->dir >= 0)
		error = faccessat(u->dir, SEQUENCES, R_OK, 0) ? -errno : 0;
	if (error)
		uevent_close(s);
	return error;
}

static int listen_to_kernel(struct uevent *u)
{
	int error;

	if (u->monitor)
		return 0;
	u->monitor = udev_monitor_new_from_netlink(u->udev, "kernel");
	if (!u->monitor)
		return errno ? -errno : -ENOMEM;
	udev_monitor_set_receive_buffer_size(u->monitor, RECEIVE_BUFFER);
	error = udev_monitor_filter_add_match_subsystem_devtype(u->monitor, "kulink", NULL);
	return error ? error : udev_monitor_enable_receiving(u->monitor);
}

static int uevent_sequence(struct kulink_session *s, const struct kulink_part *event,
			   uint64_t *seq)
{
	struct uevent *u = s->private;

	return kulink_variables_sequences(u->dir, SEQUENCES, event, seq, 1);
}

static int subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct uevent *u = s->private;
	size_t index = kulink_part_index(s->info, event);
	int error;

	if (!(event->mode & 0004)) {
		snprintf(s->message, sizeof(s->message),
			 "anyone can read uevents: an event that not everyone may read is not sent");
		return -EACCES;
	}
	error = uevent_sequence(s, event, &seq[index]);
	u->wanted[index] = u->wanted[index] || !error;
	return error;
}

static int uevent_subscribe(struct kulink_session *s, const struct kulink_part *event,
			    uint64_t *seq)
{
	const struct kulink_info *info = s->info;
	size_t i;
	int error = listen_to_kernel(s->private);

	if (error || event)
		return error ? error : subscribe(s, event, seq);
	for (i = 0; i < info->n_parts && !error; i++)
		if (info->parts[i].kind == KULINK_EVENTS && info->parts[i].mode & 0004)
			error = subscribe(s, &info->parts[i], seq);
	return error;
}

static int uevent_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct uevent *u = s->private;

	if (event)
		u->wanted[kulink_part_index(s->info, event)] = false;
	else
		memset(u->wanted, 0, s->info->n_parts * sizeof(*u->wanted));
	return 0;
}

static int uevent_fd(struct kulink_session *s)
{
	struct uevent *u = s->private;

	return u->monitor ? udev_monitor_get_fd(u->monitor) : -EINVAL;
}

/* The next of subsystem kulink. libudev says EAGAIN also of a message that is not the kernel's. */
static int receive(struct uevent *u)
{
	struct pollfd fd = { .fd = udev_monitor_get_fd(u->monitor), .events = POLLIN };

	udev_device_unref(u->device);
	u->device = NULL;
	while (poll(&fd, 1, 0) > 0) {
		errno = 0;
		u->device = udev_monitor_receive_device(u->monitor);
		if (u->device)
			return 0;
		if (errno == ENOBUFS)
			u->overrun = true;
		else if (errno && errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	return -EAGAIN;
}

static const char *property(void *ctx, const char *key)
{
	return udev_device_get_property_value(ctx, key);
}

static int take_event(struct kulink_session *s, const char *name, struct kulink_raw_event *event)
{
	struct uevent *u = s->private;
	struct kulink_variables vars = {
		.get = property, .ctx = u->device, .cells = u->cells, .text = u->text,
	};
	const struct kulink_part *part = kulink_part_find(s->info, KULINK_EVENTS, name);
	int error;

	if (!part || !u->wanted[kulink_part_index(s->info, part)])
		return -EAGAIN;
	event->part = part;
	event->cells = u->cells;
	event->cut = property(u->device, "KULINK_TRUNCATED");
	error = kulink_variables_number(&vars, "KULINK_SEQ", &event->seq);
	if (!error)
		error = kulink_variables_number(&vars, "KULINK_NS", &event->ns);
	return error || event->cut ? error : kulink_variables_fields(&vars, part);
}

/* -EAGAIN: not for us */
static int take(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct uevent *u = s->private;
	const char *sysname = udev_device_get_sysname(u->device), *name;
	const char *action = udev_device_get_action(u->device);

	if (!sysname || strcmp(sysname, s->service) || !action)
		return -EAGAIN;
	event->gone = !strcmp(action, "remove") || property(u->device, "KULINK_GONE");
	if (event->gone)
		return 0;
	name = strcmp(action, "change") ? NULL : property(u->device, "KULINK_EVENT");
	return name ? take_event(s, name, event) : -EAGAIN;
}

static int uevent_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct uevent *u = s->private;
	int error;

	*event = (struct kulink_raw_event){ 0 };
	if (!u->monitor)
		return -EAGAIN;
	do {
		error = receive(u);
		if (error)
			break;
		error = take(s, event);
	} while (error == -EAGAIN);
	if (error != -EAGAIN || !u->overrun)
		return error;
	u->overrun = false;
	event->overrun = true;
	return 0;
}

static int uevent_available(char *why, size_t size)
{
	return kulink_module_available("", "kulink_uevent", "uevent", why, size);
}

const struct kulink_channel kulink_uevent = {
	.info = {
		.name = "uevent",
		.carries = KULINK_EVENTS,
		.lossy = true,
		.anonymous = true,
		.where = "netlink's NETLINK_KOBJECT_UEVENT, and so udev's rules",
		.who = "anyone; events that others may not read are not sent",
		.limits = "2 KiB and 64 variables a uevent, else it comes without fields; slow; a "
			  "socket gets all devices' uevents, a slow reader loses some",
	},
	.available = uevent_available,
	.open = uevent_open,
	.close = uevent_close,
	.subscribe = uevent_subscribe,
	.unsubscribe = uevent_unsubscribe,
	.fd = uevent_fd,
	.next = uevent_next,
	.sequence = uevent_sequence,
};
