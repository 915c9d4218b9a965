// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test driver's table "churn": a list under a spinlock that a thread changes without a
 * pause. Each row names the generation and the number of rows that it belongs to, so that
 * a dump which mixes two generations is seen.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include "ktest.h"

struct churn_row {
	struct list_head node;
	u64 id;
};

const struct kulink_field ktest_churn_columns[] = {
	KULINK_FIELD(struct ktest_churn_told, id),
	KULINK_FIELD(struct ktest_churn_told, generation),
	KULINK_FIELD(struct ktest_churn_told, count),
	{}
};

void *ktest_churn_start(void *priv)
	__acquires(&((struct ktest *)priv)->churn_lock)
{
	struct ktest *kt = priv;

	spin_lock(&kt->churn_lock);
	return list_first_entry_or_null(&kt->churn_rows, struct churn_row, node);
}

void *ktest_churn_next(void *priv, void *item)
{
	struct ktest *kt = priv;
	struct churn_row *row = item;

	return list_is_last(&row->node, &kt->churn_rows) ? NULL : list_next_entry(row, node);
}

void ktest_churn_stop(void *priv)
	__releases(&((struct ktest *)priv)->churn_lock)
{
	struct ktest *kt = priv;

	spin_unlock(&kt->churn_lock);
}

int ktest_churn_row(void *priv, void *item, void *to)
{
	struct ktest *kt = priv;
	struct ktest_churn_told *told = to;
	struct churn_row *row = item;

	told->id = row->id;
	told->generation = kt->churn_generation;
	told->count = kt->churn_count;
	return 0;
}

u64 ktest_churn_generation(void *priv)
{
	struct ktest *kt = priv;

	return kt->churn_generation;
}

/* Between 100 and 1000 rows: grow one by one, then shrink from the front. */
static void churn_once(struct ktest *kt, bool grow)
{
	struct churn_row *row = NULL;

	if (grow)
		row = kmalloc(sizeof(*row), GFP_KERNEL);
	spin_lock(&kt->churn_lock);
	if (row) {
		row->id = kt->churn_id++;
		list_add_tail(&row->node, &kt->churn_rows);
		kt->churn_count++;
		kt->churn_generation++;
		row = NULL;
	} else if (!grow && !list_empty(&kt->churn_rows)) {
		row = list_first_entry(&kt->churn_rows, struct churn_row, node);
		list_del(&row->node);
		kt->churn_count--;
		kt->churn_generation++;
	}
	spin_unlock(&kt->churn_lock);
	kfree(row);
}

static int churn_thread(void *arg)
{
	struct ktest *kt = arg;
	bool grow = true;
	unsigned int n = 0;

	while (!kthread_should_stop()) {
		if (kt->churn_count >= 1000 || kt->churn_count <= 100)
			grow = kt->churn_count <= 100;
		churn_once(kt, grow);
		if (++n % 8 == 0)
			usleep_range(20, 50);
	}
	return 0;
}

int ktest_churn_set(struct ktest *kt, unsigned long on)
{
	struct task_struct *task;

	if (kt->churner && !on) {
		kthread_stop(kt->churner);
		kt->churner = NULL;
	} else if (!kt->churner && on) {
		task = kthread_run(churn_thread, kt, "ktest%u", kt->id);
		if (IS_ERR(task))
			return PTR_ERR(task);
		kt->churner = task;
	}
	return 0;
}

void ktest_churn_init(struct ktest *kt)
{
	spin_lock_init(&kt->churn_lock);
	INIT_LIST_HEAD(&kt->churn_rows);
	kt->churn_generation = 1;
}

void ktest_churn_exit(struct ktest *kt)
{
	struct churn_row *row, *next;

	list_for_each_entry_safe(row, next, &kt->churn_rows, node)
		kfree(row);
}
