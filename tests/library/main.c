// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the library promises over several channels: to wait until one is there, to choose the best, to
 * take the next when one leaves, to stay with the service that a handle was opened for, and to tell of
 * values that changed. Modules come and go under it.
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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <kulink.h>

#define SERVICE	"ktest0"
#define LATE	300		/* ms */

static const char *const channels[] = {
	"ioctl", "sockopt", "chardev", "netlink", "genl", "sysfs", "sysctl", "procfs", "debugfs",
};

#define N_CHANNELS	(sizeof(channels) / sizeof(*channels))
#define DRIVER		"kulink_test"
#define MODULES		"kulink_dev kulink_genl kulink_sysfs kulink_sysctl kulink_procfs kulink_debugfs " \
			"kulink_sockopt kulink_netlink"

static void run(const char *command)
{
	int status = system(command);

	if (status)
		fail_msg("\"%s\" ended with %d", command, status);
}

/* Whatever is loaded; what is not does no harm */
static int unload(void **state)
{
	(void)state;
	return system("for m in " DRIVER " kulink_test_log " MODULES " kulink; do "
		      "grep -q \"^$m \" /proc/modules || continue; rmmod $m || exit 1; done");
}

static int everything(void **state)
{
	if (unload(state))
		return -1;
	return system("modprobe -a " MODULES " " DRIVER);
}

/* Run the command in a while */
static pid_t later(const char *command)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	usleep(LATE * 1000);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void ended(pid_t pid)
{
	int status;

	assert_int_equal(pid, waitpid(pid, &status, 0));
	assert_int_equal(0, status);
}

static struct kulink *opened(const char *channel)
{
	struct kulink *k;
	int error = kulink_open(&k, SERVICE, channel);

	if (error)
		fail_msg("open over %s: %s", channel ? channel : "any", strerror(-error));
	return k;
}

static void waits_for_a_service(void **state)
{
	pid_t pid;

	(void)state;
	assert_int_equal(-ETIMEDOUT, kulink_wait(SERVICE, NULL, 0));
	run("modprobe kulink_procfs");
	assert_int_equal(-ETIMEDOUT, kulink_wait(SERVICE, NULL, 100));
	pid = later("modprobe " DRIVER);
	assert_int_equal(0, kulink_wait(SERVICE, NULL, 60000));
	ended(pid);
	assert_int_equal(0, kulink_wait(SERVICE, NULL, 0));
}

static void waits_for_a_channel(void **state)
{
	struct kulink *k;
	pid_t pid;

	(void)state;
	run("modprobe " DRIVER);
	assert_int_equal(-ETIMEDOUT, kulink_wait(SERVICE, "sysfs", 100));
	pid = later("modprobe kulink_sysfs");
	assert_int_equal(0, kulink_wait(SERVICE, "sysfs", 60000));
	k = opened("sysfs");
	assert_int_equal(0, kulink_set_u64(k, "num_u8", 255));
	kulink_close(k);
	ended(pid);
}

/* The device node is there, and opening it loads what is behind it. */
static void a_first_use_loads(void **state)
{
	int64_t v;
	struct kulink *k;

	(void)state;
	run("modprobe " DRIVER);
	assert_int_equal(0, kulink_wait(SERVICE, "ioctl", 60000));
	k = opened(NULL);
	assert_int_equal(0, kulink_get_s64(k, "num_s8", &v));
	assert_string_equal("ioctl", kulink_channel(k));
	kulink_close(k);
}

static int count(void *ctx, const struct kulink_row *row)
{
	(void)row;
	++*(size_t *)ctx;
	return 0;
}

static void the_best_for_each(void **state)
{
	struct kulink *k = opened(NULL);
	uint64_t v;
	size_t n = 0;

	(void)state;
	assert_int_equal(0, kulink_get_u64(k, "num_u8", &v));
	assert_string_equal("ioctl", kulink_channel(k));
	assert_int_equal(0, kulink_subscribe(k, NULL));
	assert_string_equal("chardev", kulink_channel(k));
	assert_int_equal(0, kulink_dump(k, "empty", count, &n));
	assert_int_equal(0, n);
	assert_string_equal("ioctl", kulink_channel(k));
	kulink_close(k);
}

