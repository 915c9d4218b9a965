// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages by socket options, without the library: what works, what must be refused and how, who may,
 * and from where; then at random from a seed. Built with -m32, too.
 *
 *	sockopt ktest0 [SEED ROUNDS]
 *	sockopt ktest0 stuck		say so, and then hang in a request that never comes
 */
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

#include "raw.h"

#define HEAD	sizeof(struct kulink_msg)
#define SPACE	(HEAD + KULINK_CALL_MAX + 4096)

static union {
	struct kulink_msg msg;
	unsigned char bytes[SPACE];
	struct {
		struct kulink_msg head;
		struct kulink_datum datum;
	} value;
	struct {
		struct kulink_msg head;
		struct kulink_page page;
		unsigned char piece[4096];
	} page;
	struct {
		struct kulink_msg head;
		struct kulink_table_head table;
	} dump;
} m;

static const char *service;
static int sock;
static void *volatile bad_address = (void *)8;

static int get_option(int fd, int option, void *at, int *len)
{
	socklen_t size = *len;
	int err = getsockopt(fd, SOL_IP, option, at, &size) ? -errno : 0;

	*len = size;
	return err;
}

/* A request for @part with @payload bytes of zeros, to be filled or spoiled */
static void request(__u16 op, const char *part, size_t payload)
{
	memset(&m, 0, HEAD + payload);
	m.msg.len = HEAD + payload;
	m.msg.abi = KULINK_ABI;
	m.msg.op = op;
	m.msg.id = 7;
	memcpy(m.msg.service, service, strlen(service));
	memcpy(m.msg.part, part, strlen(part));
}

/* What the call itself says, else the reply's status */
static int ask_room(int fd, int room)
{
	int err = get_option(fd, KULINK_SO_MESSAGE, &m, &room);

	if (err)
		return err;
	return room == (int)m.msg.len && m.msg.id == 7 ? m.msg.status : -EPROTO;
}

static int get(int fd)
{
	return ask_room(fd, sizeof(m));
}

static int set(int fd, size_t len)
{
	return setsockopt(fd, SOL_IP, KULINK_SO_MESSAGE, &m, len) ? -errno : 0;
}

static void number(__u16 op, const char *name, __u64 n)
{
	request(op, name, op == KULINK_OP_SET ? sizeof(m.value.datum) : 0);
	m.value.datum.type = KULINK_TYPE_U64;
	m.value.datum.number = n;
	if (op == KULINK_OP_GET)
		memset(&m.value.datum, 0, sizeof(m.value.datum));
}

static void test_values(void)
{
	number(KULINK_OP_SET, "num_u64", 0xfedcba9876543210ULL);
	report("values: set by setsockopt()", set(sock, m.msg.len), 0);
	number(KULINK_OP_GET, "num_u64", 0);
	report("values: get", get(sock), 0);
	report("values: what was set", m.value.datum.number == 0xfedcba9876543210ULL, 1);
	number(KULINK_OP_SET, "num_u64", 5);
	report("values: set by getsockopt()", get(sock), 0);
	number(KULINK_OP_GET, "num_u64", 0);
	report("values: get, in room that is just enough", ask_room(sock, sizeof(m.value)), 0);
	report("values: what was set", m.value.datum.number, 5);
	number(KULINK_OP_GET, "num_u64", 0);
	report("values: get, in too little room", ask_room(sock, sizeof(m.value) - 1), -EMSGSIZE);
	number(KULINK_OP_SET, "ranged_u", 21);
	report("values: outside the range", set(sock, m.msg.len), -ERANGE);
	number(KULINK_OP_SET, "fixed", 1);
	report("values: read-only", set(sock, m.msg.len), -EACCES);
	number(KULINK_OP_SET, "nothing", 1);
	report("values: there is none", set(sock, m.msg.len), -ENOENT);
}

