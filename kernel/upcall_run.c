// SPDX-License-Identifier: GPL-2.0-only
/*
 * upcall: starting programs. Which one, how many, and what became of them.
 *
 * A program may outlive the module: nothing that the kernel touches when it ends is ours. All that
 * it was given lies in the allocation of its struct subprocess_info, which the kernel frees, and
 * there is neither an init nor a cleanup callback. Whoever waits for it is a thread of ours that a
 * SIGKILL ends, and that is gone before the module is.
 */
#include <linux/capability.h>
#include <linux/ctype.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/umh.h>
#include <linux/wait.h>

#include "upcall.h"

#define PATH_SIZE	256
#define RATE_MAX	1000U
#define PROGRAMS_MAX	64U
#define BACKLOG_MAX	1024U
/* How often somebody who waits looks: often enough for the finest rate, and for the hung task detector */
#define LOOK		max_t(long, HZ / 100, 1)
#define LOOK_LONG	(10 * HZ)

static DEFINE_SPINLOCK(lock);		/* guards what follows; process context */
static char path[PATH_SIZE];
static unsigned int rate = 20;
static unsigned int programs = 4;
static unsigned int backlog = 16;
static u64 credit_ns = NSEC_PER_SEC;	/* a program costs a second by the rate */
static u64 credit_at;
static unsigned int running;
static struct {
	unsigned long run, failed, nonzero, killed, suppressed, abandoned;
} counts;

static DECLARE_WAIT_QUEUE_HEAD(turns);

#ifdef CONFIG_STATIC_USERMODEHELPER
/* An empty one is the kernel's way to start nothing at all, and say that it did. */
#define NOTHING_RUNS	(sizeof(CONFIG_STATIC_USERMODEHELPER_PATH) == 1)
#else
#define NOTHING_RUNS	false
#endif

/* An absolute path, or nothing: off. A newline at its end is echo's. */
static int program_set(const char *value, const struct kernel_param *kp)
{
	size_t len = strcspn(value, "\n"), i;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (value[len] && value[len + 1])
		return -EINVAL;
	if (len >= sizeof(path))
		return -ENAMETOOLONG;
	for (i = 0; i < len; i++)
		if (iscntrl(value[i]))
			return -EINVAL;
	if (len && value[0] != '/')
		return -EINVAL;
	if (len && NOTHING_RUNS)
		return -EOPNOTSUPP;
	spin_lock(&lock);
	memcpy(path, value, len);
	path[len] = '\0';
	spin_unlock(&lock);
	return 0;
}

static int program_get(char *buffer, const struct kernel_param *kp)
{
	int len;

	spin_lock(&lock);
	len = sysfs_emit(buffer, "%s\n", path);
	spin_unlock(&lock);
	return len;
}

static const struct kernel_param_ops program_ops = { .set = program_set, .get = program_get };
module_param_cb(path, &program_ops, NULL, 0644);
MODULE_PARM_DESC(path, "absolute path of the program that each event starts; empty: off");

/* From 1 to a limit; a new rate begins with a full second. */
static int limit_set(const char *value, const struct kernel_param *kp, unsigned int max)
{
	unsigned int number;
	int err = kstrtouint(value, 0, &number);

	if (err)
		return err;
	if (!number || number > max)
		return -ERANGE;
	spin_lock(&lock);
	*(unsigned int *)kp->arg = number;
	credit_ns = NSEC_PER_SEC;
	spin_unlock(&lock);
	wake_up_all(&turns);
	return 0;
}

static int rate_set(const char *value, const struct kernel_param *kp)
{
	return limit_set(value, kp, RATE_MAX);
}

static int programs_set(const char *value, const struct kernel_param *kp)
{
	return limit_set(value, kp, PROGRAMS_MAX);
}

static int backlog_set(const char *value, const struct kernel_param *kp)
{
	return limit_set(value, kp, BACKLOG_MAX);
}

static const struct kernel_param_ops rate_ops = { .set = rate_set, .get = param_get_uint };
static const struct kernel_param_ops programs_ops = { .set = programs_set, .get = param_get_uint };
static const struct kernel_param_ops backlog_ops = { .set = backlog_set, .get = param_get_uint };

