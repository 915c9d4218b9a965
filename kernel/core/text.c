// SPDX-License-Identifier: GPL-2.0-only
/* A datum as text and back. */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kstrtox.h>
#include <linux/string.h>

#include "core.h"
#include "digits.h"

/* ASCII's: the kernel's isspace() takes a byte of a UTF-8 sequence for a Latin-1 space. */
bool kulink_is_space(char c)
{
	return isascii(c) && isspace(c);
}

static int format_number(char *text, u64 number, bool negative)
{
	char *to = kulink_put_number(text, number, negative);

	*to++ = '\n';
	*to = '\0';
	return to - text;
}

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
		return format_number(text, datum->number, false);
	case KULINK_TYPE_S64:
		return format_number(text, datum->number, (s64)datum->number < 0);
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
	while (len && kulink_is_space(text[len - 1]))
		len--;
	while (len && kulink_is_space(*text)) {
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
		err = kulink_label_index(field->labels, datum->string);
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
