// SPDX-License-Identifier: GPL-2.0-only
/*
 * edu: the driver of QEMU's PCI device: registers, the factorial that waits for a real interrupt, interrupts
 * as events, the page that the device reads and writes by itself; then the device is pulled out while programs
 * use it, and put in again. Two devices, edu0 and edu1.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <kulink.h>

#include "../channels.h"

#define ID 0x010000ed
#define BUFFER_SIZE 4096
#define DMA_DONE 0x100

static const char *const services[] = { "edu0", "edu1" };

static struct kulink *opened(const char *service, const char *channel)
{
	struct kulink *k;
	int err = kulink_open(&k, service, channel);

	if (err)
		fail_msg("%s over %s: %s", service, channel, strerror(-err));
	return k;
}

static void next(struct kulink *k, struct kulink_event *event)
{
	struct pollfd fd = { .fd = kulink_fd(k), .events = POLLIN };

	while (kulink_next(k, event) == -EAGAIN)
		if (poll(&fd, 1, 60000) != 1)
			fail_msg("no event for a minute");
}

static void registers(void **state)
{
	struct channels channels = channels_with(KULINK_VALUES);
	struct kulink *k;
	uint64_t u;
	bool alive;
	size_t i, j;
	int may;

	(void)state;
	for (i = 0; i < 2; i++)
		for (j = 0; j < channels.n; j++) {
			if (is_by_choice(channels.names[j]))
				continue;
			k = opened(services[i], channels.names[j]);
			assert_int_equal(kulink_get_u64(k, "id", &u), 0);
			assert_int_equal(u, ID);
			assert_int_equal(kulink_get_bool(k, "alive", &alive), 0);
			assert_true(alive);
			if (reads_only(channels.names[j])) {
				kulink_close(k);
				continue;
			}
			may = is_anonymous(channels.names[j]) ? -EACCES : 0;
			assert_int_equal(kulink_set_u64(k, "liveness", 0x1234567 + j), may);
			assert_int_equal(kulink_get_u64(k, "liveness", &u), 0);
			assert_int_equal(u == 0x1234567 + j, !may);
			assert_int_equal(kulink_set_u64(k, "liveness", 1ULL << 32), may ?: -ERANGE);
			kulink_close(k);
		}
}

static void devices_are_apart(void **state)
{
	struct kulink *a = opened("edu0", "ioctl"), *b = opened("edu1", "ioctl");
	uint64_t u;

	(void)state;
	assert_int_equal(kulink_set_u64(a, "liveness", 11), 0);
	assert_int_equal(kulink_set_u64(b, "liveness", 22), 0);
	assert_int_equal(kulink_get_u64(a, "liveness", &u), 0);
	assert_int_equal(u, 11);
	kulink_close(a);
	kulink_close(b);
}

/* By the device, modulo 2^32, in the order of asking */
static void factorial(void **state)
{
	struct channels channels = channels_with(KULINK_CALLS);
	char request[16], reply[32];
	uint32_t expected;
	struct kulink *k;
	size_t i, len;
	uint32_t n;

	(void)state;
	for (i = 0; i < channels.n; i++) {
		k = opened(services[i & 1], channels.names[i]);
		for (n = 0, expected = 1; n < 15; n++, expected *= n) {
			len = sizeof(reply) - 1;
			snprintf(request, sizeof(request), "%u", n);
			assert_int_equal(kulink_call(k, "factorial", request, strlen(request), reply, &len), 0);
			reply[len] = '\0';
			assert_int_equal(strtoul(reply, NULL, 10), expected);
		}
		kulink_close(k);
	}
}

static uint64_t interrupts(const char *service)
{
	struct kulink *k = opened(service, "ioctl");
	uint64_t u;

	assert_int_equal(kulink_get_u64(k, "interrupts", &u), 0);
	kulink_close(k);
	return u;
}

/* From hard interrupt context to a program */
static void interrupt_events(void **state)
{
	struct channels channels = channels_with(KULINK_EVENTS);
	struct kulink *k, *ioctl = opened("edu1", "ioctl");
	struct kulink_event event;
	uint64_t i, count;
	size_t c;

	(void)state;
	for (c = 0; c < channels.n; c++) {
		k = opened("edu1", channels.names[c]);
		assert_int_equal(kulink_subscribe(k, "interrupt"), 0);
		count = interrupts("edu1");
		for (i = 1; i <= 10; i++) {
			assert_int_equal(kulink_set_u64(ioctl, "raise_irq", i << 8), 0);
			next(k, &event);
			assert_string_equal(event.name, "interrupt");
			assert_int_equal(event.lost, 0);
			assert_int_equal(event.cells[0].number, i << 8);
			assert_int_equal(event.cells[1].number, count + i);
		}
		assert_int_equal(interrupts("edu1"), count + 10);
		kulink_close(k);
	}
	kulink_close(ioctl);
}

