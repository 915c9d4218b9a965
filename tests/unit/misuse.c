// SPDX-License-Identifier: GPL-2.0-only
/* What a program may get wrong, and the values' types. */
#include <unistd.h>

#include "unit.h"

static char *root;
static struct kulink *k;

static int setup(void **state)
{
	(void)state;
	fakes_reset();
	root = tree_new("fast slow values\n");
	assert_int_equal(0, kulink_open_at(&k, root, fake_list, "demo0", NULL));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	kulink_close(k);
	tree_free(root);
	return 0;
}

static int open_service(const char *service)
{
	struct kulink *other = (void *)1;
	int error = kulink_open_at(&other, root, fake_list, service, NULL);

	if (error)
		assert_null(other);
	kulink_close(other);
	return error;
}

static void services(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(-EINVAL, kulink_open(NULL, "demo0", NULL));
	assert_int_equal(-EINVAL, open_service(NULL));
	assert_int_equal(-EINVAL, open_service(""));
	assert_int_equal(-ENOENT, open_service("nope"));
	assert_int_equal(-ENOENT, open_service("../kulink/demo0"));
	assert_int_equal(-ENOENT, open_service("demo0/"));
	assert_int_equal(-ENOENT, open_service("Demo0"));
	assert_int_equal(-ENOENT, open_service(name));
	assert_int_equal(0, open_service("demo0"));
}

static void no_handle(void **state)
{
	const struct kulink_info *info;
	uint64_t u;

	(void)state;
	kulink_close(NULL);
	assert_string_equal("", kulink_channel(NULL));
	assert_string_equal("", kulink_message(NULL));
	assert_int_equal(-EINVAL, kulink_info(NULL, &info));
	assert_int_equal(-EINVAL, kulink_info(k, NULL));
	assert_int_equal(-EINVAL, kulink_get_u64(NULL, "counter", &u));
	assert_int_equal(-EINVAL, kulink_set_u64(NULL, "counter", 1));
	assert_int_equal(-EINVAL, kulink_call(NULL, "echo", NULL, 0, NULL, NULL));
	assert_int_equal(-EINVAL, kulink_dump(NULL, "links", NULL, NULL));
	assert_int_equal(-EINVAL, kulink_map(NULL, "r", NULL, NULL));
	assert_int_equal(-EINVAL, kulink_list(NULL, NULL));
	assert_int_equal(-EINVAL, kulink_wait(NULL, NULL, 0));
	assert_int_equal(-EINVAL, kulink_wait("demo0", "pigeon", 0));
	assert_int_equal(-EINVAL, kulink_available(NULL, NULL, 0));
	assert_int_equal(-EINVAL, kulink_available("pigeon", NULL, 0));
}

/* An unknown name is answered here: the channel is not even opened. */
static void parts(void **state)
{
	char name[300];
	uint64_t u;
	size_t len = 0;

	(void)state;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(-EINVAL, kulink_get_u64(k, NULL, &u));
	assert_int_equal(-EINVAL, kulink_get_u64(k, "", &u));
	assert_int_equal(-ENOENT, kulink_get_u64(k, "nope", &u));
	assert_string_equal("demo0 has no value \"nope\"", kulink_message(k));
	assert_int_equal(-ENOENT, kulink_get_u64(k, name, &u));
	assert_int_equal(-ENOENT, kulink_get_u64(k, "links", &u));
	assert_int_equal(-ENOENT, kulink_set_u64(k, "nope", 1));
	assert_int_equal(-ENOENT, kulink_call(k, "nope", NULL, 0, NULL, &len));
	assert_int_equal(-ENOENT, kulink_call(k, "counter", NULL, 0, NULL, &len));
	assert_string_equal("demo0 has no call \"counter\"", kulink_message(k));
	assert_int_equal(0, fakes[0].opened);
}

