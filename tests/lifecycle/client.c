// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the lifecycle script has its programs do; each says "ready" when the script may go on, and
 * exits with 0 if all was as it must be.
 *
 *	client CHANNELS probe		one operation works over each of them
 *	client CHANNELS absent		the service can be reached over none of them
 *	client CHANNEL flight KIND N	N programs in an operation of the driver that lasts until
 *					the driver is unloaded under them (get set dump call)
 *	client CHANNEL hold		a handle in use; at a signal: the next operation is -ENODEV
 *	client CHANNEL mapped		regions, values and a table mapped; at a signal: they are the old
 *					driver's bytes, can be written, and are said to be dead
 *	client CHANNEL gone N		a subscriber: N events, then "gone", then -ENODEV
 *	client CHANNEL hammer		everything, again and again, until a signal, whatever comes
 *					and goes; at the end, how much of it worked while there was a
 *					file WINDOW: something was being unloaded
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kulink.h>

#include "../driver/pattern.h"

#define WINDOW	"/tmp/window"

static const char *service;
static const char *channel;
static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static int wrong(const char *what, int err)
{
	fprintf(stderr, "%s: %s: %d (%s)\n", channel, what, err,
		err < 0 ? strerror(-err) : "no error");
	return 1;
}

static void ready(void)
{
	printf("ready\n");
	fflush(stdout);
}

