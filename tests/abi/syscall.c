// SPDX-License-Identifier: GPL-2.0-only
/*
 * kulink(2) without the library: what it promises, what nobody should send, first one by one, then at random from a
 * seed, and that its module stays while a call is in it. Also built as a 32-bit program.
 *
 *	syscall ktest0 [SEED [ROUNDS]]
 */
#include "raw.h"

#define NUMBER	"/sys/module/kulink_syscall/parameters/number"
#define HEAD	sizeof(struct kulink_msg)
#define ROOM	(HEAD + KULINK_CALL_MAX)

static const char *service;
static long number;
static union {
	struct kulink_msg head;
	unsigned char bytes[ROOM + 8];
} request, reply;

static __aligned_u64 address(const void *at)
{
	return (uintptr_t)at;
}

static long call(const void *args, size_t size)
{
	long n = syscall(number, args, size);

	return n < 0 ? -errno : n;
}

/* A request in place; its arguments */
static struct kulink_syscall build(__u16 op, const char *part, const void *payload, size_t len)
{
	request.head = (struct kulink_msg){
		.len = HEAD + len, .abi = KULINK_ABI, .op = op, .id = 4711,
	};
	strcpy(request.head.service, service);
	strcpy(request.head.part, part);
	if (len)
		memcpy(request.bytes + HEAD, payload, len);
	return (struct kulink_syscall){
		.request = address(&request), .reply = address(&reply),
		.request_len = HEAD + len, .reply_len = ROOM,
	};
}

/* The reply's status, if it is one to the request; payload bytes in *@len */
static long answered(const struct kulink_syscall *args, size_t *len)
{
	long n;

	memset(&reply, 0xee, HEAD);
	n = call(args, sizeof(*args));
	if (n < 0)
		return n;
	if (n < (long)HEAD || reply.head.len != (unsigned long)n || reply.head.id != 4711 ||
	    reply.head.op != request.head.op || reply.head.abi != KULINK_ABI)
		return 1;
	if (len)
		*len = n - HEAD;
	return reply.head.status;
}

static long asked(__u16 op, const char *part, const void *payload, size_t in, size_t *out)
{
	struct kulink_syscall args = build(op, part, payload, in);

	return answered(&args, out);
}

static __u64 number_now(void)
{
	struct kulink_datum datum = { 0 };
	size_t len;

	if (asked(KULINK_OP_GET, "num_u64", NULL, 0, &len) || len != sizeof(datum))
		return 0;
	memcpy(&datum, reply.bytes + HEAD, sizeof(datum));
	return datum.number;
}

static long set_number(__u64 to)
{
	struct kulink_datum datum = { .type = KULINK_TYPE_U64, .number = to };

	return asked(KULINK_OP_SET, "num_u64", &datum, sizeof(datum), NULL);
}

static void test_number(void)
{
	char text[16] = "";
	int fd = open(NUMBER, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0) {
		printf("Bail out! %s: %s\n", NUMBER, strerror(errno));
		exit(1);
	}
	close(fd);
	number = atol(text);
	report("the number is far above upstream's", number > 700 && number < 0x40000000, 1);
	report("nobody may write it", write_text(NUMBER, "1"), -EACCES);
}

static void test_operations(void)
{
	static unsigned char bytes[KULINK_CALL_MAX];
	struct kulink_table_head head;
	struct kulink_page page = { 0 };
	size_t len = 0, i;

	report("a value is set", set_number(0xfedcba9876543210ULL), 0);
	report("and got", number_now() == 0xfedcba9876543210ULL, 1);
	report("to none of its neighbours", set_number(21), 0);

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = ktest_byte(i);
	report("a call of a mebibyte", asked(KULINK_OP_CALL, "echo", bytes, sizeof(bytes), &len), 0);
	report("comes back whole", len == sizeof(bytes) &&
	       !memcmp(reply.bytes + HEAD, bytes, sizeof(bytes)), 1);
	report("a call without anything", asked(KULINK_OP_CALL, "echo", NULL, 0, &len), 0);
	report("comes back so", len, 0);

	control("rows", 1000);
	report("a table, whole", asked(KULINK_OP_DUMP, "rows", NULL, 0, &len), 0);
	memcpy(&head, reply.bytes + HEAD, sizeof(head));
	report("with all its rows", head.count == 1000 && len == head.len + 1000 * head.record_size, 1);
	report("a table's first page", asked(KULINK_OP_PAGE, "rows", &page, sizeof(page), &i), 0);
	report("is all of it, where there is room", i == len + sizeof(page), 1);
	control("rows", 0);

	report("the declaration", asked(KULINK_OP_INFO, "", NULL, 0, &len), 0);
	report("is the text", len > 9 && !memcmp(reply.bytes + HEAD, "kulink\t1\n", 9), 1);
}

