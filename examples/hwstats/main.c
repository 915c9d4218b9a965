// SPDX-License-Identifier: GPL-2.0-only
/*
 * hwstats: the driver of the classic question. It has statistics, more than a page
 * of them, few locks and no time to write a protocol; which interface should it
 * use? It declares what there is once, and every channel of kulink carries it.
 *
 * The statistics are the kernel's own: network devices and per-CPU interrupts. The
 * declaration is hwstats_desc and the arrays above it; the rest any driver has.
 */
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/kernel_stat.h>
#include <linux/ktime.h>
#include <linux/kulink.h>
#include <linux/kulink_param.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "hwstats.h"

#define HWSTATS_MAX	16

struct hwstats_cpu_row {
	u32 cpu;
	u64 irqs;
	u32 hi, timer, net_tx, net_rx, block, irq_poll, tasklet, sched, hrtimer, rcu;
};

struct hwstats_tick {
	u64 count;
};

static unsigned int instances = 1;
module_param(instances, uint, 0444);
MODULE_PARM_DESC(instances, "services to make: hwstats0, hwstats1, … (0 to 16)");

/* Table cpus: per-CPU counters that anyone may read at any time; no lock. */

static void *cpus_item(unsigned int cpu)
{
	return cpu < nr_cpu_ids ? (void *)(cpu + 1UL) : NULL;
}

static void *cpus_start(void *priv)
{
	return cpus_item(cpumask_first(cpu_possible_mask));
}

static void *cpus_next(void *priv, void *item)
{
	return cpus_item(cpumask_next((unsigned long)item - 1, cpu_possible_mask));
}

static void cpus_stop(void *priv)
{
}

static int cpus_row(void *priv, void *item, void *row)
{
	unsigned int cpu = (unsigned long)item - 1;

	*(struct hwstats_cpu_row *)row = (struct hwstats_cpu_row){
		.cpu = cpu,
		.irqs = kstat_cpu_irqs_sum(cpu),
		.hi = kstat_softirqs_cpu(HI_SOFTIRQ, cpu),
		.timer = kstat_softirqs_cpu(TIMER_SOFTIRQ, cpu),
		.net_tx = kstat_softirqs_cpu(NET_TX_SOFTIRQ, cpu),
		.net_rx = kstat_softirqs_cpu(NET_RX_SOFTIRQ, cpu),
		.block = kstat_softirqs_cpu(BLOCK_SOFTIRQ, cpu),
		.irq_poll = kstat_softirqs_cpu(IRQ_POLL_SOFTIRQ, cpu),
		.tasklet = kstat_softirqs_cpu(TASKLET_SOFTIRQ, cpu),
		.sched = kstat_softirqs_cpu(SCHED_SOFTIRQ, cpu),
		.hrtimer = kstat_softirqs_cpu(HRTIMER_SOFTIRQ, cpu),
		.rcu = kstat_softirqs_cpu(RCU_SOFTIRQ, cpu),
	};
	return 0;
}

/* The driver's lock and what a program's writes set in motion */

static void hwstats_lock(void *priv)
	__acquires(&((struct hwstats *)priv)->lock)
{
	struct hwstats *hw = priv;

	spin_lock(&hw->lock);
}

static void hwstats_unlock(void *priv)
	__releases(&((struct hwstats *)priv)->lock)
{
	struct hwstats *hw = priv;

	spin_unlock(&hw->lock);
}

static void threshold_changed(void *priv)
{
	struct hwstats *hw = priv;

	spin_lock(&hw->lock);
	hw->changes++;
	spin_unlock(&hw->lock);
}

static void rate_changed(void *priv)
{
	struct hwstats *hw = priv;

	spin_lock(&hw->lock);
	hw->tick_ns = ktime_get_ns();
	cancel_delayed_work(&hw->tick);
	if (hw->rate && !hw->leaving)
		schedule_delayed_work(&hw->tick, 0);
	spin_unlock(&hw->lock);
}

static int hwstats_echo(void *priv, const void *request, size_t request_len,
			void *reply, size_t *reply_len)
{
	if (*reply_len < request_len)
		return -EMSGSIZE;
	memcpy(reply, request, request_len);
	*reply_len = request_len;
	return 0;
}

static int hwstats_reset(void *priv, const void *request, size_t request_len,
			 void *reply, size_t *reply_len)
{
	struct hwstats *hw = priv;

	spin_lock(&hw->lock);
	hw->ticks = 0;
	hw->told = 0;
	hw->changes = 0;
	spin_unlock(&hw->lock);
	*reply_len = 0;
	return 0;
}

/* What is told of a row of each table, and with each event */

