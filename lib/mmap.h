/* SPDX-License-Identifier: MIT */
/* mmap among its files: mmap.c has values, tables and regions, mmap_ring.c events. */
#ifndef KULINK_LIB_MMAP_H
#define KULINK_LIB_MMAP_H

#include "dev.h"
#include "shapes.h"

/**
 * struct kulink_mmap_ring - events of an open node, and the beginning of the session's own
 * @fd: of the node
 * @size: bytes to ask for; 0: as the kernel likes
 * @flags: KULINK_RING_OVERWRITE
 * @watermark: as in the ABI
 * @user: the page that we write; NULL: no ring yet
 * @head: what the kernel writes
 * @len: bytes of that
 * @at: position of the next record
 * @written: position up to which the kernel had written, when kulink_mmap_take() looked last
 * @records: where the records begin
 * @room: bytes of them, as was checked
 * @shapes: of the events' records
 * @seen: of each the last sequence that was seen, or told of as lost
 * @wanted: whether it was subscribed to
 * @cells: of the event given out last
 * @copy: where one is looked at that may be overwritten meanwhile
 */
struct kulink_mmap_ring {
	int fd;
	uint64_t size;
	uint32_t flags;
	uint32_t watermark;
	struct kulink_ring_user *user;
	const struct kulink_ring_head *head;
	size_t len;
	uint64_t at;
	uint64_t written;
	const char *records;
	uint64_t room;
	struct kulink_shapes shapes;
	uint64_t *seen;
	bool *wanted;
	struct kulink_cell *cells;
	unsigned char *copy;
};

KULINK_HIDDEN int kulink_mmap_ring_init(struct kulink_session *s);
KULINK_HIDDEN void kulink_mmap_ring_free(struct kulink_session *s);
KULINK_HIDDEN int kulink_mmap_ring_shape(struct kulink_session *s, size_t size, uint32_t flags,
					 size_t watermark);
KULINK_HIDDEN int kulink_mmap_subscribe(struct kulink_session *s, const struct kulink_part *event,
					uint64_t *seq);
KULINK_HIDDEN int kulink_mmap_unsubscribe(struct kulink_session *s, const struct kulink_part *event);
KULINK_HIDDEN int kulink_mmap_fd(struct kulink_session *s);
KULINK_HIDDEN int kulink_mmap_await(struct kulink_session *s, int timeout_ms);
KULINK_HIDDEN int kulink_mmap_take(struct kulink_session *s, const bool *wanted, uint64_t *last,
				   struct kulink_record *record);
KULINK_HIDDEN int kulink_mmap_next(struct kulink_session *s, struct kulink_raw_event *event);
KULINK_HIDDEN int kulink_mmap_sequence(struct kulink_session *s, const struct kulink_part *event,
				       uint64_t *seq);

#endif /* KULINK_LIB_MMAP_H */
