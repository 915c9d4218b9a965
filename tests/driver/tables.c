// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test driver's tables:
 *
 *	rows	as many as a test asks for, computed from index and generation; under a mutex
 *	flat	as many, of numbers alone: copied in one go, and told of when they change
 *	churn	changed by a thread without a pause (churn.c)
 *	slow	16 rows that take delay_ms each
 *	odd	strings that need escapes, both ends of every type
 *	wide	rows of the greatest size
 *	empty	no rows
 *	rows_0400, rows_0440, rows_0404	one row, for some
 */
#include <linux/limits.h>
#include <linux/string.h>

#include "ktest.h"

/* Rows that are computed have no object: the item is the index plus one. */
static void *item_at(u64 index, u64 count)
{
	return index < count ? (void *)(unsigned long)(index + 1) : NULL;
}

static u64 item_index(const void *item)
{
	return (unsigned long)item - 1;
}

struct row {
	u64 index;
	u64 generation;
	u64 pattern;
	s64 negative;
	u32 choice;
	bool odd;
	char text[KTEST_ROW_STRING];
};

static const struct kulink_field row_columns[] = {
	KULINK_FIELD(struct row, index),
	KULINK_FIELD(struct row, generation),
	KULINK_FIELD(struct row, pattern),
	KULINK_FIELD(struct row, negative, .unit = "units"),
	KULINK_FIELD_ENUM(struct row, choice, "off", "sampled", "full"),
	KULINK_FIELD(struct row, odd),
	KULINK_FIELD(struct row, text),
	{}
};

static char letters[KTEST_ROW_STRING + 26];

static void *rows_start(void *priv)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->rows_lock);
	return item_at(0, kt->rows);
}

static void *rows_next(void *priv, void *item)
{
	struct ktest *kt = priv;

	return item_at(item_index(item) + 1, kt->rows);
}

static void rows_stop(void *priv)
{
	struct ktest *kt = priv;

	mutex_unlock(&kt->rows_lock);
}

static int rows_row(void *priv, void *item, void *to)
{
	struct ktest *kt = priv;
	struct row *row = to;

	row->index = item_index(item);
	row->generation = kt->rows_generation;
	row->pattern = ktest_pattern(row->index, row->generation);
	row->negative = -(s64)row->index;
	row->choice = row->index % 3;
	row->odd = row->index & 1;
	memcpy(row->text, letters + (row->index + row->generation) % 26, KTEST_ROW_STRING - 1);
	return 0;
}

static u64 rows_generation(void *priv)
{
	struct ktest *kt = priv;

	return kt->rows_generation;
}

static size_t rows_count(void *priv)
{
	struct ktest *kt = priv;

	return READ_ONCE(kt->rows);
}

static const struct kulink_field flat_columns[] = {
	KULINK_FIELD(struct ktest_flat, index),
	KULINK_FIELD(struct ktest_flat, generation),
	KULINK_FIELD(struct ktest_flat, negative),
	{}
};

static size_t flat_rows(void *priv, void *to, size_t room, u64 *generation)
{
	struct ktest_flat *row = to;
	struct ktest *kt = priv;
	size_t i, n;

	mutex_lock(&kt->rows_lock);
	n = kt->rows;
	*generation = kt->rows_generation;
	for (i = 0; i < min(n, room); i++)
		row[i] = (struct ktest_flat){
			.index = i, .generation = kt->rows_generation, .negative = -(s64)i,
		};
	mutex_unlock(&kt->rows_lock);
	return n;
}

/* Its index */
#define TABLE_FLAT	1

int ktest_rows_set(struct ktest *kt, unsigned long rows)
{
	mutex_lock(&kt->rows_lock);
	kt->rows = rows;
	kt->rows_generation++;
	mutex_unlock(&kt->rows_lock);
	kulink_table_changed(kt->service, TABLE_FLAT);
	return 0;
}

/* slow */

#define SLOW_ROWS	16

struct index_row {
	u64 index;
};

static const struct kulink_field index_columns[] = {
	KULINK_FIELD(struct index_row, index),
	{}
};

static void *slow_start(void *priv)
{
	return item_at(0, SLOW_ROWS);
}

static void *slow_next(void *priv, void *item)
{
	return item_at(item_index(item) + 1, SLOW_ROWS);
}

static void no_stop(void *priv)
{
}

static int slow_row(void *priv, void *item, void *to)
{
	struct index_row *row = to;

	row->index = item_index(item);
	return ktest_delay(priv);
}

static void *empty_start(void *priv)
{
	return NULL;
}

static void *one_start(void *priv)
{
	return item_at(0, 1);
}

static void *one_next(void *priv, void *item)
{
	return item_at(item_index(item) + 1, 1);
}

static int one_row(void *priv, void *item, void *to)
{
	struct index_row *row = to;

	row->index = item_index(item);
	return 0;
}

/* odd */

struct odd_row {
	s64 least;
	u64 most;
	s8 small;
	u8 byte;
	bool yes;
	u8 choice;
	char text[KULINK_STRING_SIZE];
};

