// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: in order, with their payload, and every loss told in its place. The oracle is the
 * emitter's own log: what did not arrive must be exactly the reported gaps.
 */
#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "suite.h"

static const char *const names[KTEST_EVENTS] = { "data", "other", "private" };

/* What the emitter logged since a mark; @count: of each event, of the first instance */
struct emitted {
	uint64_t mark;
	size_t n;
	uint64_t count[KTEST_EVENTS];
	struct ktest_entry *entries;
};

/* A subscription's account, event by event; at[] is where in the log its reader is. */
struct account {
	uint64_t delivered;
	uint64_t lost;
	size_t at[KTEST_EVENTS];
};

/* As bits: those that we may read, root or not */
static unsigned int readable(void)
{
	return ((1 << KTEST_EVENTS) - 1) & ~(channel->anonymous ? 1 << KTEST_PRIVATE : 0);
}

/* Where each event starts a process (docs/channels/upcall.md, Limits), fewer must do. */
static unsigned int few(unsigned int n)
{
	return is_channel("upcall") && n > 6 ? 6 : n;
}

static void mark(struct emitted *log)
{
	*log = (struct emitted){ .mark = counter("emitted") };
}

/* What is new in it: all of it each time would be most of the work of a test with many rounds. */
static void fetch(struct emitted *log)
{
	size_t n = counter("emitted") - log->mark, at = log->n;

	if (n > KTEST_LOG_SIZE)
		fail_msg("%zu events do not fit in the emitter's log", n);
	log->entries = realloc(log->entries, (n + 1) * sizeof(*log->entries));
	assert_non_null(log->entries);
	assert_int_equal(read_log(log->entries + at, log->mark + at, n - at), n - at);
	log->n = n;
	for (; at < n; at++)
		if (log->entries[at].event < KTEST_EVENTS && !log->entries[at].instance)
			log->count[log->entries[at].event]++;
}

/* The next entry of an event at or after @at, or the end. */
static size_t skip_to(const struct emitted *log, size_t at, int event)
{
	while (at < log->n && (log->entries[at].event != (uint32_t)event || log->entries[at].instance))
		at++;
	return at;
}

static int number_of(const char *name)
{
	int i;

	for (i = 0; i < KTEST_EVENTS; i++)
		if (!strcmp(name, names[i]))
			return i;
	fail_msg("an event named %s", name);
	return -1;
}

/* One answer of kulink_next() against the log. */
static void book(const struct emitted *log, struct account *account,
		 const struct kulink_event *event)
{
	int number = number_of(event->name);
	size_t *at = &account->at[number];
	uint64_t i, index;

	assert_false(event->gone);
	for (i = 0; i < event->lost; i++) {
		*at = skip_to(log, *at, number);
		if (*at == log->n)
			fail_msg("%s: told of more losses than were emitted", event->name);
		(*at)++;
	}
	account->lost += event->lost;
	if (event->only_lost) {
		assert_true(event->lost > 0 && !event->n_cells);
		return;
	}
	expect(check_event(event), 0);
	*at = skip_to(log, *at, number);
	if (*at == log->n)
		fail_msg("%s %ju was never emitted", event->name, (uintmax_t)event->seq);
	index = is_fieldless() ? log->entries[*at].index : event->cells[0].number;
	if (index != log->entries[*at].index || event->seq != log->entries[*at].seq)
		fail_msg("%s: got payload %ju (seq %ju) with %ju lost before it, the emitter's next is %ju (seq %ju)",
			 event->name, (uintmax_t)index, (uintmax_t)event->seq,
			 (uintmax_t)event->lost, (uintmax_t)log->entries[*at].index,
			 (uintmax_t)log->entries[*at].seq);
	(*at)++;
	account->delivered++;
}

