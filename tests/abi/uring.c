// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands by io_uring: what works, in which kinds of rings, and what must be refused and how; then at random from a seed.
 *
 *	uring ktest0 [SEED ROUNDS]
 */
#include <limits.h>

#include "uring.h"

#define SPACE	(HEAD + KULINK_CALL_MAX + 4096)

/* Pages of its own: 6.1 registers none of a file's, and the first of .bss is (io_pin_pages() in io_uring/rsrc.c) */
static _Alignas(4096) union {
	struct kulink_msg msg;
	unsigned char bytes[SPACE];
	struct {
		struct kulink_msg head;
		struct kulink_datum datum;
	} value;
	struct {
		struct kulink_msg head;
		__u64 number;
	} call;
	struct {
		struct kulink_msg head;
		struct kulink_table_head table;
	} dump;
} m;

/* As the compiler must not know */
static void *volatile bad_address = (void *)8;
static void *volatile kernel_address = (void *)(uintptr_t)0xffff888000001000ULL;

static int message(int fd, const void *at, __u32 len, __u32 room)
{
	put(fd, KULINK_URING_MESSAGE, at, len, room);
	return run();
}

/* A request that is whole; the reply's bytes beyond its header, or what went wrong */
static int answer(int fd, __u16 op, const char *part, size_t payload, size_t room)
{
	int res;

	request(&m.msg, op, part, payload);
	res = message(fd, &m, HEAD + payload, room);
	if (res < (int)HEAD)
		return res < 0 ? res : -EPROTO;
	if (m.msg.len != (__u32)res || m.msg.op != op || m.msg.id != 7)
		return -EPROTO;
	return m.msg.status ? m.msg.status : res - (int)HEAD;
}

static void test_messages(int fd)
{
	m.value.datum = (struct kulink_datum){ .type = KULINK_TYPE_U64, .number = 12345 };
	report("message: set", answer(fd, KULINK_OP_SET, "num_u64", sizeof(m.value.datum), SPACE), 0);
	report("message: get", answer(fd, KULINK_OP_GET, "num_u64", 0, SPACE), sizeof(m.value.datum));
	report("message: what was set", m.value.datum.number, 12345);
	m.call.number = 99;
	report("message: call", answer(fd, KULINK_OP_CALL, "echo", 8, SPACE), 8);
	report("message: its reply", m.call.number, 99);
	report("message: call of 1 MiB", answer(fd, KULINK_OP_CALL, "echo", KULINK_CALL_MAX, SPACE),
	       KULINK_CALL_MAX);
	report("message: dump", answer(fd, KULINK_OP_DUMP, "odd", 0, SPACE) >= (int)sizeof(m.dump.table), 1);
	report("message: info", answer(fd, KULINK_OP_INFO, "", 0, SPACE) > 0, 1);
	report("message: no such part", answer(fd, KULINK_OP_GET, "nothing", 0, SPACE), -ENOENT);
	report("message: an operation of another channel", answer(fd, KULINK_OP_LIST, "", 0, SPACE),
	       -EOPNOTSUPP);
	report("message: no room for the payload", answer(fd, KULINK_OP_GET, "num_u64", 0, HEAD + 7), -EMSGSIZE);
	m.call.number = EAGAIN;
	report("message: the driver says EAGAIN", answer(fd, KULINK_OP_CALL, "fail", 8, SPACE), -EAGAIN);
	m.call.number = 529;
	report("message: the driver says EIOCBQUEUED", answer(fd, KULINK_OP_CALL, "fail", 8, SPACE), -529);
}

