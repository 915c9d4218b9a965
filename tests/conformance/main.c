// SPDX-License-Identifier: GPL-2.0-only
/* conformance -c CHANNEL [TEST]: the suite over one channel, as TAP */
#include <time.h>
#include <unistd.h>

#include "suite.h"

static const struct requirement requirements[] = {
	{ "procfs", KULINK_VALUES | KULINK_TABLES, 0, false },
	{ "sysfs", KULINK_VALUES | KULINK_TABLES, 0, false },
	{ "debugfs", KULINK_VALUES | KULINK_TABLES | KULINK_CALLS, KULINK_CALL_MAX, false },
	{ "sysctl", KULINK_VALUES, 0, false },
	{ "param", KULINK_VALUES, 0, false },
	{ "configfs", KULINK_VALUES, 0, false },
	{ "chardev", KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS, KULINK_CALL_MAX, false },
	{ "ioctl", KULINK_VALUES | KULINK_TABLES | KULINK_CALLS, KULINK_CALL_MAX, false },
	{ "uring", KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS, KULINK_CALL_MAX, false },
	{ "mmap", KULINK_VALUES | KULINK_TABLES | KULINK_EVENTS | KULINK_REGIONS | READINGS, 0, false },
	{ "udp", KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
	  KULINK_UDP_CALL_MAX, true },
	{ "genl", KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
	  KULINK_GENL_PAYLOAD_MAX, false },
	{ "netlink", KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
	  KULINK_NETLINK_PAYLOAD_MAX, false },
	{ "sockopt", KULINK_VALUES | KULINK_TABLES | KULINK_CALLS, KULINK_CALL_MAX, false },
	{ "syscall", KULINK_VALUES | KULINK_TABLES | KULINK_CALLS, KULINK_CALL_MAX, false },
	{ "uevent", KULINK_EVENTS, 0, true },
	{ "upcall", KULINK_EVENTS, 0, false },
	{ "packet", KULINK_CALLS | KULINK_EVENTS, KULINK_PACKET_CALL_MAX, true },
	{ "trace", KULINK_EVENTS, 0, false },
	{ "relay", KULINK_EVENTS, 0, false },
	{ "eventfd", KULINK_EVENTS, 0, false },
	{ "signal", KULINK_EVENTS, 0, false },
	{}
};

static const struct test_group *const groups[] = {
	&values_group, &readings_group, &regions_group, &blobs_group, &text_group, &changed_group, &calls_group, &tables_group, &events_group,
	&bad_services_group, &bad_values_group, &bad_tables_group, &bad_calls_group, &bad_events_group,
	&value_permission_group, &table_permission_group, &call_permission_group,
	&event_permission_group, &region_permission_group, &matrix_group, &concurrent_group, &killed_values_group, &killed_sets_group, &killed_tables_group,
	&killed_calls_group, &killed_events_group,
};

const struct requirement *channel;
unsigned int scale = 1;

const struct requirement *requirement_of(const char *name)
{
	const struct requirement *r;

	for (r = requirements; r->name; r++)
		if (!strcmp(r->name, name))
			return r;
	return NULL;
}

const struct kulink_channel_info *channel_info(void)
{
	const struct kulink_channel_info *info = kulink_channels();

	while (info->name && strcmp(info->name, channel->name))
		info++;
	return info;
}

unsigned int scaled(unsigned int n, unsigned int least)
{
	return n / scale > least ? n / scale : least;
}

struct kulink *open_service(void)
{
	struct kulink *k;

	expect(kulink_open(&k, SERVICE, channel->name), 0);
	return k;
}

const char *setter_name(void)
{
	return reads_only() ? "ioctl" : channel->name;
}

struct kulink *open_setter(void)
{
	struct kulink *k;

	expect(kulink_open(&k, SERVICE, setter_name()), 0);
	return k;
}

void expect_err(const char *what, int got, int expected, const char *file, int line)
{
	if (got == expected)
		return;
	print_error("%s\n  answered %d (%s), expected %d (%s)\n", what, got,
		    got < 0 ? strerror(-got) : "no error", expected,
		    expected < 0 ? strerror(-expected) : "no error");
	_fail(file, line);
}

static struct timespec begun;

static int start(void **state)
{
	(void)state;
	return clock_gettime(CLOCK_MONOTONIC, &begun);
}

/* What a test leaves of the driver: small and quiet. Says how long the test took. */
static int quiet(void **state)
{
	struct timespec now;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &now);
	print_message("# %lld ms\n", (now.tv_sec - begun.tv_sec) * 1000LL +
		      (now.tv_nsec - begun.tv_nsec) / 1000000);
	control("delay_ms", 0);
	control("errno", 0);
	control("churn", 0);
	control("rows", 0);
	return 0;
}

static bool is_among(const char *name, const char *list)
{
	size_t len = strlen(name);

	for (; (list = strstr(list, name)); list += len)
		if (!list[len] || list[len] == ' ')
			return true;
	return false;
}

static size_t collect(struct CMUnitTest *to, const struct test_group *group)
{
	bool there = !group->kind || carries(group->kind);
	const struct CMUnitTest *from = there ? group->tests : group->absent;
	size_t i, n = there ? group->n_tests : group->n_absent;

	if (group->only && !is_among(channel->name, group->only))
		return 0;
	if (!there && group->kind & (SETS | READINGS) && carries(KULINK_VALUES))
		return 0;
	for (i = 0; i < n; i++) {
		to[i] = from[i];
		to[i].setup_func = start;
		to[i].teardown_func = quiet;
	}
	return n;
}

int main(int argc, char **argv)
{
	static struct CMUnitTest tests[256];
	const char *text = getenv("KULINK_TEST_SCALE");
	size_t i, n = 0;
	int option, failed;

	while ((option = getopt(argc, argv, "c:")) != -1)
		if (option == 'c')
			channel = requirement_of(optarg);
	if (!channel) {
		fprintf(stderr, "usage: conformance -c CHANNEL [TEST]\n");
		return 2;
	}
	if (text && atoi(text) > 1)
		scale = (unsigned int)atoi(text);
	for (i = 0; i < COUNT(groups); i++)
		n += collect(tests + n, groups[i]);
	if (argv[optind])
		cmocka_set_test_filter(argv[optind]);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = _cmocka_run_group_tests(channel->name, tests, n, NULL, NULL);
	leave_seats();
	return failed ? 1 : 0;
}
