// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device node /dev/kulink/SERVICE: open files, for the channels that share it
 * (chardev.c, ioctl.c).
 *
 * The core owns the node and hands an open on to the operations given here. An open file
 * keeps the service's object and this module, not the driver. Any channel of the node that
 * does not publish the service says -EOPNOTSUPP; when none does, the open is -ENOENT.
 */
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "dev.h"

static struct kulink_channel *const channels[] = {
	&kulink_chardev_channel,
	&kulink_ioctl_channel,
};

static DEFINE_MUTEX(files_lock);
static LIST_HEAD(files);

int kulink_file_check(struct kulink_file *file, const struct kulink_channel *channel)
{
	int err, idx;

	err = kulink_enter(file->service, &idx);
	if (err)
		return err;
	if (!kulink_published(file->service, channel))
		err = -EOPNOTSUPP;
	kulink_exit(file->service, idx);
	return err;
}

/* Held while the channels come: the first open of all may be what loads this module */
static DEFINE_MUTEX(coming);

static bool published_now(struct kulink_service *service)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		if (kulink_published(service, channels[i]))
			return true;
	}
	return false;
}

static bool published_at_all(struct kulink_service *service)
{
	if (published_now(service))
		return true;
	mutex_lock(&coming);
	mutex_unlock(&coming);
	return published_now(service);
}

static int dev_open(struct inode *inode, struct file *filp)
{
	struct kulink_service *service = kulink_service_at(inode);
	struct kulink_file *file;
	int err;

	if (!service)
		return -ENODEV;
	err = -ENOENT;
	if (!published_at_all(service))
		goto put;

	err = -ENOMEM;
	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		goto put;
	file->service = service;
	file->cred = filp->f_cred;
	file->may = (filp->f_mode & FMODE_READ ? MAY_READ : 0) |
		    (filp->f_mode & FMODE_WRITE ? MAY_WRITE : 0);
	init_waitqueue_head(&file->wait);
	err = kulink_chardev_open(file);
	if (err)
		goto free;

	mutex_lock(&files_lock);
	list_add(&file->node, &files);
	mutex_unlock(&files_lock);
	filp->private_data = file;
	return stream_open(inode, filp);

free:
	kfree(file);
put:
	kulink_service_put(service);
	return err;
}

static int dev_release(struct inode *inode, struct file *filp)
{
	struct kulink_file *file = filp->private_data;

	mutex_lock(&files_lock);
	list_del(&file->node);
	mutex_unlock(&files_lock);
	kulink_chardev_release(file);
	kulink_service_put(file->service);
	kfree(file);
	return 0;
}

static ssize_t dev_read(struct file *filp, char __user *buf, size_t len, loff_t *pos)
{
	return kulink_chardev_read(filp->private_data, buf, len, filp->f_flags & O_NONBLOCK);
}

static ssize_t dev_write(struct file *filp, const char __user *buf, size_t len, loff_t *pos)
{
	return kulink_chardev_write(filp->private_data, buf, len);
}

static __poll_t dev_poll(struct file *filp, struct poll_table_struct *wait)
{
	struct kulink_file *file = filp->private_data;

	poll_wait(filp, &file->wait, wait);
	return kulink_chardev_poll(file);
}

static int dev_fasync(int fd, struct file *filp, int on)
{
	struct kulink_file *file = filp->private_data;

	return fasync_helper(fd, filp, on, &file->fasync);
}

static long dev_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	return kulink_ioctl(filp->private_data, cmd, (void __user *)arg);
}

static const struct file_operations dev_fops = {
	.owner = THIS_MODULE,
	.open = dev_open,
	.release = dev_release,
	.read = dev_read,
	.write = dev_write,
	.poll = dev_poll,
	.fasync = dev_fasync,
	.unlocked_ioctl = dev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* Published: the node is there already */
static int dev_add(struct kulink_service *service, void **slot)
{
	*slot = service;
	return 0;
}

/* Who waits for a service that is no longer published looks again */
static void dev_remove(struct kulink_service *service, void *slot)
{
	struct kulink_file *file;

	mutex_lock(&files_lock);
	list_for_each_entry(file, &files, node) {
		if (file->service == service)
			wake_up_interruptible_poll(&file->wait, EPOLLIN | EPOLLHUP);
	}
	mutex_unlock(&files_lock);
}

struct kulink_channel kulink_chardev_channel = {
	.name = "chardev",
	.owner = THIS_MODULE,
	.carries = KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
	.add = dev_add,
	.remove = dev_remove,
};

struct kulink_channel kulink_ioctl_channel = {
	.name = "ioctl",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS,
	.add = dev_add,
	.remove = dev_remove,
};

static int __init register_channels(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		err = kulink_channel_register(channels[i]);
		if (err)
			goto unregister;
	}
	return 0;

unregister:
	while (i--)
		kulink_channel_unregister(channels[i]);
	return err;
}

static int __init dev_init(void)
{
	int err;

	mutex_lock(&coming);
	err = kulink_dev_set_fops(&dev_fops);
	if (err)
		goto unlock;
	err = register_channels();
	if (err)
		kulink_dev_set_fops(NULL);
unlock:
	mutex_unlock(&coming);
	return err;
}

static void __exit dev_exit(void)
{
	unsigned int i = ARRAY_SIZE(channels);

	while (i--)
		kulink_channel_unregister(channels[i]);
	kulink_dev_set_fops(NULL);
}

module_init(dev_init);
module_exit(dev_exit);

MODULE_AUTHOR("The kulink authors");
MODULE_DESCRIPTION("kulink channels of the device node: chardev, ioctl");
MODULE_LICENSE("GPL");
MODULE_ALIAS("kulink-channel-chardev");
MODULE_ALIAS("kulink-channel-ioctl");
