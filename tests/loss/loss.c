// SPDX-License-Identifier: GPL-2.0-only
/*
 * loss: one flood of events, every channel that carries them loaded, several programs at each. What a program got and
 * what it was told that it lost must be what was emitted, each event once and in its place: the emitter's own count of
 * them, which is in the payload, or kulink's where none comes, against what came before. "loss N [CHANNEL...]" emits N
 * events (default a million), the first ones of the service: it counts them from 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <kulink.h>

#include "../channels.h"

#define FLOOD	"/sys/module/kulink_test/parameters/flood_data"
#define ROUNDS	20

enum pace { QUICK, SLOW, STOPPED, KILLED, REPLACEMENT, PACES };

static const char *const pace_names[PACES] = {
	[QUICK] = "a quick reader", [SLOW] = "a slow reader", [STOPPED] = "a reader that stops and goes on",
	[KILLED] = "a reader that is killed", [REPLACEMENT] = "its replacement",
};

/* A program that reads. It writes here, where whoever began it looks. */
struct reader {
	const char *channel;
	enum pace pace;
	pid_t pid;
	uint64_t begin;			/* events that were emitted before it subscribed */
	uint64_t end;			/* and when the flood was over; 0: it goes on */
	uint64_t delivered;
	uint64_t lost;
	bool ready;
	bool done;
	char trouble[160];
};

static struct reader *readers;
static size_t n_readers;
static uint64_t wanted = 1000000, emitted;

static void __attribute__((format(printf, 2, 3), noreturn)) give_up(struct reader *reader, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(reader->trouble, sizeof(reader->trouble), format, args);
	va_end(args);
	_exit(1);
}

static uint64_t account(const struct reader *reader)
{
	return reader->begin + reader->delivered + reader->lost;
}

/* The emitter counts from 1, and so does the service. */
static void book(struct reader *reader, const struct kulink_event *event)
{
	uint64_t number = event->n_cells ? event->cells[0].number : event->seq;

	if (event->gone)
		give_up(reader, "told that the service has gone, after %ju events", (uintmax_t)account(reader));
	__atomic_store_n(&reader->lost, reader->lost + event->lost, __ATOMIC_RELAXED);
	if (event->only_lost)
		return;
	__atomic_store_n(&reader->delivered, reader->delivered + 1, __ATOMIC_RELAXED);
	if (number != account(reader))
		give_up(reader, "event %ju came, it should have been %ju (%ju lost before it)", (uintmax_t)number,
			(uintmax_t)account(reader), (uintmax_t)event->lost);
}

static bool is_over(const struct reader *reader)
{
	uint64_t end = __atomic_load_n(&reader->end, __ATOMIC_ACQUIRE);

	return end && account(reader) >= end;
}

static void __attribute__((noreturn)) read_events(struct reader *reader)
{
	struct kulink_event event;
	struct pollfd fd = { .events = POLLIN };
	struct kulink *k;
	int err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	err = kulink_open(&k, "ktest0", reader->channel);
	err = err ?: kulink_subscribe(k, "data");
	if (err)
		give_up(reader, "cannot subscribe: %s", strerror(-err));
	fd.fd = kulink_fd(k);
	__atomic_store_n(&reader->ready, true, __ATOMIC_RELEASE);
	while (!is_over(reader)) {
		err = kulink_next(k, &event);
		if (!err)
			book(reader, &event);
		else if (err != -EAGAIN)
			give_up(reader, "kulink_next: %s", strerror(-err));
		else
			poll(&fd, 1, 100);
		if (reader->pace == SLOW && !err && reader->delivered % 50 == 0 && !reader->end)
			usleep(20000);
	}
	kulink_close(k);
	__atomic_store_n(&reader->done, true, __ATOMIC_RELEASE);
	_exit(0);
}

static bool has_ended(struct reader *reader)
{
	if (reader->pid > 0 && waitpid(reader->pid, NULL, WNOHANG) == reader->pid)
		reader->pid = 0;
	return !reader->pid;
}

/* Returns when it has subscribed, or has ended in trouble. */
static void start(struct reader *reader)
{
	pid_t pid;

	reader->begin = emitted;
	fflush(NULL);
	pid = fork();
	if (!pid)
		read_events(reader);
	reader->pid = pid;	/* not both of us: it is one memory */
	while (!__atomic_load_n(&reader->ready, __ATOMIC_ACQUIRE) && !has_ended(reader))
		usleep(1000);
}

