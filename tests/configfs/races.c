// SPDX-License-Identifier: GPL-2.0-only
/*
 * Services are made and ended without a pause while channels, the driver and configfs itself come and go. With
 * the channels sysfs and configfs and the test driver loaded.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "common/common.h"

#define ROUNDS 5

/* What two processes tell each other */
static struct {
	unsigned int stop;
	unsigned int made;		/* or refused by the driver */
	unsigned int late;
	int error;			/* what stopped it */
} *shared;

/* Makes and removes until told: a driver or a channel that is not there, or leaves (EINVAL), cannot. */
static int hammer_on(const char *path)
{
	while (!__atomic_load_n(&shared->stop, __ATOMIC_ACQUIRE)) {
		int error = make(path);

		if (!error) {
			__atomic_add_fetch(&shared->made, 1, __ATOMIC_RELEASE);
			error = drop(path);
			if (error)
				return error;
		} else if (error == ENOSPC) {
			__atomic_add_fetch(&shared->made, 1, __ATOMIC_RELEASE);
		} else if (error == ENODEV || error == ENOENT || error == EINVAL) {
			shared->late++;
		} else {
			return error;
		}
	}
	return 0;
}

static int hammer(const char *path)
{
	int error = hammer_on(path);

	__atomic_store_n(&shared->error, error, __ATOMIC_RELEASE);
	return error;
}

static void await_made(pid_t pid, unsigned int least)
{
	unsigned int tries;

	for (tries = 0; __atomic_load_n(&shared->made, __ATOMIC_ACQUIRE) < least; tries++) {
		int error = __atomic_load_n(&shared->error, __ATOMIC_ACQUIRE);

		if (error || tries == 60000)
			fail_msg("%u made, not %u; process %d ended with %d", shared->made, least,
				 pid, error);
		usleep(1000);
	}
}

static pid_t start_hammer(const char *path)
{
	memset(shared, 0, sizeof(*shared));
	return start(hammer, path);
}

static void end_hammer(pid_t pid)
{
	__atomic_store_n(&shared->stop, 1, __ATOMIC_RELEASE);
	assert_int_equal(end(pid), 0);
	print_message("# %u made, %u too late\n", shared->made, shared->late);
}

/* until it can go; it may be busy now and then, not for a minute */
static void unload_busy(const char *module)
{
	unsigned int tries;
	int error;

	for (tries = 0; (error = unload(module)); tries++) {
		assert_int_equal(error, EAGAIN);
		if (tries == 60000)
			fail_msg("%s never goes", module);
		usleep(1000);
	}
}

/* The class's mutex and configfs's: a channel takes services as they are made. */
static void channels_come_and_go(void **state)
{
	pid_t pid = start_hammer(KTEST "made");
	unsigned int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		await_made(pid, shared->made + 2);
		assert_int_equal(load("kulink_procfs", ""), 0);
		await_made(pid, shared->made + 2);
		unload_busy("kulink_procfs");
	}
	end_hammer(pid);
	assert_int_equal(make(KTEST "made"), 0);
	assert_int_equal(load("kulink_procfs", ""), 0);
	assert_true(exists("/proc/kulink/made/values"));
	assert_int_equal(drop(KTEST "made"), 0);
	is_absent("/proc/kulink/made");
	assert_int_equal(unload("kulink_procfs"), 0);
}

/* The driver refuses each, so that it is held, by a mkdir that is under way, for moments only. */
static pid_t start_refused(void)
{
	puts_in(PARAMETERS "errno", "28");
	return start_hammer(KTEST "refused");
}

static void drivers_come_and_go(void **state)
{
	pid_t pid = start_refused();
	unsigned int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		await_made(pid, shared->made + 5);
		unload_busy("kulink_test");
		assert_int_equal(load("kulink_test", "errno=28"), 0);
	}
	end_hammer(pid);
}

static void configfs_comes_and_goes(void **state)
{
	pid_t pid = start_refused();
	unsigned int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		await_made(pid, shared->made + 5);
		unload_busy("kulink_configfs");
		assert_int_equal(load("kulink_configfs", ""), 0);
	}
	end_hammer(pid);
}

#define TEST(name) cmocka_unit_test_teardown(name, clean)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(channels_come_and_go), TEST(drivers_come_and_go), TEST(configfs_comes_and_goes),
	};

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 2;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("races", tests, NULL, NULL);
}
