// SPDX-License-Identifier: GPL-2.0-only
/*
 * kulink.ko: the registry of services and channels, and the contracts that every
 * channel keeps. Creates /sys/class/kulink.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "core.h"

KULINK_CLASS_CONST struct class kulink_class = {
	.name = KULINK_ROOT,
	.dev_groups = kulink_admin_groups,
	.dev_release = kulink_service_release,
	.devnode = kulink_node_name,
};

static int __init core_init(void)
{
	int err = class_register(&kulink_class);

	if (err)
		return err;
	err = kulink_node_init();
	if (err)
		goto class;
	err = kulink_params_init();
	if (err)
		goto node;
	return 0;
node:
	kulink_node_exit();
class:
	class_unregister(&kulink_class);
	return err;
}

static void __exit core_exit(void)
{
	kulink_pages_exit();
	kulink_params_exit();
	kulink_services_wait();
	kulink_node_exit();
	class_unregister(&kulink_class);
}

KULINK_CORE_MODULE(core, core_init, core_exit);

MODULE_DESCRIPTION("kulink: one declaration, every channel between kernel and programs");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
