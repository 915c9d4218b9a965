// SPDX-License-Identifier: MIT
/* Calls, dumps and maps. */
#include <errno.h>
#include <string.h>

#include "handle.h"

#define DUMP_TRIES	16

int kulink_call(struct kulink *k, const char *call, const void *request, size_t request_len,
		void *reply, size_t *reply_len)
{
	const struct kulink_part *part;
	struct kulink_slot *slot;
	size_t none = 0, size;
	int error;

	part = kulink_part_wanted(k, KULINK_CALLS, call, &error);
	if (!part)
		return error;
	if (!reply_len)
		reply_len = &none;
	if ((!request && request_len) || (!reply && *reply_len))
		return -EINVAL;
	size = part->reply_max < *reply_len ? part->reply_max : *reply_len;
	if (k->only || request_len > size)
		size = request_len;
	if (request_len > part->request_max)
		return kulink_say(k, -EMSGSIZE, "%s takes at most %zu bytes", part->name,
				  part->request_max);
	error = kulink_choose(k, k->slots, KULINK_CALLS, size, &slot);
	if (error)
		return error;
	/* Once only: it may have been made although its answer was lost. */
	error = slot->channel->call(&slot->session, part, request, request_len, reply, reply_len);
	kulink_finish(k, slot, error);
	return error;
}

static int dump(struct kulink_slot *slot, const struct kulink_part *part,
		struct kulink_table *table)
{
	int tries, error = -EAGAIN;

	for (tries = 0; tries < DUMP_TRIES && error == -EAGAIN; tries++) {
		kulink_table_init(table, part);
		error = slot->channel->dump(&slot->session, table);
	}
	return error;
}

/* @out: none, unless there is room for what is to become of the table. To be freed whatever this answers */
static int read_table(struct kulink *k, const char *name, const void *out, struct kulink_table *table,
		      struct kulink_slot **slot)
{
	const struct kulink_part *part;
	size_t tries;
	int error;

	part = kulink_part_wanted(k, KULINK_TABLES, name, &error);
	if (!part)
		return error;
	if (!out)
		return -EINVAL;
	tries = k->n_channels;
	do {
		error = kulink_choose(k, k->slots, KULINK_TABLES, 0, slot);
		if (error)
			break;
		error = dump(*slot, part, table);
	} while (kulink_finish(k, *slot, error) && --tries);
	return error;
}

int kulink_dump(struct kulink *k, const char *name,
		int (*row)(void *ctx, const struct kulink_row *row), void *ctx)
{
	struct kulink_table table = { .part = NULL };
	struct kulink_slot *slot;
	int error = read_table(k, name, row ? name : NULL, &table, &slot);

	if (!error)
		error = kulink_table_each(&table, row, ctx);
	kulink_table_free(&table);
	return error;
}

static int read_rows(struct kulink *k, const char *name, const void *out)
{
	struct kulink_table *table = &k->table;
	struct kulink_slot *slot;
	int error;

	k->table_slot = NULL;
	error = read_table(k, name, out, table, &slot);
	if (!error)
		error = kulink_table_encode(table);
	if (error)
		kulink_table_free(table);
	else if (slot->channel->same)
		k->table_slot = slot;
	return error;
}

/* What was read last, if that is what would be read now */
static bool is_same(struct kulink *k, const char *name, const void *out)
{
	struct kulink_slot *slot = k->table_slot;

	if (!slot || !name || !out || strcmp(name, k->table.part->name) ||
	    slot->channel->same(&slot->session, &k->table))
		return false;
	k->last = slot->channel;
	k->message[0] = '\0';
	return true;
}

int kulink_rows(struct kulink *k, const char *name, struct kulink_rows *rows)
{
	int error;

	if (!k)
		return -EINVAL;
	error = is_same(k, name, rows) ? 0 : read_rows(k, name, rows);
	if (error)
		return error;
	*rows = (struct kulink_rows){
		.records = k->table.records,
		.n = k->table.n_rows,
		.size = k->table.record_size,
		.generation = k->table.generation,
	};
	return 0;
}

int kulink_refresh(struct kulink *k)
{
	struct kulink_slot *slot;
	int error = 0;
	size_t i;

	if (!k)
		return -EINVAL;
	k->message[0] = '\0';
	for (i = 0; i < k->n_channels && !error; i++) {
		slot = &k->slots[i];
		if (!slot->open || !slot->channel->refresh)
			continue;
		error = slot->channel->refresh(&slot->session);
		kulink_finish(k, slot, error);
	}
	return error;
}

int kulink_alive(struct kulink *k)
{
	struct kulink_slot *slot;
	size_t i;

	if (!k)
		return -EINVAL;
	for (i = 0; i < k->n_channels; i++) {
		slot = &k->slots[i];
		if (slot->open && slot->channel->alive)
			return slot->channel->alive(&slot->session);
	}
	return kulink_there(k) ? 0 : -ENODEV;
}

int kulink_map(struct kulink *k, const char *region, void **address, size_t *length)
{
	struct kulink_slot *slot;
	const struct kulink_part *part;
	int error;

	if (!k || !region || !*region || !address || !length)
		return -EINVAL;
	error = kulink_choose(k, k->slots, KULINK_REGIONS, 0, &slot);
	if (error)
		return error;
	part = kulink_part_wanted(k, KULINK_REGIONS, region, &error);
	if (!part)
		return error;
	error = slot->channel->map(&slot->session, part, address, length);
	kulink_finish(k, slot, error);
	return error;
}
