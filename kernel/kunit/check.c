// SPDX-License-Identifier: GPL-2.0-only
/* Declarations: what is taken and what is refused, with its sentence */
#include "kunit.h"

struct object {
	bool on;
	u8 small;
	s32 c;
	u64 d;
	char name[16];
};

static const struct kulink_field columns[] = { KULINK_FIELD(struct object, d), {} };

static void *start(void *priv)
{
	return NULL;
}

static void *next(void *priv, void *item)
{
	return NULL;
}

static void stop(void *priv)
{
}

static int row(void *priv, void *item, void *row)
{
	return 0;
}

static int call(void *priv, const void *request, size_t request_len, void *reply,
		size_t *reply_len)
{
	return 0;
}

static int get(void *priv, struct kulink_datum *datum)
{
	return 0;
}

static int set(void *priv, const struct kulink_datum *datum)
{
	return 0;
}

static void lock(void *priv)
{
}

/* 0 when it is refused with a sentence that has @word, or taken when @word is NULL */
static int expect(const struct kulink_desc *desc, const char *word)
{
	char why[128] = "";
	int err = kulink_desc_check(desc, why, sizeof(why));

	if (!word)
		return err;
	return err == -EINVAL && strstr(why, word) ? 0 : -EBADMSG;
}

#define EXPECT_WHY(test, desc, word) \
	KUNIT_EXPECT_EQ_MSG(test, 0, expect(desc, word), "\"%s\"", (word) ?: "taken")

static void names(struct kunit *test)
{
	static const char long_name[] = "a234567890123456789012345678901";
	static const char *const bad[] = {
		"", "1a", "_a", "A", "aB", "a-b", "a.b", "a/b", "a b", "\xc3\xa4", "a%",
	};
	unsigned int i;

	KUNIT_EXPECT_TRUE(test, kulink_name_ok("a", 1));
	KUNIT_EXPECT_TRUE(test, kulink_name_ok("a_0", 3));
	KUNIT_EXPECT_EQ(test, 31, strlen(long_name));
	KUNIT_EXPECT_TRUE(test, kulink_name_ok(long_name, 31));
	KUNIT_EXPECT_FALSE(test, kulink_name_ok("a2345678901234567890123456789012", 32));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE_MSG(test, kulink_name_ok(bad[i], strlen(bad[i])), "%s", bad[i]);
}

static void lists(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, kulink_list_ok("*"));
	KUNIT_EXPECT_TRUE(test, kulink_list_ok(""));
	KUNIT_EXPECT_TRUE(test, kulink_list_ok(" sysfs  genl "));
	KUNIT_EXPECT_FALSE(test, kulink_list_ok("* sysfs"));
	KUNIT_EXPECT_FALSE(test, kulink_list_ok("sysfs,genl"));
	KUNIT_EXPECT_TRUE(test, kulink_list_has("*", "genl"));
	KUNIT_EXPECT_TRUE(test, kulink_list_has("sysfs genl", "genl"));
	KUNIT_EXPECT_FALSE(test, kulink_list_has("sysfs genl2", "genl"));
	KUNIT_EXPECT_FALSE(test, kulink_list_has("sysfs gen", "genl"));
	KUNIT_EXPECT_FALSE(test, kulink_list_has("", "genl"));
	KUNIT_EXPECT_TRUE(test, kulink_list_within("genl", "*"));
	KUNIT_EXPECT_TRUE(test, kulink_list_within("", "sysfs"));
	KUNIT_EXPECT_TRUE(test, kulink_list_within("genl sysfs", "sysfs ioctl genl"));
	KUNIT_EXPECT_FALSE(test, kulink_list_within("genl procfs", "sysfs ioctl genl"));
	KUNIT_EXPECT_FALSE(test, kulink_list_within("*", "sysfs"));
}

static void services(struct kunit *test)
{
	struct kulink_desc desc = { .name = "x%d" };

	EXPECT_WHY(test, &desc, NULL);
	desc.name = "x";
	EXPECT_WHY(test, &desc, NULL);
	desc.name = NULL;
	EXPECT_WHY(test, &desc, "service (null)");
	desc.name = "x%s";
	EXPECT_WHY(test, &desc, "service x%s");
	desc.name = "x%dx";
	EXPECT_WHY(test, &desc, "the name");
	desc.name = "%d";
	EXPECT_WHY(test, &desc, "the name");
	desc.name = "x";
	desc.channels = "a,b";
	EXPECT_WHY(test, &desc, "channels");
	desc.channels = NULL;
	desc.lock = lock;
	EXPECT_WHY(test, &desc, "lock and unlock");
	desc.unlock = lock;
	EXPECT_WHY(test, &desc, NULL);
	desc.event_ring = KULINK_RING_MAX + 1;
	EXPECT_WHY(test, &desc, "event_ring");
}

