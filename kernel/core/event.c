// SPDX-License-Identifier: GPL-2.0-only
/* Events: one ring a service, a cursor a reader. Contract 2, loss, is kept here. */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "core.h"

int kulink_events_init(struct kulink_service *service)
{
	const struct kulink_event *events = service->desc->events;
	size_t size = service->desc->event_ring ?: KULINK_RING_DEFAULT;
	unsigned int i;

	spin_lock_init(&service->ring_lock);
	INIT_LIST_HEAD(&service->subscriptions);
	if (!service->n_events)
		return 0;
	service->ring.size = roundup_pow_of_two(max_t(size_t, size, KULINK_RING_MIN));
	service->ring.data = kvzalloc(service->ring.size, GFP_KERNEL);
	service->events = kcalloc(service->n_events, sizeof(*service->events), GFP_KERNEL);
	if (!service->ring.data || !service->events)
		return -ENOMEM;
	for (i = 0; i < service->n_events; i++) {
		struct kulink_event_state *state = &service->events[i];

		strscpy(state->name, events[i].name, sizeof(state->name));
		state->mode = events[i].mode;
		state->layout = kulink_layout_make(events[i].fields);
		if (!state->layout)
			return -ENOMEM;
		state->kept = kzalloc(state->layout->record_size + 1, GFP_KERNEL);
		if (!state->kept)
			return -ENOMEM;
	}
	return 0;
}

void kulink_events_free(struct kulink_service *service)
{
	unsigned int i;

	for (i = 0; service->events && i < service->n_events; i++) {
		kulink_layout_put(service->events[i].layout);
		kfree(service->events[i].kept);
	}
	kfree(service->events);
	kvfree(service->ring.data);
}

/* An entry leaves the ring: keep it if it is the last of its event. */
static void keep_last(void *ctx, u64 pos, struct kulink_ring_entry *entry)
{
	struct kulink_service *service = ctx;
	struct kulink_event_state *state = &service->events[entry->event];

	if (state->seq != entry->seq)
		return;
	state->kept_ns = entry->ns;
	memcpy(state->kept, entry->record, state->layout->record_size);
}

static void tell_readers(struct kulink_service *service, const struct kulink_ring_entry *entry)
{
	const struct kulink_event_head head = { .seq = entry->seq, .ns = entry->ns };
	struct kulink_subscription *sub;

	list_for_each_entry(sub, &service->subscriptions, node) {
		if (!test_bit(entry->event, sub->wanted))
			continue;
		if (sub->emitted)
			sub->emitted(sub, entry->event, &head, entry->record);
		sub->wake(sub);
	}
}

static u64 emit_locked(struct kulink_service *service, unsigned int event, const void *fields)
{
	struct kulink_event_state *state = &service->events[event];
	struct kulink_ring_entry *entry;

	entry = kulink_ring_reserve(&service->ring, state->layout->record_size, keep_last, service);
	entry->event = event;
	entry->seq = ++state->seq;
	entry->ns = ktime_get_ns();
	state->pos = service->ring.head - entry->size;
	kulink_record_encode(state->layout, service->desc->events[event].fields, fields,
			     entry->record);
	tell_readers(service, entry);
	return entry->seq;
}

u64 kulink_emit(struct kulink_service *service, unsigned int event, const void *fields)
{
	unsigned long flags;
	u64 seq = 0;

	/* An interrupt may come before kulink_register() has returned the service. */
	if (IS_ERR_OR_NULL(service))
		return 0;
	if (WARN_ON_ONCE(event >= service->n_events ||
			 (!fields && service->events[event].layout->n_cells)))
		return 0;
	spin_lock_irqsave(&service->ring_lock, flags);
	if (!service->gone)
		seq = emit_locked(service, event, fields);
	spin_unlock_irqrestore(&service->ring_lock, flags);
	return seq;
}
EXPORT_SYMBOL_GPL(kulink_emit);

/* No more events; every reader is told. */
void kulink_events_gone(struct kulink_service *service)
{
	struct kulink_subscription *sub;
	unsigned long flags;

	spin_lock_irqsave(&service->ring_lock, flags);
	service->gone = true;
	list_for_each_entry(sub, &service->subscriptions, node)
		sub->wake(sub);
	spin_unlock_irqrestore(&service->ring_lock, flags);
}

u64 kulink_event_seq(struct kulink_service *service, unsigned int event)
{
	unsigned long flags;
	u64 seq;

	spin_lock_irqsave(&service->ring_lock, flags);
	seq = service->events[event].seq;
	spin_unlock_irqrestore(&service->ring_lock, flags);
	return seq;
}
EXPORT_SYMBOL_GPL(kulink_event_seq);

const struct kulink_layout *kulink_event_layout(const struct kulink_service *service,
						unsigned int event)
{
	return service->events[event].layout;
}
EXPORT_SYMBOL_GPL(kulink_event_layout);

const char *kulink_event_name(const struct kulink_service *service, unsigned int event)
{
	return service->events[event].name;
}
EXPORT_SYMBOL_GPL(kulink_event_name);

umode_t kulink_event_mode(const struct kulink_service *service, unsigned int event)
{
	return service->events[event].mode;
}
EXPORT_SYMBOL_GPL(kulink_event_mode);

int kulink_find_event(const struct kulink_service *service, const char *name)
{
	unsigned int i;

	for (i = 0; i < service->n_events; i++)
		if (!strcmp(service->events[i].name, name))
			return i;
	return -ENOENT;
}
EXPORT_SYMBOL_GPL(kulink_find_event);
