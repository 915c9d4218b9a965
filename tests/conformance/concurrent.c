// SPDX-License-Identifier: GPL-2.0-only
/* Eight programs at once, and programs that are killed in the middle of something. */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "suite.h"

#define PROGRAMS 8

/* Every program writes numbers of this form; nothing else may ever be read. */
static uint64_t stamp(unsigned int program, unsigned int turn)
{
	uint64_t half = program << 16 | turn;

	return half << 32 | half;
}

/* Powers of ten: a value that is read in two pieces while it changes is none. */
static int digits_turn(struct kulink *k, struct kulink *setter, unsigned int i, unsigned int turn)
{
	uint64_t u = 1, n = (i + turn) % 19;
	int err;

	while (n--)
		u *= 10;
	err = kulink_set_u64(setter, "fn_u64", u);
	err = err ?: kulink_get_u64(k, "fn_u64", &u);
	if (err)
		return err;
	while (u && u % 10 == 0)
		u /= 10;
	return u == 1 ? 0 : -EBADMSG;
}

static int value_turn(struct kulink *k, struct kulink *setter, unsigned int i, unsigned int turn)
{
	char text[KULINK_STRING_SIZE];
	uint64_t u;
	int err = kulink_set_u64(setter, "num_u64", stamp(i, turn));

	err = err ?: kulink_get_u64(k, "num_u64", &u);
	if (!err && (u >> 32 != (u & UINT32_MAX) || u >> 48 >= PROGRAMS))
		return -EBADMSG;
	memset(text, 'a' + (int)i, 200);
	text[200] = '\0';
	err = err ?: kulink_set_string(setter, "text", text);
	err = err ?: kulink_get_string(k, "text", text, sizeof(text));
	if (!err && (strlen(text) != 200 || strspn(text, (char[]){ text[0], 0 }) != 200))
		return -EBADMSG;
	return err;
}

static int call_turn(struct kulink *k, unsigned int i, unsigned int turn)
{
	static uint8_t request[20000], reply[20000];
	size_t n = (turn * 4099 + i) % sizeof(request), len = sizeof(reply);
	int err;

	memset(request, (int)(i * 16 + turn), n);
	err = kulink_call(k, "echo", request, n, reply, &len);
	return err ?: len != n || memcmp(request, reply, n) ? -EBADMSG : 0;
}

static int table_turn(struct kulink *k)
{
	struct rows_check check;
	uint64_t generation;
	int err = dump_rows(k, &check);

	if (!err && check.n != 300)
		return -EBADMSG;
	return err ?: dump_churn(k, &generation);
}

/* Whatever came must be whole; how much came is not the question here. */
static int event_turn(struct kulink *k)
{
	struct kulink_event event;
	int i, err = 0;

	for (i = 0; i < 50 && !err; i++) {
		err = kulink_next(k, &event);
		if (!err && !event.only_lost)
			err = check_event(&event);
	}
	return err == -EAGAIN ? 0 : err;
}

static int everything(unsigned int i)
{
	unsigned int turn, turns = scaled(40, 5);
	struct kulink *k, *setter = NULL;
	int err = kulink_open(&k, SERVICE, channel->name);

	/* somebody must have set it */
	if (!err && carries(KULINK_VALUES))
		err = kulink_open(&setter, SERVICE, setter_name()) ?:
		      kulink_set_u64(setter, "fn_u64", 1) ?: kulink_refresh(k);
	if (!err && carries(KULINK_EVENTS))
		err = kulink_subscribe(k, "data");
	for (turn = 0; turn < turns && !err; turn++) {
		if (carries(KULINK_VALUES))
			err = value_turn(k, setter, i, turn) ?: digits_turn(k, setter, i, turn);
		if (!err && carries(KULINK_CALLS))
			err = call_turn(k, i, turn);
		if (!err && carries(KULINK_TABLES) && turn % 4 == i % 4)
			err = table_turn(k);
		if (!err && carries(KULINK_EVENTS)) {
			if (i == 0)
				control("flood", 30);
			err = event_turn(k);
		}
	}
	kulink_close(setter);
	kulink_close(k);
	return err;
}

static void eight_programs_do_everything(void **state)
{
	(void)state;
	control("rows", 300);
	control("churn", 1);
	expect(together(PROGRAMS, everything), 0);
}

/* Opens and closes under way, each with something pending; fewer where that takes long. */
static int come_and_go(unsigned int i)
{
	unsigned int turn, turns = scaled(60, 10);
	time_t until = time(NULL) + 3;
	struct kulink *k;
	int err = 0;

	for (turn = 0; turn < turns && !err && (turn < 2 || time(NULL) < until); turn++) {
		err = kulink_open(&k, SERVICE, channel->name);
		if (!err && carries(KULINK_EVENTS)) {
			err = kulink_subscribe(k, turn & 1 ? "data" : NULL);
			if (i == 0)
				control("flood", 5);
		}
		kulink_close(k);
	}
	return err;
}

static void eight_programs_come_and_go(void **state)
{
	(void)state;
	expect(together(PROGRAMS, come_and_go), 0);
}

static int endless_get(void *arg)
{
	struct kulink *k;
	uint64_t u;

	(void)arg;
	return kulink_open(&k, SERVICE, channel->name) ?: kulink_get_u64(k, "slept", &u);
}

static int endless_set(void *arg)
{
	struct kulink *k;

	(void)arg;
	return kulink_open(&k, SERVICE, channel->name) ?: kulink_set_u64(k, "slept", 1);
}

