// SPDX-License-Identifier: GPL-2.0-only
/* A planted use after free: one byte read from memory that was given back. KASAN must see it. */
#include <linux/module.h>
#include <linux/slab.h>

static int __init uaf_init(void)
{
	char *memory = kzalloc(64, GFP_KERNEL);

	if (!memory)
		return -ENOMEM;
	kfree(memory);
	OPTIMIZER_HIDE_VAR(memory);
	pr_info("read %d\n", READ_ONCE(memory[5]));
	return 0;
}
module_init(uaf_init);

static void __exit uaf_exit(void)
{
}
module_exit(uaf_exit);

MODULE_DESCRIPTION("A planted use after free, to see that the harness fails");
MODULE_LICENSE("GPL");
