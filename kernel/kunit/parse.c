// SPDX-License-Identifier: GPL-2.0-only
/* Values as text, out and in */
#include <linux/hash.h>

#include "kunit.h"

static const char *const labels[] = { "off", "a+b", "off2", NULL };

struct parse_case {
	u32 type;
	const char *text;
	int want;
	u64 number;
};

static const struct parse_case parse_cases[] = {
	{ KULINK_TYPE_U64, "0", 0, 0 },
	{ KULINK_TYPE_U64, "18446744073709551615", 0, U64_MAX },
	{ KULINK_TYPE_U64, "18446744073709551616", -ERANGE, 0 },
	{ KULINK_TYPE_U64, "99999999999999999999999", -ERANGE, 0 },
	{ KULINK_TYPE_U64, "+7", 0, 7 },
	{ KULINK_TYPE_U64, "007", 0, 7 },
	{ KULINK_TYPE_U64, "\t 7\n\t", 0, 7 },
	{ KULINK_TYPE_U64, "-0", 0, 0 },
	{ KULINK_TYPE_U64, "-1", -ERANGE, 0 },
	{ KULINK_TYPE_U64, "", -EINVAL, 0 },
	{ KULINK_TYPE_U64, " ", -EINVAL, 0 },
	{ KULINK_TYPE_U64, "-", -EINVAL, 0 },
	{ KULINK_TYPE_U64, "+", -EINVAL, 0 },
	{ KULINK_TYPE_U64, "+-1", -EINVAL, 0 },
	{ KULINK_TYPE_U64, "0x10", -EINVAL, 0 },
	{ KULINK_TYPE_U64, "7x", -EINVAL, 0 },
	{ KULINK_TYPE_U64, "7 7", -EINVAL, 0 },
	{ KULINK_TYPE_U64, "1e3", -EINVAL, 0 },
	{ KULINK_TYPE_S64, "9223372036854775807", 0, S64_MAX },
	{ KULINK_TYPE_S64, "-9223372036854775808", 0, (u64)S64_MIN },
	{ KULINK_TYPE_S64, "9223372036854775808", -ERANGE, 0 },
	{ KULINK_TYPE_S64, "-9223372036854775809", -ERANGE, 0 },
	{ KULINK_TYPE_S64, "-+1", -EINVAL, 0 },
	{ KULINK_TYPE_S64, "--1", -EINVAL, 0 },
	{ KULINK_TYPE_BOOL, "1", 0, 1 },
	{ KULINK_TYPE_BOOL, "0\n", 0, 0 },
	{ KULINK_TYPE_BOOL, "y", 0, 1 },
	{ KULINK_TYPE_BOOL, "N", 0, 0 },
	{ KULINK_TYPE_BOOL, "on", 0, 1 },
	{ KULINK_TYPE_BOOL, "OFF", 0, 0 },
	{ KULINK_TYPE_BOOL, "true", 0, 1 },
	{ KULINK_TYPE_BOOL, "2", -EINVAL, 0 },
	{ KULINK_TYPE_BOOL, "1x", -EINVAL, 0 },
	{ KULINK_TYPE_BOOL, "onward", -EINVAL, 0 },
	{ KULINK_TYPE_BOOL, "", -EINVAL, 0 },
	{ KULINK_TYPE_ENUM, "off", 0, 0 },
	{ KULINK_TYPE_ENUM, " a+b\n", 0, 1 },
	{ KULINK_TYPE_ENUM, "off2", 0, 2 },
	{ KULINK_TYPE_ENUM, "of", -EINVAL, 0 },
	{ KULINK_TYPE_ENUM, "0", -EINVAL, 0 },
	{ KULINK_TYPE_ENUM, "", -EINVAL, 0 },
};

static int parse(u32 type, const char *text, size_t len, struct kulink_datum *datum)
{
	struct kulink_field field = { .type = type, .size = 8 };

	if (type == KULINK_TYPE_ENUM)
		field.labels = labels;
	return kulink_datum_parse(&field, text, len, datum);
}

static void from_text(struct kunit *test)
{
	struct kulink_datum datum;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parse_cases); i++) {
		const struct parse_case *c = &parse_cases[i];

		KUNIT_EXPECT_EQ_MSG(test, c->want, parse(c->type, c->text, strlen(c->text), &datum),
				    "type %u \"%s\"", c->type, c->text);
		if (!c->want)
			KUNIT_EXPECT_EQ_MSG(test, c->number, datum.number, "\"%s\"", c->text);
	}
}

