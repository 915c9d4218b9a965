// SPDX-License-Identifier: GPL-2.0-only
/*
 * Services that programs make and end, by mkdir and rmdir and without the library: names, errnos, limits,
 * permission, and what waits for what. With the channels sysfs and configfs and the test driver loaded.
 */
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/common.h"

static void same_services(unsigned int expected)
{
	char said[32], text[32];
	FILE *pipe = popen("ls " SERVICES " | wc -l", "r");

	assert_non_null(pipe);
	assert_non_null(fgets(said, sizeof(said), pipe));
	pclose(pipe);
	snprintf(text, sizeof(text), "%u\n", expected);
	assert_string_equal(said, text);
}

static void bad_names(void **state)
{
	static const struct {
		const char *path;
		int error;
	} bad[] = {
		{ KTEST "Made", EINVAL }, { KTEST "1a", EINVAL }, { KTEST "_a", EINVAL },
		{ KTEST "a.b", EINVAL }, { KTEST "a-b", EINVAL }, { KTEST "a b", EINVAL },
		{ KTEST "a\n", EINVAL }, { KTEST "\xc3\xa9", EINVAL }, { KTEST "a%d", EINVAL },
		{ KTEST ".a", EINVAL }, { KTEST "...", EINVAL },
		{ KTEST ".", EEXIST }, { KTEST "..", EEXIST },
		{ KTEST "a/b", ENOENT }, { KTEST "made/b", EPERM },
		{ KTEST "made", EEXIST }, { KTEST "ktest0", EEXIST },
		{ KTEST "made/num_u64", EEXIST },
		{ FACTORIES "nosuch", EPERM }, { FACTORIES "nosuch/a", ENOENT },
	};
	char path[512];
	size_t i;

	(void)state;
	assert_int_equal(make(KTEST "made"), 0);
	for (i = 0; i < COUNT(bad); i++) {
		int error = make(bad[i].path);

		if (error != bad[i].error)
			fail_msg("%s: error %d, not %d", bad[i].path, error, bad[i].error);
	}
	for (i = 32; i <= 256; i += 224) {
		snprintf(path, sizeof(path), KTEST "%0*d", (int)i, 0);
		memset(path + strlen(KTEST), 'a', i);
		assert_int_equal(make(path), i > 255 ? ENAMETOOLONG : EINVAL);
	}
	same_services(2);
	path[strlen(KTEST) + 31] = '\0';
	assert_int_equal(make(path), 0);
	same_services(3);
	assert_int_equal(drop(path), 0);
	/* what is in it is the driver's: nothing comes, goes or is renamed */
	assert_int_equal(drop(FACTORIES "ktest"), EPERM);
	assert_int_equal(drop(KTEST "nosuch"), ENOENT);
	assert_true(unlink(KTEST "made/num_u64") && symlink(KTEST "made", KTEST "link"));
	assert_true(rename(KTEST "made", KTEST "other") && open(KTEST "file", O_CREAT, 0644) < 0);
	same_services(2);
}

static void refused_by_the_driver(void **state)
{
	(void)state;
	puts_in(PARAMETERS "errno", "28");
	assert_int_equal(make(KTEST "refused"), ENOSPC);
	is_absent(KTEST "refused");
	is_absent(SERVICES "refused");
	puts_in(PARAMETERS "errno", "0");
	assert_int_equal(make(KTEST "refused"), 0);
}

/* As many as the driver has places for, one of which ktest0 has; all of them can be used. */
static void too_many(void **state)
{
	unsigned int i, round;
	char path[128];

	(void)state;
	for (round = 0; round < 2; round++) {
		for (i = 1; i < 64; i++) {
			snprintf(path, sizeof(path), KTEST "many%u", i);
			assert_int_equal(make(path), 0);
		}
		assert_int_equal(make(KTEST "many64"), ENOSPC);
		is_absent(KTEST "many64");
		same_services(64);
		puts_in(KTEST "many63/num_u64", "63");
		has(SERVICES "many63/num_u64", "63");
		has(SERVICES "many1/num_u64", "0");
		for (i = 1; i < 64; i++) {
			snprintf(path, sizeof(path), KTEST "many%u", i);
			assert_int_equal(drop(path), 0);
		}
	}
}

/* Its driver and its channel stay with an instance, and only with it. */
static void keeps_its_modules(void **state)
{
	(void)state;
	assert_int_equal(make(KTEST "made"), 0);
	assert_int_equal(unload("kulink_test"), EAGAIN);
	assert_int_equal(unload("kulink_configfs"), EAGAIN);
	/* the refusal has changed nothing */
	puts_in(KTEST "made/num_u64", "7");
	has(SERVICES "made/num_u64", "7");
	assert_int_equal(make(KTEST "other"), 0);
	assert_int_equal(drop(KTEST "made"), 0);
	assert_int_equal(unload("kulink_test"), EAGAIN);
	assert_int_equal(drop(KTEST "other"), 0);
	assert_int_equal(unload("kulink_configfs"), 0);
	is_absent(FACTORIES);
	assert_true(exists(SERVICES "ktest0"));
	assert_int_equal(load("kulink_configfs", ""), 0);
	assert_true(exists(KTEST));
	assert_int_equal(unload("kulink_test"), 0);
	is_absent(KTEST);
	assert_int_equal(load("kulink_test", ""), 0);
	assert_int_equal(make(KTEST "made"), 0);
}

