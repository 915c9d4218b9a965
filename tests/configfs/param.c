// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values as parameters of the test driver's module: at insmod, before its first service, with several, and after
 * it. Without the library.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/common.h"

#define DRIVER "kulink_test"

static void expect_load(const char *parameters)
{
	assert_int_equal(load(DRIVER, parameters), 0);
}

/* Made here, they keep the driver. */
static int ended(void **state)
{
	static const char *const made[] = { "late", "later", "third" };
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(made); i++) {
		snprintf(path, sizeof(path), KTEST "%s", made[i]);
		rmdir(path);
	}
	return exists("/sys/module/" DRIVER) ? unload(DRIVER) : 0;
}

/* The kernel's log has a sentence, from here on. */
static bool logged(int log, const char *sentence)
{
	char record[2048];
	ssize_t len;

	while ((len = read(log, record, sizeof(record) - 1)) > 0 || (len < 0 && errno == EPIPE)) {
		record[len > 0 ? len : 0] = '\0';
		if (strstr(record, sentence))
			return true;
	}
	return false;
}

static void log_says_why(void **state)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	(void)state;
	assert_true(log >= 0);
	lseek(log, 0, SEEK_END);
	assert_int_equal(load(DRIVER, "ranged_u=9"), ERANGE);
	assert_true(logged(log, "parameter ranged_u=9: out of its range"));
	close(log);
}

