// SPDX-License-Identifier: MIT
/* Many small pieces of memory that are freed at once. */
#include <stdlib.h>
#include <string.h>

#include "channel.h"

#define CHUNK	(16U << 10)
#define ALIGN	16U

struct chunk {
	struct chunk *next;
	size_t used;
	size_t room;
	_Alignas(ALIGN) unsigned char data[];
};

struct kulink_arena {
	struct chunk *chunks;
};

struct kulink_arena *kulink_arena_new(void)
{
	return calloc(1, sizeof(struct kulink_arena));
}

void kulink_arena_free(struct kulink_arena *arena)
{
	struct chunk *chunk, *next;

	if (!arena)
		return;
	for (chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(arena);
}

static struct chunk *chunk_new(size_t size)
{
	size_t room = size > CHUNK ? size : CHUNK;
	struct chunk *chunk = calloc(1, sizeof(*chunk) + room);

	if (chunk)
		chunk->room = room;
	return chunk;
}

void *kulink_arena_alloc(struct kulink_arena *arena, size_t size)
{
	struct chunk *chunk = arena->chunks;
	void *memory;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!chunk || chunk->room - chunk->used < size) {
		chunk = chunk_new(size);
		if (!chunk)
			return NULL;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	memory = chunk->data + chunk->used;
	chunk->used += size;
	return memory;
}

char *kulink_arena_text(struct kulink_arena *arena, const char *s, size_t len)
{
	char *text = kulink_arena_alloc(arena, len + 1);

	if (text) {
		memcpy(text, s, len);
		text[len] = '\0';
	}
	return text;
}
