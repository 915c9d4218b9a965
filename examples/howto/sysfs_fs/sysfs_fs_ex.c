// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysfs: a directory with values, one number in each file
 *
 * A directory of sysfs is a kobject, a file in it an attribute. The kobject's type names one show() and one store()
 * for all of its files; they are told which attribute is meant and find what surrounds it with container_of().
 *
 * Choose it for what belongs to an object that the kernel has: a device, a driver, a file system. A driver adds
 * attributes to the device that it has anyway (DEVICE_ATTR_RW); a kobject of one's own, as here, is for the rest. For
 * settings of the whole system there is sysctl, for a few of a module its parameters, for objects that the user makes
 * configfs.
 *
 * Creates	/sys/fs/myfs/first, 0644, initially 1
 *		/sys/fs/myfs/second, 0644, initially 2
 *
 * What goes wrong: a store() that does not return the count it was given is called again with the rest; a show()
 * without sysfs_emit() can write past its page; a kobject may outlive the call that gives it up, so its memory is let
 * go in release() and nowhere else.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/sysfs.h>

struct value {
	struct attribute attribute;
	int number;
};

static struct value first = {
	.attribute = { .name = "first", .mode = 0644 },
	.number = 1,
};

static struct value second = {
	.attribute = { .name = "second", .mode = 0644 },
	.number = 2,
};

static struct attribute *myfs_attrs[] = { &first.attribute, &second.attribute, NULL };
ATTRIBUTE_GROUPS(myfs);

/* Several processes may be in here at once, whence READ_ONCE() and WRITE_ONCE(); more than a number needs a lock. */
static ssize_t value_show(struct kobject *kobj, struct attribute *attribute, char *page)
{
	struct value *value = container_of(attribute, struct value, attribute);

	return sysfs_emit(page, "%d\n", READ_ONCE(value->number));
}

/* The kernel has put a NUL behind the text, and kstrtoint() forgives a newline before that, but nothing else. */
static ssize_t value_store(struct kobject *kobj, struct attribute *attribute, const char *text, size_t count)
{
	struct value *value = container_of(attribute, struct value, attribute);
	int number, err;

	err = kstrtoint(text, 10, &number);
	if (err)
		return err;
	WRITE_ONCE(value->number, number);
	return count;
}

static const struct sysfs_ops value_ops = {
	.show	= value_show,
	.store	= value_store,
};

static struct kobject myfs;
static DECLARE_COMPLETION(released);

static void myfs_release(struct kobject *kobj)
{
	complete(&released);
}

static const struct kobj_type myfs_type = {
	.release	= myfs_release,
	.sysfs_ops	= &value_ops,
	.default_groups	= myfs_groups,
};

/* Waits for a show() or store() under way (open files give ENODEV from here on), then for the last reference. */
static void remove_myfs(void)
{
	kobject_put(&myfs);
	wait_for_completion(&released);
}

static int __init sysfs_fs_ex_init(void)
{
	int err;

	err = kobject_init_and_add(&myfs, &myfs_type, fs_kobj, "myfs");
	if (err)
		remove_myfs();
	return err;
}

static void __exit sysfs_fs_ex_exit(void)
{
	remove_myfs();
}

module_init(sysfs_fs_ex_init);
module_exit(sysfs_fs_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: values in sysfs");
