// SPDX-License-Identifier: GPL-2.0-only
/* Readers of events: what each has seen, and what it has lost. */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/slab.h>

#include "core.h"

int kulink_subscription_init(struct kulink_subscription *sub, struct kulink_service *service,
			     void (*wake)(struct kulink_subscription *sub))
{
	unsigned long flags;
	int err = 0;

	*sub = (struct kulink_subscription){ .wake = wake, .n_events = service->n_events };
	INIT_LIST_HEAD(&sub->node);
	sub->last = kcalloc(sub->n_events + 1, sizeof(*sub->last), GFP_KERNEL_ACCOUNT);
	sub->wanted = bitmap_zalloc(sub->n_events + 1, GFP_KERNEL_ACCOUNT);
	if (!sub->last || !sub->wanted) {
		err = -ENOMEM;
		goto free;
	}
	spin_lock_irqsave(&service->ring_lock, flags);
	if (service->gone) {
		err = -ENODEV;
	} else {
		sub->service = kulink_service_get(service);
		sub->cursor = service->ring.head;
		list_add_tail(&sub->node, &service->idle);
	}
	spin_unlock_irqrestore(&service->ring_lock, flags);
	if (!err)
		return 0;
free:
	bitmap_free(sub->wanted);
	kfree(sub->last);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_subscription_init);

void kulink_subscription_destroy(struct kulink_subscription *sub)
{
	unsigned long flags;

	spin_lock_irqsave(&sub->service->ring_lock, flags);
	list_del(&sub->node);
	sub->service->cursors -= sub->is_cursor;
	sub->service->dozing -= sub->dozes;
	spin_unlock_irqrestore(&sub->service->ring_lock, flags);
	bitmap_free(sub->wanted);
	kfree(sub->last);
	kulink_service_put(sub->service);
}
EXPORT_SYMBOL_GPL(kulink_subscription_destroy);

/* An emitter passes by those only that may want its event */
static void enlist(struct kulink_subscription *sub)
{
	struct kulink_service *service = sub->service;
	bool idle = sub->dozes || bitmap_empty(sub->wanted, sub->n_events);

	list_move_tail(&sub->node, idle ? &service->idle : &service->subscriptions);
}

static int subscribe_locked(struct kulink_subscription *sub, unsigned int event, u64 *seq)
{
	struct kulink_service *service = sub->service;

	if (service->gone)
		return -ENODEV;
	if (!sub->emitted && !sub->burst && !sub->is_cursor) {
		sub->is_cursor = true;
		service->cursors++;
	}
	if (bitmap_empty(sub->wanted, sub->n_events))
		sub->cursor = service->ring.head;
	/* Asked again, what is still pending goes on counting. */
	if (!test_and_set_bit(event, sub->wanted))
		sub->last[event] = kulink_event_seq_locked(service, event);
	enlist(sub);
	*seq = sub->last[event];
	return 0;
}

void kulink_subscription_doze(struct kulink_subscription *sub)
{
	struct kulink_service *service = sub->service;
	unsigned long flags;

	spin_lock_irqsave(&service->ring_lock, flags);
	if (sub->is_cursor && sub->listening && !sub->listening(sub)) {
		sub->is_cursor = false;
		sub->dozes = true;
		service->cursors--;
		service->dozing++;
		enlist(sub);
	}
	spin_unlock_irqrestore(&service->ring_lock, flags);
}
EXPORT_SYMBOL_GPL(kulink_subscription_doze);

/* What went by meanwhile nobody was to be told */
static void wake_up_again(struct kulink_subscription *sub)
{
	struct kulink_service *service = sub->service;
	unsigned int i;

	for (i = 0; i < sub->n_events; i++)
		sub->last[i] = kulink_event_seq_locked(service, i);
	sub->cursor = service->ring.head;
	sub->dozes = false;
	sub->is_cursor = true;
	service->dozing--;
	service->cursors++;
	enlist(sub);
}

/* Under the ring's lock, before an event: those to whom somebody listens by now take part again. */
void kulink_rouse(struct kulink_service *service)
{
	struct kulink_subscription *sub, *next;

	list_for_each_entry_safe(sub, next, &service->idle, node)
		if (sub->dozes && sub->listening(sub))
			wake_up_again(sub);
}