module_param_cb(rate, &rate_ops, &rate, 0644);
MODULE_PARM_DESC(rate, "programs a second, 1 to 1000 (20)");
module_param_cb(programs, &programs_ops, &programs, 0644);
MODULE_PARM_DESC(programs, "programs at a time, 1 to 64 (4)");
module_param_cb(backlog, &backlog_ops, &backlog, 0644);
MODULE_PARM_DESC(backlog, "events of a name that wait for their program, 1 to 1024 (16); older ones are given up");

static int statistics_get(char *buffer, const struct kernel_param *kp)
{
	int len;

	spin_lock(&lock);
	len = sysfs_emit(buffer,
			 "running\t%u\nrun\t%lu\nfailed\t%lu\nnonzero\t%lu\nkilled\t%lu\nsuppressed\t%lu\nabandoned\t%lu\n",
			 running, counts.run, counts.failed, counts.nonzero, counts.killed,
			 counts.suppressed, counts.abandoned);
	spin_unlock(&lock);
	return len;
}

static const struct kernel_param_ops statistics_ops = { .get = statistics_get };
module_param_cb(statistics, &statistics_ops, NULL, 0444);
MODULE_PARM_DESC(statistics, "what became of the programs");

bool kulink_upcall_is_on(void)
{
	return READ_ONCE(path[0]);
}

/* A second's worth of programs at most comes together. */
static void earn(void)
{
	u64 now = ktime_get_ns();

	credit_ns = min_t(u64, credit_ns + (now - credit_at), NSEC_PER_SEC);
	credit_at = now;
}

static bool take_turn(void)
{
	bool free;
	u64 cost;

	spin_lock(&lock);
	earn();
	cost = div_u64(NSEC_PER_SEC, rate);
	free = credit_ns >= cost && running < programs;
	if (free) {
		credit_ns -= cost;
		running++;
	}
	spin_unlock(&lock);
	return free;
}

static void end_turn(void)
{
	spin_lock(&lock);
	running--;
	spin_unlock(&lock);
	wake_up_all(&turns);
}

static bool is_leaving(const struct upcall *upcall)
{
	/* then @deadline is there, too: kulink_upcall_leave() */
	return smp_load_acquire(&upcall->leaving);
}

static bool is_late(const struct upcall *upcall)
{
	return is_leaving(upcall) && time_after_eq(jiffies, upcall->deadline);
}

static bool has_run(const struct upcall *upcall)
{
	/* then @result is there, too: wait_for_program() */
	return smp_load_acquire(&upcall->ran);
}

/* Enough newer ones of its name wait */
static bool is_old(struct upcall *upcall, unsigned int event, u64 seq)
{
	return kulink_event_seq(upcall->stream.service, event) - seq >= READ_ONCE(backlog);
}

bool kulink_upcall_begin(struct upcall *upcall, unsigned int event, u64 seq)
{
	bool mine = false;

	while (!mine && !is_late(upcall) && !is_old(upcall, event, seq) && kulink_upcall_is_on())
		wait_event_timeout(turns, (mine = take_turn()), LOOK);
	if (mine)
		return true;
	spin_lock(&lock);
	counts.suppressed++;
	spin_unlock(&lock);
	return false;
}

/* Memory of the info itself, so that kfree() of it, the kernel's, ends all of it */
struct block {
	struct subprocess_info info;
	char path[PATH_SIZE];
	char *argv[ARGUMENTS];
	char *envp[VARIABLES_MAX + 1];
	char text[];
};

static void fill(struct block *block, char *arguments[ARGUMENTS],
		 const struct kulink_variables *vars, char *to)
{
	unsigned int i;

	memcpy(block->text, vars->text, vars->len);
	for (i = 0; i < vars->n; i++)
		block->envp[i] = block->text + (vars->list[i] - vars->text);
	block->envp[i] = NULL;
	block->argv[0] = block->path;
	for (i = 1; arguments[i]; i++) {
		block->argv[i] = to;
		memcpy(to, arguments[i], strlen(arguments[i]) + 1);
		to += strlen(arguments[i]) + 1;
	}
	block->argv[i] = NULL;
	block->info.argv = block->argv;
	block->info.envp = block->envp;
}

