// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests that come again, too many at a time, and events: what is asked twice is done once, and nobody who
 * does not listen keeps anybody else waiting.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "raw.h"

/* kernel/once.h, kernel/packet.h */
#define KEPT	8
#define EACH	16
#define ALL	64

static uint32_t write_any(uint64_t number)
{
	assert_int_equal(call_u64("write_any", number), 0);
	return wire.out.msg.id;
}

/* The same frame as it was asked then */
static void build_again(uint32_t id, uint64_t number)
{
	request(KULINK_OP_CALL, "write_any");
	wire.out.msg.id = id;
	payload(&number, sizeof(number));
}

static void asked_again(void **state)
{
	uint32_t first = write_any(1), skipped;

	(void)state;
	write_any(2);
	build_again(first, 1);
	assert_int_equal(ask(), 0);
	assert_int_equal(written(), 2);

	/* the same number of another program is another request */
	build_again(first ^ 0x10000, 3);
	assert_int_equal(ask(), 0);
	assert_int_equal(written(), 3);

	/* one that is older than what was asked since is not run: it may have been, and is forgotten */
	skipped = ++wire.id;
	write_any(4);
	build_again(skipped, 5);
	assert_int_equal(ask(), ESTALE);
	assert_int_equal(written(), 4);

	/* nor is another request under a number that was used */
	build_again(first, 6);
	assert_int_equal(ask(), ESTALE);
	assert_int_equal(written(), 4);
}

static void remembered_for_a_while(void **state)
{
	uint32_t first = write_any(1), second = write_any(2);
	uint64_t i;

	(void)state;
	for (i = 0; i < KEPT - 1; i++)
		write_any(10 + i);
	build_again(second, 2);
	assert_int_equal(ask(), 0);
	build_again(first, 1);
	assert_int_equal(ask(), ESTALE);
	assert_int_equal(written(), 10 + KEPT - 2);
}

static void build_slow(uint32_t id)
{
	uint64_t until_released = 0;

	request(KULINK_OP_CALL, "slow");
	wire.out.msg.id = id;
	payload(&until_released, sizeof(until_released));
}

static void asked_again_while_it_runs(void **state)
{
	unsigned long begun = counter("begun"), done = counter("done");
	uint32_t id = ++wire.id;

	(void)state;
	build_slow(id);
	send_request();
	await_counter("begun", begun + 1);
	assert_int_equal(ask(), EINPROGRESS);
	assert_int_equal(ask(), EINPROGRESS);
	control("release", 1);
	assert_int_equal(answer_to(id), 0);
	build_slow(id);
	assert_int_equal(ask(), 0);
	assert_int_equal(counter("begun"), begun + 1);
	assert_int_equal(counter("done"), done + 1);
}

/* Send it until it sleeps in the driver: one may still be on its way out that was answered before. */
static void occupy(uint32_t id)
{
	unsigned long begun = counter("begun"), dropped;

	build_slow(id);
	do {
		dropped = parameter("requests_dropped");
		send_request();
		while (counter("begun") == begun && parameter("requests_dropped") == dropped)
			usleep(1000);
	} while (counter("begun") == begun);
}

static void too_many(void **state)
{
	uint32_t programs = wire.id + 0x100000;
	unsigned long dropped;
	unsigned int i;

	(void)state;
	for (i = 0; i < EACH; i++)
		occupy(programs + i);
	build_slow(programs + EACH);
	assert_int_equal(ask(), -EBUSY);
	for (; i < ALL; i++)
		occupy(programs + (i / EACH << 16) + i % EACH);
	dropped = parameter("requests_dropped");
	request(KULINK_OP_LIST, "");
	send_request();
	await_parameter("requests_dropped", dropped + 1);
	control("release", 1);
	for (i = 0; i < ALL; i++) {
		next_reply();
		assert_int_equal(wire.in.msg.status, 0);
		assert_string_equal(wire.in.msg.part, "slow");
	}
	/* what was not run is no repetition */
	occupy(programs + EACH);
	control("release", 1);
	assert_int_equal(answer_to(programs + EACH), 0);
}

