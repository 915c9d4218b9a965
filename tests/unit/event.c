// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: emitted = delivered + lost, whatever a channel does to them. Each test says what the channel
 * gives, and what the program must see.
 */
#include <unistd.h>

#include "unit.h"

static char *root;
static struct kulink *k;
static const struct kulink_part *overheat, *tick;
static struct kulink_cell cells[2] = { { .name = "sensor", .number = 3 } };

static int setup(void **state)
{
	const struct kulink_info *info;

	(void)state;
	fakes_reset();
	root = tree_new("fast slow values\n");
	assert_int_equal(0, kulink_open_at(&k, root, fake_list, "demo0", NULL));
	assert_int_equal(0, kulink_info(k, &info));
	overheat = kulink_part_find(info, KULINK_EVENTS, "overheat");
	tick = kulink_part_find(info, KULINK_EVENTS, "tick");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	kulink_close(k);
	tree_free(root);
	assert_int_equal(fakes[0].opened, fakes[0].closed);
	return 0;
}

static void script(struct kulink_raw_event *events, size_t n)
{
	fakes[0].script = events;
	fakes[0].script_len = n;
	fakes[0].script_at = 0;
}

#define SCRIPT(...)							\
	script((struct kulink_raw_event[]){ __VA_ARGS__ },		\
	       sizeof((struct kulink_raw_event[]){ __VA_ARGS__ }) /	\
	       sizeof(struct kulink_raw_event))
#define HOT(n)		{ .part = overheat, .seq = (n), .ns = (n) * 10, .cells = cells }
#define TICK(n)		{ .part = tick, .seq = (n) }
#define OVERRUN		{ .overrun = true }
#define GONE		{ .gone = true }

static void see(const char *name, uint64_t seq, uint64_t lost)
{
	struct kulink_event event;

	assert_int_equal(0, kulink_next(k, &event));
	assert_string_equal("demo0", event.service);
	assert_string_equal(name, event.name);
	assert_int_equal(seq, event.seq);
	assert_int_equal(lost, event.lost);
	assert_false(event.only_lost);
	assert_false(event.gone);
}

static void see_lost(const char *name, uint64_t seq, uint64_t lost)
{
	struct kulink_event event;

	assert_int_equal(0, kulink_next(k, &event));
	assert_string_equal(name, event.name);
	assert_true(event.only_lost);
	assert_int_equal(seq, event.seq);
	assert_int_equal(lost, event.lost);
	assert_int_equal(0, event.n_cells);
	assert_null(event.cells);
}

static void see_nothing(void)
{
	struct kulink_event event;

	assert_int_equal(-EAGAIN, kulink_next(k, &event));
}

static void see_gone(void)
{
	struct kulink_event event;

	assert_int_equal(0, kulink_next(k, &event));
	assert_true(event.gone);
	assert_string_equal("gone", event.name);
	assert_int_equal(-ENODEV, kulink_next(k, &event));
	assert_int_equal(-ENODEV, kulink_next(k, &event));
}

static void plain(void **state)
{
	struct kulink_event event;

	(void)state;
	fakes[0].seq[0] = 5;
	assert_int_equal(0, kulink_subscribe(k, "overheat"));
	assert_string_equal("fast", kulink_channel(k));
	assert_int_equal(STDIN_FILENO, kulink_fd(k));
	SCRIPT(HOT(6), HOT(7));
	assert_int_equal(0, kulink_next(k, &event));
	assert_int_equal(6, event.seq);
	assert_int_equal(60, event.ns);
	assert_int_equal(0, event.lost);
	assert_int_equal(2, event.n_cells);
	assert_int_equal(3, event.cells[0].number);
	see("overheat", 7, 0);
	see_nothing();
	see_nothing();
}

static void gaps_are_per_event(void **state)
{
	(void)state;
	fakes[0].seq[0] = 100;
	fakes[0].seq[1] = 0;
	assert_int_equal(0, kulink_subscribe(k, NULL));
	SCRIPT(TICK(1), HOT(104), TICK(2), HOT(105), TICK(10));
	see("tick", 1, 0);
	see("overheat", 104, 3);
	see("tick", 2, 0);
	see("overheat", 105, 0);
	see("tick", 10, 7);
	see_nothing();
}

static void lost_from_the_start(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(TICK(4));
	see("tick", 4, 3);
}

/* Joined before the sequence was asked: what was emitted in between comes, and is not ours. */
static void before_the_baseline(void **state)
{
	(void)state;
	fakes[0].seq[1] = 8;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(TICK(7), TICK(8), TICK(9));
	see("tick", 9, 0);
	see_nothing();
}

static void unwanted_events_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(HOT(50), TICK(1), HOT(60));
	see("tick", 1, 0);
	see_nothing();
}

static void the_last_were_lost(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, NULL));
	SCRIPT(HOT(1), OVERRUN, HOT(2), TICK(1));
	fakes[0].seq[0] = 9;
	fakes[0].seq[1] = 1;
	see("overheat", 1, 0);
	see("overheat", 2, 0);
	see("tick", 1, 0);
	see_lost("overheat", 9, 7);
	see_nothing();
	/* and goes on from there */
	SCRIPT(HOT(10), HOT(12));
	see("overheat", 10, 0);
	see("overheat", 12, 1);
	see_nothing();
}

