// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no library would send: each field wrong, one by one, with the errno that is due and a sentence
 * with it; then noise from a seed, after which everything still works.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "raw.h"

static struct talk *t;

static int setup(void **state)
{
	(void)state;
	t = talk_open();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	talk_close(t);
	return 0;
}

static void refused(const char *what, int expected)
{
	int got = ask(t);

	if (got != expected || !t->sentence[0])
		fail_msg("%s: expected %s and a sentence, got %s, \"%s\"", what, strerror(-expected),
			 strerror(got < 0 ? -got : 0), t->sentence);
}

static void good_request(void **state)
{
	const struct kulink_msg *msg;
	struct kulink_datum datum;

	(void)state;
	begin(t, KULINK_OP_GET, "num_s64");
	assert_int_equal(ask(t), 1);
	msg = message(t);
	assert_int_equal(t->reply.nl.nlmsg_seq, t->request.nl.nlmsg_seq);
	assert_int_equal(msg->len, sizeof(*msg) + sizeof(datum));
	assert_int_equal(msg->abi, KULINK_ABI);
	assert_int_equal(msg->op, KULINK_OP_GET);
	assert_int_equal(msg->id, t->request.msg.id);
	assert_int_equal(msg->status, 0);
	assert_memory_equal(msg->service, t->request.msg.service, KULINK_NAME_SIZE);
	assert_memory_equal(msg->part, t->request.msg.part, KULINK_NAME_SIZE);
	memcpy(&datum, msg + 1, sizeof(datum));
	assert_int_equal(datum.type, KULINK_TYPE_S64);
}

