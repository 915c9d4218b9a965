// SPDX-License-Identifier: GPL-2.0-only
/*
 * signal: each event emitted sends a realtime signal to the thread that asked for it.
 *
 * When to choose it: a program that must be interrupted where it is, in a computation that
 * polls nothing. Everything else is better served by a descriptor: eventfd, chardev.
 *
 * It creates nothing: a thread registers itself for an event by KULINK_IOC_SIGNAL_ADD on the node
 * /dev/kulink/SERVICE, open for reading. The event's mode decides, with the opener's credentials then
 * and with the thread's own ones at each delivery. It ends with KULINK_IOC_SIGNAL_REMOVE, with
 * the thread, with an exec, with the last copy of the node's descriptor. Each signal has the low 32 bits
 * of the sequence; KULINK_IOC_SIGNAL_STATE tells what was not delivered, and why.
 *
 * It cannot carry an event's fields: a siginfo has room for one number.
 * docs/channels/signal.md
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "dev.h"

enum outcome {
	QUEUED,
	FULL,
	IGNORED,
	DENIED,
	ABSENT,
	N_OUTCOMES
};

/**
 * struct receiver - a thread that gets a signal for an event
 * @reg: of the event
 * @pid: the thread's; a reference, so that no other thread is ever taken for it
 * @exec_id: of the program it ran when it registered: not for another one
 * @mode: of the event
 * @signo: the signal
 * @counts: of signals, by outcome
 */
struct receiver {
	struct kulink_registration reg;
	struct pid *pid;
	u64 exec_id;
	umode_t mode;
	int signo;
	u64 counts[N_OUTCOMES];
};

static struct kulink_registrations *all_of(struct kulink_file *file)
{
	return kulink_file_state(file, &kulink_signal);
}

/* The thread, if it is there and runs the program that registered. Under RCU */
static struct task_struct *thread_of(const struct receiver *r)
{
	struct task_struct *task = pid_task(r->pid, PIDTYPE_PID);

	if (!task || READ_ONCE(task->flags) & PF_EXITING ||
	    READ_ONCE(task->self_exec_id) != r->exec_id)
		return NULL;
	return task;
}

/*
 * send_sig_info() says 0 of a signal that is ignored, so we look first, as its sig_ignored() does. Its
 * lock is not exported; the actions' memory is a sighand_struct's for as long as RCU is held
 * (SLAB_TYPESAFE_BY_RCU), so the worst is an answer that was true a moment ago.
 */
static bool is_ignored(struct task_struct *task, int signo)
{
	struct sighand_struct *sighand = rcu_dereference(task->sighand);
	__sighandler_t handler;

	if (!sighand || sigismember(&task->blocked, signo) ||
	    sigismember(&task->real_blocked, signo) || READ_ONCE(task->ptrace))
		return false;
	handler = READ_ONCE(sighand->action[signo - 1].sa.sa_handler);
	return handler == SIG_IGN ||
	       (handler == SIG_DFL && READ_ONCE(task->signal->flags) & SIGNAL_UNKILLABLE);
}

/* 0, -EAGAIN: the queue is full, -ESRCH: it has ended */
static int send(struct task_struct *task, int signo, int code, u32 number, int error)
{
	struct kernel_siginfo info;

	clear_siginfo(&info);
	info.si_signo = signo;
	info.si_code = code;
	info.si_errno = error;
	info.si_int = number;
	return send_sig_info(signo, &info, task);
}

/*
 * Any context, hard interrupt included: as kill_fasync() does, it takes the thread's siglock, which is a spinlock that
 * every user takes with interrupts off, wakes it up, and allocates with GFP_ATOMIC. On PREEMPT_RT that lock sleeps, as
 * the ring's does around us: interrupts are threads there.
 */
static enum outcome deliver(struct receiver *r, u64 seq, int error)
{
	struct task_struct *task;
	enum outcome outcome = ABSENT;
	int err;

	rcu_read_lock();
	task = thread_of(r);
	if (!task)
		goto unlock;
	outcome = DENIED;
	if (kulink_permit(r->reg.sub.service, __task_cred(task), r->mode, MAY_READ))
		goto unlock;
	outcome = IGNORED;
	if (is_ignored(task, r->signo))
		goto unlock;
	err = send(task, r->signo, SI_QUEUE, lower_32_bits(seq), error);
	/* Without an entry in the queue it can still be pending: who waits learns of the loss */
	if (err == -EAGAIN)
		send(task, r->signo, SI_USER, 0, 0);
	outcome = !err ? QUEUED : err == -EAGAIN ? FULL : ABSENT;
unlock:
	rcu_read_unlock();
	return outcome;
}

static void signal_emitted(struct kulink_subscription *sub, unsigned int event,
			   const struct kulink_event_head *head, const void *record)
{
	struct receiver *r = container_of(sub, struct receiver, reg.sub);

	spin_lock(&r->reg.lock);
	r->counts[deliver(r, head->seq, 0)]++;
	r->reg.seq = head->seq;
	spin_unlock(&r->reg.lock);
}

static void drop(struct kulink_registrations *all, struct receiver *r)
{
	kulink_registration_remove(all, &r->reg);
	put_pid(r->pid);
	kfree(r);
}

/* The calling thread's */
static struct receiver *find(struct kulink_file *file, const struct kulink_ioc_signal *args)
{
	struct receiver *r;