/* What the driver declares, and the administrator narrows, counts for instances, too. */
static void narrowed(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(make(KTEST "made"), 0);
	puts_in(SERVICES "made/kulink/channels", "sysfs");
	assert_int_equal(get(KTEST "made/num_u64", text, sizeof(text)), ENODEV);
	assert_int_equal(put(KTEST "made/num_u64", "1"), ENODEV);
	puts_in(SERVICES "made/kulink/channels", "*");
	has(KTEST "made/num_u64", "0");
}

/* Permission */

static int become(uid_t uid)
{
	return setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid) ? errno : 0;
}

static int make_as_stranger(const char *path)
{
	return become(3000) ?: make(path);
}

static int drop_as_stranger(const char *path)
{
	return become(3000) ?: drop(path);
}

static int read_as_stranger(const char *path)
{
	char text[64];

	return become(3000) ?: get(path, text, sizeof(text));
}

static int write_as_owner(const char *path)
{
	return become(1234) ?: put(path, "5");
}

static int read_in_namespace(const char *path)
{
	char text[64];

	return become(3000) ?: unshare(CLONE_NEWUSER) ? 200 : get(path, text, sizeof(text));
}

static int make_in_namespace(const char *path)
{
	return become(3000) ?: unshare(CLONE_NEWUSER) ? 200 : make(path);
}

static void permission(void **state)
{
	(void)state;
	assert_int_equal(make(KTEST "made"), 0);
	assert_int_equal(end(start(make_as_stranger, KTEST "other")), EACCES);
	assert_int_equal(end(start(drop_as_stranger, KTEST "made")), EACCES);
	assert_int_equal(end(start(read_as_stranger, KTEST "made/num_u64")), 0);
	assert_int_equal(end(start(read_as_stranger, KTEST "made/mode_0640")), EACCES);
	assert_int_equal(end(start(write_as_owner, KTEST "made/num_u64")), EACCES);
	/* whoever owns it sets it, and cannot end it */
	puts_in(SERVICES "made/kulink/owner", "1234");
	assert_int_equal(end(start(write_as_owner, KTEST "made/num_u64")), 0);
	has(KTEST "made/num_u64", "5");
	same_services(2);
}

static void other_user_namespace(void **state)
{
	int error;

	(void)state;
	assert_int_equal(make(KTEST "made"), 0);
	error = end(start(make_in_namespace, KTEST "other"));
	if (error == 200)
		skip();
	assert_int_equal(error, EACCES);
	assert_int_equal(end(start(read_in_namespace, KTEST "made/num_u64")), ENOENT);
}

/* Waiting, and being killed */

static int read_value(const char *path)
{
	char text[64];

	return get(path, text, sizeof(text));
}

/* It waits for who is inside; killed, it has done nothing. */
static void removal_waits(void **state)
{
	pid_t reader, remover;

	(void)state;
	assert_int_equal(make(KTEST "made"), 0);
	puts_in(PARAMETERS "delay_ms", "600000");
	reset_begun();
	reader = start(read_value, KTEST "made/slept");
	await_begun(1);
	remover = start(drop, KTEST "made");
	await_stuck(remover);
	assert_int_equal(kill(remover, SIGKILL), 0);
	assert_int_equal(end(remover), 255);
	has(SERVICES "made/num_u64", "0");
	has(KTEST "made/num_u64", "0");
	remover = start(drop, KTEST "made");
	await_stuck(remover);
	/* over another channel it can be used meanwhile */
	puts_in(SERVICES "made/num_u64", "3");
	puts_in(PARAMETERS "release", "1");
	assert_int_equal(end(reader), 0);
	assert_int_equal(end(remover), 0);
	is_absent(SERVICES "made");
}

/* A program is killed in mkdir: nothing is left. */
static void maker_is_killed(void **state)
{
	pid_t maker;

	(void)state;
	puts_in(PARAMETERS "delay_ms", "600000");
	reset_begun();
	maker = start(make, KTEST "made");
	await_begun(1);
	assert_int_equal(kill(maker, SIGKILL), 0);
	assert_int_equal(end(maker), 255);
	is_absent(KTEST "made");
	is_absent(SERVICES "made");
	puts_in(PARAMETERS "delay_ms", "0");
	assert_int_equal(make(KTEST "made"), 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, clean)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(bad_names), TEST(refused_by_the_driver), TEST(too_many), TEST(keeps_its_modules),
		TEST(narrowed), TEST(permission), TEST(other_user_namespace), TEST(removal_waits),
		TEST(maker_is_killed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("instances", tests, NULL, NULL);
}
