// SPDX-License-Identifier: GPL-2.0-only
/* /proc/bench_echo: write, then read it back; debugfs: the value */
#include <linux/debugfs.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "driver.h"

static DEFINE_MUTEX(lock);	/* the two below */
static void *buffer;
static size_t filled;

static ssize_t echo_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	int err = 0;

	if (len > BARE_PAYLOAD_MAX)
		return -EMSGSIZE;
	mutex_lock(&lock);
	filled = len;
	if (copy_from_user(buffer, from, len))
		err = -EFAULT;
	mutex_unlock(&lock);
	return err ?: len;
}

static ssize_t echo_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	int err = 0;

	mutex_lock(&lock);
	len = min(len, filled);
	if (copy_to_user(to, buffer, len))
		err = -EFAULT;
	mutex_unlock(&lock);
	return err ?: len;
}

static const struct proc_ops ops = {
	.proc_read	= echo_read,
	.proc_write	= echo_write,
	.proc_lseek	= noop_llseek,
};

static int value_get(void *unused, u64 *value)
{
	*value = bare_next();
	return 0;
}

static int value_set(void *unused, u64 value)
{
	bare_set(value);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(value_fops, value_get, value_set, "%llu\n");

static struct dentry *value;

static int start(void)
{
	buffer = kvmalloc(BARE_PAYLOAD_MAX, GFP_KERNEL);
	if (!buffer)
		return -ENOMEM;
	if (!proc_create("bench_echo", 0600, NULL, &ops)) {
		kvfree(buffer);
		return -ENOMEM;
	}
	value = debugfs_create_file_unsafe("bench_value", 0600, NULL, NULL, &value_fops);
	return 0;
}

static void stop(void)
{
	debugfs_remove(value);
	remove_proc_entry("bench_echo", NULL);
	kvfree(buffer);
}

const struct bare_part bare_files = { start, stop };
