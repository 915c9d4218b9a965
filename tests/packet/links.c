// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interface: named, not yet there, renamed, gone, down, in another network namespace, narrower than
 * it was; all while the module is loaded, and requests come.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <kulink.h>

#include "raw.h"

static void echoes(void)
{
	request(KULINK_OP_CALL, "echo");
	assert_int_equal(ask(), 0);
}

/* What the library says of the channel: 0, or an error and a sentence that has these words in it */
static void available(int expected, const char *words)
{
	char why[256];
	int error = kulink_available("packet", why, sizeof(why));

	if (error != expected || (words && !strstr(why, words)))
		fail_msg("expected %d, \"…%s…\"; got %d, \"%s\"", expected, words ? words : "", error, why);
}

static void opens(int expected)
{
	struct kulink *k;
	int error = kulink_open(&k, SERVICE, "packet");

	assert_int_equal(error, expected);
	if (!error) {
		assert_int_equal(kulink_call(k, "echo", NULL, 0, NULL, &(size_t){ 0 }), 0);
		kulink_close(k);
	}
}

/* What the library picks its numbers with: no other program's, unless @numbers says which */
static uint32_t numbers;

ssize_t getrandom(void *bytes, size_t len, unsigned int flags)
{
	if (!numbers)
		return syscall(SYS_getrandom, bytes, len, flags);
	memcpy(bytes, &numbers, len);
	numbers = 0;
	return len;
}

static uint64_t counted(struct kulink *k)
{
	uint64_t number = 0;
	size_t len = sizeof(number);

	assert_int_equal(kulink_call(k, "count", NULL, 0, &number, &len), 0);
	assert_int_equal(len, sizeof(number));
	return number;
}

/* Two programs of the same number, the other's first id where, or just behind where, ours are */
static void number_of_another(void **state)
{
	static const uint32_t behind[] = { 0, 1, 100 };
	struct kulink *ours, *others;
	uint64_t count;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(behind) / sizeof(*behind); i++) {
		numbers = 0x54321000 + (i << 16);
		assert_int_equal(kulink_open(&ours, SERVICE, "packet"), 0);
		assert_int_equal(kulink_call(ours, "sink", "x", 1, NULL, &(size_t){ 0 }), 0);
		count = counted(ours);
		numbers = 0x54321000 + (i << 16) - behind[i];
		assert_int_equal(kulink_open(&others, SERVICE, "packet"), 0);
		assert_int_equal(counted(others), count + 1);
		assert_int_equal(counted(ours), count + 2);
		assert_int_equal(counted(others), count + 3);
		kulink_close(ours);
		kulink_close(others);
	}
}

/* A request, and a look whether it has come to the other end: what hears it there has by then. */
static void ask_in_vain(void)
{
	const struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_protocol = htons(KULINK_PACKET_ETHERTYPE),
		.sll_ifindex = if_nametoindex(THERE),
	};
	const struct timeval minute = { .tv_sec = 60 };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	struct frame come;

	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof(minute));
	request(KULINK_OP_LIST, "");
	send_request();
	do
		assert_true(recv(fd, &come.eth, sizeof(come) - sizeof(come.pad), 0) > 0);
	while (come.msg.id != wire.out.msg.id);
	close(fd);
}

static void off_until_named(void **state)
{
	(void)state;
	shell("rmmod kulink_packet && modprobe kulink_packet interface=");
	ask_in_vain();
	available(-ENOENT, "off until an interface is named");
	opens(-ENOENT);
	use_interface(THERE);
	/* what came before is not answered now */
	echoes();
	available(0, NULL);
	opens(0);
	use_interface("");
	available(-ENOENT, "off until an interface is named");
	ask_in_vain();
	use_interface(THERE);
	echoes();
}

static void not_there_yet(void **state)
{
	(void)state;
	use_interface("later");
	available(-ENOENT, "there is no interface later here");
	opens(-ENOENT);
	ask_in_vain();
	ip("link set " THERE " down\nlink set " THERE " name later\nlink set later up\n");
	await_text("/sys/class/net/" HERE "/operstate", "up");
	await_text("/sys/class/net/later/operstate", "up");
	echoes();
	opens(0);
	ip("link set later down\nlink set later name " THERE "\nlink set " THERE " up\n");
	await_text("/sys/class/net/" HERE "/operstate", "up");
	await_text("/sys/class/net/" THERE "/operstate", "up");
	/* that one is not called so any more */
	ask_in_vain();
	use_interface(THERE);
	echoes();
}

