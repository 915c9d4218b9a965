/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A channel on a driver's own objects, for the services of its declaration: the same files and
 * operations as kulink's, in the directories and behind the device node that its users know.
 *
 *	static struct kulink_own acme_proc = KULINK_OWN("acme_proc", &acme_desc);
 *
 *	static int __init acme_init(void)
 *	{
 *		…
 *		acme_root = proc_mkdir("driver/acme", NULL);
 *		err = kulink_own_procfs(&acme_proc, acme_root);
 *		…
 *	}
 *
 * Then each service of acme_desc, registered before or after, has a directory of its name there.
 * acme_desc's .channels may be "": then these are the only places.
 *
 * A node of its own, which may have commands beside kulink's:
 *
 *	static struct kulink_own acme_dev = KULINK_OWN("acme_dev", &acme_desc);
 *
 *	static int acme_open(struct inode *inode, struct file *file)
 *	{
 *		return kulink_own_open(&acme_dev, acme->service, inode, file);
 *	}
 *
 *	static const struct file_operations acme_fops = {
 *		.owner = THIS_MODULE,
 *		.open = acme_open,
 *		.unlocked_ioctl = kulink_own_ioctl,
 *		KULINK_OWN_FOPS,
 *	};
 */
#ifndef _LINUX_KULINK_OWN_H
#define _LINUX_KULINK_OWN_H

#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/kulink.h>
#include <linux/poll.h>

struct dentry;
struct io_uring_cmd;
struct kulink_channel;
struct proc_dir_entry;

/**
 * struct kulink_own - a channel on a driver's own objects
 * @name: how /sys/class/kulink/SERVICE/kulink/published lists it; [a-z][a-z0-9_]*, unlike any
 *	channel's
 * @desc: the declaration; services of others do not appear there
 *
 * It stays until kulink_own_end().
 */
struct kulink_own {
	const char *name;
	const struct kulink_desc *desc;
	/* private: */
	struct kulink_channel *channel;
};

#define KULINK_OWN(_name, _desc) { .name = (_name), .desc = (_desc) }

/**
 * kulink_own_procfs() - values and tables under the driver's directory in /proc
 * @own: not in use yet
 * @parent: the driver's, made by it, and removed by it after kulink_own_end()
 *
 * May sleep. Not from a service's callback.
 *
 * Return: 0; -EINVAL (the name, no declaration, no parent), -EEXIST (a channel of that name),
 * -ENOMEM, -ENOSPC (too many channels)
 */
int kulink_own_procfs(struct kulink_own *own, struct proc_dir_entry *parent);

/** kulink_own_debugfs() - likewise in debugfs: values, tables and calls */
int kulink_own_debugfs(struct kulink_own *own, struct dentry *parent);

/**
 * kulink_own_sysctl() - likewise values in /proc/sys
 * @own: not in use yet
 * @path: below /proc/sys, as "dev/acme"; made as needed
 */
int kulink_own_sysctl(struct kulink_own *own, const char *path);

/** kulink_own_dev() - let the driver's own device node carry what /dev/kulink/SERVICE does */
int kulink_own_dev(struct kulink_own *own);

/** kulink_own_end() - no more; nothing if it never began. May sleep. Not from a callback */
void kulink_own_end(struct kulink_own *own);

/**
 * kulink_own_open() - in the driver's open(): the file is the service's from now on
 * @own: by kulink_own_dev()
 * @service: of its declaration, not unregistered yet
 * @inode: as given to open()
 * @file: likewise; its private_data is kulink's
 *
 * Permission is the parts', by the opener's credentials, within the mode of the node. The file
 * keeps the service's object: unregistering waits for nobody, and what is done then is -ENODEV.
 *
 * Return: 0; -ENODEV; -ENOMEM
 */
int kulink_own_open(struct kulink_own *own, struct kulink_service *service, struct inode *inode,
		    struct file *file);
/**
 * kulink_own_enter() - around what a command of the driver's own does to it
 * @file: opened by kulink_own_open()
 * @idx: for kulink_own_exit()
 *
 * Holds off the service's end: no copy to or from user space inside.
 *
 * Return: what was given to kulink_register(); ERR_PTR(-ENODEV): the service is gone
 */
void *kulink_own_enter(struct file *file, int *idx);
void kulink_own_exit(struct file *file, int idx);

int kulink_own_release(struct inode *inode, struct file *file);
ssize_t kulink_own_read(struct file *file, char __user *buf, size_t len, loff_t *pos);
ssize_t kulink_own_write(struct file *file, const char __user *buf, size_t len, loff_t *pos);
__poll_t kulink_own_poll(struct file *file, struct poll_table_struct *wait);
int kulink_own_mmap(struct file *file, struct vm_area_struct *vma);
int kulink_own_uring(struct io_uring_cmd *cmd, unsigned int flags);
int kulink_own_fasync(int fd, struct file *file, int on);
/* -ENOTTY: not one of kulink's */
long kulink_own_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/**
 * KULINK_OWN_FOPS - all of a struct file_operations but owner, open and unlocked_ioctl
 *
 * The last is kulink_own_ioctl(), or a function of a driver with commands of its own, that ends
 * in it.
 */
#define KULINK_OWN_FOPS				\
	.release = kulink_own_release,		\
	.read = kulink_own_read,		\
	.write = kulink_own_write,		\
	.poll = kulink_own_poll,		\
	.mmap = kulink_own_mmap,		\
	.uring_cmd = kulink_own_uring,		\
	.fasync = kulink_own_fasync,		\
	.compat_ioctl = compat_ptr_ioctl

#endif /* _LINUX_KULINK_OWN_H */