static void everything_was_lost(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, NULL));
	SCRIPT(OVERRUN);
	fakes[0].seq[0] = 3;
	fakes[0].seq[1] = 4;
	see_lost("overheat", 3, 3);
	see_lost("tick", 4, 4);
	see_nothing();
}

static void overrun_without_loss(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	fakes[0].seq[1] = 2;
	SCRIPT(TICK(1), OVERRUN, TICK(2));
	see("tick", 1, 0);
	see("tick", 2, 0);
	see_nothing();
}

static void overrun_twice(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(OVERRUN, TICK(3), OVERRUN, TICK(5));
	fakes[0].seq[1] = 8;
	see("tick", 3, 2);
	see("tick", 5, 1);
	see_lost("tick", 8, 3);
	see_nothing();
}

/* Netlink says it once and goes on dropping until its queue has been emptied. */
static void dropped_while_taking(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	fakes[0].seq[1] = 2;
	fakes[0].seq_drained[1] = 6;
	SCRIPT(OVERRUN, TICK(1), TICK(2));
	see("tick", 1, 0);
	see("tick", 2, 0);
	see_lost("tick", 6, 4);
	see_nothing();
}

/* Told as lost, and then it comes late: the sum must not be one too many. */
static void late_after_told_lost(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(OVERRUN);
	fakes[0].seq[1] = 2;
	see_lost("tick", 2, 2);
	SCRIPT(TICK(2), TICK(3));
	see("tick", 3, 0);
	see_nothing();
}

static void gone_is_last(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(TICK(1), GONE);
	see("tick", 1, 0);
	see_gone();
	assert_int_equal(-ENODEV, kulink_subscribe(k, "overheat"));
	assert_int_equal(0, kulink_unsubscribe(k, NULL));
}

static void losses_before_gone(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(TICK(1), OVERRUN, GONE);
	fakes[0].seq[1] = 6;
	see("tick", 1, 0);
	see_lost("tick", 6, 5);
	see_gone();
}

/* The message that the service is gone was lost too: asking for the sequence finds out. */
static void gone_was_lost(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(OVERRUN, TICK(1));
	fakes[0].sequence_error = -ENODEV;
	see("tick", 1, 0);
	see_gone();
}

static void gone_as_an_error(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(TICK(1));
	see("tick", 1, 0);
	fakes[0].error = -ENODEV;
	fakes[0].errors_left = -1;
	see_gone();
}

static void errors_come_through(void **state)
{
	struct kulink_event event;

	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(OVERRUN, TICK(2));
	fakes[0].sequence_error = -EIO;
	see("tick", 2, 1);
	assert_int_equal(-EIO, kulink_next(k, &event));
	assert_int_equal(-EIO, kulink_next(k, &event));
	fakes[0].sequence_error = 0;
	fakes[0].seq[1] = 3;
	see_lost("tick", 3, 1);
	fakes[0].error = -EPROTO;
	fakes[0].errors_left = 1;
	strcpy(fakes[0].message, "not a message");
	assert_int_equal(-EPROTO, kulink_next(k, &event));
	assert_string_equal("not a message", kulink_message(k));
	see_nothing();
}

static void unsubscribed(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, NULL));
	assert_int_equal(0, kulink_unsubscribe(k, "tick"));
	SCRIPT(TICK(1), HOT(1));
	see("overheat", 1, 0);
	see_nothing();
	/* again, from another baseline */
	fakes[0].seq[1] = 20;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(TICK(20), TICK(22));
	see("tick", 22, 1);
	assert_int_equal(0, kulink_unsubscribe(k, NULL));
	SCRIPT(TICK(23), HOT(2));
	see_nothing();
}

/* Twice is once: the count goes on. */
static void subscribed_twice(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	SCRIPT(TICK(1));
	see("tick", 1, 0);
	fakes[0].seq[1] = 5;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	assert_int_equal(0, kulink_subscribe(k, NULL));
	SCRIPT(TICK(5));
	see("tick", 5, 3);
	assert_int_equal(1, fakes[0].opened);
}

static void refused(void **state)
{
	(void)state;
	fakes[0].subscribe_error = -EACCES;
	assert_int_equal(-EACCES, kulink_subscribe(k, "tick"));
	fakes[0].subscribe_error = 0;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
}

static void misused(void **state)
{
	struct kulink_event event;

	(void)state;
	assert_int_equal(-EINVAL, kulink_fd(k));
	assert_int_equal(-EINVAL, kulink_next(k, &event));
	assert_int_equal(-EINVAL, kulink_unsubscribe(k, NULL));
	assert_int_equal(-ENOENT, kulink_subscribe(k, "nope"));
	assert_int_equal(-EINVAL, kulink_subscribe(k, ""));
	assert_int_equal(-ENOENT, kulink_subscribe(k, "links"));
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	assert_int_equal(-ENOENT, kulink_unsubscribe(k, "nope"));
	assert_int_equal(0, kulink_unsubscribe(k, "overheat"));
	assert_int_equal(-EINVAL, kulink_next(k, NULL));
	assert_int_equal(-EINVAL, kulink_next(NULL, &event));
	assert_int_equal(-EINVAL, kulink_fd(NULL));
	assert_int_equal(-EINVAL, kulink_subscribe(NULL, NULL));
}

