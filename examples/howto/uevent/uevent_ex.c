// SPDX-License-Identifier: GPL-2.0-only
/*
 * uevent: tell whoever listens that something about a device has changed
 *
 * An object of sysfs sends a text of variables KEY=VALUE to a multicast group of netlink, which udev listens to and any
 * program may. Here a device says so whenever its attribute is written, with the value now and the one before.
 *
 * Choose it for the rare news about a device that udev's rules or a daemon act on. For a stream of events take generic
 * netlink, and to wake who has one attribute open sysfs_notify().
 *
 * Creates	/sys/class/howto_uevent/gauge/level, 0644: a number; writing it sends the event
 *		/sys/class/howto_uevent/gauge/send, 0200: EXAMPLE_KEY=VALUE..., sent as they are
 *
 * What goes wrong: it must be called where one may sleep, so not with a spinlock held; a message lost to a full receive
 * buffer is not sent again, so the state must be readable, too; more than 64 variables or 2048 bytes, the kernel's own
 * among them, are a warning in the log and no event; a variable's text that came from a user may forge another's.
 */
#include <linux/device.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

/* What a message holds, less ACTION, DEVPATH, SUBSYSTEM, SEQNUM and what the core may come to add. */
#define MAX_VARIABLES (UEVENT_NUM_ENVP - 8)
#define MAX_BYTES (UEVENT_BUFFER_SIZE - 256)

static DEFINE_MUTEX(lock);	/* level, and that events leave in the order of its changes */
static int level;

static ssize_t level_show(struct device *dev, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "%d\n", READ_ONCE(level));
}

static ssize_t level_store(struct device *dev, struct device_attribute *attr, const char *text, size_t count)
{
	char now[32], before[32];
	char *variables[3] = { now, before };
	int error, value;

	error = kstrtoint(text, 10, &value);
	if (error)
		return error;
	mutex_lock(&lock);
	snprintf(now, sizeof(now), "EXAMPLE_LEVEL=%d", value);
	snprintf(before, sizeof(before), "EXAMPLE_BEFORE=%d", level);
	WRITE_ONCE(level, value);
	error = kobject_uevent_env(&dev->kobj, KOBJ_CHANGE, variables);
	mutex_unlock(&lock);
	return error ?: count;
}
static DEVICE_ATTR_RW(level);

/* At least one, each a name of ours with a value, all together within a message's limits. */
static int check(char **variables, int count)
{
	size_t bytes = 0;
	int i;

	for (i = 0; i < count; i++) {
		if (!strstarts(variables[i], "EXAMPLE_") || !strchr(variables[i], '='))
			return -EINVAL;
		bytes += strlen(variables[i]) + 1;
	}
	if (count > MAX_VARIABLES || bytes > MAX_BYTES)
		return -E2BIG;
	return count ? 0 : -EINVAL;
}

static ssize_t send_store(struct device *dev, struct device_attribute *attr, const char *text, size_t count)
{
	int number, error;
	char **variables = argv_split(GFP_KERNEL, text, &number);

	if (!variables)
		return -ENOMEM;
	error = check(variables, number);
	if (!error)
		error = kobject_uevent_env(&dev->kobj, KOBJ_CHANGE, variables);
	argv_free(variables);
	return error ?: count;
}
static DEVICE_ATTR_WO(send);

static struct attribute *gauge_attrs[] = { &dev_attr_level.attr, &dev_attr_send.attr, NULL };
ATTRIBUTE_GROUPS(gauge);

static struct class howto_class = { .name = "howto_uevent" };
static struct device *gauge;

static int __init uevent_ex_init(void)
{
	int error = class_register(&howto_class);

	if (error)
		return error;
	gauge = device_create_with_groups(&howto_class, NULL, MKDEV(0, 0), NULL, gauge_groups, "gauge");
	if (IS_ERR(gauge)) {
		class_unregister(&howto_class);
		return PTR_ERR(gauge);
	}
	return 0;
}

/* Waits for a store that is under way; who still has an attribute open gets ENODEV from here on. Sends a last event. */
static void __exit uevent_ex_exit(void)
{
	device_unregister(gauge);
	class_unregister(&howto_class);
}

module_init(uevent_ex_init);
module_exit(uevent_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a change event with variables");
