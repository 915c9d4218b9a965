// SPDX-License-Identifier: GPL-2.0-only
/*
 * seq_file: a file as long as it likes, told record by record
 *
 * A module says how to find the first record (start), the one after (next), how to print one (show) and when it may
 * let go (stop). Buffers, offsets, short reads and lseek are seq_file's business: it prints records into a page,
 * larger if one record needs it, and hands out as much as was asked for.
 *
 * Choose it for every text under /proc or debugfs that can be longer than a page, or that lists things.
 * seqfile_list_ex.c does so with a list and its lock; here is the iterator alone, over all numbers.
 *
 * Creates	/proc/sequence, 0444: the lines 0, 1, 2 and so on. It has no end: read it with head or dd
 *
 * What goes wrong: a next that leaves *pos as it was shows a record twice; a start that returns NULL ends the file;
 * and lseek() prints and drops all that lies before the offset, in one system call, which here must not be endless.
 */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>

/*
 * A record is what these return and what show gets: here the position itself will do. seq_file keeps it between two
 * reads and calls start with it again, so that nothing needs to be remembered.
 */
static void *start(struct seq_file *seq, loff_t *pos)
{
	return pos;
}

static void *next(struct seq_file *seq, void *record, loff_t *pos)
{
	++*pos;
	return pos;
}

/* What start locked, stop would unlock; it is called even if start or show failed. */
static void stop(struct seq_file *seq, void *record)
{
}

/* A reader that has seeked far ahead keeps us in a loop: it can be killed, and others get the processor. */
static int show(struct seq_file *seq, void *record)
{
	loff_t *number = record;

	if (fatal_signal_pending(current))
		return -EINTR;
	cond_resched();
	seq_printf(seq, "%lld\n", *number);
	return 0;
}

static const struct seq_operations sequence_ops = {
	.start	= start,
	.next	= next,
	.stop	= stop,
	.show	= show,
};

static struct proc_dir_entry *file;

/* Mode 0 is the default, 0444. Opening, reading, seeking and closing are all seq_file's. */
static int __init seqfile_ex_init(void)
{
	file = proc_create_seq("sequence", 0, NULL, &sequence_ops);
	return file ? 0 : -ENOMEM;
}

/* Waits for a read that is under way; files still open give EIO from here on. */
static void __exit seqfile_ex_exit(void)
{
	proc_remove(file);
}

module_init(seqfile_ex_init);
module_exit(seqfile_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a seq_file without an end");
