/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose copy this is. The core and each channel are modules of their own, under names that
 * everybody knows. Vendored by scripts/vendor they are part of a driver's module instead: nothing
 * is exported, the driver calls kulink_NAME_init() and kulink_NAME_exit() where a module loader
 * would, and what they create is called after the driver. So kulink.ko may be loaded beside.
 */
#ifndef _KULINK_ROOT_H
#define _KULINK_ROOT_H

#include <linux/init.h>
#include <linux/module.h>
#include <linux/stringify.h>

#ifdef KULINK_VENDORED

/** KULINK_ROOT - name of the class and of the directories in /proc, /dev … */
#define KULINK_ROOT	__stringify(KULINK_VENDORED)

/* The driver's own init calls them, too, when it fails. */
#undef __exit
#define __exit

#define KULINK_MODULE(_name, _start, _stop)		\
	int kulink_##_name##_init(void);		\
	void kulink_##_name##_exit(void);		\
	int __init kulink_##_name##_init(void)		\
	{						\
		return _start();			\
	}						\
	void kulink_##_name##_exit(void)		\
	{						\
		_stop();				\
	}

/** KULINK_CORE_MODULE() - likewise, of what all others need */
#define KULINK_CORE_MODULE	KULINK_MODULE

#else

#define KULINK_ROOT	"kulink"

#define KULINK_MODULE(_name, _start, _stop)		\
	module_init(_start);				\
	module_exit(_stop);				\
	MODULE_ALIAS("kulink-channel-" #_name)

/* Built in, it must be there before the first driver's initcall. */
#define KULINK_CORE_MODULE(_name, _start, _stop)	\
	subsys_initcall(_start);			\
	module_exit(_stop)

#endif

#endif /* _KULINK_ROOT_H */
