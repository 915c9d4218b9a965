// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters: a table of records that packets change and that five ways of reading leave undisturbed
 *
 * A writer takes one spinlock for the few instructions of an update and makes the sequence odd meanwhile. A reader
 * takes no lock at all: it copies, and copies again if the sequence moved. So no reader can stop the packets, however
 * slow it is, and a record is never seen half changed. The sequence lies in the table itself, so that programs that
 * map it use the same rule; seqlock_t would do for readers in the kernel alone.
 *
 * Choose it where writers are many and short; counters for each processor (u64_stats_sync) cost them still less.
 *
 * Creates	the parameters records (how many), period (a packet for each record that often, in ms; 0: only when
 *		asked to) and threshold (that many packets of a connection raise an alarm; 0: none)
 *
 * What goes wrong: a reader that insists on one moment for the whole table waits for ever if packets come faster than
 * it copies: after a few tries, take each record for itself. A writer in an interrupt needs spin_lock_irqsave(), or
 * it meets itself.
 */
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "statistics_ex.h"

#define PACKET 100 /* bytes */

unsigned int statistics_records = 400;
module_param_named(records, statistics_records, uint, 0444);
MODULE_PARM_DESC(records, "records in the table, 1 to 65536");

static unsigned int period;
module_param(period, uint, 0444);
MODULE_PARM_DESC(period, "a packet for each connection every so many milliseconds, 0 for none");

static unsigned int threshold;
module_param(threshold, uint, 0644);
MODULE_PARM_DESC(threshold, "packets of one connection that raise an alarm, 0 for never");

struct statistics_area *statistics_area;
static DEFINE_SPINLOCK(writers);

static void count_packet(unsigned int index, bool dropped)
{
	struct statistics_record *record = &statistics_area->record[index], copy;
	u32 *sequence = &statistics_area->sequence;

	spin_lock(&writers);
	WRITE_ONCE(*sequence, *sequence + 1);
	smp_wmb(); /* odd before the record changes */
	record->packets++;
	record->bytes += PACKET;
	record->dropped += dropped;
	copy = *record;
	smp_wmb(); /* and even again after it has */
	WRITE_ONCE(*sequence, *sequence + 1);
	spin_unlock(&writers);

	if (copy.packets == READ_ONCE(threshold))
		statistics_alarm(&copy);
}

/* Packets go round the connections, and every eighth is dropped. */
void statistics_traffic(unsigned long packets)
{
	unsigned long i;

	for (i = 0; i < packets && (i % 1024 || !signal_pending(current)); i++) {
		count_packet(i % statistics_records, i % 8 == 7);
		if (i % 1024 == 0)
			cond_resched();
	}
}

/* False while a record is being changed. What is read now counts only if statistics_unchanged() says so afterwards. */
bool statistics_begin(u32 *sequence)
{
	/* before all that is read; the other side is count_packet()'s first smp_wmb() */
	*sequence = smp_load_acquire(&statistics_area->sequence);
	return !(*sequence & 1);
}

bool statistics_unchanged(u32 sequence)
{
	smp_rmb(); /* all is read before the sequence is looked at again */
	return READ_ONCE(statistics_area->sequence) == sequence;
}

static bool try_copy(struct statistics_record *to, unsigned int first, unsigned int count)
{
	u32 sequence;

	if (!statistics_begin(&sequence))
		return false;
	memcpy(to, &statistics_area->record[first], count * sizeof(*to));
	return statistics_unchanged(sequence);
}

/* All of one moment if a few tries give that; else each record of a moment of its own. */
void statistics_copy(struct statistics_record *to, unsigned int first, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (try_copy(to, first, count))
			return;
	for (i = 0; i < count; i++)
		while (!try_copy(&to[i], first + i, 1))
			cpu_relax();
}

static void produce(struct work_struct *work)
{
	statistics_traffic(statistics_records);
	schedule_delayed_work(to_delayed_work(work), msecs_to_jiffies(period));
}

static DECLARE_DELAYED_WORK(producer, produce);

void statistics_producer_start(void)
{
	if (period)
		schedule_delayed_work(&producer, 0);
}

void statistics_producer_stop(void)
{
	cancel_delayed_work_sync(&producer);
}

int statistics_table_create(void)
{
	unsigned int i;

	if (!statistics_records || statistics_records > 65536)
		return -EINVAL;
	statistics_area = vmalloc_user(struct_size(statistics_area, record, statistics_records));
	if (!statistics_area)
		return -ENOMEM;
	statistics_area->records = statistics_records;
	for (i = 0; i < statistics_records; i++)
		statistics_area->record[i].id = i;
	return 0;
}

void statistics_table_free(void)
{
	vfree(statistics_area);
}