static const struct kulink_field odd_columns[] = {
	KULINK_FIELD(struct odd_row, least),
	KULINK_FIELD(struct odd_row, most),
	KULINK_FIELD(struct odd_row, small),
	KULINK_FIELD(struct odd_row, byte, .unit = "bytes"),
	KULINK_FIELD(struct odd_row, yes),
	KULINK_FIELD_ENUM(struct odd_row, choice, "off", "sampled", "full"),
	KULINK_FIELD(struct odd_row, text),
	{}
};

static const char * const odd_texts[] = {
	"", " ", "one two", "tab\there", "back\\slash", "\\040", "#hash", "caf\xc3\xa9",
	"trailing ", "\"quotes\"",
};

static void *odd_start(void *priv)
{
	return item_at(0, ARRAY_SIZE(odd_texts));
}

static void *odd_next(void *priv, void *item)
{
	return item_at(item_index(item) + 1, ARRAY_SIZE(odd_texts));
}

static int odd_row(void *priv, void *item, void *to)
{
	u64 index = item_index(item);
	struct odd_row *row = to;

	row->least = index & 1 ? S64_MAX : S64_MIN;
	row->most = index & 1 ? 0 : U64_MAX;
	row->small = index & 1 ? S8_MAX : S8_MIN;
	row->byte = index & 1 ? 0 : U8_MAX;
	row->yes = index & 1;
	row->choice = index % 3;
	strscpy(row->text, odd_texts[index], sizeof(row->text));
	return 0;
}

/* wide: 15 full strings and a number, 4096 bytes with what pads them */

struct wide_row {
	u64 index;
	char a[256], b[256], c[256], d[256], e[256], f[256], g[256], h[256];
	char i[256], j[256], k[256], l[256], m[256], n[256], o[256];
};

static const struct kulink_field wide_columns[] = {
	KULINK_FIELD(struct wide_row, index),
	KULINK_FIELD(struct wide_row, a), KULINK_FIELD(struct wide_row, b),
	KULINK_FIELD(struct wide_row, c), KULINK_FIELD(struct wide_row, d),
	KULINK_FIELD(struct wide_row, e), KULINK_FIELD(struct wide_row, f),
	KULINK_FIELD(struct wide_row, g), KULINK_FIELD(struct wide_row, h),
	KULINK_FIELD(struct wide_row, i), KULINK_FIELD(struct wide_row, j),
	KULINK_FIELD(struct wide_row, k), KULINK_FIELD(struct wide_row, l),
	KULINK_FIELD(struct wide_row, m), KULINK_FIELD(struct wide_row, n),
	KULINK_FIELD(struct wide_row, o),
	{}
};

static int wide_row(void *priv, void *item, void *to)
{
	struct wide_row *row = to;
	char *text = to + offsetof(struct wide_row, a);
	unsigned int i;

	row->index = item_index(item);
	for (i = 0; i < 15; i++, text += sizeof(row->a))
		memcpy(text, letters + (row->index + i) % 26, sizeof(row->a) - 1);
	return 0;
}

#define ONE(_name, _mode)							\
	{									\
		.name = (_name), .mode = (_mode), .columns = index_columns,	\
		.row_size = sizeof(struct index_row), .start = one_start,	\
		.next = one_next, .stop = no_stop, .row = one_row,		\
	}

const struct kulink_table ktest_tables[] = {
	{
		.name = "rows", .mode = 0444, .columns = row_columns,
		.row_size = sizeof(struct row), .start = rows_start, .next = rows_next,
		.stop = rows_stop, .row = rows_row, .generation = rows_generation,
		.count = rows_count,
	}, [TABLE_FLAT] = {
		.name = "flat", .mode = 0444, .columns = flat_columns,
		.row_size = sizeof(struct ktest_flat), .rows = flat_rows, .told = true,
	}, {
		.name = "churn", .mode = 0444, .columns = ktest_churn_columns,
		.row_size = sizeof(struct ktest_churn_told), .start = ktest_churn_start,
		.next = ktest_churn_next, .stop = ktest_churn_stop, .row = ktest_churn_row,
		.generation = ktest_churn_generation,
	}, {
		.name = "slow", .mode = 0444, .columns = index_columns,
		.row_size = sizeof(struct index_row), .start = slow_start, .next = slow_next,
		.stop = no_stop, .row = slow_row,
	}, {
		.name = "odd", .mode = 0444, .columns = odd_columns,
		.row_size = sizeof(struct odd_row), .start = odd_start, .next = odd_next,
		.stop = no_stop, .row = odd_row,
	}, {
		.name = "wide", .mode = 0444, .columns = wide_columns,
		.row_size = sizeof(struct wide_row), .start = slow_start, .next = slow_next,
		.stop = no_stop, .row = wide_row,
	}, {
		.name = "empty", .mode = 0444, .columns = index_columns,
		.row_size = sizeof(struct index_row), .start = empty_start, .next = one_next,
		.stop = no_stop, .row = one_row,
	},
	ONE("rows_0400", 0400),
	ONE("rows_0440", 0440),
	ONE("rows_0404", 0404),
	{}
};

void ktest_tables_init(struct ktest *kt)
{
	ktest_letters(letters, 0, sizeof(letters) - 1);
	mutex_init(&kt->rows_lock);
	kt->rows = ktest_rows;
	kt->rows_generation = 1;
}
