// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/bench_wake: a timer's interrupt wakes who sleeps, by an eventfd or a sysfs attribute, and notes when it began;
 * bursts of those mechanisms that have no node of their own: on bench_genl and bench_relay
 */
#include <linux/device.h>
#include <linux/eventfd.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "driver.h"

static DEFINE_MUTEX(lock);		/* arming */
static struct hrtimer timer;
static struct eventfd_ctx *eventfd;	/* or NULL: the attribute */
static struct kernfs_node *attribute;
static u64 stamp;

static enum hrtimer_restart fire(struct hrtimer *unused)
{
	WRITE_ONCE(stamp, ktime_get_ns());
	if (eventfd)
		kulink_eventfd_bump(eventfd);
	else
		sysfs_notify_dirent(attribute);
	return HRTIMER_NORESTART;
}

static void forget(void)
{
	hrtimer_cancel(&timer);
	if (eventfd)
		eventfd_ctx_put(eventfd);
	eventfd = NULL;
}

static int arm(const struct bare_arm *args)
{
	struct eventfd_ctx *ctx = NULL;

	if (args->eventfd >= 0) {
		ctx = eventfd_ctx_fdget(args->eventfd);
		if (IS_ERR(ctx))
			return PTR_ERR(ctx);
	}
	mutex_lock(&lock);
	forget();
	eventfd = ctx;
	hrtimer_start(&timer, ns_to_ktime(args->delay), HRTIMER_MODE_REL);
	mutex_unlock(&lock);
	return 0;
}

static int burst(void __user *argp, int (*produce)(struct bare_burst *burst))
{
	struct bare_burst burst;
	int err;

	if (copy_from_user(&burst, argp, sizeof(burst)))
		return -EFAULT;
	if (!bare_burst_ok(&burst))
		return -EINVAL;
	burst.lost = 0;
	err = produce(&burst);
	if (err)
		return err;
	return copy_to_user(argp, &burst, sizeof(burst)) ? -EFAULT : 0;
}

static long wake_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *argp = (void __user *)arg;
	struct bare_arm args;

	switch (cmd) {
	case BARE_ARM:
		return copy_from_user(&args, argp, sizeof(args)) ? -EFAULT : arm(&args);
	case BARE_STAMP:
		return put_user(READ_ONCE(stamp), (u64 __user *)argp);
	case BARE_EMIT_GENL:
		return burst(argp, bare_genl_burst);
	case BARE_EMIT_RELAY:
		return burst(argp, bare_relay_burst);
	}
	return -ENOTTY;
}

static const struct file_operations fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= wake_ioctl,
};

static ssize_t woken_show(struct device *dev, struct device_attribute *attr, char *page)
{
	return sysfs_emit(page, "%llu\n", READ_ONCE(stamp));
}

static DEVICE_ATTR_RO(woken);

static struct attribute *wake_attrs[] = { &dev_attr_woken.attr, NULL };
ATTRIBUTE_GROUPS(wake);

static struct miscdevice node = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "bench_wake",
	.fops	= &fops,
	.groups	= wake_groups,
};

static int start(void)
{
	int err;

	kulink_hrtimer_setup(&timer, fire, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	err = misc_register(&node);
	if (err)
		return err;
	attribute = sysfs_get_dirent(node.this_device->kobj.sd, "woken");
	if (attribute)
		return 0;
	misc_deregister(&node);
	return -ENOENT;
}

static void stop(void)
{
	forget();
	sysfs_put(attribute);
	misc_deregister(&node);
}

const struct bare_part bare_wake = { start, stop };