static void expect_value(struct kunit *test, struct kulink_value value, const char *word)
{
	struct kulink_value values[] = { value, {} };
	struct kulink_desc desc = { .name = "x", .values = values };

	EXPECT_WHY(test, &desc, word);
}

#define VALUE(...)	((struct kulink_value)__VA_ARGS__)

static void values(struct kunit *test)
{
	expect_value(test, VALUE(KULINK_VALUE_RW(struct object, d)), NULL);
	expect_value(test, VALUE(KULINK_VALUE(struct object, d, 0)), "mode");
	expect_value(test, VALUE(KULINK_VALUE(struct object, d, 0755)), "mode");
	expect_value(test, VALUE(KULINK_VALUE_RW(struct object, d, .field.name = "dev")), "taken");
	expect_value(test, VALUE(KULINK_VALUE_RW(struct object, d, .field.name = "D")), "name");
	expect_value(test, VALUE(KULINK_VALUE_RW(struct object, d, .field.unit = "a b")), "unit");
	expect_value(test, VALUE(KULINK_VALUE_RW(struct object, d, .field.type = 6)), "type");
	expect_value(test, VALUE(KULINK_VALUE_RW(struct object, d, .field.size = 3)), "4 or 8");
	expect_value(test, VALUE(KULINK_VALUE_RANGE(struct object, d, 5, 4)), "above max");
	expect_value(test, VALUE(KULINK_VALUE_RANGE(struct object, d, 5, 5)), NULL);
	expect_value(test, VALUE(KULINK_VALUE_RANGE(struct object, small, 0, 255)), NULL);
	expect_value(test, VALUE(KULINK_VALUE_RANGE(struct object, small, 0, 256)), "wider");
	expect_value(test, VALUE(KULINK_VALUE_RANGE(struct object, c, -1, 1)), NULL);
	expect_value(test, VALUE(KULINK_VALUE_RANGE(struct object, c, S64_MIN, 1)), "wider");
	expect_value(test, VALUE(KULINK_VALUE_RANGE(struct object, on, 0, 1)), "range");
	expect_value(test, VALUE(KULINK_VALUE_RANGE(struct object, name, 1, 15)), NULL);
	expect_value(test, VALUE(KULINK_VALUE_RANGE(struct object, name, 1, 16)), "array");
}

static void values_without_member(struct kunit *test)
{
	expect_value(test, VALUE(KULINK_VALUE_FN("f", U64, 0444, .get = get)), NULL);
	expect_value(test, VALUE(KULINK_VALUE_FN("f", STRING, 0644, .get = get, .set = set)), NULL);
	expect_value(test, VALUE(KULINK_VALUE_FN("f", U64, 0444)), ".get");
	expect_value(test, VALUE(KULINK_VALUE_FN("f", U64, 0644, .get = get)), ".set");
	expect_value(test, VALUE(KULINK_VALUE_FN("f", U64, 0200, .set = set)), NULL);
}

static void label_lists(struct kunit *test)
{
	static const char *const none[] = { NULL }, *const good[] = { "a", "B.c+d-e_1", NULL };
	static const char *const odd[] = { "a", "b c", NULL }, *const same[] = { "a", "a", NULL };
	struct kulink_value value = KULINK_VALUE_RW(struct object, c);

	value.field.labels = good;
	expect_value(test, value, "labels are for enums");
	value.field.type = KULINK_TYPE_ENUM;
	expect_value(test, value, NULL);
	value.field.labels = NULL;
	expect_value(test, value, "needs labels");
	value.field.labels = none;
	expect_value(test, value, "needs labels");
	value.field.labels = odd;
	expect_value(test, value, "character");
	value.field.labels = same;
	expect_value(test, value, "the same");
}

static void tables(struct kunit *test)
{
	struct kulink_value values[] = { KULINK_VALUE_RW(struct object, d), {} };
	struct kulink_table t[] = { {
		.name = "t", .mode = 0444, .columns = columns, .row_size = sizeof(struct object),
		.start = start, .next = next, .stop = stop, .row = row,
	}, {} };
	struct kulink_desc desc = { .name = "x", .values = values, .tables = t };

	EXPECT_WHY(test, &desc, NULL);
	t[0].row_size = offsetof(struct object, d) + 7;
	EXPECT_WHY(test, &desc, "outside of the struct");
	t[0].row_size = offsetof(struct object, d) + 8;
	EXPECT_WHY(test, &desc, NULL);
	t[0].row_size = 4096;
	EXPECT_WHY(test, &desc, NULL);
	t[0].row_size = 4097;
	EXPECT_WHY(test, &desc, "4096");
	t[0].row_size = sizeof(struct object);
	t[0].mode = 0644;
	EXPECT_WHY(test, &desc, "mode");
	t[0].mode = 0400;
	t[0].name = "d";
	EXPECT_WHY(test, &desc, "a value has this name");
	t[0].name = "values";
	EXPECT_WHY(test, &desc, "taken");
	t[0].name = "t";
	t[0].stop = NULL;
	EXPECT_WHY(test, &desc, "all needed");
	t[0].stop = stop;
	t[0].columns = NULL;
	EXPECT_WHY(test, &desc, "no columns");
}

