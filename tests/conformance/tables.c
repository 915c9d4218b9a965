// SPDX-License-Identifier: GPL-2.0-only
/* Tables: whole at any size, of one generation, whatever the driver does meanwhile. */
#include "suite.h"

/* bytes of a record of the table "rows": six numbers and a string */
#define RECORD	(6 * 8 + KTEST_ROW_STRING)

static uint64_t rows_for(size_t bytes)
{
	return (bytes + RECORD - 1) / RECORD;
}

static void dump_exactly(struct kulink *k, uint64_t rows)
{
	struct rows_check check;
	int err;

	control("rows", rows);
	err = dump_rows(k, &check);
	if (err || check.n != rows)
		fail_msg("%ju rows: %s, %ju arrived (check.c:%d)", (uintmax_t)rows, strerror(-err),
			 (uintmax_t)check.n, check.wrong);
}

static void tables_every_size(void **state)
{
	struct kulink *k = open_service();

	(void)state;
	dump_exactly(k, 0);
	dump_exactly(k, 1);
	dump_exactly(k, rows_for(4096));
	dump_exactly(k, rows_for(8 << 10));
	dump_exactly(k, rows_for(64 << 10));
	dump_exactly(k, rows_for(1 << 20));
	dump_exactly(k, 2);
	kulink_close(k);
}

/* Of 16 MiB; where checkers are at work of 4, which is as far beyond what one allocation gives. */
static void tables_of_many_mib(void **state)
{
	struct kulink *k = open_service();

	(void)state;
	dump_exactly(k, rows_for((size_t)scaled(16, 4) << 20));
	kulink_close(k);
}

/* A table of numbers is an array of its struct, over each channel. */
static void flat_exactly(struct kulink *k, uint64_t n)
{
	const struct ktest_flat *row;
	struct kulink_rows rows;
	uint64_t i;

	control("rows", n);
	expect(kulink_rows(k, "flat", &rows), 0);
	assert_int_equal(rows.n, n);
	assert_int_equal(rows.size, sizeof(*row));
	for (i = 0, row = rows.records; i < n; i++, row++) {
		if (row->index != i || row->generation != rows.generation || row->negative != -(int64_t)i)
			fail_msg("row %ju of %ju", (uintmax_t)i, (uintmax_t)n);
	}
}

static void tables_flat(void **state)
{
	struct kulink *k = open_service();
	struct kulink_rows none;

	(void)state;
	flat_exactly(k, 0);
	flat_exactly(k, 1);
	flat_exactly(k, 10000);
	flat_exactly(k, 10);
	expect(kulink_rows(k, "nosuch", &none), -ENOENT);
	expect(kulink_rows(k, "flat", NULL), -EINVAL);
	kulink_close(k);
}

/* After each change, of which there are many, the first reading is of it. */
static void tables_told(void **state)
{
	struct kulink *k = open_service();
	unsigned int i, n = scaled(200, 50);
	struct kulink_rows rows;
	uint64_t generation;

	(void)state;
	flat_exactly(k, 1);
	expect(kulink_rows(k, "flat", &rows), 0);
	generation = rows.generation;
	for (i = 1; i <= n; i++) {
		flat_exactly(k, i % 30);
		expect(kulink_rows(k, "flat", &rows), 0);
		assert_int_equal(rows.generation, generation + i);
		assert_int_equal(rows.n, i % 30);
	}
	kulink_close(k);
}

/* Of one generation and not older than what was read before the change */
static int told_later(struct kulink *k, uint64_t *generation)
{
	const struct ktest_flat *row;
	struct kulink_rows rows;
	int err = kulink_rows(k, "flat", &rows);
	uint64_t i;

	if (err)
		return err;
	for (i = 0, row = rows.records; i < rows.n; i++, row++) {
		if (row->index != i || row->generation != rows.generation)
			return -EBADMSG;
	}
	if (rows.generation <= *generation)
		return -ESTALE;
	*generation = rows.generation;
	return 0;
}

static int tell_in_program(unsigned int i)
{
	unsigned int n, turns = scaled(50, 10);
	uint64_t generation = 0;
	struct kulink *k;
	int err = kulink_open(&k, SERVICE, channel->name);

	for (n = 0; n < turns && !err; n++) {
		err = told_later(k, &generation);
		control("rows", i + n);
	}
	kulink_close(k);
	return err;
}