static void test_bad_messages(int fd)
{
	long page = sysconf(_SC_PAGESIZE);
	char *constant = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	request(&m.msg, KULINK_OP_GET, "num_u64", 0);
	report("bad: nothing", message(fd, &m, 0, SPACE), -EINVAL);
	report("bad: a short header", message(fd, &m, HEAD - 1, SPACE), -EINVAL);
	report("bad: longer than it says", message(fd, &m, HEAD + 1, SPACE), -EINVAL);
	report("bad: more than 1 MiB", message(fd, &m, HEAD + KULINK_CALL_MAX + 1, SPACE), -EMSGSIZE);
	report("bad: 4 GiB", message(fd, &m, UINT_MAX, SPACE), -EMSGSIZE);
	report("bad: no room", message(fd, &m, HEAD, 0), -EMSGSIZE);
	report("bad: no room for a header", message(fd, &m, HEAD, HEAD - 1), -EMSGSIZE);
	report("bad: more room than a result can say", message(fd, &m, HEAD, 1U << 31), -EMSGSIZE);
	report("bad: no memory", message(fd, NULL, HEAD, SPACE), -EFAULT);
	report("bad: what is none", message(fd, bad_address, HEAD, SPACE), -EFAULT);
	report("bad: the kernel's", message(fd, kernel_address, HEAD, SPACE), -EFAULT);
	memcpy(constant, &m, HEAD);
	mprotect(constant, page, PROT_READ);
	report("bad: memory that cannot take the reply", message(fd, constant, HEAD, page), -EFAULT);
	munmap(constant, page);
	memmove(m.bytes + 1, &m, HEAD);
	report("an address that is odd", message(fd, m.bytes + 1, HEAD, SPACE - 1),
	       HEAD + sizeof(struct kulink_datum));
	request(&m.msg, KULINK_OP_GET, "num_u64", 0);
	m.msg.abi++;
	report("bad: another ABI", message(fd, &m, HEAD, SPACE), -EPROTONOSUPPORT);
	request(&m.msg, KULINK_OP_GET, "num_u64", 0);
	m.msg.status = 1;
	report("bad: a status", message(fd, &m, HEAD, SPACE), -EINVAL);
	request(&m.msg, KULINK_OP_GET, "num_u64", 0);
	m.msg.part[KULINK_NAME_SIZE - 1] = 'x';
	report("bad: padding", message(fd, &m, HEAD, SPACE), -EINVAL);
}

static int command(int fd, __u32 op, void *args)
{
	put(fd, op, args, 0, 0);
	return run();
}

static int failing(int fd, __u64 number)
{
	struct kulink_ioc_call call = { .name = "fail", .request = (uintptr_t)&number, .request_len = 8 };

	return command(fd, KULINK_IOC_CALL, &call);
}

static void test_commands(int fd)
{
	struct kulink_ioc_value value = { .name = "num_u64" };
	struct kulink_ioc_find find = { .name = "num_u64", .kind = KULINK_VALUES };
	struct kulink_ioc_value by_index = { .flags = KULINK_IOC_BY_INDEX };
	struct kulink_ioc_map map = { .name = "shared" };
	int read_only = node(O_RDONLY);

	report("command: get", command(fd, KULINK_IOC_GET, &value), 0);
	report("command: its answer", value.datum.number, 12345);
	value.datum.number++;
	report("command: set", command(fd, KULINK_IOC_SET, &value), 0);
	report("command: set", ioctl(fd, KULINK_IOC_GET, &value), 0);
	report("command: as the ioctl sees it", value.datum.number, 12346);
	report("command: find", command(fd, KULINK_IOC_FIND, &find), 0);
	by_index.index = find.index;
	report("command: get by index", command(fd, KULINK_IOC_GET, &by_index), 0);
	report("command: the same", by_index.datum.number, 12346);
	by_index.index = 0xffffffff;
	report("command: no such index", command(fd, KULINK_IOC_GET, &by_index), -ENOENT);
	report("command: a file to read gets", command(read_only, KULINK_IOC_GET, &value), 0);
	report("command: and does not set", command(read_only, KULINK_IOC_SET, &value), -EACCES);
	request(&m.msg, KULINK_OP_GET, "num_u64", 0);
	report("message: not by a file to read", message(read_only, &m, HEAD, SPACE), -EACCES);
	close(read_only);
	report("command: the driver says EAGAIN", failing(fd, EAGAIN), -EAGAIN);
	report("command: the driver was interrupted", failing(fd, 512), -EINTR);
	report("command: the driver says EIOCBQUEUED", failing(fd, 529), -529);
	report("bad: another number", command(fd, 0, &value), -EOPNOTSUPP);
	report("bad: the next number", command(fd, KULINK_URING_EVENTS + 1, &value), -EOPNOTSUPP);
	report("bad: an ioctl of another channel", command(fd, KULINK_IOC_MAP, &map), -EOPNOTSUPP);
	report("bad: no struct", command(fd, KULINK_IOC_GET, NULL), -EFAULT);
	report("bad: the kernel's memory", command(fd, KULINK_IOC_GET, kernel_address), -EFAULT);
	put(fd, KULINK_IOC_GET, &value, 1, 0);
	report("bad: a length where there is none", run(), -EINVAL);
	put(fd, KULINK_IOC_GET, &value, 0, 1);
	report("bad: room where there is none", run(), -EINVAL);
	put(fd, KULINK_IOC_GET, &value, 0, 0)->rw_flags = 1 << 20;
	report("bad: a flag that nobody knows", run(), -EINVAL);
}