/* NULL: no memory, or it was switched off meanwhile */
static struct subprocess_info *prepare(char *arguments[ARGUMENTS],
				       const struct kulink_variables *vars)
{
	size_t size = vars->len;
	struct subprocess_info *info;
	char now[PATH_SIZE];
	struct block *block;
	unsigned int i;

	spin_lock(&lock);
	strscpy(now, path, sizeof(now));
	spin_unlock(&lock);
	for (i = 1; arguments[i]; i++)
		size += strlen(arguments[i]) + 1;
	info = now[0] ? call_usermodehelper_setup(now, NULL, NULL, GFP_KERNEL, NULL, NULL, NULL) :
			NULL;
	if (!info)
		return NULL;
	block = krealloc(info, struct_size(block, text, size), GFP_KERNEL);
	if (!block) {
		kfree(info);
		return NULL;
	}
	/*
	 * It was nowhere queued yet, but it has moved. What lockdep knows it by stays the kernel's own:
	 * INIT_WORK() would put in a key of this module, which may be gone before the work has ended.
	 */
	__init_work(&block->info.work, 0);
	INIT_LIST_HEAD(&block->info.work.entry);
	strscpy(block->path, now, sizeof(block->path));
	if (block->info.path == now)	/* else it is the one of CONFIG_STATIC_USERMODEHELPER */
		block->info.path = block->path;
	fill(block, arguments, vars, block->text + vars->len);
	return &block->info;
}

/*
 * A SIGKILL that comes before it is allowed is ignored; but then abandon was set before it was
 * sent, and sending took the same lock as allowing does.
 */
static int wait_for_program(void *data)
{
	struct upcall *upcall = data;

	allow_kernel_signal(SIGKILL);
	if (READ_ONCE(upcall->abandon)) {
		kfree(upcall->info);
		upcall->result = -EINTR;
	} else {
		upcall->result = call_usermodehelper_exec(upcall->info,
							  UMH_WAIT_PROC | UMH_KILLABLE);
	}
	/* Pairs with has_run() */
	smp_store_release(&upcall->ran, true);
	wake_up_all(&turns);
	return 0;
}

/* Until it has ended or, when we must leave, is late: then it is left to itself. */
static void await(struct upcall *upcall, struct task_struct *thread)
{
	while (!wait_event_timeout(turns, has_run(upcall) || is_leaving(upcall), LOOK_LONG))
		;
	while (!has_run(upcall) && !is_late(upcall))
		wait_event_timeout(turns, has_run(upcall), LOOK);
	if (has_run(upcall))
		return;
	WRITE_ONCE(upcall->abandon, true);
	send_sig(SIGKILL, thread, 1);
	wait_event(turns, has_run(upcall));
}

/* As of wait(2), an error of exec's, or why we could not even wait */
static int run(struct upcall *upcall)
{
	struct task_struct *thread = kthread_create(wait_for_program, upcall, "kulink_upcall");

	if (IS_ERR(thread)) {
		kfree(upcall->info);
		return PTR_ERR(thread);
	}
	get_task_struct(thread);
	upcall->ran = false;
	wake_up_process(thread);
	await(upcall, thread);
	kthread_stop(thread);
	put_task_struct(thread);
	return upcall->result;
}

static void count(int result)
{
	spin_lock(&lock);
	if (result == -ERESTARTSYS || result == -EINTR)
		counts.abandoned++;
	else if (result < 0)
		counts.failed++;
	else
		counts.run++;
	if (result > 0 && result & 0x7f)
		counts.killed++;
	else if (result > 0)
		counts.nonzero++;
	spin_unlock(&lock);
}

/* -EBUSY: user space is frozen, or not there yet; an event does not get lost by that. */
bool kulink_upcall_run(struct upcall *upcall, char *arguments[ARGUMENTS],
		       const struct kulink_variables *vars)
{
	int result;

	do {
		upcall->info = prepare(arguments, vars);
		result = upcall->info ? run(upcall) : -ENOMEM;
		if (result == -EBUSY)
			wait_event_timeout(turns, is_leaving(upcall), HZ / 10);
	} while (result == -EBUSY && !is_late(upcall));
	end_turn();
	count(result);
	return result >= 0 || result == -ERESTARTSYS;
}

void kulink_upcall_start(char *arguments[ARGUMENTS], const struct kulink_variables *vars)
{
	struct subprocess_info *info = prepare(arguments, vars);

	if (info)
		count(call_usermodehelper_exec(info, UMH_NO_WAIT));
}

void kulink_upcall_leave(struct upcall *upcall, unsigned int ms)
{
	upcall->deadline = jiffies + msecs_to_jiffies(ms);
	/* Pairs with is_leaving() */
	smp_store_release(&upcall->leaving, true);
	wake_up_all(&turns);
}