/* Waits for the next answer; the test fails after a minute without. */
static void next(struct kulink *k, struct kulink_event *event)
{
	struct pollfd fd = { .fd = kulink_fd(k), .events = POLLIN };
	int err;

	while ((err = kulink_next(k, event)) == -EAGAIN)
		if (poll(&fd, 1, 60000) != 1)
			fail_msg("no event came for a minute");
	expect(err, 0);
}

/* Reads until emitted = delivered + lost for the events of @wanted (bits), and finds nothing after. */
static void drain(struct kulink *k, const struct emitted *log, struct account *account,
		  unsigned int wanted)
{
	struct kulink_event event;
	uint64_t emitted = 0;
	int i;

	for (i = 0; i < KTEST_EVENTS; i++)
		if (wanted & 1 << i)
			emitted += log->count[i];
	while (account->delivered + account->lost < emitted) {
		next(k, &event);
		assert_true(wanted & 1 << number_of(event.name));
		book(log, account, &event);
	}
	assert_int_equal(account->delivered + account->lost, emitted);
	expect(kulink_next(k, &event), -EAGAIN);
}

static struct kulink *subscribed(const char *event)
{
	struct kulink *k = open_service();

	expect(kulink_subscribe(k, event), 0);
	return k;
}

static void end(struct kulink *k, struct emitted *log)
{
	kulink_close(k);
	free(log->entries);
}

static void all_arrive(const char *how, unsigned int n)
{
	struct kulink *k = subscribed("data");
	struct account account = { 0 };
	struct emitted log;

	mark(&log);
	control(how, n);
	fetch(&log);
	drain(k, &log, &account, 1 << KTEST_DATA);
	assert_int_equal(account.delivered, n);
	assert_int_equal(account.lost, 0);
	end(k, &log);
}

static void events_in_order(void **state)
{
	(void)state;
	all_arrive("flood", 1);
	all_arrive("flood", few(50));
}

static void events_from_hard_interrupts(void **state)
{
	uint64_t before = counter("hardirq");

	(void)state;
	all_arrive("flood_irq", few(40));
	assert_int_equal(counter("hardirq"), before + few(40) * KTEST_EVENTS);
}

/* Some must have been lost where they can be, and none where they cannot: anything else would be a lie. */
static void check_lost(const struct account *account)
{
	assert_int_equal(account->lost > 0, is_lossy());
}

/* The reader sleeps, the buffer must overflow. */
static void overrun(const char *how)
{
	struct kulink *k = subscribed("data");
	struct account account = { 0 };
	unsigned int n = 15000;
	struct emitted log;

	mark(&log);
	control(how, n);
	fetch(&log);
	drain(k, &log, &account, 1 << KTEST_DATA);
	print_message("# %u emitted, %ju delivered, %ju lost\n", n, (uintmax_t)account.delivered,
		      (uintmax_t)account.lost);
	check_lost(&account);
	assert_true(account.delivered > 0);
	end(k, &log);
}

static void events_overrun(void **state)
{
	(void)state;
	overrun("flood");
}

static void events_overrun_from_interrupts(void **state)
{
	(void)state;
	overrun("flood_irq");
}

/* Floods and a few reads in turn: gaps in the middle of the stream, again and again. */
static void events_slow_reader(void **state)
{
	struct kulink *k = subscribed("data");
	struct account account = { 0 };
	struct kulink_event event;
	unsigned int round, i;
	struct emitted log;

	(void)state;
	mark(&log);
	for (round = 0; round < 8; round++) {
		control("flood", 2500);
		fetch(&log);
		for (i = 0; i < few(30); i++) {
			next(k, &event);
			book(&log, &account, &event);
		}
	}
	drain(k, &log, &account, 1 << KTEST_DATA);
	check_lost(&account);
	assert_true(account.delivered >= 8);
	/* and the reader is alive */
	control("flood", 3);
	fetch(&log);
	drain(k, &log, &account, 1 << KTEST_DATA);
	end(k, &log);
}

