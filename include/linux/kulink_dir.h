/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A directory of a driver's own in procfs, debugfs or /proc/sys, for the services of its
 * declaration: the same files as in kulink's, where the driver's users look for them.
 *
 *	static struct kulink_dir acme_proc = KULINK_DIR("acme_proc", &acme_desc);
 *
 *	static int __init acme_init(void)
 *	{
 *		…
 *		acme_root = proc_mkdir("driver/acme", NULL);
 *		err = kulink_procfs_dir_register(&acme_proc, acme_root);
 *		…
 *	}
 *
 * Then each service of acme_desc, registered before or after, has a directory of its name there.
 * acme_desc's .channels may be "": then these are the only places.
 */
#ifndef _LINUX_KULINK_DIR_H
#define _LINUX_KULINK_DIR_H

#include <linux/kulink.h>

struct dentry;
struct kulink_channel;
struct proc_dir_entry;

/**
 * struct kulink_dir - a directory of a driver's
 * @name: how /sys/class/kulink/SERVICE/kulink/published lists it; [a-z][a-z0-9_]*, unlike any
 *	channel's
 * @desc: the declaration; services of others do not appear there
 *
 * It stays until it is unregistered.
 */
struct kulink_dir {
	const char *name;
	const struct kulink_desc *desc;
	/* private: */
	struct kulink_channel *channel;
};

#define KULINK_DIR(_name, _desc) { .name = (_name), .desc = (_desc) }

/**
 * kulink_procfs_dir_register() - values and tables under the driver's directory in /proc
 * @dir: not registered yet
 * @parent: the driver's, made by it and removed by it after kulink_procfs_dir_unregister()
 *
 * May sleep. Not from a service's callback.
 *
 * Return: 0; -EINVAL (the name, no declaration, no parent), -EEXIST (a channel of that name),
 * -ENOMEM, -ENOSPC (too many channels)
 */
int kulink_procfs_dir_register(struct kulink_dir *dir, struct proc_dir_entry *parent);
/** kulink_procfs_dir_unregister() - end it; @dir may never have been registered. May sleep */
void kulink_procfs_dir_unregister(struct kulink_dir *dir);

/** kulink_debugfs_dir_register() - likewise in debugfs: values, tables and calls */
int kulink_debugfs_dir_register(struct kulink_dir *dir, struct dentry *parent);
void kulink_debugfs_dir_unregister(struct kulink_dir *dir);

/**
 * kulink_sysctl_dir_register() - likewise values in /proc/sys
 * @dir: not registered yet
 * @path: below /proc/sys, as "dev/acme"; made as needed
 */
int kulink_sysctl_dir_register(struct kulink_dir *dir, const char *path);
void kulink_sysctl_dir_unregister(struct kulink_dir *dir);

#endif /* _LINUX_KULINK_DIR_H */
