// SPDX-License-Identifier: GPL-2.0-only
/* Both ends of a wire: frames by hand at ours, the module's parameters at the other. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "raw.h"

#define MODULE	"/sys/module/kulink_packet/parameters/"
#define DRIVER	"/sys/module/kulink_test/parameters/"
#define STATS	"/sys/module/kulink_test_log/parameters/stats"

_Static_assert(offsetof(struct frame, msg) == 16, "the message follows the Ethernet header");

struct wire wire = { .fd = -1 };

void shell(const char *command)
{
	if (system(command))
		fail_msg("%s", command);
}

void ip(const char *lines)
{
	FILE *f = popen("ip -batch -", "w");

	assert_non_null(f);
	fputs(lines, f);
	if (pclose(f))
		fail_msg("ip: %s", lines);
}

static void read_text(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, size - 1, f) : 0;

	text[n] = '\0';
	if (f)
		fclose(f);
}

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fprintf(f, "%s\n", text) > 0);
	if (fclose(f))
		fail_msg("%s into %s: %s", text, path, strerror(errno));
}

unsigned long parameter(const char *name)
{
	char path[128], text[64];

	snprintf(path, sizeof(path), MODULE "%s", name);
	read_text(path, text, sizeof(text));
	return strtoul(text, NULL, 10);
}

/* A line "NAME NUMBER" of many */
unsigned long counter(const char *name)
{
	char text[4096], line[64];
	const char *at;

	text[0] = '\n';
	read_text(STATS, text + 1, sizeof(text) - 1);
	snprintf(line, sizeof(line), "\n%s ", name);
	at = strstr(text, line);
	assert_non_null(at);
	return strtoul(at + strlen(line), NULL, 10);
}

void control(const char *name, unsigned long value)
{
	char path[128], text[24];

	snprintf(path, sizeof(path), DRIVER "%s", name);
	snprintf(text, sizeof(text), "%lu", value);
	write_text(path, text);
}

void use_interface(const char *name)
{
	write_text(MODULE "interface", name);
}

/* A look, and a little later another one, for a minute */
static bool look_again(time_t *until)
{
	const struct timespec little = { .tv_nsec = 2000000 };
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!*until)
		*until = now.tv_sec + 60;
	nanosleep(&little, NULL);
	return now.tv_sec < *until;
}

static void await_number(const char *what, unsigned long (*number)(const char *name),
			 unsigned long value)
{
	time_t until = 0;

	while (number(what) != value)
		if (!look_again(&until))
			fail_msg("%s is %lu and not %lu", what, number(what), value);
}

void await_parameter(const char *name, unsigned long value)
{
	await_number(name, parameter, value);
}

void await_counter(const char *name, unsigned long value)
{
	await_number(name, counter, value);
}

void await_text(const char *path, const char *text)
{
	time_t until = 0;
	char got[64];

	for (;;) {
		read_text(path, got, sizeof(got));
		got[strcspn(got, "\n")] = '\0';
		if (!strcmp(got, text))
			return;
		if (!look_again(&until))
			fail_msg("%s: %s and not %s", path, got, text);
	}
}

void cable(void)
{
	ip("link add " THERE " type veth peer name " HERE "\n"
	   "link set " THERE " up\n"
	   "link set " HERE " up\n");
	/* An interface drops what it is given until the kernel has seen its carrier. */
	await_text("/sys/class/net/" THERE "/operstate", "up");
	await_text("/sys/class/net/" HERE "/operstate", "up");
}

/* The kernel's; and one for us, so that what is answered to the library's sockets is told from ours */
static void station(void)
{
	struct ifreq request = { .ifr_name = THERE };

	assert_int_equal(ioctl(wire.fd, SIOCGIFHWADDR, &request), 0);
	memcpy(wire.there, request.ifr_hwaddr.sa_data, ETH_ALEN);
	memcpy(wire.here, "\x02\x00\x00\x00\x88\xb6", ETH_ALEN);
}

void wire_open(void)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_protocol = htons(KULINK_PACKET_ETHERTYPE),
		.sll_ifindex = if_nametoindex(HERE),
	};
	struct timeval minute = { .tv_sec = 60 };
	int room = 8 << 20, on = 1;

	wire.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	assert_true(wire.fd >= 0);
	wire.index = at.sll_ifindex;
	assert_int_equal(bind(wire.fd, (struct sockaddr *)&at, sizeof(at)), 0);
	setsockopt(wire.fd, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof(minute));
	assert_int_equal(setsockopt(wire.fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)), 0);
	assert_int_equal(setsockopt(wire.fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)), 0);
	station();
	if (!wire.id)
		wire.id = 0x50010000;
}

void wire_close(void)
{
	if (wire.fd >= 0)
		close(wire.fd);
	wire.fd = -1;
}

