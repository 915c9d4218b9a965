// SPDX-License-Identifier: MIT
/* Values as text, the way the kernel's text channels write and read them. */
#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"

static int parse_bool(const char *text, __u64 *number)
{
	static const char *const words[] = {
		"0", "1", "n", "y", "f", "t", "no", "yes", "off", "on", "false", "true",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!strcasecmp(text, words[i])) {
			*number = i & 1;
			return 0;
		}
	}
	return -EINVAL;
}

/* Eight digits at once, in halves, quarters and so on side by side in one word; false: not all are digits */
static bool eight_digits(const char *text, uint64_t *value)
{
	uint64_t v;

	memcpy(&v, text, sizeof(v));
	v = le64toh(v);
	if (((v & 0xf0f0f0f0f0f0f0f0) | ((v + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4) !=
	    0x3333333333333333)
		return false;
	v = (v & 0x0f0f0f0f0f0f0f0f) * (10 << 8 | 1) >> 8;
	v = (v & 0x00ff00ff00ff00ff) * (100 << 16 | 1) >> 16;
	*value = (v & 0x0000ffff0000ffff) * (10000ULL << 32 | 1) >> 32;
	return true;
}

/* By hand, as a table of text is little else: strtoull() takes 25 instructions a digit. */
int kulink_text_number(const char **at, const char *end, bool is_signed, uint64_t *number)
{
	const char *text = *at, *first;
	bool negative = text < end && *text == '-', over = false;
	uint64_t value = 0, eight, most = is_signed ? (uint64_t)INT64_MAX + negative : negative ? 0 : UINT64_MAX;
	unsigned char digit;

	text += negative || (text < end && *text == '+');
	first = text;
	/* twice, so that it cannot overflow */
	while (end - text >= 8 && text - first <= 8 && eight_digits(text, &eight)) {
		value = value * 100000000 + eight;
		text += 8;
	}
	for (; text < end && (digit = *text - '0') <= 9; text++) {
		if (text - first >= 19)		/* fewer fit */
			over |= value > (UINT64_MAX - digit) / 10;
		value = value * 10 + digit;
	}
	*at = text;
	*number = negative ? -value : value;
	if (text == first)
		return -EINVAL;
	return over || value > most ? -ERANGE : 0;
}

/* kstrtoll(), kstrtoull(): an optional sign, digits, nothing else */
static int parse_number(const char *text, size_t len, bool is_signed, __u64 *number)
{
	const char *end = text + len;
	uint64_t value;
	int error = kulink_text_number(&text, end, is_signed, &value);

	if (text != end)
		return -EINVAL;
	if (!error)
		*number = value;
	return error;
}

static int parse_string(const char *text, size_t len, struct kulink_datum *datum)
{
	if (len >= sizeof(datum->string))
		return -ERANGE;
	if (memchr(text, '\n', len))
		return -EINVAL;
	memcpy(datum->string, text, len);
	datum->len = len;
	return 0;
}

static int parse_enum(const struct kulink_part *value, const char *text, size_t len,
		      struct kulink_datum *datum)
{
	int index = kulink_label_index(value->labels, text);

	if (index < 0)
		return index;
	datum->number = index;
	return parse_string(text, len, datum);
}

/* @text has a NUL at @len, and before it only when it is malformed */
static int parse(const struct kulink_part *value, const char *text, size_t len,
		 struct kulink_datum *datum)
{
	memset(datum, 0, sizeof(*datum));
	datum->type = value->type;
	if (strlen(text) != len)
		return -EINVAL;
	switch (value->type) {
	case KULINK_TYPE_BOOL:
		return parse_bool(text, &datum->number);
	case KULINK_TYPE_S64:
		return parse_number(text, len, true, &datum->number);
	case KULINK_TYPE_U64:
		return parse_number(text, len, false, &datum->number);
	case KULINK_TYPE_ENUM:
		return parse_enum(value, text, len, datum);
	case KULINK_TYPE_STRING:
		return parse_string(text, len, datum);
	default:
		return -EINVAL;
	}
}

/* A long number is still a number. */
static int too_long(uint32_t type, const char *text, size_t len)
{
	size_t i;

	if (type != KULINK_TYPE_S64 && type != KULINK_TYPE_U64)
		return type == KULINK_TYPE_STRING ? -ERANGE : -EINVAL;
	for (i = *text == '-' || *text == '+'; i < len; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -EINVAL;
	}
	return -ERANGE;
}

static int parse_copy(const struct kulink_part *value, const char *text, size_t len,
		      struct kulink_datum *datum)
{
	char copy[KULINK_STRING_SIZE];

	if (len >= sizeof(copy))
		return too_long(value->type, text, len);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return parse(value, copy, len, datum);
}

bool kulink_text_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

int kulink_text_parse(const struct kulink_part *value, const char *text,
		      struct kulink_datum *datum)
{
	size_t len;

	while (kulink_text_is_space(*text))
		text++;
	len = strlen(text);
	while (len && kulink_text_is_space(text[len - 1]))
		len--;
	return parse_copy(value, text, len, datum);
}

/* An index without a label comes as its number */
static int read_index(const char *text, size_t len, struct kulink_datum *datum)
{
	const struct kulink_part number = { .type = KULINK_TYPE_U64 };
	int error;

	error = parse_copy(&number, text, len, datum);
	datum->type = KULINK_TYPE_ENUM;
	return error ? error : parse_string(text, len, datum);
}

int kulink_text_read(const struct kulink_part *value, const char *text, size_t len,
		     struct kulink_datum *datum)
{
	int error;

	if (len && text[len - 1] == '\n')
		len--;
	error = parse_copy(value, text, len, datum);
	if (error && value->type == KULINK_TYPE_ENUM)
		error = read_index(text, len, datum);
	return error ? -EPROTO : 0;
}

int kulink_text_format(const struct kulink_datum *datum, char *text, size_t size)
{
	int len;

	switch (datum->type) {
	case KULINK_TYPE_BOOL:
	case KULINK_TYPE_U64:
		len = snprintf(text, size, "%" PRIu64, (uint64_t)datum->number);
		break;
	case KULINK_TYPE_S64:
		len = snprintf(text, size, "%" PRId64, (int64_t)datum->number);
		break;
	case KULINK_TYPE_ENUM:
	case KULINK_TYPE_STRING:
		len = snprintf(text, size, "%.*s", (int)sizeof(datum->string) - 1, datum->string);
		break;
	default:
		return -EINVAL;
	}
	return (size_t)len < size ? 0 : -EMSGSIZE;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

int kulink_text_unescape(const char *text, size_t len, char *to, size_t room)
{
	size_t from, n = 0;

	for (from = 0; from < len; from++, n++) {
		if (n == room)
			return -EPROTO;
		to[n] = text[from];
		if (text[from] != '\\')
			continue;
		if (len - from < 4 || text[from + 1] > '3' || !is_octal(text[from + 1]) ||
		    !is_octal(text[from + 2]) || !is_octal(text[from + 3]))
			return -EPROTO;
		to[n] = (char)((text[from + 1] - '0') << 6 | (text[from + 2] - '0') << 3 |
			       (text[from + 3] - '0'));
		from += 3;
	}
	return (int)n;
}
