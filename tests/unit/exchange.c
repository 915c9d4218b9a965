// SPDX-License-Identifier: GPL-2.0-only
/* A message and its reply, over a socket whose other end answers what the test says. */
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dev.h"
#include "unit.h"

/* What the other end does with one request */
static struct {
	struct kulink_msg reply;
	const unsigned char *payload;
	size_t payload_len;		/* bytes really sent */
	size_t piece;			/* sent at once */
	struct kulink_msg request;	/* what came */
	unsigned char *came;
	bool echo_id;
} other;

static int fds[2];

static int setup(void **state)
{
	(void)state;
	memset(&other, 0, sizeof(other));
	other.reply = (struct kulink_msg){ .len = sizeof(other.reply), .abi = KULINK_ABI };
	other.echo_id = true;
	other.piece = SIZE_MAX;
	assert_int_equal(0, socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(fds[0]);
	close(fds[1]);
	free(other.came);
	return 0;
}

static void take(void *to, size_t len)
{
	ssize_t n;

	for (; len; to = (char *)to + n, len -= n) {
		n = read(fds[1], to, len);
		if (n <= 0)
			return;
	}
}

/* The kernel gives a message whole, or in the pieces that are asked for; never two at once */
static void give(const void *from, size_t len)
{
	size_t n;

	for (; len; from = (const char *)from + n, len -= n) {
		n = len < other.piece ? len : other.piece;
		if (send(fds[1], from, n, MSG_NOSIGNAL) != (ssize_t)n)
			return;
	}
}

static void *answer(void *unused)
{
	unsigned char *message = malloc(sizeof(other.reply) + other.payload_len);
	size_t len;

	take(&other.request, sizeof(other.request));
	len = other.request.len - sizeof(other.request);
	other.came = malloc(len ? len : 1);
	take(other.came, len);
	if (other.echo_id) {
		other.reply.id = other.request.id;
		other.reply.op = other.request.op;
	}
	memcpy(message, &other.reply, sizeof(other.reply));
	if (other.payload_len)
		memcpy(message + sizeof(other.reply), other.payload, other.payload_len);
	give(message, sizeof(other.reply) + other.payload_len);
	free(message);
	return unused;
}

static int exchange(const void *request, size_t request_len, void *reply, size_t *reply_len)
{
	pthread_t thread;
	int error;

	assert_int_equal(0, pthread_create(&thread, NULL, answer, NULL));
	error = kulink_exchange(fds[0], KULINK_OP_CALL, "echo", request, request_len, reply,
				reply_len);
	pthread_join(thread, NULL);
	return error;
}

static void reply_is(const void *payload, size_t len)
{
	other.payload = payload;
	other.payload_len = len;
	other.reply.len = sizeof(other.reply) + len;
}

static void small(void **state)
{
	char reply[8];
	size_t len = sizeof(reply);

	(void)state;
	reply_is("pong", 4);
	assert_int_equal(0, exchange("ping!", 5, reply, &len));
	assert_int_equal(4, len);
	assert_memory_equal("pong", reply, 4);
	assert_int_equal(sizeof(struct kulink_msg) + 5, other.request.len);
	assert_int_equal(KULINK_ABI, other.request.abi);
	assert_int_equal(KULINK_OP_CALL, other.request.op);
	assert_int_equal(0, other.request.status);
	assert_string_equal("echo", other.request.part);
	assert_memory_equal("ping!", other.came, 5);
}

static void nothing(void **state)
{
	(void)state;
	assert_int_equal(0, exchange(NULL, 0, NULL, NULL));
	assert_int_equal(sizeof(struct kulink_msg), other.request.len);
}

static void large(void **state)
{
	unsigned char *bytes = malloc(KULINK_CALL_MAX), *reply = malloc(KULINK_CALL_MAX);
	size_t i, len = KULINK_CALL_MAX;

	(void)state;
	for (i = 0; i < KULINK_CALL_MAX; i++)
		bytes[i] = i * 7 + i / 256;
	reply_is(bytes, KULINK_CALL_MAX);
	assert_int_equal(0, exchange(bytes, KULINK_CALL_MAX, reply, &len));
	assert_int_equal(KULINK_CALL_MAX, len);
	assert_memory_equal(bytes, reply, KULINK_CALL_MAX);
	assert_memory_equal(bytes, other.came, KULINK_CALL_MAX);
	assert_int_equal(-EMSGSIZE, kulink_exchange(fds[0], KULINK_OP_CALL, "echo", bytes,
						    KULINK_CALL_MAX + 1, NULL, NULL));
	free(bytes);
	free(reply);
}

/* A reply that does not fit is taken all the same: the next one follows it. */
static void does_not_fit(void **state)
{
	unsigned char bytes[10000] = { 1 }, reply[100];
	size_t len = sizeof(reply);

	(void)state;
	reply_is(bytes, sizeof(bytes));
	assert_int_equal(-EMSGSIZE, exchange("x", 1, reply, &len));
	assert_int_equal(sizeof(bytes), len);
	free(other.came);
	reply_is("ok", 2);
	len = sizeof(reply);
	assert_int_equal(0, exchange("x", 1, reply, &len));
	assert_int_equal(2, len);
	assert_memory_equal("ok", reply, 2);
}

static void any_size(void **state)
{
	unsigned char bytes[10000];
	pthread_t thread;
	void *reply;
	size_t len;

	(void)state;
	memset(bytes, 9, sizeof(bytes));
	reply_is(bytes, sizeof(bytes));
	assert_int_equal(0, pthread_create(&thread, NULL, answer, NULL));
	assert_int_equal(0, kulink_exchange_alloc(fds[0], KULINK_OP_DUMP, "links", &reply, &len));
	pthread_join(thread, NULL);
	assert_int_equal(sizeof(bytes), len);
	assert_memory_equal(bytes, reply, len);
	free(reply);
}

static void refused(void **state)
{
	char reply[8];
	size_t len = sizeof(reply);

	(void)state;
	other.reply.status = -ERANGE;
	assert_int_equal(-ERANGE, exchange("x", 1, reply, &len));
}

static void lies(struct kulink_msg reply, bool echo_id, int want)
{
	char buffer[8];
	size_t len = sizeof(buffer);

	teardown(NULL);
	setup(NULL);
	other.reply = reply;
	other.echo_id = echo_id;
	assert_int_equal(want, exchange("x", 1, buffer, &len));
}

static void lying_replies(void **state)
{
	const struct kulink_msg good = { .len = sizeof(good), .abi = KULINK_ABI };
	struct kulink_msg bad;

	(void)state;
	bad = good;
	bad.abi = KULINK_ABI + 1;
	lies(bad, true, -EPROTONOSUPPORT);
	bad = good;
	bad.len = sizeof(bad) - 1;
	lies(bad, true, -EPROTO);
	bad.len = 0;
	lies(bad, true, -EPROTO);
	bad.len = sizeof(bad) + 1;	/* more than was given */
	lies(bad, true, -EPROTO);
	bad = good;
	bad.status = 1;
	lies(bad, true, -EPROTO);
	bad = good;
	bad.op = KULINK_OP_SET;
	lies(bad, false, -EPROTO);
	bad.op = KULINK_OP_CALL;
	bad.id = 12345;
	lies(bad, false, -EPROTO);
}

static void other_end_gone(void **state)
{
	char reply[8];
	size_t len = sizeof(reply);

	(void)state;
	shutdown(fds[1], SHUT_WR);
	assert_int_equal(-EPROTO, exchange("x", 1, reply, &len));
}

static void names(void **state)
{
	char name[KULINK_NAME_SIZE + 1];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[KULINK_NAME_SIZE] = '\0';
	assert_int_equal(-ENOENT, kulink_exchange(fds[0], KULINK_OP_CALL, name, NULL, 0, NULL, NULL));
}

static void unasked(void **state)
{
	union {
		struct kulink_msg msg;
		unsigned char bytes[KULINK_MESSAGE_MAX];
	} event, got;

	(void)state;
	memset(&event, 0, sizeof(event));
	event.msg = (struct kulink_msg){ .len = 200, .abi = KULINK_ABI, .op = KULINK_OP_EVENT };
	assert_int_equal(200, write(fds[1], &event, 200));
	assert_int_equal(0, kulink_message_read(fds[0], &got.msg));
	assert_memory_equal(&event, &got, 200);
	assert_int_equal(199, write(fds[1], &event, 199));
	assert_int_equal(-EPROTO, kulink_message_read(fds[0], &got.msg));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(small), T(nothing), T(large), T(does_not_fit), T(any_size), T(refused),
		T(lying_replies), T(other_end_gone), T(names), T(unasked),
	};

	return unit_main(tests);
}