static void test_calls(void)
{
	size_t i, wrong = 0;

	request(KULINK_OP_CALL, "echo", KULINK_CALL_MAX);
	for (i = 0; i < KULINK_CALL_MAX; i++)
		m.bytes[HEAD + i] = ktest_byte(i);
	report("calls: 1 MiB", ask_room(sock, m.msg.len), 0);
	for (i = 0; i < KULINK_CALL_MAX; i++)
		wrong += m.bytes[HEAD + i] != ktest_byte(i);
	report("calls: comes back", m.msg.len == HEAD + KULINK_CALL_MAX && !wrong, 1);
	request(KULINK_OP_CALL, "write", 8);
	m.bytes[HEAD] = 77;
	report("calls: by setsockopt()", set(sock, HEAD + 8), 0);
	request(KULINK_OP_CALL, "written", 0);
	report("calls: was made", !get(sock) && m.bytes[HEAD] == 77, 1);
	request(KULINK_OP_CALL, "echo", 9);
	report("calls: no room for the reply", ask_room(sock, HEAD + 9), 0);
	request(KULINK_OP_CALL, "written", 0);
	report("calls: no room for the reply", ask_room(sock, HEAD + 7), -EMSGSIZE);
}

/* A table in pieces of at most @room bytes, all of one reading; its bytes, or -errno */
static long pages(const char *table, size_t room)
{
	struct kulink_page page = { .snapshot = 0 };
	__u64 offset = 0, size = 0;
	int err;

	do {
		request(KULINK_OP_PAGE, table, sizeof(page));
		m.page.page = page;
		err = ask_room(sock, room);
		if (err)
			return err;
		if (m.page.page.offset != offset || (size && m.page.page.size != size))
			return -EPROTO;
		size = m.page.page.size;
		offset += m.msg.len - HEAD - sizeof(page);
		page.snapshot = m.page.page.snapshot;
		page.offset = offset;
		if (control("rows", 50 + offset % 7))	/* what comes now is no matter */
			return -EIO;
	} while (page.snapshot);
	return offset == size ? (long)size : -EPROTO;
}

static void test_tables(void)
{
	__u32 whole;

	control("rows", 50);
	request(KULINK_OP_DUMP, "rows", 0);
	report("tables: whole", get(sock), 0);
	report("tables: its rows", m.dump.table.count, 50);
	whole = m.msg.len - HEAD;
	request(KULINK_OP_DUMP, "rows", 0);
	report("tables: whole, in just enough room", ask_room(sock, HEAD + whole), 0);
	request(KULINK_OP_DUMP, "rows", 0);
	report("tables: whole, in too little", ask_room(sock, HEAD + whole - 1), -EMSGSIZE);
	report("tables: in pieces of 1000", pages("rows", HEAD + sizeof(m.page.page) + 1000), whole);
	control("rows", 50);
	report("tables: in one piece", pages("rows", sizeof(m)), whole);
	report("tables: there is none", pages("nothing", 4096), -ENOENT);
	request(KULINK_OP_PAGE, "rows", sizeof(m.page.page));
	m.page.page.snapshot = 0x123456789;
	m.page.page.offset = 32;
	report("tables: a snapshot that nobody knows", get(sock), -EAGAIN);
	control("rows", 0);
}

static void test_texts(void)
{
	char name[40];

	request(KULINK_OP_INFO, "", 0);
	report("info", get(sock), 0);
	report("info: the declaration", memcmp(m.bytes + HEAD, "kulink\t1\nservice\t", 17), 0);
	request(KULINK_OP_LIST, "", 0);
	memset(m.msg.service, 0, sizeof(m.msg.service));
	report("list", get(sock), 0);
	snprintf(name, sizeof(name), "%s\n", service);
	m.bytes[m.msg.len] = '\0';
	report("list: the service", !!strstr((char *)m.bytes + HEAD, name), 1);
}