/* Requests beside a subscription have a session of their own. */
static void requests_beside(void **state)
{
	uint64_t v;

	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	fakes[0].datum = (struct kulink_datum){ .type = KULINK_TYPE_U64, .number = 9 };
	assert_int_equal(0, kulink_get_u64(k, "counter", &v));
	assert_int_equal(9, v);
	assert_int_equal(2, fakes[0].opened);
}

static void script_changes(struct kulink_raw_event *events, size_t n)
{
	fakes[2].script = events;
	fakes[2].script_len = n;
	fakes[2].script_at = 0;
}

/* A value's name subscribes to its changes, over the channel that can tell of them. */
static void changes_of_values(void **state)
{
	const struct kulink_part *counter, *mode;
	const struct kulink_info *info;
	struct kulink_event event;

	(void)state;
	assert_int_equal(0, kulink_info(k, &info));
	counter = kulink_part_find(info, KULINK_VALUES, "counter");
	mode = kulink_part_find(info, KULINK_VALUES, "mode");
	assert_int_equal(0, kulink_subscribe(k, "counter"));
	assert_string_equal("values", kulink_channel(k));
	script_changes((struct kulink_raw_event[]){
		{ .part = mode, .seq = 1, .cells = cells },
		{ .part = counter, .seq = 1, .cells = cells },
		{ .part = counter, .seq = 2, .cells = cells } }, 3);
	assert_int_equal(0, kulink_next(k, &event));
	assert_string_equal("counter", event.name);
	assert_int_equal(1, event.n_cells);
	assert_int_equal(3, event.cells[0].number);
	see("counter", 2, 0);
	see_nothing();
	/* the handle's subscription is there now */
	assert_int_equal(-EOPNOTSUPP, kulink_subscribe(k, "tick"));
	assert_int_equal(0, kulink_subscribe(k, "mode"));
	assert_int_equal(0, kulink_unsubscribe(k, "counter"));
}

static void changes_over_a_named_channel(void **state)
{
	(void)state;
	kulink_close(k);
	assert_int_equal(0, kulink_open_at(&k, root, fake_list, "demo0", "values"));
	assert_int_equal(-EOPNOTSUPP, kulink_subscribe(k, "tick"));
	assert_int_equal(0, kulink_subscribe(k, NULL));
	script_changes((struct kulink_raw_event[]){
		{ .part = kulink_part_find(&k->declaration.info, KULINK_VALUES, "secret"),
		  .seq = 1, .cells = cells } }, 1);
	see("secret", 1, 0);
	see_nothing();
	kulink_close(k);
	assert_int_equal(0, kulink_open_at(&k, root, fake_list, "demo0", "fast"));
	assert_int_equal(-EOPNOTSUPP, kulink_subscribe(k, "counter"));
	assert_string_equal("fast does not carry changes of values", kulink_message(k));
}

/* Whatever is dropped and whenever it is told: the sums agree. */
static void sums_agree(void **state)
{
	static struct kulink_raw_event events[4000];
	struct kulink_event event;
	unsigned int seed = 7, n, i;
	uint64_t seq, delivered, lost;
	int round;

	(void)state;
	assert_int_equal(0, kulink_subscribe(k, "tick"));
	for (round = 0, seq = 0, delivered = 0, lost = 0; round < 50; round++) {
		for (i = 0, n = 0; i < 1000; i++) {
			seq++;
			if (rand_r(&seed) % 3)
				events[n++] = (struct kulink_raw_event)TICK(seq);
			else
				events[n++] = (struct kulink_raw_event)OVERRUN;
		}
		seq += rand_r(&seed) % 5;
		events[n++] = (struct kulink_raw_event)OVERRUN;
		fakes[0].seq[1] = seq;
		script(events, n);
		while (!kulink_next(k, &event)) {
			delivered += !event.only_lost;
			lost += event.lost;
		}
		assert_int_equal(seq, delivered + lost);
	}
	assert_true(lost > 10000);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(plain), T(gaps_are_per_event), T(lost_from_the_start), T(before_the_baseline),
		T(unwanted_events_do_not_count), T(the_last_were_lost), T(everything_was_lost),
		T(overrun_without_loss), T(overrun_twice), T(dropped_while_taking),
		T(late_after_told_lost),
		T(gone_is_last), T(losses_before_gone), T(gone_was_lost), T(gone_as_an_error),
		T(errors_come_through), T(unsubscribed), T(subscribed_twice), T(refused),
		T(misused), T(requests_beside), T(changes_of_values),
		T(changes_over_a_named_channel), T(sums_agree),
	};

	return unit_main(tests);
}