static void test_list(void)
{
	struct kulink_syscall args = build(KULINK_OP_LIST, "", NULL, 0);
	size_t len = 0;

	memset(request.head.service, 0, sizeof(request.head.service));
	report("the list of services", answered(&args, &len), 0);
	reply.bytes[HEAD + len] = '\0';
	report("has ours", strstr((char *)reply.bytes + HEAD, service) != NULL, 1);
}

/* Each is no message, or asks for what is not here: an answer with a status, or none */
static void test_messages(void)
{
	struct kulink_syscall args;

	report("an event", asked(KULINK_OP_SUBSCRIBE, "data", NULL, 0, NULL), -EOPNOTSUPP);
	report("an unknown operation", asked(0x7fff, "", NULL, 0, NULL), -EOPNOTSUPP);
	report("no such part", asked(KULINK_OP_GET, "nosuch", NULL, 0, NULL), -ENOENT);
	args = build(KULINK_OP_GET, "num_u64", NULL, 0);
	request.head.service[0] = 'x';
	report("no such service", answered(&args, NULL), -ENOENT);
	args = build(KULINK_OP_GET, "num_u64", NULL, 0);
	memset(request.head.service, 0, KULINK_NAME_SIZE);
	report("no service", answered(&args, NULL), -ENOENT);
	memset(request.head.service, 'a', KULINK_NAME_SIZE);
	report("a service without an end", answered(&args, NULL), -EINVAL);
	args = build(KULINK_OP_GET, "num_u64", NULL, 0);
	request.head.abi++;
	report("another ABI", answered(&args, NULL), -EPROTONOSUPPORT);
	args = build(KULINK_OP_GET, "num_u64", NULL, 0);
	request.head.len++;
	report("a length that is not the message's", answered(&args, NULL), -EINVAL);
	args = build(KULINK_OP_GET, "num_u64", NULL, 0);
	request.head.status = -1;
	report("a status in a request", answered(&args, NULL), -EINVAL);
}

static void test_sizes(void)
{
	static unsigned char longer[8192] __attribute__((aligned(8)));
	struct kulink_syscall args = build(KULINK_OP_GET, "num_u64", NULL, 0);
	const long done = HEAD + sizeof(struct kulink_datum);

	memcpy(longer, &args, sizeof(args));
	report("no struct", call(&args, 0), -EINVAL);
	report("a short struct", call(&args, sizeof(args) - 1), -EINVAL);
	report("a longer struct of zeros", call(longer, sizeof(args) + 8), done);
	report("a page of them", call(longer, 4096), done);
	report("more than a page", call(longer, 4097), -E2BIG);
	report("a size without measure", call(longer, (size_t)-1), -E2BIG);
	longer[sizeof(args) + 7] = 1;
	report("a longer struct with something in it", call(longer, sizeof(args) + 8), -E2BIG);
	report("which is not looked at beyond its size", call(longer, sizeof(args) + 7), done);
}

static void test_arguments(void)
{
	struct kulink_syscall good = build(KULINK_OP_GET, "num_u64", NULL, 0), args = good;

	args.flags = 1;
	report("a flag", call(&args, sizeof(args)), -EINVAL);
	args.flags = 1ULL << 63;
	report("the last flag", call(&args, sizeof(args)), -EINVAL);
	args = good;
	args.request_len = HEAD - 1;
	report("less than a header", call(&args, sizeof(args)), -EINVAL);
	args.request_len = ROOM + 1;
	report("more than a message", call(&args, sizeof(args)), -EMSGSIZE);
	args.request_len = ~0ULL;
	report("a length without measure", call(&args, sizeof(args)), -EMSGSIZE);
	args = good;
	args.reply_len = HEAD - 1;
	report("no room for a header", call(&args, sizeof(args)), -EMSGSIZE);
	args.reply_len = HEAD;
	report("room for a header", answered(&args, NULL), -EMSGSIZE);
	args.reply_len = HEAD + sizeof(struct kulink_datum);
	report("room for the reply", answered(&args, NULL), 0);
	args.reply_len = ~0ULL;
	report("room without measure", answered(&args, NULL), 0);
	report("and nothing has changed", number_now(), 21);
}

