// SPDX-License-Identifier: GPL-2.0-only
/* Subscriptions: for each event emitted = delivered + lost, each loss in its place */
#include "kunit.h"

struct count {
	u64 n;
};

static const struct kulink_field fields[] = { KULINK_FIELD(struct count, n), {} };

static const struct kulink_event declared[] = {
	{ .name = "a", .mode = 0444, .fields = fields, .size = sizeof(struct count) },
	{ .name = "b", .mode = 0400, .fields = fields, .size = sizeof(struct count) },
	{ .name = "c", .mode = 0444 },
	{}
};

static const struct kulink_desc desc = {
	.name = "kunit%d", .events = declared, .event_ring = KULINK_RING_MIN,
};

struct reader {
	struct kulink_service *service;
	struct kulink_subscription sub;
	struct kulink_event_buffer buffer;
	unsigned int woken;
	bool somebody;			/* listens */
};

static void wake(struct kulink_subscription *sub)
{
	container_of(sub, struct reader, sub)->woken++;
}

static bool listening(struct kulink_subscription *sub)
{
	return container_of(sub, struct reader, sub)->somebody;
}

static int event_init(struct kunit *test)
{
	struct reader *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, r);
	r->service = kulink_register(NULL, &desc, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, r->service);
	KUNIT_ASSERT_EQ(test, 0, kulink_subscription_init(&r->sub, r->service, wake));
	test->priv = r;
	return 0;
}

static void event_exit(struct kunit *test)
{
	struct reader *r = test->priv;

	if (!r)
		return;
	kulink_subscription_destroy(&r->sub);
	kulink_unregister(r->service);
}

static void emit(struct reader *r, unsigned int event, u64 n)
{
	while (n--)
		kulink_emit(r->service, event, &(struct count){
			.n = kulink_event_seq(r->service, event) + 1,
		});
}

static u64 subscribe(struct kunit *test, struct reader *r, unsigned int event)
{
	u64 seq = ~0ULL;

	KUNIT_EXPECT_EQ(test, 0, kulink_subscribe(&r->sub, event, &seq));
	return seq;
}

static void expect_event(struct kunit *test, unsigned int event, u64 seq, u64 lost)
{
	struct reader *r = test->priv;

	KUNIT_EXPECT_TRUE(test, kulink_event_pending(&r->sub));
	KUNIT_ASSERT_EQ(test, 0, kulink_event_next(&r->sub, &r->buffer));
	KUNIT_EXPECT_EQ(test, event, r->buffer.event);
	KUNIT_EXPECT_EQ(test, seq, r->buffer.head.seq);
	KUNIT_EXPECT_EQ(test, lost, r->buffer.lost);
	if (event == 2)
		KUNIT_EXPECT_EQ(test, 0, r->buffer.len);
	else
		KUNIT_EXPECT_MEMEQ(test, &seq, r->buffer.record, 8);
}

static void expect_nothing(struct kunit *test)
{
	struct reader *r = test->priv;

	KUNIT_EXPECT_FALSE(test, kulink_event_pending(&r->sub));
	KUNIT_EXPECT_EQ(test, -EAGAIN, kulink_event_next(&r->sub, &r->buffer));
}

/* Drain; delivered and lost of @event are added up. */
static void drain(struct kunit *test, unsigned int event, u64 *delivered, u64 *lost)
{
	struct reader *r = test->priv;
	u64 last[3] = {};

	while (!kulink_event_next(&r->sub, &r->buffer)) {
		struct kulink_event_buffer *b = &r->buffer;

		if (last[b->event])
			KUNIT_EXPECT_EQ(test, last[b->event] + b->lost + 1, b->head.seq);
		last[b->event] = b->head.seq;
		if (b->event != event)
			continue;
		++*delivered;
		*lost += b->lost;
	}
	expect_nothing(test);
}

