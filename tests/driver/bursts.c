// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver of events of many sizes, for the test of rings against a model: the program says which are
 * emitted, how many, how and in which context, by a call. A record's first word is the emitter's own
 * count of the event, the others follow from it.
 */
#include <linux/irq_work.h>
#include <linux/kulink.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/slab.h>

#include "bursts.h"

struct burst_record {
	u64 words[BURST_WORDS_MAX];
};

#define WORD(i)	{ .name = "w" #i, .type = KULINK_TYPE_U64, .offset = 8 * (i), .size = 8 }
#define WORDS_8(i)	WORD(i##0), WORD(i##1), WORD(i##2), WORD(i##3),	\
			WORD(i##4), WORD(i##5), WORD(i##6), WORD(i##7)

static const struct kulink_field one[] = { WORD(0), {} };
static const struct kulink_field three[] = { WORD(0), WORD(1), WORD(2), {} };
static const struct kulink_field eight[] = {
	WORD(0), WORD(1), WORD(2), WORD(3), WORD(4), WORD(5), WORD(6), WORD(7), {}
};

/* Two words and a string: its struct is not its record */
static const struct kulink_field mixed[] = {
	WORD(0), WORD(1),
	{ .name = "text", .type = KULINK_TYPE_STRING, .offset = 16, .size = BURST_TEXT },
	{}
};

#define EVENT(_name, _fields, _size)	\
	{ .name = (_name), .mode = 0444, .fields = (_fields), .size = (_size) }

static const struct kulink_event events[] = {
	EVENT("one", one, 8),
	EVENT("three", three, 24),
	EVENT("eight", eight, 64),
	EVENT("mixed", mixed, 16 + BURST_TEXT),
	{}
};

static struct kulink_service *service;
static DEFINE_MUTEX(bursting);	/* one call at a time; its events may be the interrupt's */
static u64 counts[BURST_EVENTS];
static struct burst_record *records;
static struct burst_request asked;
static struct irq_work work;
static struct completion done;

static void fill(struct burst_record *record, unsigned int event, u64 index)
{
	unsigned int i;

	for (i = 0; i < BURST_WORDS_MAX; i++)
		record->words[i] = i ? burst_word(index, event, i) : index;
	/* what is text ends */
	if (event == BURST_MIXED)
		memset(memset((char *)record + 16, 'a' + index % 26, 1 + index % (BURST_TEXT - 1)) +
		       1 + index % (BURST_TEXT - 1), 0, BURST_TEXT - 1 - index % (BURST_TEXT - 1));
}

static void burst(void)
{
	u32 event = asked.event, size = events[event].size, n;
	u32 left = asked.count, most = asked.many ? BURST_MANY : 1;
	struct burst_record record;
	u32 i;

	for (; left; left -= n) {
		n = min(left, most);
		for (i = 0; i < n; i++) {
			fill(&record, event, ++counts[event]);
			memcpy((void *)records + i * size, &record, size);
		}
		if (asked.many)
			kulink_emit_many(service, event, records, n);
		else
			kulink_emit(service, event, records);
	}
}

static void interrupt(struct irq_work *unused)
{
	/* No NMI comes when it is called: what tells one from another is a count */
	if (asked.context == BURST_NMI)
		preempt_count_add(NMI_OFFSET);
	burst();
	if (asked.context == BURST_NMI)
		preempt_count_sub(NMI_OFFSET);
	complete(&done);
}

static int call(void *priv, const void *request, size_t request_len, void *reply,
		size_t *reply_len)
{
	const struct burst_request *args = request;

	if (request_len != sizeof(*args) || args->event >= BURST_EVENTS || args->count > 100000 ||
	    args->context > BURST_NMI)
		return -EINVAL;
	mutex_lock(&bursting);
	asked = *args;
	if (asked.context == BURST_PROCESS) {
		burst();
	} else {
		irq_work_queue(&work);
		wait_for_completion(&done);
		irq_work_sync(&work);
	}
	mutex_unlock(&bursting);
	*reply_len = 0;
	return 0;
}

/* The same without order: many processors at once, each with a count of its own in the upper bits */
static int race(void *priv, const void *request, size_t request_len, void *reply,
		size_t *reply_len)
{
	const struct burst_request *args = request;
	struct burst_record record;
	u32 i;

	if (request_len != sizeof(*args) || args->event >= BURST_EVENTS || args->count > 100000)
		return -EINVAL;
	for (i = 0; i < args->count; i++) {
		fill(&record, args->event, (u64)args->context << 32 | (i + 1));
		kulink_emit(service, args->event, &record);
	}
	/* so that a count is a sequence again */
	mutex_lock(&bursting);
	counts[args->event] += args->count;
	mutex_unlock(&bursting);
	*reply_len = 0;
	return 0;
}

#define CALL(_name, _call)	\
	{ .name = (_name), .mode = 0222, .request_max = sizeof(struct burst_request), .call = (_call) }

static const struct kulink_call calls[] = {
	CALL("burst", call),
	CALL("race", race),
	{}
};

static const struct kulink_desc desc = {
	.name = "bursts%d",
	.owner = THIS_MODULE,
	.channels = "*",
	.calls = calls,
	.events = events,
};

static int __init bursts_init(void)
{
	static_assert(ARRAY_SIZE(events) == BURST_EVENTS + 1);
	records = kcalloc(BURST_MANY, sizeof(*records), GFP_KERNEL);
	if (!records)
		return -ENOMEM;
	init_completion(&done);
	work = IRQ_WORK_INIT_HARD(interrupt);
	service = kulink_register(NULL, &desc, NULL);
	if (!IS_ERR(service))
		return 0;
	kfree(records);
	return PTR_ERR(service);
}

static void __exit bursts_exit(void)
{
	kulink_unregister(service);
	kfree(records);
}

module_init(bursts_init);
module_exit(bursts_exit);
MODULE_DESCRIPTION("kulink's test driver of events of many sizes");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