static void test_addresses(void)
{
	struct kulink_datum datum = { .type = KULINK_TYPE_U64, .number = 22 };
	struct kulink_syscall good = build(KULINK_OP_SET, "num_u64", &datum, sizeof(datum)), args = good;

	report("no arguments", call(NULL, sizeof(args)), -EFAULT);
	report("arguments at a bad address", call((void *)8, sizeof(args)), -EFAULT);
	args.request = 8;
	report("a request at a bad address", call(&args, sizeof(args)), -EFAULT);
	args.request = ~0ULL - 4095;
	report("a request in the kernel", call(&args, sizeof(args)), -EFAULT);
	report("and nothing was set", number_now(), 21);
	args = build(KULINK_OP_SET, "num_u64", &datum, sizeof(datum));
	args.reply = 8;
	report("a reply to a bad address", call(&args, sizeof(args)), -EFAULT);
	report("when all was done", number_now(), 22);
	report("as it was", set_number(21), 0);
}

static __u32 random_state;

static __u32 random_number(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return random_state >> 8;
}

/* A good request with some bytes of it, and of its arguments, spoilt */
static void test_random(__u32 seed, long rounds)
{
	long i, n, answers = 0;

	random_state = seed;
	for (i = 0; i < rounds; i++) {
		struct kulink_syscall args = build(random_number() % 16, "num_s64", "12345678",
						   random_number() % 9);
		unsigned char *at = random_number() & 1 ? (void *)&args : request.bytes;
		size_t size = at == request.bytes ? HEAD : sizeof(args);

		at[random_number() % size] = random_number();
		if (random_number() & 1)
			at[random_number() % size] ^= 1 << random_number() % 8;
		/* a reply anywhere but in our own memory of it would spoil this program */
		args.reply = address(&reply);
		args.reply_len = args.reply_len > ROOM ? ROOM : args.reply_len;
		n = call(&args, sizeof(args));
		if (n >= (long)HEAD ? n <= (long)ROOM && reply.head.status <= 0 :
		    n == -EINVAL || n == -EFAULT || n == -EMSGSIZE || n == -EPROTONOSUPPORT)
			answers++;
		else
			printf("# round %ld: %ld\n", i, n);
	}
	report("each spoilt request has an answer of the ABI's", answers, rounds);
	report("and the service is as before", number_now(), 21);
}

static int unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
}

static int in_driver(void)
{
	__u64 forever = 0;

	return asked(KULINK_OP_CALL, "slow", &forever, sizeof(forever), NULL) != 0;
}

static int in_copy(void)
{
	struct kulink_syscall args = build(KULINK_OP_GET, "num_u64", NULL, 0);

	args.reply = address(tar_pit());
	return call(&args, sizeof(args)) != -EINTR;
}

/* Until a call holds the module */
static void await_call(void)
{
	char text[8];
	int fd, tries;

	for (tries = 0; tries < 6000; tries++) {
		memset(text, 0, sizeof(text));
		fd = open("/sys/module/kulink_syscall/refcnt", O_RDONLY);
		if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && atoi(text) > 0)
			tries = 6000;
		close(fd);
		usleep(10000);
	}
}

/* Last: afterwards neither the driver nor the channel is there */
static void test_unloading(void)
{
	long begun = counter("begun");
	pid_t pid = start(in_driver);

	/* not only in the channel: what is released before it sleeps sleeps for ever */
	report("a call is in the driver", comes_to("begun", begun + 1), 1);
	report("the channel stays while it is there", unload("kulink_syscall"), -EWOULDBLOCK);
	control("release", 1);
	report("the call ends", finish(pid), 0);
	pid = start(in_copy);
	await_call();
	report("the channel stays while a program is stopped in the copy",
	       unload("kulink_syscall"), -EWOULDBLOCK);
	report("the driver does not", unload("kulink_test"), 0);
	kill(pid, SIGKILL);
	report("the program can be killed", finish(pid), 128);
	report("now the service is not there", asked(KULINK_OP_GET, "num_u64", NULL, 0, NULL),
	       -ENOENT);
	report("the channel unloads", unload("kulink_syscall"), 0);
	report("and the number is nobody's", asked(KULINK_OP_GET, "num_u64", NULL, 0, NULL),
	       -ENOSYS);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	service = argv[1];
	begin(service);
	test_number();
	test_operations();
	test_list();
	test_messages();
	test_sizes();
	test_arguments();
	test_addresses();
	test_random(argc > 2 ? atoi(argv[2]) : 1, argc > 3 ? atol(argv[3]) : 2000);
	test_unloading();
	return end();
}