static void test_registered(int fd)
{
	struct iovec buffers[] = { { m.bytes, sizeof(m) } };
	struct kulink_ioc_value value = { .name = "num_u64" };
	struct io_uring_sqe *sqe;
	int err = io_uring_register_buffers(&ring, buffers, 1);

	report("registered: a buffer", err, 0);
	if (err)
		return;
	request(&m.msg, KULINK_OP_GET, "num_u64", 0);
	put(fd, KULINK_URING_MESSAGE, &m, HEAD, SPACE)->rw_flags = IORING_URING_CMD_FIXED;
	report("registered: get", run(), HEAD + sizeof(struct kulink_datum));
	ioctl(fd, KULINK_IOC_GET, &value);
	report("registered: its answer", m.value.datum.number, value.datum.number);
	request(&m.msg, KULINK_OP_CALL, "reverse", KULINK_CALL_MAX);
	m.bytes[HEAD] = 'a';
	put(fd, KULINK_URING_MESSAGE, &m, m.msg.len, SPACE)->rw_flags = IORING_URING_CMD_FIXED;
	report("registered: a call of 1 MiB", run(), HEAD + KULINK_CALL_MAX);
	report("registered: its reply", m.bytes[HEAD + KULINK_CALL_MAX - 1], 'a');
	request(&m.msg, KULINK_OP_GET, "num_u64", 0);
	put(fd, KULINK_URING_MESSAGE, m.bytes + SPACE, HEAD, SPACE)->rw_flags = IORING_URING_CMD_FIXED;
	report("registered: beyond its end", run(), -EFAULT);
	put(fd, KULINK_URING_MESSAGE, (void *)((uintptr_t)&m - 8), HEAD, SPACE)->rw_flags = IORING_URING_CMD_FIXED;
	report("registered: before its beginning", run(), -EFAULT);
	sqe = put(fd, KULINK_URING_MESSAGE, &m, HEAD, SPACE);
	sqe->rw_flags = IORING_URING_CMD_FIXED;
	sqe->buf_index = 9;
	report("registered: one that is not there", run(), -EFAULT);
	put(fd, KULINK_IOC_GET, &m, 0, 0)->rw_flags = IORING_URING_CMD_FIXED;
	report("registered: not for an ioctl's struct", run(), -EINVAL);
	io_uring_unregister_buffers(&ring);
}

/* The one in the middle is none: the others have their answers, each its own, in order */
static void test_batch(int fd, const char *what)
{
	enum { N = 32, BAD = 17 };
	static struct {
		struct kulink_msg head;
		__u64 number;
	} all[N];
	int i, wrong = 0;
	__u64 data = 0;

	for (i = 0; i < N; i++) {
		request(&all[i].head, KULINK_OP_CALL, "echo", 8);
		all[i].number = 1000 + i;
		put(fd, KULINK_URING_MESSAGE, &all[i], i == BAD ? 3 : HEAD + 8, HEAD + 8)->user_data = i;
	}
	io_uring_submit(&ring);
	for (i = 0; i < N; i++) {
		int res = take(&data);

		wrong += data != (__u64)i || res != (i == BAD ? -EINVAL : (int)HEAD + 8);
	}
	for (i = 0; i < N; i++)
		wrong += all[i].number != 1000U + i || (i != BAD && all[i].head.status);
	report(what, wrong, 0);
}

static void test_links(int fd)
{
	struct kulink_ioc_value set = { .name = "num_u64", .datum = { .type = KULINK_TYPE_U64, .number = 77 } };
	struct kulink_ioc_value get = { .name = "num_u64" };
	struct kulink_ioc_value bad = { .name = "nothing" };

	request(&m.msg, KULINK_OP_GET, "num_u64", 0);
	put(fd, KULINK_IOC_SET, &set, 0, 0)->flags = IOSQE_IO_LINK;
	put(fd, KULINK_URING_MESSAGE, &m, HEAD, SPACE)->flags = IOSQE_IO_LINK;
	put(fd, KULINK_IOC_GET, &get, 0, 0);
	io_uring_submit(&ring);
	report("linked: set", take(NULL), 0);
	report("linked: a message", take(NULL), HEAD + sizeof(struct kulink_datum));
	report("linked: get", take(NULL), 0);
	report("linked: in order", get.datum.number, 77);
	put(fd, KULINK_IOC_GET, &bad, 0, 0)->flags = IOSQE_IO_LINK;
	put(fd, KULINK_IOC_GET, &get, 0, 0);
	io_uring_submit(&ring);
	report("linked: one that fails", take(NULL), -ENOENT);
	report("linked: ends the chain", take(NULL), -ECANCELED);
}

