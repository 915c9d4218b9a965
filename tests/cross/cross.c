// SPDX-License-Identifier: GPL-2.0-only
/*
 * cross: with all channels loaded, what is set over one reads the same over every other; a table is the same
 * row by row; an event reaches each channel with the same sequence number.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <kulink.h>

#include "../channels.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct channels value_channels, table_channels, event_channels;

static struct kulink *opened(const char *channel)
{
	struct kulink *k;
	int err = kulink_open(&k, "ktest0", channel);

	if (err)
		fail_msg("ktest0 over %s: %s", channel, strerror(-err));
	return k;
}

static void same_text(struct kulink *const readers[], const char *from, const char *value, const char *expected)
{
	char text[KULINK_STRING_SIZE];
	size_t i;
	int err;

	for (i = 0; i < value_channels.n; i++) {
		/* what is in memory is written a little later, or when somebody asks */
		err = kulink_refresh(readers[i]) ?: kulink_get_text(readers[i], value, text, sizeof(text));
		if (err || strcmp(text, expected))
			fail_msg("%s, set over %s to \"%s\", reads \"%s\" over %s (%d)", value, from,
				 expected, text, value_channels.names[i], err);
	}
}

static const struct {
	const char *value;
	const char *texts[4];
} values[] = {
	{ "flag", { "1", "0" } },
	{ "num_s8", { "-128", "127", "0" } },
	{ "num_s64", { "-9223372036854775808", "9223372036854775807", "-1" } },
	{ "num_u64", { "18446744073709551615", "0", "1" } },
	{ "edge_s", { "-9223372036854775808", "-1" } },
	{ "edge_u", { "18446744073709551614", "18446744073709551615" } },
	{ "ranged_u", { "10", "20" } },
	{ "choice", { "full", "sampled", "off" } },
	{ "label", { "a label", "", "#\\x" } },
	{ "text", { "tab\tinside", "caf\xc3\xa9 \xf0\x9f\x90\xa7", "\\040 \"quoted\" 'too' $x %s" } },
	{ "fn_bool", { "1", "0" } },
	{ "fn_s64", { "-9223372036854775808", "5" } },
	{ "fn_string", { "one", "" } },
};

static void set_over_one_read_over_all(void **state)
{
	const char *from = *state;
	struct kulink *k = opened(from), *readers[CHANNELS_MAX];
	size_t i, j;
	int err;

	for (i = 0; i < value_channels.n; i++)
		readers[i] = opened(value_channels.names[i]);
	for (i = 0; i < COUNT(values); i++)
		for (j = 0; j < 4 && values[i].texts[j]; j++) {
			err = kulink_set_text(k, values[i].value, values[i].texts[j]);
			if (err)
				fail_msg("%s = \"%s\" over %s: %s", values[i].value,
					 values[i].texts[j], from, strerror(-err));
			same_text(readers, from, values[i].value, values[i].texts[j]);
		}
	for (i = 0; i < value_channels.n; i++)
		kulink_close(readers[i]);
	kulink_close(k);
}

/* A string that the channels could not carry alike is refused by each. */
static void refused_by_all(void **state)
{
	static const char *const bad[] = { " leading", "trailing ", "\t", "two\nlines" };
	struct kulink *k;
	size_t i, j;

	(void)state;
	for (i = 0; i < value_channels.n; i++) {
		if (reads_only(value_channels.names[i]))
			continue;
		k = opened(value_channels.names[i]);
		for (j = 0; j < COUNT(bad); j++)
			if (kulink_set_string(k, "text", bad[j]) != -EINVAL)
				fail_msg("\"%s\" over %s was not refused as it must be", bad[j],
					 value_channels.names[i]);
		kulink_close(k);
	}
}

struct digest {
	uint64_t rows;
	uint64_t generation;
	uint64_t sum;
};

static void add(struct digest *digest, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	while (len--)
		digest->sum = (digest->sum ^ *bytes++) * 0x100000001b3ULL;
}

