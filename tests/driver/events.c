// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test driver's events: "data", "other" and "private" (mode 0400), emitted in turn.
 * What was emitted goes into the log, which is the tests' oracle: a payload's index is the
 * emitter's own count, not kulink's.
 */
#include <linux/preempt.h>
#include <linux/string.h>

#include "ktest.h"

struct payload {
	u64 index;
	u64 pattern;
	s64 negative;
	u8 choice;
	bool odd;
	char text[KTEST_EVENT_STRING];
};

static const struct kulink_field payload_fields[] = {
	KULINK_FIELD(struct payload, index),
	KULINK_FIELD(struct payload, pattern),
	KULINK_FIELD(struct payload, negative, .unit = "units"),
	KULINK_FIELD_ENUM(struct payload, choice, "off", "sampled", "full"),
	KULINK_FIELD(struct payload, odd),
	KULINK_FIELD(struct payload, text),
	{}
};

#define EVENT(_name, _mode)							\
	{									\
		.name = (_name), .mode = (_mode), .fields = payload_fields,	\
		.size = sizeof(struct payload),					\
	}

const struct kulink_event ktest_events[] = {
	[KTEST_DATA] = EVENT("data", 0444),
	[KTEST_OTHER] = EVENT("other", 0444),
	[KTEST_PRIVATE] = EVENT("private", 0400),
	{}
};

static void emit(struct ktest *kt, enum ktest_event event)
{
	struct ktest_entry entry = { .instance = kt->id, .event = event };
	struct payload payload = {};
	unsigned long flags;

	spin_lock_irqsave(&kt->emit_lock, flags);
	entry.index = ++kt->emitted[event];
	entry.pattern = ktest_pattern(entry.index, event);
	payload.index = entry.index;
	payload.pattern = entry.pattern;
	payload.negative = -(s64)entry.index;
	payload.choice = entry.index % 3;
	payload.odd = entry.index & 1;
	ktest_letters(payload.text, entry.index, ktest_event_len(entry.index));
	entry.seq = kulink_emit(kt->service, event, &payload);
	ktest_log_emitted(&entry, in_hardirq());
	spin_unlock_irqrestore(&kt->emit_lock, flags);
}

int ktest_flood(struct ktest *kt, unsigned long n)
{
	unsigned long i;

	mutex_lock(&kt->flood_lock);
	for (i = 0; i < n * KTEST_EVENTS; i++)
		emit(kt, i % KTEST_EVENTS);
	mutex_unlock(&kt->flood_lock);
	return 0;
}

int ktest_flood_data(struct ktest *kt, unsigned long n)
{
	mutex_lock(&kt->flood_lock);
	while (n--) {
		emit(kt, KTEST_DATA);
		cond_resched();
	}
	mutex_unlock(&kt->flood_lock);
	return 0;
}

/* A few at a time: an interrupt must be short. */
#define IRQ_BATCH	16

static void emit_irq(struct irq_work *work)
{
	struct ktest *kt = container_of(work, struct ktest, irq_work);
	unsigned int i, n = min(kt->irq_left, IRQ_BATCH * KTEST_EVENTS);

	for (i = 0; i < n; i++)
		emit(kt, i % KTEST_EVENTS);
	kt->irq_left -= n;
	complete(&kt->irq_done);
}

int ktest_flood_irq(struct ktest *kt, unsigned long n)
{
	mutex_lock(&kt->flood_lock);
	kt->irq_left = n * KTEST_EVENTS;
	while (kt->irq_left) {
		irq_work_queue(&kt->irq_work);
		wait_for_completion(&kt->irq_done);
		irq_work_sync(&kt->irq_work);
	}
	mutex_unlock(&kt->flood_lock);
	return 0;
}

void ktest_events_init(struct ktest *kt)
{
	spin_lock_init(&kt->emit_lock);
	mutex_init(&kt->flood_lock);
	init_completion(&kt->irq_done);
	init_irq_work(&kt->irq_work, emit_irq);
}

void ktest_events_exit(struct ktest *kt)
{
	irq_work_sync(&kt->irq_work);
}
