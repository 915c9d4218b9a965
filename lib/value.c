// SPDX-License-Identifier: MIT
/* Values: typed getters and setters over one get and one set. */
#include <errno.h>
#include <string.h>

#include "handle.h"

static int no_type(struct kulink *k, const struct kulink_part *part)
{
	static const char *const names[] = { "", "bool", "s64", "u64", "enum", "string" };

	return kulink_say(k, -EINVAL, "%s is of type %s", part->name, names[part->type]);
}

static int get(struct kulink *k, const struct kulink_part *part, struct kulink_datum *datum)
{
	size_t tries = k->n_channels;
	struct kulink_slot *slot;
	int error;

	k->number = NULL;
	do {
		error = kulink_choose(k, k->slots, KULINK_VALUES, 0, &slot);
		if (error)
			return error;
		memset(datum, 0, sizeof(*datum));
		error = slot->channel->get(&slot->session, part, datum);
	} while (kulink_finish(k, slot, error) && --tries);
	if (error)
		return error;
	if (datum->type != part->type || datum->len >= sizeof(datum->string) ||
	    datum->string[datum->len])
		return kulink_say(k, -EPROTO, "%s: malformed answer", part->name);
	if (slot->channel->number) {
		k->number = part;
		k->number_slot = slot;
	}
	return 0;
}

/* The number that was got last once more, if it is as easy as then. Inline: a call would be a tenth of what it takes over mmap. */
static inline __attribute__((always_inline)) bool again(struct kulink *k, const char *value, uint32_t type,
							const void *out, uint64_t *number)
{
	const struct kulink_part *part = k ? k->number : NULL;
	struct kulink_slot *slot;

	if (!part || !value || !out || part->type != type || strcmp(part->name, value))
		return false;
	slot = k->number_slot;
	if (slot->channel->number(&slot->session, number))
		return false;
	k->last = slot->channel;
	k->message[0] = '\0';
	return true;
}

int kulink_get(struct kulink *k, const char *value, struct kulink_datum *datum)
{
	const struct kulink_part *part;
	int error;

	part = kulink_part_wanted(k, KULINK_VALUES, value, &error);
	if (!part)
		return error;
	return datum ? get(k, part, datum) : -EINVAL;
}

static int get_number(struct kulink *k, const char *value, uint32_t type, const void *out,
		      uint64_t *number)
{
	const struct kulink_part *part;
	struct kulink_datum datum;
	int error;

	part = kulink_part_wanted(k, KULINK_VALUES, value, &error);
	if (!part)
		return error;
	if (!out)
		return -EINVAL;
	if (part->type != type)
		return no_type(k, part);
	error = get(k, part, &datum);
	if (!error)
		*number = datum.number;
	return error;
}

int kulink_get_bool(struct kulink *k, const char *value, bool *v)
{
	uint64_t number;
	int error = 0;

	if (!again(k, value, KULINK_TYPE_BOOL, v, &number))
		error = get_number(k, value, KULINK_TYPE_BOOL, v, &number);
	if (!error)
		*v = number;
	return error;
}

int kulink_get_s64(struct kulink *k, const char *value, int64_t *v)
{
	if (again(k, value, KULINK_TYPE_S64, v, (uint64_t *)v))
		return 0;
	return get_number(k, value, KULINK_TYPE_S64, v, (uint64_t *)v);
}

int kulink_get_u64(struct kulink *k, const char *value, uint64_t *v)
{
	if (again(k, value, KULINK_TYPE_U64, v, v))
		return 0;
	return get_number(k, value, KULINK_TYPE_U64, v, v);
}

int kulink_get_string(struct kulink *k, const char *value, char *v, size_t size)
{
	const struct kulink_part *part;
	struct kulink_datum datum;
	int error;

	part = kulink_part_wanted(k, KULINK_VALUES, value, &error);
	if (!part)
		return error;
	if (!v)
		return -EINVAL;
	if (part->type != KULINK_TYPE_STRING && part->type != KULINK_TYPE_ENUM)
		return no_type(k, part);
	error = get(k, part, &datum);
	return error ? error : kulink_text_format(&datum, v, size);
}

