// SPDX-License-Identifier: GPL-2.0-only
/* Which channel a request goes over: the best that carries it and may be used, or the one that was named. */
#include <unistd.h>

#include "unit.h"

#define CLASS	"/sys/class/kulink/demo0/kulink/"

enum { FAST, SLOW, VALUES };

static char *root;
static struct kulink *k;

static int setup(void **state)
{
	(void)state;
	fakes_reset();
	root = tree_new("fast slow values\n");
	k = NULL;
	fakes[FAST].datum = (struct kulink_datum){ .type = KULINK_TYPE_U64, .number = 1 };
	fakes[SLOW].datum = (struct kulink_datum){ .type = KULINK_TYPE_U64, .number = 2 };
	fakes[VALUES].datum = (struct kulink_datum){ .type = KULINK_TYPE_U64, .number = 3 };
	return 0;
}

static int teardown(void **state)
{
	size_t i;

	(void)state;
	kulink_close(k);
	tree_free(root);
	for (i = 0; i < 3; i++) {
		if (!fakes[i].open_error)
			assert_int_equal(fakes[i].opened, fakes[i].closed);
	}
	fakes_reset();
	return 0;
}

static int no_row(void *ctx, const struct kulink_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static int open_on(const char *channel)
{
	return kulink_open_at(&k, root, fake_list, "demo0", channel);
}

/* The number tells which channel answered. */
static int get(uint64_t *v)
{
	return kulink_get_u64(k, "counter", v);
}

static void best_first(void **state)
{
	uint64_t v;

	(void)state;
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(0, fakes[FAST].opened);	/* not before it is needed */
	assert_string_equal("", kulink_channel(k));
	assert_int_equal(0, get(&v));
	assert_int_equal(1, v);
	assert_string_equal("fast", kulink_channel(k));
	assert_int_equal(0, get(&v));
	assert_int_equal(1, fakes[FAST].opened);	/* once */
	assert_int_equal(0, fakes[SLOW].opened);
}

static void not_published_is_passed_over(void **state)
{
	uint64_t v;

	(void)state;
	tree_text(root, CLASS "published", "values slow\n");
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(0, get(&v));
	assert_int_equal(2, v);
}

static void not_allowed_is_passed_over(void **state)
{
	uint64_t v;

	(void)state;
	fakes[FAST].open_error = -EACCES;
	fakes[SLOW].open_error = -ENOENT;
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(0, get(&v));
	assert_int_equal(3, v);
	assert_int_equal(0, get(&v));
	assert_int_equal(1, fakes[FAST].opened);	/* remembered */
}

static void narrowed_by_the_administrator(void **state)
{
	uint64_t v;

	(void)state;
	tree_text(root, CLASS "channels", "values\n");
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(0, get(&v));
	assert_int_equal(3, v);
}

static void permission_is_the_answer(void **state)
{
	uint64_t v;

	(void)state;
	fakes[FAST].open_error = -ENOENT;
	fakes[SLOW].open_error = -EACCES;
	fakes[VALUES].open_error = -ENOENT;
	strcpy(fakes[SLOW].message, "only for some");
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(-EACCES, get(&v));
}

/* Refused by the part: the same everywhere, so nobody else is asked. */
static void an_operations_error_is_final(void **state)
{
	uint64_t v;

	(void)state;
	fakes[FAST].error = -EACCES;
	fakes[FAST].errors_left = -1;
	strcpy(fakes[FAST].message, "counter is not for you");
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(-EACCES, get(&v));
	assert_string_equal("counter is not for you", kulink_message(k));
	assert_int_equal(0, fakes[SLOW].opened);
	fakes[FAST].error = 0;
	assert_int_equal(0, get(&v));
	assert_string_equal("", kulink_message(k));
}

static void loaded_when_asked_for(void **state)
{
	uint64_t v;

	(void)state;
	tree_text(root, CLASS "published", "\n");
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(0, get(&v));
	assert_int_equal(1, v);
}

static void published_later(void **state)
{
	uint64_t v;

	(void)state;
	tree_text(root, CLASS "published", "\n");
	fakes[FAST].open_error = -ENOENT;
	fakes[SLOW].open_error = -ENOENT;
	fakes[VALUES].open_error = -ENOENT;
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(-EOPNOTSUPP, get(&v));
	assert_true(strstr(kulink_message(k), "demo0") != NULL);
	tree_text(root, CLASS "published", "slow\n");
	fakes[SLOW].open_error = 0;
	assert_int_equal(0, get(&v));
	assert_int_equal(2, v);
	fakes[SLOW].opened = fakes[SLOW].closed + 1;	/* failed opens are not closed */
}

static void named_never_falls_back(void **state)
{
	uint64_t v;
	size_t len = 0;
	void *address;

	(void)state;
	assert_int_equal(0, open_on("values"));
	assert_int_equal(1, fakes[VALUES].opened);	/* at once, to know */
	assert_int_equal(0, get(&v));
	assert_int_equal(3, v);
	assert_int_equal(-EOPNOTSUPP, kulink_call(k, "reset", NULL, 0, NULL, NULL));
	assert_int_equal(-EOPNOTSUPP, kulink_subscribe(k, "tick"));
	assert_int_equal(-EOPNOTSUPP, kulink_map(k, "samples", &address, &len));
	assert_true(strstr(kulink_message(k), "values does not carry regions") != NULL);
	fakes[VALUES].error = -ENODEV;
	fakes[VALUES].errors_left = 1;
	assert_int_equal(-ENODEV, get(&v));
	assert_int_equal(0, fakes[FAST].opened + fakes[SLOW].opened);
}

static void named_and_not_there(void **state)
{
	(void)state;
	fakes[SLOW].open_error = -ENOENT;
	assert_int_equal(-ENOENT, open_on("slow"));
	assert_null(k);
	fakes[SLOW].open_error = -EACCES;
	assert_int_equal(-EACCES, open_on("slow"));
	assert_int_equal(-EINVAL, open_on("pigeon"));
	assert_int_equal(-EINVAL, open_on(""));
	assert_int_equal(0, fakes[FAST].opened);
}

static void calls_by_their_size(void **state)
{
	char request[16] = "0123456789abcde", reply[16];
	size_t len = 8;

	(void)state;
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(0, kulink_call(k, "echo", request, 4, reply, &len));
	assert_string_equal("fast", kulink_channel(k));
	assert_int_equal(4, len);
	assert_memory_equal("0123", reply, 4);
	len = sizeof(reply);
	assert_int_equal(0, kulink_call(k, "echo", request, 4, reply, &len));
	assert_string_equal("slow", kulink_channel(k));	/* a reply of that size it could not */
	len = sizeof(reply);
	assert_int_equal(0, kulink_call(k, "echo", request, 16, reply, &len));
	assert_int_equal(16, len);
	assert_int_equal(0, kulink_call(k, "reset", NULL, 0, NULL, NULL));
	assert_string_equal("fast", kulink_channel(k));
	len = sizeof(reply);
	assert_int_equal(-EMSGSIZE, kulink_call(k, "reset", request, 1, reply, &len));
}

static void named_and_too_large(void **state)
{
	char request[16] = "", reply[16];
	size_t len = sizeof(reply);

	(void)state;
	assert_int_equal(0, open_on("fast"));
	assert_int_equal(0, kulink_call(k, "echo", request, 8, reply, &len));
	len = sizeof(reply);
	assert_int_equal(-EMSGSIZE, kulink_call(k, "echo", request, 9, reply, &len));
}

/* The channel has left, the service has not. */
static void over_the_next_channel(void **state)
{
	uint64_t v;

	(void)state;
	fakes[FAST].error = -ENODEV;
	fakes[FAST].errors_left = -1;
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(0, get(&v));
	assert_int_equal(2, v);
	assert_string_equal("slow", kulink_channel(k));
	assert_int_equal(1, fakes[FAST].closed);
	assert_int_equal(0, kulink_set_u64(k, "counter", 5));
	assert_string_equal("slow", kulink_channel(k));
}

/* The driver itself says so, over each channel: an answer after all. */
static void gone_everywhere(void **state)
{
	uint64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		fakes[i].error = -ENODEV;
		fakes[i].errors_left = -1;
	}
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(-ENODEV, get(&v));
	assert_int_equal(-ENODEV, kulink_set_u64(k, "counter", 5));
	assert_int_equal(-ENODEV, kulink_dump(k, "links", no_row, NULL));
	assert_true(fakes[VALUES].requests > 0);
	assert_true(fakes[FAST].requests < 10);
	for (i = 0; i < 3; i++)
		fakes[i].error = 0;
	assert_int_equal(0, get(&v));
}