u64 kulink_event_passed(const struct kulink_subscription *sub,
			unsigned int event)
{
	unsigned long flags;
	u64 seq;

	spin_lock_irqsave(&sub->service->ring_lock, flags);
	seq = sub->dozes ? kulink_event_seq_locked(sub->service, event) : sub->last[event];
	spin_unlock_irqrestore(&sub->service->ring_lock, flags);
	return seq;
}
EXPORT_SYMBOL_GPL(kulink_event_passed);

int kulink_subscribe(struct kulink_subscription *sub, unsigned int event, u64 *seq)
{
	unsigned long flags;
	int err;

	if (event >= sub->n_events)
		return -ENOENT;
	spin_lock_irqsave(&sub->service->ring_lock, flags);
	err = subscribe_locked(sub, event, seq);
	spin_unlock_irqrestore(&sub->service->ring_lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_subscribe);

void kulink_unsubscribe(struct kulink_subscription *sub, unsigned int event)
{
	unsigned long flags;

	if (event >= sub->n_events)
		return;
	spin_lock_irqsave(&sub->service->ring_lock, flags);
	clear_bit(event, sub->wanted);
	enlist(sub);
	spin_unlock_irqrestore(&sub->service->ring_lock, flags);
}
EXPORT_SYMBOL_GPL(kulink_unsubscribe);

static bool pending_events(const struct kulink_subscription *sub)
{
	unsigned int event;

	for_each_set_bit(event, sub->wanted, sub->n_events)
		if (sub->last[event] < sub->service->events[event].head.seq)
			return true;
	return false;
}

static void deliver(struct kulink_subscription *sub, struct kulink_event_buffer *buffer,
		    unsigned int event, u64 seq, u64 ns, const u8 *record)
{
	buffer->event = event;
	buffer->len = sub->service->events[event].size;
	buffer->lost = seq - sub->last[event] - 1;
	buffer->head.seq = seq;
	buffer->head.ns = ns;
	memcpy(buffer->record, record, buffer->len);
	sub->last[event] = seq;
}

/*
 * The cursor was overrun. Of the events that have left the ring altogether the last one is
 * kept: it comes first, with all that was lost before it.
 */
static bool take_kept(struct kulink_subscription *sub, struct kulink_event_buffer *buffer)
{
	struct kulink_service *service = sub->service;
	unsigned int event;

	for_each_set_bit(event, sub->wanted, sub->n_events) {
		struct kulink_event_state *state = &service->events[event];

		if (sub->last[event] >= state->head.seq || state->pos >= service->ring.tail)
			continue;
		deliver(sub, buffer, event, state->head.seq, state->kept_ns, state->kept);
		return true;
	}
	return false;
}

static bool take_entry(struct kulink_subscription *sub, struct kulink_event_buffer *buffer)
{
	const struct kulink_ring *ring = &sub->service->ring;
	struct kulink_ring_entry *entry;

	while ((entry = kulink_ring_at(ring, &sub->cursor))) {
		sub->cursor += entry->size;
		if (!test_bit(entry->event, sub->wanted) || entry->seq <= sub->last[entry->event])
			continue;
		deliver(sub, buffer, entry->event, entry->seq, entry->ns, entry->record);
		return true;
	}
	return false;
}

static int next_locked(struct kulink_subscription *sub, struct kulink_event_buffer *buffer)
{
	const struct kulink_ring *ring = &sub->service->ring;

	if (!sub->dozes && sub->cursor < ring->tail && take_kept(sub, buffer))
		return 0;
	if (!sub->dozes && take_entry(sub, buffer))
		return 0;
	sub->cursor = ring->head;
	if (!sub->service->gone || sub->gone_told)
		return -EAGAIN;
	sub->gone_told = true;
	return -ENODEV;
}

int kulink_event_next(struct kulink_subscription *sub, struct kulink_event_buffer *buffer)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&sub->service->ring_lock, flags);
	err = next_locked(sub, buffer);
	spin_unlock_irqrestore(&sub->service->ring_lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_event_next);

bool kulink_event_pending(struct kulink_subscription *sub)
{
	unsigned long flags;
	bool pending;

	spin_lock_irqsave(&sub->service->ring_lock, flags);
	pending = (!sub->dozes && pending_events(sub)) || (sub->service->gone && !sub->gone_told);
	spin_unlock_irqrestore(&sub->service->ring_lock, flags);
	return pending;
}
EXPORT_SYMBOL_GPL(kulink_event_pending);
