// SPDX-License-Identifier: GPL-2.0-only
/* Planted, chosen by the parameter: what every kernel reports, and what none can report any more. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/panic.h>

static char *kind = "none";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "none, warn, oops, panic, hang or refuse");

static int __init fault_init(void)
{
	if (!strcmp(kind, "warn"))
		WARN(1, "planted\n");
	if (!strcmp(kind, "oops"))
		WRITE_ONCE(*(int *)8, 0);
	if (!strcmp(kind, "panic"))
		panic("planted");
	if (!strcmp(kind, "hang")) {
		local_irq_disable();
		for (;;)
			cpu_relax();
	}
	return strcmp(kind, "refuse") ? 0 : -EINVAL;
}
module_init(fault_init);

static void __exit fault_exit(void)
{
}
module_exit(fault_exit);

MODULE_DESCRIPTION("A planted fault, to see that the harness fails");
MODULE_LICENSE("GPL");
