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
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#define HWSTATS_MAX	16

enum { MODE_OFF, MODE_SAMPLED, MODE_FULL };

struct hwstats {
	struct kulink_service *service;
	spinlock_t lock;		/* guards what follows */
	bool enabled;
	u32 mode;
	int threshold;
	char label[64];
	u32 rate;
	u64 ticks;
	u64 told;
	u64 changes;
	u32 seen;			/* link events, told or not */
	u64 tick_ns;			/* up to here ticks are emitted */
	bool leaving;			/* the work is not to be queued again */
	struct delayed_work tick;
};

/* A row of table links. The columns are offsets in @stats, so it comes first. */
struct hwstats_link_row {
	struct rtnl_link_stats64 stats;
	char name[IFNAMSIZ];
	int ifindex;
};

static_assert(offsetof(struct hwstats_link_row, stats) == 0);

struct hwstats_cpu_row {
	u32 cpu;
	u64 irqs;
	u32 hi, timer, net_tx, net_rx, block, irq_poll, tasklet, sched, hrtimer, rcu;
};

struct hwstats_link {
	char name[IFNAMSIZ];
	int ifindex;
};

struct hwstats_tick {
	u64 count;
};

static unsigned int instances = 1;
module_param(instances, uint, 0444);
MODULE_PARM_DESC(instances, "services to make: hwstats0, hwstats1, … (1 to 16)");

static struct hwstats *hwstats_all[HWSTATS_MAX];

/* Guarded by RTNL, like the list of devices itself. */
static u64 links_generation = 1;
static bool links_muted = true;

/* Table links: every network device of the initial namespace, under RTNL. */

static void *links_start(void *priv)
{
	rtnl_lock();
	return first_net_device(&init_net);
}

static void *links_next(void *priv, void *item)
{
	return next_net_device(item);
}

static void links_stop(void *priv)
{
	rtnl_unlock();
}

static int links_row(void *priv, void *item, void *row)
{
	struct hwstats_link_row *r = row;
	struct net_device *dev = item;

	strscpy(r->name, dev->name, sizeof(r->name));
	r->ifindex = dev->ifindex;
	dev_get_stats(dev, &r->stats);
	return 0;
}

static u64 links_generation_now(void *priv)
{
	return links_generation;
}

/* A value that takes the driver's lock by itself, and may sleep for it: all bytes received */
static int rx_bytes_get(void *priv, struct kulink_datum *datum)
{
	struct rtnl_link_stats64 stats;
	struct net_device *dev;

	rtnl_lock();
	for_each_netdev(&init_net, dev)
		datum->number += dev_get_stats(dev, &stats)->rx_bytes;
	rtnl_unlock();
	return 0;
}

static int link_count_get(void *priv, struct kulink_datum *datum)
{
	struct net_device *dev;

	rtnl_lock();
	for_each_netdev(&init_net, dev)
		datum->number++;
	rtnl_unlock();
	return 0;
}

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

#define LINK_STAT(member, ...) \
	KULINK_FIELD(struct rtnl_link_stats64, member, __VA_ARGS__)

static const struct kulink_field link_columns[] = {
	KULINK_FIELD(struct hwstats_link_row, name),
	KULINK_FIELD(struct hwstats_link_row, ifindex),
	LINK_STAT(rx_packets), LINK_STAT(tx_packets),
	LINK_STAT(rx_bytes, .unit = "bytes"), LINK_STAT(tx_bytes, .unit = "bytes"),
	LINK_STAT(rx_errors), LINK_STAT(tx_errors),
	LINK_STAT(rx_dropped), LINK_STAT(tx_dropped),
	LINK_STAT(multicast), LINK_STAT(collisions),
	LINK_STAT(rx_length_errors), LINK_STAT(rx_over_errors),
	LINK_STAT(rx_crc_errors), LINK_STAT(rx_frame_errors),
	LINK_STAT(rx_fifo_errors), LINK_STAT(rx_missed_errors),
	LINK_STAT(tx_aborted_errors), LINK_STAT(tx_carrier_errors),
	LINK_STAT(tx_fifo_errors), LINK_STAT(tx_heartbeat_errors),
	LINK_STAT(tx_window_errors),
	LINK_STAT(rx_compressed), LINK_STAT(tx_compressed),
	LINK_STAT(rx_nohandler), LINK_STAT(rx_otherhost_dropped),
	{}
};

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
	{ .field = KULINK_FIELD(struct hwstats, rate, .unit = "Hz"), .mode = 0600,
	  .ranged = true, .max = 100000, .changed = rate_changed },
	KULINK_VALUE_RO(struct hwstats, ticks),
	KULINK_VALUE_RO(struct hwstats, told),
	KULINK_VALUE_RO(struct hwstats, changes),
	KULINK_VALUE_FN("link_count", U64, 0444, .get = link_count_get),
	{ .field = { "rx_bytes", "bytes", NULL, KULINK_TYPE_U64, 8 }, .mode = 0444,
	  .get = rx_bytes_get },
	{}
};

