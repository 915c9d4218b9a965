// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module parameters: one that the module is told of, and a type of one's own
 *
 * A parameter's type is a pair of functions, set() and get(), in a struct kernel_param_ops. Whoever writes them hears
 * of every new value before it counts, at insmod as at a later write, and may refuse it.
 *
 * Choose it where a value must be checked or a change acted upon; where neither is needed, the plain parameters of
 * param_ex.c are shorter.
 *
 * Creates	/sys/module/param_cb_ex/parameters/limit, 0644: 0 to 100, initially 50; a change is logged
 *		/sys/module/param_cb_ex/parameters/color, 0644: red, green or blue, initially red
 *
 * What goes wrong: at insmod set() runs before the module's init function, which must not be assumed to have run; it
 * is called with the module's parameter lock held, so it may sleep but not take that lock; a set() that refuses at
 * insmod refuses the whole module.
 */
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/sysfs.h>

/* Notified: param_set_int() would do the work, but knows no limits and tells nobody. */
static int limit = 50;

static int limit_set(const char *text, const struct kernel_param *parameter)
{
	int new, err;

	err = kstrtoint(text, 0, &new);
	if (err)
		return err;
	if (new < 0 || new > 100)
		return -EINVAL;
	pr_info("limit changes from %d to %d\n", limit, new);
	limit = new;
	return 0;
}

static const struct kernel_param_ops limit_ops = {
	.set	= limit_set,
	.get	= param_get_int,
};

module_param_cb(limit, &limit_ops, &limit, 0644);
MODULE_PARM_DESC(limit, "0 to 100");

/* A type: module_param(…, color, …) looks for param_ops_color and param_check_color(). */
enum color { RED, GREEN, BLUE };
static const char * const color_names[] = { "red", "green", "blue" };

static int param_set_color(const char *text, const struct kernel_param *parameter)
{
	int i = sysfs_match_string(color_names, text);

	if (i < 0)
		return i;
	*(enum color *)parameter->arg = i;
	return 0;
}

static int param_get_color(char *page, const struct kernel_param *parameter)
{
	return sysfs_emit(page, "%s\n", color_names[*(enum color *)parameter->arg]);
}

static const struct kernel_param_ops param_ops_color = {
	.set	= param_set_color,
	.get	= param_get_color,
};

#define param_check_color(name, variable) __param_check(name, variable, enum color)

static enum color color;
module_param(color, color, 0644);
MODULE_PARM_DESC(color, "red, green or blue");

static int __init param_cb_ex_init(void)
{
	pr_info("loaded with limit %d\n", limit);
	return 0;
}

static void __exit param_cb_ex_exit(void)
{
}

module_init(param_cb_ex_init);
module_exit(param_cb_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a module parameter with functions");