/* The signal, the count, the process: that there was one, of which channel it came, and that none is missing */
static void interrupts_without_fields(void **state)
{
	struct channels channels = channels_that(KULINK_EVENTS, true), with = channels_with(KULINK_EVENTS);
	struct kulink *k, *ioctl = opened("edu1", "ioctl");
	struct kulink_event event;
	size_t c, w, found = 0;
	uint64_t i, seq;

	(void)state;
	for (c = 0; c < channels.n; c++) {
		for (w = 0; w < with.n && strcmp(with.names[w], channels.names[c]); w++)
			;
		if (w < with.n)
			continue;
		found++;
		k = opened("edu1", channels.names[c]);
		assert_int_equal(kulink_subscribe(k, "interrupt"), 0);
		for (i = 0, seq = 0; i < 10; i++, seq = event.seq) {
			assert_int_equal(kulink_set_u64(ioctl, "raise_irq", 1), 0);
			next(k, &event);
			assert_string_equal(event.name, "interrupt");
			assert_int_equal(event.lost, 0);
			assert_true(!i || event.seq == seq + 1);
		}
		kulink_close(k);
	}
	assert_true(found);
	kulink_close(ioctl);
}

static unsigned char *mapped(const char *service)
{
	struct kulink *k = opened(service, "mmap");
	size_t length;
	void *at;
	int err = kulink_map(k, "buffer", &at, &length);

	if (err)
		fail_msg("%s: map: %s", service, strerror(-err));
	assert_int_equal(length, BUFFER_SIZE);
	kulink_close(k);
	return at;
}

static int transfer(struct kulink *k, const char *call, const char *count)
{
	size_t len = 0;

	return kulink_call(k, call, count, strlen(count), NULL, &len);
}

static void fill(unsigned char *at, unsigned int seed)
{
	size_t i;

	for (i = 0; i < BUFFER_SIZE; i++)
		at[i] = (unsigned char)((i * 7 + seed) ^ (i >> 8));
}

/* There and back over every channel of calls, each time with other bytes, and not one more than was asked for */
static void transfers(void **state)
{
	static const size_t counts[] = { 1, 5, 1000, BUFFER_SIZE - 1 };
	struct channels channels = channels_with(KULINK_CALLS);
	unsigned char *at = mapped("edu1"), expected[BUFFER_SIZE], other[BUFFER_SIZE];
	struct kulink *k;
	char count[16];
	size_t i, n;

	(void)state;
	for (i = 0; i < channels.n; i++) {
		if (is_anonymous(channels.names[i]))
			continue;
		k = opened("edu1", channels.names[i]);
		n = counts[i % (sizeof(counts) / sizeof(*counts))];
		snprintf(count, sizeof(count), "%zu", n);
		fill(expected, i);
		memcpy(at, expected, BUFFER_SIZE);
		assert_int_equal(transfer(k, "to_device", count), 0);
		fill(other, 100 + i);
		memcpy(at, other, BUFFER_SIZE);
		assert_int_equal(transfer(k, "from_device", count), 0);
		assert_memory_equal(at, expected, n);
		assert_memory_equal(at + n, other + n, BUFFER_SIZE - n);
		kulink_close(k);
	}
	munmap(at, BUFFER_SIZE);
}

static void transfers_refused(void **state)
{
	static const struct {
		const char *count;
		int err;
	} bad[] = {
		{ "0", -ERANGE }, { "4096", -ERANGE }, { "4294967295", -ERANGE }, { "4294967296", -ERANGE },
		{ "", -EINVAL }, { "x", -EINVAL }, { "-1", -EINVAL }, { "1 2", -EINVAL },
		{ "1000000000000000", -EMSGSIZE },
	};
	struct channels channels = channels_with(KULINK_CALLS);
	unsigned char *at = mapped("edu1"), expected[BUFFER_SIZE];
	struct kulink *k;
	size_t i, j;

	(void)state;
	fill(expected, 77);
	memcpy(at, expected, BUFFER_SIZE);
	for (i = 0; i < channels.n; i++) {
		k = opened("edu1", channels.names[i]);
		if (is_anonymous(channels.names[i])) {
			assert_int_equal(transfer(k, "from_device", "1"), -EACCES);
		} else {
			for (j = 0; j < sizeof(bad) / sizeof(*bad); j++)
				assert_int_equal(transfer(k, "from_device", bad[j].count), bad[j].err);
		}
		kulink_close(k);
	}
	assert_memory_equal(at, expected, BUFFER_SIZE);
	munmap(at, BUFFER_SIZE);
}

