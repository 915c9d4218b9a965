// SPDX-License-Identifier: GPL-2.0-only
/*
 * Services that programs make are on every channel that is loaded at once, and leave all of them at once; what
 * channels say is asked through the library. With every channel, hwstats and the test driver loaded.
 */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <kulink.h>

#include "common/common.h"

#define HANDLES 32

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);
	const char *at;

	for (at = words; (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

/* A service of the driver's own has the parameters and is not in configfs; otherwise they are alike. */
static void published_everywhere(void **state)
{
	char all[512], word[64], made[512];
	const struct kulink_channel_info *info;
	unsigned int n = 0;
	struct kulink *k;
	uint64_t u;

	(void)state;
	assert_int_equal(make(KTEST "made"), 0);
	/* before anything else happens */
	assert_int_equal(get(SERVICES "made/kulink/published", made, sizeof(made)), 0);
	assert_int_equal(get(SERVICES "ktest0/kulink/published", all, sizeof(all)), 0);
	for (info = kulink_channels(); info->name; info++) {
		bool expected = has_word(all, info->name);

		snprintf(word, sizeof(word), "%s", info->name);
		if (!strcmp(word, "param"))
			expected = false;
		else if (!strcmp(word, "configfs"))
			expected = true;
		if (has_word(made, word) != expected)
			fail_msg("published on %s: %d", word, !expected);
		if (!expected)
			continue;
		n++;
		assert_int_equal(kulink_open(&k, "made", word), 0);
		if (info->carries & KULINK_VALUES) {
			assert_int_equal(kulink_get_u64(k, "fixed", &u), 0);
			assert_int_equal(u, 42);
		}
		kulink_close(k);
	}
	assert_true(n > 10);
	assert_int_equal(drop(KTEST "made"), 0);
	is_absent(SERVICES "made");
}

struct handle {
	struct kulink *k;
	const struct kulink_channel_info *info;
};

/* on every channel, its events too; how many */
static unsigned int open_all(struct handle *handles, const char *service)
{
	const struct kulink_channel_info *info;
	char published[512], path[128];
	unsigned int n = 0;

	snprintf(path, sizeof(path), SERVICES "%s/kulink/published", service);
	assert_int_equal(get(path, published, sizeof(published)), 0);
	for (info = kulink_channels(); info->name && n < HANDLES; info++) {
		struct handle *h = &handles[n];

		if (!has_word(published, info->name))
			continue;
		h->info = info;
		assert_int_equal(kulink_open(&h->k, service, info->name), 0);
		if (info->carries & KULINK_EVENTS)
			assert_int_equal(kulink_subscribe(h->k, "data"), 0);
		n++;
	}
	return n;
}

static int no_row(void *ctx, const struct kulink_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static void await_gone(struct handle *h)
{
	struct pollfd fd = { .fd = kulink_fd(h->k), .events = POLLIN };
	struct kulink_event event = {};
	int error;

	while ((error = kulink_next(h->k, &event)) == -EAGAIN || (!error && !event.gone))
		if (error && poll(&fd, 1, 60000) != 1)
			fail_msg("%s: no word of the end for a minute", h->info->name);
	assert_int_equal(error, 0);
	assert_int_equal(kulink_next(h->k, &event), -ENODEV);
}

static void is_gone(struct handle *h)
{
	size_t len = 0;
	int error = 0;
	uint64_t u;

	if (h->info->carries & KULINK_EVENTS)
		await_gone(h);
	if (h->info->carries & KULINK_VALUES)
		error = kulink_get_u64(h->k, "fixed", &u);
	else if (h->info->carries & KULINK_TABLES)
		error = kulink_dump(h->k, "odd", no_row, NULL);
	else if (h->info->carries & KULINK_CALLS)
		error = kulink_call(h->k, "echo", NULL, 0, NULL, &len);
	else
		return;
	if (error != -ENODEV)
		fail_msg("%s: %d, not -ENODEV", h->info->name, error);
}

/* Nobody who has it open keeps it, and all are told; what comes under its name is another. */
static void removed_while_open(void **state)
{
	struct handle handles[HANDLES];
	unsigned int i, n;
	char text[64];
	int value, set;

	(void)state;
	assert_int_equal(make(KTEST "made"), 0);
	n = open_all(handles, "made");
	assert_true(n > 10);
	value = open(KTEST "made/num_u64", O_RDONLY | O_CLOEXEC);
	set = open(KTEST "made/num_u64", O_WRONLY | O_CLOEXEC);
	assert_true(value >= 0 && set >= 0);

	assert_int_equal(drop(KTEST "made"), 0);
	is_absent(SERVICES "made");
	assert_int_equal(read(value, text, sizeof(text)), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(write(set, "1", 1), -1);
	assert_int_equal(errno, ENOENT);
	for (i = 0; i < n; i++)
		is_gone(&handles[i]);

	assert_int_equal(make(KTEST "made"), 0);
	assert_int_equal(read(value, text, sizeof(text)), -1);
	assert_int_equal(write(set, "1", 1), -1);
	has(KTEST "made/num_u64", "0");
	for (i = 0; i < n; i++)
		kulink_close(handles[i].k);
	close(value);
	close(set);
}

/* hwstats: what an instance is for is one of its values. */

static int count_row(void *ctx, const struct kulink_row *row)
{
	unsigned int *n = ctx;

	(void)row;
	++*n;
	return 0;
}

static unsigned int links(const char *service, const char *channel)
{
	unsigned int n = 0;
	struct kulink *k;

	assert_int_equal(kulink_open(&k, service, channel), 0);
	assert_int_equal(kulink_dump(k, "links", count_row, &n), 0);
	kulink_close(k);
	return n;
}

static void pattern(void **state)
{
	static const char *const channels[] = { "procfs", "sysfs", "genl", "ioctl" };
	unsigned int all = links("hwstats0", "procfs");
	size_t i;

	(void)state;
	assert_true(all >= 1);
	assert_int_equal(system("ip link add hwtest type dummy"), 0);
	all++;
	assert_int_equal(make(FACTORIES "hwstats/uplink"), 0);
	has(FACTORIES "hwstats/uplink/pattern", "*");
	assert_int_equal(links("uplink", "procfs"), all);
	puts_in(FACTORIES "hwstats/uplink/pattern", "lo");
	has(FACTORIES "hwstats/uplink/link_count", "1");
	for (i = 0; i < COUNT(channels); i++)
		assert_int_equal(links("uplink", channels[i]), 1);
	puts_in(FACTORIES "hwstats/uplink/pattern", "nosuch*");
	assert_int_equal(links("uplink", "genl"), 0);
	/* the others are as they were */
	has(SERVICES "hwstats0/pattern", "*");
	assert_int_equal(links("hwstats0", "genl"), all);
	assert_int_equal(system("ip link del hwtest"), 0);
	/* values are checked as everywhere */
	assert_int_equal(put(FACTORIES "hwstats/uplink/threshold", "21"), ERANGE);
	has(FACTORIES "hwstats/uplink/threshold", "15");
	/* a name is one service's, whoever made it */
	assert_int_equal(make(KTEST "uplink"), EEXIST);
	assert_int_equal(make(FACTORIES "hwstats/ktest0"), EEXIST);
}

static int leave(const char *module)
{
	return unload(module);
}

/*
 * mkdir in a factory whose driver leaves: it waits for another factory's mkdir, the driver waits for it.
 */
static void made_while_the_driver_leaves(void **state)
{
	pid_t first, late, leaving;

	(void)state;
	assert_int_equal(unload("hwstats"), 0);
	assert_int_equal(load("hwstats", "instances=0"), 0);
	puts_in(PARAMETERS "delay_ms", "600000");
	reset_begun();
	first = start(make, KTEST "first");
	await_begun(1);
	late = start(make, FACTORIES "hwstats/late");
	await_stuck(late);
	leaving = start(leave, "hwstats");
	await_stuck(leaving);
	puts_in(PARAMETERS "release", "1");
	assert_int_equal(end(first), 0);
	assert_int_equal(end(leaving), 0);
	assert_int_equal(end(late), ENODEV);
	is_absent("/sys/module/hwstats");
	is_absent(FACTORIES "hwstats");
	assert_int_equal(load("hwstats", ""), 0);
	assert_true(exists(FACTORIES "hwstats"));
}

#define TEST(name) cmocka_unit_test_teardown(name, clean)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(published_everywhere), TEST(removed_while_open), TEST(pattern),
		TEST(made_while_the_driver_leaves),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("everywhere", tests, NULL, NULL);
}
