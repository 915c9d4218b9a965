// SPDX-License-Identifier: GPL-2.0-only
/* Events: one ring a service, a cursor a reader. Contract 2, loss, is kept here. */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "core.h"

/* Events emitted at once, with interrupts off and none in between */
#define BURST	32U

static int event_init(struct kulink_event_state *state, const struct kulink_event *event)
{
	strscpy(state->name, event->name, sizeof(state->name));
	state->mode = event->mode;
	state->layout = kulink_layout_make(event->fields);
	if (!state->layout)
		return -ENOMEM;
	state->size = state->layout->record_size;
	state->stride = event->size;
	state->flat = state->layout->n_cells && kulink_fields_flat(event->fields);
	state->kept = kzalloc(state->size + 1, GFP_KERNEL);
	return state->kept ? 0 : -ENOMEM;
}

int kulink_events_init(struct kulink_service *service)
{
	const struct kulink_event *events = service->desc->events;
	size_t size = service->desc->event_ring ?: KULINK_RING_DEFAULT;
	unsigned int i;
	u32 most = 1;
	int err;

	spin_lock_init(&service->ring_lock);
	INIT_LIST_HEAD(&service->subscriptions);
	INIT_LIST_HEAD(&service->idle);
	if (!service->n_events)
		return 0;
	service->ring.size = roundup_pow_of_two(max_t(size_t, size, KULINK_RING_MIN));
	service->ring.data = kvzalloc(service->ring.size, GFP_KERNEL);
	service->events = kcalloc(service->n_events, sizeof(*service->events), GFP_KERNEL);
	if (!service->ring.data || !service->events)
		return -ENOMEM;
	for (i = 0; i < service->n_events; i++) {
		err = event_init(&service->events[i], &events[i]);
		if (err)
			return err;
		most = max(most, service->events[i].size);
	}
	service->scratch = kmalloc(most, GFP_KERNEL);
	return service->scratch ? 0 : -ENOMEM;
}

void kulink_events_free(struct kulink_service *service)
{
	unsigned int i;

	for (i = 0; service->events && i < service->n_events; i++) {
		kulink_layout_put(service->events[i].layout);
		kfree(service->events[i].kept);
	}
	kfree(service->events);
	kfree(service->scratch);
	kvfree(service->ring.data);
}

/* An entry leaves the ring: keep it if it is the last of its event. */
static void keep_last(void *ctx, u64 pos, struct kulink_ring_entry *entry)
{
	struct kulink_service *service = ctx;
	struct kulink_event_state *state = &service->events[entry->event];

	if (state->head.seq != entry->seq)
		return;
	state->kept_ns = entry->ns;
	memcpy(state->kept, entry->record, state->size);
}

/* One in wire form */
static __always_inline
void tell_readers(struct kulink_service *service, unsigned int event,
		  const struct kulink_event_head *head, const void *record)
{
	struct kulink_subscription *sub;

	list_for_each_entry(sub, &service->subscriptions, node) {
		if (!test_bit(event, sub->wanted))
			continue;
		if (sub->emitted)
			sub->emitted(sub, event, head, record);
		if (sub->wake)
			sub->wake(sub);
	}
}

/* They are one behind the other in the driver's array */
static void tell_burst(struct kulink_subscription *sub, unsigned int event,
		       const struct kulink_event_head *first, const void *records, unsigned int n)
{
	u32 stride = kulink_event_stride(sub->service, event);
	struct kulink_event_head head = *first;

	if (sub->burst)
		return sub->burst(sub, event, first, records, n);
	for (; sub->emitted && n--; head.seq++, records += stride)
		sub->emitted(sub, event, &head, records);
}

static void tell_readers_many(struct kulink_service *service, unsigned int event,
			      const struct kulink_event_head *first, const void *records,
			      unsigned int n)
{
	struct kulink_subscription *sub;

	list_for_each_entry(sub, &service->subscriptions, node) {
		if (!test_bit(event, sub->wanted))
			continue;
		tell_burst(sub, event, first, records, n);
		if (sub->wake)
			sub->wake(sub);
	}
}

/* Room in the ring for an event's record */
static u8 *ring_place(struct kulink_service *service, unsigned int event)
{
	struct kulink_event_state *state = &service->events[event];
	struct kulink_ring_entry *entry;

	entry = kulink_ring_reserve(&service->ring, state->size, keep_last, service);
	entry->event = event;
	entry->seq = state->head.seq;
	entry->ns = state->head.ns;
	state->pos = service->ring.head - entry->size;
	return entry->record;
}

/* What was refused in an NMI has sequences, too: they are lost */
static void count_refused(struct kulink_event_state *state)
{
	if (unlikely(atomic_read(&state->refused)))
		state->head.seq += atomic_xchg(&state->refused, 0);
}

