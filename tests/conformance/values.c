// SPDX-License-Identifier: GPL-2.0-only
/* Values: every type, both ends of every range, refusals that change nothing. */
#include "suite.h"

struct number {
	const char *name;
	uint32_t type;
	int64_t lo;		/* of an unsigned one as its two's complement */
	int64_t hi;
};

#define S64(name, lo, hi) { name, KULINK_TYPE_S64, (lo), (hi) }
#define U64(name, lo, hi) { name, KULINK_TYPE_U64, (lo), (int64_t)(hi) }

static const struct number numbers[] = {
	S64("num_s8", INT8_MIN, INT8_MAX),
	S64("num_s16", INT16_MIN, INT16_MAX),
	S64("num_s32", INT32_MIN, INT32_MAX),
	S64("num_s64", INT64_MIN, INT64_MAX),
	S64("num_long", INT64_MIN, INT64_MAX),
	S64("fn_s64", INT64_MIN, INT64_MAX),
	S64("ranged_s", -5, 7),
	S64("edge_s", INT64_MIN, -1),
	U64("num_u8", 0, UINT8_MAX),
	U64("num_u16", 0, UINT16_MAX),
	U64("num_u32", 0, UINT32_MAX),
	U64("num_u64", 0, UINT64_MAX),
	U64("num_ulong", 0, UINT64_MAX),
	U64("fn_u64", 0, UINT64_MAX),
	U64("ranged_u", 10, 20),
	U64("edge_u", (int64_t)(UINT64_MAX - 1), UINT64_MAX),
};

static int set_number(struct kulink *k, const struct number *number, int64_t v)
{
	if (number->type == KULINK_TYPE_S64)
		return kulink_set_s64(k, number->name, v);
	return kulink_set_u64(k, number->name, (uint64_t)v);
}

static int64_t get_number(struct kulink *k, const struct number *number)
{
	uint64_t u = 0;
	int64_t s = 0;

	if (number->type == KULINK_TYPE_S64) {
		expect(kulink_get_s64(k, number->name, &s), 0);
		return s;
	}
	expect(kulink_get_u64(k, number->name, &u), 0);
	return (int64_t)u;
}

static void round_trip(struct kulink *k, const struct number *number, int64_t v)
{
	int err = set_number(k, number, v);

	if (err)
		fail_msg("%s = %jd: %s", number->name, (intmax_t)v, strerror(-err));
	if (get_number(k, number) != v)
		fail_msg("%s: set to %jd, reads %jd", number->name, (intmax_t)v,
			 (intmax_t)get_number(k, number));
}

static void refused(struct kulink *k, const struct number *number, int64_t v)
{
	int64_t before = get_number(k, number);
	int err = set_number(k, number, v);

	if (err != -ERANGE)
		fail_msg("%s = %jd: %d, expected -ERANGE", number->name, (intmax_t)v, err);
	if (get_number(k, number) != before)
		fail_msg("%s: changed by a refused set", number->name);
}

static void values_both_ends(void **state)
{
	struct kulink *k = open_service();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(numbers); i++) {
		round_trip(k, &numbers[i], numbers[i].lo);
		round_trip(k, &numbers[i], numbers[i].hi);
		round_trip(k, &numbers[i], numbers[i].lo + 1);
	}
	kulink_close(k);
}

static void values_out_of_range(void **state)
{
	struct kulink *k = open_service();
	const struct number *number;

	(void)state;
	for (number = numbers; number < numbers + COUNT(numbers); number++) {
		bool is_signed = number->type == KULINK_TYPE_S64;
		int64_t least = is_signed ? INT64_MIN : 0, most = is_signed ? INT64_MAX : -1;

		if (number->lo != least) {
			refused(k, number, number->lo - 1);
			refused(k, number, least);
		}
		if (number->hi != most) {
			refused(k, number, number->hi + 1);
			refused(k, number, most);
		}
	}
	kulink_close(k);
}

