// SPDX-License-Identifier: GPL-2.0-only
/*
 * signal: interrupt a process and hand it a number
 *
 * A process installs a handler and writes its pid here; the module sends it a signal at once. Signals from 32 on are
 * real-time signals: each is queued, with a 32-bit value of the sender's, where a normal one is only a bit that is set.
 *
 * Choose it to wake a process that waits for nothing else and knows what to do then. For data, or for more than one
 * receiver, a file to poll(), an eventfd or netlink is easier to get right than a handler that may run at any point.
 *
 * Creates	/sys/kernel/debug/signalconfpid, 0200: a pid in decimal
 * Parameters	signal=44, the number; si_kernel=1 to mark it as the kernel's own, which has no value
 *
 * What goes wrong: send_sig_info() asks for no permission, so this must; root may here end any process that its pid
 * namespace shows, for who has no handler for 44 dies of it. A pid kept for later may be someone else's by then: keep a
 * struct pid. A real-time signal is not sent, with EAGAIN, when as many are pending as the receiver's user may have.
 */
#include <linux/capability.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>

#define MAX_WRITE 10
#define VALUE 1234

static int number = 44;
module_param_named(signal, number, int, 0444);
MODULE_PARM_DESC(signal, "the signal's number, 1 to 64");

static bool si_kernel;
module_param(si_kernel, bool, 0444);
MODULE_PARM_DESC(si_kernel, "send it with SI_KERNEL in place of SI_QUEUE");

static struct dentry *file;

/* To that very thread; a signal to any thread of a process, with a value, is not exported to modules. */
static int send_value(struct task_struct *task)
{
	struct kernel_siginfo info;

	clear_siginfo(&info);
	info.si_signo = number;
	info.si_code = si_kernel ? SI_KERNEL : SI_QUEUE;
	info.si_int = VALUE;
	return send_sig_info(number, &info, task);
}

/* The number is looked up among the processes that the writer sees; both references end here. */
static int send_to(int nr)
{
	struct pid *pid = find_get_pid(nr);
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);
	int error;

	put_pid(pid);
	if (!task) {
		pr_info("no such pid\n");
		return -ENODEV;
	}
	error = send_value(task);
	put_task_struct(task);
	if (error)
		pr_info("error sending signal\n");
	return error;
}

/* The signal is pending when this returns, so the writer's handler runs before its write() has. */
static ssize_t write_pid(struct file *filp, const char __user *buffer, size_t count, loff_t *offset)
{
	char text[MAX_WRITE + 1] = "";
	int error, nr;

	if (count > MAX_WRITE)
		return -EINVAL;
	if (!capable(CAP_KILL))
		return -EPERM;
	if (copy_from_user(text, buffer, count))
		return -EFAULT;
	error = kstrtoint(text, 10, &nr);
	if (error)
		return error;
	pr_info("pid = %d\n", nr);
	error = send_to(nr);
	return error ?: count;
}

/* With an owner, the module stays while the file is open. */
static const struct file_operations pid_ops = {
	.owner	= THIS_MODULE,
	.write	= write_pid,
};

static int __init signal_ex_init(void)
{
	if (number < 1 || !valid_signal(number))
		return -EINVAL;
	file = debugfs_create_file("signalconfpid", 0200, NULL, NULL, &pid_ops);
	return PTR_ERR_OR_ZERO(file);
}

static void __exit signal_ex_exit(void)
{
	debugfs_remove(file);
}

module_init(signal_ex_init);
module_exit(signal_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a signal with a value to a process");
