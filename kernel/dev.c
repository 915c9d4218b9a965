// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device node /dev/kulink/SERVICE: open files, for the channels that share it. What
 * each of them is, its own file says.
 *
 * The core owns the node and hands an open on to the operations given here. An open file
 * keeps the service's object and this module, not the driver. Any channel of the node that
 * does not publish the service says -EOPNOTSUPP; when none does, the open is -ENOENT.
 */
#include <linux/align.h>
#include <linux/fs.h>
#include <linux/kulink_own.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "compat.h"
#include KULINK_URING_HEADER
#include "dev.h"

/* That of which most is asked first */
static struct kulink_dev_channel *const channels[] = {
	&kulink_ioctl,
	&kulink_chardev,
	&kulink_mmap,
	&kulink_eventfd,
	&kulink_signal,
	&kulink_uring,
};

/* Bytes of an open file with every channel's state */
static size_t file_size = sizeof(struct kulink_file);

static DEFINE_MUTEX(files_lock);
static LIST_HEAD(files);

bool kulink_file_published(struct kulink_file *file, const struct kulink_dev_channel *channel)
{
	return READ_ONCE(file->own) || kulink_published(file->service, &channel->base);
}

/*
 * Who leaves is not live any more before its channels are, with a grace period between: whatever needs
 * the driver enters by itself.
 */
int kulink_file_check(struct kulink_file *file, const struct kulink_dev_channel *channel)
{
	bool published = kulink_file_published(file, channel);

	smp_rmb();	/* the grace period is the other side */
	if (!kulink_live(file->service))
		return -ENODEV;
	return published ? 0 : -EOPNOTSUPP;
}

long kulink_ioctl_fits(size_t size, size_t given, const void __user *arg)
{
	int zeroed;

	if (given < size)
		return -EINVAL;
	zeroed = check_zeroed_user(arg + size, given - size);
	if (zeroed <= 0)
		return zeroed ?: -E2BIG;
	return 0;
}

bool kulink_name_ends(const char name[KULINK_NAME_SIZE])
{
	return memchr(name, 0, KULINK_NAME_SIZE);
}

/* Held while the channels come: the first open of all may be what loads this module */
static DEFINE_MUTEX(coming);

static bool published_now(struct kulink_service *service)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		if (kulink_published(service, &channels[i]->base))
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

/* Of the first @n channels */
static void release_channels(struct kulink_file *file, unsigned int n)
{
	while (n--) {
		if (channels[n]->release)
			channels[n]->release(file);
	}
}

static int open_channels(struct kulink_file *file)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		err = channels[i]->open ? channels[i]->open(file) : 0;
		if (err) {
			release_channels(file, i);
			return err;
		}
	}
	return 0;
}

/* On success the file has the reference to @service. */
static int open_file(struct kulink_service *service, const struct kulink_own *own,
		     struct inode *inode, struct file *filp)
{
	struct kulink_file *file = kzalloc(file_size, GFP_KERNEL_ACCOUNT);
	int err;

	if (!file)
		return -ENOMEM;
	file->service = service;
	file->own = own;
	file->cred = filp->f_cred;
	file->may = (filp->f_mode & FMODE_READ ? MAY_READ : 0) |
		    (filp->f_mode & FMODE_WRITE ? MAY_WRITE : 0);
	init_waitqueue_head(&file->wait);
	err = open_channels(file);
	if (err) {
		kfree(file);
		return err;
	}

	mutex_lock(&files_lock);
	list_add(&file->node, &files);
	mutex_unlock(&files_lock);
	filp->private_data = file;
	return stream_open(inode, filp);
}

static int dev_open(struct inode *inode, struct file *filp)
{
	struct kulink_service *service = kulink_service_at(inode);
	int err;

	if (!service)
		return -ENODEV;
	err = published_at_all(service) ? open_file(service, NULL, inode, filp) : -ENOENT;
	if (err)
		kulink_service_put(service);
	return err;
}

int kulink_own_open(struct kulink_own *own, struct kulink_service *service, struct inode *inode,
		    struct file *filp)
{
	int err, idx;

	err = kulink_enter(service, &idx);
	if (err)
		return err;
	kulink_service_get(service);
	err = own->channel ? open_file(service, own, inode, filp) : -ENODEV;
	if (err)
		kulink_service_put(service);
	kulink_exit(service, idx);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_own_open);

void *kulink_own_enter(struct file *filp, int *idx)
{
	struct kulink_file *file = filp->private_data;
	int err = kulink_enter(file->service, idx);

	return err ? ERR_PTR(err) : kulink_service_priv(file->service);
}
EXPORT_SYMBOL_GPL(kulink_own_enter);

void kulink_own_exit(struct file *filp, int idx)
{
	struct kulink_file *file = filp->private_data;

	kulink_exit(file->service, idx);
}
EXPORT_SYMBOL_GPL(kulink_own_exit);

int kulink_own_release(struct inode *inode, struct file *filp)
{
	struct kulink_file *file = filp->private_data;

	mutex_lock(&files_lock);
	list_del(&file->node);
	mutex_unlock(&files_lock);
	release_channels(file, ARRAY_SIZE(channels));
	kulink_service_put(file->service);
	kfree(file);
	return 0;
}
EXPORT_SYMBOL_GPL(kulink_own_release);

ssize_t kulink_own_read(struct file *filp, char __user *buf, size_t len, loff_t *pos)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		if (channels[i]->read)
			return channels[i]->read(filp->private_data, buf, len,
						 filp->f_flags & O_NONBLOCK);
	}
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(kulink_own_read);