static int no_row(void *ctx, const struct kulink_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static int get(struct kulink *k)
{
	uint64_t u;

	return kulink_get_u64(k, "slept", &u);
}

static int set(struct kulink *k)
{
	return kulink_set_u64(k, "slept", 3);
}

static int dump(struct kulink *k)
{
	return kulink_dump(k, "slow", no_row, NULL);
}

/* until it is let go */
static int call(struct kulink *k)
{
	uint64_t ms = 0;
	size_t len = 0;

	return kulink_call(k, "slow", &ms, sizeof(ms), NULL, &len);
}

static const struct kind {
	const char *name;
	int (*run)(struct kulink *k);
} kinds[] = { { "get", get }, { "set", set }, { "dump", dump }, { "call", call }, {} };

/* What the channel carries: a value, else a table, else an event. */
static int quick(struct kulink *k)
{
	uint64_t u;
	int err = kulink_get_u64(k, "num_u64", &u);

	err = err == -EOPNOTSUPP ? kulink_dump(k, "odd", no_row, NULL) : err;
	return err == -EOPNOTSUPP ? kulink_subscribe(k, "data") : err;
}

static int probe(void)
{
	struct kulink *k;
	int err = kulink_open(&k, service, channel);

	err = err ?: quick(k);
	kulink_close(k);
	return err ? wrong("probe", err) : 0;
}

static int absent(void)
{
	struct kulink *k;
	int err = kulink_open(&k, service, channel);

	kulink_close(k);
	return err == -ENOENT ? 0 : wrong("open of what is not there", err);
}

/* From here on whatever can be slow in the driver is, until it leaves. */
static int slow_down(void)
{
	int fd = open("/sys/module/kulink_test/parameters/delay_ms", O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, "3600000", 7) != 7 ? wrong("delay_ms", -errno) : 0;
}

/* In the driver when it is unloaded: done all the same, or told that it is gone; afterwards it is. */
static int fly(const struct kind *kind, int up, int gate)
{
	unsigned int tries;
	struct kulink *k;
	int err = kulink_open(&k, service, channel);
	char byte = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (err)
		return wrong("open", err);
	err = quick(k);
	if (err)
		return wrong("before", err);
	/* at the gate; it opens when its other end is closed */
	if (write(up, &byte, 1) != 1 || read(gate, &byte, 1) != 0)
		return wrong("gate", -errno);
	ready();
	err = kind->run(k);
	if (err && err != -ENODEV)
		return wrong("in flight", err);
	printf("answered %d\n", err);
	fflush(stdout);
	err = quick(k);
	for (tries = 0; tries < 600 && !err && getenv("KULINK_TEST_AFTER"); tries++) {
		usleep(100000);
		err = quick(k);
	}
	if (err != -ENODEV)
		return wrong("after", err);
	kulink_close(k);
	return 0;
}

static int flight(const char *name, int n)
{
	const struct kind *kind;
	int status, failed = 0, i, up[2], gate[2];
	char byte;

	for (kind = kinds; kind->name && strcmp(kind->name, name); kind++)
		;
	if (!kind->name)
		return 2;
	if (pipe(up) || pipe(gate))
		return wrong("pipe", -errno);
	for (i = 0; i < n; i++)
		if (!fork()) {
			close(gate[1]);
			_exit(fly(kind, up[1], gate[0]));
		}
	close(up[1]);
	for (i = 0; i < n; i++)
		failed |= read(up[0], &byte, 1) != 1;
	failed |= slow_down();
	close(gate[1]);
	while (wait(&status) > 0)
		failed |= status;
	return failed ? 1 : 0;
}

static int hold(void)
{
	struct kulink *k;
	int err = kulink_open(&k, service, channel);

	err = err ?: quick(k);
	if (err)
		return wrong("before", err);
	ready();
	while (!stop)
		poll(NULL, 0, 100);
	err = quick(k);
	if (err != -ENODEV)
		return wrong("after the driver has gone", err);
	kulink_close(k);
	return 0;
}

/* The bytes that the driver was told to fill its regions with */
static int filled(const uint8_t *at, size_t length, uint64_t seed)
{
	size_t i;

	for (i = 0; i < length && at[i] == ktest_byte(i + seed); i++)
		;
	return i == length;
}

/* Across a fork, of a part that was cut out, and of a page that nobody has touched before */
static int mapped(void)
{
	uint8_t *memory, *pages;
	size_t length, size;
	struct kulink *k;
	int status, err;

	err = kulink_open(&k, service, channel) ?:
	      kulink_map(k, "memory", (void **)&memory, &length) ?:
	      kulink_map(k, "pages", (void **)&pages, &size) ?: quick(k) ?: kulink_alive(k);
	if (err || munmap(pages, 4096) || memory[0] != ktest_byte(7))
		return wrong("before", err);
	ready();
	while (!stop)
		poll(NULL, 0, 100);
	if (kulink_alive(k) != -ENODEV)
		return wrong("it is not said to be dead", kulink_alive(k));
	if (!fork())
		_exit(!filled(memory, length, 7) || !filled(pages + 4096, size - 4096, 8 + 4096));
	if (wait(&status) < 0 || status)
		return wrong("not the old driver's bytes", status);
	memset(memory, 1, length);
	memset(pages + 4096, 2, size - 4096);
	if (memory[length - 1] != 1 || pages[size - 1] != 2)
		return wrong("not memory any more", 0);
	err = kulink_map(k, "memory", (void **)&memory, &length);
	if (err != -ENODEV)
		return wrong("a map after the driver has gone", err);
	kulink_close(k);
	return 0;
}

static int gone(uint64_t expected)
{
	struct pollfd fd = { .events = POLLIN };
	struct kulink_event event;
	uint64_t seen = 0;
	struct kulink *k;
	int err = kulink_open(&k, service, channel);

	err = err ?: kulink_subscribe(k, "data");
	if (err)
		return wrong("subscribe", err);
	fd.fd = kulink_fd(k);
	ready();
	for (;;) {
		err = kulink_next(k, &event);
		if (!err && event.gone)
			break;
		if (!err)
			seen += event.lost + !event.only_lost;
		else if (err != -EAGAIN || poll(&fd, 1, 60000) != 1)
			return wrong("next", err);
	}
	if (seen != expected)
		return wrong("events before the end", (int)seen);
	err = kulink_next(k, &event);
	if (err != -ENODEV)
		return wrong("next after the end", err);
	kulink_close(k);
	return 0;
}

/* What may happen to a program whose driver and channel come and go. */
static int fine(int err)
{
	return !err || err == -ENODEV || err == -ENOENT || err == -EOPNOTSUPP || err == -EAGAIN ||
	       err == -EINTR;
}

static unsigned int in_window;

/* Whether to go on; what worked is counted, if it was in the window */
static bool goes_on(int err)
{
	if (!err && !access(WINDOW, F_OK))
		in_window++;
	return fine(err);
}

static int turn(struct kulink *k, unsigned int i)
{
	char request[600] = "", reply[600];
	struct kulink_event event;
	size_t len = sizeof(reply);
	uint64_t u;
	int err = kulink_get_u64(k, "num_u64", &u), j;

	err = goes_on(err) ? kulink_set_u64(k, "num_u64", i) : err;
	err = goes_on(err) ? kulink_dump(k, i & 1 ? "churn" : "odd", no_row, NULL) : err;
	err = goes_on(err) ? kulink_call(k, "echo", request, i % sizeof(request), reply, &len) : err;
	err = goes_on(err) ? kulink_subscribe(k, "data") : err;
	goes_on(err);
	for (j = 0; j < 20 && !err; j++)
		err = kulink_next(k, &event);
	return err;
}

static int hammer(void)
{
	unsigned int turns = 0, worked = 0, i;
	struct kulink *k;
	int err;

	ready();
	for (turns = 0; !stop; turns++) {
		err = kulink_open(&k, service, channel);
		worked += !err;
		for (i = 0; i < 5 && !err; i++)
			err = turn(k, turns + i);
		kulink_close(k);
		if (!fine(err))
			return wrong("hammer", err);
	}
	printf("%u turns, %u found the service, %u done in windows\n", turns, worked, in_window);
	return worked ? 0 : wrong("hammer never found the service", 0);
}

/* "procfs,genl": each in turn */
static int over_each(char *channels, int (*run)(void))
{
	char *save = NULL;
	int failed = 0;

	for (channel = strtok_r(channels, ",", &save); channel; channel = strtok_r(NULL, ",", &save))
		failed |= run();
	return failed;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[2] : "";

	signal(SIGTERM, on_signal);
	service = getenv("KULINK_TEST_SERVICE") ?: "ktest0";
	channel = argc > 1 ? argv[1] : "";
	if (!strcmp(verb, "probe"))
		return over_each(argv[1], probe);
	if (!strcmp(verb, "absent"))
		return over_each(argv[1], absent);
	if (!strcmp(verb, "flight") && argc == 5)
		return flight(argv[3], atoi(argv[4]));
	if (!strcmp(verb, "hold"))
		return hold();
	if (!strcmp(verb, "mapped"))
		return mapped();
	if (!strcmp(verb, "gone") && argc == 4)
		return gone(strtoull(argv[3], NULL, 10));
	if (!strcmp(verb, "hammer"))
		return hammer();
	fprintf(stderr, "usage: client CHANNEL probe | absent | flight KIND N | hold | mapped | gone N | hammer\n");
	return 2;
}
