// SPDX-License-Identifier: GPL-2.0-only
/*
 * jsoncheck [-l] [-t TYPE] [-n COUNT]: whether stdin is one JSON text (RFC 8259), or with -l one in
 * each line; of TYPE (array, object), with COUNT elements or members, or lines. UTF-8 is checked,
 * and that no key comes twice in an object. Exit status 0: it is; else a sentence says where not.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEPTH	64
#define KEYS	512

static const char *text, *at, *end;
static long count;	/* elements or members of the outermost */

static void wrong(const char *what)
{
	printf("jsoncheck: %s at byte %td: %.*s\n", what, at - text,
	       (int)(end - at < 40 ? end - at : 40), at);
	exit(1);
}

static void space(void)
{
	while (at < end && strchr(" \t\r\n", *at))
		at++;
}

static bool take(char c)
{
	space();
	if (at == end || *at != c)
		return false;
	at++;
	return true;
}

static void utf8(void)
{
	unsigned char c = *at;
	int more = c < 0x80 ? 0 : c >= 0xf0 && c < 0xf5 ? 3 : c >= 0xe0 && c < 0xf0 ? 2 :
		   c >= 0xc2 && c < 0xe0 ? 1 : -1;

	if (more < 0 || end - at <= more)
		wrong("not UTF-8");
	for (at++; more; more--, at++)
		if ((*at & 0xc0) != 0x80)
			wrong("not UTF-8");
}

static void escape(void)
{
	int i;

	at++;
	if (at == end || !strchr("\"\\/bfnrtu", *at) || !*at)
		wrong("unknown escape");
	if (*at++ != 'u')
		return;
	for (i = 0; i < 4; i++, at++)
		if (at == end || !isxdigit((unsigned char)*at))
			wrong("\\u without four digits");
}

static void string(void)
{
	if (!take('"'))
		wrong("a string is missing");
	while (at < end && *at != '"') {
		if ((unsigned char)*at < 0x20)
			wrong("control character in a string");
		if (*at == '\\')
			escape();
		else
			utf8();
	}
	if (at == end)
		wrong("a string without end");
	at++;
}

static void digits(void)
{
	if (at == end || !isdigit((unsigned char)*at))
		wrong("a digit is missing");
	while (at < end && isdigit((unsigned char)*at))
		at++;
}

static void number(void)
{
	if (*at == '-')
		at++;
	if (at < end && *at == '0')
		at++;
	else
		digits();
	if (at < end && *at == '.') {
		at++;
		digits();
	}
	if (at < end && (*at == 'e' || *at == 'E')) {
		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		digits();
	}
}

static void value(int depth);

static void key(const char **keys, size_t *lengths, size_t n)
{
	const char *begin;
	size_t i, len;

	space();
	begin = at;
	string();
	len = at - begin;
	for (i = 0; i < n; i++)
		if (lengths[i] == len && !memcmp(keys[i], begin, len))
			wrong("a key comes twice");
	keys[n] = begin;
	lengths[n] = len;
	if (!take(':'))
		wrong("a colon is missing");
}

static long object(int depth)
{
	const char *keys[KEYS];
	size_t lengths[KEYS];
	long n = 0;

	if (take('}'))
		return 0;
	do {
		if (n == KEYS)
			wrong("too many keys");
		key(keys, lengths, n++);
		value(depth + 1);
	} while (take(','));
	if (!take('}'))
		wrong("an object without end");
	return n;
}

static long array(int depth)
{
	long n = 0;

	if (take(']'))
		return 0;
	do {
		value(depth + 1);
		n++;
	} while (take(','));
	if (!take(']'))
		wrong("an array without end");
	return n;
}

static bool word(const char *s)
{
	size_t len = strlen(s);

	if ((size_t)(end - at) < len || memcmp(at, s, len))
		return false;
	at += len;
	return true;
}

static void value(int depth)
{
	long n = 0;

	space();
	if (depth == DEPTH)
		wrong("too deep");
	if (at == end)
		wrong("something is missing");
	if (take('{'))
		n = object(depth);
	else if (take('['))
		n = array(depth);
	else if (*at == '"')
		string();
	else if (*at == '-' || isdigit((unsigned char)*at))
		number();
	else if (!word("true") && !word("false") && !word("null"))
		wrong("no JSON");
	if (!depth)
		count = n;
}

static void whole(const char *type)
{
	space();
	if (type && (at == end || *at != (!strcmp(type, "array") ? '[' : '{')))
		wrong("another type");
	value(0);
	space();
	if (at != end)
		wrong("something follows");
}

static char *read_all(size_t *len)
{
	size_t size = 1 << 16, n;
	char *all = malloc(size);

	*len = 0;
	while (all && (n = fread(all + *len, 1, size - *len, stdin))) {
		*len += n;
		if (*len == size)
			all = realloc(all, size *= 2);
	}
	return all;
}

int main(int argc, char **argv)
{
	const char *type = NULL;
	long wanted = -1, lines_seen = 0;
	bool lines = false;
	size_t len;
	int c;

	while ((c = getopt(argc, argv, "lt:n:")) != -1) {
		if (c == 'l')
			lines = true;
		else if (c == 't')
			type = optarg;
		else if (c == 'n')
			wanted = atol(optarg);
		else
			return 2;
	}
	text = read_all(&len);
	if (!text)
		return 2;
	at = text;
	if (!lines) {
		end = text + len;
		whole(type);
	}
	while (lines && at < text + len) {
		end = memchr(at, '\n', text + len - at);
		if (!end)
			wrong("a line without end");
		whole(type);
		lines_seen++;
		at = end + 1;
	}
	if (lines)
		count = lines_seen;
	if (wanted >= 0 && count != wanted) {
		printf("jsoncheck: %ld, not %ld\n", count, wanted);
		return 1;
	}
	return 0;
}