static int no_row(void *ctx, const struct kulink_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static int endless_dump(void *arg)
{
	struct kulink *k;

	(void)arg;
	return kulink_open(&k, SERVICE, channel->name) ?: kulink_dump(k, "slow", no_row, NULL);
}

static int endless_call(void *arg)
{
	uint64_t ms = 0;
	struct kulink *k;
	size_t len = 0;

	(void)arg;
	return kulink_open(&k, SERVICE, channel->name) ?:
	       kulink_call(k, "slow", &ms, sizeof(ms), NULL, &len);
}

/* Killed while the driver's callback sleeps for it: the callback ends, nothing stays behind. */
static void killed(int (*fn)(void *arg))
{
	uint64_t begun = counter("begun"), done = counter("done");
	pid_t pid;

	assert_int_equal(begun, counter("ended"));
	control("delay_ms", 3600000);
	pid = start_child(fn, NULL);
	await_counter("begun", begun + 1);
	kill(pid, SIGKILL);
	expect(end_child(pid), -ECHILD);
	/* A channel that does not know its programs does not know of their death either: it is done to the end. */
	if (channel->anonymous) {
		control("delay_ms", 0);
		control("release", 1);
	}
	await_counter("ended", begun + 1);
	control("delay_ms", 0);
	if (!channel->anonymous)
		assert_int_equal(counter("done"), done);
}

static void killed_in_a_get(void **state)
{
	struct kulink *k;
	uint64_t u;

	(void)state;
	killed(endless_get);
	k = open_service();
	expect(kulink_get_u64(k, "slept", &u), 0);
	kulink_close(k);
}

static void killed_in_a_set(void **state)
{
	struct kulink *k = open_service();
	uint64_t u;

	(void)state;
	expect(kulink_set_u64(k, "slept", 5), 0);
	killed(endless_set);
	expect(kulink_get_u64(k, "slept", &u), 0);
	assert_int_equal(u, channel->anonymous ? 1 : 5);
	expect(kulink_set_u64(k, "slept", 6), 0);
	kulink_close(k);
}

static void killed_in_a_dump(void **state)
{
	struct kulink *k;

	(void)state;
	killed(endless_dump);
	k = open_service();
	expect(kulink_dump(k, "slow", no_row, NULL), 0);
	kulink_close(k);
}

static void killed_in_a_call(void **state)
{
	struct kulink *k;
	uint8_t reply[4];
	size_t len = sizeof(reply);

	(void)state;
	killed(endless_call);
	k = open_service();
	expect(kulink_call(k, "echo", "abc", 3, reply, &len), 0);
	kulink_close(k);
}

static int endless_wait(void *arg)
{
	struct pollfd fd = { .events = POLLIN };
	struct kulink_event event;
	struct kulink *k;
	int err = kulink_open(&k, SERVICE, channel->name) ?: kulink_subscribe(k, NULL);
	char byte = 0;

	if (err || write(*(int *)arg, &byte, 1) != 1)
		return -EPIPE;
	fd.fd = kulink_fd(k);
	/* what others' tests have left to be sent may wake it */
	while (poll(&fd, 1, -1) == 1 && kulink_next(k, &event) == -EAGAIN)
		;
	return -EBADMSG;
}

static void killed_while_subscribed(void **state)
{
	struct kulink_event event;
	struct kulink *k;
	int ends[2];
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid = start_child(endless_wait, &ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	kill(pid, SIGKILL);
	expect(end_child(pid), -ECHILD);
	k = open_service();
	expect(kulink_subscribe(k, "data"), 0);
	control("flood", 1);
	while (kulink_next(k, &event) == -EAGAIN)
		usleep(1000);
	expect(check_event(&event), 0);
	kulink_close(k);
	close(ends[0]);
	close(ends[1]);
}

static int lives(void *arg)
{
	(void)arg;
	pause();
	return 0;
}

/* A child that only lives, with copies of all that was open, is no reason for a program to wait when it closes. */
static void closed_while_a_child_has_it(void **state)
{
	struct kulink *k = open_service();
	pid_t child = start_child(lives, NULL);

	(void)state;
	alarm(30);
	kulink_close(k);
	alarm(0);
	kill(child, SIGKILL);
	expect(end_child(child), -ECHILD);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(closed_while_a_child_has_it),
	cmocka_unit_test(eight_programs_do_everything),
	cmocka_unit_test(eight_programs_come_and_go),
};

static const struct CMUnitTest value_tests[] = { cmocka_unit_test(killed_in_a_get) };
static const struct CMUnitTest set_tests[] = { cmocka_unit_test(killed_in_a_set) };

static const struct CMUnitTest table_tests[] = { cmocka_unit_test(killed_in_a_dump) };
static const struct CMUnitTest call_tests[] = { cmocka_unit_test(killed_in_a_call) };
static const struct CMUnitTest event_tests[] = { cmocka_unit_test(killed_while_subscribed) };

const struct test_group concurrent_group = { "all", 0, tests, COUNT(tests), NULL, 0, NULL };

const struct test_group killed_values_group = {
	"values", KULINK_VALUES, value_tests, COUNT(value_tests), NULL, 0, NULL
};

const struct test_group killed_sets_group = {
	"sets", SETS, set_tests, COUNT(set_tests), NULL, 0, NULL
};

const struct test_group killed_tables_group = {
	"tables", KULINK_TABLES, table_tests, COUNT(table_tests), NULL, 0, NULL
};

const struct test_group killed_calls_group = {
	"calls", KULINK_CALLS, call_tests, COUNT(call_tests), NULL, 0, NULL
};

const struct test_group killed_events_group = {
	"events", KULINK_EVENTS, event_tests, COUNT(event_tests), NULL, 0, NULL
};