void request(uint16_t op, const char *part)
{
	struct frame *out = &wire.out;

	memcpy(out->eth.h_dest, wire.there, ETH_ALEN);
	memcpy(out->eth.h_source, wire.here, ETH_ALEN);
	out->eth.h_proto = htons(KULINK_PACKET_ETHERTYPE);
	out->msg = (struct kulink_msg){
		.len = sizeof(out->msg), .abi = KULINK_ABI, .op = op, .id = ++wire.id,
	};
	if (op != KULINK_OP_LIST)
		memcpy(out->msg.service, SERVICE, sizeof(SERVICE));
	memcpy(out->msg.part, part, strlen(part));
}

void payload(const void *data, size_t len)
{
	memcpy(wire.out.payload, data, len);
	wire.out.msg.len = sizeof(wire.out.msg) + len;
}

void post_by(int index, const void *frame, size_t len)
{
	const struct sockaddr_ll by = { .sll_family = AF_PACKET, .sll_ifindex = index };

	if (sendto(wire.fd, frame, len, 0, (const struct sockaddr *)&by, sizeof(by)) != (ssize_t)len)
		fail_msg("a frame of %zu bytes: %s", len, strerror(errno));
}

void post(size_t len)
{
	post_by(wire.index, &wire.out.eth, sizeof(wire.out.eth) + len);
}

void send_request(void)
{
	post(wire.out.msg.len);
}

/* The VLAN tag that the frame came with, or -1 */
static int tag_of(struct msghdr *head)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(head);
	struct tpacket_auxdata more;

	if (!c || c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
		return -1;
	memcpy(&more, CMSG_DATA(c), sizeof(more));
	return more.tp_status & TP_STATUS_VLAN_VALID ? more.tp_vlan_tci : -1;
}

/* A frame of ours, whole and no longer than its message: the kernel pads nothing on a veth pair */
static void receive(void)
{
	unsigned char more[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec io = { &wire.in.eth, sizeof(wire.in) - sizeof(wire.in.pad) };
	struct msghdr head = {
		.msg_iov = &io, .msg_iovlen = 1, .msg_control = more, .msg_controllen = sizeof(more),
	};
	ssize_t n = recvmsg(wire.fd, &head, 0);

	if (n < 0)
		fail_msg("no frame: %s", strerror(errno));
	wire.tag = tag_of(&head);
	wire.len = n - sizeof(wire.in.eth);
	assert_int_equal(wire.len, wire.in.msg.len);
	assert_int_equal(wire.in.msg.abi, KULINK_ABI);
	assert_memory_equal(wire.in.eth.h_source, wire.there, ETH_ALEN);
	/* what others may not read is sent to nobody */
	if (wire.in.msg.op == KULINK_OP_EVENT)
		assert_string_not_equal(wire.in.msg.part, "private");
}

void next_reply(void)
{
	do {
		receive();
	} while (!(wire.in.msg.op & KULINK_OP_REPLY) ||
		 memcmp(wire.in.eth.h_dest, wire.here, ETH_ALEN));
}

void next_event(void)
{
	static const unsigned char all[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };

	receive();
	assert_memory_equal(wire.in.eth.h_dest, all, ETH_ALEN);
	assert_int_equal(wire.in.msg.id, 0);
	assert_int_equal(wire.in.msg.status, 0);
	assert_string_equal(wire.in.msg.service, SERVICE);
}

int answer_to(uint32_t id)
{
	next_reply();
	if (wire.in.msg.id != id)
		fail_msg("waited for an answer to %08x, operation %#x of number %08x was answered: %d", id,
			 wire.in.msg.op, wire.in.msg.id, wire.in.msg.status);
	return wire.in.msg.status;
}

int ask(void)
{
	int status;

	send_request();
	status = answer_to(wire.out.msg.id);
	assert_int_equal(wire.in.msg.op, wire.out.msg.op | KULINK_OP_REPLY);
	assert_memory_equal(wire.in.msg.service, wire.out.msg.service, KULINK_NAME_SIZE);
	assert_memory_equal(wire.in.msg.part, wire.out.msg.part, KULINK_NAME_SIZE);
	return status;
}

int call_u64(const char *name, uint64_t number)
{
	request(KULINK_OP_CALL, name);
	payload(&number, sizeof(number));
	return ask();
}

uint64_t written(void)
{
	uint64_t number;

	request(KULINK_OP_CALL, "written");
	assert_int_equal(ask(), 0);
	assert_int_equal(wire.in.msg.len, sizeof(wire.in.msg) + sizeof(number));
	memcpy(&number, wire.in.payload, sizeof(number));
	return number;
}

void nobody_answers(const char *what)
{
	request(KULINK_OP_SEQUENCE, "data");
	send_request();
	next_reply();
	if (wire.in.msg.id != wire.out.msg.id)
		fail_msg("%s: operation %#x of number %08x was answered: %d", what, wire.in.msg.op,
			 wire.in.msg.id, wire.in.msg.status);
	assert_int_equal(wire.in.msg.status, 0);
}