static void calls(struct kunit *test)
{
	struct kulink_call c[] = {
		{ .name = "c", .mode = 0444, .call = call },
		{ .name = "d", .mode = 0200, .call = call },
		{},
	};
	struct kulink_desc desc = { .name = "x", .calls = c };

	EXPECT_WHY(test, &desc, NULL);
	c[0].reply_max = KULINK_CALL_MAX;
	EXPECT_WHY(test, &desc, NULL);
	c[0].reply_max = KULINK_CALL_MAX + 1;
	EXPECT_WHY(test, &desc, "KULINK_CALL_MAX");
	c[0].reply_max = 0;
	c[1].name = "c";
	EXPECT_WHY(test, &desc, "declared twice");
	c[1].name = "d";
	c[1].call = NULL;
	EXPECT_WHY(test, &desc, "no .call");
	c[1].call = call;
	c[1].mode = 0;
	EXPECT_WHY(test, &desc, "mode");
}

static void events(struct kunit *test)
{
	static const struct kulink_field twice[] = {
		KULINK_FIELD(struct object, d), KULINK_FIELD(struct object, d), {}
	};
	struct kulink_event e[] = {
		{ .name = "e", .mode = 0444, .fields = columns, .size = sizeof(struct object) },
		{ .name = "f", .mode = 0400 },
		{},
	};
	struct kulink_desc desc = { .name = "x", .events = e };

	EXPECT_WHY(test, &desc, NULL);
	e[0].size = 513;
	EXPECT_WHY(test, &desc, "512");
	e[0].size = 8;
	EXPECT_WHY(test, &desc, "outside of the struct");
	e[0].size = 512;
	e[0].fields = twice;
	EXPECT_WHY(test, &desc, "one name");
	e[0].fields = columns;
	e[1].mode = 0600;
	EXPECT_WHY(test, &desc, "mode");
}

static size_t bytes(void *priv)
{
	return 1;
}

static void regions(struct kunit *test)
{
	static const struct kulink_value values[] = { KULINK_VALUE_RW(struct object, d), {} };
	struct kulink_region r[] = {
		{ .name = "r", .mode = 0644, .size = 1 }, { .name = "s", .mode = 0400, .bytes = bytes }, {},
	};
	struct kulink_desc desc = { .name = "x", .values = values, .regions = r };

	EXPECT_WHY(test, &desc, NULL);
	r[0].size = KULINK_REGION_MAX;
	EXPECT_WHY(test, &desc, NULL);
	r[0].size = KULINK_REGION_MAX + 1;
	EXPECT_WHY(test, &desc, "1 GiB");
	r[0].size = 0;
	EXPECT_WHY(test, &desc, "either a size");
	r[0].size = 1;
	r[0].bytes = bytes;
	EXPECT_WHY(test, &desc, "either a size");
	r[0].bytes = NULL;
	r[0].mode = 0624;
	EXPECT_WHY(test, &desc, "must be allowed to read");
	r[0].mode = 0200;
	EXPECT_WHY(test, &desc, "must be allowed to read");
	r[0].mode = 0;
	EXPECT_WHY(test, &desc, "mode");
	r[0].mode = 0755;
	EXPECT_WHY(test, &desc, "mode");
	r[0].mode = 0666;
	r[1].name = "r";
	EXPECT_WHY(test, &desc, "declared twice");
	r[1].name = "d";
	EXPECT_WHY(test, &desc, "has this name");
	r[1].name = "R";
	EXPECT_WHY(test, &desc, "the name");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(names),
	KUNIT_CASE(lists),
	KUNIT_CASE(services),
	KUNIT_CASE(values),
	KUNIT_CASE(values_without_member),
	KUNIT_CASE(label_lists),
	KUNIT_CASE(tables),
	KUNIT_CASE(calls),
	KUNIT_CASE(events),
	KUNIT_CASE(regions),
	{}
};

struct kunit_suite kulink_check_suite = { .name = "kulink-check", .test_cases = cases };
