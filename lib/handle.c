// SPDX-License-Identifier: MIT
/* A handle: opened by name, with a session to each channel that a request has needed. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "handle.h"

int kulink_say(struct kulink *k, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(k->message, sizeof(k->message), format, args);
	va_end(args);
	return error;
}

/* Who cannot tell says that it is: what is done next tells. */
bool kulink_there(const struct kulink *k)
{
	return k->host || !faccessat(k->dir, "kulink/declaration", F_OK, 0) || errno != ENOENT;
}

void kulink_slot_close(struct kulink_slot *slot)
{
	if (slot->open)
		slot->channel->close(&slot->session);
	slot->open = false;
	slot->session.private = NULL;
}

static int slot_open(struct kulink *k, struct kulink_slot *slot)
{
	int error = 0;

	if (slot->open)
		return 0;
	if (!kulink_there(k))
		return kulink_say(k, -ENODEV, "%s is gone", k->service);
	slot->session = (struct kulink_session){
		.service = k->service, .root = k->root, .host = k->host,
		.info = &k->declaration.info,
	};
	error = slot->channel->open(&slot->session);
	slot->open = !error;
	slot->error = error;
	if (error && slot->session.message[0])
		kulink_say(k, error, "%s", slot->session.message);
	return error;
}

bool kulink_carries(const struct kulink_channel *channel, uint32_t kind)
{
	switch (kind) {
	case KULINK_VALUES:
		return channel->get;
	case KULINK_SETS:
		return channel->set;
	case KULINK_TABLES:
		return channel->dump;
	case KULINK_CALLS:
		return channel->call;
	case KULINK_BATCHES:
		return channel->batch;
	case KULINK_EVENTS:
		return channel->subscribe;
	case KULINK_REGIONS:
		return channel->map;
	case KULINK_CHANGES:
		return channel->watch;
	default:
		return false;
	}
}

static const char *kind_name(uint32_t kind)
{
	static const char *const names[] = { "values", "tables", "calls", "events", "regions" };

	switch (kind) {
	case KULINK_CHANGES:
		return "changes of values";
	case KULINK_SETS:
		return "setting of values";
	case KULINK_BATCHES:
		return "batches of calls";
	default:
		return names[__builtin_ctz(kind)];
	}
}

static int choose_only(struct kulink *k, struct kulink_slot *slot, uint32_t kind, size_t size,
		       struct kulink_slot **found)
{
	int error;

	if (!kulink_carries(slot->channel, kind))
		return kulink_say(k, -EOPNOTSUPP, "%s does not carry %s", slot->channel->info.name,
				  kind_name(kind));
	if (size > slot->channel->info.call_max && kind == KULINK_CALLS)
		return kulink_say(k, -EMSGSIZE, "%s carries calls of at most %zu bytes",
				  slot->channel->info.name, slot->channel->info.call_max);
	error = slot_open(k, slot);
	if (!error)
		*found = slot;
	if (error != -ENOENT)
		return error;
	/* It was published when the handle was opened. */
	return kulink_say(k, -ENODEV, "%s is no longer published over %s", k->service,
			  slot->channel->info.name);
}

/* Once over the list, best first: those that are published, or those that may become so */
static int choose_from(struct kulink *k, struct kulink_slot *slots, uint32_t kind, size_t size,
		       bool published, struct kulink_slot **found)
{
	const struct kulink_info *info = &k->declaration.info;
	struct kulink_slot *slot;
	int error, first = 0;

	for (slot = slots; slot < slots + k->n_channels; slot++) {
		const struct kulink_channel_info *channel = &slot->channel->info;

		if (!kulink_carries(slot->channel, kind) || slot->channel->partial || slot->error)
			continue;
		if ((kind == KULINK_CALLS || kind == KULINK_BATCHES) && size > channel->call_max)
			continue;
		if (kind == KULINK_EVENTS && channel->fieldless)
			continue;
		if (kulink_words_have(info->published, channel->name) != published ||
		    !kulink_words_have(info->channels, channel->name))
			continue;
		error = slot_open(k, slot);
		if (!error) {
			*found = slot;
			return 0;
		}
		if (error == -ENODEV)
			return error;
		if (!first || error == -EACCES)
			first = error;
	}
	return first;
}

static void forget_errors(struct kulink *k, struct kulink_slot *slots)
{
	size_t i;

	for (i = 0; i < k->n_channels; i++)
		slots[i].error = 0;
}

int kulink_choose(struct kulink *k, struct kulink_slot *slots, uint32_t kind, size_t size,
		  struct kulink_slot **found)
{
	int error, later;

	*found = NULL;
	if (k->only)
		return choose_only(k, slots, kind, size, found);
	error = choose_from(k, slots, kind, size, true, found);
	if (*found || error == -ENODEV)
		return error;
	/* What has changed since the handle was opened, then what a first use would load. */
	forget_errors(k, slots);
	if (kulink_declaration_refresh(&k->declaration, k->dir))
		return kulink_say(k, -ENODEV, "%s is gone", k->service);
	error = choose_from(k, slots, kind, size, true, found);
	if (*found || error == -ENODEV)
		return error;
	later = choose_from(k, slots, kind, size, false, found);
	if (*found || later == -ENODEV)
		return later;
	return error ? error :
	       kulink_say(k, -EOPNOTSUPP, "no channel that carries %s publishes %s here",
			  kind_name(kind), k->service);
}

