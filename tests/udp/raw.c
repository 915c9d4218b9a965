// SPDX-License-Identifier: GPL-2.0-only
/*
 * raw near|far ADDRESS: the datagrams themselves, without the library: good ones, bad ones, and again.
 * "near" is the loopback address, "far" one of this machine that is not.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <netinet/udp.h>

#include <cmocka.h>
#include <linux/kulink.h>

#define SERVICE "ktest0"

static struct sockaddr_in kernel = { .sin_family = AF_INET };
static uint32_t last_id;

union datagram {
	struct kulink_msg msg;
	unsigned char bytes[65536];
};

static union datagram got;

static int opened(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)), 0);
	/* a port may have been another test's */
	last_id += 1 << 20;
	return fd;
}

static struct kulink_msg request(uint16_t op, const char *part, size_t payload)
{
	struct kulink_msg msg = {
		.len = (uint32_t)(sizeof(msg) + payload), .abi = KULINK_ABI, .op = op, .id = ++last_id,
	};

	strcpy(msg.service, op == KULINK_OP_PROVE ? "" : SERVICE);
	strcpy(msg.part, part);
	return msg;
}

static void put(int fd, const void *datagram, size_t len)
{
	assert_int_equal(send(fd, datagram, len, 0), len);
}

/* Bytes of the next datagram; 0: none for @ms */
static size_t take(int fd, int ms)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	ssize_t n;

	if (poll(&wait, 1, ms) != 1)
		return 0;
	n = recv(fd, &got, sizeof(got), 0);
	assert_true(n > 0);
	return (size_t)n;
}

/* The reply to @msg, whose status is returned */
static int answer(int fd, const struct kulink_msg *msg)
{
	size_t n = take(fd, 60000);

	assert_true(n >= sizeof(got.msg));
	assert_int_equal(got.msg.len, n);
	assert_int_equal(got.msg.abi, KULINK_ABI);
	assert_int_equal(got.msg.op, msg->op | KULINK_OP_REPLY);
	assert_int_equal(got.msg.id, msg->id);
	return got.msg.status;
}

static int asked(int fd, const void *datagram, size_t len)
{
	put(fd, datagram, len);
	return answer(fd, datagram);
}

static int ask(int fd, uint16_t op, const char *part)
{
	struct kulink_msg msg = request(op, part, 0);

	return asked(fd, &msg, sizeof(msg));
}

static uint64_t number(int fd, const char *value)
{
	assert_int_equal(ask(fd, KULINK_OP_GET, value), 0);
	return ((struct kulink_datum *)(got.bytes + sizeof(got.msg)))->number;
}

/* What gets no answer: the first that comes is to the good request behind it. */
static void silent(int fd, const void *datagram, size_t len)
{
	struct kulink_msg good;

	put(fd, datagram, len);
	good = request(KULINK_OP_GET, "num_u64", 0);
	assert_int_equal(asked(fd, &good, sizeof(good)), 0);
}

static void not_a_message(void **state)
{
	int fd = opened();
	struct kulink_msg msg;

	(void)state;
	silent(fd, "", 0);
	silent(fd, "x", 1);
	msg = request(KULINK_OP_GET, "num_u64", 0);
	silent(fd, &msg, sizeof(msg) - 1);
	msg = request(KULINK_OP_GET | KULINK_OP_REPLY, "num_u64", 0);
	silent(fd, &msg, sizeof(msg));
	close(fd);
}

