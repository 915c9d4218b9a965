// SPDX-License-Identifier: GPL-2.0-only
/* Records: layout, encoding, cells */
#include <linux/unaligned.h>

#include "kunit.h"

struct sample {
	bool on;
	s8 a;
	u16 b;
	s32 c;
	u64 d;
	char name[13];
	u8 level;
	s64 last;
};

static const struct kulink_field fields[] = {
	KULINK_FIELD(struct sample, on),
	KULINK_FIELD(struct sample, a),
	KULINK_FIELD(struct sample, b, .unit = "bytes"),
	KULINK_FIELD(struct sample, c),
	KULINK_FIELD(struct sample, d),
	KULINK_FIELD(struct sample, name),
	KULINK_FIELD_ENUM(struct sample, level, "low", "high"),
	KULINK_FIELD(struct sample, last),
	{}
};

static const u32 offsets[] = { 0, 8, 16, 24, 32, 40, 56, 64 };

static struct kulink_layout *layout_make(struct kunit *test)
{
	struct kulink_layout *layout = kulink_layout_make(fields);

	KUNIT_ASSERT_NOT_NULL(test, layout);
	return layout;
}

static void layout(struct kunit *test)
{
	struct kulink_layout *l = layout_make(test);
	u32 i;

	KUNIT_EXPECT_EQ(test, 8, l->n_cells);
	KUNIT_EXPECT_EQ(test, 72, l->record_size);
	for (i = 0; i < l->n_cells; i++) {
		KUNIT_EXPECT_EQ(test, offsets[i], l->cells[i].offset);
		KUNIT_EXPECT_EQ(test, i == 5 ? 16 : 8, l->cells[i].size);
		KUNIT_EXPECT_STREQ(test, fields[i].name, l->cells[i].name);
	}
	KUNIT_EXPECT_STREQ(test, "bytes", l->cells[2].unit);
	KUNIT_EXPECT_STREQ(test, "", l->cells[3].unit);
	KUNIT_EXPECT_EQ(test, 2, l->cells[6].n_labels);
	KUNIT_EXPECT_STREQ(test, "high", l->cells[6].labels[1]);
	KUNIT_EXPECT_NULL(test, l->cells[6].labels[2]);
	KUNIT_EXPECT_PTR_NE(test, fields[6].labels[0], l->cells[6].labels[0]);
	kulink_layout_put(l);
}

static void empty_layout(struct kunit *test)
{
	struct kulink_layout *l = kulink_layout_make(NULL);

	KUNIT_ASSERT_NOT_NULL(test, l);
	KUNIT_EXPECT_EQ(test, 0, l->n_cells);
	KUNIT_EXPECT_EQ(test, 0, l->record_size);
	kulink_layout_put(l);
}

static void encode(struct kunit *test, const struct sample *sample, u8 *record, size_t size)
{
	struct kulink_layout *l = layout_make(test);

	memset(record, 0xee, size);
	kulink_record_encode(l, fields, sample, record);
	kulink_layout_put(l);
}

static u64 cell(const u8 *record, unsigned int i)
{
	return get_unaligned((u64 *)(record + offsets[i]));
}

static void least(struct kunit *test)
{
	static const struct sample s = {
		.a = S8_MIN, .c = S32_MIN, .last = S64_MIN, .name = "",
	};
	static const char zeros[16];
	u8 record[80];

	encode(test, &s, record, sizeof(record));
	KUNIT_EXPECT_EQ(test, 0, cell(record, 0));
	KUNIT_EXPECT_EQ(test, (u64)S8_MIN, cell(record, 1));
	KUNIT_EXPECT_EQ(test, 0, cell(record, 2));
	KUNIT_EXPECT_EQ(test, (u64)S32_MIN, cell(record, 3));
	KUNIT_EXPECT_EQ(test, 0, cell(record, 4));
	KUNIT_EXPECT_MEMEQ(test, zeros, record + offsets[5], 16);
	KUNIT_EXPECT_EQ(test, (u64)S64_MIN, cell(record, 7));
	KUNIT_EXPECT_EQ(test, 0xee, record[72]);
}

static void greatest(struct kunit *test)
{
	static const struct sample s = {
		.on = true, .a = S8_MAX, .b = U16_MAX, .c = S32_MAX, .d = U64_MAX,
		.name = "twelve bytes", .level = U8_MAX, .last = S64_MAX,
	};
	u8 record[80];

	encode(test, &s, record, sizeof(record));
	KUNIT_EXPECT_EQ(test, 1, cell(record, 0));
	KUNIT_EXPECT_EQ(test, S8_MAX, cell(record, 1));
	KUNIT_EXPECT_EQ(test, U16_MAX, cell(record, 2));
	KUNIT_EXPECT_EQ(test, S32_MAX, cell(record, 3));
	KUNIT_EXPECT_EQ(test, U64_MAX, cell(record, 4));
	KUNIT_EXPECT_MEMEQ(test, "twelve bytes\0\0\0\0", record + offsets[5], 16);
	KUNIT_EXPECT_EQ(test, U8_MAX, cell(record, 6));
	KUNIT_EXPECT_EQ(test, S64_MAX, cell(record, 7));
}

/* A driver's array without a NUL is not read past its end. */
static void unterminated_string(struct kunit *test)
{
	struct sample s = { .level = 'x' };
	u8 record[80];

	memset(s.name, 'y', sizeof(s.name));
	encode(test, &s, record, sizeof(record));
	KUNIT_EXPECT_MEMEQ(test, "yyyyyyyyyyyyy\0\0\0", record + offsets[5], 16);
}

static void datum_of_cell(struct kunit *test)
{
	static const struct sample s = { .name = "eth0", .level = 1, .c = -1 };
	struct kulink_layout *l = layout_make(test);
	struct kulink_datum datum;
	u8 record[72];

	encode(test, &s, record, sizeof(record));
	kulink_cell_datum(&l->cells[5], record, &datum);
	KUNIT_EXPECT_EQ(test, KULINK_TYPE_STRING, datum.type);
	KUNIT_EXPECT_EQ(test, 4, datum.len);
	KUNIT_EXPECT_STREQ(test, "eth0", datum.string);
	kulink_cell_datum(&l->cells[6], record, &datum);
	KUNIT_EXPECT_STREQ(test, "high", datum.string);
	KUNIT_EXPECT_EQ(test, 1, datum.number);
	kulink_cell_datum(&l->cells[3], record, &datum);
	KUNIT_EXPECT_EQ(test, (u64)-1, datum.number);
	KUNIT_EXPECT_EQ(test, 0, datum.len);
	kulink_layout_put(l);
}

static void members(struct kunit *test)
{
	struct sample s = {};
	unsigned int i;

	for (i = 1; i < 5; i++) {
		kulink_member_store(&fields[i], &s, (u64)-1);
		KUNIT_EXPECT_EQ(test, fields[i].type == KULINK_TYPE_S64 ? (u64)-1 :
				U64_MAX >> (64 - 8 * fields[i].size),
				kulink_member_load(&fields[i], &s));
	}
	KUNIT_EXPECT_FALSE(test, s.on);
	KUNIT_EXPECT_EQ(test, 0, s.name[0]);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(layout),
	KUNIT_CASE(empty_layout),
	KUNIT_CASE(least),
	KUNIT_CASE(greatest),
	KUNIT_CASE(unterminated_string),
	KUNIT_CASE(datum_of_cell),
	KUNIT_CASE(members),
	{}
};

struct kunit_suite kulink_record_suite = { .name = "kulink-record", .test_cases = cases };
