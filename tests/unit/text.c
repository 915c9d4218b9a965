// SPDX-License-Identifier: GPL-2.0-only
/* Values as text: both ends of each type, and what is none. */
#include "unit.h"

static const char *const labels[] = { "off", "sampled", "full", NULL };

static int parse(uint32_t type, const char *text, struct kulink_datum *datum)
{
	const struct kulink_part value = { .type = type, .labels = labels };

	return kulink_text_parse(&value, text, datum);
}

static void good(uint32_t type, const char *text, uint64_t number)
{
	struct kulink_datum datum;

	if (parse(type, text, &datum))
		fail_msg("refused: \"%s\"", text);
	assert_int_equal(type, datum.type);
	assert_true(datum.number == number);
}

static void bad(uint32_t type, const char *text, int error)
{
	struct kulink_datum datum;
	int got = parse(type, text, &datum);

	if (got != error)
		fail_msg("\"%s\" is %d, not %d", text, got, error);
}

static void booleans(void **state)
{
	static const char *const yes[] = { "1", "y", "Y", "t", "T", "yes", "on", "ON", "true", " 1\n" };
	static const char *const no[] = { "0", "n", "N", "f", "F", "no", "off", "Off", "false", "\t0 " };
	static const char *const none[] = { "", " ", "2", "10", "-1", "yess", "o", "1 1", "tru" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		good(KULINK_TYPE_BOOL, yes[i], 1);
	for (i = 0; i < sizeof(no) / sizeof(*no); i++)
		good(KULINK_TYPE_BOOL, no[i], 0);
	for (i = 0; i < sizeof(none) / sizeof(*none); i++)
		bad(KULINK_TYPE_BOOL, none[i], -EINVAL);
}

static void signed_numbers(void **state)
{
	static const char *const none[] = { "", "-", "+", "--1", "1x", "0x10", "1 2", "1.0", "x", "- 1" };
	size_t i;

	(void)state;
	good(KULINK_TYPE_S64, "-9223372036854775808", (uint64_t)INT64_MIN);
	good(KULINK_TYPE_S64, "9223372036854775807", INT64_MAX);
	good(KULINK_TYPE_S64, " -1\n", UINT64_MAX);
	good(KULINK_TYPE_S64, "+7", 7);
	good(KULINK_TYPE_S64, "010", 10);
	bad(KULINK_TYPE_S64, "-9223372036854775809", -ERANGE);
	bad(KULINK_TYPE_S64, "9223372036854775808", -ERANGE);
	for (i = 0; i < sizeof(none) / sizeof(*none); i++)
		bad(KULINK_TYPE_S64, none[i], -EINVAL);
}

static void unsigned_numbers(void **state)
{
	static const char *const none[] = { "", "-", "+", "1x", "1e3", "ff", "1\t2", "-x" };
	size_t i;

	(void)state;
	good(KULINK_TYPE_U64, "0", 0);
	good(KULINK_TYPE_U64, "-0", 0);
	good(KULINK_TYPE_U64, "\v18446744073709551615\r\n", UINT64_MAX);
	bad(KULINK_TYPE_U64, "18446744073709551616", -ERANGE);
	bad(KULINK_TYPE_U64, "-1", -ERANGE);
	for (i = 0; i < sizeof(none) / sizeof(*none); i++)
		bad(KULINK_TYPE_U64, none[i], -EINVAL);
}

static void enums(void **state)
{
	struct kulink_datum datum;

	(void)state;
	assert_int_equal(0, parse(KULINK_TYPE_ENUM, " full\n", &datum));
	assert_int_equal(2, datum.number);
	assert_string_equal("full", datum.string);
	assert_int_equal(4, datum.len);
	bad(KULINK_TYPE_ENUM, "", -EINVAL);
	bad(KULINK_TYPE_ENUM, "ful", -EINVAL);
	bad(KULINK_TYPE_ENUM, "2", -EINVAL);
	bad(KULINK_TYPE_ENUM, "Off", -EINVAL);
}

static void strings(void **state)
{
	struct kulink_datum datum;
	char text[KULINK_STRING_SIZE + 8];

	(void)state;
	assert_int_equal(0, parse(KULINK_TYPE_STRING, "", &datum));
	assert_int_equal(0, datum.len);
	assert_int_equal(0, parse(KULINK_TYPE_STRING, "  a b\t\n", &datum));
	assert_string_equal("a b", datum.string);
	assert_int_equal(3, datum.len);
	assert_int_equal(0, parse(KULINK_TYPE_STRING, "voil\xc3\xa0", &datum));
	assert_string_equal("voil\xc3\xa0", datum.string);
	bad(KULINK_TYPE_STRING, "a\nb", -EINVAL);

	memset(text, 'x', sizeof(text));
	text[KULINK_STRING_SIZE - 1] = '\0';
	assert_int_equal(0, parse(KULINK_TYPE_STRING, text, &datum));
	assert_int_equal(KULINK_STRING_SIZE - 1, datum.len);
	text[KULINK_STRING_SIZE - 1] = 'x';
	text[KULINK_STRING_SIZE] = '\0';
	bad(KULINK_TYPE_STRING, text, -ERANGE);
}

static void long_ones(void **state)
{
	char text[400] = "-";

	(void)state;
	memset(text + 1, '9', sizeof(text) - 2);
	bad(KULINK_TYPE_S64, text, -ERANGE);
	bad(KULINK_TYPE_U64, text, -ERANGE);
	bad(KULINK_TYPE_BOOL, text, -EINVAL);
	bad(KULINK_TYPE_ENUM, text, -EINVAL);
	text[300] = 'x';
	bad(KULINK_TYPE_S64, text, -EINVAL);
	bad(0, "1", -EINVAL);
}

static void format_back(uint32_t type, const char *text)
{
	struct kulink_datum datum;
	char out[KULINK_STRING_SIZE];

	assert_int_equal(0, parse(type, text, &datum));
	assert_int_equal(0, kulink_text_format(&datum, out, sizeof(out)));
	assert_string_equal(text, out);
	assert_int_equal(0, kulink_text_format(&datum, out, strlen(text) + 1));
	assert_int_equal(-EMSGSIZE, kulink_text_format(&datum, out, strlen(text)));
}

static void there_and_back(void **state)
{
	struct kulink_datum datum = { .type = 99 };
	char out[8];

	(void)state;
	format_back(KULINK_TYPE_BOOL, "0");
	format_back(KULINK_TYPE_BOOL, "1");
	format_back(KULINK_TYPE_S64, "-9223372036854775808");
	format_back(KULINK_TYPE_S64, "9223372036854775807");
	format_back(KULINK_TYPE_U64, "18446744073709551615");
	format_back(KULINK_TYPE_ENUM, "sampled");
	format_back(KULINK_TYPE_STRING, "a b");
	assert_int_equal(-EINVAL, kulink_text_format(&datum, out, sizeof(out)));
}

/* What the kernel wrote is not trimmed, and a number that is none is the kernel's fault. */
static void from_the_kernel(void **state)
{
	struct kulink_part value = { .type = KULINK_TYPE_STRING, .labels = labels };
	struct kulink_datum datum;

	(void)state;
	assert_int_equal(0, kulink_text_read(&value, " x \n", 4, &datum));
	assert_string_equal(" x ", datum.string);
	assert_int_equal(0, kulink_text_read(&value, "\n", 1, &datum));
	assert_int_equal(0, datum.len);
	assert_int_equal(0, kulink_text_read(&value, "", 0, &datum));
	assert_int_equal(-EPROTO, kulink_text_read(&value, "a\0b\n", 4, &datum));
	assert_int_equal(-EPROTO, kulink_text_read(&value, "a\n\n", 3, &datum));
	value.type = KULINK_TYPE_U64;
	assert_int_equal(0, kulink_text_read(&value, "15\n", 3, &datum));
	assert_int_equal(15, datum.number);
	assert_int_equal(-EPROTO, kulink_text_read(&value, " 15\n", 4, &datum));
	assert_int_equal(-EPROTO, kulink_text_read(&value, "\n", 1, &datum));
	value.type = KULINK_TYPE_ENUM;
	assert_int_equal(0, kulink_text_read(&value, "7\n", 2, &datum));
	assert_int_equal(7, datum.number);
	assert_string_equal("7", datum.string);
	assert_int_equal(KULINK_TYPE_ENUM, datum.type);
	assert_int_equal(-EPROTO, kulink_text_read(&value, "nope\n", 5, &datum));
}

static void number(const char *text, size_t len, bool is_signed, int error, uint64_t want, size_t taken)
{
	char *copy = malloc(len ? len : 1);	/* so that the sanitizer sees its end */
	const char *at = copy;
	uint64_t value;

	memcpy(copy, text, len);
	assert_int_equal(error, kulink_text_number(&at, copy + len, is_signed, &value));
	assert_int_equal(taken, at - copy);
	if (!error)
		assert_true(value == want);
	free(copy);
}

/* Digits come eight at a time and one by one: every length, and what is next to a digit */
static void numbers_in_text(void **state)
{
	static const char digits[] = "12345678901234567890", next[] = "/:\t\n \0a-\xb0\xff";
	uint64_t value = 0;
	size_t len, i;

	(void)state;
	for (len = 1; len <= 20; len++) {
		char text[32];

		value = value * 10 + digits[len - 1] - '0';
		memset(text, '9', sizeof(text));
		memcpy(text, digits, len);
		number(text, len, false, 0, value, len);
		for (i = 0; i < sizeof(next) - 1; i++) {
			text[len] = next[i];
			number(text, sizeof(text), false, 0, value, len);
			number(text, len + 1, false, 0, value, len);
		}
	}
	number("", 0, false, -EINVAL, 0, 0);
	number("-", 1, true, -EINVAL, 0, 1);
	number("\t1", 2, true, -EINVAL, 0, 0);
	number("0000000000000000000000007", 25, false, 0, 7, 25);
	number("18446744073709551615\t", 21, false, 0, UINT64_MAX, 20);
	number("18446744073709551616\t", 21, false, -ERANGE, 0, 20);
	number("100000000000000000000", 21, false, -ERANGE, 0, 21);
	number("-9223372036854775808\n", 21, true, 0, (uint64_t)INT64_MIN, 20);
	number("-9223372036854775809\n", 21, true, -ERANGE, 0, 20);
}

static void unescape(const char *text, const char *want, size_t want_len)
{
	char to[64];

	assert_int_equal(want_len, kulink_text_unescape(text, strlen(text), to, want_len));
	assert_memory_equal(want, to, want_len);
	if (want_len)
		assert_int_equal(-EPROTO, kulink_text_unescape(text, strlen(text), to, want_len - 1));
}

static void escapes(void **state)
{
	static const char *const broken[] = { "\\", "\\0", "\\04", "a\\1", "\\08x", "\\400", "\\n12" };
	char to[16];
	size_t i;

	(void)state;
	unescape("", "", 0);
	unescape("plain", "plain", 5);
	unescape("a\\040b", "a b", 3);
	unescape("\\011\\012\\134", "\t\n\\", 3);
	unescape("\\377\\000", "\xff\0", 2);
	unescape("\\1341", "\\1", 2);
	for (i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		assert_int_equal(-EPROTO, kulink_text_unescape(broken[i], strlen(broken[i]), to, sizeof(to)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(booleans), cmocka_unit_test(signed_numbers),
		cmocka_unit_test(unsigned_numbers), cmocka_unit_test(enums),
		cmocka_unit_test(strings), cmocka_unit_test(long_ones),
		cmocka_unit_test(there_and_back), cmocka_unit_test(from_the_kernel),
		cmocka_unit_test(numbers_in_text), cmocka_unit_test(escapes),
	};

	return unit_main(tests);
}
