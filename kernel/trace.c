// SPDX-License-Identifier: GPL-2.0-only
/*
 * trace: a tracepoint, kulink:kulink_event. Choose it to look on, with the kernel's own tools and with all else that
 * they trace: tracefs, trace-cmd, perf, BPF see every event with its fields, in its place among the rest, in the
 * context that emitted it. Nothing is spent while nobody looks.
 *
 * Creates /sys/kernel/tracing/events/kulink/: kulink_event, a record an event, and kulink_gone when a service leaves.
 * Who may use tracefs, perf or BPF sees the events of all services: root, unless the administrator says otherwise; an
 * event that nobody may read is in none. docs/channels/trace.md
 *
 * Events only. A ring of the tracer keeps them, and overwrites the oldest; nobody holds this module, and when it is
 * unloaded the kernel empties the rings that it was in.
 *
 * It is a module and not in the core, so that the administrator can leave it out; and as cheap: a service's
 * subscription wants nothing while the tracepoint is disabled, and the core passes it by.
 */
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "channel.h"
#define CREATE_TRACE_POINTS
#include "trace.h"

/* Most bytes of an event's fields as text; with the largest record still less than a page */
#define TRACE_TEXT_SIZE	1024

/**
 * struct trace_service - a published service
 * @sub: its events
 * @node: in trace_services
 * @text: of the event at hand, under the ring's lock
 */
struct trace_service {
	struct kulink_subscription sub;
	struct list_head node;
	char text[TRACE_TEXT_SIZE];
};

/* Guards what follows. Inside the tracepoints' mutex and the class's; nothing but rings' locks inside */
static DEFINE_MUTEX(trace_lock);
static LIST_HEAD(trace_services);
static bool trace_wanted;

static bool put_cell(char *text, size_t *len, const struct kulink_cell *cell, const void *record)
{
	const char *string = record + cell->offset;
	size_t room = TRACE_TEXT_SIZE - *len;
	u64 number;
	int n;

	memcpy(&number, string, sizeof(number));
	switch (cell->type) {
	case KULINK_TYPE_STRING:
		n = snprintf(text + *len, room, " %s=\"%s\"", cell->name, string);
		break;
	case KULINK_TYPE_ENUM:
		n = snprintf(text + *len, room, " %s=%s", cell->name,
			     number < cell->n_labels ? cell->labels[number] : "?");
		break;
	case KULINK_TYPE_S64:
		n = snprintf(text + *len, room, " %s=%lld", cell->name, (s64)number);
		break;
	default:
		n = snprintf(text + *len, room, " %s=%llu", cell->name, number);
	}
	if (n >= room)
		return false;
	*len += n;
	return true;
}

/* As many fields as there is room for, whole ones, then dots */
static void put_fields(char text[TRACE_TEXT_SIZE], const struct kulink_layout *layout,
		       const void *record)
{
	static const char dots[] = " ...";
	size_t len = 0;
	u32 i;

	text[0] = '\0';
	for (i = 0; i < layout->n_cells; i++) {
		if (put_cell(text, &len, &layout->cells[i], record))
			continue;
		len = min(len, TRACE_TEXT_SIZE - sizeof(dots));
		memcpy(text + len, dots, sizeof(dots));
		return;
	}
}

static void trace_emitted(struct kulink_subscription *sub, unsigned int event,
			  const struct kulink_event_head *head, const void *record)
{
	struct trace_service *traced = container_of(sub, struct trace_service, sub);
	const struct kulink_layout *layout = kulink_event_layout(sub->service, event);
	const struct kulink_trace_args args = {
		.service = kulink_service_name(sub->service),
		.event = kulink_event_name(sub->service, event),
		.head = head,
		.record = record,
		.record_size = layout->record_size,
		.text = traced->text,
	};

	if (!trace_kulink_event_enabled())
		return;
	put_fields(traced->text, layout, record);
	trace_kulink_event(&args);
}

static void trace_wake(struct kulink_subscription *sub)
{
}

static void want(struct trace_service *traced)
{
	struct kulink_service *service = traced->sub.service;
	unsigned int i;
	u64 seq;

	lockdep_assert_held(&trace_lock);
	for (i = 0; i < kulink_count_events(service); i++) {
		if (!(kulink_event_mode(service, i) & 0444))
			continue;
		if (trace_wanted)
			kulink_subscribe(&traced->sub, i, &seq);	/* or it is leaving */
		else
			kulink_unsubscribe(&traced->sub, i);
	}
}

static void trace_want(bool wanted)
{
	struct trace_service *traced;

	mutex_lock(&trace_lock);
	trace_wanted = wanted;
	list_for_each_entry(traced, &trace_services, node)
		want(traced);
	mutex_unlock(&trace_lock);
}

/* Under the tracepoints' mutex, before the first probe is called; also before our init, and after our exit */
int kulink_trace_wanted(void)
{
	trace_want(true);
	return 0;
}

void kulink_trace_unwanted(void)
{
	trace_want(false);
}

static int trace_add(struct kulink_service *service, void **slot)
{
	struct trace_service *traced = kzalloc(sizeof(*traced), GFP_KERNEL);
	int err;

	if (!traced)
		return -ENOMEM;
	err = kulink_subscription_init(&traced->sub, service, trace_wake);
	if (err) {
		kfree(traced);
		return err;
	}
	traced->sub.emitted = trace_emitted;
	mutex_lock(&trace_lock);
	list_add_tail(&traced->node, &trace_services);
	want(traced);
	mutex_unlock(&trace_lock);
	*slot = traced;
	return 0;
}

static void trace_remove(struct kulink_service *service, void *slot)
{
	struct trace_service *traced = slot;

	mutex_lock(&trace_lock);
	list_del(&traced->node);
	mutex_unlock(&trace_lock);
	kulink_subscription_destroy(&traced->sub);
	kfree(traced);
	trace_kulink_gone(kulink_service_name(service), ktime_get_ns());
}

static struct kulink_channel trace_channel = {
	.name = "trace",
	.owner = THIS_MODULE,
	.carries = KULINK_EVENTS,
	.add = trace_add,
	.remove = trace_remove,
};

static int __init trace_start(void)
{
	return kulink_channel_register(&trace_channel);
}

static void __exit trace_stop(void)
{
	kulink_channel_unregister(&trace_channel);
}

KULINK_MODULE(trace, trace_start, trace_stop);

MODULE_DESCRIPTION("kulink over a tracepoint");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