/* A call may have been made before its channel left. */
static void calls_are_made_once(void **state)
{
	(void)state;
	fakes[FAST].error = -ENODEV;
	fakes[FAST].errors_left = -1;
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(-ENODEV, kulink_call(k, "reset", NULL, 0, NULL, NULL));
	assert_int_equal(1, fakes[FAST].requests);
	assert_int_equal(0, fakes[SLOW].requests);
	assert_int_equal(0, kulink_call(k, "reset", NULL, 0, NULL, NULL));
	assert_string_equal("slow", kulink_channel(k));
}

static void service_gone(void **state)
{
	uint64_t v;

	(void)state;
	assert_int_equal(0, open_on(NULL));
	assert_int_equal(0, get(&v));
	tree_remove(root, "/sys/class/kulink/demo0");
	fakes[FAST].error = -ENODEV;
	fakes[FAST].errors_left = -1;
	assert_int_equal(-ENODEV, get(&v));
	assert_string_equal("demo0 is gone", kulink_message(k));
	/* another of that name is another service */
	tree_text(root, CLASS "declaration", DECLARATION);
	tree_text(root, CLASS "published", "fast slow values\n");
	assert_int_equal(-ENODEV, get(&v));
	assert_int_equal(0, fakes[SLOW].opened);
}

