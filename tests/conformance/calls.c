// SPDX-License-Identifier: GPL-2.0-only
/* Calls: every size, the limits, refusals. */
#include "suite.h"

static uint8_t request[KULINK_CALL_MAX + 1], reply[KULINK_CALL_MAX + 1];

static void fill(void)
{
	size_t i;

	for (i = 0; i < sizeof(request); i++)
		request[i] = ktest_byte(i);
}

static void echo(struct kulink *k, size_t len)
{
	size_t reply_len = sizeof(reply);
	int err;

	memset(reply, 0, sizeof(reply));
	err = kulink_call(k, "echo", request, len, reply, &reply_len);
	if (len > channel->call_max) {
		if (err != -EMSGSIZE)
			fail_msg("echo of %zu bytes: %d, expected -EMSGSIZE", len, err);
		return;
	}
	if (err)
		fail_msg("echo of %zu bytes: %s", len, strerror(-err));
	assert_int_equal(reply_len, len);
	assert_memory_equal(reply, request, len);
}

static void calls_every_size(void **state)
{
	static const size_t sizes[] = {
		0, 1, 7, 4095, 4096, 4097, 8192, 61440, 61441, 65535, 65536, 1 << 20,
	};
	struct kulink *k = open_service();
	size_t i;

	(void)state;
	fill();
	for (i = 0; i < COUNT(sizes); i++)
		echo(k, sizes[i]);
	/* and small again after the refusals */
	echo(k, 5);
	kulink_close(k);
}

static void calls_over_the_limit(void **state)
{
	struct kulink *k = open_service();

	(void)state;
	fill();
	echo(k, channel->call_max);
	echo(k, channel->call_max + 1);
	echo(k, KULINK_CALL_MAX + 1);
	echo(k, channel->call_max);
	kulink_close(k);
}

static void calls_reverse(void **state)
{
	struct kulink *k = open_service();
	size_t i, len = 10007, reply_len = sizeof(reply);

	(void)state;
	fill();
	expect(kulink_call(k, "reverse", request, len, reply, &reply_len), 0);
	assert_int_equal(reply_len, len);
	for (i = 0; i < len; i++)
		assert_int_equal(reply[i], request[len - 1 - i]);
	kulink_close(k);
}

static int big(struct kulink *k, uint64_t n, size_t *reply_len)
{
	*reply_len = sizeof(reply);
	return kulink_call(k, "big", &n, sizeof(n), reply, reply_len);
}

static void calls_big_reply(void **state)
{
	struct kulink *k = open_service();
	size_t i, reply_len;

	(void)state;
	expect(big(k, channel->call_max, &reply_len), 0);
	assert_int_equal(reply_len, channel->call_max);
	for (i = 0; i < reply_len; i += 509)
		assert_int_equal(reply[i], ktest_byte(i));
	expect(big(k, channel->call_max + 1, &reply_len), -EMSGSIZE);
	expect(big(k, 3, &reply_len), 0);
	assert_int_equal(reply_len, 3);
	kulink_close(k);
}

static void calls_no_reply(void **state)
{
	struct kulink *k = open_service();
	size_t reply_len = sizeof(reply);

	(void)state;
	expect(kulink_call(k, "sink", "abc", 3, reply, &reply_len), 0);
	assert_int_equal(reply_len, 0);
	reply_len = 0;
	expect(kulink_call(k, "sink", NULL, 0, NULL, &reply_len), 0);
	kulink_close(k);
}

static void calls_small_limits(void **state)
{
	struct kulink *k = open_service();
	size_t reply_len = sizeof(reply);

	(void)state;
	expect(kulink_call(k, "tiny", "12345678", 8, reply, &reply_len), 0);
	assert_int_equal(reply_len, 8);
	reply_len = sizeof(reply);
	expect(kulink_call(k, "tiny", "123456789", 9, reply, &reply_len), -EMSGSIZE);
	reply_len = 4;
	expect(kulink_call(k, "echo", "12345678", 8, reply, &reply_len), -EMSGSIZE);
	reply_len = 8;
	expect(kulink_call(k, "echo", "12345678", 8, reply, &reply_len), 0);
	kulink_close(k);
}

/* A reply that does not fit is known only after the call was made. */
static void calls_that_write(void **state)
{
	struct kulink *k = open_service();
	uint64_t v = 0x1122334455667788, back = 0;
	size_t len = 0;

	(void)state;
	expect(kulink_call(k, "write", &v, sizeof(v), NULL, &len), 0);
	len = sizeof(back);
	expect(kulink_call(k, "written", NULL, 0, &back, &len), 0);
	assert_int_equal(len, sizeof(back));
	assert_int_equal(back, v);
	len = 0;
	expect(kulink_call(k, "write", &v, 7, NULL, &len), -EINVAL);
	expect(kulink_call(k, "write", &v, 0, NULL, &len), -EINVAL);
	kulink_close(k);
}

