// SPDX-License-Identifier: GPL-2.0-only
/*
 * 02-simple-children: a directory in which users make objects
 *
 * mkdir calls make_item(), which makes an object and says of what type it is; configfs makes the directory with that
 * type's files. rmdir takes the directory away and drops the object.
 *
 * Creates	/sys/kernel/config/02-simple-children/	description 0444
 *		after mkdir X: X/storeme 0644, 0 at first, a value of X's own
 *
 * What goes wrong: an object is freed by release(), when its last reference goes, and by nothing else. That is mostly
 * in rmdir, with the directories locked: release() must not call back into configfs, nor wait for anyone who does. As
 * long as an object exists the module cannot be unloaded.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "configfs_ex.h"

struct child {
	struct config_item item;
	int stored;
};

static struct child *to_child(struct config_item *item)
{
	return container_of(item, struct child, item);
}

static ssize_t child_storeme_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", READ_ONCE(to_child(item)->stored));
}

static ssize_t child_storeme_store(struct config_item *item, const char *page, size_t count)
{
	int value, err;

	err = kstrtoint(page, 10, &value);
	if (err)
		return err;
	WRITE_ONCE(to_child(item)->stored, value);
	return count;
}

CONFIGFS_ATTR(child_, storeme);

static struct configfs_attribute *child_attrs[] = {
	&child_attr_storeme,
	NULL
};

static void child_release(struct config_item *item)
{
	kfree(to_child(item));
}

static struct configfs_item_operations child_ops = {
	.release	= child_release,
};

static const struct config_item_type child_type = {
	.ct_item_ops	= &child_ops,
	.ct_attrs	= child_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_item *make_child(struct config_group *group, const char *name)
{
	struct child *child;

	child = kzalloc(sizeof(*child), GFP_KERNEL);
	if (!child)
		return ERR_PTR(-ENOMEM);
	config_item_init_type_name(&child->item, name, &child_type);
	return &child->item;
}

/* Without drop_item() rmdir just puts the reference that make_item() returned. */
struct configfs_group_operations simple_children_ops = {
	.make_item	= make_child,
};

static ssize_t simple_children_description_show(struct config_item *item, char *page)
{
	return sysfs_emit(page,
			  "[02-simple-children]\n"
			  "\n"
			  "Each directory made here is an object with one file, storeme.\n");
}

CONFIGFS_ATTR_RO(simple_children_, description);

struct configfs_attribute *simple_children_attrs[] = {
	&simple_children_attr_description,
	NULL
};

/* No release(): the subsystem is not allocated. */
static const struct config_item_type simple_children_type = {
	.ct_group_ops	= &simple_children_ops,
	.ct_attrs	= simple_children_attrs,
	.ct_owner	= THIS_MODULE,
};

struct configfs_subsystem simple_children = {
	.su_group.cg_item = {
		.ci_namebuf	= "02-simple-children",
		.ci_type	= &simple_children_type,
	},
	.su_mutex = __MUTEX_INITIALIZER(simple_children.su_mutex),
};