#define CPU_STAT(member) KULINK_FIELD(struct hwstats_cpu_row, member)

static const struct kulink_field cpu_columns[] = {
	CPU_STAT(cpu), CPU_STAT(irqs), CPU_STAT(hi), CPU_STAT(timer),
	CPU_STAT(net_tx), CPU_STAT(net_rx), CPU_STAT(block), CPU_STAT(irq_poll),
	CPU_STAT(tasklet), CPU_STAT(sched), CPU_STAT(hrtimer), CPU_STAT(rcu),
	{}
};

static const struct kulink_field link_fields[] = {
	KULINK_FIELD(struct hwstats_link, name),
	KULINK_FIELD(struct hwstats_link, ifindex),
	{}
};

static const struct kulink_field tick_fields[] = {
	KULINK_FIELD(struct hwstats_tick, count),
	{}
};

/* The declaration: from here to hwstats_desc is all that the service is */

static const struct kulink_value hwstats_values[] = {
	KULINK_VALUE_RW(struct hwstats, enabled),
	KULINK_VALUE_ENUM(struct hwstats, mode, "off", "sampled", "full"),
	KULINK_VALUE_RANGE(struct hwstats, threshold, 10, 20, .changed = threshold_changed),
	KULINK_VALUE_STRING(struct hwstats, label),
	KULINK_VALUE_FN("pattern", STRING, 0644, .get = hwstats_pattern_get, .set = hwstats_pattern_set),
	{ .field = KULINK_FIELD(struct hwstats, rate, .unit = "Hz"), .mode = 0600,
	  .ranged = true, .max = 100000, .changed = rate_changed },
	KULINK_VALUE_RO(struct hwstats, ticks),
	KULINK_VALUE_RO(struct hwstats, told),
	KULINK_VALUE_RO(struct hwstats, changes),
	KULINK_VALUE_FN("link_count", U64, 0444, .get = hwstats_link_count_get),
	{ .field = { "rx_bytes", "bytes", NULL, KULINK_TYPE_U64, 8 }, .mode = 0444,
	  .get = hwstats_rx_bytes_get },
	{}
};

static const struct kulink_table hwstats_tables[] = {
	{ "links", 0444, hwstats_link_columns, sizeof(struct hwstats_link_row), hwstats_links_start,
	  hwstats_links_next, hwstats_links_stop, hwstats_links_row, .generation = hwstats_links_generation },
	{ "cpus", 0444, cpu_columns, sizeof(struct hwstats_cpu_row), cpus_start,
	  cpus_next, cpus_stop, cpus_row },
	{}
};

static const struct kulink_call hwstats_calls[] = {
	{ "echo", 0444, KULINK_CALL_MAX, KULINK_CALL_MAX, hwstats_echo },
	{ "reset", 0200, 0, 0, hwstats_reset },
	{}
};

static const struct kulink_event hwstats_events[] = {
	[LINK_ADDED] = { "link_added", 0444, link_fields, sizeof(struct hwstats_link) },
	[LINK_UP] = { "link_up", 0444, link_fields, sizeof(struct hwstats_link) },
	[LINK_DOWN] = { "link_down", 0444, link_fields, sizeof(struct hwstats_link) },
	[LINK_REMOVED] = { "link_removed", 0444, link_fields, sizeof(struct hwstats_link) },
	[TICK] = { "tick", 0444, tick_fields, sizeof(struct hwstats_tick) },
	{}
};

static const struct kulink_desc hwstats_desc = {
	.name = "hwstats%d", .owner = THIS_MODULE, .channels = "*",
	.values = hwstats_values, .tables = hwstats_tables,
	.calls = hwstats_calls, .events = hwstats_events,
	.lock = hwstats_lock, .unlock = hwstats_unlock,
};

/* Module parameters of the first service: modprobe hwstats threshold=12 'pattern=eth*' */
KULINK_PARAM(hwstats_desc, enabled, 0644);
MODULE_PARM_DESC(enabled, "tell of events");
KULINK_PARAM(hwstats_desc, mode, 0644);
MODULE_PARM_DESC(mode, "off, sampled (one event in threshold) or full");
KULINK_PARAM(hwstats_desc, threshold, 0644);
MODULE_PARM_DESC(threshold, "10 to 20");
KULINK_PARAM(hwstats_desc, label, 0644);
MODULE_PARM_DESC(label, "any text");
KULINK_PARAM(hwstats_desc, pattern, 0644);
MODULE_PARM_DESC(pattern, "the network devices to watch, as a glob");
KULINK_PARAM(hwstats_desc, rate, 0600);
MODULE_PARM_DESC(rate, "ticks a second");