static int flood(uint64_t n)
{
	char text[24];
	int fd = open(FLOOD, O_WRONLY | O_CLOEXEC), len = snprintf(text, sizeof(text), "%ju", (uintmax_t)n);
	bool written = fd >= 0 && write(fd, text, (size_t)len) == len;

	if (fd >= 0)
		close(fd);
	if (!written)
		perror(FLOOD);
	else
		emitted += n;
	return written ? 0 : -1;
}

static void signal_all(enum pace pace, int signal)
{
	size_t i;

	for (i = 0; i < n_readers; i++)
		if (readers[i].pace == pace && readers[i].pid > 0)
			kill(readers[i].pid, signal);
}

/* In the middle of its work, and not before it. */
static void kill_reading(struct reader *reader)
{
	unsigned int tries;

	for (tries = 0; !reader->delivered && !has_ended(reader) && tries < 6000; tries++)
		usleep(10000);
	if (reader->pid > 0)
		kill(reader->pid, SIGKILL);
}

/* Between two rounds nothing is emitted: who begins then knows what came before it. */
static void replace(void)
{
	size_t i;

	for (i = 0; i < n_readers; i++)
		if (readers[i].pace == KILLED)
			kill_reading(&readers[i]);
		else if (readers[i].pace == REPLACEMENT)
			start(&readers[i]);
}

/* The flood, and its readers' ends. What each got is for the tests to judge. */
static int flood_all(void **state)
{
	unsigned int round;
	size_t i;

	(void)state;
	for (i = 0; i < n_readers; i++)
		if (readers[i].pace != REPLACEMENT)
			start(&readers[i]);
	for (round = 0; round < ROUNDS; round++) {
		if (round == ROUNDS / 4)
			signal_all(STOPPED, SIGSTOP);
		if (round == ROUNDS / 2)
			replace();
		if (round == ROUNDS * 3 / 4)
			signal_all(STOPPED, SIGCONT);
		if (flood(wanted / ROUNDS))
			return -1;
		print_message("# %ju emitted\n", (uintmax_t)emitted);
	}
	for (i = 0; i < n_readers; i++)
		__atomic_store_n(&readers[i].end, emitted, __ATOMIC_RELEASE);
	return 0;
}

/* Its account is closed, not one more nor one less; a test waits no longer than it goes on. */
static void account_is_right(void **state)
{
	struct reader *reader = *state;
	uint64_t before = 0;
	unsigned int idle = 0;

	while (!has_ended(reader) && idle < 600) {
		idle = account(reader) == before ? idle + 1 : 0;
		before = account(reader);
		usleep(100000);
	}
	print_message("# %s, %s: %ju delivered, %ju lost\n", reader->channel, pace_names[reader->pace],
		      (uintmax_t)reader->delivered, (uintmax_t)reader->lost);
	if (reader->trouble[0])
		fail_msg("%s", reader->trouble);
	assert_true(reader->delivered > 0);
	if (reader->pace == KILLED) {
		assert_false(reader->done);
		return;
	}
	if (!reader->done)
		fail_msg("not a word for a minute, and %ju are missing", (uintmax_t)(emitted - account(reader)));
	assert_int_equal(account(reader), emitted);
	/* a count takes no room: it has what was emitted meanwhile */
	if (reader->pace == STOPPED && strcmp(reader->channel, "eventfd"))
		assert_true(reader->lost > 0);
}

static int stop(void **state)
{
	struct reader *reader = *state;

	if (reader->pid > 0) {
		kill(reader->pid, SIGKILL);
		waitpid(reader->pid, NULL, 0);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct channels channels = channels_that(KULINK_EVENTS, true);
	static struct CMUnitTest tests[CHANNELS_MAX * PACES];
	static char names[CHANNELS_MAX * PACES][64];
	size_t i;

	if (argc > 1)
		wanted = strtoull(argv[1], NULL, 10);
	for (i = 2; i < (size_t)argc && i - 2 < CHANNELS_MAX; i++) {
		channels.names[i - 2] = argv[i];
		channels.n = i - 1;
	}
	n_readers = channels.n * PACES;
	readers = mmap(NULL, sizeof(tests) / sizeof(tests[0]) * sizeof(*readers), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (readers == MAP_FAILED || wanted < ROUNDS) {
		fprintf(stderr, "usage: loss [EVENTS [CHANNEL...]]\n");
		return 2;
	}
	for (i = 0; i < n_readers; i++) {
		readers[i].channel = channels.names[i / PACES];
		readers[i].pace = i % PACES;
		snprintf(names[i], sizeof(names[i]), "%s: %s", readers[i].channel, pace_names[readers[i].pace]);
		tests[i] = (struct CMUnitTest){ names[i], account_is_right, NULL, stop, &readers[i] };
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("loss", tests, n_readers, flood_all, NULL) ? 1 : 0;
}