static void string_from_text(struct kunit *test)
{
	static char text[300];
	struct kulink_datum datum;

	KUNIT_EXPECT_EQ(test, 0, parse(KULINK_TYPE_STRING, " a b\n ", 6, &datum));
	KUNIT_EXPECT_STREQ(test, "a b", datum.string);
	KUNIT_EXPECT_EQ(test, 3, datum.len);
	/* The last byte of "à" is a space in Latin-1. */
	KUNIT_EXPECT_EQ(test, 0, parse(KULINK_TYPE_STRING, "\xc3\xa0\n", 3, &datum));
	KUNIT_EXPECT_EQ(test, 2, datum.len);
	KUNIT_EXPECT_EQ(test, 0, parse(KULINK_TYPE_STRING, "", 0, &datum));
	KUNIT_EXPECT_EQ(test, 0, datum.len);
	KUNIT_EXPECT_EQ(test, -EINVAL, parse(KULINK_TYPE_STRING, "a\nb", 3, &datum));
	KUNIT_EXPECT_EQ(test, -EINVAL, parse(KULINK_TYPE_STRING, "a\0b", 3, &datum));
	memset(text, 'x', sizeof(text));
	KUNIT_EXPECT_EQ(test, 0, parse(KULINK_TYPE_STRING, text, 255, &datum));
	KUNIT_EXPECT_EQ(test, 255, datum.len);
	KUNIT_EXPECT_EQ(test, -ERANGE, parse(KULINK_TYPE_STRING, text, 256, &datum));
	KUNIT_EXPECT_EQ(test, -EINVAL, parse(KULINK_TYPE_U64, text, 300, &datum));
	memset(text, '1', sizeof(text));
	KUNIT_EXPECT_EQ(test, -ERANGE, parse(KULINK_TYPE_U64, text, 300, &datum));
	text[0] = '-';
	KUNIT_EXPECT_EQ(test, -ERANGE, parse(KULINK_TYPE_S64, text, 300, &datum));
}

/* Only @len bytes of the text are the caller's. */
static void text_without_nul(struct kunit *test)
{
	struct kulink_datum datum;

	KUNIT_EXPECT_EQ(test, 0, parse(KULINK_TYPE_U64, "123junk", 3, &datum));
	KUNIT_EXPECT_EQ(test, 123, datum.number);
	KUNIT_EXPECT_EQ(test, -EINVAL, parse(KULINK_TYPE_U64, "12\0", 3, &datum));
}

static void expect_format(struct kunit *test, u32 type, u64 number, const char *want)
{
	struct kulink_datum datum = { .type = type, .number = number };
	char text[KULINK_TEXT_SIZE];

	KUNIT_EXPECT_EQ(test, (int)strlen(want), kulink_datum_format(&datum, text));
	KUNIT_EXPECT_STREQ(test, want, text);
}

/* Around each power of ten, as the kernel's own formats have it */
static void numbers_to_text(struct kunit *test)
{
	char want[KULINK_TEXT_SIZE];
	u64 power = 1, number;
	unsigned int i, below;

	for (i = 0; i < 20; i++, power *= 10) {
		for (below = 0; below < 3; below++) {
			number = power + 1 - below;
			snprintf(want, sizeof(want), "%llu\n", number);
			expect_format(test, KULINK_TYPE_U64, number, want);
			number = -number;
			snprintf(want, sizeof(want), "%lld\n", (s64)number);
			expect_format(test, KULINK_TYPE_S64, number, want);
		}
	}
	for (i = 0; i < 10000; i++) {
		number = (i + 1) * GOLDEN_RATIO_64 >> (i & 63);
		snprintf(want, sizeof(want), "%llu\n", number);
		expect_format(test, KULINK_TYPE_U64, number, want);
	}
}

static void to_text(struct kunit *test)
{
	struct kulink_datum datum = { .type = KULINK_TYPE_STRING, .len = 255 };
	char text[KULINK_TEXT_SIZE];

	expect_format(test, KULINK_TYPE_BOOL, 0, "0\n");
	expect_format(test, KULINK_TYPE_BOOL, 1, "1\n");
	expect_format(test, KULINK_TYPE_U64, U64_MAX, "18446744073709551615\n");
	expect_format(test, KULINK_TYPE_S64, S64_MIN, "-9223372036854775808\n");
	expect_format(test, KULINK_TYPE_S64, S64_MAX, "9223372036854775807\n");
	expect_format(test, KULINK_TYPE_STRING, 0, "\n");
	memset(datum.string, 'x', 255);
	KUNIT_EXPECT_EQ(test, 256, kulink_datum_format(&datum, text));
	KUNIT_EXPECT_EQ(test, '\n', text[255]);
}

/* A driver that fills a datum badly does not harm its readers. */
static void driver_output(struct kunit *test)
{
	struct kulink_field field = { .type = KULINK_TYPE_ENUM, .labels = labels };
	struct kulink_datum datum = { .number = 1, .string = "rubbish" };

	kulink_datum_complete(&field, &datum);
	KUNIT_EXPECT_STREQ(test, "a+b", datum.string);
	datum.number = 7;
	kulink_datum_complete(&field, &datum);
	KUNIT_EXPECT_STREQ(test, "7", datum.string);
	field = (struct kulink_field){ .type = KULINK_TYPE_BOOL };
	kulink_datum_complete(&field, &datum);
	KUNIT_EXPECT_EQ(test, 1, datum.number);
	KUNIT_EXPECT_EQ(test, 0, datum.len);
	field.type = KULINK_TYPE_STRING;
	memset(datum.string, 'x', sizeof(datum.string));
	datum.string[3] = '\n';
	kulink_datum_complete(&field, &datum);
	KUNIT_EXPECT_EQ(test, 255, datum.len);
	KUNIT_EXPECT_EQ(test, 0, datum.string[255]);
	KUNIT_EXPECT_EQ(test, '?', datum.string[3]);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(from_text),
	KUNIT_CASE(string_from_text),
	KUNIT_CASE(text_without_nul),
	KUNIT_CASE(to_text),
	KUNIT_CASE(numbers_to_text),
	KUNIT_CASE(driver_output),
	{}
};

struct kunit_suite kulink_parse_suite = { .name = "kulink-parse", .test_cases = cases };