	list_for_each_entry(r, &all_of(file)->list, reg.node) {
		if (r->pid == task_pid(current) && r->signo == args->signo &&
		    !strcmp(kulink_event_name(file->service, r->reg.event), args->name))
			return r;
	}
	return NULL;
}

/* Those that nothing can come of any more make room */
static void drop_ended(struct kulink_registrations *all)
{
	struct receiver *r, *next;
	bool there;

	list_for_each_entry_safe(r, next, &all->list, reg.node) {
		rcu_read_lock();
		there = thread_of(r);
		rcu_read_unlock();
		if (!r->reg.live || !there)
			drop(all, r);
	}
}

static int add(struct kulink_file *file, const struct kulink_ioc_signal *args)
{
	struct kulink_registrations *all = all_of(file);
	struct receiver *r;
	int event, err;

	drop_ended(all);
	event = kulink_registration_may(file, &kulink_signal, all, args->name);
	if (event < 0 && event != -ENOSPC)
		return event;
	if (find(file, args))
		return -EEXIST;
	if (event < 0)
		return event;
	r = kzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);
	if (!r)
		return -ENOMEM;
	r->mode = kulink_event_mode(file->service, event);
	r->signo = args->signo;
	r->exec_id = current->self_exec_id;
	r->pid = get_task_pid(current, PIDTYPE_PID);
	err = kulink_permit(file->service, current_cred(), r->mode, MAY_READ) ?:
	      kulink_registration_add(file, all, &r->reg, event, signal_emitted);
	if (err) {
		put_pid(r->pid);
		kfree(r);
	}
	return err;
}

static void tell(struct kulink_ioc_signal *args, struct receiver *r)
{
	unsigned long flags;

	spin_lock_irqsave(&r->reg.lock, flags);
	args->first = r->reg.first;
	args->seq = max(r->reg.first, r->reg.seq);
	args->queued = r->counts[QUEUED];
	args->full = r->counts[FULL];
	args->ignored = r->counts[IGNORED];
	args->denied = r->counts[DENIED];
	args->absent = r->counts[ABSENT];
	spin_unlock_irqrestore(&r->reg.lock, flags);
}

static int run_locked(struct kulink_file *file, unsigned int cmd, struct kulink_ioc_signal *args)
{
	bool adding = _IOC_NR(cmd) == _IOC_NR(KULINK_IOC_SIGNAL_ADD);
	bool removing = _IOC_NR(cmd) == _IOC_NR(KULINK_IOC_SIGNAL_REMOVE);
	struct receiver *r;
	int err;

	err = adding ? add(file, args) : 0;
	if (err)
		return err;
	r = find(file, args);
	if (!r)
		return -ESRCH;
	args->ended = !r->reg.live;
	if (removing)
		kulink_registration_stop(&r->reg);
	tell(args, r);
	if (removing)
		drop(all_of(file), r);
	return 0;
}

/* Nobody was told that it is there */
static void undo(struct kulink_file *file, const struct kulink_ioc_signal *args)
{
	struct kulink_registrations *all = all_of(file);
	struct receiver *r;

	mutex_lock(&all->lock);
	r = find(file, args);
	if (r)
		drop(all, r);
	mutex_unlock(&all->lock);
}

static long signal_ioctl(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_registrations *all = all_of(file);
	struct kulink_ioc_signal args;
	long err;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	if (args.flags || args.reserved || !kulink_name_ends(args.name) ||
	    args.signo < SIGRTMIN || args.signo > SIGRTMAX)
		return -EINVAL;
	mutex_lock(&all->lock);
	err = run_locked(file, cmd, &args);
	mutex_unlock(&all->lock);
	if (err)
		return err;
	if (!copy_to_user(arg, &args, sizeof(args)))
		return 0;
	if (_IOC_NR(cmd) == _IOC_NR(KULINK_IOC_SIGNAL_ADD))
		undo(file, &args);
	return -EFAULT;
}

static int signal_open(struct kulink_file *file)
{
	kulink_registrations_init(all_of(file));
	return 0;
}

static void signal_release(struct kulink_file *file)
{
	struct kulink_registrations *all = all_of(file);
	struct receiver *r, *next;

	list_for_each_entry_safe(r, next, &all->list, reg.node)
		drop(all, r);
	mutex_destroy(&all->lock);
}

/* The last signal: nothing follows */
static void signal_unpublished(struct kulink_file *file)
{
	struct kulink_registrations *all = all_of(file);
	struct receiver *r;

	mutex_lock(&all->lock);
	list_for_each_entry(r, &all->list, reg.node) {
		if (!r->reg.live)
			continue;
		kulink_registration_stop(&r->reg);
		deliver(r, max(r->reg.first, r->reg.seq), ENODEV);
	}
	mutex_unlock(&all->lock);
}

static const struct kulink_dev_ioctl commands[] = {
	{ KULINK_IOC_SIGNAL_ADD, false, signal_ioctl },
	{ KULINK_IOC_SIGNAL_REMOVE, true, signal_ioctl },
	{ KULINK_IOC_SIGNAL_STATE, true, signal_ioctl },
	{}
};

struct kulink_dev_channel kulink_signal = {
	.base = {
		.name = "signal",
		.carries = KULINK_EVENTS,
	},
	.state = sizeof(struct kulink_registrations),
	.open = signal_open,
	.release = signal_release,
	.unpublished = signal_unpublished,
	.ioctls = commands,
};
