// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tests steer, in /sys/module/kulink_test/parameters/, on every instance at once:
 *
 *	rows		number of rows of the table "rows"
 *	churn		1: a thread changes the table "churn" without a pause
 *	delay_ms	how long "slept" and each row of the table "slow" take
 *	errno		what "refused" and "unreadable" answer; 0: they work
 *	release		wakes what sleeps
 *	flood		emits so many of each event from process context
 *	flood_data	emits so many of the event "data" alone
 *	flood_irq	as flood, from hard interrupts
 *	region_fill	fills the regions by a seed
 *	region_check	refuses unless those that can be written hold what that seed puts there
 *	tick		changes the value "ticks" by itself; 1: from a hard interrupt
 */
#include <linux/module.h>

#include "ktest.h"

unsigned int ktest_delay_ms;
module_param_named(delay_ms, ktest_delay_ms, uint, 0644);
MODULE_PARM_DESC(delay_ms, "how long slow operations take");

int ktest_errno;
module_param_named(errno, ktest_errno, int, 0644);
MODULE_PARM_DESC(errno, "what refusing values answer; 0: they work");

unsigned long ktest_rows;
unsigned long ktest_churn;

static int state_set(const char *text, const struct kernel_param *kp,
		     int (*fn)(struct ktest *kt, unsigned long arg))
{
	int err = param_set_ulong(text, kp);

	return err ?: ktest_each(fn, *(unsigned long *)kp->arg);
}

static int rows_set(const char *text, const struct kernel_param *kp)
{
	return state_set(text, kp, ktest_rows_set);
}

static int churn_set(const char *text, const struct kernel_param *kp)
{
	return state_set(text, kp, ktest_churn_set);
}

static const struct kernel_param_ops rows_ops = { .set = rows_set, .get = param_get_ulong };
static const struct kernel_param_ops churn_ops = { .set = churn_set, .get = param_get_ulong };

module_param_cb(rows, &rows_ops, &ktest_rows, 0644);
MODULE_PARM_DESC(rows, "number of rows of the table rows");
module_param_cb(churn, &churn_ops, &ktest_churn, 0644);
MODULE_PARM_DESC(churn, "change the table churn without a pause");

/* What happens once, when it is written. */
static int action_set(const char *text, const struct kernel_param *kp)
{
	int (*fn)(struct ktest *kt, unsigned long arg) = kp->arg;
	unsigned long arg;
	int err = kstrtoul(text, 0, &arg);

	return err ?: ktest_each(fn, arg);
}

static const struct kernel_param_ops action_ops = { .set = action_set };

module_param_cb(release, &action_ops, ktest_release, 0200);
MODULE_PARM_DESC(release, "wake what sleeps");
module_param_cb(flood, &action_ops, ktest_flood, 0200);
MODULE_PARM_DESC(flood, "emit so many of each event");
module_param_cb(flood_data, &action_ops, ktest_flood_data, 0200);
MODULE_PARM_DESC(flood_data, "emit so many of the event data");
module_param_cb(flood_irq, &action_ops, ktest_flood_irq, 0200);
MODULE_PARM_DESC(flood_irq, "emit so many of each event from hard interrupts");
module_param_cb(region_fill, &action_ops, ktest_region_fill, 0200);
MODULE_PARM_DESC(region_fill, "fill the regions by a seed");
module_param_cb(region_check, &action_ops, ktest_region_check, 0200);
MODULE_PARM_DESC(region_check, "refuse unless programs have filled them by this seed");
module_param_cb(tick, &action_ops, ktest_tick, 0200);
MODULE_PARM_DESC(tick, "change the value ticks; 1: from a hard interrupt");
