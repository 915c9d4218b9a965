// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values that a channel can only read: they are set over another channel of the same module, and
 * what is read is fresh when the channel says that it is.
 */
#include <unistd.h>

#include "suite.h"

/* Until @value reads as @expected, without asking for it to be fresh; a minute at most */
static void await(struct kulink *k, const char *value, uint64_t expected)
{
	unsigned int tries;
	uint64_t u = 0;

	for (tries = 0; tries < 6000; tries++) {
		expect(kulink_get_u64(k, value, &u), 0);
		if (u == expected)
			return;
		usleep(10000);
	}
	fail_msg("%s reads %ju, not %ju, after a minute", value, (uintmax_t)u, (uintmax_t)expected);
}

static void same(struct kulink *k, struct kulink *setter, const char *value)
{
	struct kulink_datum here, there;

	expect(kulink_refresh(k), 0);
	expect(kulink_get(k, value, &here), 0);
	expect(kulink_get(setter, value, &there), 0);
	if (memcmp(&here, &there, sizeof(here)))
		fail_msg("%s: type %u number %ju \"%s\", over the other channel %u %ju \"%s\"", value,
			 here.type, (uintmax_t)here.number, here.string, there.type,
			 (uintmax_t)there.number, there.string);
}

/* Every readable value, of whatever type, as the other channel reads it */
static void readings_agree(void **state)
{
	struct kulink *k = open_service(), *setter = open_setter();
	const struct kulink_info *info;
	size_t i, n = 0;

	(void)state;
	expect(kulink_info(k, &info), 0);
	for (i = 0; i < info->n_parts; i++) {
		const struct kulink_part *part = &info->parts[i];

		if (part->kind != KULINK_VALUES || !(part->mode & 0444))
			continue;
		same(k, setter, part->name);
		n++;
	}
	assert_true(n > 30);
	kulink_close(k);
	kulink_close(setter);
}

static void readings_of_both_ends(void **state)
{
	static const char *const numbers[] = { "num_s8", "num_s16", "num_s32", "num_s64", "fn_s64" };
	static const int64_t ends[][2] = {
		{ INT8_MIN, INT8_MAX }, { INT16_MIN, INT16_MAX }, { INT32_MIN, INT32_MAX },
		{ INT64_MIN, INT64_MAX }, { INT64_MIN, INT64_MAX },
	};
	struct kulink *k = open_service(), *setter = open_setter();
	int64_t s;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(numbers); i++)
		for (j = 0; j < 2; j++) {
			expect(kulink_set_s64(setter, numbers[i], ends[i][j]), 0);
			expect(kulink_refresh(k), 0);
			expect(kulink_get_s64(k, numbers[i], &s), 0);
			assert_true(s == ends[i][j]);
		}
	kulink_close(k);
	kulink_close(setter);
}

static void readings_of_texts(void **state)
{
	static const char *const texts[] = { "", "a", "caf\xc3\xa9", "one two", "back\\slash" };
	struct kulink *k = open_service(), *setter = open_setter();
	char text[KULINK_STRING_SIZE], most[KULINK_STRING_SIZE];
	size_t i;

	(void)state;
	memset(most, 'x', sizeof(most) - 1);
	most[sizeof(most) - 1] = '\0';
	for (i = 0; i <= COUNT(texts); i++) {
		const char *expected = i < COUNT(texts) ? texts[i] : most;

		expect(kulink_set_string(setter, "text", expected), 0);
		expect(kulink_set_string(setter, "fn_string", expected), 0);
		expect(kulink_refresh(k), 0);
		expect(kulink_get_string(k, "text", text, sizeof(text)), 0);
		assert_string_equal(text, expected);
		expect(kulink_get_string(k, "fn_string", text, sizeof(text)), 0);
		assert_string_equal(text, expected);
	}
	expect(kulink_set_string(setter, "choice", "full"), 0);
	expect(kulink_refresh(k), 0);
	expect(kulink_get_string(k, "choice", text, sizeof(text)), 0);
	assert_string_equal(text, "full");
	kulink_close(k);
	kulink_close(setter);
}

