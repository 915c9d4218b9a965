// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs: files for whoever debugs this module, one line of code for a value, own functions for more
 *
 * debugfs has no rules: any file, any format, anywhere, changed at will. Nothing may depend on it, neither programs
 * nor this module: it can be switched off at boot, and then nothing appears and everything else works on. So its
 * functions' results are not checked; an error passed on as the parent directory is refused quietly.
 *
 * Choose it for looking inside and for switches while debugging. What users need goes to sysfs, netlink or a device.
 *
 * Creates	/sys/kernel/debug/myfile, 0644: a number of 8 bits; other than 0, it switches the log on
 *		/sys/kernel/debug/mydirectory/myfile, 0644: 200 bytes, read whole, written from the start
 *
 * What goes wrong: without .owner, the module can be unloaded under an open file, whose close then jumps into
 * nothing; a forgotten file outlives its module; 256 written to a u8 is 0, without an error; on most systems root
 * alone gets in.
 */
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define SIZE 200

static struct dentry *directory;
static u8 verbose;
static char message[SIZE];
static DEFINE_MUTEX(lock);	/* message */

/* Copied twice, so that a reader whose memory is slow to come keeps nobody waiting. */
static ssize_t read_message(struct file *filp, char __user *buffer, size_t count, loff_t *offset)
{
	char copy[SIZE];

	mutex_lock(&lock);
	memcpy(copy, message, SIZE);
	mutex_unlock(&lock);
	return simple_read_from_buffer(buffer, count, offset, copy, SIZE);
}

/* What a shorter text does not reach stays as it was. */
static ssize_t write_message(struct file *filp, const char __user *buffer, size_t count, loff_t *offset)
{
	char copy[SIZE];

	if (count > SIZE)
		return -EINVAL;
	if (copy_from_user(copy, buffer, count))
		return -EFAULT;
	mutex_lock(&lock);
	memcpy(message, copy, count);
	mutex_unlock(&lock);
	if (verbose)
		pr_info("%zu bytes written\n", count);
	return count;
}

static const struct file_operations message_fops = {
	.owner	= THIS_MODULE,	/* loaded while the file is open */
	.read	= read_message,
	.write	= write_message,
	.llseek	= default_llseek,
};

static int __init debugfs_ex_init(void)
{
	struct dentry *taken = debugfs_lookup("myfile", NULL);

	/* the top directory is everybody's, and the file is removed by its name */
	if (!IS_ERR_OR_NULL(taken)) {
		dput(taken);
		return -EBUSY;
	}
	/* the one line; its functions belong to the kernel, so that an open file does not keep this module */
	debugfs_create_u8("myfile", 0644, NULL, &verbose);
	directory = debugfs_create_dir("mydirectory", NULL);
	debugfs_create_file("myfile", 0644, directory, NULL, &message_fops);
	return 0;
}

/* Waits for a read or write that is under way; a file still open gives EIO from here on. */
static void __exit debugfs_ex_exit(void)
{
	debugfs_remove(directory);
	debugfs_lookup_and_remove("myfile", NULL);
}

module_init(debugfs_ex_init);
module_exit(debugfs_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: debugfs, the one line and the own functions");
