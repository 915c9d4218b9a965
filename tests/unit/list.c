// SPDX-License-Identifier: GPL-2.0-only
/* Which services and channels there are, and waiting for one. */
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

static char *root;

static int setup(void **state)
{
	(void)state;
	fakes_reset();
	root = tree_new("fast slow\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tree_free(root);
	return 0;
}

static int collect(void *ctx, const char *service)
{
	strcat(ctx, service);
	strcat(ctx, " ");
	return 0;
}

static int stop(void *ctx, const char *service)
{
	(void)service;
	++*(int *)ctx;
	return 5;
}

static void services(void **state)
{
	char names[200] = "";
	int n = 0;

	(void)state;
	tree_text(root, "/sys/class/kulink/demo10/x", "");
	tree_text(root, "/sys/class/kulink/demo9/x", "");
	tree_text(root, "/sys/class/kulink/NotOurs/x", "");
	assert_int_equal(0, kulink_list_at(root, collect, names));
	assert_string_equal("demo0 demo9 demo10 ", names);
	assert_int_equal(5, kulink_list_at(root, stop, &n));
	assert_int_equal(1, n);
}

static void none(void **state)
{
	char names[200] = "";

	(void)state;
	tree_remove(root, "/sys/class/kulink/demo0");
	assert_int_equal(0, kulink_list_at(root, collect, names));
	assert_string_equal("", names);
	tree_remove(root, "/sys/class");
	assert_int_equal(-ENOENT, kulink_list_at(root, collect, names));
}

static void channels(void **state)
{
	const struct kulink_channel_info *c;
	char why[100];
	int n = 0;

	(void)state;
	for (c = kulink_channels(); c->name; c++, n++) {
		assert_int_equal(n, kulink_channel_find(kulink_channel_list, c->name));
		assert_true(c->carries != 0);
		assert_true(!(c->carries & KULINK_CALLS) == !c->call_max);
		/* a path tells the service, or the driver's module */
		assert_true(c->where[0] != '/' || strstr(c->where, "SERVICE") || strstr(c->where, "MODULE"));
		assert_true(strlen(c->who) > 10);
		assert_true(strlen(c->limits) > 10);
		/* None can be used on a machine without kulink, and each says what to do. */
		if (access("/sys/class/kulink", F_OK)) {
			assert_int_not_equal(0, kulink_available(c->name, why, sizeof(why)));
			assert_true(strlen(why) > 10);
			assert_int_not_equal(0, kulink_available(c->name, NULL, 0));
		}
	}
	assert_true(n >= 7);
	assert_int_equal(-EINVAL, kulink_available("pigeon", why, sizeof(why)));
	assert_true(strlen(why) > 10);
}

static void modules(void **state)
{
	char why[100] = "";

	(void)state;
	assert_int_equal(-ENOENT, kulink_module_available(root, "kulink_x", "x", why, sizeof(why)));
	assert_string_equal("kulink_x is not loaded: modprobe kulink_x", why);
	assert_int_equal(-ENOENT, kulink_module_available(root, "kulink_x", "x", NULL, 0));
	tree_text(root, "/sys/module/kulink_x/refcnt", "0\n");
	assert_int_equal(0, kulink_module_available(root, "kulink_x", "x", why, sizeof(why)));
	/* built in */
	assert_int_equal(0, kulink_module_available(root, "kulink_slow", "slow", why, sizeof(why)));
}

static void looks(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_look(root, fake_list, "demo0", NULL));
	assert_int_equal(0, kulink_look(root, fake_list, "demo0", "slow"));
	assert_int_equal(-ENOENT, kulink_look(root, fake_list, "demo1", NULL));
	assert_int_equal(-ENOENT, kulink_look(root, fake_list, "demo1", "slow"));
	assert_int_equal(0, fakes[2].opened);
	fakes[2].open_error = -ENOENT;
	assert_int_equal(-ENOENT, kulink_look(root, fake_list, "demo0", "values"));
	assert_int_equal(1, fakes[2].opened);
	fakes[2].open_error = 0;	/* opening it has loaded it */
	assert_int_equal(0, kulink_look(root, fake_list, "demo0", "values"));
	tree_text(root, "/sys/class/kulink/demo0/kulink/published", "\n");
	assert_int_equal(-ENOENT, kulink_look(root, fake_list, "demo0", NULL));
}

static void waits_no_longer(void **state)
{
	struct timespec before, after;
	int64_t ms;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(-ETIMEDOUT, kulink_wait("nosuchservice", NULL, 0));
	assert_int_equal(-ETIMEDOUT, kulink_wait("nosuchservice", "sysfs", 50));
	clock_gettime(CLOCK_MONOTONIC, &after);
	ms = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
	assert_true(ms >= 50);
	assert_true(ms < 5000);
}

static void version(void **state)
{
	(void)state;
	assert_int_equal(KULINK_ABI, kulink_abi());
	assert_string_equal("0.1.0", kulink_version());
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(services), T(none), T(channels), T(modules), T(looks), T(waits_no_longer),
		T(version),
	};

	return unit_main(tests);
}
