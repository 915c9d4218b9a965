// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring's arithmetic. Positions only grow; an entry lies at position & (size - 1)
 * and never wraps: what is left at the end of the memory is filled with a pad.
 */
#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/string.h>

#include "core.h"

static struct kulink_ring_entry *entry_at(const struct kulink_ring *ring, u64 pos)
{
	return (struct kulink_ring_entry *)(ring->data + (pos & (ring->size - 1)));
}

/* Make room for @len bytes at the head by giving up the oldest. */
static void make_room(struct kulink_ring *ring, u32 len,
		      void (*evict)(void *ctx, u64 pos, struct kulink_ring_entry *entry),
		      void *ctx)
{
	while (ring->head + len - ring->tail > ring->size) {
		struct kulink_ring_entry *oldest = entry_at(ring, ring->tail);

		if (evict && oldest->event != KULINK_ENTRY_PAD)
			evict(ctx, ring->tail, oldest);
		ring->tail += oldest->size;
	}
}

/**
 * kulink_ring_reserve() - a new entry at the head
 * @ring: the ring
 * @len: bytes of the record; with the entry's own less than half the ring
 * @evict: told of each entry that is about to be overwritten
 * @ctx: for @evict
 *
 * Return: the entry, its size set; the caller fills the rest
 */
struct kulink_ring_entry *kulink_ring_reserve(struct kulink_ring *ring, u32 len,
					      void (*evict)(void *ctx, u64 pos,
							    struct kulink_ring_entry *entry),
					      void *ctx)
{
	u32 size = ALIGN(sizeof(struct kulink_ring_entry) + len, 8);
	u32 left = ring->size - (ring->head & (ring->size - 1));
	struct kulink_ring_entry *entry;

	if (left < size) {
		make_room(ring, left, evict, ctx);
		entry = entry_at(ring, ring->head);
		entry->size = left;
		entry->event = KULINK_ENTRY_PAD;
		ring->head += left;
	}
	make_room(ring, size, evict, ctx);
	entry = entry_at(ring, ring->head);
	entry->size = size;
	ring->head += size;
	return entry;
}
EXPORT_SYMBOL_IF_KUNIT(kulink_ring_reserve);

/**
 * kulink_ring_at() - the entry at a position, or the next one that is still there
 * @ring: the ring
 * @pos: moved to the entry's position; the head when there is none
 *
 * Return: the entry or NULL
 */
struct kulink_ring_entry *kulink_ring_at(const struct kulink_ring *ring, u64 *pos)
{
	if (*pos < ring->tail)
		*pos = ring->tail;
	while (*pos < ring->head) {
		struct kulink_ring_entry *entry = entry_at(ring, *pos);

		if (entry->event != KULINK_ENTRY_PAD)
			return entry;
		*pos += entry->size;
	}
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(kulink_ring_at);
