// SPDX-License-Identifier: GPL-2.0-only
/* What a value takes: both ends of every range, and next to them */
#include "kunit.h"

static const char *const labels[] = { "off", "sampled", "full", NULL };

static int check(u32 type, u32 size, u64 number)
{
	struct kulink_value value = { .field = { .type = type, .size = size } };
	struct kulink_datum datum = { .type = type, .number = number };

	return kulink_datum_check(&value, &datum);
}

static int check_range(u32 type, u64 min, u64 max, u64 number)
{
	struct kulink_value value = {
		.field = { .type = type, .size = 8 }, .ranged = true, .min = min, .max = max,
	};
	struct kulink_datum datum = { .type = type, .number = number };

	return kulink_datum_check(&value, &datum);
}

static void unsigned_sizes(struct kunit *test)
{
	static const u32 sizes[] = { 1, 2, 4 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u64 max = (1ULL << (8 * sizes[i])) - 1;

		KUNIT_EXPECT_EQ(test, 0, check(KULINK_TYPE_U64, sizes[i], 0));
		KUNIT_EXPECT_EQ(test, 0, check(KULINK_TYPE_U64, sizes[i], max));
		KUNIT_EXPECT_EQ(test, -ERANGE, check(KULINK_TYPE_U64, sizes[i], max + 1));
		KUNIT_EXPECT_EQ(test, -ERANGE, check(KULINK_TYPE_U64, sizes[i], U64_MAX));
	}
	KUNIT_EXPECT_EQ(test, 0, check(KULINK_TYPE_U64, 8, U64_MAX));
	KUNIT_EXPECT_EQ(test, 0, check(KULINK_TYPE_U64, 0, U64_MAX));
}

static void signed_sizes(struct kunit *test)
{
	static const u32 sizes[] = { 1, 2, 4 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		s64 max = (1LL << (8 * sizes[i] - 1)) - 1;

		KUNIT_EXPECT_EQ(test, 0, check(KULINK_TYPE_S64, sizes[i], max));
		KUNIT_EXPECT_EQ(test, 0, check(KULINK_TYPE_S64, sizes[i], -max - 1));
		KUNIT_EXPECT_EQ(test, -ERANGE, check(KULINK_TYPE_S64, sizes[i], max + 1));
		KUNIT_EXPECT_EQ(test, -ERANGE, check(KULINK_TYPE_S64, sizes[i], -max - 2));
	}
	KUNIT_EXPECT_EQ(test, 0, check(KULINK_TYPE_S64, 8, (u64)S64_MIN));
	KUNIT_EXPECT_EQ(test, 0, check(KULINK_TYPE_S64, 0, S64_MAX));
}

static void declared_range(struct kunit *test)
{
	u64 minus_5 = -5;

	KUNIT_EXPECT_EQ(test, 0, check_range(KULINK_TYPE_U64, 10, 20, 10));
	KUNIT_EXPECT_EQ(test, 0, check_range(KULINK_TYPE_U64, 10, 20, 20));
	KUNIT_EXPECT_EQ(test, -ERANGE, check_range(KULINK_TYPE_U64, 10, 20, 9));
	KUNIT_EXPECT_EQ(test, -ERANGE, check_range(KULINK_TYPE_U64, 10, 20, 21));
	KUNIT_EXPECT_EQ(test, 0, check_range(KULINK_TYPE_S64, minus_5, 5, minus_5));
	KUNIT_EXPECT_EQ(test, 0, check_range(KULINK_TYPE_S64, minus_5, 5, 5));
	KUNIT_EXPECT_EQ(test, -ERANGE, check_range(KULINK_TYPE_S64, minus_5, 5, minus_5 - 1));
	KUNIT_EXPECT_EQ(test, -ERANGE, check_range(KULINK_TYPE_S64, minus_5, 5, 6));
	KUNIT_EXPECT_EQ(test, 0, check_range(KULINK_TYPE_S64, S64_MIN, S64_MAX, S64_MIN));
	KUNIT_EXPECT_EQ(test, 0, check_range(KULINK_TYPE_U64, 0, U64_MAX, U64_MAX));
}

static void booleans(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, check(KULINK_TYPE_BOOL, 1, 0));
	KUNIT_EXPECT_EQ(test, 0, check(KULINK_TYPE_BOOL, 1, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, check(KULINK_TYPE_BOOL, 1, 2));
	KUNIT_EXPECT_EQ(test, -EINVAL, check(KULINK_TYPE_BOOL, 1, U64_MAX));
}

static void wrong_type_or_length(struct kunit *test)
{
	struct kulink_value value = { .field = { .type = KULINK_TYPE_U64, .size = 8 } };
	struct kulink_datum datum = { .type = KULINK_TYPE_S64, .number = 1 };

	KUNIT_EXPECT_EQ(test, -EINVAL, kulink_datum_check(&value, &datum));
	datum.type = 0;
	KUNIT_EXPECT_EQ(test, -EINVAL, kulink_datum_check(&value, &datum));
	datum.type = KULINK_TYPE_U64;
	datum.len = 1;
	KUNIT_EXPECT_EQ(test, -EINVAL, kulink_datum_check(&value, &datum));
	datum.len = 0;
	KUNIT_EXPECT_EQ(test, 0, kulink_datum_check(&value, &datum));
}

