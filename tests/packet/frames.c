// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may be in a frame, and who it is for. Each that is no request is dropped without a word, and
 * counted if it is malformed; the next one is answered.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "raw.h"

#define VLAN	5

/* A frame of so many bytes behind its Ethernet header is counted as malformed, and not answered. */
static void malformed(const char *what, size_t len)
{
	unsigned long before = parameter("bad_frames");

	post(len);
	nobody_answers(what);
	if (parameter("bad_frames") != before + 1)
		fail_msg("%s: %lu were bad, now %lu", what, before, parameter("bad_frames"));
}

/* A call that nobody may run: what it writes is not there afterwards. */
static void build_write(void)
{
	const uint64_t never = 0xbad;

	request(KULINK_OP_CALL, "write_any");
	payload(&never, sizeof(never));
}

static void not_written(const char *what)
{
	if (written() == 0xbad)
		fail_msg("%s was run", what);
}

/* Well-formed, but not for us to answer */
static void ignored(const char *what)
{
	unsigned long before = parameter("bad_frames");

	send_request();
	nobody_answers(what);
	if (parameter("bad_frames") != before)
		fail_msg("%s is counted as bad", what);
}

static void no_address(const char *interface)
{
	struct ifreq ask_it = { .ifr_ifindex = 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(ask_it.ifr_name, sizeof(ask_it.ifr_name), "%s", interface);
	assert_int_equal(ioctl(fd, SIOCGIFADDR, &ask_it), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
	close(fd);
}

static void without_addresses(void **state)
{
	(void)state;
	no_address(HERE);
	no_address(THERE);
	request(KULINK_OP_CALL, "echo");
	payload("hello", 5);
	assert_int_equal(ask(), 0);
	assert_int_equal(wire.in.msg.len, sizeof(wire.in.msg) + 5);
	assert_memory_equal(wire.in.payload, "hello", 5);
	request(KULINK_OP_LIST, "");
	assert_int_equal(ask(), 0);
	assert_int_equal(wire.in.msg.len, sizeof(wire.in.msg) + sizeof(SERVICE));
	assert_memory_equal(wire.in.payload, SERVICE "\n", sizeof(SERVICE));
	request(KULINK_OP_SEQUENCE, "data");
	assert_int_equal(ask(), 0);
	assert_int_equal(wire.in.msg.len, sizeof(wire.in.msg) + sizeof(uint64_t));
}

/* The ends of the header's fields, and a byte before each */
static void shorter_than_a_header(void **state)
{
	static const size_t ends[] = {
		offsetof(struct kulink_msg, abi), offsetof(struct kulink_msg, op),
		offsetof(struct kulink_msg, id), offsetof(struct kulink_msg, status),
		offsetof(struct kulink_msg, service), offsetof(struct kulink_msg, part),
		sizeof(struct kulink_msg),
	};
	char what[64];
	size_t i, less;

	(void)state;
	request(KULINK_OP_LIST, "");
	malformed("nothing", 0);
	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		for (less = 0; less < 2 && ends[i] - less < sizeof(struct kulink_msg); less++) {
			request(KULINK_OP_LIST, "");
			snprintf(what, sizeof(what), "cut to %zu bytes", ends[i] - less);
			malformed(what, ends[i] - less);
		}
	}
	request(KULINK_OP_LIST, "");
	malformed("the shortest frame of an Ethernet", ETH_ZLEN - ETH_HLEN);
}

static void longer_than_it_is(void **state)
{
	static const uint32_t lens[] = {
		sizeof(struct kulink_msg) + 1, MTU, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
		0, 1, sizeof(struct kulink_msg) - 1,
	};
	char what[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		request(KULINK_OP_LIST, "");
		wire.out.msg.len = lens[i];
		snprintf(what, sizeof(what), "a header that says %u bytes", lens[i]);
		malformed(what, sizeof(struct kulink_msg));
	}
	request(KULINK_OP_CALL, "echo");
	payload("abcdefgh", 8);
	malformed("a payload cut short", wire.out.msg.len - 1);
}

/* What is behind a message fills its frame up. */
static void padded(void **state)
{
	static const size_t paddings[] = { 1, 7, 46, 1000, MTU - sizeof(struct kulink_msg) - 5 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(paddings) / sizeof(*paddings); i++) {
		request(KULINK_OP_CALL, "echo");
		memset(wire.out.payload, 'x', sizeof(wire.out.payload));
		payload("hello", 5);
		post(wire.out.msg.len + paddings[i]);
		assert_int_equal(answer_to(wire.out.msg.id), 0);
		assert_int_equal(wire.in.msg.len, sizeof(wire.in.msg) + 5);
	}
	request(KULINK_OP_INFO, "");
	post(MTU);
	/* no payload is not malformed; the declaration is longer than a frame */
	assert_int_equal(answer_to(wire.out.msg.id), -EMSGSIZE);
}

static void refused(const char *what, int status)
{
	int got = ask();

	if (got != status)
		fail_msg("%s: expected %s, got %s", what, strerror(-status), strerror(-got));
	assert_int_equal(wire.in.msg.len, sizeof(wire.in.msg));
}

static void wrong_fields(void **state)
{
	(void)state;
	request(KULINK_OP_CALL, "echo");
	wire.out.msg.abi++;
	refused("abi", -EPROTONOSUPPORT);
	send_request();
	assert_int_equal(answer_to(wire.out.msg.id), -EPROTONOSUPPORT);
	request(KULINK_OP_CALL, "echo");
	wire.out.msg.status = 1;
	refused("status", -EINVAL);
	request(KULINK_OP_INFO, "");
	payload("x", 1);
	refused("a payload where there is none", -EINVAL);
	request(KULINK_OP_LIST, "data");
	refused("a list of a part", -EINVAL);
	request(KULINK_OP_SEQUENCE, "echo");
	refused("the sequence of a call", -ENOENT);
	request(KULINK_OP_CALL, "nosuch");
	refused("a part that is not there", -ENOENT);
	request(KULINK_OP_CALL, "echo");
	strcpy(wire.out.msg.service, "nosuch");
	refused("a service that is not there", -ENOENT);
	request(KULINK_OP_CALL, "mode_0400");
	refused("a call that others may not make", -EACCES);
	request(KULINK_OP_SEQUENCE, "private");
	refused("an event that others may not read", -EACCES);
}

/* The answer repeats the names as they came. */
static void wrong_names(void **state)
{
	(void)state;
	request(KULINK_OP_CALL, "echo");
	memset(wire.out.msg.service, 'a', KULINK_NAME_SIZE);
	refused("service without an end", -EINVAL);
	request(KULINK_OP_CALL, "echo");
	wire.out.msg.service[KULINK_NAME_SIZE - 1] = 1;
	refused("bytes behind the service's end", -EINVAL);
	request(KULINK_OP_CALL, "echo");
	memset(wire.out.msg.part, 'a', KULINK_NAME_SIZE);
	refused("part without an end", -EINVAL);
	request(KULINK_OP_CALL, "echo");
	wire.out.msg.part[KULINK_NAME_SIZE - 1] = 1;
	refused("bytes behind the part's end", -EINVAL);
}

static void wrong_operations(void **state)
{
	static const uint16_t none[] = {
		0, KULINK_OP_GET, KULINK_OP_SET, KULINK_OP_DUMP, KULINK_OP_SUBSCRIBE,
		KULINK_OP_UNSUBSCRIBE, KULINK_OP_PAGE, KULINK_OP_SEQUENCE + 1, 31, 32, 64, 0x7fff,
	};
	char what[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		request(none[i], "num_s64");
		snprintf(what, sizeof(what), "operation %#x", none[i]);
		refused(what, -EOPNOTSUPP);
	}
}

/* A machine of the other byte order: its length cannot be. */
static void swapped(void **state)
{
	struct kulink_msg *msg = &wire.out.msg;

	(void)state;
	request(KULINK_OP_LIST, "");
	msg->len = __builtin_bswap32(msg->len);
	msg->abi = __builtin_bswap16(msg->abi);
	msg->op = __builtin_bswap16(msg->op);
	msg->id = __builtin_bswap32(msg->id);
	malformed("the other byte order", sizeof(*msg));
}

/* No answer is answered, whoever sends it: two kernels on a wire would never end. */
static void no_answers_to_answers(void **state)
{
	char what[32];
	uint16_t op;

	(void)state;
	for (op = 0; op <= KULINK_OP_SEQUENCE + 1; op++) {
		request(op | KULINK_OP_REPLY, "echo");
		snprintf(what, sizeof(what), "operation %#x", op | KULINK_OP_REPLY);
		ignored(what);
	}
	request(KULINK_OP_EVENT, "data");
	ignored("an event");
	request(KULINK_OP_GONE, "");
	ignored("an end");
	/* its own, sent back */
	request(KULINK_OP_CALL, "echo");
	assert_int_equal(ask(), 0);
	wire.out.msg = wire.in.msg;
	ignored("its own answer");
}

static void station_is(const char *six)
{
	memcpy(wire.out.eth.h_dest, six, ETH_ALEN);
}

static void destinations(void **state)
{
	(void)state;
	request(KULINK_OP_CALL, "echo");
	station_is("\xff\xff\xff\xff\xff\xff");
	assert_int_equal(ask(), 0);
	request(KULINK_OP_CALL, "echo");
	station_is("\x01\x00\x5e\x00\x00\x01");
	assert_int_equal(ask(), 0);
	build_write();
	station_is("\x02\x00\x00\x00\x88\xb5");
	ignored("a frame to another station");
	not_written("a frame to another station");
	build_write();
	memcpy(wire.out.eth.h_source, "\x03\x00\x00\x00\x88\xb5", ETH_ALEN);
	ignored("a frame from a group");
	not_written("a frame from a group");
	/* to all: those that have no such service are silent */
	request(KULINK_OP_CALL, "echo");
	station_is("\xff\xff\xff\xff\xff\xff");
	strcpy(wire.out.msg.service, "nosuch");
	ignored("a service that is not there, asked of all");
	request(KULINK_OP_CALL, "echo");
	wire.out.eth.h_proto = htons(KULINK_PACKET_ETHERTYPE + 1);
	ignored("another EtherType");
}

/* The same frame with a tag in it, as it is on a wire */
static void post_tagged(uint16_t tag)
{
	unsigned char frame[ETH_HLEN + 4 + sizeof(struct kulink_msg) + 8];
	const uint16_t words[] = { htons(ETH_P_8021Q), htons(tag) };

	memcpy(frame, &wire.out.eth, 2 * ETH_ALEN);
	memcpy(frame + 2 * ETH_ALEN, words, sizeof(words));
	memcpy(frame + 2 * ETH_ALEN + 4, &wire.out.eth.h_proto, 2);
	memcpy(frame + ETH_HLEN + 4, &wire.out.msg, wire.out.msg.len);
	post_by(wire.index, frame, ETH_HLEN + 4 + wire.out.msg.len);
}

/* With the tag in the frame; then beside it, as an interface of the VLAN sends it */
static void not_for_us(int vlan)
{
	build_write();
	post_tagged(VLAN);
	nobody_answers("a tagged frame");
	not_written("a tagged frame");
	build_write();
	post_by(vlan, &wire.out.eth, sizeof(wire.out.eth) + wire.out.msg.len);
	nobody_answers("a frame of a VLAN");
	not_written("a frame of a VLAN");
}

static void vlans(void **state)
{
	int vlan;

	(void)state;
	shell("modprobe 8021q");
	ip("link add link " HERE " name " HERE ".5 type vlan id 5\nlink set " HERE ".5 up\n");
	await_text("/sys/class/net/" HERE ".5/operstate", "up");
	vlan = if_nametoindex(HERE ".5");
	not_for_us(vlan);
	ip("link add link " THERE " name " THERE ".5 type vlan id 5\nlink set " THERE ".5 up\n");
	await_text("/sys/class/net/" THERE ".5/operstate", "up");
	not_for_us(vlan);

	/* A priority is no VLAN, and its answer has no tag. */
	request(KULINK_OP_LIST, "");
	post_tagged(3 << 13);
	assert_int_equal(answer_to(wire.out.msg.id), 0);
	assert_int_equal(wire.tag, -1);

	use_interface(THERE ".5");
	request(KULINK_OP_LIST, "");
	post_tagged(VLAN);
	assert_int_equal(answer_to(wire.out.msg.id), 0);
	request(KULINK_OP_LIST, "");
	send_request();
	request(KULINK_OP_LIST, "");
	post_by(vlan, &wire.out.eth, sizeof(wire.out.eth) + sizeof(wire.out.msg));
	/* the one before it had no tag */
	assert_int_equal(answer_to(wire.out.msg.id), 0);
	use_interface(THERE);
	ip("link del " HERE ".5\nlink del " THERE ".5\n");
}

/*
 * A frame longer than a page lies in pieces: the Ethernet header, and as much as @front says, in front, the rest in
 * pages (packet_snd() of net/packet/af_packet.c). In one that is said to be shorter they are cut.
 */
static void post_in_pieces(int fd, size_t front, size_t len)
{
	struct virtio_net_hdr head = { .hdr_len = ETH_HLEN + front };
	const struct iovec parts[] = {
		{ &head, sizeof(head) },
		{ &wire.out.eth, ETH_HLEN + len },
	};

	if (writev(fd, parts, 2) != (ssize_t)(sizeof(head) + ETH_HLEN + len))
		fail_msg("%zu bytes, %zu of them in front: %s", len, front, strerror(errno));
}

static int socket_for_pieces(void)
{
	const struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_ifindex = wire.index };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), on = 1;

	assert_int_equal(setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)), 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static void fill(unsigned char *to, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		to[i] = i * 31 >> 3;
}