/* The device says that it is done, to everybody who listens */
static void transfer_events(void **state)
{
	struct channels channels = channels_with(KULINK_EVENTS);
	struct kulink *k, *ioctl = opened("edu1", "ioctl");
	struct kulink_event event;
	size_t i;

	(void)state;
	for (i = 0; i < channels.n; i++) {
		k = opened("edu1", channels.names[i]);
		assert_int_equal(kulink_subscribe(k, "interrupt"), 0);
		assert_int_equal(transfer(ioctl, "to_device", "100"), 0);
		next(k, &event);
		assert_string_equal(event.name, "interrupt");
		assert_int_equal(event.lost, 0);
		assert_int_equal(event.cells[0].number, DMA_DONE);
		kulink_close(k);
	}
	kulink_close(ioctl);
}

static int no_row(void *ctx, const struct kulink_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

/* Dumps without a pause until the device has gone; then nothing but -ENODEV. */
static int dump_until_gone(const char *channel, int started)
{
	struct kulink *k;
	int err = kulink_open(&k, "edu0", channel), dumps;
	char byte = 0;

	for (dumps = 0; !err; dumps++) {
		err = kulink_dump(k, "registers", no_row, NULL);
		if (dumps == 0 && write(started, &byte, 1) != 1)
			return 1;
	}
	if (err == -ENODEV)
		err = kulink_dump(k, "registers", no_row, NULL);
	kulink_close(k);
	return err == -ENODEV && dumps > 1 ? 0 : -err ?: 1;
}

static void pulled_out(void **state)
{
	struct channels channels = channels_with(KULINK_TABLES);
	struct kulink *held = opened("edu0", "ioctl"), *told = opened("edu0", "genl");
	struct kulink *chardev = opened("edu0", "chardev"), *other = opened("edu1", "ioctl");
	unsigned char *at = mapped("edu0"), expected[BUFFER_SIZE];
	int started[2], status, file;
	struct kulink_event event;
	pid_t pids[CHANNELS_MAX];
	uint64_t u;
	char byte;
	size_t i;

	(void)state;
	assert_int_equal(kulink_get_u64(held, "id", &u), 0);
	assert_int_equal(kulink_subscribe(told, NULL), 0);
	assert_int_equal(kulink_subscribe(chardev, NULL), 0);
	file = open("/proc/kulink/edu0/registers", O_RDONLY);
	assert_true(file >= 0);
	assert_int_equal(pipe(started), 0);
	fill(expected, 5);
	memcpy(at, expected, BUFFER_SIZE);
	for (i = 0; i < channels.n; i++) {
		pids[i] = fork();
		if (!pids[i])
			_exit(dump_until_gone(channels.names[i], started[1]));
	}
	for (i = 0; i < channels.n; i++)
		assert_int_equal(read(started[0], &byte, 1), 1);
	assert_int_equal(system("vm-hotunplug edu0"), 0);
	for (i = 0; i < channels.n; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		if (status)
			fail_msg("dumping over %s: %s", channels.names[i],
				 WIFEXITED(status) ? strerror(WEXITSTATUS(status)) : "died");
	}
	assert_int_equal(kulink_get_u64(held, "id", &u), -ENODEV);
	do
		next(told, &event);
	while (!event.gone);
	do
		next(chardev, &event);
	while (!event.gone);
	assert_int_equal(kulink_get_u64(other, "id", &u), 0);
	assert_int_equal(u, ID);
	/* what the device read and wrote is the program's as long as it has it mapped */
	assert_memory_equal(at, expected, BUFFER_SIZE);
	at[0] = 1;
	munmap(at, BUFFER_SIZE);
	close(file);
	close(started[0]);
	close(started[1]);
	kulink_close(held);
	kulink_close(told);
	kulink_close(chardev);
	kulink_close(other);
}

/* The name is free again, and the new device works. */
static void put_in_again(void **state)
{
	struct kulink *k;
	uint64_t u;

	(void)state;
	assert_int_equal(system("vm-hotplug edu,edu0"), 0);
	assert_int_equal(kulink_wait("edu0", "ioctl", 60000), 0);
	k = opened("edu0", "ioctl");
	assert_int_equal(kulink_get_u64(k, "id", &u), 0);
	assert_int_equal(u, ID);
	kulink_close(k);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(registers), cmocka_unit_test(devices_are_apart), cmocka_unit_test(factorial),
	cmocka_unit_test(interrupt_events), cmocka_unit_test(interrupts_without_fields),
	cmocka_unit_test(transfers), cmocka_unit_test(transfers_refused), cmocka_unit_test(transfer_events),
	cmocka_unit_test(pulled_out), cmocka_unit_test(put_in_again),
	cmocka_unit_test(factorial), cmocka_unit_test(interrupt_events), cmocka_unit_test(transfers),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("edu", tests, NULL, NULL) ? 1 : 0;
}
