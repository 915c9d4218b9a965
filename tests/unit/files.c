// SPDX-License-Identifier: GPL-2.0-only
/* The channels that are files, over a tree in a temporary directory. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "unit.h"

#define CLASS	"/sys/class/kulink/demo0/"

static char *root;
static struct kulink *k;

static int setup(void **state)
{
	(void)state;
	root = tree_new("sysfs procfs sysctl debugfs\n");
	k = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	kulink_close(k);
	tree_free(root);
	return 0;
}

static void open_on(const char *channel)
{
	assert_int_equal(0, kulink_open_at(&k, root, kulink_channel_list, "demo0", channel));
}

static void write_value(const char *where, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", where, name);
	tree_text(root, path, text);
}

static void expect_file(const char *where, const char *name, const char *want)
{
	char path[256], *text;

	snprintf(path, sizeof(path), "%s/%s", where, name);
	text = tree_read(root, path);
	assert_non_null(text);
	text[strnlen(text, strlen(want))] = '\0';	/* unlike the kernel's, ours keeps what was longer */
	assert_string_equal(want, text);
	free(text);
}

/* A file a value: the same over sysfs, sysctl and debugfs */
static void values_over(const char *channel, const char *where)
{
	char text[KULINK_STRING_SIZE];
	uint64_t u;
	int64_t s;
	bool b;

	write_value(where, "threshold", "-10\n");
	write_value(where, "counter", "18446744073709551615\n");
	write_value(where, "enabled", "1\n");
	write_value(where, "mode", "sampled\n");
	write_value(where, "label", " two words \n");
	open_on(channel);
	assert_int_equal(0, kulink_get_s64(k, "threshold", &s));
	assert_int_equal(-10, s);
	assert_int_equal(0, kulink_get_u64(k, "counter", &u));
	assert_true(u == UINT64_MAX);
	assert_int_equal(0, kulink_get_bool(k, "enabled", &b));
	assert_true(b);
	assert_int_equal(0, kulink_get_string(k, "mode", text, sizeof(text)));
	assert_string_equal("sampled", text);
	assert_int_equal(0, kulink_get_string(k, "label", text, sizeof(text)));
	assert_string_equal(" two words ", text);
	assert_string_equal(channel, kulink_channel(k));

	assert_int_equal(0, kulink_set_s64(k, "threshold", INT64_MIN));
	expect_file(where, "threshold", "-9223372036854775808\n");
	assert_int_equal(0, kulink_set_bool(k, "enabled", false));
	expect_file(where, "enabled", "0\n");
	assert_int_equal(0, kulink_set_string(k, "mode", "full"));
	expect_file(where, "mode", "full\n");
	assert_int_equal(0, kulink_set_string(k, "label", ""));
	expect_file(where, "label", "\n");
	assert_int_equal(0, kulink_set_text(k, "label", " voil\xc3\xa0\n"));
	expect_file(where, "label", "voil\xc3\xa0\n");
	assert_int_equal(-EINVAL, kulink_set_string(k, "label", " x"));
	assert_int_equal(-EINVAL, kulink_set_string(k, "label", "x\t"));
	expect_file(where, "label", "voil\xc3\xa0\n");
}

static void sysfs_values(void **state)
{
	(void)state;
	values_over("sysfs", "/sys/class/kulink/demo0");
}

static void sysctl_values(void **state)
{
	(void)state;
	values_over("sysctl", "/proc/sys/kulink/demo0");
}

static void debugfs_values(void **state)
{
	(void)state;
	values_over("debugfs", "/sys/kernel/debug/kulink/demo0");
}

static void kernels_nonsense(void **state)
{
	uint64_t u;
	bool b;

	(void)state;
	open_on("sysfs");
	tree_text(root, CLASS "counter", "many\n");
	assert_int_equal(-EPROTO, kulink_get_u64(k, "counter", &u));
	tree_text(root, CLASS "counter", "");
	assert_int_equal(-EPROTO, kulink_get_u64(k, "counter", &u));
	tree_text(root, CLASS "enabled", "2\n");
	assert_int_equal(-EPROTO, kulink_get_bool(k, "enabled", &b));
}

