// SPDX-License-Identifier: GPL-2.0-only
/*
 * faults: memory that is not there and copies that fail, at every place where an operation asks for one. Each operation is
 * done with its first allocation or copy failing (/proc/self/fail-nth), then its second, until it asks for no more. It must
 * fail with an errno that says so, or succeed all the same; what it was to change is changed or not, not half; and the same
 * handle must work when nothing fails. The kernel's own checkers look for what was not given back.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <kulink.h>

#include "../channels.h"

#define SERVICE		"ktest0"
#define FAIL_NTH	"/proc/self/fail-nth"
#define DEBUGFS		"/sys/kernel/debug/"
#define MOST		1000	/* no operation asks so often */

/* What is tried; @channel is the test's. */
struct operation {
	const char *name;
	uint32_t kind;
	int (*run)(struct kulink **k, const char *channel);
	/* asked over another handle: whether the operation's effect is all there, or none of it */
	int (*look)(struct kulink *k, int result);
};

static int fail_nth = -1;

static bool write_number(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	return pwrite(fail_nth, text, (size_t)len, 0) == len;
}

/* The nth from now on fails, once. */
static void arm(unsigned int n)
{
	if (!write_number(n))
		fail_msg(FAIL_NTH ": %s", strerror(errno));
}

/* Whether it has; even to ask for that takes copies, which then fail instead. */
static bool disarm(void)
{
	char text[16] = "";
	bool failed = pread(fail_nth, text, sizeof(text) - 1, 0) > 0 && !atoi(text);

	while (!write_number(0))
		;
	return failed;
}

static int settle(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);

	if (fd >= 0)
		close(fd);
	if (!written)
		perror(path);
	return written ? 0 : -1;
}

