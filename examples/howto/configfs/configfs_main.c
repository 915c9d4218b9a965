// SPDX-License-Identifier: GPL-2.0-only
/*
 * configfs: kernel objects that users make with mkdir and remove with rmdir
 *
 * sysfs shows what the kernel made; in configfs the user makes it. A module registers subsystems, each a directory at
 * the top; what mkdir does in there is the module's. This one has three, from the simplest up, a file each.
 *
 * Choose it where users put together a set of objects before or while they are used: targets, gadgets, test devices.
 * For values of objects that exist anyway there is sysfs.
 *
 * Creates	/sys/kernel/config/	01-childless (childless.c), 02-simple-children (simple_children.c),
 *					03-group-children (group_children.c)
 *
 * What goes wrong: configfs must be mounted; nothing in it survives a restart, so that a program has to make it anew;
 * a module with objects is in use, and only their owner, the user, can end that.
 */
#include <linux/module.h>

#include "configfs_ex.h"

static struct configfs_subsystem *subsystems[] = { &childless, &simple_children, &group_children };

static void unregister(int count)
{
	while (count--)
		configfs_unregister_subsystem(subsystems[count]);
}

static int __init configfs_ex_init(void)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(subsystems); i++) {
		config_group_init(&subsystems[i]->su_group);
		err = configfs_register_subsystem(subsystems[i]);
		if (err) {
			unregister(i);
			return err;
		}
	}
	return 0;
}

static void __exit configfs_ex_exit(void)
{
	unregister(ARRAY_SIZE(subsystems));
}

module_init(configfs_ex_init);
module_exit(configfs_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: objects that users make in configfs");
