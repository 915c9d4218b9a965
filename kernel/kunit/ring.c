// SPDX-License-Identifier: GPL-2.0-only
/* The ring's arithmetic, and the losses a reader counts with it */
#include <linux/slab.h>

#include "kunit.h"

#define SIZE	512

struct world {
	struct kulink_ring ring;
	u64 seq;
	u64 evicted;		/* last sequence given up */
	u64 bad_order;
};

static int ring_init(struct kunit *test)
{
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->ring.size = SIZE;
	w->ring.data = kunit_kzalloc(test, SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, w->ring.data);
	test->priv = w;
	return 0;
}

static void evict(void *ctx, u64 pos, struct kulink_ring_entry *entry)
{
	struct world *w = ctx;

	if (entry->seq != w->evicted + 1 || pos != w->ring.tail)
		w->bad_order++;
	w->evicted = entry->seq;
}

static void emit(struct world *w, u32 len)
{
	struct kulink_ring_entry *entry = kulink_ring_reserve(&w->ring, len, evict, w);

	entry->event = 0;
	entry->seq = ++w->seq;
	memset(entry->record, (u8)entry->seq, len);
}

/* Read all there is from @pos: sequences ascend by one, records are whole. */
static u64 expect_rest(struct kunit *test, struct world *w, u64 *pos, u32 len)
{
	struct kulink_ring_entry *entry;
	u64 first = 0, n = 0;

	while ((entry = kulink_ring_at(&w->ring, pos))) {
		if (!n++)
			first = entry->seq;
		KUNIT_ASSERT_EQ(test, first + n - 1, entry->seq);
		if (len) {
			KUNIT_ASSERT_EQ(test, (u8)entry->seq, entry->record[0]);
			KUNIT_ASSERT_EQ(test, (u8)entry->seq, entry->record[len - 1]);
		}
		*pos += entry->size;
	}
	KUNIT_EXPECT_EQ(test, w->ring.head, *pos);
	if (n)
		KUNIT_EXPECT_EQ(test, w->seq, first + n - 1);
	return n;
}

static void empty(struct kunit *test)
{
	struct world *w = test->priv;
	u64 pos = 0;

	KUNIT_EXPECT_NULL(test, kulink_ring_at(&w->ring, &pos));
	KUNIT_EXPECT_EQ(test, 0, pos);
}

static void no_loss_while_it_fits(struct kunit *test)
{
	struct world *w = test->priv;
	u64 pos = 0;
	int i;

	for (i = 0; i < SIZE / 32; i++)
		emit(w, 8);
	KUNIT_EXPECT_EQ(test, 0, w->evicted);
	KUNIT_EXPECT_EQ(test, SIZE, w->ring.head - w->ring.tail);
	KUNIT_EXPECT_EQ(test, SIZE / 32, expect_rest(test, w, &pos, 8));
	emit(w, 8);
	KUNIT_EXPECT_EQ(test, 1, w->evicted);
}

/* Emitted = delivered + lost at every point, for a reader that never kept up. */
static void overrun(struct kunit *test)
{
	struct world *w = test->priv;
	u32 len;

	for (len = 0; len <= 200; len += 7) {
		u64 before = w->seq, pos = w->ring.head;
		u64 delivered, lost;
		int i;

		for (i = 0; i < 1000; i++)
			emit(w, len);
		lost = w->evicted > before ? w->evicted - before : 0;
		delivered = expect_rest(test, w, &pos, len);
		KUNIT_EXPECT_GT(test, lost, 0);
		KUNIT_EXPECT_GT(test, delivered, 0);
		KUNIT_EXPECT_EQ(test, 1000, delivered + lost);
	}
	KUNIT_EXPECT_EQ(test, 0, w->bad_order);
}

/* Mixed sizes make every kind of wrap; a reader that keeps up loses nothing. */
static void wrap(struct kunit *test)
{
	struct world *w = test->priv;
	u64 pos = 0, delivered = 0;
	u32 i;

	for (i = 0; i < 5000; i++) {
		emit(w, i * 13 % 230);
		delivered += expect_rest(test, w, &pos, 0);
		KUNIT_ASSERT_LE(test, w->ring.head - w->ring.tail, SIZE);
		KUNIT_ASSERT_EQ(test, 0, w->ring.head & 7);
	}
	KUNIT_EXPECT_EQ(test, 5000, delivered);
	KUNIT_EXPECT_EQ(test, 0, w->bad_order);
}

/* A cursor from before the tail goes on at the oldest, one on a pad at the next. */
static void cursor(struct kunit *test)
{
	struct world *w = test->priv;
	u64 pos = 0;

	/* 16 + 8 and the entry's own 24: 48 bytes; ten fit, a pad of 32 remains */
	while (w->ring.head < 480)
		emit(w, 24);
	emit(w, 24);
	KUNIT_EXPECT_EQ(test, 512 + 48, w->ring.head);
	pos = 480;
	KUNIT_EXPECT_EQ(test, 11, kulink_ring_at(&w->ring, &pos)->seq);
	KUNIT_EXPECT_EQ(test, 512, pos);
	pos = 0;
	KUNIT_EXPECT_EQ(test, w->evicted + 1, kulink_ring_at(&w->ring, &pos)->seq);
	KUNIT_EXPECT_EQ(test, w->ring.tail, pos);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(empty),
	KUNIT_CASE(no_loss_while_it_fits),
	KUNIT_CASE(overrun),
	KUNIT_CASE(wrap),
	KUNIT_CASE(cursor),
	{}
};

struct kunit_suite kulink_ring_suite = {
	.name = "kulink-ring",
	.init = ring_init,
	.test_cases = cases,
};