static void procfs_values(void **state)
{
	char text[KULINK_STRING_SIZE];
	int64_t s;
	uint64_t u;

	(void)state;
	tree_text(root, "/proc/kulink/demo0/values",
		  "enabled\t1\n"
		  "threshold\t15\n"
		  "# counter\t5\n"
		  "mode\tfull\n"
		  "label\t a\tb \n");
	open_on("procfs");
	assert_int_equal(0, kulink_get_s64(k, "threshold", &s));
	assert_int_equal(15, s);
	assert_int_equal(0, kulink_get_string(k, "label", text, sizeof(text)));
	assert_string_equal(" a\tb ", text);
	assert_int_equal(-EIO, kulink_get_u64(k, "counter", &u));
	assert_int_equal(-EACCES, kulink_get_u64(k, "secret", &u));

	tree_text(root, "/proc/kulink/demo0/values", "");
	assert_int_equal(0, kulink_set_s64(k, "threshold", -3));
	expect_file("/proc/kulink/demo0", "values", "threshold -3\n");
	assert_int_equal(-EACCES, kulink_get_u64(k, "counter", &u));
	assert_int_equal(0, kulink_set_string(k, "label", "two words"));
	expect_file("/proc/kulink/demo0", "values", "label two words\n");
	assert_int_equal(0, kulink_set_string(k, "label", ""));
	expect_file("/proc/kulink/demo0", "values", "label \n");

	tree_remove(root, "/proc/kulink/demo0/values");
	tree_text(root, "/proc/kulink/demo0/values", "# counter\tx\nthreshold");
	assert_int_equal(-EPROTO, kulink_get_u64(k, "counter", &u));
	assert_int_equal(-EACCES, kulink_get_s64(k, "threshold", &s));
}

static int count(void *ctx, const struct kulink_row *row)
{
	assert_int_equal(4, row->generation);
	assert_int_equal(5, row->n_cells);
	++*(size_t *)ctx;
	return 0;
}

static void text_tables(void **state)
{
	static const char *const dirs[] = { "/proc/kulink/demo0", "/sys/kernel/debug/kulink/demo0" };
	static const char *const channels[] = { "procfs", "debugfs" };
	size_t i, n;

	(void)state;
	for (i = 0; i < 2; i++) {
		write_value(dirs[i], "links",
			    "# 4\tname:string\tbytes:u64:bytes\tdelta:s64\tup:bool\tstate:enum\n"
			    "lo\t1\t-1\t1\tup\n"
			    "d\\0401\t2\t-2\t0\tdown\n");
		open_on(channels[i]);
		n = 0;
		assert_int_equal(0, kulink_dump(k, "links", count, &n));
		assert_int_equal(2, n);
		write_value(dirs[i], "links", "");
		assert_int_equal(-EPROTO, kulink_dump(k, "links", count, &n));
		kulink_close(k);
	}
	k = NULL;
}

static void binary_tables(void **state)
{
	const size_t rows = 2000;	/* more than a page, by far */
	struct kulink_table_head head = {
		.len = sizeof(head), .record_size = 48, .generation = 4, .count = rows,
	};
	unsigned char *wire = calloc(1, sizeof(head) + rows * 48);
	size_t n = 0;

	(void)state;
	memcpy(wire, &head, sizeof(head));
	tree_write(root, CLASS "links", wire, sizeof(head) + rows * 48);
	open_on("sysfs");
	assert_int_equal(0, kulink_dump(k, "links", count, &n));
	assert_int_equal(rows, n);
	tree_write(root, CLASS "links", wire, sizeof(head) + rows * 48 - 1);
	assert_int_equal(-EPROTO, kulink_dump(k, "links", count, &n));
	tree_write(root, CLASS "links", wire, sizeof(head) - 1);
	assert_int_equal(-EPROTO, kulink_dump(k, "links", count, &n));
	tree_write(root, CLASS "links", wire, 0);
	assert_int_equal(-EPROTO, kulink_dump(k, "links", count, &n));
	free(wire);
}

static void not_published(void **state)
{
	(void)state;
	tree_text(root, CLASS "kulink/published", "ioctl\n");
	assert_int_equal(-ENOENT, kulink_open_at(&k, root, kulink_channel_list, "demo0", "sysfs"));
	assert_int_equal(-ENOENT, kulink_open_at(&k, root, kulink_channel_list, "demo0", "procfs"));
	assert_int_equal(-ENOENT, kulink_open_at(&k, root, kulink_channel_list, "demo0", "sysctl"));
	assert_int_equal(-ENOENT, kulink_open_at(&k, root, kulink_channel_list, "demo0", "debugfs"));
	assert_null(k);
}

