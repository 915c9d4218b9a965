// SPDX-License-Identifier: GPL-2.0-only
/* genl's attributes as cells: good ones, and what a kernel that lies or is cut short might send. */
#include <linux/genetlink.h>

#include "unit.h"
#include "genl.h"

static struct kulink_declaration declaration;
static const struct kulink_part *links;

/* Of its own, so that reading past the message's end is caught */
static struct nlmsghdr *message;

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

static int begin(void **state)
{
	(void)state;
	message = mnl_nlmsg_put_header(calloc(1, 4096));
	mnl_nlmsg_put_extra_header(message, sizeof(struct genlmsghdr));
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(message);
	return 0;
}

/* In memory that ends where the message does */
static void shrink(void)
{
	struct nlmsghdr *exact = malloc(message->nlmsg_len);

	memcpy(exact, message, message->nlmsg_len);
	free(message);
	message = exact;
}

static const struct nlattr *record(void)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];

	shrink();
	assert_int_equal(0, kulink_genl_attrs(message, attrs));
	assert_non_null(attrs[KULINK_A_RECORD]);
	return attrs[KULINK_A_RECORD];
}

/* name bytes delta up state, as DECLARATION's links; stops before the cell @n */
static void put_cells(int n, const char *state_label)
{
	struct nlattr *nest = mnl_attr_nest_start(message, KULINK_A_RECORD);

	if (n > 0)
		mnl_attr_put_strz(message, KULINK_A_STRING, "eth0");
	if (n > 1)
		mnl_attr_put_u64(message, KULINK_A_U64, UINT64_MAX);
	if (n > 2)
		mnl_attr_put_u64(message, KULINK_A_S64, (uint64_t)INT64_MIN);
	if (n > 3)
		mnl_attr_put_u8(message, KULINK_A_BOOL, 1);
	if (n > 4)
		mnl_attr_put_strz(message, KULINK_A_STRING, state_label);
	if (n > 5)
		mnl_attr_put_u8(message, KULINK_A_BOOL, 1);
	mnl_attr_nest_end(message, nest);
}

static int decode(struct kulink_cell *cells)
{
	memset(cells, 0, 5 * sizeof(*cells));
	return kulink_genl_cells(links, record(), cells, NULL);
}

static void good_record(void **state)
{
	struct kulink_cell cells[5];

	(void)state;
	put_cells(5, links->cells[4].labels[1]);
	assert_int_equal(0, decode(cells));
	assert_string_equal("eth0", cells[0].string);
	assert_true(cells[1].number == UINT64_MAX);
	assert_true(cells[2].number == (uint64_t)INT64_MIN);
	assert_int_equal(1, cells[3].number);
	assert_int_equal(1, cells[4].number);
	assert_string_equal(links->cells[4].labels[1], cells[4].string);
}

static void label_unknown(void **state)
{
	struct kulink_cell cells[5];

	(void)state;
	put_cells(5, "77");
	assert_int_equal(0, decode(cells));
	assert_int_equal(77, cells[4].number);
	assert_string_equal("?", cells[4].string);
}

static void cells_missing(void **state)
{
	struct kulink_cell cells[5];

	(void)state;
	put_cells(4, NULL);
	assert_int_equal(-EPROTO, decode(cells));
}

static void no_cells(void **state)
{
	struct kulink_cell cells[5];

	(void)state;
	put_cells(0, NULL);
	assert_int_equal(-EPROTO, decode(cells));
}

static void cells_too_many(void **state)
{
	struct kulink_cell cells[5];

	(void)state;
	put_cells(6, "up");
	assert_int_equal(-EPROTO, decode(cells));
}

static void cell_of_wrong_type(void **state)
{
	struct nlattr *nest = mnl_attr_nest_start(message, KULINK_A_RECORD);
	struct kulink_cell cells[5];

	(void)state;
	mnl_attr_put_u64(message, KULINK_A_U64, 1);
	mnl_attr_nest_end(message, nest);
	assert_int_equal(-EPROTO, decode(cells));
}

static void cell_without_nul(void **state)
{
	struct nlattr *nest = mnl_attr_nest_start(message, KULINK_A_RECORD);
	struct kulink_cell cells[5];

	(void)state;
	mnl_attr_put(message, KULINK_A_STRING, 4, "eth0");
	mnl_attr_nest_end(message, nest);
	assert_int_equal(-EPROTO, decode(cells));
}

static void cell_too_short(void **state)
{
	struct nlattr *nest = mnl_attr_nest_start(message, KULINK_A_RECORD);
	struct kulink_cell cells[5];

	(void)state;
	mnl_attr_put_strz(message, KULINK_A_STRING, "eth0");
	mnl_attr_put_u32(message, KULINK_A_U64, 1);
	mnl_attr_nest_end(message, nest);
	assert_int_equal(-EPROTO, decode(cells));
}

/* The last cell says that it is longer than its nest */
static void cell_beyond_its_nest(void **state)
{
	struct nlattr *nest = mnl_attr_nest_start(message, KULINK_A_RECORD);
	struct nlattr *cell = mnl_nlmsg_get_payload_tail(message);
	struct kulink_cell cells[5];

	(void)state;
	mnl_attr_put_strz(message, KULINK_A_STRING, "eth0");
	mnl_attr_nest_end(message, nest);
	cell->nla_len = 400;
	assert_int_equal(-EPROTO, decode(cells));
}

static void attributes(void **state)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];

	(void)state;
	mnl_attr_put_strz(message, KULINK_A_SERVICE, "hwstats0");
	mnl_attr_put_u64(message, KULINK_A_MAX + 7, 1);
	mnl_attr_put_u64(message, KULINK_A_SEQ, 5);
	shrink();
	assert_int_equal(0, kulink_genl_attrs(message, attrs));
	assert_string_equal("hwstats0", mnl_attr_get_str(attrs[KULINK_A_SERVICE]));
	assert_int_equal(5, mnl_attr_get_u64(attrs[KULINK_A_SEQ]));
	assert_null(attrs[KULINK_A_PART]);
}

static void attribute_malformed(void **state)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];

	(void)state;
	mnl_attr_put(message, KULINK_A_SERVICE, 3, "abc");
	shrink();
	assert_int_equal(-EPROTO, kulink_genl_attrs(message, attrs));
}

static void message_too_short(void **state)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];

	(void)state;
	message->nlmsg_len = sizeof(*message);
	shrink();
	assert_int_equal(-EPROTO, kulink_genl_attrs(message, attrs));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(good_record),
		TEST(label_unknown),
		TEST(cells_missing),
		TEST(no_cells),
		TEST(cells_too_many),
		TEST(cell_of_wrong_type),
		TEST(cell_without_nul),
		TEST(cell_too_short),
		TEST(cell_beyond_its_nest),
		TEST(attributes),
		TEST(attribute_malformed),
		TEST(message_too_short),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
