// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test driver's values: a plain member of every C type, ranges, every permission,
 * and values by callbacks that sleep or refuse.
 */
#include <linux/kulink_param.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "ktest.h"

enum { VALUE_TICKS };

static void count_change(void *priv)
{
	struct ktest *kt = priv;

	spin_lock(&kt->lock);
	kt->changes++;
	spin_unlock(&kt->lock);
}

/* Kept beside the plain members, under a lock that sleeps. */
static int fn_bool_get(void *priv, struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	datum->number = (u64)kt->fn_bool;
	mutex_unlock(&kt->fn_lock);
	return 0;
}

static int fn_bool_set(void *priv, const struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	kt->fn_bool = datum->number;
	mutex_unlock(&kt->fn_lock);
	return 0;
}

static int fn_s64_get(void *priv, struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	datum->number = (u64)kt->fn_s64;
	mutex_unlock(&kt->fn_lock);
	return 0;
}

static int fn_s64_set(void *priv, const struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	kt->fn_s64 = datum->number;
	mutex_unlock(&kt->fn_lock);
	return 0;
}

static int fn_u64_get(void *priv, struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	datum->number = (u64)kt->fn_u64;
	mutex_unlock(&kt->fn_lock);
	return 0;
}

static int fn_u64_set(void *priv, const struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	kt->fn_u64 = datum->number;
	mutex_unlock(&kt->fn_lock);
	return 0;
}

static int fn_string_get(void *priv, struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	strscpy(datum->string, kt->fn_string, sizeof(datum->string));
	mutex_unlock(&kt->fn_lock);
	return 0;
}

static int fn_string_set(void *priv, const struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	strscpy(kt->fn_string, datum->string, sizeof(kt->fn_string));
	mutex_unlock(&kt->fn_lock);
	return 0;
}

/* What a write-only value took, so that a test can see it. */
static int written_get(void *priv, struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	datum->number = kt->written;
	mutex_unlock(&kt->fn_lock);
	return 0;
}

static int write_only_set(void *priv, const struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	kt->written = datum->number;
	mutex_unlock(&kt->fn_lock);
	return 0;
}

static int refused_get(void *priv, struct kulink_datum *datum)
{
	struct ktest *kt = priv;

	datum->number = READ_ONCE(kt->refused);
	return 0;
}

static int refused_set(void *priv, const struct kulink_datum *datum)
{
	struct ktest *kt = priv;
	int err = READ_ONCE(ktest_errno);

	if (!err)
		WRITE_ONCE(kt->refused, datum->number);
	return -err;
}

static int unreadable_get(void *priv, struct kulink_datum *datum)
{
	datum->number = 1;
	return -READ_ONCE(ktest_errno);
}

static int slept_get(void *priv, struct kulink_datum *datum)
{
	struct ktest *kt = priv;
	int err = ktest_delay(kt);

	datum->number = READ_ONCE(kt->slept);
	return err;
}

static int slept_set(void *priv, const struct kulink_datum *datum)
{
	struct ktest *kt = priv;
	int err = ktest_delay(kt);

	if (!err)
		WRITE_ONCE(kt->slept, datum->number);
	return err;
}

#define MODE(member, access) KULINK_VALUE(struct ktest, member, access)

struct kulink_value ktest_values[] = {
	[VALUE_TICKS] = {
		.field = KULINK_FIELD(struct ktest, ticks, .unit = "ticks"),
		.mode = 0444,
	},
	KULINK_VALUE_RW(struct ktest, flag),
	KULINK_VALUE_RW(struct ktest, num_s8),
	KULINK_VALUE_RW(struct ktest, num_s16),
	KULINK_VALUE_RW(struct ktest, num_s32),
	KULINK_VALUE_RW(struct ktest, num_s64),
	KULINK_VALUE_RW(struct ktest, num_long),
	KULINK_VALUE_RW(struct ktest, num_u8),
	KULINK_VALUE_RW(struct ktest, num_u16),
	KULINK_VALUE_RW(struct ktest, num_u32),
	KULINK_VALUE_RW(struct ktest, num_u64),
	KULINK_VALUE_RW(struct ktest, num_ulong),
	KULINK_VALUE_RANGE(struct ktest, ranged_s, -5, 7),
	KULINK_VALUE_RANGE(struct ktest, ranged_u, 10, 20, .changed = count_change),
	KULINK_VALUE_RANGE(struct ktest, edge_s, S64_MIN, -1),
	KULINK_VALUE_RANGE(struct ktest, edge_u, U64_MAX - 1, U64_MAX),
	KULINK_VALUE_ENUM(struct ktest, choice, "off", "sampled", "full"),
	KULINK_VALUE_STRING(struct ktest, label),
	KULINK_VALUE_STRING(struct ktest, text),
	KULINK_VALUE_RANGE(struct ktest, sized, 2, 5),
	KULINK_VALUE_RO(struct ktest, changes),
	KULINK_VALUE_RO(struct ktest, counted),
	KULINK_VALUE_RO(struct ktest, fixed),
	KULINK_VALUE_RO(struct ktest, title),
	MODE(mode_0600, 0600),
	MODE(mode_0660, 0660),
	MODE(mode_0640, 0640),
	MODE(mode_0604, 0604),
	MODE(mode_0664, 0664),
	MODE(mode_0400, 0400),
	MODE(mode_0200, 0200),
	MODE(mode_0220, 0220),
	KULINK_VALUE_FN("write_only", U64, 0200, .set = write_only_set),
	KULINK_VALUE_FN("written", U64, 0444, .get = written_get),
	KULINK_VALUE_FN("fn_bool", BOOL, 0644, .get = fn_bool_get, .set = fn_bool_set),
	KULINK_VALUE_FN("fn_s64", S64, 0644, .get = fn_s64_get, .set = fn_s64_set),
	KULINK_VALUE_FN("fn_u64", U64, 0644, .get = fn_u64_get, .set = fn_u64_set),
	KULINK_VALUE_FN("fn_string", STRING, 0644, .get = fn_string_get, .set = fn_string_set),
	KULINK_VALUE_FN("refused", U64, 0644, .get = refused_get, .set = refused_set),
	KULINK_VALUE_FN("unreadable", U64, 0444, .get = unreadable_get),
	KULINK_VALUE_FN("slept", U64, 0644, .get = slept_get, .set = slept_set),
	KULINK_VALUE_RW(struct ktest, insmod_only),
	{}
};

