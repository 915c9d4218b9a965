// SPDX-License-Identifier: GPL-2.0-only
/* Planted: memory that nobody remembers. kmemleak must find it. */
#include <linux/module.h>
#include <linux/slab.h>

static noinline void forget(void)
{
	char *memory = kmalloc(120, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(memory);
}

static int __init leak_init(void)
{
	int i;

	for (i = 0; i < 10; i++)
		forget();
	return 0;
}
module_init(leak_init);

static void __exit leak_exit(void)
{
}
module_exit(leak_exit);

MODULE_DESCRIPTION("A planted leak, to see that the harness fails");
MODULE_LICENSE("GPL");