static const struct kulink_table hwstats_tables[] = {
	{ "links", 0444, link_columns, sizeof(struct hwstats_link_row), links_start,
	  links_next, links_stop, links_row, .generation = links_generation_now },
	{ "cpus", 0444, cpu_columns, sizeof(struct hwstats_cpu_row), cpus_start,
	  cpus_next, cpus_stop, cpus_row },
	{}
};

static const struct kulink_call hwstats_calls[] = {
	{ "echo", 0444, KULINK_CALL_MAX, KULINK_CALL_MAX, hwstats_echo },
	{ "reset", 0200, 0, 0, hwstats_reset },
	{}
};

enum { LINK_ADDED, LINK_UP, LINK_DOWN, LINK_REMOVED, TICK };

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

/* Module parameters of the first service: modprobe hwstats threshold=12 label=rack */
KULINK_PARAM(hwstats_desc, enabled, 0644);
MODULE_PARM_DESC(enabled, "tell of events");
KULINK_PARAM(hwstats_desc, mode, 0644);
MODULE_PARM_DESC(mode, "off, sampled (one event in threshold) or full");
KULINK_PARAM(hwstats_desc, threshold, 0644);
MODULE_PARM_DESC(threshold, "10 to 20");
KULINK_PARAM(hwstats_desc, label, 0644);
MODULE_PARM_DESC(label, "any text");
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

static void hwstats_tell(struct hwstats *hw, unsigned int event,
			 const struct hwstats_link *link)
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

static int hwstats_netdev(struct notifier_block *nb, unsigned long what, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct hwstats_link link = { .ifindex = dev->ifindex };
	int i, event = -1;

	/* One that is long gone but still referenced is reported again every second. */
	if (links_muted || !net_eq(dev_net(dev), &init_net) ||
	    dev->reg_state == NETREG_UNREGISTERED)
		return NOTIFY_DONE;

	if (what == NETDEV_REGISTER || what == NETDEV_UNREGISTER || what == NETDEV_CHANGENAME)
		links_generation++;

	if (what == NETDEV_REGISTER)
		event = LINK_ADDED;
	else if (what == NETDEV_UNREGISTER)
		event = LINK_REMOVED;
	else if (what == NETDEV_UP)
		event = LINK_UP;
	else if (what == NETDEV_DOWN)
		event = LINK_DOWN;

	strscpy(link.name, dev->name, sizeof(link.name));
	for (i = 0; event >= 0 && i < HWSTATS_MAX && hwstats_all[i]; i++)
		hwstats_tell(hwstats_all[i], event, &link);
	return NOTIFY_DONE;
}

static struct notifier_block hwstats_notifier = { .notifier_call = hwstats_netdev };

/* Registering and unregistering a notifier replays what is there: not events of ours. */
static void hwstats_mute(bool muted)
{
	rtnl_lock();
	links_muted = muted;
	rtnl_unlock();
}

static int hwstats_add(unsigned int i)
{
	struct kulink_service *service;
	struct hwstats *hw;

	hw = kzalloc(sizeof(*hw), GFP_KERNEL);
	if (!hw)
		return -ENOMEM;

	spin_lock_init(&hw->lock);
	INIT_DELAYED_WORK(&hw->tick, hwstats_tick);
	hw->enabled = true;
	hw->mode = MODE_FULL;
	hw->threshold = 15;
	strscpy(hw->label, "hwstats", sizeof(hw->label));

	service = kulink_register(NULL, &hwstats_desc, hw);
	if (IS_ERR(service)) {
		kfree(hw);
		return PTR_ERR(service);
	}
	/* Pairs with hwstats_emit(). */
	smp_store_release(&hw->service, service);

	rtnl_lock();
	hwstats_all[i] = hw;
	rtnl_unlock();
	return 0;
}

/* Whatever emits ends before the service does. */
static void hwstats_remove(struct hwstats *hw)
{
	spin_lock(&hw->lock);
	hw->leaving = true;
	spin_unlock(&hw->lock);
	cancel_delayed_work_sync(&hw->tick);

	kulink_unregister(hw->service);
	kfree(hw);
}

static void hwstats_exit(void)
{
	int i;

	hwstats_mute(true);
	unregister_netdevice_notifier(&hwstats_notifier);
	for (i = 0; i < HWSTATS_MAX && hwstats_all[i]; i++)
		hwstats_remove(hwstats_all[i]);
}
module_exit(hwstats_exit);

static int __init hwstats_init(void)
{
	unsigned int i;
	int err;

	if (!instances || instances > HWSTATS_MAX)
		return -EINVAL;

	err = register_netdevice_notifier(&hwstats_notifier);
	if (err)
		return err;
	hwstats_mute(false);

	for (i = 0; i < instances && !err; i++)
		err = hwstats_add(i);
	if (err)
		hwstats_exit();
	return err;
}
module_init(hwstats_init);

MODULE_DESCRIPTION("Network and interrupt statistics over every channel of kulink");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