/* It goes into the ring, or its struct is not the record */
static noinline void emit_record(struct kulink_service *service, unsigned int event,
				 const void *fields)
{
	struct kulink_event_state *state = &service->events[event];
	u8 *record = service->cursors ? ring_place(service, event) : service->scratch;

	if (state->flat)
		memcpy(record, fields, state->size);
	else
		kulink_record_encode(state->layout, service->desc->events[event].fields, fields,
				     record);
	tell_readers(service, event, &state->head, record);
}

/* Before the next event */
static __always_inline struct kulink_event_state *begin(struct kulink_service *service,
							unsigned int event)
{
	struct kulink_event_state *state = &service->events[event];

	count_refused(state);
	if (unlikely(service->dozing))
		kulink_rouse(service);
	state->head.ns = ktime_get_ns();
	return state;
}

/* The sequence of the last one */
static __always_inline u64 emit_locked(struct kulink_service *service, unsigned int event,
				       const void *fields)
{
	struct kulink_event_state *state = begin(service, event);

	state->head.seq++;
	if (likely(state->flat && !service->cursors))
		tell_readers(service, event, &state->head, fields);
	else
		emit_record(service, event, fields);
	return state->head.seq;
}

static u64 emit_many_locked(struct kulink_service *service, unsigned int event, const void *fields,
			    unsigned int n)
{
	struct kulink_event_state *state = begin(service, event);
	struct kulink_event_head first = { .seq = state->head.seq + 1, .ns = state->head.ns };
	u64 end = state->head.seq + n;

	if (likely(state->flat && !service->cursors)) {
		state->head.seq = end;
		tell_readers_many(service, event, &first, fields, n);
		return end;
	}
	for (; n--; fields += state->stride) {
		state->head.seq++;
		emit_record(service, event, fields);
	}
	return end;
}

static bool may_emit(struct kulink_service *service, unsigned int event, const void *fields,
		     unsigned int n)
{
	/* An interrupt may come before kulink_register() has returned the service. */
	if (IS_ERR_OR_NULL(service))
		return false;
	if (WARN_ON_ONCE(event >= service->n_events || (!fields && service->events[event].size)))
		return false;
	if (likely(!in_nmi()))
		return true;
	atomic_add(n, &service->events[event].refused);
	return false;
}

u64 kulink_emit(struct kulink_service *service, unsigned int event, const void *fields)
{
	unsigned long flags;
	u64 seq = 0;

	if (!may_emit(service, event, fields, 1))
		return 0;
	spin_lock_irqsave(&service->ring_lock, flags);
	if (likely(!service->gone))
		seq = emit_locked(service, event, fields);
	spin_unlock_irqrestore(&service->ring_lock, flags);
	return seq;
}
EXPORT_SYMBOL_GPL(kulink_emit);

u64 kulink_emit_many(struct kulink_service *service, unsigned int event, const void *fields,
		     unsigned int n)
{
	unsigned long flags;
	unsigned int some;
	u64 seq = 0;

	if (!n || !may_emit(service, event, fields, n))
		return 0;
	for (; n; n -= some, fields += some * service->events[event].stride) {
		some = min(n, BURST);
		spin_lock_irqsave(&service->ring_lock, flags);
		seq = service->gone ? 0 : emit_many_locked(service, event, fields, some);
		spin_unlock_irqrestore(&service->ring_lock, flags);
	}
	return seq;
}
EXPORT_SYMBOL_GPL(kulink_emit_many);

static void wake_all(struct list_head *subscriptions)
{
	struct kulink_subscription *sub;

	list_for_each_entry(sub, subscriptions, node) {
		if (sub->wake)
			sub->wake(sub);
	}
}

/* No more events; every reader is told. */
void kulink_events_gone(struct kulink_service *service)
{
	unsigned long flags;

	spin_lock_irqsave(&service->ring_lock, flags);
	service->gone = true;
	wake_all(&service->subscriptions);
	wake_all(&service->idle);
	spin_unlock_irqrestore(&service->ring_lock, flags);
}

/* What was refused is counted when an event comes that a reader finds it by: here it is only told */
u64 kulink_event_seq_locked(struct kulink_service *service, unsigned int event)
{
	const struct kulink_event_state *state = &service->events[event];

	return state->head.seq + atomic_read(&state->refused);
}

u64 kulink_event_seq(struct kulink_service *service, unsigned int event)
{
	unsigned long flags;
	u64 seq;

	spin_lock_irqsave(&service->ring_lock, flags);
	seq = kulink_event_seq_locked(service, event);
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

u32 kulink_event_stride(const struct kulink_service *service, unsigned int event)
{
	return service->events[event].stride;
}
EXPORT_SYMBOL_GPL(kulink_event_stride);

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