static void in_order(struct kunit *test)
{
	struct reader *r = test->priv;

	expect_nothing(test);
	emit(r, 0, 3);
	KUNIT_EXPECT_EQ(test, 0, r->woken);
	expect_nothing(test);
	KUNIT_EXPECT_EQ(test, 3, subscribe(test, r, 0));
	KUNIT_EXPECT_EQ(test, 0, subscribe(test, r, 2));
	emit(r, 0, 1);
	emit(r, 1, 1);
	emit(r, 2, 1);
	emit(r, 0, 1);
	KUNIT_EXPECT_EQ(test, 3, r->woken);
	expect_event(test, 0, 4, 0);
	expect_event(test, 2, 1, 0);
	expect_event(test, 0, 5, 0);
	expect_nothing(test);
}

/* Asked again, nothing is forgotten; a later event does not bring the past along. */
static void subscribe_again(struct kunit *test)
{
	struct reader *r = test->priv;

	subscribe(test, r, 0);
	emit(r, 1, 2);
	emit(r, 0, 1);
	KUNIT_EXPECT_EQ(test, 0, subscribe(test, r, 0));
	KUNIT_EXPECT_EQ(test, 2, subscribe(test, r, 1));
	expect_event(test, 0, 1, 0);
	emit(r, 1, 1);
	expect_event(test, 1, 3, 0);
	kulink_unsubscribe(&r->sub, 0);
	emit(r, 0, 1);
	expect_nothing(test);
	KUNIT_EXPECT_EQ(test, 2, subscribe(test, r, 0));
	expect_nothing(test);
}

static void overrun(struct kunit *test)
{
	struct reader *r = test->priv;
	u64 delivered = 0, lost = 0;

	subscribe(test, r, 0);
	emit(r, 0, 10000);
	drain(test, 0, &delivered, &lost);
	KUNIT_EXPECT_GT(test, delivered, 0);
	KUNIT_EXPECT_GT(test, lost, 0);
	KUNIT_EXPECT_EQ(test, 10000, delivered + lost);
}

/* The last of an event is told even when others have washed it out of the ring. */
static void washed_out(struct kunit *test)
{
	struct reader *r = test->priv;
	u64 delivered = 0, lost = 0;

	subscribe(test, r, 0);
	subscribe(test, r, 1);
	emit(r, 0, 5);
	emit(r, 1, 10000);
	expect_event(test, 0, 5, 4);
	drain(test, 1, &delivered, &lost);
	KUNIT_EXPECT_EQ(test, 10000, delivered + lost);
}

/* Also by an event that nobody wants */
static void washed_out_unseen(struct kunit *test)
{
	struct reader *r = test->priv;

	subscribe(test, r, 0);
	subscribe(test, r, 2);
	emit(r, 0, 1);
	emit(r, 2, 3);
	emit(r, 1, 10000);
	expect_event(test, 0, 1, 0);
	expect_event(test, 2, 3, 2);
	expect_nothing(test);
	emit(r, 0, 1);
	expect_event(test, 0, 2, 0);
}

static void interleaved(struct kunit *test)
{
	struct reader *r = test->priv;
	u64 delivered = 0, lost = 0;
	unsigned int i;

	subscribe(test, r, 0);
	subscribe(test, r, 1);
	for (i = 0; i < 2000; i++) {
		emit(r, 0, i % 37);
		emit(r, 1, i % 91 * 2);
		if (!kulink_event_next(&r->sub, &r->buffer) && !r->buffer.event) {
			delivered++;
			lost += r->buffer.lost;
		}
	}
	drain(test, 0, &delivered, &lost);
	KUNIT_EXPECT_GT(test, lost, 0);
	KUNIT_EXPECT_EQ(test, kulink_event_seq(r->service, 0), delivered + lost);
}

/* It wants event 0, and dozes unless somebody listens */
static void subscribe_or_doze(struct kunit *test, struct reader *r)
{
	r->sub.listening = listening;
	subscribe(test, r, 0);
	kulink_subscription_doze(&r->sub);
}

/* Nothing is kept for it, it is not asked, and what it did not take is no loss. */
static void dozing(struct kunit *test)
{
	struct reader *r = test->priv;
	u64 head = r->service->ring.head;

	subscribe_or_doze(test, r);
	KUNIT_EXPECT_EQ(test, 0, r->service->cursors);
	emit(r, 0, 10000);
	KUNIT_EXPECT_EQ(test, head, r->service->ring.head);
	KUNIT_EXPECT_EQ(test, 0, r->woken);
	KUNIT_EXPECT_EQ(test, 10000, kulink_event_passed(&r->sub, 0));
	expect_nothing(test);
	r->somebody = true;
	emit(r, 0, 1);
	KUNIT_EXPECT_EQ(test, 1, r->woken);
	expect_event(test, 0, 10001, 0);
	expect_nothing(test);
}

