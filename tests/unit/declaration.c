// SPDX-License-Identifier: GPL-2.0-only
/* The declaration's text: what is good, what a later ABI may add, what is broken or hostile. */
#include <stdio.h>

#include "unit.h"

#define HEAD	"kulink\t1\nservice\tdemo0\tuid=0\tgid=0\tchannels=*\n"

static int parse(struct kulink_declaration *d, const char *text)
{
	return kulink_declaration_parse(d, text, strlen(text));
}

static void whole(void **state)
{
	struct kulink_declaration d;
	const struct kulink_part *part;

	(void)state;
	assert_int_equal(0, parse(&d, DECLARATION));
	assert_string_equal("demo0", d.info.service);
	assert_int_equal(1, d.info.abi);
	assert_int_equal(0, d.info.uid);
	assert_int_equal(100, d.info.gid);
	assert_string_equal("*", d.info.channels);
	assert_string_equal("", d.info.published);
	assert_int_equal(11, d.info.n_parts);

	part = kulink_part_find(&d.info, KULINK_VALUES, "threshold");
	assert_non_null(part);
	assert_int_equal(KULINK_TYPE_S64, part->type);
	assert_int_equal(0644, part->mode);
	assert_true(part->ranged);
	assert_int_equal(-10, (int64_t)part->min);
	assert_int_equal(20, (int64_t)part->max);
	assert_string_equal("celsius", part->unit);
	assert_null(part->labels);

	part = kulink_part_find(&d.info, KULINK_VALUES, "mode");
	assert_string_equal("off", part->labels[0]);
	assert_string_equal("full", part->labels[2]);
	assert_null(part->labels[3]);
	assert_false(part->ranged);

	part = kulink_part_find(&d.info, KULINK_VALUES, "label");
	assert_true(part->ranged);
	assert_int_equal(0, part->min);
	assert_int_equal(31, part->max);
	kulink_declaration_free(&d);
}

static void tables_and_events(void **state)
{
	struct kulink_declaration d;
	const struct kulink_part *part;

	(void)state;
	assert_int_equal(0, parse(&d, DECLARATION));
	part = kulink_part_find(&d.info, KULINK_TABLES, "links");
	assert_int_equal(5, part->n_cells);
	assert_string_equal("name", part->cells[0].name);
	assert_int_equal(16, part->cells[0].size);
	assert_string_equal("bytes", part->cells[1].unit);
	assert_int_equal(8, part->cells[1].size);
	assert_string_equal("up", part->cells[4].labels[1]);
	assert_int_equal(16 + 4 * 8, kulink_record_size(part));

	part = kulink_part_find(&d.info, KULINK_EVENTS, "overheat");
	assert_int_equal(2, part->n_cells);
	assert_string_equal("sensor", part->cells[0].name);
	assert_int_equal(0, kulink_part_index(&d.info, part));
	part = kulink_part_find(&d.info, KULINK_EVENTS, "tick");
	assert_int_equal(0, part->n_cells);
	assert_int_equal(1, kulink_part_index(&d.info, part));

	part = kulink_part_find(&d.info, KULINK_CALLS, "echo");
	assert_int_equal(1048576, part->request_max);
	assert_int_equal(1048576, part->reply_max);
	assert_null(kulink_part_find(&d.info, KULINK_VALUES, "echo"));
	assert_null(kulink_part_find(&d.info, KULINK_CALLS, "ech"));
	kulink_declaration_free(&d);
}

static void limits(void **state)
{
	struct kulink_declaration d;

	(void)state;
	assert_int_equal(0, parse(&d, HEAD
		"value\ta\ts64\t644\tmin=-9223372036854775808\tmax=9223372036854775807\n"
		"value\tb\tu64\t644\tmax=18446744073709551615\n"
		"value\tc\tu64\t644\tmin=7\n"
		"value\td\ts64\t644\tmin=-1\n"));
	assert_int_equal(INT64_MIN, (int64_t)d.parts[0].min);
	assert_int_equal(INT64_MAX, (int64_t)d.parts[0].max);
	assert_true(d.parts[1].max == UINT64_MAX);
	assert_int_equal(0, d.parts[1].min);
	assert_int_equal(7, d.parts[2].min);
	assert_true(d.parts[2].max == UINT64_MAX);
	assert_int_equal(INT64_MAX, (int64_t)d.parts[3].max);
	kulink_declaration_free(&d);
}