/* The last events are the lost ones, then silence: the reader is told all the same. */
static void events_lost_at_the_end(void **state)
{
	struct kulink *k = subscribed("other");
	struct account account = { 0 };
	struct emitted log;
	unsigned int i;

	(void)state;
	mark(&log);
	for (i = 0; i < 3; i++) {
		control("flood", 5000);
		fetch(&log);
		drain(k, &log, &account, 1 << KTEST_OTHER);
	}
	check_lost(&account);
	end(k, &log);
}

static void events_from_the_middle(void **state)
{
	struct account account = { 0 };
	struct kulink_event event;
	struct emitted log;
	struct kulink *k;

	(void)state;
	control("flood", 5000);
	k = subscribed("data");
	expect(kulink_next(k, &event), -EAGAIN);
	mark(&log);
	control("flood", few(20));
	fetch(&log);
	drain(k, &log, &account, 1 << KTEST_DATA);
	assert_int_equal(account.delivered, few(20));
	assert_int_equal(account.lost, 0);
	end(k, &log);
}

static void events_two_subscribers(void **state)
{
	struct kulink *quick = subscribed("data"), *slow = subscribed("data");
	struct account quick_account = { 0 }, slow_account = { 0 };
	unsigned int i, rounds = few(150), n = few(40);
	struct emitted log;

	(void)state;
	mark(&log);
	for (i = 0; i < rounds; i++) {
		control("flood", n);
		fetch(&log);
		drain(quick, &log, &quick_account, 1 << KTEST_DATA);
	}
	/* the signals that wait are counted by user: docs/channels/signal.md */
	if (!is_channel("signal"))
		assert_int_equal(quick_account.lost, 0);
	assert_int_equal(quick_account.delivered + quick_account.lost, rounds * n);
	drain(slow, &log, &slow_account, 1 << KTEST_DATA);
	check_lost(&slow_account);
	kulink_close(slow);
	end(quick, &log);
}

/* Everything over one handle, in the order of the log; without fields each event in its own. */
static void events_all_of_them(void **state)
{
	struct kulink *k = subscribed(NULL);
	struct account account = { 0 };
	struct kulink_event event;
	struct emitted log;
	size_t i;

	(void)state;
	mark(&log);
	control("flood", few(20));
	fetch(&log);
	for (i = 0; i < log.n; i++) {
		if (!(readable() & 1 << log.entries[i].event))
			continue;
		next(k, &event);
		if (!is_fieldless())
			assert_int_equal(number_of(event.name), log.entries[i].event);
		book(&log, &account, &event);
	}
	assert_int_equal(account.delivered, few(20) * __builtin_popcount(readable()));
	control("flood", 5000);
	fetch(&log);
	drain(k, &log, &account, readable());
	check_lost(&account);
	end(k, &log);
}

static void events_unsubscribed(void **state)
{
	struct kulink *k = subscribed("data");
	struct account account = { 0 };
	struct kulink_event event;
	struct emitted log;

	(void)state;
	expect(kulink_subscribe(k, "other"), 0);
	expect(kulink_unsubscribe(k, "data"), 0);
	mark(&log);
	control("flood", few(10));
	fetch(&log);
	drain(k, &log, &account, 1 << KTEST_OTHER);
	assert_int_equal(account.delivered, few(10));
	/* what came while it was not wanted is no loss */
	expect(kulink_subscribe(k, "data"), 0);
	expect(kulink_unsubscribe(k, "other"), 0);
	free(log.entries);
	mark(&log);
	account = (struct account){ 0 };
	control("flood", few(10));
	fetch(&log);
	drain(k, &log, &account, 1 << KTEST_DATA);
	assert_int_equal(account.delivered, few(10));
	assert_int_equal(account.lost, 0);
	expect(kulink_unsubscribe(k, NULL), 0);
	control("flood", few(10));
	expect(kulink_next(k, &event), -EAGAIN);
	end(k, &log);
}

