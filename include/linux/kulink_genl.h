/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A generic netlink family of a driver's own, for the services of its declaration: the same
 * commands and attributes as the family kulink, under the name that its programs know.
 *
 *	static struct kulink_genl_family acme_family = KULINK_GENL_FAMILY("acme", &acme_desc);
 *
 *	static int __init acme_init(void)
 *	{
 *		int err = kulink_genl_family_register(&acme_family);
 *
 *		if (err)
 *			return err;
 *		err = platform_driver_register(&acme_driver);
 *		if (err)
 *			kulink_genl_family_unregister(&acme_family);
 *		return err;
 *	}
 *
 *	static void __exit acme_exit(void)
 *	{
 *		platform_driver_unregister(&acme_driver);
 *		kulink_genl_family_unregister(&acme_family);
 *	}
 *
 *	MODULE_ALIAS_GENL_FAMILY("acme");
 *
 * acme_desc's .channels may be "": then its services are reached through this family alone.
 */
#ifndef _LINUX_KULINK_GENL_H
#define _LINUX_KULINK_GENL_H

#include <linux/kulink.h>
#include <net/genetlink.h>

struct kulink_genl;

/**
 * struct kulink_genl_family - a driver's family
 * @name: at most 15 characters, [a-z][a-z0-9_]*
 * @desc: the declaration; services of others are not reached through this family
 *
 * It must be static: a dump that a program has begun uses it after it is unregistered, and
 * keeps @desc's owner from being unloaded until the program has read on or closed its socket.
 */
struct kulink_genl_family {
	const char *name;
	const struct kulink_desc *desc;
	/* private: */
	struct genl_family genl;
	struct kulink_genl *impl;
};

#define KULINK_GENL_FAMILY(_name, _desc) { .name = (_name), .desc = (_desc) }

/**
 * kulink_genl_family_register() - make a family for the services of one declaration
 * @family: not registered yet
 *
 * Services may be registered before and after. May sleep. Not from a service's callback.
 *
 * Return: 0; -EINVAL (the name, no declaration), -EEXIST (a family of that name), -ENOMEM,
 * -ENOSPC (too many families or channels)
 */
int kulink_genl_family_register(struct kulink_genl_family *family);

/**
 * kulink_genl_family_unregister() - end it
 * @family: registered, or never
 *
 * Its subscribers get a last KULINK_CMD_GONE for each service. Waits for requests that run. May
 * sleep. Not from a service's callback.
 */
void kulink_genl_family_unregister(struct kulink_genl_family *family);

#endif /* _LINUX_KULINK_GENL_H */
