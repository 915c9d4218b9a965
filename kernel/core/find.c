// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parts by name. A service has one hash table of all its parts, at most half full, with names of its
 * own: the driver's declaration may be gone when a program still asks.
 */
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringhash.h>

#include "core.h"

/* @kind: KULINK_VALUES …; 0: nothing here */
struct slot {
	u32 hash;
	u16 kind;
	u16 index;
	char name[KULINK_NAME_SIZE];
};

struct kulink_names {
	u32 mask;
	struct slot slots[];
};

static u32 hash_of(u32 kind, const char *name)
{
	return full_name_hash((void *)(unsigned long)kind, name, strlen(name));
}

static const char *name_of(const struct kulink_desc *desc, u32 kind, unsigned int i)
{
	switch (kind) {
	case KULINK_VALUES:
		return desc->values[i].field.name;
	case KULINK_TABLES:
		return desc->tables[i].name;
	case KULINK_CALLS:
		return desc->calls[i].name;
	case KULINK_EVENTS:
		return desc->events[i].name;
	default:
		return desc->regions[i].name;
	}
}

static void enter(struct kulink_names *names, const struct kulink_desc *desc, u32 kind,
		  unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		const char *name = name_of(desc, kind, i);
		u32 hash = hash_of(kind, name), at = hash;

		while (names->slots[at & names->mask].kind)
			at++;
		names->slots[at & names->mask] = (struct slot){
			.hash = hash, .kind = kind, .index = i,
		};
		strscpy(names->slots[at & names->mask].name, name, KULINK_NAME_SIZE);
	}
}

int kulink_names_init(struct kulink_service *service)
{
	const struct kulink_desc *desc = service->desc;
	unsigned int n = service->n_values + service->n_tables + service->n_calls +
			 service->n_events + service->n_regions;
	u32 size = roundup_pow_of_two(2 * n + 1);
	struct kulink_names *names;

	names = kvzalloc(struct_size(names, slots, size), GFP_KERNEL);
	if (!names)
		return -ENOMEM;
	names->mask = size - 1;
	enter(names, desc, KULINK_VALUES, service->n_values);
	enter(names, desc, KULINK_TABLES, service->n_tables);
	enter(names, desc, KULINK_CALLS, service->n_calls);
	enter(names, desc, KULINK_EVENTS, service->n_events);
	enter(names, desc, KULINK_REGIONS, service->n_regions);
	service->names = names;
	return 0;
}

void kulink_names_free(struct kulink_service *service)
{
	kvfree(service->names);
}

int kulink_find(const struct kulink_service *service, u32 kind, const char *name)
{
	const struct kulink_names *names = service->names;
	u32 hash = hash_of(kind, name), at;

	for (at = hash; names->slots[at & names->mask].kind; at++) {
		const struct slot *slot = &names->slots[at & names->mask];

		if (slot->hash == hash && slot->kind == kind && !strcmp(slot->name, name))
			return slot->index;
	}
	return -ENOENT;
}
EXPORT_SYMBOL_GPL(kulink_find);

static unsigned int count_of(const struct kulink_service *service, u32 kind)
{
	switch (kind) {
	case KULINK_VALUES:
		return service->n_values;
	case KULINK_TABLES:
		return service->n_tables;
	case KULINK_CALLS:
		return service->n_calls;
	case KULINK_EVENTS:
		return service->n_events;
	default:
		return service->n_regions;
	}
}

int kulink_index(const struct kulink_service *service, u32 kind, u32 index)
{
	unsigned int n = count_of(service, kind);

	return index < n ? array_index_nospec(index, n) : -ENOENT;
}
EXPORT_SYMBOL_GPL(kulink_index);
