// SPDX-License-Identifier: GPL-2.0-only
/*
 * eventfd: each event emitted adds one to a counter that the program waits on.
 *
 * When to choose it: a program that only has to know that something has happened, and how
 * often, in the loop it has already (epoll, io_uring, an irqfd of KVM): eight bytes a read, nothing to
 * parse, nothing to overflow. The driver's other parts are there to be asked then.
 *
 * It creates nothing: a program registers its eventfd for an event by KULINK_IOC_EVENTFD_ADD
 * on the node /dev/kulink/SERVICE, which it must have open for reading; the event's mode decides with the
 * opener's credentials. It ends with KULINK_IOC_EVENTFD_REMOVE or with the last copy of the node's
 * descriptor, not with the eventfd's. The sequence number is told by KULINK_IOC_EVENTFD_STATE: with the counts read
 * it says how many were missed. When the driver leaves, the counter is bumped once more.
 *
 * It cannot carry an event's fields or its time: a counter has no place for them.
 * docs/channels/eventfd.md
 */
#include <linux/eventfd.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "dev.h"

/**
 * struct eventfd - an eventfd that is bumped for an event
 * @reg: of the event
 * @ctx: the counter; a reference, so that it outlives its descriptor
 * @missed: bumps that could not be made
 */
struct eventfd {
	struct kulink_registration reg;
	struct eventfd_ctx *ctx;
	u64 missed;
};

static struct kulink_registrations *all_of(struct kulink_file *file)
{
	return kulink_file_state(file, &kulink_eventfd);
}

/*
 * Any context, under the ring's lock. eventfd_signal() takes the lock of the eventfd's wait queue, as
 * any wake-up does. In the midst of another eventfd's wake-up it may not be called: it would
 * nest without bound.
 */
static void eventfd_emitted(struct kulink_subscription *sub, unsigned int event,
			    const struct kulink_event_head *head, const void *record)
{
	struct eventfd *e = container_of(sub, struct eventfd, reg.sub);

	spin_lock(&e->reg.lock);
	if (eventfd_signal_allowed())
		kulink_eventfd_bump(e->ctx);
	else
		e->missed++;
	e->reg.seq = head->seq;
	spin_unlock(&e->reg.lock);
}

static void drop(struct kulink_registrations *all, struct eventfd *e)
{
	kulink_registration_remove(all, &e->reg);
	eventfd_ctx_put(e->ctx);
	kfree(e);
}

static struct eventfd *find(struct kulink_file *file, const char *name,
			    const struct eventfd_ctx *ctx)
{
	struct eventfd *e;

	list_for_each_entry(e, &all_of(file)->list, reg.node) {
		if (e->ctx == ctx && !strcmp(kulink_event_name(file->service, e->reg.event), name))
			return e;
	}
	return NULL;
}

/* Those of before the service was taken off the channel make room */
static void drop_ended(struct kulink_registrations *all)
{
	struct eventfd *e, *next;

	list_for_each_entry_safe(e, next, &all->list, reg.node) {
		if (!e->reg.live)
			drop(all, e);
	}
}

/* Takes over @ctx, unless it fails. Under the list's lock, as all that follows */
static int add(struct kulink_file *file, struct kulink_ioc_eventfd *args, struct eventfd_ctx *ctx)
{
	struct kulink_registrations *all = all_of(file);
	struct eventfd *e;
	int event, err;

	drop_ended(all);
	event = kulink_registration_may(file, &kulink_eventfd, all, args->name);
	if (event < 0 && event != -ENOSPC)
		return event;
	if (find(file, args->name, ctx))
		return -EEXIST;
	if (event < 0)
		return event;
	e = kzalloc(sizeof(*e), GFP_KERNEL_ACCOUNT);
	if (!e)
		return -ENOMEM;
	e->ctx = ctx;
	err = kulink_registration_add(file, all, &e->reg, event, eventfd_emitted);
	if (err) {
		kfree(e);
		return err;
	}
	return 0;
}

