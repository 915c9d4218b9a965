// SPDX-License-Identifier: GPL-2.0-only
/* Names that are not there, names that are none. What a channel's raw bytes may be wrong in: text.c, tests/abi. */
#include "suite.h"

static void bad_services(void **state)
{
	static const char *const bad[] = {
		"ktest", "ktest99", "nosuch", ".", "..", "../ktest0", "ktest0/", "KTEST0", "ktest0 ",
		"a_name_that_is_longer_than_the_31_characters_allowed",
	};
	struct kulink *k;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		k = (struct kulink *)1;
		if (kulink_open(&k, bad[i], channel->name) != -ENOENT)
			fail_msg("service \"%s\" was not -ENOENT", bad[i]);
		assert_null(k);
	}
	expect(kulink_open(&k, "", channel->name), -EINVAL);
}

static void bad_channels(void **state)
{
	static const char *const bad[] = { "nosuch", "", "Genl", "genl,ioctl", "../sysfs" };
	struct kulink *k;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		expect(kulink_open(&k, SERVICE, bad[i]), -EINVAL);
		assert_null(k);
	}
}

/* No other channel's module is loaded, but the core's and the device node's others: it is not published there. */
static void other_channels(void **state)
{
	const struct kulink_channel_info *info;
	struct kulink *k;

	(void)state;
	for (info = kulink_channels(); info->name; info++) {
		if (is_channel(info->name)) {
			assert_int_equal(info->carries & 0x1f, channel->carries & 0x1f);
			assert_int_equal(info->call_max, channel->call_max);
			expect(kulink_available(info->name, NULL, 0), 0);
		} else if (kulink_available(info->name, NULL, 0)) {
			expect(kulink_open(&k, SERVICE, info->name), -ENOENT);
		}
		/* none goes without tests */
		assert_non_null(requirement_of(info->name));
	}
}

static const char *const bad_parts[] = {
	"nosuch", ".", "..", "../num_u64", "num_u64 ", " num_u64", "num_u6", "num_u644", "NUM_U64",
	"num_u64\n", "kulink", "uevent", "power", "a_name_that_is_longer_than_the_31_characters_allowed",
};

static void bad_values(void **state)
{
	struct kulink *k = open_service();
	uint64_t u;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad_parts); i++) {
		if (kulink_get_u64(k, bad_parts[i], &u) != -ENOENT)
			fail_msg("get of \"%s\" was not -ENOENT", bad_parts[i]);
		if (kulink_set_u64(k, bad_parts[i], 1) != -ENOENT)
			fail_msg("set of \"%s\" was not -ENOENT", bad_parts[i]);
	}
	expect(kulink_get_u64(k, "", &u), -EINVAL);
	expect(kulink_set_u64(k, "", 1), -EINVAL);
	expect(kulink_get_u64(k, "rows", &u), -ENOENT);
	expect(kulink_get_u64(k, "echo", &u), -ENOENT);
	expect(kulink_get_u64(k, "num_u64", &u), 0);
	kulink_close(k);
}

static int no_row(void *ctx, const struct kulink_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static void bad_tables(void **state)
{
	struct kulink *k = open_service();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad_parts); i++)
		if (kulink_dump(k, bad_parts[i], no_row, NULL) != -ENOENT)
			fail_msg("dump of \"%s\" was not -ENOENT", bad_parts[i]);
	expect(kulink_dump(k, "", no_row, NULL), -EINVAL);
	expect(kulink_dump(k, "num_u64", no_row, NULL), -ENOENT);
	expect(kulink_dump(k, "values", no_row, NULL), -ENOENT);
	expect(kulink_dump(k, "odd", no_row, NULL), 0);
	kulink_close(k);
}

static void bad_calls(void **state)
{
	struct kulink *k = open_service();
	uint8_t reply[16];
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(bad_parts); i++) {
		len = sizeof(reply);
		if (kulink_call(k, bad_parts[i], "x", 1, reply, &len) != -ENOENT)
			fail_msg("call of \"%s\" was not -ENOENT", bad_parts[i]);
	}
	len = sizeof(reply);
	expect(kulink_call(k, "", "x", 1, reply, &len), -EINVAL);
	len = sizeof(reply);
	expect(kulink_call(k, "rows", "x", 1, reply, &len), -ENOENT);
	len = sizeof(reply);
	expect(kulink_call(k, "echo", "x", 1, reply, &len), 0);
	kulink_close(k);
}

static void bad_events(void **state)
{
	struct kulink *k = open_service();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad_parts); i++)
		if (kulink_subscribe(k, bad_parts[i]) != -ENOENT)
			fail_msg("subscription to \"%s\" was not -ENOENT", bad_parts[i]);
	expect(kulink_subscribe(k, ""), -EINVAL);
	expect(kulink_subscribe(k, "rows"), -ENOENT);
	expect(kulink_subscribe(k, "data"), 0);
	kulink_close(k);
}

static const struct CMUnitTest services[] = {
	cmocka_unit_test(bad_services),
	cmocka_unit_test(bad_channels),
	cmocka_unit_test(other_channels),
};

static const struct CMUnitTest values[] = { cmocka_unit_test(bad_values) };
static const struct CMUnitTest tables[] = { cmocka_unit_test(bad_tables) };
static const struct CMUnitTest calls[] = { cmocka_unit_test(bad_calls) };
static const struct CMUnitTest events[] = { cmocka_unit_test(bad_events) };

const struct test_group bad_services_group = { "services", 0, services, COUNT(services), NULL, 0, NULL };
const struct test_group bad_values_group = { "values", KULINK_VALUES, values, 1, NULL, 0, NULL };
const struct test_group bad_tables_group = { "tables", KULINK_TABLES, tables, 1, NULL, 0, NULL };
const struct test_group bad_calls_group = { "calls", KULINK_CALLS, calls, 1, NULL, 0, NULL };
const struct test_group bad_events_group = { "events", KULINK_EVENTS, events, 1, NULL, 0, NULL };
