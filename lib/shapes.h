/* SPDX-License-Identifier: MIT */
/* Events that lie one behind the other as the ABI's ring has them: a ring, a message of generic netlink */
#ifndef KULINK_LIB_SHAPES_H
#define KULINK_LIB_SHAPES_H

#include "channel.h"

/**
 * struct kulink_shapes - what is known beforehand of each event's records
 * @n: declared events
 * @parts: they
 * @sizes: bytes that a record of each takes
 */
struct kulink_shapes {
	size_t n;
	const struct kulink_part **parts;
	uint32_t *sizes;
};

/* record.c */
KULINK_HIDDEN int kulink_shapes_init(struct kulink_shapes *shapes, const struct kulink_info *info);
KULINK_HIDDEN void kulink_shapes_free(struct kulink_shapes *shapes);

/*
 * As a channel's take: the event at @found, of which eight bytes at least are there, and all if it is of
 * the size that it should be; false: it is not a plain one
 */
static inline bool kulink_shapes_take(const struct kulink_shapes *shapes,
				      const struct kulink_ring_record *found, const bool *wanted,
				      uint64_t *last, struct kulink_record *record)
{
	uint32_t i = found->event;
	uint64_t seq;

	if (i >= shapes->n || found->size != shapes->sizes[i] || !wanted[i] ||
	    found->head.seq <= last[i])
		return false;
	seq = found->head.seq;
	record->event = shapes->parts[i];
	record->seq = seq;
	record->ns = found->head.ns;
	record->lost = seq - last[i] - 1;
	record->only_lost = false;
	record->gone = false;
	record->bytes = found + 1;
	record->size = found->size - sizeof(*found);
	last[i] = seq;
	return true;
}

#endif /* KULINK_LIB_SHAPES_H */
