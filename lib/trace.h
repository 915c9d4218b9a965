/* SPDX-License-Identifier: MIT */
/* trace: what the session and the reader of its rings share. */
#ifndef KULINK_LIB_TRACE_H
#define KULINK_LIB_TRACE_H

#include "channel.h"

/* What kernel/trace.h puts behind the tracer's own fields; of a string or an array, where it lies and how long it is */
struct trace_event_record {
	uint64_t seq;
	uint64_t ns;
	uint32_t service;
	uint32_t event;
	uint32_t fields;
	uint32_t record;
};

struct trace_gone_record {
	uint64_t ns;
	uint32_t service;
};

/* Where a field lies in a record */
struct trace_field {
	unsigned int offset;
	unsigned int size;
};

/* A tracepoint's records; fields that it does not have are of size 0 */
struct trace_format {
	unsigned int id;
	struct trace_field seq, ns, service, event, record;
};

/* A record in a ring's page */
struct trace_record {
	const unsigned char *at;
	size_t len;
};

/* The pages of a processor's ring, one after the other */
struct trace_ring {
	int fd;				/* trace_pipe_raw, non-blocking */
	unsigned char *page;
	size_t at, end;			/* what of it is not taken yet */
	struct trace_record head;	/* the next record of ours; at NULL: none known */
	uint64_t ns;			/* of it */
	bool empty;			/* nothing was there after any page that has come */
};

/**
 * struct trace_rings - an instance's rings, merged
 * @event: the tracepoint kulink_event
 * @gone: the tracepoint kulink_gone
 * @lost: a ring was overrun since this was last set to false
 * @page_size: bytes of a page; @data and @commit are where in it
 */
struct trace_rings {
	struct trace_format event, gone;
	bool lost;
	size_t n;
	struct trace_ring *rings;
	size_t page_size;
	struct trace_field data, commit;
};

/* @dir: the instance's; the rings' descriptors are added to @epoll */
KULINK_HIDDEN int kulink_rings_open(struct trace_rings *r, int dir, int epoll);
KULINK_HIDDEN void kulink_rings_close(struct trace_rings *r);
/* The oldest record of ours; valid until the next call. -EAGAIN */
KULINK_HIDDEN int kulink_rings_next(struct trace_rings *r, struct trace_record *record);
/* Whether something was read that is not taken yet */
KULINK_HIDDEN bool kulink_rings_pending(const struct trace_rings *r);

/* A record's fields; -EPROTO when they do not lie in it */
KULINK_HIDDEN unsigned int kulink_trace_id(const struct trace_record *record);
KULINK_HIDDEN int kulink_trace_u64(const struct trace_record *record,
				   const struct trace_field *field, uint64_t *number);
/* The bytes of a field of varying length */
KULINK_HIDDEN int kulink_trace_bytes(const struct trace_record *record,
				     const struct trace_field *field, const void **bytes, size_t *len);
/* With its NUL, or -EPROTO */
KULINK_HIDDEN int kulink_trace_string(const struct trace_record *record,
				      const struct trace_field *field, const char **string);

#endif /* KULINK_LIB_TRACE_H */
