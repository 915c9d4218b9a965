// SPDX-License-Identifier: MIT
/* From a timer's interrupt in the driver to the program that slept: by an eventfd, by a sysfs attribute */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "user.h"

struct wake {
	int node;
	int fd;
};

static int open_wake(struct bench *b)
{
	struct wake *w = bare_state(b, sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->fd = -1;
	w->node = bare_open(b, "/dev/bench_wake", O_RDWR);
	return w->node < 0 ? w->node : 0;
}

static void close_wake(struct bench *b)
{
	struct wake *w = b->state;

	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	if (w->node >= 0)
		close(w->node);
	free(w);
}

/* How long it was to here since the timer began */
static int account(struct bench *b, struct wake *w)
{
	uint64_t now = bench_now(), stamp;

	if (ioctl(w->node, BARE_STAMP, &stamp))
		return -errno;
	if (!stamp || stamp > now)
		return -EBADMSG;
	b->spent = now - stamp;
	b->wakeups++;
	return 0;
}

static int open_eventfd(struct bench *b)
{
	int err = open_wake(b);
	struct wake *w = b->state;

	if (err)
		return err;
	w->fd = eventfd(0, EFD_CLOEXEC);
	return w->fd < 0 ? -errno : 0;
}

static int run_eventfd(struct bench *b, unsigned int n)
{
	struct wake *w = b->state;
	struct bare_arm arm = { .delay = BENCH_ALONE_NS, .eventfd = w->fd };
	uint64_t count;

	(void)n;
	if (ioctl(w->node, BARE_ARM, &arm))
		return -errno;
	if (read(w->fd, &count, sizeof(count)) != sizeof(count))
		return -errno;
	return count == 1 ? account(b, w) : -EBADMSG;
}

const struct bench_work bench_eventfd_bare_wakeup = {
	.work = "wakeup", .channel = "eventfd-bare", .kind = BENCH_BARE, .sizes = BENCH_SIZES(64), .samples = 200,
	.open = open_eventfd, .run = run_eventfd, .close = close_wake,
};

/* As a program that waits for many things would: poll(), then read() */
static int run_eventfd_poll(struct bench *b, unsigned int n)
{
	struct wake *w = b->state;
	struct bare_arm arm = { .delay = BENCH_ALONE_NS, .eventfd = w->fd };
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	uint64_t count;

	(void)n;
	if (ioctl(w->node, BARE_ARM, &arm) || poll(&p, 1, -1) != 1 || read(w->fd, &count, sizeof(count)) < 0)
		return -errno;
	return count == 1 ? account(b, w) : -EBADMSG;
}

const struct bench_work bench_eventfd_poll_bare_wakeup = {
	.work = "wakeup", .channel = "eventfd-poll-bare", .kind = BENCH_BARE, .sizes = BENCH_SIZES(64), .samples = 200,
	.open = open_eventfd, .run = run_eventfd_poll, .close = close_wake,
};

static int open_sysfs(struct bench *b)
{
	int err = open_wake(b);
	struct wake *w = b->state;

	if (err)
		return err;
	w->fd = bare_open(b, "/sys/class/misc/bench_wake/woken", O_RDONLY);
	return w->fd < 0 ? w->fd : 0;
}

/* The attribute tells of a change since it was read last; its text is the stamp. */
static int run_sysfs(struct bench *b, unsigned int n)
{
	struct wake *w = b->state;
	struct bare_arm arm = { .delay = BENCH_ALONE_NS, .eventfd = -1 };
	struct pollfd p = { .fd = w->fd, .events = POLLPRI };
	char text[32];

	(void)n;
	if (pread(w->fd, text, sizeof(text), 0) <= 0 || ioctl(w->node, BARE_ARM, &arm) || poll(&p, 1, -1) != 1)
		return -errno;
	return p.revents & POLLPRI ? account(b, w) : -EBADMSG;
}

const struct bench_work bench_sysfs_bare_wakeup = {
	.work = "wakeup", .channel = "sysfs-bare", .kind = BENCH_BARE, .sizes = BENCH_SIZES(64), .samples = 200,
	.open = open_sysfs, .run = run_sysfs, .close = close_wake,
};