static int check_enum(u64 number, const char *label, struct kulink_datum *datum)
{
	struct kulink_value value = {
		.field = { .type = KULINK_TYPE_ENUM, .size = 4, .labels = labels },
	};

	*datum = (struct kulink_datum){ .type = KULINK_TYPE_ENUM, .number = number };
	datum->len = strlen(label);
	strscpy(datum->string, label, sizeof(datum->string));
	return kulink_datum_check(&value, datum);
}

static void enums(struct kunit *test)
{
	struct kulink_datum datum;

	KUNIT_EXPECT_EQ(test, 0, check_enum(0, "", &datum));
	KUNIT_EXPECT_STREQ(test, "off", datum.string);
	KUNIT_EXPECT_EQ(test, 3, datum.len);
	KUNIT_EXPECT_EQ(test, 0, check_enum(2, "", &datum));
	KUNIT_EXPECT_STREQ(test, "full", datum.string);
	KUNIT_EXPECT_EQ(test, -EINVAL, check_enum(3, "", &datum));
	KUNIT_EXPECT_EQ(test, -EINVAL, check_enum(U64_MAX, "", &datum));
	/* The label counts, whatever the number says. */
	KUNIT_EXPECT_EQ(test, 0, check_enum(99, "sampled", &datum));
	KUNIT_EXPECT_EQ(test, 1, datum.number);
	KUNIT_EXPECT_EQ(test, -EINVAL, check_enum(0, "Off", &datum));
	KUNIT_EXPECT_EQ(test, -EINVAL, check_enum(0, "of", &datum));
}

static int check_string(u32 size, const char *string, u32 len)
{
	struct kulink_value value = { .field = { .type = KULINK_TYPE_STRING, .size = size } };
	struct kulink_datum datum = { .type = KULINK_TYPE_STRING, .len = len };

	memcpy(datum.string, string, min_t(size_t, len, sizeof(datum.string)));
	return kulink_datum_check(&value, &datum);
}

static void string_lengths(struct kunit *test)
{
	char long_one[KULINK_STRING_SIZE + 1];
	struct kulink_value value = {
		.field = { .type = KULINK_TYPE_STRING }, .ranged = true, .min = 2, .max = 3,
	};
	struct kulink_datum datum = { .type = KULINK_TYPE_STRING };

	memset(long_one, 'x', sizeof(long_one));
	KUNIT_EXPECT_EQ(test, 0, check_string(8, "", 0));
	KUNIT_EXPECT_EQ(test, 0, check_string(8, long_one, 7));
	KUNIT_EXPECT_EQ(test, -ERANGE, check_string(8, long_one, 8));
	KUNIT_EXPECT_EQ(test, 0, check_string(0, long_one, 255));
	KUNIT_EXPECT_EQ(test, -EINVAL, check_string(0, long_one, 256));
	KUNIT_EXPECT_EQ(test, -EINVAL, check_string(0, long_one, U32_MAX));
	for (datum.len = 0; datum.len < 5; datum.len++) {
		int want = datum.len < 2 || datum.len > 3 ? -ERANGE : 0;

		KUNIT_EXPECT_EQ(test, want, kulink_datum_check(&value, &datum));
		datum.string[datum.len] = 'x';
	}
}

static void string_content(struct kunit *test)
{
	static const char *const good[] = {
		"x", "a b", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
		"\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xc3\xa0",
	};
	static const char *const bad[] = {
		"a\nb", "\n", " a", "a ", "\ta", "\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2x",
		"\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe2\x82x",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_EQ_MSG(test, 0, check_string(0, good[i], strlen(good[i])),
				    "good[%u]", i);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, -EINVAL, check_string(0, bad[i], strlen(bad[i])),
				    "bad[%u]", i);
	KUNIT_EXPECT_EQ(test, -EINVAL, check_string(0, "a\0b", 3));
}

static void string_unterminated(struct kunit *test)
{
	struct kulink_value value = { .field = { .type = KULINK_TYPE_STRING } };
	struct kulink_datum datum = { .type = KULINK_TYPE_STRING, .len = 1, .string = "xy" };

	KUNIT_EXPECT_EQ(test, -EINVAL, kulink_datum_check(&value, &datum));
	datum.len = 2;
	KUNIT_EXPECT_EQ(test, 0, kulink_datum_check(&value, &datum));
	datum.len = 3;
	KUNIT_EXPECT_EQ(test, -EINVAL, kulink_datum_check(&value, &datum));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(unsigned_sizes),
	KUNIT_CASE(signed_sizes),
	KUNIT_CASE(declared_range),
	KUNIT_CASE(booleans),
	KUNIT_CASE(wrong_type_or_length),
	KUNIT_CASE(enums),
	KUNIT_CASE(string_lengths),
	KUNIT_CASE(string_content),
	KUNIT_CASE(string_unterminated),
	{}
};

struct kunit_suite kulink_datum_suite = { .name = "kulink-datum", .test_cases = cases };