static void values_bool(void **state)
{
	static const char *const names[] = { "flag", "fn_bool" };
	struct kulink_datum two = { .type = KULINK_TYPE_BOOL, .number = 2 };
	struct kulink *k = open_service();
	bool v;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		expect(kulink_set_bool(k, names[i], true), 0);
		expect(kulink_get_bool(k, names[i], &v), 0);
		assert_true(v);
		expect(kulink_set_bool(k, names[i], false), 0);
		expect(kulink_get_bool(k, names[i], &v), 0);
		assert_false(v);
		assert_true(kulink_set(k, names[i], &two) < 0);
		expect(kulink_get_bool(k, names[i], &v), 0);
		assert_false(v);
	}
	kulink_close(k);
}

static void string_trip(struct kulink *k, const char *name, const char *text)
{
	char back[KULINK_STRING_SIZE];
	int err = kulink_set_string(k, name, text);

	if (err)
		fail_msg("%s = \"%s\": %s", name, text, strerror(-err));
	expect(kulink_get_string(k, name, back, sizeof(back)), 0);
	assert_string_equal(back, text);
}

static void string_refused(struct kulink *k, const char *name, const char *text, int expected)
{
	char before[KULINK_STRING_SIZE], after[KULINK_STRING_SIZE];
	int err;

	expect(kulink_get_string(k, name, before, sizeof(before)), 0);
	err = kulink_set_string(k, name, text);
	if (err != expected)
		fail_msg("%s = %zu bytes \"%s\": %d, expected %d", name, strlen(text), text, err,
			 expected);
	expect(kulink_get_string(k, name, after, sizeof(after)), 0);
	assert_string_equal(after, before);
}

static void values_strings(void **state)
{
	struct kulink *k = open_service();
	char text[KULINK_STRING_SIZE + 1];
	unsigned int len;

	(void)state;
	for (len = 0; len < KULINK_STRING_SIZE; len += len == 0 || len >= 254 ? 1 : len > 127 ? 254 - len : len) {
		ktest_letters(text, len, len);
		string_trip(k, "text", text);
		string_trip(k, "fn_string", text);
	}
	ktest_letters(text, 3, 31);
	string_trip(k, "label", text);
	string_trip(k, "sized", "ab");
	string_trip(k, "sized", "abcde");
	string_trip(k, "text", "caf\xc3\xa9 \\ \"quoted\" # tab\tand blanks");
	string_trip(k, "label", "");
	kulink_close(k);
}

static void values_bad_strings(void **state)
{
	struct kulink *k = open_service();
	char text[KULINK_STRING_SIZE + 64];

	(void)state;
	string_trip(k, "label", "stays");
	ktest_letters(text, 0, 32);
	string_refused(k, "label", text, -ERANGE);
	ktest_letters(text, 0, 255);
	string_refused(k, "label", text, -ERANGE);
	ktest_letters(text, 0, 256);
	string_refused(k, "text", text, -ERANGE);
	string_refused(k, "sized", "a", -ERANGE);
	string_refused(k, "sized", "", -ERANGE);
	string_refused(k, "sized", "abcdef", -ERANGE);
	string_refused(k, "text", "two\nlines", -EINVAL);
	string_refused(k, "text", "not \xff utf8", -EINVAL);
	string_refused(k, "fn_string", "cut \xc3", -EINVAL);
	kulink_close(k);
}

static void values_enum(void **state)
{
	static const char *const labels[] = { "off", "sampled", "full" };
	struct kulink_datum datum = { .type = KULINK_TYPE_ENUM };
	struct kulink *k = open_service();
	char text[KULINK_STRING_SIZE];
	uint64_t i;

	(void)state;
	for (i = 0; i < COUNT(labels); i++) {
		string_trip(k, "choice", labels[i]);
		expect(kulink_get(k, "choice", &datum), 0);
		assert_int_equal(datum.type, KULINK_TYPE_ENUM);
		assert_int_equal(datum.number, i);
		assert_string_equal(datum.string, labels[i]);
	}
	for (i = 0; i < COUNT(labels); i++) {
		datum = (struct kulink_datum){ .type = KULINK_TYPE_ENUM, .number = i };
		expect(kulink_set(k, "choice", &datum), 0);
		expect(kulink_get_string(k, "choice", text, sizeof(text)), 0);
		assert_string_equal(text, labels[i]);
	}
	string_refused(k, "choice", "Off", -EINVAL);
	string_refused(k, "choice", "ful", -EINVAL);
	string_refused(k, "choice", "fuller", -EINVAL);
	string_refused(k, "choice", "", -EINVAL);
	datum = (struct kulink_datum){ .type = KULINK_TYPE_ENUM, .number = 3 };
	expect(kulink_set(k, "choice", &datum), -EINVAL);
	kulink_close(k);
}