static void bad_fields(void **state)
{
	int fd = opened();
	struct kulink_msg msg;
	union datagram *long_one = calloc(1, sizeof(*long_one));

	(void)state;
	msg = request(KULINK_OP_GET, "num_u64", 0);
	msg.abi = KULINK_ABI + 1;
	assert_int_equal(asked(fd, &msg, sizeof(msg)), -EPROTONOSUPPORT);
	msg = request(KULINK_OP_GET, "num_u64", 1);
	assert_int_equal(asked(fd, &msg, sizeof(msg)), -EINVAL);
	msg = request(KULINK_OP_GET, "num_u64", 0);
	msg.len--;
	assert_int_equal(asked(fd, &msg, sizeof(msg)), -EINVAL);
	msg = request(KULINK_OP_GET, "num_u64", 0);
	msg.status = 1;
	assert_int_equal(asked(fd, &msg, sizeof(msg)), -EINVAL);
	msg = request(KULINK_OP_GET, "num_u64", 0);
	memset(msg.service, 'a', sizeof(msg.service));
	assert_int_equal(asked(fd, &msg, sizeof(msg)), -EINVAL);
	msg = request(KULINK_OP_GET, "num_u64", 0);
	memset(msg.part, 'a', sizeof(msg.part));
	assert_int_equal(asked(fd, &msg, sizeof(msg)), -EINVAL);
	msg = request(KULINK_OP_GET, "num_u64", 0);
	msg.part[KULINK_NAME_SIZE - 1] = 'x';
	assert_int_equal(asked(fd, &msg, sizeof(msg)), -EINVAL);
	/* what does not take a payload, the largest datagram */
	long_one->msg = request(KULINK_OP_GET, "num_u64", KULINK_UDP_MAX - sizeof(msg));
	assert_int_equal(asked(fd, long_one, KULINK_UDP_MAX), -EINVAL);
	free(long_one);
	close(fd);
}

static void bad_operations(void **state)
{
	static const uint16_t none[] = {
		0, KULINK_OP_DUMP, KULINK_OP_EVENT, KULINK_OP_GONE, KULINK_OP_PROVE + 1, 31, 32, 0x7fff,
	};
	int fd = opened();
	struct kulink_msg msg;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_int_equal(ask(fd, none[i], "num_u64"), -EOPNOTSUPP);
	assert_int_equal(ask(fd, KULINK_OP_GET, "nosuch"), -ENOENT);
	assert_int_equal(ask(fd, KULINK_OP_SUBSCRIBE, "nosuch"), -ENOENT);
	assert_int_equal(ask(fd, KULINK_OP_UNSUBSCRIBE, "nosuch"), -ENOENT);
	assert_int_equal(ask(fd, KULINK_OP_SEQUENCE, ""), -ENOENT);
	assert_int_equal(ask(fd, KULINK_OP_SUBSCRIBE, "private"), -EACCES);
	assert_int_equal(ask(fd, KULINK_OP_SEQUENCE, "private"), -EACCES);
	msg = request(KULINK_OP_GET, "num_u64", 0);
	strcpy(msg.service, "nosuch");
	assert_int_equal(asked(fd, &msg, sizeof(msg)), -ENOENT);
	/* from loopback a proof of any length but the right one, and a right one */
	assert_int_equal(ask(fd, KULINK_OP_PROVE, ""), -EINVAL);
	close(fd);
}

static void payloads_of_hooks(void **state)
{
	static const uint16_t ops[] = { KULINK_OP_SUBSCRIBE, KULINK_OP_UNSUBSCRIBE, KULINK_OP_SEQUENCE };
	struct { struct kulink_msg msg; uint64_t more; } datagram = { .more = 0 };
	int fd = opened();
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		datagram.msg = request(ops[i], "data", sizeof(datagram.more));
		assert_int_equal(asked(fd, &datagram, sizeof(datagram)), -EINVAL);
	}
	close(fd);
}

/* A raw socket's datagram with a checksum of its own */
static void checksums(void **state)
{
	struct { struct udphdr udp; struct kulink_msg msg; } packet;
	struct sockaddr_in ours;
	socklen_t len = sizeof(ours);
	int fd = opened(), raw = socket(AF_INET, SOCK_RAW, IPPROTO_UDP);

	(void)state;
	assert_true(raw >= 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&ours, &len), 0);
	packet.msg = request(KULINK_OP_GET, "num_u64", 0);
	packet.udp = (struct udphdr){
		.source = ours.sin_port, .dest = kernel.sin_port, .len = htons(sizeof(packet)), .check = 0x1234,
	};
	assert_int_equal(sendto(raw, &packet, sizeof(packet), 0, (struct sockaddr *)&kernel, sizeof(kernel)),
			 sizeof(packet));
	silent(fd, "", 0);
	/* none at all is allowed in IPv4: the way itself works */
	packet.msg = request(KULINK_OP_GET, "num_u64", 0);
	packet.udp.check = 0;
	assert_int_equal(sendto(raw, &packet, sizeof(packet), 0, (struct sockaddr *)&kernel, sizeof(kernel)),
			 sizeof(packet));
	assert_int_equal(answer(fd, &packet.msg), 0);
	close(raw);
	close(fd);
}

