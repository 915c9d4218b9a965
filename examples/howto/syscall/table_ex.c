// SPDX-License-Identifier: GPL-2.0-only
/*
 * syscall: why this example is a patch
 *
 * A module reaches what the kernel exports and nothing else. This one asks for the functions and tables that a system
 * call goes through, by name, and logs which it may have: none. So a system call is added to the kernel's source and
 * compiled in, as mysyscall.patch does; whoever has only a module takes one of the other folders, mostly ../ioctl.
 *
 * Creates	nothing; logs a line for each name
 *
 * What goes wrong: modules that found the table by other means and wrote to it were how rootkits worked. It is
 * read-only, and since 6.9 the kernel calls through a switch: what is written there would change nothing.
 */
#include <linux/module.h>

static const char * const names[] = {
	"sys_call_table",		/* where each number's function was looked up */
	"x64_sys_call",			/* the switch that took its place */
	"kallsyms_lookup_name",		/* any other symbol's address */
	"kernel_kobj",			/* exported, to compare: /sys/kernel */
};

static int __init table_ex_init(void)
{
	void *symbol;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		symbol = __symbol_get(names[i]);
		pr_info("%s: %s\n", names[i], symbol ? "exported" : "not exported");
		if (symbol)
			__symbol_put(names[i]);
	}
	return 0;
}

static void __exit table_ex_exit(void)
{
}

module_init(table_ex_init);
module_exit(table_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a module cannot reach the table of system calls");