static void values_wrong_type(void **state)
{
	struct kulink_datum datum = { .type = 77 };
	struct kulink *k = open_service();
	uint64_t u, before;
	char text[8];
	int64_t s;
	bool b;

	(void)state;
	expect(kulink_get_u64(k, "num_u64", &before), 0);
	expect(kulink_get_s64(k, "num_u64", &s), -EINVAL);
	expect(kulink_get_u64(k, "num_s64", &u), -EINVAL);
	expect(kulink_get_bool(k, "num_u8", &b), -EINVAL);
	expect(kulink_get_u64(k, "flag", &u), -EINVAL);
	expect(kulink_get_u64(k, "label", &u), -EINVAL);
	expect(kulink_get_string(k, "num_u64", text, sizeof(text)), -EINVAL);
	expect(kulink_set_s64(k, "num_u64", 1), -EINVAL);
	expect(kulink_set_u64(k, "num_s64", 1), -EINVAL);
	expect(kulink_set_bool(k, "num_u64", 1), -EINVAL);
	expect(kulink_set_u64(k, "flag", 1), -EINVAL);
	expect(kulink_set_u64(k, "label", 1), -EINVAL);
	expect(kulink_set_u64(k, "choice", 1), -EINVAL);
	expect(kulink_set_string(k, "num_u64", "1"), -EINVAL);
	expect(kulink_set(k, "num_u64", &datum), -EINVAL);
	expect(kulink_get_u64(k, "num_u64", &u), 0);
	assert_int_equal(u, before);
	expect(kulink_set_string(k, "text", "nine long"), 0);
	expect(kulink_get_string(k, "text", text, sizeof(text)), -EMSGSIZE);
	kulink_close(k);
}

static void values_text(void **state)
{
	static const char *const bad[] = { "", " ", "x", "5x", "5 6", "--5", "+-5", "1e3", "5,", "." };
	struct kulink *k = open_service();
	char text[KULINK_STRING_SIZE];
	uint64_t u;
	size_t i;

	(void)state;
	expect(kulink_set_text(k, "num_s64", " -9223372036854775808\n"), 0);
	expect(kulink_get_text(k, "num_s64", text, sizeof(text)), 0);
	assert_string_equal(text, "-9223372036854775808");
	expect(kulink_set_text(k, "num_u64", "\t18446744073709551615 "), 0);
	expect(kulink_get_text(k, "num_u64", text, sizeof(text)), 0);
	assert_string_equal(text, "18446744073709551615");
	expect(kulink_set_text(k, "flag", "yes"), 0);
	expect(kulink_get_text(k, "flag", text, sizeof(text)), 0);
	assert_string_equal(text, "1");
	expect(kulink_set_text(k, "choice", "full\n"), 0);
	expect(kulink_get_text(k, "choice", text, sizeof(text)), 0);
	assert_string_equal(text, "full");
	expect(kulink_set_text(k, "ranged_u", "15"), 0);
	for (i = 0; i < COUNT(bad); i++)
		expect(kulink_set_text(k, "ranged_u", bad[i]), -EINVAL);
	expect(kulink_set_text(k, "ranged_u", "99999999999999999999999"), -ERANGE);
	expect(kulink_set_text(k, "ranged_u", "21"), -ERANGE);
	expect(kulink_get_u64(k, "ranged_u", &u), 0);
	assert_int_equal(u, 15);
	kulink_close(k);
}

/* Somebody else changes it: the driver itself, and another program's handle. */
static void values_changed_meanwhile(void **state)
{
	struct kulink *k = open_service(), *other = open_service();
	uint64_t i, u, first;

	(void)state;
	expect(kulink_get_u64(k, "ticks", &first), 0);
	for (i = 1; i <= 5; i++) {
		control("tick", i & 1);
		expect(kulink_get_u64(k, "ticks", &u), 0);
		assert_int_equal(u, first + i);
	}
	for (i = 0; i < 20; i++) {
		expect(kulink_set_u64(i & 1 ? k : other, "num_u64", i * i), 0);
		expect(kulink_get_u64(i & 1 ? other : k, "num_u64", &u), 0);
		assert_int_equal(u, i * i);
	}
	kulink_close(k);
	kulink_close(other);
}

