// SPDX-License-Identifier: GPL-2.0-only
/*
 * 03-group-children: a directory in which users make directories of objects
 *
 * make_group() instead of make_item(): what mkdir makes is a group, in which mkdir makes items, here those of
 * 02-simple-children.
 *
 * Creates	/sys/kernel/config/03-group-children/	description 0444
 *		after mkdir G: G/description; after mkdir G/X: G/X/storeme 0644
 *
 * What goes wrong: a group is an object with a release() as well; the subsystem's own type cannot be used for it, since
 * the subsystem is not to be freed.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "configfs_ex.h"

static void group_release(struct config_item *item)
{
	kfree(to_config_group(item));
}

static struct configfs_item_operations group_ops = {
	.release	= group_release,
};

static const struct config_item_type group_type = {
	.ct_item_ops	= &group_ops,
	.ct_group_ops	= &simple_children_ops,
	.ct_attrs	= simple_children_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_group *make_group(struct config_group *parent, const char *name)
{
	struct config_group *group;

	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return ERR_PTR(-ENOMEM);
	config_group_init_type_name(group, name, &group_type);
	return group;
}

static struct configfs_group_operations group_children_ops = {
	.make_group	= make_group,
};

static ssize_t group_children_description_show(struct config_item *item, char *page)
{
	return sysfs_emit(page,
			  "[03-group-children]\n"
			  "\n"
			  "Each directory made here is like 02-simple-children.\n");
}

CONFIGFS_ATTR_RO(group_children_, description);

static struct configfs_attribute *group_children_attrs[] = {
	&group_children_attr_description,
	NULL
};

static const struct config_item_type group_children_type = {
	.ct_group_ops	= &group_children_ops,
	.ct_attrs	= group_children_attrs,
	.ct_owner	= THIS_MODULE,
};

struct configfs_subsystem group_children = {
	.su_group.cg_item = {
		.ci_namebuf	= "03-group-children",
		.ci_type	= &group_children_type,
	},
	.su_mutex = __MUTEX_INITIALIZER(group_children.su_mutex),
};