static uint64_t sequence(const char *event)
{
	uint64_t seq;

	request(KULINK_OP_SEQUENCE, event);
	assert_int_equal(ask(), 0);
	memcpy(&seq, wire.in.payload, sizeof(seq));
	return seq;
}

/* The next one, if it is that of the two whose turn it is */
static void take(uint64_t *data, uint64_t *other)
{
	struct kulink_event_head head;
	bool is_data;

	next_event();
	is_data = !strcmp(wire.in.msg.part, "data");
	assert_int_equal(wire.in.msg.op, KULINK_OP_EVENT);
	assert_true(is_data || !strcmp(wire.in.msg.part, "other"));
	assert_true(wire.in.msg.len > sizeof(wire.in.msg) + sizeof(head));
	memcpy(&head, wire.in.payload, sizeof(head));
	assert_int_equal(head.seq, is_data ? ++*data : ++*other);
}

static void events_to_all(void **state)
{
	uint64_t data = sequence("data"), other = sequence("other");
	unsigned int i;

	(void)state;
	control("flood", 3);
	for (i = 0; i < 6; i++)
		take(&data, &other);
	assert_int_equal(sequence("data"), data);
	assert_int_equal(sequence("other"), other);
}

/* A reader that takes nothing has its own queue full, and nobody else's; nobody remembers it. */
static void readers_that_do_not_read(void **state)
{
	const struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_protocol = htons(KULINK_PACKET_ETHERTYPE),
		.sll_ifindex = wire.index,
	};
	uint64_t data = sequence("data"), other = sequence("other");
	unsigned long dropped = parameter("events_dropped");
	int deaf[8], least = 1;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(deaf) / sizeof(*deaf); i++) {
		deaf[i] = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
		setsockopt(deaf[i], SOL_SOCKET, SO_RCVBUF, &least, sizeof(least));
		assert_int_equal(bind(deaf[i], (const struct sockaddr *)&at, sizeof(at)), 0);
	}
	for (i = 0; i < 10; i++) {
		control("flood", 10);
		for (j = 0; j < 20; j++)
			take(&data, &other);
	}
	assert_int_equal(sequence("data"), data);
	assert_int_equal(parameter("events_dropped"), dropped);
	for (i = 0; i < sizeof(deaf) / sizeof(*deaf); i++)
		close(deaf[i]);
}

/* The driver goes: each is told, and what is asked then is not there. */
static void gone(void **state)
{
	(void)state;
	shell("rmmod kulink_test");
	next_event();
	assert_int_equal(wire.in.msg.op, KULINK_OP_GONE);
	assert_int_equal(wire.in.msg.len, sizeof(wire.in.msg));
	request(KULINK_OP_CALL, "echo");
	assert_int_equal(ask(), -ENOENT);
	request(KULINK_OP_LIST, "");
	assert_int_equal(ask(), 0);
	assert_int_equal(wire.in.msg.len, sizeof(wire.in.msg));
	shell("modprobe kulink_test everyone=1");
	assert_int_equal(call_u64("write_any", 1), 0);
	/* the channel goes: what it is running, it ends first */
	shell("rmmod kulink_packet");
	next_event();
	assert_int_equal(wire.in.msg.op, KULINK_OP_GONE);
	shell("modprobe kulink_packet interface=" THERE);
	assert_int_equal(written(), 1);
}

const struct CMUnitTest once_tests[] = {
	cmocka_unit_test(asked_again),
	cmocka_unit_test(remembered_for_a_while),
	cmocka_unit_test(asked_again_while_it_runs),
	cmocka_unit_test(too_many),
	cmocka_unit_test(events_to_all),
	cmocka_unit_test(readers_that_do_not_read),
	cmocka_unit_test(gone),
};
const size_t n_once_tests = sizeof(once_tests) / sizeof(*once_tests);
