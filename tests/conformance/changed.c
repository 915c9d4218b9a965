// SPDX-License-Identifier: GPL-2.0-only
/* sysfs: poll() on a value's file tells of every change, whoever made it. */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "suite.h"

#define VALUES "/sys/class/kulink/" SERVICE "/"

static int opened(const char *name)
{
	char path[128], text[64];
	int fd;

	snprintf(path, sizeof(path), VALUES "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text)) <= 0)
		fail_msg("%s: %s", path, strerror(errno));
	return fd;
}

static bool woken(int fd, int timeout_ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLPRI | POLLERR };

	return poll(&pollfd, 1, timeout_ms) == 1 && pollfd.revents & POLLPRI;
}

static uint64_t again(int fd)
{
	char text[64] = "";

	assert_true(pread(fd, text, sizeof(text) - 1, 0) > 0);
	return strtoull(text, NULL, 10);
}

static void poll_wakes_on_a_change(void **state)
{
	int fd = opened("ticks");
	uint64_t first = again(fd);

	(void)state;
	assert_false(woken(fd, 0));
	control("tick", 0);
	assert_true(woken(fd, 60000));
	assert_int_equal(again(fd), first + 1);
	assert_false(woken(fd, 0));
	control("tick", 1);
	assert_true(woken(fd, 60000));
	assert_int_equal(again(fd), first + 2);
	close(fd);
}

static void poll_wakes_on_a_set(void **state)
{
	struct kulink *k = open_service();
	int fd = opened("num_u8"), other = opened("num_u16");

	(void)state;
	expect(kulink_set_u64(k, "num_u8", 99), 0);
	assert_true(woken(fd, 60000));
	assert_int_equal(again(fd), 99);
	assert_false(woken(other, 0));
	expect(kulink_set_u64(k, "num_u8", 256), -ERANGE);
	assert_false(woken(fd, 0));
	close(fd);
	close(other);
	kulink_close(k);
}

/* The library's way: a change is an event of the value's name. */
static void changes_by_the_library(void **state)
{
	struct pollfd fd = { .events = POLLIN };
	struct kulink *k = open_service();
	struct kulink_event event;

	(void)state;
	expect(kulink_subscribe(k, "ticks"), 0);
	fd.fd = kulink_fd(k);
	expect(kulink_next(k, &event), -EAGAIN);
	control("tick", 1);
	while (kulink_next(k, &event) == -EAGAIN)
		assert_int_equal(poll(&fd, 1, 60000), 1);
	assert_string_equal(event.name, "ticks");
	assert_int_equal(event.n_cells, 1);
	assert_int_equal(event.lost, 0);
	assert_false(event.gone);
	expect(kulink_set_u64(k, "num_u16", 7), 0);
	expect(kulink_next(k, &event), -EAGAIN);
	kulink_close(k);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(changes_by_the_library),
	cmocka_unit_test(poll_wakes_on_a_change),
	cmocka_unit_test(poll_wakes_on_a_set),
};

const struct test_group changed_group = { "changed", 0, tests, COUNT(tests), NULL, 0, "sysfs" };
