// SPDX-License-Identifier: GPL-2.0-only
/* Tables and records, as wire and as text: good ones, cut ones, ones that lie about themselves. */
#include <stdio.h>

#include "unit.h"

/* As DECLARATION's links */
struct link {
	char name[16];
	uint64_t bytes;
	int64_t delta;
	uint64_t up;
	uint64_t state;
};

struct wire {
	struct kulink_table_head head;
	struct link links[2];
};

#define HEADER	"# 7\tname:string\tbytes:u64:bytes\tdelta:s64\tup:bool\tstate:enum\n"

static struct kulink_declaration declaration;
static const struct kulink_part *links;

static int setup(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_declaration_parse(&declaration, DECLARATION, strlen(DECLARATION)));
	links = kulink_part_find(&declaration.info, KULINK_TABLES, "links");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	kulink_declaration_free(&declaration);
	return 0;
}

static struct wire good_wire(void)
{
	return (struct wire){
		.head = { .len = sizeof(struct kulink_table_head),
			  .record_size = sizeof(struct link), .generation = 7, .count = 2 },
		.links = {
			{ .name = "eth0", .bytes = UINT64_MAX, .delta = INT64_MIN, .up = 1, .state = 1 },
			{ .name = "fifteen-letters", .bytes = 0, .delta = -1 },
		},
	};
}

static int check_row(void *ctx, const struct kulink_row *row)
{
	size_t *n = ctx;

	assert_int_equal(*n, row->index);
	assert_int_equal(7, row->generation);
	assert_int_equal(5, row->n_cells);
	assert_string_equal("name", row->cells[0].name);
	assert_string_equal("bytes", row->cells[1].unit);
	assert_int_equal(KULINK_TYPE_S64, row->cells[2].type);
	if (!(*n)++) {
		assert_string_equal("eth0", row->cells[0].string);
		assert_true(row->cells[1].number == UINT64_MAX);
		assert_true((int64_t)row->cells[2].number == INT64_MIN);
		assert_int_equal(1, row->cells[3].number);
		assert_string_equal("up", row->cells[4].string);
	} else {
		assert_string_equal("fifteen-letters", row->cells[0].string);
		assert_null(row->cells[1].string);
		assert_int_equal(-1, (int64_t)row->cells[2].number);
		assert_int_equal(0, row->cells[3].number);
		assert_string_equal("down", row->cells[4].string);
	}
	return 0;
}

static int stop_at_first(void *ctx, const struct kulink_row *row)
{
	(void)row;
	++*(size_t *)ctx;
	return 42;
}

static int take(const void *wire, size_t len, int (*row)(void *ctx, const struct kulink_row *row),
		size_t *n)
{
	struct kulink_table table = { .part = NULL };
	void *copy = malloc(len ? len : 1);	/* so that the sanitizer sees its end */
	int error;

	*n = 0;
	memcpy(copy, wire, len);
	kulink_table_init(&table, links);
	error = kulink_table_records(&table, copy, len);
	free(copy);
	if (!error)
		error = kulink_table_each(&table, row, n);
	kulink_table_free(&table);
	return error;
}

static int count(void *ctx, const struct kulink_row *row)
{
	(void)row;
	++*(size_t *)ctx;
	return 0;
}

static void records(void **state)
{
	struct wire wire = good_wire();
	size_t n;

	(void)state;
	assert_int_equal(0, take(&wire, sizeof(wire), check_row, &n));
	assert_int_equal(2, n);
	assert_int_equal(42, take(&wire, sizeof(wire), stop_at_first, &n));
	assert_int_equal(1, n);
	wire.head.count = 0;
	assert_int_equal(0, take(&wire, sizeof(wire.head), count, &n));
	assert_int_equal(0, n);
}

static void head_of_a_later_abi(void **state)
{
	struct wire wire = good_wire();
	unsigned char longer[sizeof(wire) + 8] = { 0 };
	size_t n;

	(void)state;
	wire.head.len += 8;
	memcpy(longer, &wire.head, sizeof(wire.head));
	memcpy(longer + wire.head.len, wire.links, sizeof(wire.links));
	assert_int_equal(0, take(longer, sizeof(longer), check_row, &n));
	assert_int_equal(2, n);
}

