// SPDX-License-Identifier: GPL-2.0-only
/* Planted: a mutex taken under a spinlock, which may sleep where it must not. */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(outer);
static DEFINE_MUTEX(inner);

static int __init atomic_init(void)
{
	spin_lock(&outer);
	mutex_lock(&inner);
	mutex_unlock(&inner);
	spin_unlock(&outer);
	return 0;
}
module_init(atomic_init);

static void __exit atomic_exit(void)
{
}
module_exit(atomic_exit);

MODULE_DESCRIPTION("A planted sleep in atomic context, to see that the harness fails");
MODULE_LICENSE("GPL");