static void run_once(void **state)
{
	int fd = opened(), other = opened();
	struct kulink_msg first = request(KULINK_OP_CALL, "count", 0), second, far;
	uint64_t counted = number(other, "counted"), reply;
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		assert_int_equal(asked(fd, &first, sizeof(first)), 0);
		memcpy(&reply, got.bytes + sizeof(got.msg), sizeof(reply));
		assert_int_equal(reply, counted + 1);
	}
	assert_int_equal(number(other, "counted"), counted + 1);
	/* nine later: the first is remembered no more, and is too old to be run */
	for (i = 0; i < 9; i++) {
		second = request(KULINK_OP_CALL, "count", 0);
		assert_int_equal(asked(fd, &second, sizeof(second)), 0);
	}
	silent(fd, &first, sizeof(first));
	assert_int_equal(number(other, "counted"), counted + 10);
	/* the same number from another port is another request */
	second.id = first.id;
	assert_int_equal(asked(other, &second, sizeof(second)), 0);
	assert_int_equal(number(other, "counted"), counted + 11);
	/* far behind: another program on the same port */
	far = first;
	far.id = first.id - 100000;
	assert_int_equal(asked(fd, &far, sizeof(far)), 0);
	assert_int_equal(number(other, "counted"), counted + 12);
	close(fd);
	close(other);
}

static void release(void)
{
	int fd = open("/sys/module/kulink_test/parameters/release", O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0 && write(fd, "1", 1) == 1);
	close(fd);
}

/* Calls that last until they are released */
static void slow_calls(void **state)
{
	struct { struct kulink_msg msg; uint64_t ms; } slow[9];
	int fd = opened(), other = opened();
	int i;

	(void)state;
	for (i = 0; i < 9; i++) {
		slow[i].msg = request(KULINK_OP_CALL, "slow", sizeof(slow[i].ms));
		slow[i].ms = 0;
		put(fd, &slow[i], sizeof(slow[i]));
	}
	/* others are not kept waiting */
	assert_int_equal(ask(other, KULINK_OP_GET, "num_u64"), 0);
	assert_int_equal(answer(fd, &slow[8].msg), -EBUSY);
	put(fd, &slow[0], sizeof(slow[0]));
	assert_int_equal(answer(fd, &slow[0].msg), EINPROGRESS);
	/* one that has not come so far waits for the next release */
	for (i = 0; i < 8;) {
		release();
		if (!take(fd, 100))
			continue;
		assert_int_equal(got.msg.op, KULINK_OP_CALL | KULINK_OP_REPLY);
		assert_int_equal(got.msg.status, 0);
		i++;
	}
	close(fd);
	close(other);
}

/* 64 KiB a reply, eight of each port: the oldest are given up, and their calls not made again. */
static void replies_given_up(void **state)
{
	struct { struct kulink_msg msg; uint64_t n; } big, first;
	int fds[10];
	int i, j;

	(void)state;
	for (i = 0; i < 10; i++) {
		fds[i] = opened();
		for (j = 0; j < 8; j++) {
			big.msg = request(KULINK_OP_CALL, "big", sizeof(big.n));
			big.n = 65000;
			assert_int_equal(asked(fds[i], &big, sizeof(big)), 0);
			assert_int_equal(got.msg.len, sizeof(got.msg) + 65000);
			if (!i && !j)
				first = big;
		}
	}
	assert_int_equal(asked(fds[0], &first, sizeof(first)), -EIO);
	assert_int_equal(asked(fds[9], &big, sizeof(big)), 0);
	/* a reply that is longer than a datagram */
	big.msg = request(KULINK_OP_CALL, "big", sizeof(big.n));
	big.n = KULINK_UDP_CALL_MAX + 1;
	assert_int_equal(asked(fds[0], &big, sizeof(big)), -EMSGSIZE);
	for (i = 0; i < 10; i++)
		close(fds[i]);
}