static void test_options(void)
{
	__u32 abi = 0;
	int len = sizeof(abi), three = 3, minus = -1;

	report("abi", get_option(sock, KULINK_SO_ABI, &abi, &len), 0);
	report("abi: its number", abi, KULINK_ABI);
	report("abi: too little room", get_option(sock, KULINK_SO_ABI, &abi, &three), -EINVAL);
	report("abi: negative room", get_option(sock, KULINK_SO_ABI, &abi, &minus), -EINVAL);
	report("abi: a bad address", get_option(sock, KULINK_SO_ABI, bad_address, &len), -EFAULT);
	report("abi: set", setsockopt(sock, SOL_IP, KULINK_SO_ABI, &abi, 4) ? -errno : 0, -ENOPROTOOPT);
	report("the number after", get_option(sock, KULINK_SO_MESSAGE + 1, &m, &len), -ENOPROTOOPT);
	report("the first that is not ours", get_option(sock, KULINK_SO_MAX, &m, &len), -ENOPROTOOPT);
	report("the last before ours", get_option(sock, KULINK_SO_MIN - 1, &m, &len), -ENOPROTOOPT);
}

/* What a driver answers is told, but for the errno that says that nobody is there */
static void test_driver_refuses(void)
{
	control("errno", ENOSPC);
	number(KULINK_OP_SET, "refused", 8);
	report("refused: set", set(sock, m.msg.len), -ENOSPC);
	control("errno", ENOPROTOOPT);
	report("refused: set, by the errno of a module that is not there", set(sock, m.msg.len),
	       -EOPNOTSUPP);
	number(KULINK_OP_GET, "unreadable", 0);
	report("refused: get", get(sock), -ENOPROTOOPT);
	report("refused: get, said by the reply", m.msg.status, -ENOPROTOOPT);
	control("errno", 0);
}

static void test_lengths(void)
{
	request(KULINK_OP_GET, "num_u64", 0);
	report("room: none", ask_room(sock, 0), -EINVAL);
	report("room: negative", ask_room(sock, -1), -EINVAL);
	report("room: less than a header", ask_room(sock, HEAD - 1), -EINVAL);
	m.msg.len = HEAD - 1;
	report("len: less than a header", get(sock), -EINVAL);
	m.msg.len = 0;
	report("len: none", get(sock), -EINVAL);
	m.msg.len = sizeof(m.value) + 1;
	report("len: more than the room", ask_room(sock, sizeof(m.value)), -EINVAL);
	m.msg.len = 0xffffffff;
	report("len: much more", get(sock), -EINVAL);
	request(KULINK_OP_CALL, "echo", KULINK_CALL_MAX + 1);
	report("len: more than a call takes", get(sock), -EMSGSIZE);
	report("set: more than a call takes", set(sock, m.msg.len), -EMSGSIZE);
	request(KULINK_OP_SET, "num_u64", sizeof(m.value.datum));
	report("set: nothing", set(sock, 0), -EINVAL);
	report("set: less than a header", set(sock, HEAD - 1), -EINVAL);
	report("set: less than it says", set(sock, m.msg.len - 1), -EINVAL);
	report("set: more than it says", set(sock, m.msg.len + 1), -EINVAL);
	report("set: negative", set(sock, -1), -EINVAL);
}

static void test_headers(void)
{
	static const __u16 ops[] = {
		0, KULINK_OP_SUBSCRIBE, KULINK_OP_UNSUBSCRIBE, KULINK_OP_EVENT, KULINK_OP_GONE,
		KULINK_OP_SEQUENCE, 31, 32, 0xffff,
	};
	unsigned int i;
	char what[40];

	for (i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		snprintf(what, sizeof(what), "head: operation %u", ops[i]);
		request(ops[i], "data", 0);
		report(what, get(sock), -EOPNOTSUPP);
	}
	request(KULINK_OP_GET, "num_u64", 0);
	report("set: what only gives", set(sock, HEAD), -EOPNOTSUPP);
	m.msg.abi = 2;
	report("head: another ABI", get(sock), -EPROTONOSUPPORT);
	request(KULINK_OP_GET, "num_u64", 0);
	m.msg.status = -1;
	report("head: a status", get(sock), -EINVAL);
	request(KULINK_OP_GET, "num_u64", 0);
	memset(m.msg.part, 'a', sizeof(m.msg.part));
	report("head: a part without end", get(sock), -EINVAL);
	request(KULINK_OP_GET, "num_u64", 0);
	m.msg.service[31] = 'x';
	report("head: a service with more behind its end", get(sock), -EINVAL);
	request(KULINK_OP_GET, "num_u64", 0);
	m.msg.service[0] = 'x';
	report("head: no such service", get(sock), -ENOENT);
	memset(m.msg.service, 0, sizeof(m.msg.service));
	m.msg.status = 0;
	report("head: no service named", get(sock), -ENOENT);
	request(KULINK_OP_GET, "num_u64", 1);
	report("get: a payload", get(sock), -EINVAL);
	request(KULINK_OP_SET, "num_u64", sizeof(m.value.datum) - 1);
	report("set: a payload that is cut", set(sock, m.msg.len), -EINVAL);
	request(KULINK_OP_SET, "num_u64", sizeof(m.value.datum) + 1);
	m.bytes[m.msg.len - 1] = 1;
	report("set: a payload with more", set(sock, m.msg.len), -E2BIG);
}