static void null_results(void **state)
{
	(void)state;
	assert_int_equal(-EINVAL, kulink_get(k, "counter", NULL));
	assert_int_equal(-EINVAL, kulink_get_bool(k, "enabled", NULL));
	assert_int_equal(-EINVAL, kulink_get_s64(k, "threshold", NULL));
	assert_int_equal(-EINVAL, kulink_get_u64(k, "counter", NULL));
	assert_int_equal(-EINVAL, kulink_get_string(k, "label", NULL, 8));
	assert_int_equal(-EINVAL, kulink_get_text(k, "label", NULL, 8));
	assert_int_equal(-EINVAL, kulink_set(k, "counter", NULL));
	assert_int_equal(-EINVAL, kulink_set_string(k, "label", NULL));
	assert_int_equal(-EINVAL, kulink_set_text(k, "label", NULL));
	assert_int_equal(-EINVAL, kulink_dump(k, "links", NULL, NULL));
	assert_int_equal(-EINVAL, kulink_call(k, "echo", NULL, 1, NULL, NULL));
	assert_int_equal(-EINVAL, kulink_call(k, "echo", NULL, 0, NULL, &(size_t){ 1 }));
	assert_int_equal(0, fakes[0].opened);
}

static void wrong_types(void **state)
{
	struct kulink_datum datum = { .type = 77 };
	char text[8];
	uint64_t u;
	int64_t s;
	bool b;

	(void)state;
	assert_int_equal(-EINVAL, kulink_get_s64(k, "counter", &s));
	assert_string_equal("counter is of type u64", kulink_message(k));
	assert_int_equal(-EINVAL, kulink_get_u64(k, "threshold", &u));
	assert_int_equal(-EINVAL, kulink_get_u64(k, "mode", &u));
	assert_int_equal(-EINVAL, kulink_get_bool(k, "counter", &b));
	assert_int_equal(-EINVAL, kulink_get_string(k, "counter", text, sizeof(text)));
	assert_int_equal(-EINVAL, kulink_set_s64(k, "enabled", 1));
	assert_int_equal(-EINVAL, kulink_set_bool(k, "counter", true));
	assert_int_equal(-EINVAL, kulink_set_u64(k, "mode", 1));
	assert_int_equal(-EINVAL, kulink_set_string(k, "counter", "1"));
	assert_int_equal(-EINVAL, kulink_set(k, "counter", &datum));
	assert_int_equal(0, fakes[0].requests);
}

static void datum_is(const char *want)
{
	char text[KULINK_STRING_SIZE];

	assert_int_equal(0, kulink_text_format(&fakes[0].datum, text, sizeof(text)));
	assert_string_equal(want, text);
}

static void set_by_type(void **state)
{
	(void)state;
	assert_int_equal(0, kulink_set_bool(k, "enabled", true));
	datum_is("1");
	assert_int_equal(0, kulink_set_s64(k, "threshold", -3));
	datum_is("-3");
	assert_int_equal(0, kulink_set_s64(k, "threshold", 1000));	/* range is the kernel's */
	datum_is("1000");
	assert_int_equal(0, kulink_set_u64(k, "counter", UINT64_MAX));	/* so is permission */
	datum_is("18446744073709551615");
	assert_int_equal(0, kulink_set_string(k, "mode", "full"));
	datum_is("full");
	assert_int_equal(2, fakes[0].datum.number);
	assert_int_equal(0, kulink_set_text(k, "mode", " off "));
	assert_int_equal(0, fakes[0].datum.number);
	assert_int_equal(0, kulink_set_text(k, "threshold", "-5\n"));
	datum_is("-5");
	assert_int_equal(0, kulink_set_text(k, "enabled", "no"));
	datum_is("0");
}

