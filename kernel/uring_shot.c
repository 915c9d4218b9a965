// SPDX-License-Identifier: GPL-2.0-only
/*
 * uring: events that come by themselves, as completions of one command, in buffers that the program has
 * provided. The command lies at the file until the end of the events or of the buffers.
 *
 * Whatever gives to it or ends it does so in the task that submitted it, with its ring locked by
 * io_uring: when it is submitted, as work of that task's, or when io_uring cancels. So none of them meets
 * another one. Who emits an event is anywhere, and only has that work queued.
 */
#include "uring.h"

#if KULINK_URING_MULTISHOT

static void shot_ready(struct io_tw_req request, io_tw_token_t token);

/* Whether there is one that nobody gives to; then it is the caller's */
static bool claim(struct uring_events *events, struct io_uring_cmd **shot)
{
	unsigned long flags;
	bool mine;

	spin_lock_irqsave(&events->shot_lock, flags);
	*shot = events->shot;
	mine = *shot && !events->shot_busy;
	if (mine)
		events->shot_busy = true;
	spin_unlock_irqrestore(&events->shot_lock, flags);
	return mine;
}

static void lay_down(struct uring_events *events, bool over)
{
	unsigned long flags;

	spin_lock_irqsave(&events->shot_lock, flags);
	events->shot_busy = false;
	if (over)
		events->shot = NULL;
	spin_unlock_irqrestore(&events->shot_lock, flags);
}

void kulink_uring_shot_wake(struct uring_events *events)
{
	struct io_uring_cmd *shot;

	if (claim(events, &shot))
		io_uring_cmd_complete_in_task(shot, shot_ready);
}

void kulink_uring_shot_stop(struct uring_events *events)
{
	WRITE_ONCE(events->shot_stopped, true);
	kulink_uring_shot_wake(events);
}

/* A buffer full; 0: there is nothing, 1: there may be more, -errno: that is its end */
static int give(struct uring_events *events, struct io_uring_cmd *cmd, unsigned int flags)
{
	struct io_br_sel sel;
	struct iov_iter to;
	size_t len = 0;
	int err;

	guard(mutex)(&events->lock);
	err = kulink_uring_start(events);
	if (err)
		return err == -EAGAIN ? 0 : err;
	sel = io_uring_cmd_buffer_select(cmd, events->shot_group, &len, flags);
	if (!sel.addr || sel.val < 0)
		return sel.addr ? sel.val : -ENOBUFS;
	iov_iter_ubuf(&to, ITER_DEST, sel.addr, len);
	sel.val = access_ok(sel.addr, len) ? kulink_uring_take(events, &to) : -EFAULT;
	err = sel.val < 0 ? sel.val : -EOVERFLOW;
	return io_uring_mshot_cmd_post_cqe(cmd, &sel, flags) ? err : 1;
}

static int give_all(struct uring_events *events, struct io_uring_cmd *cmd, unsigned int flags)
{
	int more;

	do {
		if (READ_ONCE(events->shot_stopped))
			return -ECANCELED;
		if (kulink_file_check(events->file, &kulink_uring) == -EOPNOTSUPP)
			return -EOPNOTSUPP;
		more = give(events, cmd, flags);
	} while (more > 0);
	return more;
}

static void finish(struct uring_events *events, struct io_uring_cmd *cmd, int err,
		   unsigned int flags)
{
	lay_down(events, true);
	kulink_uring_done(cmd, err, flags);
}

/* What comes while it is laid down is looked for once more */
static void deliver(struct uring_events *events, struct io_uring_cmd *cmd, unsigned int flags)
{
	struct io_uring_cmd *again;
	int err;

	do {
		err = give_all(events, cmd, flags);
		if (err) {
			finish(events, cmd, err, flags);
			return;
		}
		lay_down(events, false);
	} while ((kulink_event_pending(&events->sub) || READ_ONCE(events->shot_stopped)) &&
		 claim(events, &again));
}

static void shot_ready(struct io_tw_req request, io_tw_token_t token)
{
	struct io_uring_cmd *cmd = io_uring_cmd_from_tw(request);
	struct uring_events *events = kulink_uring_events_of(cmd->file->private_data);

	if (token.cancel)
		finish(events, cmd, -ECANCELED, IO_URING_CMD_TASK_WORK_ISSUE_FLAGS);
	else
		deliver(events, cmd, IO_URING_CMD_TASK_WORK_ISSUE_FLAGS);
}

int kulink_uring_shot(struct kulink_file *file, const struct uring_request *rq)
{
	struct uring_events *events = kulink_uring_events_of(file);

	if (!events || rq->args.buffer || rq->args.request_len || rq->args.room)
		return -EINVAL;
	if (rq->flags & IO_URING_F_UNLOCKED)
		return -EOPNOTSUPP;	/* a worker cannot wait for ever */
	spin_lock_irq(&events->shot_lock);
	if (events->shot) {
		spin_unlock_irq(&events->shot_lock);
		return -EBUSY;
	}
	events->shot = rq->cmd;
	events->shot_busy = true;
	events->shot_stopped = false;
	events->shot_group = READ_ONCE(rq->cmd->sqe->buf_group);
	spin_unlock_irq(&events->shot_lock);

	io_uring_cmd_mark_cancelable(rq->cmd, rq->flags);
	deliver(events, rq->cmd, rq->flags);
	return 0;
}

/* Its work is under way: that ends it */
void kulink_uring_shot_cancel(struct kulink_file *file, struct io_uring_cmd *cmd,
			      unsigned int flags)
{
	struct uring_events *events = kulink_uring_events_of(file);
	struct io_uring_cmd *shot;

	WRITE_ONCE(events->shot_stopped, true);
	if (claim(events, &shot))
		finish(events, cmd, -ECANCELED, flags);
}

#endif /* KULINK_URING_MULTISHOT */