/* The last bytes before memory that is not there */
static unsigned char *edge(void)
{
	long page = sysconf(_SC_PAGESIZE);
	unsigned char *at = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED || munmap(at + page, page))
		exit(1);
	return at + page;
}

static void test_addresses(void)
{
	unsigned char *end = edge();
	int room = sizeof(m.value), len;

	len = room;
	report("get: no memory", get_option(sock, KULINK_SO_MESSAGE, NULL, &len), -EFAULT);
	report("get: a bad address", get_option(sock, KULINK_SO_MESSAGE, bad_address, &len), -EFAULT);
	report("set: a bad address",
	       setsockopt(sock, SOL_IP, KULINK_SO_MESSAGE, bad_address, HEAD) ? -errno : 0, -EFAULT);
	report("get: no length", getsockopt(sock, SOL_IP, KULINK_SO_MESSAGE, &m, NULL) ? -errno : 0,
	       -EFAULT);
	request(KULINK_OP_GET, "num_u64", 0);
	memcpy(end - HEAD, &m, HEAD);
	report("get: no memory for the reply", get_option(sock, KULINK_SO_MESSAGE, end - HEAD, &len),
	       -EFAULT);
	memcpy(end - HEAD + 8, &m, HEAD - 8);
	report("get: half a header", get_option(sock, KULINK_SO_MESSAGE, end - HEAD + 8, &len), -EFAULT);
	len = room;
	memcpy(end - room, &m, HEAD);
	report("get: up to the edge", get_option(sock, KULINK_SO_MESSAGE, end - room, &len), 0);
	report("get: and all of it", len, room);
}

static void test_sockets(void)
{
	static const struct {
		const char *what;
		int family, type, expected;
	} kinds[] = {
		{ "socket: tcp", AF_INET, SOCK_STREAM, 0 },
		{ "socket: raw", AF_INET, SOCK_RAW, 0 },
		{ "socket: udp over IPv6", AF_INET6, SOCK_DGRAM, 0 },
		{ "socket: tcp over IPv6", AF_INET6, SOCK_STREAM, 0 },
		{ "socket: raw over IPv6", AF_INET6, SOCK_RAW, -ENOPROTOOPT },
		{ "socket: unix", AF_UNIX, SOCK_DGRAM, -EOPNOTSUPP },
	};
	unsigned int i;
	int fd;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		fd = socket(kinds[i].family, kinds[i].type, kinds[i].type == SOCK_RAW ? 17 : 0);
		request(KULINK_OP_GET, "num_u64", 0);
		report(kinds[i].what, fd < 0 ? -errno : get(fd), kinds[i].expected);
		close(fd);
	}
}

