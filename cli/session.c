// SPDX-License-Identifier: MIT
/* An open service as a verb wants it, and the words for what is in it. */
#include <errno.h>
#include <string.h>
#include "cli.h"

const struct kulink_channel_info *channel_find(const char *name)
{
	const struct kulink_channel_info *c;

	for (c = kulink_channels(); c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

void channel_module(const char *channel, char *text, size_t size)
{
	const struct kulink_channel_info *c = channel_find(channel);

	if (c && !strcmp(c->where, "/dev/kulink/SERVICE"))
		channel = "dev";
	/* a part of the core */
	if (!strcmp(channel, "param"))
		snprintf(text, size, "kulink");
	else
		snprintf(text, size, "kulink_%s", channel);
}

int session_open(struct kulink **k, const struct options *o, const char *service)
{
	struct place at = { .doing = "open", .service = service, .channel = o->channel };
	int err;

	err = kulink_open(k, service, o->channel);
	return err ? report(&at, err) : STATUS_DONE;
}

void session_say(const struct options *o, struct kulink *k)
{
	static char said[32];

	if (!o->verbose || !strcmp(said, kulink_channel(k)))
		return;
	snprintf(said, sizeof(said), "%s", kulink_channel(k));
	fprintf(stderr, "kulink: over %s\n", said);
}

const struct kulink_part *part_find(const struct kulink_info *info, uint32_t kind,
				    const char *name)
{
	size_t i;

	for (i = 0; i < info->n_parts; i++)
		if (info->parts[i].kind == kind && !strcmp(info->parts[i].name, name))
			return &info->parts[i];
	return NULL;
}

const struct kulink_part *session_part(struct kulink *k, const char *service, uint32_t kind,
				       const char *name, const char *doing)
{
	struct place at = { .doing = doing, .service = service, .part = name, .kind = kind };
	const struct kulink_part *part;
	const struct kulink_info *info;
	int err;

	err = kulink_info(k, &info);
	part = err ? NULL : part_find(info, kind, name);
	if (!part)
		report(&at, err ? err : -ENOENT);
	return part;
}

bool list_holds(const char *list, const char *word)
{
	size_t len = strlen(word), n;

	while (list && *(list += strspn(list, " \n"))) {
		n = strcspn(list, " \n");
		if (n == len && !strncmp(list, word, len))
			return true;
		list += n;
	}
	return false;
}

const char *kind_name(uint32_t kind)
{
	switch (kind) {
	case KULINK_VALUES:
		return "value";
	case KULINK_TABLES:
		return "table";
	case KULINK_CALLS:
		return "call";
	case KULINK_EVENTS:
		return "event";
	case KULINK_REGIONS:
		return "region";
	}
	return "unknown";
}

const char *type_name(uint32_t type)
{
	switch (type) {
	case KULINK_TYPE_BOOL:
		return "bool";
	case KULINK_TYPE_S64:
		return "s64";
	case KULINK_TYPE_U64:
		return "u64";
	case KULINK_TYPE_ENUM:
		return "enum";
	case KULINK_TYPE_STRING:
		return "string";
	}
	return "unknown";
}

void where_text(const char *where, const char *service, char *text, size_t size)
{
	const char *word;
	size_t len = 0;

	*text = '\0';
	for (; (word = strstr(where, "SERVICE")) && len < size; where = word + strlen("SERVICE"))
		len += snprintf(text + len, size - len, "%.*s%s", (int)(word - where), where,
				service);
	if (len < size)
		snprintf(text + len, size - len, "%s", where);
}
