// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registrations of an open device node: somebody who is told of one event, in the emitter's
 * context. What eventfd.c and signal.c share.
 */
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
