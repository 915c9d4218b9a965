/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this module have of each other. */
#ifndef CONFIGFS_EX_H
#define CONFIGFS_EX_H

#include <linux/configfs.h>

extern struct configfs_subsystem childless;
extern struct configfs_subsystem simple_children;
extern struct configfs_subsystem group_children;

/* What a directory with simple children can do and shows; group_children has directories of that kind, too. */
extern struct configfs_group_operations simple_children_ops;
extern struct configfs_attribute *simple_children_attrs[];

#endif