/* A channel is unloaded under a handle that may use any. */
static void the_next_takes_over(void **state)
{
	struct kulink *k;
	uint64_t v;

	(void)state;
	run("modprobe -a kulink_genl kulink_procfs " DRIVER);
	run("echo /bin/false >/proc/sys/kernel/modprobe");
	k = opened(NULL);
	assert_int_equal(0, kulink_set_u64(k, "num_u16", 65535));
	assert_string_equal("genl", kulink_channel(k));
	run("rmmod kulink_genl");
	assert_int_equal(0, kulink_get_u64(k, "num_u16", &v));
	assert_string_equal("procfs", kulink_channel(k));
	assert_int_equal(65535, v);
	run("rmmod kulink_procfs");
	assert_int_not_equal(0, kulink_get_u64(k, "num_u16", &v));
	run("modprobe kulink_sysfs");
	assert_int_equal(0, kulink_get_u64(k, "num_u16", &v));
	assert_string_equal("sysfs", kulink_channel(k));
	kulink_close(k);
	run("echo /sbin/modprobe >/proc/sys/kernel/modprobe");
}

static void a_named_one_is_not_replaced(void **state)
{
	struct kulink *k = opened("procfs");
	uint64_t v;

	(void)state;
	assert_int_equal(0, kulink_get_u64(k, "num_u8", &v));
	run("rmmod kulink_procfs");
	assert_int_equal(-ENODEV, kulink_get_u64(k, "num_u8", &v));
	assert_int_equal(-ENODEV, kulink_set_u64(k, "num_u8", 1));
	assert_true(strlen(kulink_message(k)) > 10);
	run("modprobe kulink_procfs");
	assert_int_equal(0, kulink_get_u64(k, "num_u8", &v));
	kulink_close(k);
}

static bool all_gone(struct kulink *k)
{
	struct kulink_datum datum;
	size_t n = 0, none = 0;
	int get = kulink_get(k, "num_u8", &datum), set = kulink_set_u64(k, "num_u8", 1);
	int dump = kulink_dump(k, "empty", count, &n);
	int call = kulink_call(k, "echo", NULL, 0, NULL, &none);

	return (get == -ENODEV || get == -EOPNOTSUPP) && (set == -ENODEV || set == -EOPNOTSUPP) &&
	       (dump == -ENODEV || dump == -EOPNOTSUPP) && (call == -ENODEV || call == -EOPNOTSUPP);
}

/* The driver leaves and another instance takes the name: not the one that was opened. */
static void a_handle_stays_with_its_service(void **state)
{
	struct kulink *handles[N_CHANNELS + 1];
	uint64_t v;
	size_t i;

	(void)state;
	for (i = 0; i <= N_CHANNELS; i++)
		handles[i] = opened(i < N_CHANNELS ? channels[i] : NULL);
	for (i = 0; i < N_CHANNELS; i++)
		assert_int_not_equal(-ENODEV, kulink_get_u64(handles[i], "num_u8", &v));
	run("rmmod " DRIVER);
	for (i = 0; i <= N_CHANNELS; i++) {
		if (!all_gone(handles[i]))
			fail_msg("%s is not gone", i < N_CHANNELS ? channels[i] : "any");
	}
	run("modprobe " DRIVER);
	for (i = 0; i <= N_CHANNELS; i++) {
		if (!all_gone(handles[i]))
			fail_msg("%s took the other service", i < N_CHANNELS ? channels[i] : "any");
		kulink_close(handles[i]);
	}
	handles[0] = opened(NULL);
	assert_int_equal(0, kulink_get_u64(handles[0], "num_u8", &v));
	kulink_close(handles[0]);
}

static bool readable(struct kulink *k, int timeout)
{
	struct pollfd fd = { .fd = kulink_fd(k), .events = POLLIN };

	return poll(&fd, 1, timeout) == 1 && fd.revents & POLLIN;
}