bool kulink_finish(struct kulink *k, struct kulink_slot *slot, int error)
{
	k->last = slot->channel;
	k->message[0] = '\0';
	if (error && slot->session.message[0])
		kulink_say(k, error, "%s", slot->session.message);
	slot->session.message[0] = '\0';
	if (error != -ENODEV)
		return false;
	kulink_slot_close(slot);
	slot->error = error;
	k->number = NULL;
	k->table_slot = NULL;
	if (k->only || kulink_there(k))
		return !k->only;
	kulink_say(k, error, "%s is gone", k->service);
	return false;
}

const struct kulink_part *kulink_part_wanted(struct kulink *k, uint32_t kind, const char *name,
					     int *error)
{
	const struct kulink_part *part = NULL;
	const char *kinds;

	if (!k || !name || !*name) {
		*error = -EINVAL;
		return NULL;
	}
	k->message[0] = '\0';
	*error = 0;
	if (k->found && k->found->kind == kind && !strcmp(k->found->name, name))
		return k->found;
	part = kulink_part_find(&k->declaration.info, kind, name);
	if (part) {
		k->found = part;
		return part;
	}
	kinds = kind_name(kind);
	*error = kulink_say(k, -ENOENT, "%s has no %.*s \"%.64s\"", k->service,
			    (int)strlen(kinds) - 1, kinds, name);
	return NULL;
}

static struct kulink_slot *slots_new(const struct kulink *k)
{
	struct kulink_slot *slots = calloc(k->n_channels, sizeof(*slots));
	size_t i;

	for (i = 0; slots && i < k->n_channels; i++)
		slots[i].channel = k->only ? k->only : k->list[i];
	return slots;
}

/* Of a service elsewhere: by the channel itself */
static int fetch_declaration(struct kulink *k)
{
	struct kulink_session session = { .service = k->service, .root = k->root, .host = k->host };
	char *text;
	size_t len;
	int error;

	error = k->only->declaration(&session, &text, &len);
	if (error)
		return error;
	error = kulink_declaration_parse(&k->declaration, text, len);
	free(text);
	if (error)
		return error;
	k->declaration.info.published = k->only->info.name;
	return strcmp(k->declaration.info.service, k->service) ? -EPROTO : 0;
}

static int read_declaration(struct kulink *k)
{
	int error;

	k->dir = kulink_dir_open(k->root, "/sys/class/kulink", k->service);
	if (k->dir < 0)
		return k->dir;
	error = kulink_declaration_load(&k->declaration, k->dir, k->service);
	return error == -ENODEV ? -ENOENT : error;	/* it left before we had it */
}

static int handle_fill(struct kulink *k, const char *root)
{
	int error;

	k->root = strdup(root);
	k->slots = slots_new(k);
	k->events.slots = slots_new(k);
	if (!k->root || !k->slots || !k->events.slots)
		return -ENOMEM;
	error = k->host ? fetch_declaration(k) : read_declaration(k);
	if (error || !k->only)
		return error;
	return slot_open(k, k->slots);
}

/* The first that reaches other machines */
static const struct kulink_channel *far_channel(const struct kulink_channel *const *list)
{
	while (*list && !(*list)->declaration)
		list++;
	return *list;
}

/* SERVICE or SERVICE@HOST */
static int handle_name(struct kulink *k, const char *service)
{
	size_t len = strcspn(service, "@");

	if (!kulink_name_valid(service, len))
		return -ENOENT;
	memcpy(k->service, service, len);
	if (!service[len])
		return 0;
	if (!k->only)
		k->only = far_channel(k->list);
	if (!k->only || !k->only->declaration)
		return -EOPNOTSUPP;
	k->host = strdup(service + len + 1);
	return k->host ? 0 : -ENOMEM;
}

int kulink_open_at(struct kulink **out, const char *root, const struct kulink_channel *const *list,
		   const char *service, const char *channel)
{
	struct kulink *k;
	int error, index = 0;

	if (!out)
		return -EINVAL;
	*out = NULL;
	if (channel)
		index = kulink_channel_find(list, channel);
	if (!service || !*service || index < 0)
		return -EINVAL;
	k = calloc(1, sizeof(*k));
	if (!k)
		return -ENOMEM;
	k->dir = -1;
	k->list = list;
	k->only = channel ? list[index] : NULL;
	error = handle_name(k, service);
	while (!k->only && list[k->n_channels])
		k->n_channels++;
	k->n_channels += !k->n_channels;
	if (!error)
		error = handle_fill(k, root);
	if (error) {
		kulink_close(k);
		return error;
	}
	*out = k;
	return 0;
}

int kulink_open(struct kulink **k, const char *service, const char *channel)
{
	return kulink_open_at(k, "", kulink_channel_list, service, channel);
}

void kulink_close(struct kulink *k)
{
	size_t i;

	if (!k)
		return;
	for (i = 0; i < k->n_channels; i++) {
		if (k->slots)
			kulink_slot_close(&k->slots[i]);
		if (k->events.slots)
			kulink_slot_close(&k->events.slots[i]);
	}
	kulink_events_free(k);
	kulink_table_free(&k->table);
	free(k->slots);
	free(k->root);
	free(k->host);
	kulink_declaration_free(&k->declaration);
	if (k->dir >= 0)
		close(k->dir);
	free(k);
}

const char *kulink_channel(const struct kulink *k)
{
	return k && k->last ? k->last->info.name : "";
}

const char *kulink_message(const struct kulink *k)
{
	return k ? k->message : "";
}

int kulink_info(struct kulink *k, const struct kulink_info **info)
{
	if (!k || !info)
		return -EINVAL;
	*info = &k->declaration.info;
	return 0;
}