/* With no other end here nobody here can ask. */
static void not_from_here(void **state)
{
	(void)state;
	shell("modprobe dummy");
	ip("link add away type dummy\n");
	use_interface("away");
	available(-ENOENT, "what this machine sends by away does not come in by it");
	opens(-ENOENT);
	use_interface(THERE);
	ip("link del away\n");
	echoes();
}

static int write_interface(const char *text, size_t len)
{
	FILE *f = fopen("/sys/module/kulink_packet/parameters/interface", "w");
	int error;

	assert_non_null(f);
	setbuf(f, NULL);
	error = fwrite(text, 1, len, f) == len ? 0 : -errno;
	fclose(f);
	return error;
}

static void names_that_are_none(void **state)
{
	(void)state;
	assert_int_equal(write_interface("sixteen_letters_", 16), -EINVAL);
	assert_int_equal(write_interface("v0\nv1", 5), -EINVAL);
	assert_int_equal(write_interface("v0\n\n", 4), -EINVAL);
	echoes();
}

static void down_and_up(void **state)
{
	unsigned long dropped = parameter("events_dropped");

	(void)state;
	ip("link set " THERE " down\n");
	control("flood", 1);
	/* two of the three: the third is nobody's */
	await_parameter("events_dropped", dropped + 2);
	ip("link set " THERE " up\n");
	await_text("/sys/class/net/" HERE "/operstate", "up");
	await_text("/sys/class/net/" THERE "/operstate", "up");
	echoes();
	opens(0);
}

static int call_big(uint32_t id, uint64_t bytes)
{
	request(KULINK_OP_CALL, "big");
	if (id)
		wire.out.msg.id = id;
	payload(&bytes, sizeof(bytes));
	return ask();
}

/* A reply is as long as a frame may be now, also one that was given before. */
static void mtu_changes(void **state)
{
	const uint64_t room = MTU - sizeof(struct kulink_msg);
	uint32_t id;

	(void)state;
	assert_int_equal(call_big(0, room), 0);
	assert_int_equal(wire.in.msg.len, MTU);
	assert_int_equal(call_big(0, room + 1), -EMSGSIZE);
	ip("link set " THERE " mtu 9000\nlink set " HERE " mtu 9000\n");
	assert_int_equal(call_big(0, room + 1), 0);
	id = wire.out.msg.id;
	assert_int_equal(wire.in.msg.len, MTU + 1);
	ip("link set " THERE " mtu 1500\nlink set " HERE " mtu 1500\n");
	assert_int_equal(call_big(id, room + 1), -EMSGSIZE);
	echoes();
}

/* Another one of that name, in another network namespace, is not the one that was named. */
static void another_namespace(void **state)
{
	(void)state;
	ip("netns add other\nlink set " THERE " netns other\n");
	shell("ip -n other link set " THERE " up");
	await_text("/sys/class/net/" HERE "/operstate", "up");
	available(-ENOENT, "there is no interface " THERE " here");
	request(KULINK_OP_LIST, "");
	send_request();
	shell("ip -n other link set " THERE " netns 1");
	ip("link set " THERE " up\n");
	await_text("/sys/class/net/" HERE "/operstate", "up");
	await_text("/sys/class/net/" THERE "/operstate", "up");
	echoes();
	ip("netns del other\n");
}

/* It goes while a driver works for who asked by it: it does not wait, and nobody is answered by the next one. */
static void removed(void **state)
{
	unsigned long begun = counter("begun"), ended = counter("ended");
	uint64_t until_released = 0;

	(void)state;
	request(KULINK_OP_CALL, "slow");
	payload(&until_released, sizeof(until_released));
	send_request();
	await_counter("begun", begun + 1);
	ip("link del " THERE "\n");
	wire_close();
	available(-ENOENT, "there is no interface " THERE " here");
	cable();
	wire_open();
	echoes();
	control("release", 1);
	await_counter("ended", ended + 1);
	/* with its end the request's work is done, but for an answer that it may still send */
	shell("rmmod kulink_packet && modprobe kulink_packet interface=" THERE);
	next_event();
	assert_int_equal(wire.in.msg.op, KULINK_OP_GONE);
	echoes();
	opens(0);
}

const struct CMUnitTest link_tests[] = {
	cmocka_unit_test(number_of_another),
	cmocka_unit_test(off_until_named),
	cmocka_unit_test(not_there_yet),
	cmocka_unit_test(not_from_here),
	cmocka_unit_test(names_that_are_none),
	cmocka_unit_test(down_and_up),
	cmocka_unit_test(mtu_changes),
	cmocka_unit_test(another_namespace),
	cmocka_unit_test(removed),
};
const size_t n_link_tests = sizeof(link_tests) / sizeof(*link_tests);
