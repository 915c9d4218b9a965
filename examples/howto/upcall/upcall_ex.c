// SPDX-License-Identifier: GPL-2.0-only
/*
 * upcall: the kernel starts a program
 *
 * A thread of the kernel forks and executes a file, as root, with all capabilities, in the namespaces and the root
 * directory of the first process, whoever caused it: with no shell, no terminal, not one open file.
 *
 * Choose it where a program must act and none is running: so the kernel calls modprobe, and core_pattern's program.
 * Where a daemon may run, a uevent or netlink is better: no process an event, and no file that is run as root.
 *
 * Creates	nothing: the program is called once, while the module is loaded
 * Parameters	path=FILE; wait=0 not at all, 1 for its exec, 2 for its end; 5 and 6 the same, unless killed
 *
 * What goes wrong: the arguments must stay where they are until the program has them, which only 1 and 2 tell; with 0
 * a missing file goes unnoticed; with 2, loading takes as long as the program, and one that loads this module again
 * waits for ever; a path that others may write is theirs to be root with. Must be called where one may sleep.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/umh.h>

static char *path = "/usr/local/bin/callee";
module_param(path, charp, 0444);
MODULE_PARM_DESC(path, "the program's absolute path");

static int wait = UMH_WAIT_EXEC;
module_param(wait, int, 0444);
MODULE_PARM_DESC(wait, "0: not at all, 1: for exec, 2: for its end; 5, 6: like 1, 2 unless killed");

static char *environment[] = { "HOME=/", "PATH=/sbin:/usr/sbin:/bin:/usr/bin", NULL };
static char *arguments[] = { NULL, "2", NULL };

/*
 * The kernel has done with the arguments, whether or not anybody waited for that. Up to here the module may not go, for
 * they and this function are in it. All that is left of it after module_put() is to return.
 */
static void done(struct subprocess_info *info)
{
	module_put(THIS_MODULE);
}

/* call_usermodehelper() is these two calls without done(), and so right for those who wait without KILLABLE. */
static int call(void)
{
	struct subprocess_info *info;

	arguments[0] = path;
	info = call_usermodehelper_setup(path, arguments, environment, GFP_KERNEL, NULL, done, NULL);
	if (!info)
		return -ENOMEM;
	__module_get(THIS_MODULE);
	return call_usermodehelper_exec(info, wait);
}

/* An empty path would be a call of nothing that succeeds; one without / would be looked up from /. */
static bool valid(void)
{
	int what = wait & ~UMH_KILLABLE;

	return *path == '/' && (wait == UMH_NO_WAIT || what == UMH_WAIT_EXEC || what == UMH_WAIT_PROC);
}

/* What is returned is an error of exec or, with UMH_WAIT_PROC, a status as of wait(2): exit 1 is 256. */
static int __init upcall_ex_init(void)
{
	int result;

	if (!valid())
		return -EINVAL;
	pr_info("usermodehelper: init\n");
	result = call();
	if (result)
		pr_info("error in call to usermodehelper: %d\n", result);
	else
		pr_info("everything all right\n");
	return 0;
}

static void __exit upcall_ex_exit(void)
{
	pr_info("usermodehelper: exit\n");
}

module_init(upcall_ex_init);
module_exit(upcall_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: start a program");
