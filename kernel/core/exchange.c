// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exchange: one request and its reply over a file, in the ABI's messages. A write() is
 * copied in whole before anything runs, the reply waits in kernel memory and is copied
 * out in pieces: the driver never sees user space, a stalled program stalls only itself.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../channel.h"

/* A request in kernel memory, with what comes of it */
struct request {
	struct kulink_service *service;
	const struct cred *cred;
	const struct kulink_msg *msg;
	const void *payload;
	size_t payload_len;
	/* the reply's payload: one of these, or neither */
	void *reply;
	size_t reply_len;
	struct kulink_snapshot *snapshot;
};

void kulink_exchange_init(struct kulink_exchange *ex)
{
	memset(ex, 0, sizeof(*ex));
	mutex_init(&ex->lock);
}
EXPORT_SYMBOL_GPL(kulink_exchange_init);

/* Forget the reply. Under the lock, or when nobody else is left */
static void drop_reply(struct kulink_exchange *ex)
{
	WRITE_ONCE(ex->pending, false);
	kvfree(ex->payload);
	ex->payload = NULL;
	if (ex->snapshot)
		kulink_snapshot_put(ex->snapshot);
	ex->snapshot = NULL;
	ex->taken = 0;
}

void kulink_exchange_destroy(struct kulink_exchange *ex)
{
	drop_reply(ex);
	mutex_destroy(&ex->lock);
}
EXPORT_SYMBOL_GPL(kulink_exchange_destroy);

static int resolve(const struct request *rq, u32 kind, int want)
{
	return kulink_resolve(rq->service, rq->cred, MAY_READ | MAY_WRITE, kind,
			      rq->msg->part, want);
}

static int run_get(struct request *rq)
{
	struct kulink_datum *datum;
	int i, err;

	if (rq->payload_len)
		return -EINVAL;
	i = resolve(rq, KULINK_VALUES, MAY_READ);
	if (i < 0)
		return i;
	datum = kvzalloc(sizeof(*datum), GFP_KERNEL_ACCOUNT);
	if (!datum)
		return -ENOMEM;
	err = kulink_value_get(rq->service, i, datum);
	if (err) {
		kvfree(datum);
		return err;
	}
	rq->reply = datum;
	rq->reply_len = sizeof(*datum);
	return 0;
}

static int run_set(struct request *rq)
{
	struct kulink_datum datum;
	int i;

	if (rq->payload_len < sizeof(datum))
		return -EINVAL;
	if (memchr_inv(rq->payload + sizeof(datum), 0, rq->payload_len - sizeof(datum)))
		return -E2BIG;
	memcpy(&datum, rq->payload, sizeof(datum));

	i = resolve(rq, KULINK_VALUES, MAY_WRITE);
	if (i < 0)
		return i;
	return kulink_value_set(rq->service, i, &datum);
}

static int run_call(struct request *rq)
{
	int i = resolve(rq, KULINK_CALLS, 0);

	if (i < 0)
		return i;
	return kulink_call_run(rq->service, i, rq->payload, rq->payload_len,
			       &rq->reply, &rq->reply_len);
}

static int run_dump(struct request *rq)
{
	struct kulink_snapshot *snapshot;
	int i;

	if (rq->payload_len)
		return -EINVAL;
	i = resolve(rq, KULINK_TABLES, 0);
	if (i < 0)
		return i;
	snapshot = kulink_snapshot_take(rq->service, i);
	if (IS_ERR(snapshot))
		return PTR_ERR(snapshot);
	if (snapshot->size > U32_MAX - sizeof(*rq->msg)) {
		kulink_snapshot_put(snapshot);
		return -EMSGSIZE;
	}
	rq->snapshot = snapshot;
	rq->reply_len = snapshot->size;
	return 0;
}

/* An empty name is the file's own service */
static int check_service(const struct request *rq)
{
	const char *name = rq->msg->service;

	if (name[0] && strcmp(name, kulink_service_name(rq->service)))
		return -ENOENT;
	return 0;
}

static int run(struct request *rq, u32 ops)
{
	u16 op = rq->msg->op;
	int err = check_service(rq);

	if (err)
		return err;
	if (op >= BITS_PER_TYPE(ops) || !(ops & BIT(op)))
		return -EOPNOTSUPP;

	switch (op) {
	case KULINK_OP_GET:
		return run_get(rq);
	case KULINK_OP_SET:
		return run_set(rq);
	case KULINK_OP_CALL:
		return run_call(rq);
	case KULINK_OP_DUMP:
		return run_dump(rq);
	default:
		return -EOPNOTSUPP;
	}
}