/* Nobody makes a system call; the kernel's thread takes them */
static void test_polled(int fd)
{
	struct kulink_ioc_value get = { .name = "num_u64" };
	int i, wrong = 0;

	io_uring_queue_exit(&ring);
	make_ring(IORING_SETUP_SQPOLL);
	for (i = 0; i < 100; i++)
		wrong += command(fd, KULINK_IOC_GET, &get) || get.datum.number != 77;
	report("SQPOLL: a hundred gets", wrong, 0);
	test_batch(fd, "SQPOLL: a batch of 32");
	test_registered(fd);
}

static void test_large(int fd)
{
	io_uring_queue_exit(&ring);
	make_ring(IORING_SETUP_SQE128 | IORING_SETUP_CQE32);
	test_batch(fd, "large entries: a batch of 32");
	io_uring_queue_exit(&ring);
	make_ring(0);
}

static int known(int res)
{
	switch (-res) {
	case EINVAL: case EMSGSIZE: case EFAULT: case EPROTONOSUPPORT: case EOPNOTSUPP: case ENOMEM: case ENOENT:
	case EACCES: case ERANGE: case E2BIG: case EBADF: case ENODEV:
		return 1;
	default:
		return res >= 0;
	}
}

/* Any command, any struct, anywhere */
static void test_random(int fd, unsigned int seed, unsigned int rounds)
{
	static const __u32 ops[] = {
		KULINK_URING_MESSAGE, KULINK_IOC_GET, KULINK_IOC_SET, KULINK_IOC_DUMP, KULINK_IOC_CALL,
		KULINK_IOC_INFO, KULINK_IOC_MAP,
	};
	struct kulink_ioc_value get = { .name = "num_u64" };
	unsigned int i, j;
	int res, wrong = 0;

	srand(seed);
	for (i = 0; i < rounds; i++) {
		__u32 op = ops[rand() % (sizeof(ops) / sizeof(*ops))];
		__u32 len = rand() % 4 ? HEAD + rand() % 64 : (__u32)rand() * 2;
		struct io_uring_sqe *sqe;

		request(&m.msg, rand() % 8, rand() % 2 ? "num_u64" : "echo", len % 512);
		m.msg.len = len;
		for (j = rand() % 3; j--;)
			m.bytes[rand() % 256] = rand();
		sqe = put(fd, rand() % 8 ? op : op ^ 1U << rand() % 32, m.bytes + rand() % 9,
			  op == KULINK_URING_MESSAGE ? len : 0, rand() % 3 ? 4096 : (__u32)rand());
		if (op != KULINK_URING_MESSAGE && rand() % 4)
			memset(sqe->cmd + 8, 0, 8);
		sqe->rw_flags = rand() % 16 ? 0 : IORING_URING_CMD_FIXED;
		sqe->flags = rand() % 16 ? 0 : IOSQE_ASYNC;
		res = run();
		if (!known(res) && !wrong++)
			printf("# round %u of seed %u: command %#x ended in %d\n", i, seed, op, res);
	}
	report("random: each ends as the ABI says", wrong, 0);
	report("random: the service still works", command(fd, KULINK_IOC_GET, &get), 0);
}

int main(int argc, char **argv)
{
	int fd;

	if (argc < 2)
		return 2;
	begin(argv[1]);
	fd = node(O_RDWR);
	make_ring(IORING_SETUP_SUBMIT_ALL);
	test_messages(fd);
	test_bad_messages(fd);
	test_commands(fd);
	test_registered(fd);
	test_batch(fd, "a batch of 32");
	test_links(fd);
	test_polled(fd);
	test_large(fd);
	test_random(fd, argc > 2 ? atoi(argv[2]) : 1, argc > 3 ? atoi(argv[3]) : 1000);
	return end();
}