static void enums(void **state)
{
	struct kulink_datum datum = { .type = KULINK_TYPE_ENUM, .number = 1 };

	(void)state;
	assert_int_equal(0, kulink_set(k, "mode", &datum));
	datum_is("sampled");
	datum.number = 3;
	assert_int_equal(-EINVAL, kulink_set(k, "mode", &datum));
	datum.number = UINT64_MAX;
	assert_int_equal(-EINVAL, kulink_set(k, "mode", &datum));
	assert_int_equal(-EINVAL, kulink_set_string(k, "mode", "loud"));
	assert_string_equal("mode has no label \"loud\"", kulink_message(k));
	assert_int_equal(-EINVAL, kulink_set_string(k, "mode", ""));
	assert_int_equal(-EINVAL, kulink_set_text(k, "mode", "1"));
	datum_is("sampled");
}

static void strings(void **state)
{
	char text[KULINK_STRING_SIZE + 8];
	struct kulink_datum datum = { .type = KULINK_TYPE_STRING, .len = 3, .string = "a\0b" };

	(void)state;
	memset(text, 'x', sizeof(text));
	text[KULINK_STRING_SIZE - 1] = '\0';
	assert_int_equal(0, kulink_set_string(k, "label", text));
	assert_int_equal(KULINK_STRING_SIZE - 1, fakes[0].datum.len);
	text[KULINK_STRING_SIZE - 1] = 'x';
	text[KULINK_STRING_SIZE] = '\0';
	assert_int_equal(-ERANGE, kulink_set_string(k, "label", text));
	assert_int_equal(-ERANGE, kulink_set_text(k, "label", text));
	assert_int_equal(-EINVAL, kulink_set_string(k, "label", "two\nlines"));
	assert_int_equal(-EINVAL, kulink_set(k, "label", &datum));
	datum.len = 2;
	assert_int_equal(-EINVAL, kulink_set(k, "label", &datum));
	datum.len = KULINK_STRING_SIZE;
	assert_int_equal(-ERANGE, kulink_set(k, "label", &datum));
	datum.len = 1;
	assert_int_equal(0, kulink_set(k, "label", &datum));
	datum_is("a");
}

static void too_small(void **state)
{
	char text[8];

	(void)state;
	assert_int_equal(0, kulink_set_string(k, "label", "1234567"));
	assert_int_equal(0, kulink_get_string(k, "label", text, sizeof(text)));
	assert_string_equal("1234567", text);
	assert_int_equal(-EMSGSIZE, kulink_get_string(k, "label", text, sizeof(text) - 1));
	assert_int_equal(-EMSGSIZE, kulink_get_string(k, "label", text, 0));
	assert_int_equal(-EMSGSIZE, kulink_get_text(k, "label", text, 7));
}

/* A channel that answers what was not asked */
static void malformed_answers(void **state)
{
	uint64_t u;
	char text[KULINK_STRING_SIZE];

	(void)state;
	fakes[0].datum.type = KULINK_TYPE_S64;
	assert_int_equal(-EPROTO, kulink_get_u64(k, "counter", &u));
	fakes[0].datum = (struct kulink_datum){ .type = KULINK_TYPE_STRING, .len = 1u << 31 };
	assert_int_equal(-EPROTO, kulink_get_string(k, "label", text, sizeof(text)));
	memset(&fakes[0].datum, 'x', sizeof(fakes[0].datum));
	fakes[0].datum.type = KULINK_TYPE_STRING;
	fakes[0].datum.len = 3;
	assert_int_equal(-EPROTO, kulink_get_text(k, "label", text, sizeof(text)));
	assert_string_equal("label: malformed answer", kulink_message(k));
}

static void declared(void **state)
{
	const struct kulink_info *info;

	(void)state;
	assert_int_equal(0, kulink_info(k, &info));
	assert_string_equal("demo0", info->service);
	assert_string_equal("fast slow values", info->published);
	assert_string_equal("*", info->channels);
	assert_int_equal(KULINK_ABI, info->abi);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(services), T(no_handle), T(parts), T(null_results), T(wrong_types),
		T(set_by_type), T(enums), T(strings), T(too_small), T(malformed_answers),
		T(declared),
	};

	return unit_main(tests);
}
