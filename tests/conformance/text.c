// SPDX-License-Identifier: GPL-2.0-only
/* What a shell can write and read, on the channels whose values are files of text. */
#include <fcntl.h>
#include <unistd.h>

#include "suite.h"

/* procfs has one file for all values, a line is "NAME VALUE". */
static int opened(const char *value, int flags)
{
	static const char *const directories[][2] = {
		{ "sysfs", "/sys/class/kulink/" SERVICE },
		{ "debugfs", "/sys/kernel/debug/kulink/" SERVICE },
		{ "sysctl", "/proc/sys/kulink/" SERVICE }, { "procfs", "/proc/kulink/" SERVICE },
		{ "param", "/sys/module/kulink_test/parameters" },
		{ "configfs", "/sys/kernel/config/kulink/ktest/" SERVICE },
	};
	char path[160];
	size_t i;
	int fd;

	for (i = 0; i < COUNT(directories) && !is_channel(directories[i][0]); i++)
		;
	snprintf(path, sizeof(path), "%s/%s", directories[i][1],
		 is_channel("procfs") ? "values" : value);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		fail_msg("%s: %s", path, strerror(errno));
	return fd;
}

static int store(const char *value, const void *text, size_t len)
{
	static char line[8192];
	int fd = opened(value, O_WRONLY), at = 0;
	ssize_t done;

	if (is_channel("procfs"))
		at = snprintf(line, sizeof(line), "%s ", value);
	memcpy(line + at, text, len);
	done = write(fd, line, (size_t)at + len);
	if (done < 0)
		done = -errno;
	close(fd);
	return done < 0 ? (int)done : done == (ssize_t)(at + len) ? 0 : -EIO;
}

static void stores(const char *value, const char *text, int expected)
{
	int err = store(value, text, strlen(text));

	if (err != expected)
		fail_msg("%s < \"%s\": %d, expected %d", value, text, err, expected);
}

static void reads(const char *value, const char *expected)
{
	static char text[65536];
	char *at = text, name[64];
	int fd = opened(value, O_RDONLY);
	ssize_t len = read(fd, text, sizeof(text) - 1);

	close(fd);
	assert_true(len > 0);
	text[len] = '\0';
	if (is_channel("procfs")) {
		snprintf(name, sizeof(name), "\n%s\t", value);
		at = strstr(text, name);
		assert_non_null(at);
		at += strlen(name);
	}
	at[strcspn(at, "\n")] = '\0';
	assert_string_equal(at, expected);
}

static void text_numbers(void **state)
{
	(void)state;
	stores("ranged_u", "15\n", 0);
	stores("ranged_u", " 16 ", 0);
	stores("ranged_u", "\t17\n\n", 0);
	reads("ranged_u", "17");
	stores("ranged_u", "9", -ERANGE);
	stores("ranged_u", "21\n", -ERANGE);
	stores("ranged_u", "99999999999999999999\n", -ERANGE);
	stores("ranged_u", "-1\n", -ERANGE);
	stores("ranged_u", "15 16\n", -EINVAL);
	stores("ranged_u", "15x\n", -EINVAL);
	stores("ranged_u", "fifteen\n", -EINVAL);
	stores("ranged_u", "\n", -EINVAL);
	stores("ranged_u", "   ", -EINVAL);
	reads("ranged_u", "17");
	stores("edge_s", "-9223372036854775808", 0);
	reads("edge_s", "-9223372036854775808");
	stores("edge_s", "-9223372036854775809", -ERANGE);
	stores("edge_u", "18446744073709551615\n", 0);
	reads("edge_u", "18446744073709551615");
	stores("edge_u", "18446744073709551616\n", -ERANGE);
}

static void text_bools_and_labels(void **state)
{
	static const char *const yes[] = { "1\n", "y", "Y\n", "on\n", " 1 ", "yes" };
	static const char *const no[] = { "0\n", "n", "N\n", "off\n", "no" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(yes); i++) {
		stores("flag", "0", 0);
		stores("flag", yes[i], 0);
		reads("flag", "1");
	}
	for (i = 0; i < COUNT(no); i++) {
		stores("flag", "1", 0);
		stores("flag", no[i], 0);
		reads("flag", "0");
	}
	stores("flag", "maybe", -EINVAL);
	stores("choice", "sampled\n", 0);
	reads("choice", "sampled");
	stores("choice", "some\n", -EINVAL);
	stores("choice", "1\n", -EINVAL);
	reads("choice", "sampled");
}

static void text_bytes(void **state)
{
	char junk[6000];

	(void)state;
	stores("label", "before\n", 0);
	memset(junk, 'x', sizeof(junk));
	assert_true(store("label", junk, 300) == -ERANGE);
	/* longer than any value, and than what some mechanisms hand on in one piece */
	assert_true(store("label", junk, sizeof(junk)) < 0);
	assert_true(store("label", "a\nb", 3) == -EINVAL);
	/* a parameter is told no length: param_attr_store() in kernel/params.c */
	if (!is_channel("param"))
		assert_true(store("label", "a\0b", 3) == -EINVAL);
	reads("label", "before");
	assert_true(store("num_u64", junk, 4000) < 0);
	stores("num_u64", "12\n", 0);
	memset(junk, ' ', 200);
	assert_int_equal(store("num_u64", strcat(strcpy(junk + 190, "77"), "\n") - 190, 193), 0);
	reads("num_u64", "77");
}

/* A write that is no whole value must not change it. */
static void text_short(void **state)
{
	int fd;

	(void)state;
	stores("num_u64", "5", 0);
	fd = opened("num_u64", O_WRONLY);
	/* a write of nothing */
	if (write(fd, "", 0) > 0)
		fail_msg("nothing was written");
	close(fd);
	reads("num_u64", "5");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(text_numbers),
	cmocka_unit_test(text_bools_and_labels),
	cmocka_unit_test(text_bytes),
	cmocka_unit_test(text_short),
};

const struct test_group text_group = {
	"text", 0, tests, COUNT(tests), NULL, 0, "procfs sysfs debugfs sysctl param configfs"
};
