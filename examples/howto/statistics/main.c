// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statistics: one table of counters, five ways for a program to read it
 *
 * "I have more than 8192 bytes of statistics. Procfs gives me a page, so that I must run my command twice. ioctl,
 * netlink or mmap? It should take few locks and be quick." This module offers the same table in each way, so that they
 * can be compared; a file for each: page.c, seq.c, ioctl.c, netlink.c, mmap.c. The table is in counters.c, and what
 * programs need to know in statistics.h.
 *
 * Choose a way by docs/statistics.md, which has the figures.
 *
 * Creates	/proc/statistics/page and seq, /dev/statistics, the generic netlink family "statistics"
 *
 * What goes wrong: see each file. Here: a file or family that exists can be used at once, so the table comes first and
 * goes last.
 */
#include <linux/module.h>

#include "statistics_ex.h"

static struct proc_dir_entry *directory;

static int register_files(void)
{
	directory = proc_mkdir("statistics", NULL);
	if (!directory)
		return -ENOMEM;
	if (proc_create("page", 0444, directory, &statistics_page_ops) &&
	    proc_create_seq("seq", 0444, directory, &statistics_seq_ops))
		return 0;
	proc_remove(directory);
	return -ENOMEM;
}

static int __init statistics_init(void)
{
	int status;

	status = statistics_table_create();
	if (status)
		return status;
	status = register_files();
	if (status)
		goto free_table;
	status = statistics_netlink_register();
	if (status)
		goto remove_files;
	status = statistics_device_register();
	if (status)
		goto unregister_netlink;
	statistics_producer_start();
	return 0;

unregister_netlink:
	statistics_netlink_unregister();
remove_files:
	proc_remove(directory);
free_table:
	statistics_table_free();
	return status;
}

static void __exit statistics_exit(void)
{
	statistics_producer_stop();
	statistics_device_unregister();
	statistics_netlink_unregister();
	proc_remove(directory);
	statistics_table_free();
}

module_init(statistics_init);
module_exit(statistics_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: the same statistics in five ways");
