// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for a ring's events: for many files by poll(), for one by a command that does nothing else. What
 * is found without a look tells the emitter nothing, and so it need not wake anybody for the next one.
 */
#include <linux/jiffies.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "mmap.h"

__poll_t kulink_ring_poll(struct kulink_file *file)
{
	struct kulink_map_file *state = kulink_map_file(file);
	__poll_t ready = 0;

	mutex_lock(&state->lock);
	if (state->ring)
		ready = kulink_ring_look(state->ring);
	mutex_unlock(&state->lock);
	return ready;
}

/* 1: there is something, 0: the next event wakes us, -ESRCH */
static int look(struct kulink_file *file)
{
	struct kulink_map_file *state = kulink_map_file(file);
	int ready = -ESRCH;

	mutex_lock(&state->lock);
	if (state->ring)
		ready = kulink_ring_readable(state->ring) || kulink_ring_look(state->ring);
	mutex_unlock(&state->lock);
	return ready;
}

static long wait(struct kulink_file *file, long timeout)
{
	DEFINE_WAIT_FUNC(entry, woken_wake_function);
	int ready;

	add_wait_queue(&file->wait, &entry);
	ready = look(file);
	if (!ready && timeout) {
		timeout = wait_woken(&entry, TASK_INTERRUPTIBLE, timeout);
		/* who wakes us has looked */
		ready = timeout && !signal_pending(current) ? 1 : look(file);
	}
	remove_wait_queue(&file->wait, &entry);
	if (ready)
		return min(ready, 0);
	return timeout ? -ERESTARTNOHAND : -ETIMEDOUT;
}

long kulink_ring_wait(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_ioc_wait args;
	long err;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	if (args.flags)
		return -EINVAL;
	return wait(file, args.timeout_ms < 0 ? MAX_SCHEDULE_TIMEOUT : msecs_to_jiffies(args.timeout_ms));
}
