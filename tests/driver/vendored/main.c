// SPDX-License-Identifier: GPL-2.0-only
/*
 * acme: a driver that brings kulink with it, the core and one channel, in its own module. Its
 * service is acme0, in /sys/class/acme and /proc/acme, whether or not kulink.ko is loaded.
 */
#include <linux/kulink.h>
#include <linux/module.h>

#include "kulink/vendored.h"

struct acme {
	u64 level;
};

static struct acme acme = { .level = 5 };
static struct kulink_service *service;

static const struct kulink_value acme_values[] = {
	KULINK_VALUE_RANGE(struct acme, level, 1, 10),
	{}
};

static const struct kulink_desc acme_desc = {
	.name = "acme%d",
	.owner = THIS_MODULE,
	.channels = "*",
	.values = acme_values,
};

static int __init acme_init(void)
{
	int err = kulink_core_init();

	if (err)
		return err;
	err = kulink_procfs_init();
	if (err)
		goto core;
	service = kulink_register(NULL, &acme_desc, &acme);
	if (IS_ERR(service)) {
		err = PTR_ERR(service);
		goto procfs;
	}
	return 0;
procfs:
	kulink_procfs_exit();
core:
	kulink_core_exit();
	return err;
}
module_init(acme_init);

static void __exit acme_exit(void)
{
	kulink_unregister(service);
	kulink_procfs_exit();
	kulink_core_exit();
}
module_exit(acme_exit);

MODULE_DESCRIPTION("kulink inside a driver's own module");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