static void lying_heads(void **state)
{
	struct wire wire;
	size_t len, n;

	(void)state;
	wire = good_wire();
	for (len = 0; len < sizeof(wire); len++)
		assert_int_equal(-EPROTO, take(&wire, len, count, &n));
	wire.head.count = 3;
	assert_int_equal(-EPROTO, take(&wire, sizeof(wire), count, &n));
	wire.head.count = UINT64_MAX;
	assert_int_equal(-EPROTO, take(&wire, sizeof(wire), count, &n));
	wire.head.count = (1ULL << 60) + 2;	/* × 48 is 96 again in 64 bits */
	assert_int_equal(-EPROTO, take(&wire, sizeof(wire), count, &n));
	wire = good_wire();
	wire.head.record_size = 0;
	assert_int_equal(-EPROTO, take(&wire, sizeof(wire), count, &n));
	wire.head.record_size = sizeof(struct link) * 2;
	assert_int_equal(-EPROTO, take(&wire, sizeof(wire), count, &n));
	wire = good_wire();
	wire.head.len = 0;
	assert_int_equal(-EPROTO, take(&wire, sizeof(wire), count, &n));
	wire.head.len = UINT32_MAX;
	assert_int_equal(-EPROTO, take(&wire, sizeof(wire), count, &n));
	wire.head.len = sizeof(wire) + 1;
	assert_int_equal(-EPROTO, take(&wire, sizeof(wire), count, &n));
}

static void lying_cells(void **state)
{
	struct wire wire = good_wire();
	size_t n;

	(void)state;
	memset(wire.links[1].name, 'x', sizeof(wire.links[1].name));
	assert_int_equal(-EPROTO, take(&wire, sizeof(wire), count, &n));
	assert_int_equal(1, n);
	wire = good_wire();
	wire.links[0].up = 2;
	assert_int_equal(-EPROTO, take(&wire, sizeof(wire), count, &n));
	assert_int_equal(0, n);
}

static void unlabelled(void **state)
{
	struct wire wire = good_wire();
	struct kulink_cell cells[5];

	(void)state;
	wire.links[0].state = 2;
	assert_int_equal(0, kulink_record_decode(links, &wire.links[0], sizeof(struct link), cells));
	assert_int_equal(2, cells[4].number);
	assert_string_equal("?", cells[4].string);
	assert_int_equal(-EPROTO, kulink_record_decode(links, &wire.links[0],
						       sizeof(struct link) - 1, cells));
}

static int take_text(const char *text, size_t len,
		     int (*row)(void *ctx, const struct kulink_row *row), size_t *n)
{
	struct kulink_table table = { .part = NULL };
	int error;

	*n = 0;
	kulink_table_init(&table, links);
	error = kulink_table_text(&table, text, len);
	if (!error)
		error = kulink_table_each(&table, row, n);
	kulink_table_free(&table);
	return error;
}

#define ROWS	"eth0\t18446744073709551615\t-9223372036854775808\t1\tup\n"	\
		"fifteen-letters\t0\t-1\t0\tdown\n"

static void text(void **state)
{
	static const char whole[] = HEADER ROWS;
	size_t n;

	(void)state;
	assert_int_equal(0, take_text(whole, strlen(whole), check_row, &n));
	assert_int_equal(2, n);
	assert_int_equal(42, take_text(whole, strlen(whole), stop_at_first, &n));
	assert_int_equal(1, n);
	assert_int_equal(0, take_text(HEADER, strlen(HEADER), count, &n));
	assert_int_equal(0, n);
}

static void cut_text(void **state)
{
	static const char whole[] = HEADER ROWS;
	size_t len, n;

	(void)state;
	for (len = 0; len < strlen(whole); len++) {
		if (len && whole[len - 1] == '\n')
			continue;	/* whole lines: a shorter table */
		assert_int_equal(-EPROTO, take_text(whole, len, count, &n));
	}
}

static int check_escaped(void *ctx, const struct kulink_row *row)
{
	static const char *const names[] = { "a b", "tab\there", "back\\slash", "", "new\nline" };
	size_t *n = ctx;

	assert_string_equal(names[(*n)++], row->cells[0].string);
	return 0;
}