/* Events. A program's write may start them before kulink_register() has returned. */

static void hwstats_emit(struct hwstats *hw, unsigned int event, const void *fields)
{
	/* Pairs with hwstats_add(); NULL before it: nobody is told. */
	kulink_emit(smp_load_acquire(&hw->service), event, fields);
}

/* The ticks that are due by now; then sleep until the next one is */
static void hwstats_tick(struct work_struct *work)
{
	struct hwstats *hw = container_of(to_delayed_work(work), struct hwstats, tick);
	u64 now = ktime_get_ns(), due, first;
	struct hwstats_tick tick;

	spin_lock(&hw->lock);
	if (!hw->rate || hw->leaving) {
		spin_unlock(&hw->lock);
		return;
	}
	if (now - hw->tick_ns > 2 * NSEC_PER_SEC)
		hw->tick_ns = now - 2 * NSEC_PER_SEC;
	due = div_u64((now - hw->tick_ns) * hw->rate, NSEC_PER_SEC);
	hw->tick_ns += div_u64(due * NSEC_PER_SEC, hw->rate);
	first = hw->ticks + 1;
	hw->ticks += due;
	schedule_delayed_work(&hw->tick, max(1UL, usecs_to_jiffies(USEC_PER_SEC / hw->rate)));
	spin_unlock(&hw->lock);

	for (tick.count = first; tick.count < first + due; tick.count++)
		hwstats_emit(hw, TICK, &tick);
}

void hwstats_tell(struct hwstats *hw, unsigned int event, const struct hwstats_link *link)
{
	bool tell;

	spin_lock(&hw->lock);
	tell = hw->enabled && (hw->mode == MODE_FULL ||
	       (hw->mode == MODE_SAMPLED && hw->seen++ % hw->threshold == 0));
	hw->told += tell;
	spin_unlock(&hw->lock);
	if (tell)
		hwstats_emit(hw, event, link);
}

/* @name: NULL for the next of hwstats0, hwstats1, … */
static struct kulink_service *hwstats_add(const char *name)
{
	struct kulink_service *service;
	struct hwstats *hw;

	hw = kzalloc(sizeof(*hw), GFP_KERNEL);
	if (!hw)
		return ERR_PTR(-ENOMEM);

	spin_lock_init(&hw->lock);
	INIT_DELAYED_WORK(&hw->tick, hwstats_tick);
	hw->enabled = true;
	hw->mode = MODE_FULL;
	hw->threshold = 15;
	strscpy(hw->label, "hwstats", sizeof(hw->label));
	strscpy(hw->pattern, "*", sizeof(hw->pattern));

	if (name)
		service = kulink_register_as(NULL, &hwstats_desc, name, hw);
	else
		service = kulink_register(NULL, &hwstats_desc, hw);
	if (IS_ERR(service)) {
		kfree(hw);
		return service;
	}
	/* Pairs with hwstats_emit(). */
	smp_store_release(&hw->service, service);

	hwstats_links_add(hw);
	return service;
}

/* Whatever emits ends before the service does. */
static void hwstats_remove(struct kulink_service *service)
{
	struct hwstats *hw = kulink_service_priv(service);

	hwstats_links_remove(hw);

	spin_lock(&hw->lock);
	hw->leaving = true;
	spin_unlock(&hw->lock);
	cancel_delayed_work_sync(&hw->tick);

	kulink_unregister(service);
	kfree(hw);
}

/* mkdir /sys/kernel/config/kulink/hwstats/NAME */
static struct kulink_factory hwstats_factory = {
	.name = "hwstats", .owner = THIS_MODULE, .make = hwstats_add, .end = hwstats_remove,
};

/* Nobody else changes the list: the factory is not there yet, or no more. */
static void hwstats_stop(void)
{
	struct hwstats *hw;

	hwstats_links_exit();
	while ((hw = hwstats_links_first()))
		hwstats_remove(hw->service);
}

static void __exit hwstats_exit(void)
{
	kulink_factory_unregister(&hwstats_factory);
	hwstats_stop();
}
module_exit(hwstats_exit);

static int __init hwstats_init(void)
{
	unsigned int i;
	int err;

	if (instances > HWSTATS_MAX)
		return -EINVAL;

	err = hwstats_links_init();
	if (err)
		return err;

	for (i = 0; i < instances && !err; i++)
		err = PTR_ERR_OR_ZERO(hwstats_add(NULL));
	err = err ?: kulink_factory_register(&hwstats_factory);
	if (err)
		hwstats_stop();
	return err;
}
module_init(hwstats_init);

MODULE_DESCRIPTION("Network and interrupt statistics over every channel of kulink");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