/* What is stored for another one does not come to it, before or after. */
static void dozing_beside_another(struct kunit *test)
{
	struct reader *r = test->priv, *other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	u64 seq;

	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_ASSERT_EQ(test, 0, kulink_subscription_init(&other->sub, r->service, wake));
	KUNIT_EXPECT_EQ(test, 0, kulink_subscribe(&other->sub, 0, &seq));
	subscribe_or_doze(test, r);
	emit(r, 0, 2);
	KUNIT_EXPECT_EQ(test, 2, other->woken);
	expect_nothing(test);
	r->somebody = true;
	emit(r, 0, 1);
	expect_event(test, 0, 3, 0);
	for (seq = 1; seq <= 3; seq++) {
		KUNIT_EXPECT_EQ(test, 0, kulink_event_next(&other->sub, &other->buffer));
		KUNIT_EXPECT_EQ(test, seq, other->buffer.head.seq);
	}
	kulink_subscription_destroy(&other->sub);
}

/* Who is listened to goes on; who had something pending when the last one left is rid of it. */
static void falling_asleep(struct kunit *test)
{
	struct reader *r = test->priv;

	r->somebody = true;
	subscribe_or_doze(test, r);
	emit(r, 0, 2);
	expect_event(test, 0, 1, 0);
	r->somebody = false;
	kulink_subscription_doze(&r->sub);
	expect_nothing(test);
	KUNIT_EXPECT_EQ(test, 2, kulink_event_passed(&r->sub, 0));
	r->somebody = true;
	emit(r, 0, 1);
	expect_event(test, 0, 3, 0);
	r->somebody = false;
	kulink_subscription_doze(&r->sub);
	kulink_subscription_destroy(&r->sub);
	KUNIT_EXPECT_EQ(test, 0, r->service->dozing);
	KUNIT_EXPECT_EQ(test, 0, r->service->cursors);
	kulink_unregister(r->service);
	test->priv = NULL;
}

static void gone(struct kunit *test)
{
	struct reader *r = test->priv;
	struct kulink_subscription late;
	u64 seq;

	subscribe(test, r, 0);
	emit(r, 0, 2);
	kulink_service_get(r->service);
	kulink_unregister(r->service);
	KUNIT_EXPECT_EQ(test, 3, r->woken);
	KUNIT_EXPECT_EQ(test, 0, kulink_emit(r->service, 0, &(struct count){}));
	KUNIT_EXPECT_EQ(test, -ENODEV, kulink_subscribe(&r->sub, 1, &seq));
	KUNIT_EXPECT_EQ(test, -ENODEV, kulink_subscription_init(&late, r->service, wake));
	expect_event(test, 0, 1, 0);
	expect_event(test, 0, 2, 0);
	KUNIT_EXPECT_TRUE(test, kulink_event_pending(&r->sub));
	KUNIT_EXPECT_EQ(test, -ENODEV, kulink_event_next(&r->sub, &r->buffer));
	expect_nothing(test);
	KUNIT_EXPECT_EQ(test, 2, kulink_event_seq(r->service, 0));
	KUNIT_EXPECT_STREQ(test, "b", kulink_event_name(r->service, 1));
	kulink_subscription_destroy(&r->sub);
	kulink_service_put(r->service);
	test->priv = NULL;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(in_order),
	KUNIT_CASE(subscribe_again),
	KUNIT_CASE(overrun),
	KUNIT_CASE(washed_out),
	KUNIT_CASE(washed_out_unseen),
	KUNIT_CASE(interleaved),
	KUNIT_CASE(dozing),
	KUNIT_CASE(dozing_beside_another),
	KUNIT_CASE(falling_asleep),
	KUNIT_CASE(gone),
	{}
};

struct kunit_suite kulink_event_suite = {
	.name = "kulink-event",
	.init = event_init,
	.exit = event_exit,
	.test_cases = cases,
};