ssize_t kulink_own_write(struct file *filp, const char __user *buf, size_t len, loff_t *pos)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		if (channels[i]->write)
			return channels[i]->write(filp->private_data, buf, len);
	}
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(kulink_own_write);

__poll_t kulink_own_poll(struct file *filp, struct poll_table_struct *wait)
{
	struct kulink_file *file = filp->private_data;
	__poll_t ready = 0;
	unsigned int i;

	poll_wait(filp, &file->wait, wait);
	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		if (channels[i]->poll)
			ready |= channels[i]->poll(file);
	}
	return ready;
}
EXPORT_SYMBOL_GPL(kulink_own_poll);

int kulink_own_mmap(struct file *filp, struct vm_area_struct *vma)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		if (channels[i]->mmap)
			return channels[i]->mmap(filp->private_data, vma);
	}
	return -ENODEV;
}
EXPORT_SYMBOL_GPL(kulink_own_mmap);

int kulink_own_uring(struct io_uring_cmd *cmd, unsigned int flags)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		if (channels[i]->uring)
			return channels[i]->uring(cmd->file->private_data, cmd, flags);
	}
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_GPL(kulink_own_uring);

int kulink_own_fasync(int fd, struct file *filp, int on)
{
	struct kulink_file *file = filp->private_data;

	return fasync_helper(fd, filp, on, &file->fasync);
}
EXPORT_SYMBOL_GPL(kulink_own_fasync);

/* The size is kulink_ioctl_args()'s */
const struct kulink_dev_ioctl *kulink_find_ioctl(const struct kulink_dev_channel *channel,
						 unsigned int cmd)
{
	const struct kulink_dev_ioctl *ioctl;

	for (ioctl = channel->ioctls; ioctl && ioctl->run; ioctl++) {
		if (!((cmd ^ ioctl->cmd) & ~IOCSIZE_MASK))
			return ioctl;
	}
	return NULL;
}

long kulink_own_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct kulink_file *file = filp->private_data;
	const struct kulink_dev_ioctl *ioctl;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		ioctl = kulink_find_ioctl(channels[i], cmd);
		if (!ioctl)
			continue;
		err = kulink_file_check(file, channels[i]);
		if (err && !(err == -ENODEV && ioctl->gone_too))
			return err;
		return ioctl->run(file, cmd, (void __user *)arg);
	}
	return -ENOTTY;
}
EXPORT_SYMBOL_GPL(kulink_own_ioctl);

static const struct file_operations dev_fops = {
	.owner = THIS_MODULE,
	.open = dev_open,
	.unlocked_ioctl = kulink_own_ioctl,
	KULINK_OWN_FOPS,
};

/* Published: the node is there already; the slot holds the channel */
static int dev_add(struct kulink_service *service, void **slot)
{
	return 0;
}

static void dev_remove(struct kulink_service *service, void *slot)
{
	const struct kulink_dev_channel *channel = slot;
	struct kulink_file *file;

	if (!channel->unpublished)
		return;
	mutex_lock(&files_lock);
	list_for_each_entry(file, &files, node) {
		if (file->service == service && !kulink_file_published(file, channel))
			channel->unpublished(file);
	}
	mutex_unlock(&files_lock);
}

/* The node is the driver's, and so is its end; what is open here ends now. */
static void own_remove(struct kulink_service *service, void *slot)
{
	struct kulink_file *file;
	unsigned int i;

	mutex_lock(&files_lock);
	list_for_each_entry(file, &files, node) {
		if (file->service != service || file->own != slot)
			continue;
		WRITE_ONCE(file->own, NULL);
		for (i = 0; i < ARRAY_SIZE(channels); i++) {
			if (channels[i]->unpublished)
				channels[i]->unpublished(file);
		}
	}
	mutex_unlock(&files_lock);
}

int kulink_own_dev(struct kulink_own *own)
{
	struct kulink_channel like = { .add = dev_add, .remove = own_remove };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(channels); i++)
		like.carries |= channels[i]->base.carries;
	return kulink_own_begin(own, &like, own);
}
EXPORT_SYMBOL_GPL(kulink_own_dev);

static void unregister_channels(unsigned int n)
{
	while (n--)
		kulink_channel_unregister(&channels[n]->base);
}

static int __init register_channels(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		struct kulink_channel *base = &channels[i]->base;

		base->owner = THIS_MODULE;
		base->add = dev_add;
		base->remove = dev_remove;
		base->private = channels[i];
		err = kulink_channel_register(base);
		if (err) {
			unregister_channels(i);
			return err;
		}
	}
	return 0;
}

static void __init place_states(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		channels[i]->at = ALIGN(file_size, __alignof__(u64));
		file_size = channels[i]->at + channels[i]->state;
	}
}

static int __init dev_init(void)
{
	int err;

	place_states();
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
	unregister_channels(ARRAY_SIZE(channels));
	kulink_dev_set_fops(NULL);
}

KULINK_MODULE(dev, dev_init, dev_exit);

MODULE_AUTHOR("The kulink authors");
MODULE_DESCRIPTION("kulink channels of the device node");
MODULE_LICENSE("GPL");
MODULE_ALIAS("kulink-channel-chardev");
MODULE_ALIAS("kulink-channel-ioctl");
MODULE_ALIAS("kulink-channel-mmap");
MODULE_ALIAS("kulink-channel-eventfd");
MODULE_ALIAS("kulink-channel-signal");
MODULE_ALIAS("kulink-channel-uring");