static void tell(struct kulink_ioc_eventfd *args, struct eventfd *e)
{
	unsigned long flags;

	spin_lock_irqsave(&e->reg.lock, flags);
	args->first = e->reg.first;
	args->seq = max(e->reg.first, e->reg.seq);
	args->missed = e->missed;
	spin_unlock_irqrestore(&e->reg.lock, flags);
}

static int run_locked(struct kulink_file *file, unsigned int cmd, struct kulink_ioc_eventfd *args,
		      struct eventfd_ctx *ctx)
{
	bool adding = _IOC_NR(cmd) == _IOC_NR(KULINK_IOC_EVENTFD_ADD);
	bool removing = _IOC_NR(cmd) == _IOC_NR(KULINK_IOC_EVENTFD_REMOVE);
	struct eventfd *e;
	int err;

	err = adding ? add(file, args, ctx) : 0;
	if (err)
		return err;
	e = find(file, args->name, ctx);
	if (!e)
		return -ESRCH;
	args->ended = !e->reg.live;
	if (removing)
		kulink_registration_stop(&e->reg);
	tell(args, e);
	if (removing)
		drop(all_of(file), e);
	return 0;
}

/* Nobody was told that it is there */
static void undo(struct kulink_file *file, const struct kulink_ioc_eventfd *args,
		 const struct eventfd_ctx *ctx)
{
	struct kulink_registrations *all = all_of(file);
	struct eventfd *e;

	mutex_lock(&all->lock);
	e = find(file, args->name, ctx);
	if (e)
		drop(all, e);
	mutex_unlock(&all->lock);
}

static long eventfd_ioctl(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_registrations *all = all_of(file);
	struct kulink_ioc_eventfd args;
	struct eventfd_ctx *ctx;
	long err;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	if (args.flags || args.reserved || !kulink_name_ends(args.name))
		return -EINVAL;
	ctx = eventfd_ctx_fdget(args.fd);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	mutex_lock(&all->lock);
	err = run_locked(file, cmd, &args, ctx);
	mutex_unlock(&all->lock);
	if (err || _IOC_NR(cmd) != _IOC_NR(KULINK_IOC_EVENTFD_ADD))
		eventfd_ctx_put(ctx);
	if (err)
		return err;
	if (!copy_to_user(arg, &args, sizeof(args)))
		return 0;
	if (_IOC_NR(cmd) == _IOC_NR(KULINK_IOC_EVENTFD_ADD))
		undo(file, &args, ctx);
	return -EFAULT;
}

static int eventfd_open(struct kulink_file *file)
{
	kulink_registrations_init(all_of(file));
	return 0;
}

static void eventfd_release(struct kulink_file *file)
{
	struct kulink_registrations *all = all_of(file);
	struct eventfd *e, *next;

	list_for_each_entry_safe(e, next, &all->list, reg.node)
		drop(all, e);
	mutex_destroy(&all->lock);
}

/* The last bump: who waits asks, and is told that it has ended */
static void eventfd_unpublished(struct kulink_file *file)
{
	struct kulink_registrations *all = all_of(file);
	struct eventfd *e;

	mutex_lock(&all->lock);
	list_for_each_entry(e, &all->list, reg.node) {
		if (!e->reg.live)
			continue;
		kulink_registration_stop(&e->reg);
		kulink_eventfd_bump(e->ctx);
	}
	mutex_unlock(&all->lock);
}

static const struct kulink_dev_ioctl commands[] = {
	{ KULINK_IOC_EVENTFD_ADD, false, eventfd_ioctl },
	{ KULINK_IOC_EVENTFD_REMOVE, true, eventfd_ioctl },
	{ KULINK_IOC_EVENTFD_STATE, true, eventfd_ioctl },
	{}
};

struct kulink_dev_channel kulink_eventfd = {
	.base = {
		.name = "eventfd",
		.carries = KULINK_EVENTS,
	},
	.state = sizeof(struct kulink_registrations),
	.open = eventfd_open,
	.release = eventfd_release,
	.unpublished = eventfd_unpublished,
	.ioctls = commands,
};
