// SPDX-License-Identifier: MIT
/*
 * JSON as it is written here: 64-bit numbers as numbers, arrays at the top, nesting, streams of one
 * object a line. libsmartcols, which prints our tables, knows only one array in a named object.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include "cli.h"

/* Bytes of the UTF-8 character at @s, of @len at most; 0: there is none */
static size_t utf8_length(const unsigned char *s, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c = *s;
	size_t n, i;

	if (c < 0x80)
		return 1;
	n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;
	if (!n || n > len || c > 0xf4)
		return 0;
	c &= 0xff >> (n + 1);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return n;
}

/* Whether it can be shown as text without a loss */
bool utf8_text(const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	size_t n;

	for (; len; s += n, len -= n) {
		n = *s ? utf8_length(s, len) : 0;
		if (!n)
			return false;
	}
	return true;
}

static void quoted(FILE *out, const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	size_t n;

	fputc('"', out);
	for (; len; s += n, len -= n) {
		n = utf8_length(s, len);
		if (!n) {
			fputs("\\ufffd", out);
			n = 1;
		} else if (*s == '"' || *s == '\\') {
			fprintf(out, "\\%c", *s);
		} else if (*s == '\n') {
			fputs("\\n", out);
		} else if (*s < 0x20 || *s == 0x7f) {
			fprintf(out, "\\u%04x", *s);
		} else {
			fwrite(s, 1, n, out);
		}
	}
	fputc('"', out);
}

/* Comma, line and key before whatever follows */
static void lead(struct json *j, const char *key)
{
	if (j->depth) {
		bool *begun = &j->begun[j->depth - 1];

		if (*begun)
			fputc(',', j->out);
		*begun = true;
		if (!j->lines)
			fprintf(j->out, "\n%*s", j->depth * 2, "");
	}
	if (key) {
		quoted(j->out, key, strlen(key));
		fputs(j->lines ? ":" : ": ", j->out);
	}
}

void json_begin(struct json *j, const char *key, char bracket)
{
	lead(j, key);
	fputc(bracket, j->out);
	assert(j->depth < JSON_DEPTH);
	j->begun[j->depth] = false;
	j->close[j->depth] = bracket == '[' ? ']' : '}';
	j->depth++;
}

void json_end(struct json *j)
{
	j->depth--;
	if (j->begun[j->depth] && !j->lines)
		fprintf(j->out, "\n%*s", j->depth * 2, "");
	fputc(j->close[j->depth], j->out);
	if (!j->depth)
		fputc('\n', j->out);
}

void json_bytes(struct json *j, const char *key, const void *bytes, size_t len)
{
	lead(j, key);
	quoted(j->out, bytes, len);
}

void json_null(struct json *j, const char *key)
{
	lead(j, key);
	fputs("null", j->out);
}

void json_string(struct json *j, const char *key, const char *s)
{
	if (s)
		json_bytes(j, key, s, strlen(s));
	else
		json_null(j, key);
}

void json_u64(struct json *j, const char *key, uint64_t n)
{
	lead(j, key);
	fprintf(j->out, "%" PRIu64, n);
}

void json_s64(struct json *j, const char *key, int64_t n)
{
	lead(j, key);
	fprintf(j->out, "%" PRId64, n);
}

void json_bool(struct json *j, const char *key, bool b)
{
	lead(j, key);
	fputs(b ? "true" : "false", j->out);
}

void json_base64(struct json *j, const char *key, const void *bytes, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *s = bytes;
	size_t i;

	lead(j, key);
	fputc('"', j->out);
	for (i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t bits = (uint32_t)s[i] << 16;

		if (n > 1)
			bits |= (uint32_t)s[i + 1] << 8;
		if (n > 2)
			bits |= s[i + 2];
		fputc(digits[bits >> 18], j->out);
		fputc(digits[bits >> 12 & 63], j->out);
		fputc(n > 1 ? digits[bits >> 6 & 63] : '=', j->out);
		fputc(n > 2 ? digits[bits & 63] : '=', j->out);
	}
	fputc('"', j->out);
}

void json_words(struct json *j, const char *key, const char *list)
{
	size_t n;

	json_begin(j, key, '[');
	while (list && *(list += strspn(list, " \n"))) {
		n = strcspn(list, " \n");
		json_bytes(j, NULL, list, n);
		list += n;
	}
	json_end(j);
}

void json_number(struct json *j, const char *key, uint32_t type, uint64_t number,
		 const char *string)
{
	switch (type) {
	case KULINK_TYPE_BOOL:
		json_bool(j, key, number);
		break;
	case KULINK_TYPE_S64:
		json_s64(j, key, (int64_t)number);
		break;
	case KULINK_TYPE_U64:
		json_u64(j, key, number);
		break;
	default:
		json_string(j, key, string);
	}
}

void json_cell(struct json *j, const struct kulink_cell *cell)
{
	json_number(j, cell->name, cell->type, cell->number, cell->string);
}