static int digest_row(void *ctx, const struct kulink_row *row)
{
	struct digest *digest = ctx;
	size_t i;

	digest->rows++;
	digest->generation = row->generation;
	for (i = 0; i < row->n_cells; i++) {
		add(digest, row->cells[i].name, strlen(row->cells[i].name) + 1);
		add(digest, &row->cells[i].number, sizeof(row->cells[i].number));
		if (row->cells[i].string)
			add(digest, row->cells[i].string, strlen(row->cells[i].string) + 1);
	}
	return 0;
}

static void tables_are_the_same(void **state)
{
	static const char *const tables[] = { "rows", "odd", "wide", "empty" };
	struct digest first, digest;
	struct kulink *k;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(tables); i++)
		for (j = 0; j < table_channels.n; j++) {
			k = opened(table_channels.names[j]);
			digest = (struct digest){ .sum = 0xcbf29ce484222325ULL };
			assert_int_equal(kulink_dump(k, tables[i], digest_row, &digest), 0);
			kulink_close(k);
			if (j == 0)
				first = digest;
			if (memcmp(&first, &digest, sizeof(first)))
				fail_msg("%s differs between %s and %s", tables[i], table_channels.names[0],
					 table_channels.names[j]);
		}
}

static void events_are_the_same(void **state)
{
	struct kulink *k[CHANNELS_MAX];
	struct kulink_event events[CHANNELS_MAX];
	size_t i, n;

	(void)state;
	for (i = 0; i < event_channels.n; i++) {
		k[i] = opened(event_channels.names[i]);
		/* those that others may read: some channels carry no more, to anybody */
		assert_int_equal(kulink_subscribe(k[i], "data"), 0);
		assert_int_equal(kulink_subscribe(k[i], "other"), 0);
	}
	for (n = 0; n < 20; n++) {
		/* one of each name at a time: a channel that starts a program for each is slow */
		if (n % 2 == 0)
			assert_int_equal(system("echo 1 >/sys/module/kulink_test/parameters/flood"), 0);
		for (i = 0; i < event_channels.n; i++) {
			struct pollfd fd = { .fd = kulink_fd(k[i]), .events = POLLIN };

			while (kulink_next(k[i], &events[i]) == -EAGAIN)
				assert_int_equal(poll(&fd, 1, 60000), 1);
			assert_string_equal(events[i].name, events[0].name);
			assert_int_equal(events[i].seq, events[0].seq);
			assert_int_equal(events[i].ns, events[0].ns);
			assert_int_equal(events[i].cells[1].number, events[0].cells[1].number);
		}
	}
	for (i = 0; i < event_channels.n; i++)
		kulink_close(k[i]);
}

/* Without a channel named, each request finds one that carries it. */
static void any_channel(void **state)
{
	struct digest digest = { 0 };
	struct kulink *k;
	char reply[8];
	size_t len = sizeof(reply);
	uint64_t u;

	(void)state;
	assert_int_equal(kulink_open(&k, "ktest0", NULL), 0);
	assert_int_equal(kulink_set_u64(k, "num_u64", 99), 0);
	assert_int_equal(kulink_get_u64(k, "num_u64", &u), 0);
	assert_int_equal(u, 99);
	assert_int_equal(kulink_dump(k, "odd", digest_row, &digest), 0);
	assert_int_equal(kulink_call(k, "echo", "abc", 3, reply, &len), 0);
	assert_memory_equal(reply, "abc", 3);
	assert_int_equal(kulink_subscribe(k, "data"), 0);
	assert_true(kulink_fd(k) >= 0);
	assert_true(strlen(kulink_channel(k)) > 0);
	kulink_close(k);
}

int main(void)
{
	struct CMUnitTest tests[CHANNELS_MAX + 4];
	size_t i, n = 0;

	value_channels = channels_with(KULINK_VALUES);
	table_channels = channels_with(KULINK_TABLES);
	event_channels = channels_with(KULINK_EVENTS);
	for (i = 0; i < value_channels.n; i++)
		if (!reads_only(value_channels.names[i]))
			tests[n++] = (struct CMUnitTest){ "set_over_one_read_over_all",
							  set_over_one_read_over_all, NULL, NULL,
							  (void *)value_channels.names[i] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(refused_by_all);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(tables_are_the_same);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(events_are_the_same);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(any_channel);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("cross", tests, n, NULL, NULL) ? 1 : 0;
}