static bool name_ok(const char name[KULINK_NAME_SIZE])
{
	const char *end = memchr(name, 0, KULINK_NAME_SIZE);

	return end && !memchr_inv(end, 0, name + KULINK_NAME_SIZE - end);
}

static int check(const struct kulink_msg *msg, size_t len)
{
	if (msg->abi != KULINK_ABI)
		return -EPROTONOSUPPORT;
	if (msg->len != len || msg->status)
		return -EINVAL;
	if (!name_ok(msg->service) || !name_ok(msg->part))
		return -EINVAL;
	return 0;
}

/* A driver that was interrupted: the message tells it, nothing restarts */
static int reply_status(int err)
{
	switch (err) {
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
		return -EINTR;
	default:
		return err;
	}
}

static void keep_reply(struct kulink_exchange *ex, const struct request *rq, int err)
{
	ex->head = (struct kulink_msg){
		.len = sizeof(ex->head) + (err ? 0 : rq->reply_len),
		.abi = KULINK_ABI,
		.op = rq->msg->op,
		.id = rq->msg->id,
		.status = reply_status(err),
	};
	strscpy_pad(ex->head.service, kulink_service_name(rq->service),
		    sizeof(ex->head.service));
	memcpy(ex->head.part, rq->msg->part, sizeof(ex->head.part));

	ex->payload = rq->reply;
	ex->snapshot = rq->snapshot;
	ex->taken = 0;
	WRITE_ONCE(ex->pending, true);
}

ssize_t kulink_exchange_write(struct kulink_exchange *ex, struct kulink_service *service,
			      const struct cred *cred, u32 ops, const char __user *buf, size_t len,
			      int (*hook)(void *ctx, const struct kulink_msg *msg,
					  void **reply, size_t *reply_len), void *ctx)
{
	struct request rq = { .service = service, .cred = cred };
	struct kulink_msg *msg;
	ssize_t ret;

	if (len < sizeof(*msg))
		return -EINVAL;
	if (len - sizeof(*msg) > KULINK_CALL_MAX)
		return -EMSGSIZE;
	if (kulink_exchange_pending(ex))
		return -EBUSY;

	msg = kvmalloc(len, GFP_KERNEL_ACCOUNT);
	if (!msg)
		return -ENOMEM;
	ret = copy_from_user(msg, buf, len) ? -EFAULT : check(msg, len);
	if (ret)
		goto free;
	rq.msg = msg;
	rq.payload = msg + 1;
	rq.payload_len = len - sizeof(*msg);

	if (mutex_lock_interruptible(&ex->lock)) {
		ret = -ERESTARTSYS;
		goto free;
	}
	if (ex->pending) {
		ret = -EBUSY;
		goto unlock;
	}
	ret = hook ? check_service(&rq) : -EOPNOTSUPP;
	if (!ret)
		ret = hook(ctx, msg, &rq.reply, &rq.reply_len);
	if (ret == -EOPNOTSUPP)
		ret = run(&rq, ops);
	keep_reply(ex, &rq, ret);
	ret = len;
unlock:
	mutex_unlock(&ex->lock);
free:
	kvfree(msg);
	return ret;
}
EXPORT_SYMBOL_GPL(kulink_exchange_write);

ssize_t kulink_message_copy(const struct kulink_msg *head, const void *payload,
			    size_t *taken, char __user *buf, size_t len)
{
	size_t n, done = 0;

	if (*taken < sizeof(*head)) {
		n = min(len, sizeof(*head) - *taken);
		if (copy_to_user(buf, (const void *)head + *taken, n))
			return -EFAULT;
		done = n;
	}
	n = min(len - done, head->len - (*taken + done));
	if (n && copy_to_user(buf + done, payload + (*taken + done - sizeof(*head)), n))
		return -EFAULT;
	done += n;
	*taken += done;
	return done;
}
EXPORT_SYMBOL_GPL(kulink_message_copy);

ssize_t kulink_exchange_read(struct kulink_exchange *ex, char __user *buf, size_t len)
{
	const void *payload;
	ssize_t ret = 0;

	if (mutex_lock_interruptible(&ex->lock))
		return -ERESTARTSYS;
	if (ex->pending) {
		payload = ex->snapshot ? (const void *)&ex->snapshot->head : ex->payload;
		ret = kulink_message_copy(&ex->head, payload, &ex->taken, buf, len);
		if (ex->taken == ex->head.len)
			drop_reply(ex);
	}
	mutex_unlock(&ex->lock);
	return ret;
}
EXPORT_SYMBOL_GPL(kulink_exchange_read);

bool kulink_exchange_pending(struct kulink_exchange *ex)
{
	return READ_ONCE(ex->pending);
}
EXPORT_SYMBOL_GPL(kulink_exchange_pending);