static void tables_told_8_programs(void **state)
{
	(void)state;
	expect(together(8, tell_in_program), 0);
}

static int count_row(void *ctx, const struct kulink_row *row)
{
	uint64_t *n = ctx;

	return row->index == (*n)++ ? 0 : -EBADMSG;
}

static void tables_empty(void **state)
{
	struct kulink *k = open_service();
	uint64_t n = 0;

	(void)state;
	expect(kulink_dump(k, "empty", count_row, &n), 0);
	assert_int_equal(n, 0);
	kulink_close(k);
}

static void tables_generation(void **state)
{
	struct kulink *k = open_service();
	struct rows_check first, second;

	(void)state;
	control("rows", 10);
	expect(dump_rows(k, &first), 0);
	expect(dump_rows(k, &second), 0);
	assert_true(first.generation >= 1);
	assert_int_equal(second.generation, first.generation);
	control("rows", 11);
	expect(dump_rows(k, &second), 0);
	assert_int_equal(second.generation, first.generation + 1);
	assert_int_equal(second.n, 11);
	kulink_close(k);
}

static int stop_at_third(void *ctx, const struct kulink_row *row)
{
	*(uint64_t *)ctx = row->index;
	return row->index == 2 ? 123 : 0;
}

static void tables_stopped_by_reader(void **state)
{
	struct kulink *k = open_service();
	struct rows_check check;
	uint64_t last = 0;

	(void)state;
	control("rows", 1000);
	expect(kulink_dump(k, "rows", stop_at_third, &last), 123);
	assert_int_equal(last, 2);
	expect(dump_rows(k, &check), 0);
	assert_int_equal(check.n, 1000);
	kulink_close(k);
}

static const char *const odd_texts[] = {
	"", " ", "one two", "tab\there", "back\\slash", "\\040", "#hash", "caf\xc3\xa9",
	"trailing ", "\"quotes\"",
};

static int odd_row(void *ctx, const struct kulink_row *row)
{
	static const char *const labels[] = { "off", "sampled", "full" };
	const struct kulink_cell *c = row->cells;
	bool odd = row->index & 1;
	uint64_t *n = ctx;

	if (row->index != (*n)++ || row->n_cells != 7 || row->index >= COUNT(odd_texts))
		return 1;
	if (c[0].number != (uint64_t)(odd ? INT64_MAX : INT64_MIN) ||
	    c[1].number != (odd ? 0 : UINT64_MAX))
		return 2;
	if (c[2].number != (uint64_t)(int64_t)(odd ? INT8_MAX : INT8_MIN) ||
	    c[3].number != (odd ? 0 : UINT8_MAX) || c[4].number != odd)
		return 3;
	if (strcmp(c[5].string, labels[row->index % 3]) || c[5].number != row->index % 3)
		return 4;
	return strcmp(c[6].string, odd_texts[row->index]) ? 100 + (int)row->index : 0;
}

static void tables_odd_cells(void **state)
{
	struct kulink *k = open_service();
	uint64_t n = 0;

	(void)state;
	expect(kulink_dump(k, "odd", odd_row, &n), 0);
	assert_int_equal(n, COUNT(odd_texts));
	kulink_close(k);
}

static int wide_row(void *ctx, const struct kulink_row *row)
{
	char text[KTEST_ROW_STRING];
	uint64_t *n = ctx;
	size_t i;

	if (row->index != (*n)++ || row->n_cells != 16 || row->cells[0].number != row->index)
		return 1;
	for (i = 0; i < 15; i++) {
		ktest_letters(text, row->index + i, 255);
		if (strcmp(row->cells[i + 1].string, text))
			return 2 + (int)i;
	}
	return 0;
}

static void tables_wide_rows(void **state)
{
	struct kulink *k = open_service();
	uint64_t n = 0;

	(void)state;
	expect(kulink_dump(k, "wide", wide_row, &n), 0);
	assert_int_equal(n, 16);
	kulink_close(k);
}

