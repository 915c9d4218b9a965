// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the test driver did, kept while the driver itself is unloaded.
 *
 *	/sys/module/kulink_test_log/parameters/stats
 *				counters, a line each; a write zeroes them
 *	/dev/kulink_test_log	struct ktest_entry, the nth at offset n * size; one that was
 *				overwritten reads as zeros
 */
#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "log.h"

enum counter { BEGUN, ENDED, DONE, WINDOW, EMITTED, HARDIRQ, COUNTERS };

static const char * const names[COUNTERS] = {
	[BEGUN] = "begun", [ENDED] = "ended", [DONE] = "done",
	[WINDOW] = "window", [EMITTED] = "emitted", [HARDIRQ] = "hardirq",
};

static atomic64_t counters[COUNTERS];
static bool unloading;
static struct ktest_entry *entries;

void ktest_log_begin(void)
{
	atomic64_inc(&counters[BEGUN]);
}
EXPORT_SYMBOL_GPL(ktest_log_begin);

void ktest_log_end(bool done)
{
	if (done && READ_ONCE(unloading))
		atomic64_inc(&counters[WINDOW]);
	if (done)
		atomic64_inc(&counters[DONE]);
	atomic64_inc(&counters[ENDED]);
}
EXPORT_SYMBOL_GPL(ktest_log_end);

void ktest_log_unloading(bool on)
{
	WRITE_ONCE(unloading, on);
}
EXPORT_SYMBOL_GPL(ktest_log_unloading);

void ktest_log_emitted(const struct ktest_entry *entry, bool hardirq)
{
	u64 at = atomic64_fetch_inc(&counters[EMITTED]);

	entries[at % KTEST_LOG_SIZE] = *entry;
	if (hardirq)
		atomic64_inc(&counters[HARDIRQ]);
}
EXPORT_SYMBOL_GPL(ktest_log_emitted);

static int stats_get(char *buffer, const struct kernel_param *kp)
{
	int i, len = 0;

	for (i = 0; i < COUNTERS; i++)
		len += sysfs_emit_at(buffer, len, "%s %lld\n", names[i],
				     atomic64_read(&counters[i]));
	return len;
}

static int stats_set(const char *text, const struct kernel_param *kp)
{
	int i;

	for (i = 0; i < COUNTERS; i++)
		atomic64_set(&counters[i], 0);
	return 0;
}

static const struct kernel_param_ops stats_ops = { .get = stats_get, .set = stats_set };

module_param_cb(stats, &stats_ops, NULL, 0644);
MODULE_PARM_DESC(stats, "counters of the driver's operations; a write zeroes them");

static ssize_t log_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	u64 first = div_u64(*pos, sizeof(*entries)), last = atomic64_read(&counters[EMITTED]);
	static const struct ktest_entry overwritten;
	size_t done = 0;

	while (done + sizeof(*entries) <= len && first < last) {
		bool gone = last - first > KTEST_LOG_SIZE;

		if (copy_to_user(to + done, gone ? &overwritten : &entries[first % KTEST_LOG_SIZE],
				 sizeof(*entries)))
			return -EFAULT;
		done += sizeof(*entries);
		first++;
	}
	*pos += done;
	return done;
}

static const struct file_operations log_fops = {
	.owner = THIS_MODULE,
	.read = log_read,
	.llseek = default_llseek,
};

static struct miscdevice log_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kulink_test_log",
	.fops = &log_fops,
	.mode = 0400,
};

static int __init log_init(void)
{
	int err;

	entries = vzalloc(array_size(KTEST_LOG_SIZE, sizeof(*entries)));
	if (!entries)
		return -ENOMEM;
	err = misc_register(&log_device);
	if (err)
		vfree(entries);
	return err;
}

static void __exit log_exit(void)
{
	misc_deregister(&log_device);
	vfree(entries);
}

module_init(log_init);
module_exit(log_exit);
MODULE_DESCRIPTION("kulink: what the test driver did");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
