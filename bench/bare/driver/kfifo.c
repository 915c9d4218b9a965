// SPDX-License-Identifier: GPL-2.0-only
/* /dev/bench_kfifo: events into a kfifo, under a spinlock that any context may take; read() takes them out */
#include <linux/fs.h>
#include <linux/kfifo.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "driver.h"

static struct kfifo fifo;
static DEFINE_SPINLOCK(produce);
static DEFINE_MUTEX(consume);
static DECLARE_WAIT_QUEUE_HEAD(wait);

static bool put(const void *record, u32 bytes)
{
	unsigned long flags;
	bool fits;

	spin_lock_irqsave(&produce, flags);
	fits = kfifo_avail(&fifo) >= bytes;
	if (fits)
		kfifo_in(&fifo, record, bytes);
	spin_unlock_irqrestore(&produce, flags);
	if (wq_has_sleeper(&wait))
		wake_up_interruptible(&wait);
	return fits;
}

static long fifo_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u64 record[BARE_ROW / sizeof(u64)];
	struct bare_burst burst;
	u32 i;

	if (cmd != BARE_EMIT)
		return -ENOTTY;
	if (copy_from_user(&burst, (void __user *)arg, sizeof(burst)))
		return -EFAULT;
	if (!bare_burst_ok(&burst) || burst.bytes > sizeof(record))
		return -EINVAL;
	burst.lost = 0;
	for (i = 0; i < burst.n; i++) {
		bare_fill(record, burst.turn + i, burst.bytes);
		burst.lost += !put(record, burst.bytes);
	}
	return copy_to_user((void __user *)arg, &burst, sizeof(burst)) ? -EFAULT : 0;
}

static ssize_t fifo_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	unsigned int copied;
	int err = wait_event_interruptible(wait, !kfifo_is_empty(&fifo));

	if (err)
		return err;
	mutex_lock(&consume);
	err = kfifo_to_user(&fifo, to, len, &copied);
	mutex_unlock(&consume);
	return err ?: copied;
}

static const struct file_operations fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= fifo_ioctl,
	.read		= fifo_read,
};

static struct miscdevice node = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "bench_kfifo",
	.fops	= &fops,
};

static int start(void)
{
	int err = kfifo_alloc(&fifo, BARE_RING, GFP_KERNEL);

	if (err)
		return err;
	err = misc_register(&node);
	if (err)
		kfifo_free(&fifo);
	return err;
}

static void stop(void)
{
	misc_deregister(&node);
	kfifo_free(&fifo);
}

const struct bare_part bare_kfifo = { start, stop };