static void later_abi_is_skipped(void **state)
{
	struct kulink_declaration d;

	(void)state;
	assert_int_equal(0, parse(&d, HEAD
		"hologram\tsamples\t444\tsize=4096\n"
		"value\tx\tu64\t644\tcolour=blue\tunit=ns\t\t\n"
		"anything\n"
		"\n"));
	assert_int_equal(1, d.info.n_parts);
	assert_string_equal("ns", d.parts[0].unit);
	kulink_declaration_free(&d);

	assert_int_equal(-EPROTONOSUPPORT, parse(&d, "kulink\t2\nservice\tdemo0\n"));
}

static void regions(void **state)
{
	struct kulink_declaration d;

	(void)state;
	assert_int_equal(0, parse(&d, HEAD
		"region\tsamples\t0640\tsize=9001\n"
		"region\tlast\t0444\tsize=1\tcolour=blue\n"));
	assert_int_equal(2, d.info.n_parts);
	assert_int_equal(KULINK_REGIONS, d.parts[0].kind);
	assert_string_equal("samples", d.parts[0].name);
	assert_int_equal(0640, d.parts[0].mode);
	assert_int_equal(9001, d.parts[0].size);
	assert_int_equal(1, d.parts[1].size);
	kulink_declaration_free(&d);
	assert_int_equal(-EPROTO, parse(&d, HEAD "region\tx\t0444\n"));
	assert_int_equal(-EPROTO, parse(&d, HEAD "region\tx\t0444\tsize=\n"));
	assert_int_equal(-EPROTO, parse(&d, HEAD "region\tx\t0444\tsize=-1\n"));
	assert_int_equal(-EPROTO, parse(&d, HEAD "region\tX\t0444\tsize=1\n"));
	assert_int_equal(-EPROTO, parse(&d, HEAD "region\tx\tsize=1\n"));
}

static void more_keys_than_known(void **state)
{
	struct kulink_declaration d;
	char text[4096] = HEAD "value\tx\tu64\t644\tunit=ns";
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		strcat(text, "\tkey=value");
	strcat(text, "\nvalue\ty\tu64\t644\n");
	assert_int_equal(0, parse(&d, text));
	assert_int_equal(2, d.info.n_parts);
	kulink_declaration_free(&d);
}

static void broken(void **state)
{
	static const char *const texts[] = {
		"",
		"kulink",
		"kulink\n",
		"kulink\tx\n",
		"kulink\t1\n",
		"kulink\t1x\nservice\tdemo0\tuid=0\tgid=0\tchannels=*\n",
		"service\tdemo0\tuid=0\tgid=0\tchannels=*\n",
		"kulink\t1\nservice\n",
		"kulink\t1\nservice\tdemo0\n",
		"kulink\t1\nservice\tdemo0\tuid=0\n",
		"kulink\t1\nservice\tdemo0\tuid=-1\tgid=0\n",
		"kulink\t1\nservice\tdemo0\tuid=4294967296\tgid=0\n",
		"kulink\t1\nservice\t../demo0\tuid=0\tgid=0\n",
		"kulink\t1\nservice\tDemo\tuid=0\tgid=0\n",
		"kulink\t1\nservice\t\tuid=0\tgid=0\n",
		HEAD "value",
		HEAD "value\n",
		HEAD "value\tx\n",
		HEAD "value\tx\tu64\n",
		HEAD "value\tx\tu65\t644\n",
		HEAD "value\tx\tu64\t8\n",
		HEAD "value\tx\tu64\t1000\n",
		HEAD "value\tx\tu64\t-1\n",
		HEAD "value\tx y\tu64\t644\n",
		HEAD "value\t0x\tu64\t644\n",
		HEAD "value\tabcdefghijklmnopqrstuvwxyz012345\tu64\t644\n",
		HEAD "value\tx\tu64\t644\tmin=-1\n",
		HEAD "value\tx\tu64\t644\tmax=18446744073709551616\n",
		HEAD "value\tx\ts64\t644\tmin=9223372036854775808\n",
		HEAD "value\tx\ts64\t644\tmin=\n",
		HEAD "value\tx\tenum\t644\n",
		HEAD "value\tx\tenum\t644\tlabels=\n",
		HEAD "value\tx\tenum\t644\tlabels=a,\n",
		HEAD "value\tx\tenum\t644\tlabels=,a\n",
		HEAD "table\n",
		HEAD "table\tt\n",
		HEAD "column\tc\tu64\n",
		HEAD "value\tx\tu64\t644\ncolumn\tc\tu64\n",
		HEAD "table\tt\t444\nfield\tc\tu64\n",
		HEAD "event\tt\t444\ncolumn\tc\tu64\n",
		HEAD "table\tt\t444\ncolumn\tc\n",
		HEAD "table\tt\t444\ncolumn\tc\tstring\n",
		HEAD "table\tt\t444\ncolumn\tc\tstring\tsize=0\n",
		HEAD "table\tt\t444\ncolumn\tc\tstring\tsize=7\n",
		HEAD "table\tt\t444\ncolumn\tc\tstring\tsize=264\n",
		HEAD "table\tt\t444\ncolumn\tc\tstring\tsize=18446744073709551608\n",
		HEAD "table\tt\t444\ncolumn\tc\tenum\n",
		HEAD "call\tc\t444\n",
		HEAD "call\tc\t444\trequest=1\n",
		HEAD "call\tc\t444\trequest=1048577\treply=1\n",
		HEAD "call\tc\t444\trequest=1\treply=1048577\n",
		HEAD "event\n",
		HEAD "event\te\tx\n",
	};
	struct kulink_declaration d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (parse(&d, texts[i]) != -EPROTO)
			fail_msg("taken for good: \"%s\"", texts[i]);
		assert_null(d.arena);
	}
}