/* No ack unless one was asked for: one request, one datagram */
static void one_datagram(void **state)
{
	(void)state;
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.nl.nlmsg_flags = NLM_F_REQUEST;
	assert_int_equal(send_request(t), 0);
	assert_true(receive(t) > 0);
	message(t);
	assert_int_equal(recv(t->fd, &t->reply, sizeof(t->reply), MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

static void netlink_header(void **state)
{
	(void)state;
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.nl.nlmsg_type++;
	refused("type", -EOPNOTSUPP);
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.nl.nlmsg_flags |= 0x4000;
	refused("unknown flag", -EINVAL);
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.nl.nlmsg_flags |= NLM_F_ECHO;
	refused("flag that means nothing here", -EINVAL);
	begin(t, KULINK_OP_DUMP, "rows");
	t->request.nl.nlmsg_flags |= NLM_F_ROOT;
	refused("half of the dump flag", -EINVAL);
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.nl.nlmsg_len = NLMSG_HDRLEN;
	refused("no message", -EINVAL);
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.nl.nlmsg_len--;
	refused("a byte less than a message", -EINVAL);
}

static void message_header(void **state)
{
	(void)state;
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.msg.len++;
	refused("len: too large", -EINVAL);
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.msg.len = 0;
	refused("len: zero", -EINVAL);
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.msg.abi++;
	refused("abi", -EPROTONOSUPPORT);
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.msg.status = 1;
	refused("status", -EINVAL);
	begin(t, KULINK_OP_GET, "num_s64");
	memset(t->request.msg.service, 'a', KULINK_NAME_SIZE);
	refused("service: no NUL", -EINVAL);
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.msg.service[KULINK_NAME_SIZE - 1] = 1;
	refused("service: bytes behind the NUL", -EINVAL);
	begin(t, KULINK_OP_GET, "num_s64");
	memset(t->request.msg.part, 'a', KULINK_NAME_SIZE);
	refused("part: no NUL", -EINVAL);
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.msg.part[KULINK_NAME_SIZE - 1] = 1;
	refused("part: bytes behind the NUL", -EINVAL);
}

static void operations(void **state)
{
	static const uint16_t bad[] = {
		0, KULINK_OP_DUMP, KULINK_OP_SUBSCRIBE, KULINK_OP_UNSUBSCRIBE, KULINK_OP_EVENT,
		KULINK_OP_GONE, KULINK_OP_PAGE, 31, 32, 64, 0x8000 | KULINK_OP_GET, 0xffff,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		begin(t, bad[i], "rows");
		refused("operation", -EOPNOTSUPP);
	}
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.nl.nlmsg_flags |= NLM_F_DUMP;
	refused("a value as a dump", -EOPNOTSUPP);
	begin(t, KULINK_OP_LIST, "");
	memset(t->request.msg.service, 0, KULINK_NAME_SIZE);
	t->request.nl.nlmsg_flags |= NLM_F_DUMP;
	refused("the services as a dump", -ENOENT);
}

static void names(void **state)
{
	static const struct {
		uint16_t op;
		const char *part;
	} bad[] = {
		{ KULINK_OP_GET, "" }, { KULINK_OP_GET, "nosuch" }, { KULINK_OP_GET, "rows" },
		{ KULINK_OP_SEQUENCE, "num_s64" }, { KULINK_OP_CALL, "num_s64" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		begin(t, bad[i].op, bad[i].part);
		refused(bad[i].part, -ENOENT);
	}
	begin(t, KULINK_OP_GET, "num_s64");
	memset(t->request.msg.service, 0, KULINK_NAME_SIZE);
	refused("service: empty", -ENOENT);
	begin(t, KULINK_OP_GET, "num_s64");
	t->request.msg.service[0] = 'x';
	refused("service: unknown", -ENOENT);
	begin(t, KULINK_OP_DUMP, "num_s64");
	t->request.nl.nlmsg_flags |= NLM_F_DUMP;
	refused("table: is a value", -ENOENT);
}

static void set(const char *part, uint32_t type, uint64_t number, size_t len)
{
	struct {
		struct kulink_datum datum;
		char more[8];
	} p = { .datum = { .type = type, .number = number } };

	if (len > sizeof(p.datum) + 8) {
		p.more[7] = 1;
		len = sizeof(p);
	}
	begin(t, KULINK_OP_SET, part);
	payload(t, &p, len);
}

static void payloads(void **state)
{
	const size_t size = sizeof(struct kulink_datum);

	(void)state;
	begin(t, KULINK_OP_GET, "num_s64");
	payload(t, "x", 1);
	refused("get: a payload", -EINVAL);
	begin(t, KULINK_OP_SEQUENCE, "data");
	payload(t, "x", 1);
	refused("sequence: a payload", -EINVAL);
	begin(t, KULINK_OP_DUMP, "rows");
	payload(t, "x", 1);
	t->request.nl.nlmsg_flags |= NLM_F_DUMP;
	refused("dump: a payload", -EINVAL);
	set("ranged_u", KULINK_TYPE_U64, 12, 0);
	refused("set: no payload", -EINVAL);
	set("ranged_u", KULINK_TYPE_U64, 12, size - 1);
	refused("set: a byte short", -EINVAL);
	set("ranged_u", KULINK_TYPE_U64, 12, size + 9);
	refused("set: an unknown tail", -E2BIG);
	set("ranged_u", KULINK_TYPE_S64, 12, size);
	refused("set: of another type", -EINVAL);
	set("ranged_u", KULINK_TYPE_U64, 21, size);
	refused("set: above the range", -ERANGE);
	set("changes", KULINK_TYPE_U64, 1, size);
	refused("set: a read-only value, as root", -EACCES);
	begin(t, KULINK_OP_GET, "write_only");
	refused("get: a write-only value, as root", -EACCES);
	set("ranged_u", KULINK_TYPE_U64, 12, size + 8);
	assert_int_equal(ask(t), 1);
}

static void call(const char *part, const void *data, size_t len)
{
	begin(t, KULINK_OP_CALL, part);
	payload(t, data, len);
}

static void calls(void **state)
{
	static unsigned char bytes[KULINK_NETLINK_PAYLOAD_MAX + 1] = { 1, 2, 3 };
	uint64_t n = KULINK_NETLINK_PAYLOAD_MAX;

	(void)state;
	call("echo", bytes, n);
	assert_int_equal(ask(t), 1);
	assert_memory_equal(message(t) + 1, bytes, n);
	call("echo", bytes, n + 1);
	refused("a request over 60 KiB", -EMSGSIZE);
	call("tiny", bytes, 9);
	refused("a byte more than it takes", -EMSGSIZE);
	call("big", &n, sizeof(n));
	assert_int_equal(ask(t), 1);
	n++;
	call("big", &n, sizeof(n));
	refused("a reply over 60 KiB", -EMSGSIZE);
}

/* What the driver says arrives, but for what netlink takes for "no answer is due". */
static void drivers_errors(void **state)
{
	static const int errors[][2] = {
		{ EIO, -EIO }, { ENOENT, -ENOENT }, { EPERM, -EPERM }, { EINTR, -ERESTART },
		{ 512, -ERESTART },
	};
	uint64_t number;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		number = errors[i][0];
		call("fail", &number, sizeof(number));
		refused("driver", errors[i][1]);
	}
}

static void texts(void **state)
{
	const struct kulink_msg *msg;

	(void)state;
	begin(t, KULINK_OP_INFO, "");
	assert_int_equal(ask(t), 1);
	assert_memory_equal(message(t) + 1, "kulink\t1\n", 9);
	begin(t, KULINK_OP_INFO, "num_s64");
	refused("info: a part", -EINVAL);
	begin(t, KULINK_OP_LIST, "");
	refused("list: a service", -EOPNOTSUPP);
	begin(t, KULINK_OP_LIST, "");
	memset(t->request.msg.service, 0, KULINK_NAME_SIZE);
	assert_int_equal(ask(t), 1);
	msg = message(t);
	assert_int_equal(msg->len, sizeof(*msg) + strlen(SERVICE "\n"));
	assert_memory_equal(msg + 1, SERVICE "\n", strlen(SERVICE "\n"));
}

/* Two messages in a datagram are two requests, the first one's failure notwithstanding. */
static void two_at_once(void **state)
{
	unsigned char both[2 * (NLMSG_HDRLEN + sizeof(struct kulink_msg))];

	(void)state;
	begin(t, KULINK_OP_GET, "nosuch");
	memcpy(both, &t->request, sizeof(both) / 2);
	begin(t, KULINK_OP_GET, "num_s64");
	memcpy(both + sizeof(both) / 2, &t->request, sizeof(both) / 2);
	assert_int_equal(send(t->fd, both, sizeof(both), 0), sizeof(both));
	assert_true(receive(t) > 0);
	assert_int_equal(t->reply.nl.nlmsg_type, NLMSG_ERROR);
	assert_true(receive(t) > 0);
	message(t);
	assert_true(receive(t) > 0);
}

static uint32_t noise(void)
{
	static uint32_t x = 20260811;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

/* A request of which some bytes are noise; each is answered */
static void noises(void **state)
{
	const char *scale = getenv("KULINK_TEST_SCALE");
	unsigned int i, j, rounds = 4000 / (scale && atoi(scale) > 0 ? atoi(scale) : 1);
	unsigned char *bytes = (unsigned char *)&t->request.msg;
	size_t len;

	(void)state;
	for (i = 0; i < rounds; i++) {
		talk_close(t);	/* a dump may be left half read */
		t = talk_open();
		bytes = (unsigned char *)&t->request.msg;
		begin(t, noise() % 14, noise() % 2 ? "num_s64" : "rows");
		len = noise() % 400;
		payload(t, t->request.payload, len);
		for (j = noise() % 8; j; j--)
			bytes[noise() % (sizeof(t->request.msg) + len)] = noise();
		t->request.nl.nlmsg_flags |= noise() % 4 ? 0 : NLM_F_DUMP;
		assert_int_equal(send_request(t), 0);
		if (receive(t) <= 0)
			fail_msg("round %u was not answered", i);
	}
	begin(t, KULINK_OP_GET, "num_s64");
	talk_close(t);
	t = talk_open();
	begin(t, KULINK_OP_GET, "num_s64");
	assert_int_equal(ask(t), 1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
const struct CMUnitTest request_tests[] = {
	T(good_request), T(one_datagram), T(netlink_header), T(message_header), T(operations),
	T(names), T(payloads), T(calls), T(drivers_errors), T(texts), T(two_at_once), T(noises),
};
const size_t n_request_tests = sizeof(request_tests) / sizeof(*request_tests);