static void gone_before_the_first_request(void **state)
{
	uint64_t v;

	(void)state;
	assert_int_equal(0, open_on(NULL));
	tree_remove(root, "/sys/class/kulink/demo0");
	assert_int_equal(-ENODEV, get(&v));
	assert_int_equal(-ENODEV, kulink_subscribe(k, NULL));
}

static void interrupted_dumps(void **state)
{
	static const struct kulink_table_head head = {
		.len = sizeof(head), .record_size = 48, .generation = 1,
	};

	(void)state;
	assert_int_equal(0, open_on(NULL));
	fakes[FAST].wire = malloc(sizeof(head));
	memcpy(fakes[FAST].wire, &head, sizeof(head));
	fakes[FAST].wire_len = sizeof(head);
	fakes[FAST].error = -EAGAIN;
	fakes[FAST].errors_left = 15;
	assert_int_equal(0, kulink_dump(k, "links", no_row, NULL));
	assert_int_equal(16, fakes[FAST].requests);
	fakes[FAST].errors_left = -1;
	assert_int_equal(-EAGAIN, kulink_dump(k, "links", no_row, NULL));
	assert_int_equal(32, fakes[FAST].requests);
}

static void declarations_that_do_not_fit(void **state)
{
	(void)state;
	tree_text(root, CLASS "declaration", "kulink\t9\n");
	assert_int_equal(-EPROTONOSUPPORT, open_on(NULL));
	tree_text(root, CLASS "declaration", "kulink\t1\n");
	assert_int_equal(-EPROTO, open_on(NULL));
	tree_text(root, CLASS "declaration",
		  "kulink\t1\nservice\tother0\tuid=0\tgid=0\tchannels=*\n");
	assert_int_equal(-EPROTO, open_on(NULL));
	tree_remove(root, CLASS "declaration");
	assert_int_equal(-ENOENT, open_on(NULL));
	assert_null(k);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(best_first), T(not_published_is_passed_over), T(not_allowed_is_passed_over),
		T(narrowed_by_the_administrator), T(permission_is_the_answer),
		T(an_operations_error_is_final), T(loaded_when_asked_for), T(published_later),
		T(named_never_falls_back), T(named_and_not_there), T(calls_by_their_size),
		T(named_and_too_large), T(over_the_next_channel), T(gone_everywhere), T(calls_are_made_once),
		T(service_gone), T(gone_before_the_first_request), T(interrupted_dumps),
		T(declarations_that_do_not_fit),
	};

	return unit_main(tests);
}
