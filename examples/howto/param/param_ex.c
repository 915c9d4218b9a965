// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module parameters: variables that can be set when the module is loaded, and later through a file
 *
 * One line declares that a variable is a parameter, of which type, and the mode of its file. The kernel parses and
 * shows it; the module has no function for that, and is not told when the value changes: it reads the variable when
 * it needs it.
 *
 * Choose it for what must be known at load time, and for a few settings of the whole module. What is different for
 * each device is an attribute of the device; what others should be told of, or that must be checked, needs the
 * functions of param_cb_ex.c.
 *
 * Creates	/sys/module/param_ex/parameters/value	0644, an int, initially 0; its C variable has another name
 *						level	0444, a byte, initially 3
 *						label	0644, a string, initially "none"
 *						list	0644, up to four ints, initially empty
 *		and the parameter secret, which has mode 0 and therefore no file
 *
 * What goes wrong: a string that is written is freed under those who read the variable without kernel_param_lock(); a
 * string keeps the newline that echo appends; an array says how many it got only through a second variable.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>

static int test_value;
module_param_named(value, test_value, int, 0644);
MODULE_PARM_DESC(value, "a test value");

static unsigned char level = 3;
module_param(level, byte, 0444);
MODULE_PARM_DESC(level, "0 to 255, only at load time");

static char *label = "none";
module_param(label, charp, 0644);
MODULE_PARM_DESC(label, "a name, at most 1024 characters");

static int list[4];
static unsigned int list_length;
module_param_array(list, int, &list_length, 0644);
MODULE_PARM_DESC(list, "up to four numbers, separated by commas");

static int secret;
module_param(secret, int, 0);
MODULE_PARM_DESC(secret, "a number that no file shows");

/* The lock keeps writers out, who may replace the string. */
static void say(const char *when)
{
	kernel_param_lock(THIS_MODULE);
	pr_info("%s: value %d level %u label %s secret %d numbers %u\n", when, test_value, level, label, secret,
		list_length);
	kernel_param_unlock(THIS_MODULE);
}

/* The parameters of insmod are set before this is called. */
static int __init param_ex_init(void)
{
	say("loaded");
	return 0;
}

static void __exit param_ex_exit(void)
{
	say("unloaded");
}

module_init(param_ex_init);
module_exit(param_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: module parameters");