/*
 * Each as a parameter, too, in its mode, but for mode_0604, which no file of a module's can have
 * (VERIFY_OCTAL_PERMISSIONS in linux/kernel.h).
 */
KULINK_PARAM(ktest_desc, ticks, 0444);
KULINK_PARAM(ktest_desc, flag, 0644);
KULINK_PARAM(ktest_desc, num_s8, 0644);
KULINK_PARAM(ktest_desc, num_s16, 0644);
KULINK_PARAM(ktest_desc, num_s32, 0644);
KULINK_PARAM(ktest_desc, num_s64, 0644);
KULINK_PARAM(ktest_desc, num_long, 0644);
KULINK_PARAM(ktest_desc, num_u8, 0644);
KULINK_PARAM(ktest_desc, num_u16, 0644);
KULINK_PARAM(ktest_desc, num_u32, 0644);
KULINK_PARAM(ktest_desc, num_u64, 0644);
KULINK_PARAM(ktest_desc, num_ulong, 0644);
KULINK_PARAM(ktest_desc, ranged_s, 0644);
KULINK_PARAM(ktest_desc, ranged_u, 0644);
KULINK_PARAM(ktest_desc, edge_s, 0644);
KULINK_PARAM(ktest_desc, edge_u, 0644);
KULINK_PARAM(ktest_desc, choice, 0644);
KULINK_PARAM(ktest_desc, label, 0644);
KULINK_PARAM(ktest_desc, text, 0644);
KULINK_PARAM(ktest_desc, sized, 0644);
KULINK_PARAM(ktest_desc, changes, 0444);
KULINK_PARAM(ktest_desc, fixed, 0444);
KULINK_PARAM(ktest_desc, title, 0444);
KULINK_PARAM(ktest_desc, mode_0600, 0600);
KULINK_PARAM(ktest_desc, mode_0660, 0660);
KULINK_PARAM(ktest_desc, mode_0640, 0640);
KULINK_PARAM(ktest_desc, mode_0664, 0664);
KULINK_PARAM(ktest_desc, mode_0400, 0400);
KULINK_PARAM(ktest_desc, mode_0200, 0200);
KULINK_PARAM(ktest_desc, mode_0220, 0220);
KULINK_PARAM(ktest_desc, write_only, 0200);
KULINK_PARAM(ktest_desc, written, 0444);
KULINK_PARAM(ktest_desc, fn_bool, 0644);
KULINK_PARAM(ktest_desc, fn_s64, 0644);
KULINK_PARAM(ktest_desc, fn_u64, 0644);
KULINK_PARAM(ktest_desc, fn_string, 0644);
KULINK_PARAM(ktest_desc, refused, 0644);
KULINK_PARAM(ktest_desc, unreadable, 0444);
KULINK_PARAM(ktest_desc, slept, 0644);
KULINK_PARAM(ktest_desc, insmod_only, 0);
KULINK_PARAM(ktest_desc, no_such_value, 0644);

void ktest_values_init(struct ktest *kt)
{
	spin_lock_init(&kt->lock);
	mutex_init(&kt->fn_lock);
	kt->ranged_u = 10;
	kt->edge_s = -1;
	kt->edge_u = U64_MAX;
	kt->fixed = 42;
	strscpy(kt->title, "the title", sizeof(kt->title));
	strscpy(kt->sized, "abc", sizeof(kt->sized));
}

struct tick {
	struct irq_work work;
	struct ktest *kt;
};

static void tick_once(struct irq_work *work)
{
	struct tick *tick = container_of(work, struct tick, work);
	struct ktest *kt = tick->kt;

	WRITE_ONCE(kt->ticks, kt->ticks + 1);
	kulink_changed(kt->service, VALUE_TICKS);
}

int ktest_tick(struct ktest *kt, unsigned long from_irq)
{
	struct tick tick = { .kt = kt };

	init_irq_work(&tick.work, tick_once);
	if (from_irq) {
		irq_work_queue(&tick.work);
		irq_work_sync(&tick.work);
	} else {
		tick_once(&tick.work);
	}
	return 0;
}
