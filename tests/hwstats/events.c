// SPDX-License-Identifier: GPL-2.0-only
/*
 * events CHANNEL...: hwstats0 tells what the kernel does to a network device, and ticks, and its values
 * steer it.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <kulink.h>

static void next(struct kulink *k, struct kulink_event *event)
{
	struct pollfd fd = { .fd = kulink_fd(k), .events = POLLIN };

	while (kulink_next(k, event) == -EAGAIN)
		if (poll(&fd, 1, 60000) != 1)
			fail_msg("no event for a minute");
}

static void ip(const char *arguments)
{
	char command[128];

	snprintf(command, sizeof(command), "ip link %s", arguments);
	assert_int_equal(system(command), 0);
}

static struct kulink *subscribed(void **state)
{
	struct kulink *k, *ioctl;

	assert_int_equal(kulink_open(&k, "hwstats0", *state), 0);
	assert_int_equal(kulink_open(&ioctl, "hwstats0", "ioctl"), 0);
	assert_int_equal(kulink_set_bool(ioctl, "enabled", true), 0);
	assert_int_equal(kulink_set_string(ioctl, "mode", "full"), 0);
	kulink_close(ioctl);
	assert_int_equal(kulink_subscribe(k, NULL), 0);
	return k;
}

/* What the kernel said about our device, in order */
static void device_comes_and_goes(void **state)
{
	static const char *const names[] = { "link_added", "link_up", "link_down", "link_removed" };
	struct kulink *k = subscribed(state);
	struct kulink_event event;
	size_t i = 0;

	ip("add hwtest type dummy");
	ip("set hwtest up");
	ip("set hwtest down");
	ip("del hwtest");
	while (i < 4) {
		next(k, &event);
		assert_int_equal(event.lost, 0);
		if (strcmp(event.cells[0].string, "hwtest"))
			continue;
		assert_string_equal(event.name, names[i]);
		assert_true(event.cells[1].number > 0);
		i++;
	}
	kulink_close(k);
}

static void ticks(void **state)
{
	struct kulink *ioctl, *k = subscribed(state);
	struct kulink_event event;
	uint64_t last = 0, n;

	assert_int_equal(kulink_open(&ioctl, "hwstats0", "ioctl"), 0);
	assert_int_equal(kulink_set_u64(ioctl, "rate", 200), 0);
	for (n = 0; n < 20;) {
		next(k, &event);
		if (strcmp(event.name, "tick"))
			continue;
		if (last)
			assert_int_equal(event.cells[0].number, last + 1 + event.lost);
		last = event.cells[0].number;
		n++;
	}
	assert_int_equal(kulink_set_u64(ioctl, "rate", 0), 0);
	kulink_close(ioctl);
	kulink_close(k);
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[32];
	int i, n = 0;

	for (i = 1; i < argc && n + 2 <= 32; i++) {
		tests[n++] = (struct CMUnitTest){ "device_comes_and_goes", device_comes_and_goes, NULL, NULL, argv[i] };
		tests[n++] = (struct CMUnitTest){ "ticks", ticks, NULL, NULL, argv[i] };
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("hwstats", tests, (size_t)n, NULL, NULL) ? 1 : 0;
}