static int begin(void **state)
{
	(void)state;
	fail_nth = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	if (fail_nth < 0) {
		perror(FAIL_NTH);
		return -1;
	}
	/* allocations that may wait fail, too, and silently: a report would be a fault of the run */
	return settle(DEBUGFS "failslab/ignore-gfp-wait", "N") || settle(DEBUGFS "failslab/verbose", "0") ||
	       settle(DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N") ||
	       settle(DEBUGFS "fail_page_alloc/min-order", "0") || settle(DEBUGFS "fail_page_alloc/verbose", "0") ||
	       settle(DEBUGFS "fail_usercopy/verbose", "0");
}

static int do_open(struct kulink **k, const char *channel)
{
	kulink_close(*k);
	*k = NULL;
	return kulink_open(k, SERVICE, channel);
}

static int do_get(struct kulink **k, const char *channel)
{
	uint64_t number = 0;
	int err = kulink_get_u64(*k, "fixed", &number);

	(void)channel;
	return err || number ? err : -EBADMSG;
}

static uint64_t old_number, new_number = 1;	/* as a driver just loaded has it */

static int do_set(struct kulink **k, const char *channel)
{
	(void)channel;
	return kulink_set_u64(*k, "num_u64", new_number);
}

static int look_set(struct kulink *k, int result)
{
	uint64_t number;
	int err = kulink_get_u64(k, "num_u64", &number);

	if (err || (number != new_number && (!result || number != old_number)))
		return err ? err : -EBADMSG;
	old_number = number;
	new_number = number + 1;
	return 0;
}

static int count_row(void *ctx, const struct kulink_row *row)
{
	unsigned int *n = ctx;

	(void)row;
	++*n;
	return 0;
}

static int do_dump(struct kulink **k, const char *channel)
{
	unsigned int n = 0;
	int err = kulink_dump(*k, "rows", count_row, &n);

	(void)channel;
	return err || n == 100 ? err : -EBADMSG;
}

static int do_call(struct kulink **k, const char *channel)
{
	static const uint8_t request[200] = { 1, 2, 3 };
	uint8_t reply[256] = "";
	size_t len = sizeof(reply);
	int err = kulink_call(*k, "echo", request, sizeof(request), reply, &len);

	(void)channel;
	return err || (len == sizeof(request) && !memcmp(reply, request, len)) ? err : -EBADMSG;
}

static int do_subscribe(struct kulink **k, const char *channel)
{
	int err = kulink_subscribe(*k, "data");

	(void)channel;
	return err ? err : kulink_unsubscribe(*k, "data");
}

static int do_map(struct kulink **k, const char *channel)
{
	size_t length;
	void *at;

	(void)channel;
	return kulink_map(*k, "region_0600", &at, &length);
}

static const struct operation operations[] = {
	{ "open", 0, do_open, NULL },
	{ "get", KULINK_VALUES, do_get, NULL },
	{ "set", KULINK_VALUES, do_set, look_set },
	{ "dump", KULINK_TABLES, do_dump, NULL },
	{ "call", KULINK_CALLS, do_call, NULL },
	{ "subscribe", KULINK_EVENTS, do_subscribe, NULL },
	{ "map", KULINK_REGIONS, do_map, NULL },
};

struct subject {
	const char *channel;
	const struct operation *operation;
};

/* What a program may be told of a fault; no memory for a socket is -ENFILE to the kernel: __sock_create() */
static bool is_honest(int err)
{
	return err == -ENOMEM || err == -EFAULT || err == -ENOBUFS || err == -ENFILE;
}

static struct kulink *opened(const char *channel)
{
	struct kulink *k;
	int err = kulink_open(&k, SERVICE, channel);

	if (err)
		fail_msg("open: %s", strerror(-err));
	return k;
}

/* False: it was done, and needed less than @n */
static bool fails_nth(struct kulink **k, const struct subject *subject, unsigned int n)
{
	const struct operation *operation = subject->operation;
	bool failed;
	int err;

	arm(n);
	err = operation->run(k, subject->channel);
	failed = disarm();
	if (err && !(failed && is_honest(err)))
		fail_msg("with the %uth %s: %s", n, failed ? "failing" : "not reached", strerror(-err));
	if (err && !*k)
		*k = opened(subject->channel);
	if (operation->look) {
		int seen = operation->look(*k, err);

		if (seen)
			fail_msg("with the %uth failing: %s, and then: %s", n, strerror(-err), strerror(-seen));
	}
	return failed;
}

static void survives(void **state)
{
	const struct subject *subject = *state;
	struct kulink *k = opened(subject->channel);
	unsigned int n = 1;
	int err;

	while (n < MOST && fails_nth(&k, subject, n)) {
		err = subject->operation->run(&k, subject->channel);
		if (err)
			fail_msg("after the %uth failed: %s", n, strerror(-err));
		if (subject->operation->look)
			assert_int_equal(subject->operation->look(k, 0), 0);
		n++;
	}
	print_message("# %s over %s: %u faults\n", subject->operation->name, subject->channel, n - 1);
	assert_in_range(n, 2, MOST - 1);
	kulink_close(k);
}

/* Nothing that comes after a fault that was never reached. */
static int end(void **state)
{
	(void)state;
	disarm();
	return 0;
}

static bool applies(const struct kulink_channel_info *info, const struct operation *operation)
{
	if (operation->run == do_set && reads_only(info->name))
		return false;
	return !operation->kind || info->carries & operation->kind;
}

int main(void)
{
	static struct subject subjects[256];
	static struct CMUnitTest tests[256];
	static char names[256][64];
	const struct kulink_channel_info *info;
	size_t i, n = 0;

	for (info = kulink_channels(); info->name; info++) {
		if (!is_possible(info->name) || is_by_choice(info->name))
			continue;
		for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
			if (!applies(info, &operations[i]))
				continue;
			subjects[n] = (struct subject){ info->name, &operations[i] };
			snprintf(names[n], sizeof(names[n]), "%s: %s", info->name, operations[i].name);
			tests[n] = (struct CMUnitTest){ names[n], survives, NULL, end, &subjects[n] };
			n++;
		}
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("faults", tests, n, begin, NULL) ? 1 : 0;
}