static void refused_at_insmod(void **state)
{
	static const struct {
		const char *parameters;
		int error;
	} bad[] = {
		{ "ranged_u=9", ERANGE }, { "ranged_u=21", ERANGE }, { "ranged_u=x", EINVAL },
		{ "ranged_u=", EINVAL }, { "ranged_u", EINVAL }, { "ranged_u=12x", EINVAL },
		{ "ranged_u=99999999999999999999", ERANGE }, { "ranged_s=-6", ERANGE },
		{ "num_u8=256", ERANGE }, { "num_u8=-1", ERANGE }, { "num_s8=-129", ERANGE },
		{ "edge_s=0", ERANGE }, { "choice=nosuch", EINVAL }, { "flag=maybe", EINVAL },
		{ "sized=a", ERANGE }, { "sized=abcdef", ERANGE }, { "label=\xff", EINVAL },
		{ "fixed=1", EACCES }, { "mode_0400=1", EACCES }, { "no_such_value=1", EINVAL },
		/* what was good before it is not kept either */
		{ "num_u8=1 ranged_u=9", ERANGE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		int error = load(DRIVER, bad[i].parameters);

		if (error != bad[i].error)
			fail_msg("%s: error %d, not %d", bad[i].parameters, error, bad[i].error);
		is_absent("/sys/module/" DRIVER);
		is_absent(SERVICES "ktest0");
	}
	expect_load("");
	has(SERVICES "ktest0/num_u8", "0");
}

/* What the driver was given, and what was written over it, waits for the first service. */
static void kept_for_the_first(void **state)
{
	char text[64];

	(void)state;
	expect_load("instances=0 ranged_u=12 label=abc flag insmod_only=7 num_u64=16");
	has(PARAMETERS "ranged_u", "12");
	has(PARAMETERS "flag", "1");
	has(PARAMETERS "num_u64", "16");
	assert_int_equal(get(PARAMETERS "num_u8", text, sizeof(text)), ENODEV);
	puts_in(PARAMETERS "ranged_u", "13\n");
	assert_int_equal(put(PARAMETERS "ranged_u", "21"), ERANGE);
	assert_int_equal(put(PARAMETERS "ranged_u", "x"), EINVAL);
	assert_int_equal(put(PARAMETERS "fixed", "1"), EACCES);
	has(PARAMETERS "ranged_u", "13");

	assert_int_equal(mkdir(KTEST "late", 0755), 0);
	has(SERVICES "late/ranged_u", "13");
	has(SERVICES "late/label", "abc");
	has(SERVICES "late/flag", "1");
	has(SERVICES "late/insmod_only", "7");
	has(SERVICES "late/num_u64", "16");
	/* set like any other: the driver was told, once */
	has(SERVICES "late/changes", "1");
	puts_in(PARAMETERS "ranged_u", "14");
	has(SERVICES "late/ranged_u", "14");
	has(SERVICES "late/changes", "2");
	assert_int_equal(put(PARAMETERS "ranged_u", "9"), ERANGE);
	has(SERVICES "late/ranged_u", "14");
	has(SERVICES "late/changes", "2");
}

/* The first counts, and after it the next to come: not one that was there. */
static void for_the_first_alone(void **state)
{
	char text[64];

	(void)state;
	expect_load("instances=0 ranged_u=12");
	assert_int_equal(mkdir(KTEST "late", 0755), 0);
	assert_int_equal(mkdir(KTEST "later", 0755), 0);
	has(SERVICES "late/ranged_u", "12");
	has(SERVICES "later/ranged_u", "10");
	has(SERVICES "later/changes", "0");
	puts_in(PARAMETERS "ranged_u", "15");
	has(SERVICES "late/ranged_u", "15");
	has(SERVICES "later/ranged_u", "10");

	assert_int_equal(rmdir(KTEST "late"), 0);
	assert_int_equal(get(PARAMETERS "ranged_u", text, sizeof(text)), ENODEV);
	assert_int_equal(put(PARAMETERS "ranged_u", "16"), ENODEV);
	has(SERVICES "later/ranged_u", "10");
	assert_int_equal(mkdir(KTEST "third", 0755), 0);
	has(SERVICES "third/ranged_u", "10");
	has(PARAMETERS "ranged_u", "10");
	puts_in(PARAMETERS "ranged_u", "17");
	has(SERVICES "third/ranged_u", "17");
	has(SERVICES "later/ranged_u", "10");
}

/* The administrator moves them from one service to the other. */
static void moved(void **state)
{
	char text[64];

	(void)state;
	expect_load("instances=2 ranged_u=12");
	has(SERVICES "ktest0/ranged_u", "12");
	has(SERVICES "ktest1/ranged_u", "10");
	puts_in(SERVICES "ktest0/kulink/channels", "sysfs");
	assert_int_equal(get(PARAMETERS "ranged_u", text, sizeof(text)), ENODEV);
	assert_int_equal(put(PARAMETERS "ranged_u", "13"), ENODEV);
	puts_in(SERVICES "ktest1/kulink/channels", "*");
	has(PARAMETERS "ranged_u", "10");
	puts_in(PARAMETERS "ranged_u", "14");
	has(SERVICES "ktest1/ranged_u", "14");
	has(SERVICES "ktest0/ranged_u", "12");
	/* taken is taken */
	puts_in(SERVICES "ktest0/kulink/channels", "*");
	has(PARAMETERS "ranged_u", "14");
}

static void refused_by_the_driver(void **state)
{
	(void)state;
	assert_int_equal(load(DRIVER, "errno=16 refused=5"), EBUSY);
	is_absent("/sys/module/" DRIVER);
	expect_load("instances=0 errno=16 refused=5");
	assert_int_equal(mkdir(KTEST "late", 0755), -1);
	assert_int_equal(errno, EBUSY);
	is_absent(KTEST "late");
	is_absent(SERVICES "late");
	/* it waits for the next */
	has(PARAMETERS "refused", "5");
	puts_in(PARAMETERS "errno", "0");
	assert_int_equal(mkdir(KTEST "late", 0755), 0);
	has(SERVICES "late/refused", "5");
}

static void owned_by(unsigned int uid, unsigned int gid)
{
	struct stat st;

	assert_int_equal(stat(PARAMETERS "ranged_u", &st), 0);
	assert_int_equal(st.st_uid, uid);
	assert_int_equal(st.st_gid, gid);
	assert_int_equal(st.st_mode & 07777, 0644);
}

static void files(void **state)
{
	static const char nul[] = "12\0junk";

	(void)state;
	expect_load("uid=1000 gid=2000");
	is_absent(PARAMETERS "insmod_only");
	is_absent(PARAMETERS "mode_0604");
	assert_int_equal(put(PARAMETERS "no_such_value", "1"), EINVAL);
	owned_by(1000, 2000);
	puts_in(SERVICES "ktest0/kulink/owner", "1234");
	owned_by(1234, 2000);
	puts_in(SERVICES "ktest0/kulink/channels", "sysfs");
	owned_by(0, 0);
	puts_in(SERVICES "ktest0/kulink/channels", "*");
	owned_by(1234, 2000);
	/* the handler is told no length */
	assert_int_equal(put_bytes(PARAMETERS "ranged_u", nul, sizeof(nul) - 1), 0);
	has(PARAMETERS "ranged_u", "12");
}

static int write_slowly(const char *text)
{
	return put(PARAMETERS "slept", text);
}

/* The lock of the module's parameters is not held while the driver works. */
static void slow_holds_up_nobody(void **state)
{
	pid_t pid;

	(void)state;
	expect_load("delay_ms=600000");
	reset_begun();
	pid = start(write_slowly, "5");
	await_begun(1);
	has(PARAMETERS "ranged_u", "10");
	puts_in(PARAMETERS "delay_ms", "0");
	puts_in(PARAMETERS "release", "1");
	assert_int_equal(end(pid), 0);
	has(SERVICES "ktest0/slept", "5");
}

/* An open file holds nothing, and does not find the next driver. */
static void open_over_unload(void **state)
{
	char text[64];
	int fd;

	(void)state;
	expect_load("ranged_u=12");
	fd = open(PARAMETERS "ranged_u", O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(unload(DRIVER), 0);
	expect_load("ranged_u=13");
	assert_int_equal(pread(fd, text, sizeof(text), 0), -1);
	assert_int_equal(errno, ENODEV);
	assert_int_equal(pwrite(fd, "14", 2, 0), -1);
	assert_int_equal(errno, ENODEV);
	close(fd);
	has(SERVICES "ktest0/ranged_u", "13");
}

#define TEST(name) cmocka_unit_test_teardown(name, ended)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(log_says_why), TEST(refused_at_insmod), TEST(kept_for_the_first),
		TEST(for_the_first_alone), TEST(moved), TEST(refused_by_the_driver), TEST(files),
		TEST(slow_holds_up_nobody), TEST(open_over_unload),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("param", tests, NULL, NULL);
}