static void many_subscribers(void **state)
{
	time_t begun = time(NULL);
	int fds[257];
	int i, status;

	(void)state;
	for (i = 0; i < 257; i++) {
		fds[i] = opened();
		status = ask(fds[i], KULINK_OP_SUBSCRIBE, "data");
		/* on a machine that is too slow the first are forgotten by now */
		if (i < 256 || time(NULL) - begun < KULINK_UDP_LEASE / 2)
			assert_int_equal(status, i < 256 ? 0 : -EBUSY);
	}
	/* again is no other one, and one that goes makes room */
	assert_int_equal(ask(fds[0], KULINK_OP_SUBSCRIBE, "data"), 0);
	assert_int_equal(ask(fds[0], KULINK_OP_UNSUBSCRIBE, ""), 0);
	assert_int_equal(ask(fds[256], KULINK_OP_SUBSCRIBE, ""), 0);
	for (i = 0; i < 257; i++) {
		assert_int_equal(ask(fds[i], KULINK_OP_UNSUBSCRIBE, ""), 0);
		close(fds[i]);
	}
}

static uint64_t prove(int fd, uint64_t token)
{
	struct { struct kulink_msg msg; uint64_t token; } proof = { .token = token };
	uint64_t reply;

	proof.msg = request(KULINK_OP_PROVE, "", sizeof(proof.token));
	assert_int_equal(asked(fd, &proof, sizeof(proof)), 0);
	assert_int_equal(got.msg.len, sizeof(proof));
	memcpy(&reply, got.bytes + sizeof(got.msg), sizeof(reply));
	return reply;
}

/* Nothing is run, nothing sent, and no answer is longer than its question. */
static void unproven(void **state)
{
	uint16_t op;
	int fd = opened();

	(void)state;
	for (op = 0; op < 32; op++) {
		if (op == KULINK_OP_PROVE)
			continue;
		assert_int_equal(ask(fd, op, op == KULINK_OP_CALL ? "count" : "data"), ENOKEY);
		assert_int_equal(got.msg.len, sizeof(got.msg));
	}
	close(fd);
}

static void proven(void **state)
{
	int fd = opened(), other = opened();
	uint64_t token = prove(fd, 0), counted;

	(void)state;
	assert_true(token);
	assert_true(prove(fd, token ^ 2));
	assert_true(prove(fd, ~0ULL));
	assert_int_equal(ask(fd, KULINK_OP_GET, "num_u64"), ENOKEY);
	assert_int_equal(prove(fd, token), 0);
	counted = number(fd, "counted");
	assert_int_equal(ask(fd, KULINK_OP_CALL, "count"), 0);
	assert_int_equal(number(fd, "counted"), counted + 1);
	/* a token is a port's */
	assert_true(prove(other, token));
	assert_int_equal(ask(other, KULINK_OP_SUBSCRIBE, "data"), ENOKEY);
	close(fd);
	close(other);
}

static void near_needs_no_proof(void **state)
{
	int fd = opened();

	(void)state;
	assert_int_equal(prove(fd, 0), 0);
	close(fd);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest near_tests[] = {
		cmocka_unit_test(not_a_message), cmocka_unit_test(bad_fields),
		cmocka_unit_test(bad_operations), cmocka_unit_test(payloads_of_hooks),
		cmocka_unit_test(checksums), cmocka_unit_test(run_once), cmocka_unit_test(slow_calls),
		cmocka_unit_test(replies_given_up), cmocka_unit_test(many_subscribers),
		cmocka_unit_test(near_needs_no_proof),
	};
	static const struct CMUnitTest far_tests[] = {
		cmocka_unit_test(unproven), cmocka_unit_test(proven),
	};

	if (argc != 3 || !inet_aton(argv[2], &kernel.sin_addr))
		return 2;
	kernel.sin_port = htons(KULINK_UDP_PORT);
	last_id = (uint32_t)getpid() << 16;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (!strcmp(argv[1], "far"))
		return cmocka_run_group_tests(far_tests, NULL, NULL) ? 1 : 0;
	return cmocka_run_group_tests(near_tests, NULL, NULL) ? 1 : 0;
}