static void in_pieces(void **state)
{
	static const size_t fronts[] = { 0, 1, 6, 47, sizeof(struct kulink_msg), 5000 };
	static unsigned char data[60000];
	int fd = socket_for_pieces();
	unsigned long bad;
	size_t i;

	(void)state;
	fill(data, sizeof(data));
	ip("link set " THERE " mtu 65535\nlink set " HERE " mtu 65535\n");
	for (i = 0; i < sizeof(fronts) / sizeof(*fronts); i++) {
		request(KULINK_OP_CALL, "echo");
		payload(data, sizeof(data));
		post_in_pieces(fd, fronts[i], wire.out.msg.len);
		assert_int_equal(answer_to(wire.out.msg.id), 0);
		assert_int_equal(wire.in.msg.len, wire.out.msg.len);
		assert_memory_equal(wire.in.payload, data, sizeof(data));

		request(KULINK_OP_CALL, "echo");
		payload(data, 5);
		post_in_pieces(fd, fronts[i], 20000);
		assert_int_equal(answer_to(wire.out.msg.id), 0);
		assert_int_equal(wire.in.msg.len, sizeof(wire.in.msg) + 5);
		assert_memory_equal(wire.in.payload, data, 5);

		bad = parameter("bad_frames");
		request(KULINK_OP_CALL, "echo");
		wire.out.msg.len = 20001;
		post_in_pieces(fd, fronts[i], 20000);
		nobody_answers("pieces that are too few");
		assert_int_equal(parameter("bad_frames"), bad + 1);
	}
	ip("link set " THERE " mtu 1500\nlink set " HERE " mtu 1500\n");
	close(fd);
}

const struct CMUnitTest frame_tests[] = {
	cmocka_unit_test(without_addresses),
	cmocka_unit_test(shorter_than_a_header),
	cmocka_unit_test(longer_than_it_is),
	cmocka_unit_test(padded),
	cmocka_unit_test(wrong_fields),
	cmocka_unit_test(wrong_names),
	cmocka_unit_test(wrong_operations),
	cmocka_unit_test(swapped),
	cmocka_unit_test(no_answers_to_answers),
	cmocka_unit_test(destinations),
	cmocka_unit_test(vlans),
	cmocka_unit_test(in_pieces),
};
const size_t n_frame_tests = sizeof(frame_tests) / sizeof(*frame_tests);