/* What is declared and has no file any more is gone, whatever the mechanism says. */
static void files_that_left(void **state)
{
	uint64_t u;
	int64_t s;
	size_t n;

	(void)state;
	tree_text(root, CLASS "counter", "1\n");
	open_on("sysfs");	/* a file that was read is kept, and of sysfs says so by itself */
	tree_remove(root, CLASS "counter");
	assert_int_equal(-ENODEV, kulink_get_u64(k, "counter", &u));
	assert_int_equal(-ENODEV, kulink_dump(k, "links", count, &n));
	kulink_close(k);

	tree_text(root, "/proc/sys/kulink/demo0/threshold", "1\n");
	open_on("sysctl");
	tree_remove(root, "/proc/sys/kulink/demo0");
	assert_int_equal(-ENODEV, kulink_get_s64(k, "threshold", &s));
	assert_int_equal(-ENODEV, kulink_set_s64(k, "threshold", 1));
	/* the channel is loaded again, and the service is the same */
	tree_text(root, "/proc/sys/kulink/demo0/threshold", "1\n");
	assert_int_equal(0, kulink_get_s64(k, "threshold", &s));
	/* another service of that name */
	tree_remove(root, CLASS);
	tree_remove(root, "/proc/sys/kulink/demo0");
	tree_text(root, CLASS "kulink/declaration", DECLARATION);
	tree_text(root, "/proc/sys/kulink/demo0/threshold", "1\n");
	assert_int_equal(-ENODEV, kulink_get_s64(k, "threshold", &s));
	assert_int_equal(-ENODEV, kulink_get_s64(k, "threshold", &s));
}

/* Nobody behind it: open() says so of a socket, and debugfs of a module that is leaving. */
static void files_that_are_leaving(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	uint64_t u;

	(void)state;
	tree_text(root, "/sys/kernel/debug/kulink/demo0/label", "");
	snprintf(address.sun_path, sizeof(address.sun_path),
		 "%s/sys/kernel/debug/kulink/demo0/counter", root);
	assert_int_equal(0, bind(fd, (struct sockaddr *)&address, sizeof(address)));
	open_on("debugfs");
	assert_int_equal(-ENODEV, kulink_get_u64(k, "counter", &u));
	assert_int_equal(-ENODEV, kulink_set_u64(k, "counter", 1));
	close(fd);
}

static void translated(void **state)
{
	int dir;

	(void)state;
	tree_text(root, CLASS "here", "");
	dir = kulink_dir_open(root, "/sys/class/kulink", "demo0");
	assert_true(dir >= 0);
	assert_int_equal(0, kulink_file_error(dir, "here", 0));
	assert_int_equal(-EACCES, kulink_file_error(dir, "here", -EPERM));
	assert_int_equal(-ERANGE, kulink_file_error(dir, "gone", -ERANGE));
	assert_int_equal(-EIO, kulink_file_error(dir, "here", -EIO));
	assert_int_equal(-ENODEV, kulink_file_error(dir, "gone", -EIO));
	assert_int_equal(-ENOENT, kulink_file_error(dir, "here", -ENOENT));
	assert_int_equal(-ENODEV, kulink_file_error(dir, "gone", -ENOENT));
	assert_int_equal(-ENODEV, kulink_file_error(dir, "here", -ENODEV));
	close(dir);
	assert_int_equal(-ENOENT, kulink_dir_open(root, "/sys/class/kulink", "nope"));
}

static void everything_over_the_best(void **state)
{
	size_t n = 0;
	uint64_t u;

	(void)state;
	tree_text(root, CLASS "kulink/published", "procfs debugfs sysfs\n");
	tree_text(root, CLASS "counter", "1\n");
	tree_text(root, "/proc/kulink/demo0/links",
		  "# 4\tname:string\tbytes:u64\tdelta:s64\tup:bool\tstate:enum\n");
	open_on(NULL);
	assert_int_equal(0, kulink_get_u64(k, "counter", &u));
	assert_string_equal("sysfs", kulink_channel(k));
	/* sysfs says that it carries tables, and this one has gone from it */
	assert_int_equal(0, kulink_dump(k, "links", count, &n));
	assert_string_equal("procfs", kulink_channel(k));
	assert_int_equal(-EOPNOTSUPP, kulink_subscribe(k, "tick"));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(sysfs_values), T(sysctl_values), T(debugfs_values), T(kernels_nonsense),
		T(procfs_values), T(text_tables), T(binary_tables), T(not_published),
		T(files_that_left), T(files_that_are_leaving), T(translated), T(everything_over_the_best),
	};

	return unit_main(tests);
}
