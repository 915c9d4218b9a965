// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysfs: values of a bus
 *
 * A bus brings drivers and devices together. To register one makes a directory with "devices" and "drivers" in it;
 * the attributes named in bus_groups are there before anybody is told of the bus's devices. Their show() and store()
 * are told the bus, not the attribute: each file needs functions of its own.
 *
 * Choose it if you write a bus. What looks like a setting of a driver belongs to its devices (DEVICE_ATTR_RW); what
 * is not a device's at all goes into a directory of its own, as in ../sysfs_fs.
 *
 * Creates	/sys/bus/my_pseudo_bus/busval, 0644, initially 1
 *		/sys/bus/my_pseudo_bus/buscount, 0444: how often busval was set
 *		and, by itself, devices/, drivers/, drivers_autoprobe, drivers_probe, uevent
 *
 * What goes wrong: the uevent that announces the bus comes before the files are there, so udev must not rely on them; a
 * bus that is gone while a device or driver still is on it leaves them with callbacks into nothing.
 */
#include <linux/device/bus.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sysfs.h>

#include "../compat.h"

static DEFINE_MUTEX(lock);	/* of value and count: they change together */
static int value = 1;
static unsigned int count;

static ssize_t busval_show(HOWTO_BUS_CONST struct bus_type *bus, char *page)
{
	ssize_t length;

	mutex_lock(&lock);
	length = sysfs_emit(page, "%d\n", value);
	mutex_unlock(&lock);
	return length;
}

static ssize_t busval_store(HOWTO_BUS_CONST struct bus_type *bus, const char *text, size_t size)
{
	int number, err;

	err = kstrtoint(text, 10, &number);
	if (err)
		return err;
	mutex_lock(&lock);
	value = number;
	count++;
	mutex_unlock(&lock);
	return size;
}

static ssize_t buscount_show(HOWTO_BUS_CONST struct bus_type *bus, char *page)
{
	ssize_t length;

	mutex_lock(&lock);
	length = sysfs_emit(page, "%u\n", count);
	mutex_unlock(&lock);
	return length;
}

static BUS_ATTR_RW(busval);
static BUS_ATTR_RO(buscount);

static struct attribute *my_pseudo_bus_attrs[] = { &bus_attr_busval.attr, &bus_attr_buscount.attr, NULL };
ATTRIBUTE_GROUPS(my_pseudo_bus);

static HOWTO_BUS_CONST struct bus_type my_pseudo_bus = {
	.name		= "my_pseudo_bus",
	.bus_groups	= my_pseudo_bus_groups,
};

static int __init sysfs_bus_ex_init(void)
{
	return bus_register(&my_pseudo_bus);
}

/* Waits for a show() or store() that is under way; files still open give ENODEV from here on. */
static void __exit sysfs_bus_ex_exit(void)
{
	bus_unregister(&my_pseudo_bus);
}

module_init(sysfs_bus_ex_init);
module_exit(sysfs_bus_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: values of a bus in sysfs");
