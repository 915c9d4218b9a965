// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of an open device node: the two messages by which somebody asks for them, what chardev.c and
 * uring.c share; and registrations: somebody who is told of one event, in the emitter's context, what
 * eventfd.c and signal.c share.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "dev.h"

void kulink_registrations_init(struct kulink_registrations *all)
{
	mutex_init(&all->lock);
	INIT_LIST_HEAD(&all->list);
}

int kulink_registration_may(struct kulink_file *file, const struct kulink_dev_channel *channel,
			    const struct kulink_registrations *all, const char *name)
{
	/* Under the lock: who unpublishes comes after us, then, or has been */
	int err = kulink_file_check(file, channel);
	int event;

	if (err)
		return err;
	event = kulink_resolve(file->service, file->cred, file->may, KULINK_EVENTS, name, 0);
	if (event < 0)
		return event;
	return all->n < KULINK_REGISTRATIONS_MAX ? event : -ENOSPC;
}

/* Nobody sleeps on it: the event itself is told */
static void wake_nobody(struct kulink_subscription *sub)
{
}

int kulink_registration_add(struct kulink_file *file, struct kulink_registrations *all,
			    struct kulink_registration *reg, unsigned int event,
			    void (*emitted)(struct kulink_subscription *sub, unsigned int event,
					    const struct kulink_event_head *head,
					    const void *record))
{
	int err = kulink_subscription_init(&reg->sub, file->service, wake_nobody);

	if (err)
		return err;
	spin_lock_init(&reg->lock);
	reg->event = event;
	reg->live = true;
	reg->sub.emitted = emitted;
	err = kulink_subscribe(&reg->sub, event, &reg->first);
	if (err) {
		kulink_subscription_destroy(&reg->sub);
		return err;
	}
	list_add_tail(&reg->node, &all->list);
	all->n++;
	return 0;
}

void kulink_registration_stop(struct kulink_registration *reg)
{
	if (!reg->live)
		return;
	kulink_subscription_destroy(&reg->sub);
	reg->live = false;
}

void kulink_registration_remove(struct kulink_registrations *all, struct kulink_registration *reg)
{
	kulink_registration_stop(reg);
	list_del(&reg->node);
	all->n--;
}

static int subscribe_one(struct kulink_file *file, struct kulink_subscription *sub,
			 const char *name, void **reply, size_t *reply_len)
{
	u64 *seq;
	int i, err;

	i = kulink_resolve(file->service, file->cred, file->may, KULINK_EVENTS, name, 0);
	if (i < 0)
		return i;
	seq = kvmalloc(sizeof(*seq), GFP_KERNEL_ACCOUNT);
	if (!seq)
		return -ENOMEM;
	err = kulink_subscribe(sub, i, seq);
	if (err) {
		kvfree(seq);
		return err;
	}
	*reply = seq;
	*reply_len = sizeof(*seq);
	return 0;
}

/* Each event that this opener may read; -EACCES if there is none of them */
static int subscribe_all(struct kulink_file *file, struct kulink_subscription *sub, void **reply,
			 size_t *reply_len)
{
	unsigned int i, count = sub->n_events;
	struct kulink_service *service = file->service;
	int err = count ? -EACCES : -ENOENT;
	u64 *seq;

	seq = kvmalloc_array(count + 1, sizeof(*seq), GFP_KERNEL_ACCOUNT);
	if (!seq)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		seq[i] = U64_MAX;
		if (kulink_permit(service, file->cred, kulink_event_mode(service, i), MAY_READ))
			continue;
		err = kulink_subscribe(sub, i, &seq[i]);
		if (err)
			break;
	}
	if (err) {
		kvfree(seq);
		return err;
	}
	*reply = seq;
	*reply_len = count * sizeof(*seq);
	return 0;
}

static int unsubscribe(struct kulink_file *file, struct kulink_subscription *sub, const char *name)
{
	unsigned int event;
	int i;

	if (!name[0]) {
		for (event = 0; event < sub->n_events; event++)
			kulink_unsubscribe(sub, event);
		return 0;
	}
	i = kulink_resolve(file->service, file->cred, file->may, KULINK_EVENTS, name, 0);
	if (i < 0)
		return i;
	kulink_unsubscribe(sub, i);
	return 0;
}

int kulink_file_subscribe(struct kulink_file *file, struct kulink_subscription *sub,
			  const struct kulink_msg *msg, void **reply, size_t *reply_len)
{
	if (msg->op != KULINK_OP_SUBSCRIBE && msg->op != KULINK_OP_UNSUBSCRIBE)
		return -EOPNOTSUPP;
	if (msg->len != sizeof(*msg))
		return -EINVAL;
	if (msg->op == KULINK_OP_UNSUBSCRIBE)
		return unsubscribe(file, sub, msg->part);
	if (!msg->part[0])
		return subscribe_all(file, sub, reply, reply_len);
	return subscribe_one(file, sub, msg->part, reply, reply_len);
}
