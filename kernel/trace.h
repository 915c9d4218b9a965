/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracepoints. In tracefs each has a directory in events/kulink/ whose file "format" tells a
 * record's layout: what is here is what programs, perf and BPF see.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kulink

#if !defined(_KULINK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KULINK_TRACE_H

#include <linux/tracepoint.h>
#include <uapi/linux/kulink.h>

#include "compat.h"

#ifndef _KULINK_TRACE_TYPES
#define _KULINK_TRACE_TYPES

/* An event on its way into the traces */
struct kulink_trace_args {
	const char *service;
	const char *event;
	const struct kulink_event_head *head;
	const void *record;
	u32 record_size;
	const char *text;	/* its fields, readable */
};

/* When the first asks for kulink_event, and when the last has gone */
int kulink_trace_wanted(void);
void kulink_trace_unwanted(void);

#endif

/*
 * kulink_event: a driver has emitted an event. @record is the fields as the ABI lays them out, whole; @fields is
 * them for people, cut where it would be long.
 */
TRACE_EVENT_FN(kulink_event,
	TP_PROTO(const struct kulink_trace_args *args),
	TP_ARGS(args),
	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, ns)
		__string(service, args->service)
		__string(event, args->event)
		__string(fields, args->text)
		__dynamic_array(u8, record, args->record_size)
	),
	TP_fast_assign(
		__entry->seq = args->head->seq;
		__entry->ns = args->head->ns;
		kulink_assign_str(service, args->service);
		kulink_assign_str(event, args->event);
		kulink_assign_str(fields, args->text);
		memcpy(__get_dynamic_array(record), args->record, args->record_size);
	),
	TP_printk("service=%s event=%s seq=%llu ns=%llu%s", __get_str(service), __get_str(event),
		  __entry->seq, __entry->ns, __get_str(fields)),
	kulink_trace_wanted,
	kulink_trace_unwanted
);

/* kulink_gone: no event of this service comes any more */
TRACE_EVENT(kulink_gone,
	TP_PROTO(const char *name, u64 now),
	TP_ARGS(name, now),
	TP_STRUCT__entry(
		__field(u64, ns)
		__string(service, name)
	),
	TP_fast_assign(
		__entry->ns = now;
		kulink_assign_str(service, name);
	),
	TP_printk("service=%s ns=%llu", __get_str(service), __entry->ns)
);

#endif /* _KULINK_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
