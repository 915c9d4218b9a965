// SPDX-License-Identifier: GPL-2.0-only
/*
 * uring: messages by io_uring, as commands of the device node.
 *
 * When to choose it: many requests at once, one system call for all of them or none (a kernel thread
 * that looks), or requests that take their time while the program does something else.
 *
 * It creates nothing of its own: a program opens the node and submits IORING_OP_URING_CMD with an ioctl's
 * command, which does here what it does there, or with KULINK_URING_MESSAGE, which can use a registered
 * buffer; each part's mode decides with the opener's credentials. A request is run where it is
 * submitted, unless the program says IOSQE_ASYNC: then a worker of the program's runs it, and a call
 * that waits ends with -EINTR when it is cancelled.
 *
 * What is in the submission is read once: its memory is the program's. Where io_uring is off
 * (kernel.io_uring_disabled, seccomp) there is no such channel. docs/channels/uring.md
 */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "uring.h"

#define URING_OPS	(BIT(KULINK_OP_GET) | BIT(KULINK_OP_SET) | BIT(KULINK_OP_CALL) | \
			 BIT(KULINK_OP_DUMP) | BIT(KULINK_OP_PAGE) | BIT(KULINK_OP_INFO))

/* Most requests are short: such a one needs no memory of its own */
#define SHORT_REQUEST	384

int kulink_uring_buffer(const struct uring_request *rq, size_t len, int direction,
			struct iov_iter *iter)
{
	void __user *memory = u64_to_user_ptr(rq->args.buffer);

	if (rq->cmd->flags & IORING_URING_CMD_FIXED)
		return kulink_uring_fixed(rq->args.buffer, len, direction, iter, rq->cmd,
					  rq->flags);
	if (!access_ok(memory, len))
		return -EFAULT;
	iov_iter_ubuf(iter, direction, memory, len);
	return 0;
}

static int take(const struct uring_request *rq, void *message)
{
	struct iov_iter iter;
	int err = kulink_uring_buffer(rq, rq->args.request_len, ITER_SOURCE, &iter);

	if (err)
		return err;
	return copy_from_iter_full(message, rq->args.request_len, &iter) ? 0 : -EFAULT;
}

static int give(const struct uring_request *rq, const struct kulink_reply *reply)
{
	size_t payload = reply->head.len - sizeof(reply->head);
	struct iov_iter iter;
	int err = kulink_uring_buffer(rq, reply->head.len, ITER_DEST, &iter);

	if (err)
		return err;
	if (copy_to_iter(&reply->head, sizeof(reply->head), &iter) != sizeof(reply->head) ||
	    copy_to_iter(kulink_reply_payload(reply), payload, &iter) != payload)
		return -EFAULT;
	return reply->head.len;
}

/* @message: room for the request */
static int run(struct kulink_file *file, const struct uring_request *rq, void *message)
{
	const struct kulink_peer peer = {
		.cred = file->cred,
		.ops = URING_OPS,
		.reply_max = rq->args.room,
		.hook = kulink_uring_subscribe,
		.ctx = file,
	};
	struct kulink_reply reply;
	int ret = take(rq, message);

	if (!ret)
		ret = kulink_message_run(&peer, file->service, message, rq->args.request_len,
					 &reply);
	if (ret)
		return ret;
	ret = give(rq, &reply);
	kulink_reply_free(&reply);
	return ret;
}

static int run_message(struct kulink_file *file, const struct uring_request *rq)
{
	u8 brief[SHORT_REQUEST] __aligned(8);
	size_t len = rq->args.request_len;
	void *message;
	int ret;

	if (file->may != (MAY_READ | MAY_WRITE))
		return -EACCES;
	if (len < sizeof(struct kulink_msg))
		return -EINVAL;
	if (len - sizeof(struct kulink_msg) > KULINK_CALL_MAX ||
	    rq->args.room < sizeof(struct kulink_msg) || rq->args.room > INT_MAX)
		return -EMSGSIZE;
	if (len <= sizeof(brief))
		return run(file, rq, brief);
	message = kvmalloc(len, GFP_KERNEL_ACCOUNT);
	if (!message)
		return -ENOMEM;
	ret = run(file, rq, message);
	kvfree(message);
	return ret;
}

/* As the ioctl; a driver that was interrupted is told of by its status, nothing restarts */
static int run_ioctl(struct kulink_file *file, const struct uring_request *rq)
{
	unsigned int op = rq->cmd->cmd_op;
	const struct kulink_dev_ioctl *ioctl = kulink_find_ioctl(&kulink_ioctl, op);

	if (!ioctl)
		return -EOPNOTSUPP;
	if (rq->args.request_len || rq->args.room || rq->cmd->flags & IORING_URING_CMD_FIXED)
		return -EINVAL;
	return kulink_status(ioctl->run(file, op, u64_to_user_ptr(rq->args.buffer)));
}

static int run_command(struct kulink_file *file, struct io_uring_cmd *cmd, unsigned int flags)
{
	const struct kulink_uring *sqe = kulink_uring_args(cmd);
	const struct uring_request rq = {
		.cmd = cmd,
		.flags = flags,
		.args = {
			.buffer = READ_ONCE(sqe->buffer),
			.request_len = READ_ONCE(sqe->request_len),
			.room = READ_ONCE(sqe->room),
		},
	};
	bool events = cmd->cmd_op == KULINK_URING_EVENTS;
	/* what was emitted before the driver left can still be taken */
	int err = kulink_file_check(file, &kulink_uring);

	if (err && !(err == -ENODEV && events))
		return err;
	if (kulink_uring_many(cmd))
		return events ? kulink_uring_shot(file, &rq) : -EINVAL;
	if (events)
		return kulink_uring_events(file, &rq);
	if (cmd->cmd_op == KULINK_URING_MESSAGE)
		return run_message(file, &rq);
	return run_ioctl(file, &rq);
}

static int uring_cmd(struct kulink_file *file, struct io_uring_cmd *cmd, unsigned int flags)
{
	int ret;

	/* its submission is long gone */
	if (kulink_uring_cancels(flags)) {
		kulink_uring_shot_cancel(file, cmd, flags);
		return 0;
	}
	ret = run_command(file, cmd, flags);
	if (!ret && kulink_uring_many(cmd))
		return -EIOCBQUEUED;
	if (kulink_uring_returns(ret))
		return ret;
	kulink_uring_done(cmd, ret, flags);
	return -EIOCBQUEUED;
}

struct kulink_dev_channel kulink_uring = {
	.base = {
		.name = "uring",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
	},
	.state = sizeof(struct uring),
	.release = kulink_uring_release,
	.unpublished = kulink_uring_unpublished,
	.poll = kulink_uring_poll,
	.uring = uring_cmd,
};
