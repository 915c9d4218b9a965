// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysctl: settings of the kernel in /proc/sys
 *
 * A table names files, where their values are, and a function of the kernel's that parses and shows them: there are
 * some for numbers within limits, for vectors of them, strings and bits. The module has no code of its own to run.
 *
 * Choose it for a few settings of the whole system that an administrator keeps in /etc/sysctl.d. Values of a device
 * belong to sysfs; what is known at load time is a module parameter.
 *
 * Creates	/proc/sys/net/test/value1, 0644, initially 0
 *		/proc/sys/net/test/value2, 0644, initially 1
 *		which sysctl(8) calls net.test.value1 and net.test.value2
 *
 * What goes wrong: the limits hold for what is written, not for what the table begins with, so that an initial value
 * can be one that nobody may set again; a write that does not begin at offset 0 is ignored, and claims success;
 * nothing is kept: a setting is lost with the module, and the one in /etc/sysctl.d is applied only if the module is
 * there at boot.
 */
#include <linux/module.h>
#include <linux/sysctl.h>

#include "../compat.h"

static int lowest = 10, highest = 20;
static int value1;
static int value2 = 1;

static struct ctl_table test_table[] = {
	{
		.procname	= "value1",
		.data		= &value1,
		.maxlen		= sizeof(value1),
		.mode		= 0644,
		.proc_handler	= proc_dointvec_minmax,
		.extra1		= &lowest,
		.extra2		= &highest,
	},
	{
		.procname	= "value2",
		.data		= &value2,
		.maxlen		= sizeof(value2),
		.mode		= 0644,
		.proc_handler	= proc_dointvec_minmax,
		.extra1		= &lowest,
		.extra2		= &highest,
	},
	HOWTO_SYSCTL_END
};

static struct ctl_table_header *header;

/* The path may name directories that do not exist yet; "net" is there, "test" is not. */
static int __init sysctl_ex_init(void)
{
	header = register_sysctl("net/test", test_table);
	return header ? 0 : -ENOMEM;
}

/* Waits for a read or write that is under way; files still open give ENOENT from here on. */
static void __exit sysctl_ex_exit(void)
{
	unregister_sysctl_table(header);
}

module_init(sysctl_ex_init);
module_exit(sysctl_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: settings in /proc/sys");