static void tables_that_sleep(void **state)
{
	struct kulink *k = open_service();
	uint64_t n = 0, done = counter("done");

	(void)state;
	control("delay_ms", 2);
	expect(kulink_dump(k, "slow", count_row, &n), 0);
	assert_int_equal(n, 16);
	assert_true(counter("done") >= done + 16);
	kulink_close(k);
}

/* A thread of the driver's adds and removes rows without a pause. */
static void tables_churn(void **state)
{
	struct kulink *k = open_service();
	uint64_t generation = 0, first = 0;
	unsigned int i, least = scaled(50, 10);

	(void)state;
	control("churn", 1);
	/* enough dumps, and enough changes between them */
	for (i = 0; i < least || !first || generation < first + 100; i++) {
		expect(dump_churn(k, &generation), 0);
		first = first ?: generation;
		if (i == 1000000)
			fail_msg("generation %ju after %u dumps: no test", (uintmax_t)generation, i);
	}
	kulink_close(k);
}

static uint64_t shared_rows(void)
{
	return scaled((unsigned int)rows_for(1 << 20), (unsigned int)rows_for(64 << 10));
}

static int dump_in_program(unsigned int i)
{
	struct rows_check check;
	struct kulink *k;
	int err = kulink_open(&k, SERVICE, channel->name);

	(void)i;
	if (err)
		return err;
	err = dump_rows(k, &check);
	kulink_close(k);
	return err ?: check.n == shared_rows() ? 0 : -EBADMSG;
}

static void tables_8_programs(void **state)
{
	(void)state;
	control("rows", shared_rows());
	expect(together(8, dump_in_program), 0);
}

static int churn_in_program(unsigned int i)
{
	unsigned int n = scaled(20, 5);
	uint64_t generation;
	struct kulink *k;
	int err = kulink_open(&k, SERVICE, channel->name);

	for (i = 0; i < n && !err; i++)
		err = dump_churn(k, &generation);
	kulink_close(k);
	return err;
}

static void tables_churn_8_programs(void **state)
{
	(void)state;
	control("churn", 1);
	expect(together(8, churn_in_program), 0);
}

static void tables_not_carried(void **state)
{
	struct kulink *k = open_service();
	uint64_t n = 0;

	(void)state;
	expect(kulink_dump(k, "rows", count_row, &n), -EOPNOTSUPP);
	kulink_close(k);
}

struct records {
	const struct kulink_rows *rows;
	uint64_t n;
};

/* A record has what the row's cells have, the strings padded. */
static int same_record(void *ctx, const struct kulink_row *row)
{
	struct records *records = ctx;
	const char *at = (const char *)records->rows->records + records->n++ * records->rows->size;
	const struct kulink_cell *c = row->cells;
	size_t i;

	for (i = 0; i < 5; i++, at += 8) {
		if (memcmp(at, &c[i].number, 8))
			return 1 + (int)i;
	}
	if (memcmp(at, &c[5].number, 8))
		return 10;
	return strcmp(at + 8, c[6].string) ? 11 : 0;
}

static void tables_odd_records(void **state)
{
	struct kulink *k = open_service();
	struct kulink_rows rows;
	struct records records = { .rows = &rows };

	(void)state;
	expect(kulink_rows(k, "odd", &rows), 0);
	expect(kulink_dump(k, "odd", same_record, &records), 0);
	assert_int_equal(records.n, rows.n);
	kulink_close(k);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(tables_every_size),
	cmocka_unit_test(tables_of_many_mib),
	cmocka_unit_test(tables_flat),
	cmocka_unit_test(tables_told),
	cmocka_unit_test(tables_told_8_programs),
	cmocka_unit_test(tables_odd_records),
	cmocka_unit_test(tables_empty),
	cmocka_unit_test(tables_generation),
	cmocka_unit_test(tables_stopped_by_reader),
	cmocka_unit_test(tables_odd_cells),
	cmocka_unit_test(tables_wide_rows),
	cmocka_unit_test(tables_that_sleep),
	cmocka_unit_test(tables_churn),
	cmocka_unit_test(tables_8_programs),
	cmocka_unit_test(tables_churn_8_programs),
};

static const struct CMUnitTest absent[] = {
	cmocka_unit_test(tables_not_carried),
};

const struct test_group tables_group = {
	"tables", KULINK_TABLES, tests, COUNT(tests), absent, COUNT(absent), NULL
};