/* Every beginning of a good text is refused, or is whole lines: nothing reads past its end. */
static void truncated(void **state)
{
	struct kulink_declaration d;
	const char *text = DECLARATION;
	size_t len, n = strlen(text);
	size_t head = strchr(strchr(text, '\n') + 1, '\n') + 1 - text;
	char *copy;
	int error;

	(void)state;
	for (len = 0; len < n; len++) {
		copy = malloc(len ? len : 1);
		memcpy(copy, text, len);
		error = kulink_declaration_parse(&d, copy, len);
		if (len >= head && text[len - 1] == '\n') {
			assert_int_equal(0, error);
			kulink_declaration_free(&d);
		} else {
			assert_int_equal(-EPROTO, error);
		}
		free(copy);
	}
}

static void nul_inside(void **state)
{
	struct kulink_declaration d;
	static const char text[] = HEAD "value\tx\tu64\t644\0\tunit=ns\n";

	(void)state;
	assert_int_equal(-EPROTO, kulink_declaration_parse(&d, text, sizeof(text) - 1));
}

/* Bytes changed at random: any answer, but no access that the sanitizers see. */
static void mutated(void **state)
{
	struct kulink_declaration d;
	char text[] = DECLARATION;
	unsigned int seed = 1;
	int i, error, good = 0, bad = 0;

	(void)state;
	for (i = 0; i < 20000; i++) {
		memcpy(text, DECLARATION, sizeof(text));
		text[rand_r(&seed) % (sizeof(text) - 1)] = (char)rand_r(&seed);
		text[rand_r(&seed) % (sizeof(text) - 1)] = "\t\n=,:9a"[rand_r(&seed) % 7];
		error = kulink_declaration_parse(&d, text, sizeof(text) - 1);
		if (!error) {
			good++;
			kulink_declaration_free(&d);
		} else {
			bad++;
		}
	}
	assert_true(good > 100);
	assert_true(bad > 100);
}

static void names(void **state)
{
	(void)state;
	assert_true(kulink_name_valid("a", 1));
	assert_true(kulink_name_valid("a_9", 3));
	assert_true(kulink_name_valid("abcdefghijklmnopqrstuvwxyz01234", 31));
	assert_false(kulink_name_valid("abcdefghijklmnopqrstuvwxyz012345", 32));
	assert_false(kulink_name_valid("", 0));
	assert_false(kulink_name_valid("_a", 2));
	assert_false(kulink_name_valid("9a", 2));
	assert_false(kulink_name_valid("a-b", 3));
	assert_false(kulink_name_valid("a/b", 3));
	assert_false(kulink_name_valid("..", 2));
}

static void words(void **state)
{
	(void)state;
	assert_true(kulink_words_have("sysfs ioctl genl", "ioctl"));
	assert_true(kulink_words_have("genl\n", "genl"));
	assert_true(kulink_words_have("*", "genl"));
	assert_true(kulink_words_have("a, b", "b"));
	assert_false(kulink_words_have("sysfs", "sys"));
	assert_false(kulink_words_have("sys", "sysfs"));
	assert_false(kulink_words_have("", "sysfs"));
	assert_false(kulink_words_have("  ", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole), cmocka_unit_test(tables_and_events),
		cmocka_unit_test(limits), cmocka_unit_test(later_abi_is_skipped), cmocka_unit_test(regions),
		cmocka_unit_test(more_keys_than_known), cmocka_unit_test(broken),
		cmocka_unit_test(truncated), cmocka_unit_test(nul_inside),
		cmocka_unit_test(mutated), cmocka_unit_test(names), cmocka_unit_test(words),
	};

	return unit_main(tests);
}
