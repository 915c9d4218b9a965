/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kulink's sysfs channel on a driver's own device: a driver with users already has its names.
 *
 *	static KULINK_SYSFS_ATTR(threshold, 0644);
 *
 *	static struct attribute *my_attrs[] = { &dev_attr_threshold.attr, NULL };
 *	ATTRIBUTE_GROUPS(my);
 *
 *	static struct pci_driver my_driver = { .driver = { .dev_groups = my_groups }, … };
 *
 * The attribute is the value of its name of the service whose parent is the device; its text,
 * checks and errors are the same as in /sys/class/kulink/SERVICE/.
 */
#ifndef _LINUX_KULINK_SYSFS_H
#define _LINUX_KULINK_SYSFS_H

#include <linux/device.h>
#include <linux/sysfs.h>

ssize_t kulink_sysfs_show(struct device *dev, struct device_attribute *attr, char *buf);
ssize_t kulink_sysfs_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t len);

/**
 * KULINK_SYSFS_ATTR() - a value as an attribute of the driver's own device
 * @_name: of the value and of the attribute
 * @_mode: of the file; the value's own mode bounds it: -EACCES
 *
 * Reading and writing are -ENODEV while the device has no service, -ENOENT when its service has
 * no such value. poll() wakes on a change if the service is published on sysfs. Without
 * a declared channel "sysfs" this is the only place the value has in sysfs.
 */
#define KULINK_SYSFS_ATTR(_name, _mode)					\
	struct device_attribute dev_attr_##_name =			\
		__ATTR(_name, _mode, kulink_sysfs_show, kulink_sysfs_store)

#endif /* _LINUX_KULINK_SYSFS_H */
