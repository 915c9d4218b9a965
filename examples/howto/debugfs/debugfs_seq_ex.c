// SPDX-License-Identifier: GPL-2.0-only
/*
 * seq_file in debugfs: the same iterator as under /proc, the open function made by a macro
 *
 * DEFINE_SEQ_ATTRIBUTE(name) makes name_fops from name_sops; for text that needs no iterator there is
 * DEFINE_SHOW_ATTRIBUTE(name), which wants a function name_show() alone. Neither is tied to debugfs: seq_file works in
 * every file system, since all it needs is an open file.
 *
 * Choose it for tables that are for debugging.
 *
 * Creates	/sys/kernel/debug/mysquares, 0444: the squares of 1 to 1000, a line each
 *
 * What goes wrong: what ../seqfile and debugfs_ex.c list; the macro sets .owner, so an open file keeps the module.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#define LAST 1000

/* *pos counts records from 0; what is returned for one may be anything but NULL. */
static void *squares_start(struct seq_file *seq, loff_t *pos)
{
	return *pos < LAST ? pos : NULL;
}

static void *squares_next(struct seq_file *seq, void *record, loff_t *pos)
{
	++*pos;
	return squares_start(seq, pos);
}

static void squares_stop(struct seq_file *seq, void *record)
{
}

static int squares_show(struct seq_file *seq, void *record)
{
	unsigned long number = *(loff_t *)record + 1;

	seq_printf(seq, "%lu\n", number * number);
	return 0;
}

static const struct seq_operations squares_sops = {
	.start	= squares_start,
	.next	= squares_next,
	.stop	= squares_stop,
	.show	= squares_show,
};
DEFINE_SEQ_ATTRIBUTE(squares);

static struct dentry *file;

static int __init debugfs_seq_ex_init(void)
{
	file = debugfs_create_file("mysquares", 0444, NULL, NULL, &squares_fops);
	return 0;
}

static void __exit debugfs_seq_ex_exit(void)
{
	debugfs_remove(file);
}

module_init(debugfs_seq_ex_init);
module_exit(debugfs_seq_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: seq_file in debugfs");