/* Nothing for us. Where a socket hears other events, too, they may wake it; then it is quiet. */
static void is_quiet(struct kulink *k)
{
	struct pollfd fd = { .fd = kulink_fd(k), .events = POLLIN };
	struct kulink_event event;
	unsigned int i;

	for (i = 0; i < 50 && poll(&fd, 1, 100); i++)
		expect(kulink_next(k, &event), -EAGAIN);
	assert_int_equal(poll(&fd, 1, 0), 0);
}

static void events_wake_a_poll(void **state)
{
	struct kulink *k = open_service();
	struct pollfd fd = { .events = POLLIN };
	struct account account = { 0 };
	struct emitted log;

	(void)state;
	expect(kulink_fd(k), -EINVAL);
	expect(kulink_subscribe(k, "data"), 0);
	fd.fd = kulink_fd(k);
	assert_true(fd.fd >= 0);
	is_quiet(k);
	mark(&log);
	control("flood", 1);
	fetch(&log);
	assert_int_equal(poll(&fd, 1, 60000), 1);
	assert_true(fd.revents & POLLIN);
	drain(k, &log, &account, 1 << KTEST_DATA);
	is_quiet(k);
	end(k, &log);
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* How the wait ends when nothing is for us. Where a socket hears other events, too, they may end it before */
static int await_nothing(struct kulink *k, int timeout_ms)
{
	struct kulink_event event;
	int err;

	while (!(err = kulink_await(k, timeout_ms)))
		expect(kulink_next(k, &event), -EAGAIN);
	return err;
}

/* As poll() on its descriptor, by whatever is shorter */
static void events_are_awaited(void **state)
{
	const struct timeval often = { .tv_usec = 100000 };
	const struct itimerval signals = { often, often }, none = { .it_value.tv_sec = 0 };
	struct kulink *k = open_service();
	struct account account = { 0 };
	struct emitted log;

	(void)state;
	expect(kulink_await(NULL, 0), -EINVAL);
	expect(kulink_await(k, 0), -EINVAL);
	expect(kulink_subscribe(k, "data"), 0);
	is_quiet(k);
	expect(await_nothing(k, 0), -ETIMEDOUT);
	expect(await_nothing(k, 20), -ETIMEDOUT);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
	setitimer(ITIMER_REAL, &signals, NULL);
	expect(await_nothing(k, 60000), -EINTR);
	setitimer(ITIMER_REAL, &none, NULL);
	mark(&log);
	control("flood", 1);
	fetch(&log);
	expect(kulink_await(k, 60000), 0);
	drain(k, &log, &account, 1 << KTEST_DATA);
	is_quiet(k);
	end(k, &log);
}

static void events_not_carried(void **state)
{
	struct kulink *k = open_service();

	(void)state;
	expect(kulink_subscribe(k, "data"), -EOPNOTSUPP);
	/* sysfs tells of its values' changes by the same functions: changed.c */
	if (!is_channel("sysfs"))
		expect(kulink_subscribe(k, NULL), -EOPNOTSUPP);
	kulink_close(k);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(events_in_order),
	cmocka_unit_test(events_from_hard_interrupts),
	cmocka_unit_test(events_overrun),
	cmocka_unit_test(events_overrun_from_interrupts),
	cmocka_unit_test(events_slow_reader),
	cmocka_unit_test(events_lost_at_the_end),
	cmocka_unit_test(events_from_the_middle),
	cmocka_unit_test(events_two_subscribers),
	cmocka_unit_test(events_all_of_them),
	cmocka_unit_test(events_unsubscribed),
	cmocka_unit_test(events_wake_a_poll),
	cmocka_unit_test(events_are_awaited),
};

static const struct CMUnitTest absent[] = {
	cmocka_unit_test(events_not_carried),
};

const struct test_group events_group = {
	"events", KULINK_EVENTS, tests, COUNT(tests), absent, COUNT(absent), NULL
};