/* In a process that is a stranger: the socket was root's, the request is not */
static int as_stranger(void)
{
	if (setresgid(3000, 3000, 3000) || setresuid(3000, 3000, 3000))
		return 99;
	number(KULINK_OP_SET, "num_u64", 9);
	if (set(sock, m.msg.len) != -EACCES || get(sock) != -EACCES)
		return 1;
	number(KULINK_OP_GET, "mode_0600", 0);
	if (get(sock) != -EACCES)
		return 2;
	request(KULINK_OP_DUMP, "rows_0400", 0);
	if (get(sock) != -EACCES)
		return 3;
	request(KULINK_OP_CALL, "write", 8);
	if (set(sock, m.msg.len) != -EACCES)
		return 4;
	number(KULINK_OP_GET, "num_u64", 0);
	return get(sock) ? 5 : m.value.datum.number != 5;
}

static int elsewhere(void)
{
	int len = 4;
	__u32 abi;
	int fd;

	if (unshare(CLONE_NEWNET))
		return 99;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	number(KULINK_OP_SET, "num_u64", 6);
	if (set(fd, m.msg.len) != -ENOPROTOOPT || get(fd) != -ENOPROTOOPT)
		return 1;
	if (get_option(fd, KULINK_SO_ABI, &abi, &len) != -ENOPROTOOPT)
		return 2;
	/* a socket from home is at home */
	number(KULINK_OP_GET, "num_u64", 0);
	return get(sock) ? 3 : m.value.datum.number != 5;
}

static int in_a_container(void)
{
	if (unshare(CLONE_NEWUSER))
		return 99;
	number(KULINK_OP_GET, "num_u64", 0);
	return get(sock) != -ENOENT;
}

static __u64 state;

static unsigned int any(unsigned int n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 16) % n;
}

static int random_round(unsigned char *end)
{
	static const char *const names[] = {
		"num_u64", "choice", "label", "rows", "odd", "empty", "echo", "tiny", "write", "data", "",
	};
	unsigned char *at;
	size_t i, len;
	int room;

	request(any(16), names[any(sizeof(names) / sizeof(*names))], any(2) ? any(1500) : 272);
	len = m.msg.len;
	for (i = any(3) ? 0 : any(6); i; i--)
		m.bytes[any(any(2) ? HEAD : len)] = any(256);
	room = len + any(600);
	if (!any(4))
		room = any(2000);
	at = end - (len > 2000 ? len : 2000);
	memcpy(at, &m, len);
	if (any(3))
		return get_option(sock, KULINK_SO_MESSAGE, any(20) ? at : at + any(2000), &room);
	return setsockopt(sock, SOL_IP, KULINK_SO_MESSAGE, at, any(20) ? len : any(2500)) ? -errno : 0;
}

static void test_random(unsigned int seed, unsigned int rounds)
{
	unsigned char *end = edge();
	unsigned int i, good = 0;
	int err = 0;

	state = 0x9e3779b97f4a7c15ULL * (seed + 1);
	for (i = 0; i < rounds; i++) {
		err = random_round(end);
		good += !err;
		if (err < -ENOPROTOOPT && err != -EPROTONOSUPPORT && err != -EOPNOTSUPP)
			break;
	}
	report("random: all rounds ended with an errno of the ABI", i, rounds);
	report("random: some were good", good > 0, 1);
	number(KULINK_OP_SET, "num_u64", 5);
	report("random: and it works", set(sock, m.msg.len), 0);
}

static int stuck(void)
{
	void *at = tar_pit();

	printf("ready\n");
	fflush(stdout);
	return setsockopt(sock, SOL_IP, KULINK_SO_MESSAGE, at, HEAD) ? errno : 0;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	service = argv[1];
	begin(service);
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	if (argc > 2 && !strcmp(argv[2], "stuck"))
		return stuck();
	test_values();
	test_calls();
	test_tables();
	test_texts();
	test_options();
	test_driver_refuses();
	test_lengths();
	test_headers();
	test_addresses();
	test_sockets();
	report("a stranger with root's socket", finish(start(as_stranger)), 0);
	report("another network namespace", finish(start(elsewhere)), 0);
	report("another user namespace", finish(start(in_a_container)), 0);
	if (argc > 3)
		test_random(atoi(argv[2]), atoi(argv[3]));
	return end();
}
