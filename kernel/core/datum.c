// SPDX-License-Identifier: GPL-2.0-only
/* Whether a value takes a datum, and the members it comes from. Its text is in text.c. */
#include <kunit/visibility.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "core.h"

/* Bytes that follow the first of a UTF-8 sequence; -1: it cannot be a first */
static int utf8_more(u8 c)
{
	if (c < 0x80)
		return 0;
	if (c >= 0xc2 && c <= 0xdf)
		return 1;
	if (c >= 0xe0 && c <= 0xef)
		return 2;
	if (c >= 0xf0 && c <= 0xf4)
		return 3;
	return -1;
}

/* Overlong forms, surrogates and what is past U+10FFFF show in the second byte. */
static bool utf8_second_ok(u8 first, u8 second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second <= 0x9f;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second <= 0x8f;
	default:
		return true;
	}
}

/* UTF-8 without newline and NUL */
bool kulink_string_ok(const char *s, size_t len)
{
	const u8 *p = (const u8 *)s, *end = p + len;

	while (p < end) {
		u8 first = *p++;
		int more = utf8_more(first);

		if (first == '\n' || first == '\0' || more < 0 || end - p < more)
			return false;
		if (more && !utf8_second_ok(first, *p))
			return false;
		while (more--)
			if ((*p++ & 0xc0) != 0x80)
				return false;
	}
	return true;
}

int kulink_label_index(const char *const *labels, const char *label)
{
	int i;

	for (i = 0; labels && labels[i]; i++)
		if (!strcmp(labels[i], label))
			return i;
	return -EINVAL;
}

static void set_label(const char *const *labels, struct kulink_datum *datum)
{
	u64 i;

	for (i = 0; labels && labels[i]; i++)
		if (i == datum->number) {
			datum->len = strscpy(datum->string, labels[i], sizeof(datum->string));
			return;
		}
	datum->len = scnprintf(datum->string, sizeof(datum->string), "%llu", datum->number);
}

/* What a driver gave as a program shall see it. */
void kulink_datum_complete(const struct kulink_field *field, struct kulink_datum *datum)
{
	datum->type = field->type;
	switch (field->type) {
	case KULINK_TYPE_STRING:
		datum->number = 0;
		datum->len = strnlen(datum->string, sizeof(datum->string) - 1);
		memset(datum->string + datum->len, 0, sizeof(datum->string) - datum->len);
		strreplace(datum->string, '\n', '?');
		return;
	case KULINK_TYPE_ENUM:
		memset(datum->string, 0, sizeof(datum->string));
		set_label(field->labels, datum);
		return;
	case KULINK_TYPE_BOOL:
		datum->number = !!datum->number;
		break;
	}
	datum->len = 0;
	memset(datum->string, 0, sizeof(datum->string));
}
EXPORT_SYMBOL_IF_KUNIT(kulink_datum_complete);

u64 kulink_member_load(const struct kulink_field *field, const void *object)
{
	const void *p = object + field->offset;
	bool sign = field->type == KULINK_TYPE_S64;

	switch (field->size) {
	case 1:
		return sign ? (u64)*(const s8 *)p : *(const u8 *)p;
	case 2:
		return sign ? (u64)*(const s16 *)p : *(const u16 *)p;
	case 4:
		return sign ? (u64)*(const s32 *)p : *(const u32 *)p;
	default:
		return *(const u64 *)p;
	}
}
EXPORT_SYMBOL_IF_KUNIT(kulink_member_load);

void kulink_member_store(const struct kulink_field *field, void *object, u64 number)
{
	void *p = object + field->offset;

	switch (field->size) {
	case 1:
		*(u8 *)p = number;
		break;
	case 2:
		*(u16 *)p = number;
		break;
	case 4:
		*(u32 *)p = number;
		break;
	default:
		*(u64 *)p = number;
	}
}
EXPORT_SYMBOL_IF_KUNIT(kulink_member_store);

static int check_string(const struct kulink_value *value, const struct kulink_datum *datum)
{
	u32 size = value->field.size ?: KULINK_STRING_SIZE;
	u32 len = datum->len;

	if (len >= sizeof(datum->string) || datum->string[len] ||
	    !kulink_string_ok(datum->string, len))
		return -EINVAL;
	/* As text it would be another string: what is around it is ignored there. */
	if (len && (kulink_is_space(datum->string[0]) || kulink_is_space(datum->string[len - 1])))
		return -EINVAL;
	if (len >= size || (value->ranged && (len < value->min || len > value->max)))
		return -ERANGE;
	return 0;
}

static int check_enum(const struct kulink_field *field, struct kulink_datum *datum)
{
	int index;

	if (datum->len) {
		if (datum->len >= sizeof(datum->string) || datum->string[datum->len])
			return -EINVAL;
		index = kulink_label_index(field->labels, datum->string);
		if (index < 0)
			return index;
		datum->number = index;
	}
	for (index = 0; field->labels[index]; index++)
		if (index == datum->number) {
			kulink_datum_complete(field, datum);
			return 0;
		}
	return -EINVAL;
}

static int check_s64(const struct kulink_value *value, s64 number)
{
	u32 bits = (value->field.size ?: 8) * 8;

	if (number < S64_MIN >> (64 - bits) || number > S64_MAX >> (64 - bits))
		return -ERANGE;
	if (value->ranged && (number < (s64)value->min || number > (s64)value->max))
		return -ERANGE;
	return 0;
}

static int check_u64(const struct kulink_value *value, u64 number)
{
	u32 bits = (value->field.size ?: 8) * 8;

	if (number > U64_MAX >> (64 - bits))
		return -ERANGE;
	if (value->ranged && (number < value->min || number > value->max))
		return -ERANGE;
	return 0;
}

/**
 * kulink_datum_check() - whether a value takes it
 * @value: type, range, labels, and what its member holds
 * @datum: to set; an enum is completed
 *
 * Return: 0; -EINVAL wrong type or malformed; -ERANGE
 */
int kulink_datum_check(const struct kulink_value *value, struct kulink_datum *datum)
{
	if (datum->type != value->field.type)
		return -EINVAL;
	switch (datum->type) {
	case KULINK_TYPE_STRING:
		return check_string(value, datum);
	case KULINK_TYPE_ENUM:
		return check_enum(&value->field, datum);
	}
	if (datum->len)
		return -EINVAL;
	switch (datum->type) {
	case KULINK_TYPE_BOOL:
		return datum->number > 1 ? -EINVAL : 0;
	case KULINK_TYPE_S64:
		return check_s64(value, datum->number);
	case KULINK_TYPE_U64:
		return check_u64(value, datum->number);
	}
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(kulink_datum_check);
