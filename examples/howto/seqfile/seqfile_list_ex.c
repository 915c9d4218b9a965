// SPDX-License-Identifier: GPL-2.0-only
/*
 * seq_file over a list: its lock is taken in start and given back in stop
 *
 * A read locks the list, prints as many records as fit into a page and unlocks it, before anything is copied to the
 * reader: a reader that is slow, or never comes back, holds no lock. So a long list is read in several pieces, and
 * between two of them it may change. start then counts its way from the head to the record whose turn it is.
 *
 * Creates	/proc/sequence_list, 0644: the numbers from 1 to the parameter `length`, a line each. Writing it is no
 *		business of seq_file's but of proc_write: N adds N at the end, -N takes it out
 *
 * What goes wrong: remembering a record in between, which may be freed by then; taking the text for a snapshot: with
 * a record before the reader's place gone, the reader misses one; removing the file with the list locked: a deadlock.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#define MAX_NUMBER 100000

struct entry {
	struct list_head node;
	int number;
};

static unsigned int length = 2000;
module_param(length, uint, 0444);
MODULE_PARM_DESC(length, "entries to begin with, 100000 at most");

static LIST_HEAD(entries);
static DEFINE_MUTEX(lock);	/* the list and what is in it */

static void *list_start(struct seq_file *seq, loff_t *pos)
{
	mutex_lock(&lock);
	return seq_list_start(&entries, *pos);
}

static void *list_next(struct seq_file *seq, void *record, loff_t *pos)
{
	return seq_list_next(record, &entries, pos);
}

static void list_stop(struct seq_file *seq, void *record)
{
	mutex_unlock(&lock);
}

static int list_show(struct seq_file *seq, void *record)
{
	seq_printf(seq, "%d\n", list_entry(record, struct entry, node)->number);
	return 0;
}

static const struct seq_operations list_ops = {
	.start	= list_start,
	.next	= list_next,
	.stop	= list_stop,
	.show	= list_show,
};

static int add(int number)
{
	struct entry *entry = kmalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry)
		return -ENOMEM;
	entry->number = number;
	list_add_tail(&entry->node, &entries);
	return 0;
}

static int change(int number)
{
	struct entry *entry;

	list_for_each_entry(entry, &entries, node) {
		if (entry->number != abs(number))
			continue;
		if (number > 0)
			return -EEXIST;
		list_del(&entry->node);
		kfree(entry);
		return 0;
	}
	return number < 0 ? -ENOENT : add(number);
}

static ssize_t list_write(struct file *filp, const char __user *buffer, size_t count, loff_t *offset)
{
	int number, err = kstrtoint_from_user(buffer, count, 10, &number);

	if (err)
		return err;
	if (number < -MAX_NUMBER || number > MAX_NUMBER || !number)
		return -EINVAL;
	mutex_lock(&lock);
	err = change(number);
	mutex_unlock(&lock);
	return err ?: count;
}

static int list_open(struct inode *inode, struct file *filp)
{
	return seq_open(filp, &list_ops);
}

static const struct proc_ops list_proc_ops = {
	.proc_open	= list_open,
	.proc_read	= seq_read,
	.proc_write	= list_write,
	.proc_lseek	= seq_lseek,
	.proc_release	= seq_release,
};

static void free_all(void)
{
	struct entry *entry, *after;

	list_for_each_entry_safe(entry, after, &entries, node)
		kfree(entry);
}

static int __init seqfile_list_ex_init(void)
{
	unsigned int i;

	if (length > MAX_NUMBER)
		return -EINVAL;
	for (i = 1; i <= length && !add(i); i++)
		;
	if (i > length && proc_create("sequence_list", 0644, NULL, &list_proc_ops))
		return 0;
	free_all();
	return -ENOMEM;
}

static void __exit seqfile_list_ex_exit(void)
{
	remove_proc_entry("sequence_list", NULL);
	free_all();
}

module_init(seqfile_list_ex_init);
module_exit(seqfile_list_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a seq_file over a list");