static void calls_driver_refuses(void **state)
{
	/* also those that a channel has a use for itself */
	static const uint64_t errnos[] = {
		EIO, EBUSY, ENOSPC, EINVAL, ETIMEDOUT, ENODATA, EAGAIN, EINPROGRESS, ENOKEY, ESTALE,
	};
	struct kulink *k = open_service();
	size_t i, reply_len;

	(void)state;
	for (i = 0; i < COUNT(errnos); i++) {
		reply_len = sizeof(reply);
		expect(kulink_call(k, "fail", &errnos[i], 8, reply, &reply_len), -(int)errnos[i]);
		reply_len = sizeof(reply);
		expect(kulink_call(k, "echo", "x", 1, reply, &reply_len), 0);
		assert_int_equal(reply_len, 1);
	}
	kulink_close(k);
}

static void calls_that_sleep(void **state)
{
	struct kulink *k = open_service();
	uint64_t ms = 30, done = counter("done");
	size_t len = 0;

	(void)state;
	expect(kulink_call(k, "slow", &ms, sizeof(ms), NULL, &len), 0);
	assert_int_equal(counter("done"), done + 1);
	kulink_close(k);
}

/* More than a channel takes at once: each has its own end, in order, whatever became of those before it. */
static void calls_in_batches(void **state)
{
	enum { N = 70, KINDS = 7 };
	static const uint64_t eio = EIO;
	static unsigned char replies[N][64];
	static uint64_t values[N];
	struct kulink_batched calls[N];
	struct kulink *k = open_service();
	unsigned int i;

	(void)state;
	memset(replies, 0, sizeof(replies));
	for (i = 0; i < N; i++) {
		values[i] = 0x0101010101010101 * (i + 1);
		calls[i] = (struct kulink_batched){
			.request = &values[i], .request_len = 8, .reply = replies[i],
			.reply_len = sizeof(replies[i]), .error = 1,
		};
		switch (i % KINDS) {
		case 0: calls[i].call = "echo"; break;
		case 1: calls[i].call = "fail"; calls[i].request = &eio; break;
		case 2: calls[i].call = "write"; break;
		case 3: calls[i].call = "written"; calls[i].request_len = 0; break;
		case 4: calls[i].call = "no_such_call"; break;
		case 5: calls[i].call = "echo"; calls[i].reply_len = 7; break;
		case 6: calls[i].call = "tiny"; calls[i].request_len = 9; break;
		}
	}
	expect(kulink_call_batch(k, calls, N), 0);
	for (i = 0; i < N; i++) {
		static const int errors[KINDS] = { 0, -EIO, 0, 0, -ENOENT, -EMSGSIZE, -EMSGSIZE };

		expect(calls[i].error, errors[i % KINDS]);
		if (i % KINDS == 0 || i % KINDS == 3) {
			assert_int_equal(calls[i].reply_len, 8);
			assert_memory_equal(replies[i], &values[i % KINDS ? i - 1 : i], 8);
		} else if (i % KINDS == 2) {
			assert_int_equal(calls[i].reply_len, 0);
		}
	}
	assert_string_equal(kulink_channel(k), channel->name);
	expect(kulink_call_batch(k, NULL, 0), 0);
	expect(kulink_call_batch(k, NULL, 1), -EINVAL);
	expect(kulink_call_batch(NULL, calls, 1), -EINVAL);
	kulink_close(k);
}

static void calls_not_carried(void **state)
{
	struct kulink *k = open_service();
	size_t len = sizeof(reply);

	(void)state;
	expect(kulink_call(k, "echo", "x", 1, reply, &len), -EOPNOTSUPP);
	kulink_close(k);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(calls_every_size),
	cmocka_unit_test(calls_over_the_limit),
	cmocka_unit_test(calls_reverse),
	cmocka_unit_test(calls_big_reply),
	cmocka_unit_test(calls_no_reply),
	cmocka_unit_test(calls_small_limits),
	cmocka_unit_test(calls_that_write),
	cmocka_unit_test(calls_driver_refuses),
	cmocka_unit_test(calls_that_sleep),
	cmocka_unit_test(calls_in_batches),
};

static const struct CMUnitTest absent[] = {
	cmocka_unit_test(calls_not_carried),
};

const struct test_group calls_group = {
	"calls", KULINK_CALLS, tests, COUNT(tests), absent, COUNT(absent), NULL
};