int kulink_get_text(struct kulink *k, const char *value, char *text, size_t size)
{
	struct kulink_datum datum;
	int error;

	if (!text)
		return -EINVAL;
	error = kulink_get(k, value, &datum);
	return error ? error : kulink_text_format(&datum, text, size);
}

/* What no channel could carry; range and permission are the kernel's to decide */
static int check(struct kulink *k, const struct kulink_part *part, struct kulink_datum *datum)
{
	int index;

	if (datum->type != part->type)
		return no_type(k, part);
	if (part->type != KULINK_TYPE_STRING && part->type != KULINK_TYPE_ENUM) {
		datum->len = 0;
		return 0;
	}
	if (datum->len >= sizeof(datum->string))
		return kulink_say(k, -ERANGE, "%s: a string has at most %d bytes", part->name,
				  KULINK_STRING_SIZE - 1);
	if (datum->string[datum->len] || strlen(datum->string) != datum->len ||
	    strchr(datum->string, '\n'))
		return kulink_say(k, -EINVAL, "%s: a string has no newline and one NUL, at its end",
				  part->name);
	if (part->type == KULINK_TYPE_STRING)
		return 0;
	if (!datum->len)
		strcpy(datum->string, kulink_label(part->labels, datum->number));
	datum->len = strlen(datum->string);
	index = kulink_label_index(part->labels, datum->string);
	if (index < 0)
		return kulink_say(k, index, "%s has no label \"%s\"", part->name, datum->string);
	datum->number = index;
	return 0;
}

static int set(struct kulink *k, const struct kulink_part *part, struct kulink_datum *datum)
{
	size_t tries = k->n_channels;
	struct kulink_slot *slot;
	int error;

	error = check(k, part, datum);
	if (error)
		return error;
	do {
		error = kulink_choose(k, k->slots, KULINK_SETS, 0, &slot);
		if (error)
			return error;
		error = slot->channel->set(&slot->session, part, datum);
	} while (kulink_finish(k, slot, error) && --tries);
	return error;
}

int kulink_set(struct kulink *k, const char *value, const struct kulink_datum *datum)
{
	const struct kulink_part *part;
	struct kulink_datum copy;
	int error;

	part = kulink_part_wanted(k, KULINK_VALUES, value, &error);
	if (!part)
		return error;
	if (!datum)
		return -EINVAL;
	copy = *datum;
	return set(k, part, &copy);
}

static int set_number(struct kulink *k, const char *value, uint32_t type, uint64_t number)
{
	struct kulink_datum datum = { .type = type, .number = number };

	return kulink_set(k, value, &datum);
}

int kulink_set_bool(struct kulink *k, const char *value, bool v)
{
	return set_number(k, value, KULINK_TYPE_BOOL, v);
}

int kulink_set_s64(struct kulink *k, const char *value, int64_t v)
{
	return set_number(k, value, KULINK_TYPE_S64, (uint64_t)v);
}

int kulink_set_u64(struct kulink *k, const char *value, uint64_t v)
{
	return set_number(k, value, KULINK_TYPE_U64, v);
}

int kulink_set_string(struct kulink *k, const char *value, const char *v)
{
	const struct kulink_part *part;
	struct kulink_datum datum = { .type = KULINK_TYPE_STRING };
	int error;

	part = kulink_part_wanted(k, KULINK_VALUES, value, &error);
	if (!part)
		return error;
	if (!v)
		return -EINVAL;
	if (part->type == KULINK_TYPE_ENUM)
		datum.type = part->type;
	datum.len = strnlen(v, sizeof(datum.string));
	memcpy(datum.string, v, datum.len < sizeof(datum.string) ? datum.len : 0);
	if (datum.type == KULINK_TYPE_ENUM && !datum.len)
		return kulink_say(k, -EINVAL, "%s has no label \"\"", part->name);
	return set(k, part, &datum);
}

int kulink_set_text(struct kulink *k, const char *value, const char *text)
{
	const struct kulink_part *part;
	struct kulink_datum datum;
	int error;

	part = kulink_part_wanted(k, KULINK_VALUES, value, &error);
	if (!part)
		return error;
	if (!text)
		return -EINVAL;
	error = kulink_text_parse(part, text, &datum);
	if (error)
		return kulink_say(k, error, "%s: not a value of its type: \"%.64s\"", part->name,
				  text);
	return set(k, part, &datum);
}