static void escaped_text(void **state)
{
	static const char escaped[] = HEADER
		"a\\040b\t0\t0\t0\tup\n"
		"tab\\011here\t0\t0\t0\tup\n"
		"back\\134slash\t0\t0\t0\tup\n"
		"\t0\t0\t0\tup\n"
		"new\\012line\t0\t0\t0\tup\n";
	size_t n;

	(void)state;
	assert_int_equal(0, take_text(escaped, strlen(escaped), check_escaped, &n));
	assert_int_equal(5, n);
}

static void broken_text(void **state)
{
	static const char *const texts[] = {
		"\n",
		ROWS,
		"# \tname:string\n",
		"#7\tname:string\tbytes:u64:bytes\tdelta:s64\tup:bool\tstate:enum\n",
		"# 7x\tname:string\tbytes:u64:bytes\tdelta:s64\tup:bool\tstate:enum\n",
		"# 99999999999999999999\tname:string\tbytes:u64\tdelta:s64\tup:bool\tstate:enum\n",
		"# 7\tname:string\tbytes:u64:bytes\tdelta:s64\tup:bool\n",
		"# 7\tname:string\tbytes:u64:bytes\tdelta:s64\tup:bool\tstate:enum\tmore:u64\n",
		"# 7\tnam:string\tbytes:u64:bytes\tdelta:s64\tup:bool\tstate:enum\n",
		"# 7\tname:strings\tbytes:u64:bytes\tdelta:s64\tup:bool\tstate:enum\n",
		"# 7\tname:u64\tbytes:u64:bytes\tdelta:s64\tup:bool\tstate:enum\n",
		HEADER "\n",
		HEADER "eth0\n",
		HEADER "eth0\t1\t1\t1\n",
		HEADER "eth0\t1\t1\t1\tup\t1\n",
		HEADER "eth0\t-1\t1\t1\tup\n",
		HEADER "eth0\t1\tx\t1\tup\n",
		HEADER "eth0\t1\t1\t2\tup\n",
		HEADER "eth0\t1\t1\t1\tsideways\n",
		HEADER "eth0\t\t1\t1\tup\n",
		HEADER "eth\\09\t1\t1\t1\tup\n",
		HEADER "sixteen-letters-\t1\t1\t1\tup\n",
		HEADER "eth0\t1\t1\t1\tup \n",
		HEADER "eth0\t18446744073709551616\t1\t1\tup\n",
		HEADER "eth\\000\t1\t1\t1\tup\n",
		HEADER HEADER,
	};
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (take_text(texts[i], strlen(texts[i]), count, &n) != -EPROTO)
			fail_msg("taken for good: \"%s\"", texts[i]);
	}
}

/* A declaration may come from anywhere */
static void without_columns(void **state)
{
	static const struct kulink_part none = { .kind = KULINK_TABLES, .name = "none" };
	struct kulink_table table = { .part = NULL };

	(void)state;
	kulink_table_init(&table, &none);
	assert_int_equal(-EPROTO, kulink_table_text(&table, "# 7\n\n", 5));
	kulink_table_free(&table);
}

/* More rows than a first buffer, and strings longer than a chunk of memory together */
static void many_rows(void **state)
{
	char *big = malloc(64 + 5000 * 64), *at = big;
	size_t n;
	int i;

	(void)state;
	at += sprintf(at, "%s", HEADER);
	for (i = 0; i < 5000; i++)
		at += sprintf(at, "row%011d\t%d\t0\t0\tup\n", i, i);
	assert_int_equal(0, take_text(big, at - big, count, &n));
	assert_int_equal(5000, n);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records), cmocka_unit_test(head_of_a_later_abi),
		cmocka_unit_test(lying_heads), cmocka_unit_test(lying_cells),
		cmocka_unit_test(unlabelled), cmocka_unit_test(text), cmocka_unit_test(cut_text),
		cmocka_unit_test(escaped_text), cmocka_unit_test(broken_text),
		cmocka_unit_test(without_columns), cmocka_unit_test(many_rows),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(__FILE__, tests, setup, teardown);
}
