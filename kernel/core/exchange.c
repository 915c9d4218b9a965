// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exchange: one request and its reply over a file, in the ABI's messages. A write() is
 * copied in whole before anything runs, the reply waits in kernel memory and is copied
 * out in pieces: a stalled program stalls only itself.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../message.h"

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
	kulink_reply_free(&ex->reply);
	ex->taken = 0;
}

void kulink_exchange_destroy(struct kulink_exchange *ex)
{
	drop_reply(ex);
	mutex_destroy(&ex->lock);
}
EXPORT_SYMBOL_GPL(kulink_exchange_destroy);

static int run_locked(struct kulink_exchange *ex, const struct kulink_peer *peer,
		      struct kulink_service *service, const void *message, size_t len)
{
	int err;

	if (ex->pending)
		return -EBUSY;
	err = kulink_message_run(peer, service, message, len, &ex->reply);
	if (!err)
		WRITE_ONCE(ex->pending, true);
	return err;
}

ssize_t kulink_exchange_write(struct kulink_exchange *ex, const struct kulink_peer *peer,
			      struct kulink_service *service, const char __user *buf, size_t len)
{
	void *message;
	ssize_t ret;

	if (len < sizeof(struct kulink_msg))
		return -EINVAL;
	if (len - sizeof(struct kulink_msg) > KULINK_CALL_MAX)
		return -EMSGSIZE;
	if (kulink_exchange_pending(ex))
		return -EBUSY;

	message = kvmalloc(len, GFP_KERNEL_ACCOUNT);
	if (!message)
		return -ENOMEM;
	ret = -EFAULT;
	if (copy_from_user(message, buf, len))
		goto free;
	ret = -ERESTARTSYS;
	if (mutex_lock_interruptible(&ex->lock))
		goto free;
	ret = run_locked(ex, peer, service, message, len) ?: len;
	mutex_unlock(&ex->lock);
free:
	kvfree(message);
	return ret;
}
EXPORT_SYMBOL_GPL(kulink_exchange_write);

ssize_t kulink_exchange_read(struct kulink_exchange *ex, char __user *buf, size_t len)
{
	ssize_t ret = 0;

	if (mutex_lock_interruptible(&ex->lock))
		return -ERESTARTSYS;
	if (ex->pending) {
		ret = kulink_message_copy(&ex->reply.head, kulink_reply_payload(&ex->reply),
					  &ex->taken, buf, len);
		if (ex->taken == ex->reply.head.len)
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