/* sysfs says POLLPRI, kulink_fd() POLLIN; the last thing that it tells is that the driver left. */
static void changes_over_sysfs(void **state)
{
	struct kulink *k = opened("sysfs"), *other = opened("ioctl");
	struct kulink_event event;

	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "num_u8"));
	assert_int_equal(0, kulink_subscribe(k, "choice"));
	assert_false(readable(k, 0));
	assert_int_equal(-EAGAIN, kulink_next(k, &event));
	assert_int_equal(0, kulink_set_u64(other, "num_u8", 77));
	assert_true(readable(k, 60000));
	assert_int_equal(0, kulink_next(k, &event));
	assert_string_equal("num_u8", event.name);
	assert_int_equal(1, event.seq);
	assert_int_equal(0, event.lost);
	assert_int_equal(1, event.n_cells);
	assert_int_equal(77, event.cells[0].number);
	assert_int_equal(-EAGAIN, kulink_next(k, &event));

	assert_int_equal(0, kulink_set_u64(other, "num_u16", 5));	/* not wanted */
	assert_int_equal(0, kulink_set_string(other, "choice", "full"));
	assert_true(readable(k, 60000));
	assert_int_equal(0, kulink_next(k, &event));
	assert_string_equal("choice", event.name);
	assert_string_equal("full", event.cells[0].string);
	kulink_close(other);

	run("rmmod " DRIVER);
	assert_true(readable(k, 60000));
	assert_int_equal(0, kulink_next(k, &event));
	assert_true(event.gone);
	assert_int_equal(-ENODEV, kulink_next(k, &event));
	kulink_close(k);
}

static void set_rows(unsigned int n)
{
	char command[80];

	snprintf(command, sizeof(command), "echo %u >/sys/module/" DRIVER "/parameters/rows", n);
	run(command);
}

/* That many of a generation; 0 or why not, for a child, too */
static int rows_are(struct kulink *k, uint64_t n, struct kulink_rows *rows)
{
	int error = kulink_rows(k, "flat", rows);

	return error ? error : rows->n == n ? 0 : -EBADMSG;
}

/*
 * What a table's driver told of decides whether what was read is still good: not who asked last, for another one or in
 * another form, nor another process that asks through the same open file.
 */
static void rows_that_have_not_changed(void **state)
{
	struct kulink *k = opened("mmap");
	struct kulink_rows rows, again, other;
	uint64_t n = 0;
	pid_t pid;

	(void)state;
	set_rows(5);
	assert_int_equal(0, rows_are(k, 5, &rows));
	assert_int_equal(0, rows_are(k, 5, &again));
	assert_ptr_equal(rows.records, again.records);
	assert_int_equal(rows.generation, again.generation);
	assert_string_equal("mmap", kulink_channel(k));

	assert_int_equal(0, kulink_rows(k, "odd", &other));
	assert_int_equal(0, rows_are(k, 5, &again));
	assert_int_equal(-ENOENT, kulink_rows(k, "nosuch", &other));
	assert_int_equal(0, rows_are(k, 5, &again));

	set_rows(6);
	assert_int_equal(0, kulink_dump(k, "flat", count, &n));
	assert_int_equal(6, n);
	assert_int_equal(0, rows_are(k, 6, &again));

	set_rows(7);
	pid = fork();
	if (!pid)
		_exit(-rows_are(k, 7, &again));
	ended(pid);
	assert_int_equal(0, rows_are(k, 7, &again));
	run("rmmod " DRIVER);
	assert_int_equal(-ENODEV, kulink_rows(k, "flat", &again));
	assert_int_equal(-ENODEV, kulink_rows(k, "flat", &again));
	kulink_close(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(waits_for_a_service, unload, unload),
		cmocka_unit_test_setup_teardown(waits_for_a_channel, unload, unload),
		cmocka_unit_test_setup_teardown(a_first_use_loads, unload, unload),
		cmocka_unit_test_setup_teardown(the_best_for_each, everything, unload),
		cmocka_unit_test_setup_teardown(the_next_takes_over, unload, unload),
		cmocka_unit_test_setup_teardown(a_named_one_is_not_replaced, everything, unload),
		cmocka_unit_test_setup_teardown(a_handle_stays_with_its_service, everything, unload),
		cmocka_unit_test_setup_teardown(changes_over_sysfs, everything, unload),
		cmocka_unit_test_setup_teardown(rows_that_have_not_changed, everything, unload),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("tests/library", tests, NULL, NULL);
}
