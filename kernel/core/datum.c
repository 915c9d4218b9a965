// SPDX-License-Identifier: GPL-2.0-only
/* A datum as text and back, and whether a value takes it. */
#include <kunit/visibility.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kstrtox.h>
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

/* ASCII's: the kernel's isspace() takes a byte of a UTF-8 sequence for a Latin-1 space. */
static bool is_space(char c)
{
	return isascii(c) && isspace(c);
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

static int label_index(const char *const *labels, const char *label)
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

/**
 * kulink_datum_format() - as text with a newline
 * @datum: complete: an enum with its label
 * @text: gets it, NUL-terminated
 *
 * Return: bytes without the NUL
 */
int kulink_datum_format(const struct kulink_datum *datum, char text[KULINK_TEXT_SIZE])
{
	switch (datum->type) {
	case KULINK_TYPE_BOOL:
	case KULINK_TYPE_U64:
		return scnprintf(text, KULINK_TEXT_SIZE, "%llu\n", datum->number);
	case KULINK_TYPE_S64:
		return scnprintf(text, KULINK_TEXT_SIZE, "%lld\n", (s64)datum->number);
	default:
		return scnprintf(text, KULINK_TEXT_SIZE, "%s\n", datum->string);
	}
}
EXPORT_SYMBOL_GPL(kulink_datum_format);

/* kstrtobool() looks at no more than it needs: "1x" would pass. */
static int parse_bool(const char *text, u64 *number)
{
	static const char *const words[] = { "yes", "no", "on", "off", "true", "false" };
	bool whole = strlen(text) == 1, v;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcasecmp(text, words[i])) {
			*number = !(i & 1);
			return 0;
		}
	if (!whole || kstrtobool(text, &v))
		return -EINVAL;
	*number = v;
	return 0;
}

static int parse_number(u32 type, const char *text, u64 *number)
{
	s64 v;
	int err;

	if (type == KULINK_TYPE_U64 && text[0] != '-')
		return kstrtou64(text, 10, number);
	err = kstrtos64(text, 10, &v);
	if (!err && type == KULINK_TYPE_U64 && v < 0)
		return -ERANGE;
	*number = v;
	return err;
}

/* A long number is still a number. */
static int too_long(u32 type, const char *text, size_t len)
{
	if (type == KULINK_TYPE_STRING)
		return -ERANGE;
	if (type != KULINK_TYPE_S64 && type != KULINK_TYPE_U64)
		return -EINVAL;
	while (len)
		if (!isdigit(text[--len]) && len)
			return -EINVAL;
	return -ERANGE;
}

/* The text without the white space around it, in @datum's string. */
static int trim(const char *text, size_t len, struct kulink_datum *datum)
{
	while (len && is_space(text[len - 1]))
		len--;
	while (len && is_space(*text)) {
		text++;
		len--;
	}
	if (len >= sizeof(datum->string))
		return too_long(datum->type, text, len);
	if (!kulink_string_ok(text, len))
		return -EINVAL;
	memcpy(datum->string, text, len);
	datum->len = len;
	return 0;
}

/**
 * kulink_datum_parse() - from text
 * @field: type and labels
 * @text: decimal; a boolean as kstrtobool() takes it, or a whole word; an enum's label;
 *	white space around is ignored
 * @len: bytes of @text
 * @datum: gets it
 *
 * Return: 0; -EINVAL not of the type; -ERANGE more than 64 bits or 255 bytes hold
 */
int kulink_datum_parse(const struct kulink_field *field, const char *text, size_t len,
		       struct kulink_datum *datum)
{
	int err;

	memset(datum, 0, sizeof(*datum));
	datum->type = field->type;
	err = trim(text, len, datum);
	if (err)
		return err;
	switch (field->type) {
	case KULINK_TYPE_STRING:
		return 0;
	case KULINK_TYPE_ENUM:
		err = label_index(field->labels, datum->string);
		if (err < 0)
			return err;
		datum->number = err;
		return 0;
	case KULINK_TYPE_BOOL:
		err = parse_bool(datum->string, &datum->number);
		break;
	default:
		err = parse_number(field->type, datum->string, &datum->number);
	}
	memset(datum->string, 0, sizeof(datum->string));
	datum->len = 0;
	return err;
}
EXPORT_SYMBOL_GPL(kulink_datum_parse);

static int check_string(const struct kulink_value *value, const struct kulink_datum *datum)
{
	u32 size = value->field.size ?: KULINK_STRING_SIZE;
	u32 len = datum->len;

	if (len >= sizeof(datum->string) || datum->string[len] ||
	    !kulink_string_ok(datum->string, len))
		return -EINVAL;
	/* As text it would be another string: what is around it is ignored there. */
	if (len && (is_space(datum->string[0]) || is_space(datum->string[len - 1])))
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
		index = label_index(field->labels, datum->string);
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
