/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kulink's param channel: a value as a parameter of the driver's module.
 *
 *	KULINK_PARAM(hwstats_desc, threshold, 0644);
 *	MODULE_PARM_DESC(threshold, "from 10 to 20");
 *
 * "modprobe hwstats threshold=15" is checked by the declared type, range and labels before the
 * driver's init runs, and refuses the load: -EINVAL, -ERANGE, or -EACCES for a value that is
 * read-only, with a sentence in the log. What was taken is set, with its callbacks, in the first
 * service of the declaration that registers, before any program can see that; when the driver
 * refuses it then, the registration fails with the driver's errno. From then on
 * /sys/module/MODULE/parameters/VALUE is that service's value.
 */
#ifndef _LINUX_KULINK_PARAM_H
#define _LINUX_KULINK_PARAM_H

#include <linux/kulink.h>
#include <linux/moduleparam.h>

/**
 * struct kulink_param - a parameter; KULINK_PARAM() fills the first three, all else is the core's
 * @desc: the declaration
 * @module: the module's name
 * @value: the value's name
 * @first: the first service of the declaration that registered, by its number; 0: none yet
 * @given: @datum has been set, before that
 * @datum: to what
 * @service: whose value it is now
 * @index: of the value
 */
struct kulink_param {
	const struct kulink_desc *desc;
	const char *module;
	const char *value;
	u64 first;
	bool given;
	struct kulink_datum datum;
	struct kulink_service *service;
	unsigned int index;
};

/**
 * KULINK_PARAM() - a value as a module parameter
 * @_desc: the declaration, an object of the driver's file
 * @_value: the value's name, without quotes; the parameter's too
 * @_perm: of the file, as module_param()'s, which others can never write; 0: no file, only at
 *	insmod. The value's own mode bounds it: -EACCES
 *
 * After the declaration. The declaration's channels say whether the file works ("param", or
 * "*"); what is given at insmod counts in any case.
 */
#define KULINK_PARAM(_desc, _value, _perm)				\
	static struct kulink_param kulink_param_##_value = {		\
		.desc = &(_desc),					\
		.module = KBUILD_MODNAME,				\
		.value = #_value,					\
	};								\
	module_param_cb(_value, &kulink_param_ops, &kulink_param_##_value, _perm)

extern const struct kernel_param_ops kulink_param_ops;

#endif /* _LINUX_KULINK_PARAM_H */
