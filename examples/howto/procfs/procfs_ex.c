// SPDX-License-Identifier: GPL-2.0-only
/*
 * procfs: a file under /proc, read and written by functions of this module
 *
 * A process reads or writes the file; the kernel, still in that process, calls the file's proc_read or proc_write.
 * Nobody is told when something here changes: whoever wants to know looks again.
 *
 * Choose it for what describes processes or the whole system and is read by people and scripts. For a device's values
 * there is sysfs, for debugging debugfs, and for more text than fits into a buffer the seq_file of ../seqfile.
 *
 * Creates	/proc/example/first, 0644: root writes, all read
 *
 * What goes wrong: a proc_read that ignores the offset never ends under cat; a written buffer has no NUL at its end;
 * without proc_ops.proc_lseek set, lseek fails; removing the directory before the file leaves the file behind.
 */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define MAX_WRITE 1024

static bool in_sys;
module_param(in_sys, bool, 0444);
MODULE_PARM_DESC(in_sys, "make /proc/sys/example instead, which nobody finds: /proc/sys is sysctl's");

static struct proc_dir_entry *directory;
static const char private_data[] = "first file private data";

/* simple_read_from_buffer() keeps the offset, so that a second read finds the end. */
static ssize_t read_first(struct file *file, char __user *buffer, size_t count, loff_t *offset)
{
	char text[64];
	int length;

	length = scnprintf(text, sizeof(text), "hello world: %s\n", (char *)pde_data(file_inode(file)));
	return simple_read_from_buffer(buffer, count, offset, text, length);
}

/* What is written goes to the log; what is read stays as it was. */
static ssize_t write_first(struct file *file, const char __user *buffer, size_t count, loff_t *offset)
{
	char *text;

	if (count > MAX_WRITE)
		return -EFAULT;
	text = memdup_user_nul(buffer, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	pr_info("%s received data: %s\n", __func__, text);
	pr_info("first filename %pD\n", file);
	pr_info("%s data %s\n", __func__, (char *)pde_data(file_inode(file)));
	kfree(text);
	return count;
}

static const struct proc_ops first_ops = {
	.proc_read	= read_first,
	.proc_write	= write_first,
	.proc_lseek	= default_llseek,
};

static int __init procfs_ex_init(void)
{
	directory = proc_mkdir(in_sys ? "sys/example" : "example", NULL);
	if (!directory)
		return -ENOMEM;
	if (!proc_create_data("first", 0644, directory, &first_ops, (void *)private_data)) {
		proc_remove(directory);
		return -ENOMEM;
	}
	return 0;
}

/* Waits for a read or write that is under way; files still open give EIO from here on. */
static void __exit procfs_ex_exit(void)
{
	proc_remove(directory);
}

module_init(procfs_ex_init);
module_exit(procfs_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a file under /proc");