static void values_driver_refuses(void **state)
{
	static const int errnos[] = { EBUSY, ETIMEDOUT, ENOSPC, EAGAIN };
	struct kulink *k = open_service();
	uint64_t u;
	size_t i;

	(void)state;
	expect(kulink_set_u64(k, "refused", 7), 0);
	for (i = 0; i < COUNT(errnos); i++) {
		control("errno", (unsigned long)errnos[i]);
		expect(kulink_set_u64(k, "refused", 8), -errnos[i]);
		expect(kulink_get_u64(k, "unreadable", &u), -errnos[i]);
		expect(kulink_get_u64(k, "refused", &u), 0);
		assert_int_equal(u, 7);
	}
	control("errno", 0);
	expect(kulink_get_u64(k, "unreadable", &u), 0);
	expect(kulink_set_u64(k, "refused", 9), 0);
	expect(kulink_get_u64(k, "refused", &u), 0);
	assert_int_equal(u, 9);
	kulink_close(k);
}

static void values_that_sleep(void **state)
{
	struct kulink *k = open_service();
	uint64_t u, done = counter("done");

	(void)state;
	control("delay_ms", 20);
	expect(kulink_set_u64(k, "slept", 77), 0);
	expect(kulink_get_u64(k, "slept", &u), 0);
	assert_int_equal(u, 77);
	assert_true(counter("done") >= done + 2);
	kulink_close(k);
}

static void values_told_of_changes(void **state)
{
	struct kulink *k = open_service();
	uint64_t before, after;

	(void)state;
	expect(kulink_get_u64(k, "changes", &before), 0);
	expect(kulink_set_u64(k, "ranged_u", 11), 0);
	expect(kulink_set_u64(k, "ranged_u", 12), 0);
	expect(kulink_set_u64(k, "ranged_u", 21), -ERANGE);
	expect(kulink_get_u64(k, "changes", &after), 0);
	assert_int_equal(after, before + 2);
	kulink_close(k);
}

static void values_one_way(void **state)
{
	struct kulink *k = open_service();
	char text[16];
	uint64_t u;

	(void)state;
	expect(kulink_set_u64(k, "fixed", 43), -EACCES);
	expect(kulink_get_u64(k, "fixed", &u), 0);
	assert_int_equal(u, 42);
	expect(kulink_set_string(k, "title", "another"), -EACCES);
	expect(kulink_get_string(k, "title", text, sizeof(text)), 0);
	assert_string_equal(text, "the title");
	expect(kulink_get_u64(k, "write_only", &u), -EACCES);
	expect(kulink_set_u64(k, "write_only", 1234567), 0);
	expect(kulink_get_u64(k, "written", &u), 0);
	assert_int_equal(u, 1234567);
	kulink_close(k);
}

static void values_not_carried(void **state)
{
	struct kulink *k = open_service();
	uint64_t u;

	(void)state;
	expect(kulink_get_u64(k, "num_u64", &u), -EOPNOTSUPP);
	expect(kulink_set_u64(k, "num_u64", 1), -EOPNOTSUPP);
	kulink_close(k);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(values_both_ends),
	cmocka_unit_test(values_out_of_range),
	cmocka_unit_test(values_bool),
	cmocka_unit_test(values_strings),
	cmocka_unit_test(values_bad_strings),
	cmocka_unit_test(values_enum),
	cmocka_unit_test(values_wrong_type),
	cmocka_unit_test(values_text),
	cmocka_unit_test(values_changed_meanwhile),
	cmocka_unit_test(values_driver_refuses),
	cmocka_unit_test(values_that_sleep),
	cmocka_unit_test(values_told_of_changes),
	cmocka_unit_test(values_one_way),
};

static const struct CMUnitTest absent[] = {
	cmocka_unit_test(values_not_carried),
};

const struct test_group values_group = {
	"values", SETS, tests, COUNT(tests), absent, COUNT(absent), NULL
};