/* A set, and a change that the driver tells of: nobody need ask */
static void readings_follow_a_change(void **state)
{
	struct kulink *k = open_service(), *setter = open_setter();
	uint64_t ticks;

	(void)state;
	expect(kulink_get_u64(k, "num_u64", &ticks), 0);
	expect(kulink_set_u64(setter, "num_u64", 12345), 0);
	await(k, "num_u64", 12345);
	expect(kulink_get_u64(setter, "ticks", &ticks), 0);
	control("tick", 1);
	await(k, "ticks", ticks + 1);
	control("tick", 0);
	await(k, "ticks", ticks + 2);
	kulink_close(k);
	kulink_close(setter);
}

/* What the driver computes is read when somebody looks after it has changed */
static void readings_of_what_is_computed(void **state)
{
	struct kulink *k = open_service(), *setter = open_setter();
	uint64_t u;

	(void)state;
	expect(kulink_set_u64(setter, "fn_u64", 1), 0);
	await(k, "fn_u64", 1);
	expect(kulink_set_u64(setter, "fn_u64", 2), 0);
	await(k, "fn_u64", 2);
	control("errno", EIO);
	expect(kulink_refresh(k), 0);
	expect(kulink_get_u64(k, "unreadable", &u), -EIO);
	control("errno", 0);
	expect(kulink_refresh(k), 0);
	expect(kulink_get_u64(k, "unreadable", &u), 0);
	assert_int_equal(u, 1);
	kulink_close(k);
	kulink_close(setter);
}

static void readings_cannot_be_set(void **state)
{
	struct kulink *k = open_service(), *setter = open_setter();
	uint64_t u;

	(void)state;
	expect(kulink_set_u64(setter, "num_u64", 7), 0);
	expect(kulink_set_u64(k, "num_u64", 8), -EOPNOTSUPP);
	expect(kulink_refresh(k), 0);
	expect(kulink_get_u64(k, "num_u64", &u), 0);
	assert_int_equal(u, 7);
	kulink_close(k);
	kulink_close(setter);
}

/* Two values that are set one after the other are never seen in the other order */
static int order_watcher(void *arg)
{
	struct kulink *k;
	uint64_t first = 0, second = 0;
	int err = kulink_open(&k, SERVICE, channel->name);

	(void)arg;
	while (!err && second < scaled(2000, 200)) {
		err = kulink_get_u64(k, "num_u64", &second);
		err = err ?: kulink_get_u64(k, "num_ulong", &first);
		if (!err && first < second)
			err = -EBADMSG;
	}
	kulink_close(k);
	return err;
}

static void readings_keep_the_order(void **state)
{
	struct kulink *setter = open_setter();
	uint64_t i;
	pid_t pid;

	(void)state;
	expect(kulink_set_u64(setter, "num_ulong", 0), 0);
	expect(kulink_set_u64(setter, "num_u64", 0), 0);
	pid = start_child(order_watcher, NULL);
	for (i = 1; i <= scaled(2000, 200); i++) {
		expect(kulink_set_u64(setter, "num_ulong", i), 0);
		expect(kulink_set_u64(setter, "num_u64", i), 0);
	}
	expect(end_child(pid), 0);
	kulink_close(setter);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(readings_agree), cmocka_unit_test(readings_of_both_ends),
	cmocka_unit_test(readings_of_texts), cmocka_unit_test(readings_follow_a_change),
	cmocka_unit_test(readings_of_what_is_computed), cmocka_unit_test(readings_cannot_be_set),
	cmocka_unit_test(readings_keep_the_order),
};

const struct test_group readings_group = {
	"readings", READINGS, tests, COUNT(tests), NULL, 0, NULL
};
