// SPDX-License-Identifier: MIT
/*
 * Wait until a service can be reached. First hear, then look, then wait: what happens in between
 * wakes us. The kernel's own uevents are enough, and no udev daemon need run.
 */
#include <errno.h>
#include <limits.h>
#include <libudev.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "handle.h"

int kulink_look(const char *root, const struct kulink_channel *const *list, const char *service,
		const char *channel)
{
	struct kulink *k;
	int error;

	error = kulink_open_at(&k, root, list, service, NULL);
	if (error)
		return error;
	if (!channel)
		error = *k->declaration.info.published ? 0 : -ENOENT;
	else if (!kulink_words_have(k->declaration.info.published, channel))
		error = -ENOENT;
	kulink_close(k);
	if (error != -ENOENT || !channel)
		return error;
	error = kulink_open_at(&k, root, list, service, channel);	/* loads what a use would load */
	kulink_close(k);
	return error;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static int remaining(int64_t until)
{
	int64_t ms;

	if (until < 0)
		return -1;
	ms = until - now_ms();
	return ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms;
}

static void drain(struct udev_monitor *monitor)
{
	struct udev_device *device;

	while ((device = udev_monitor_receive_device(monitor)))
		udev_device_unref(device);
}

static int wait_on(struct udev_monitor *monitor, const char *service, const char *channel,
		   int64_t until)
{
	struct pollfd fd = { .fd = udev_monitor_get_fd(monitor), .events = POLLIN };
	int error, n;

	for (;;) {
		error = kulink_look("", kulink_channel_list, service, channel);
		if (error != -ENOENT && error != -ENODEV)
			return error;
		n = poll(&fd, 1, remaining(until));
		if (!n)
			return -ETIMEDOUT;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			drain(monitor);
	}
}

int kulink_wait(const char *service, const char *channel, int timeout_ms)
{
	int64_t until = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
	struct udev_monitor *monitor;
	struct udev *udev;
	int error;

	if (!service || !kulink_name_valid(service, strlen(service)) ||
	    (channel && kulink_channel_find(kulink_channel_list, channel) < 0))
		return -EINVAL;
	udev = udev_new();
	if (!udev)
		return -ENOMEM;
	error = -ENOMEM;
	monitor = udev_monitor_new_from_netlink(udev, "kernel");
	if (monitor)
		error = udev_monitor_filter_add_match_subsystem_devtype(monitor, "kulink", NULL);
	if (!error)
		error = udev_monitor_enable_receiving(monitor);
	if (!error)
		error = wait_on(monitor, service, channel, until);
	udev_monitor_unref(monitor);
	udev_unref(udev);
	return error;
}
