// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no library would send: malformed commands and messages over /dev/kulink/SERVICE of
 * the test driver, first one by one with the answer that the ABI promises, then at
 * random from a seed. Each random round must end with an errno of the ABI, and the
 * service must still work.
 *
 *	badinput ktest0 [SEED [ROUNDS]]
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kulink.h>

#define HEAD		sizeof(struct kulink_msg)

/* The compiler knows better than to read() into a constant like this */
static void *volatile bad_address = (void *)8;

static char path[64];
static unsigned int tests, failures;

static void report(const char *what, int got, int expected)
{
	int good = got == expected;

	tests++;
	failures += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", tests, what);
	if (!good)
		printf("# expected %d (%s), got %d (%s)\n", expected, strerror(-expected), got,
		       strerror(-got));
}

static int node(int flags)
{
	int fd = open(path, flags | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		printf("Bail out! %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return fd;
}

static int command(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) < 0 ? -errno : 0;
}

/* The same command from a program whose struct has another size */
static unsigned long sized(unsigned long cmd, unsigned int size)
{
	return (cmd & ~((unsigned long)_IOC_SIZEMASK << _IOC_SIZESHIFT)) |
	       (unsigned long)size << _IOC_SIZESHIFT;
}

static void test_numbers(int fd)
{
	struct kulink_ioc_value args = { .name = "num_u64" };
	unsigned long other = _IOWR('k', 1, struct kulink_ioc_value);

	report("ioctl: an unknown number", command(fd, _IO(KULINK_IOC_MAGIC, 0x7f), &args),
	       -ENOTTY);
	report("ioctl: another driver's", command(fd, other, &args), -ENOTTY);
	report("ioctl: the wrong direction",
	       command(fd, _IOR(KULINK_IOC_MAGIC, 1, struct kulink_ioc_value), &args), -ENOTTY);
	report("ioctl: no struct", command(fd, KULINK_IOC_GET, NULL), -EFAULT);
	report("ioctl: a bad address", command(fd, KULINK_IOC_GET, bad_address), -EFAULT);
	report("ioctl: a struct of no size", command(fd, sized(KULINK_IOC_GET, 0), &args),
	       -EINVAL);
	report("ioctl: a short struct",
	       command(fd, sized(KULINK_IOC_GET, sizeof(args) - 8), &args), -EINVAL);
}

static void test_sizes(int fd)
{
	struct {
		struct kulink_ioc_value args;
		__u64 unknown;
	} later = { .args = { .name = "num_u64" } };
	unsigned long cmd = sized(KULINK_IOC_GET, sizeof(later));

	report("ioctl: a longer struct with zeros", command(fd, cmd, &later), 0);
	later.unknown = 1;
	report("ioctl: a longer struct with more", command(fd, cmd, &later), -E2BIG);
}

static void test_reserved(int fd)
{
	struct kulink_ioc_value value = { .name = "num_u64", .flags = 2 };
	struct kulink_ioc_table table = { .name = "rows", .flags = 3 };
	struct kulink_ioc_call call = { .name = "echo", .flags = 1U << 31 };
	struct kulink_ioc_info info = { .flags = 1 };

	report("ioctl: flags of get", command(fd, KULINK_IOC_GET, &value), -EINVAL);
	report("ioctl: flags of set", command(fd, KULINK_IOC_SET, &value), -EINVAL);
	report("ioctl: flags of dump", command(fd, KULINK_IOC_DUMP, &table), -EINVAL);
	report("ioctl: flags of call", command(fd, KULINK_IOC_CALL, &call), -EINVAL);
	report("ioctl: flags of info", command(fd, KULINK_IOC_INFO, &info), -EINVAL);
	value.flags = 0;
	value.index = 1;
	table.flags = 0;
	table.index = 1;
	call.flags = 0;
	call.index = 1;
	report("ioctl: no flag for the index of get", command(fd, KULINK_IOC_GET, &value), -EINVAL);
	report("ioctl: no flag for the index of dump", command(fd, KULINK_IOC_DUMP, &table), -EINVAL);
	report("ioctl: no flag for the index of call", command(fd, KULINK_IOC_CALL, &call), -EINVAL);
}

static void test_names(int fd)
{
	struct kulink_ioc_value value = { 0 };
	struct kulink_ioc_table table = { 0 };
	struct kulink_ioc_call call = { 0 };

	report("ioctl: an empty name", command(fd, KULINK_IOC_GET, &value), -ENOENT);
	memset(value.name, 'a', sizeof(value.name));
	memset(table.name, 'a', sizeof(table.name));
	memset(call.name, 'a', sizeof(call.name));
	report("ioctl: a value's name without end", command(fd, KULINK_IOC_GET, &value), -EINVAL);
	report("ioctl: a table's name without end", command(fd, KULINK_IOC_DUMP, &table), -EINVAL);
	report("ioctl: a call's name without end", command(fd, KULINK_IOC_CALL, &call), -EINVAL);
}

static int set(int fd, const char *name, const struct kulink_datum *datum)
{
	struct kulink_ioc_value args = { .datum = *datum };

	snprintf(args.name, sizeof(args.name), "%s", name);
	return command(fd, KULINK_IOC_SET, &args);
}

static void test_data(int fd)
{
	struct kulink_datum datum = { .type = KULINK_TYPE_S64 };

	report("set: the wrong type", set(fd, "num_u64", &datum), -EINVAL);
	datum.type = 99;
	report("set: no type at all", set(fd, "num_u64", &datum), -EINVAL);
	datum = (struct kulink_datum){ .type = KULINK_TYPE_STRING, .len = KULINK_STRING_SIZE };
	memset(datum.string, 'a', sizeof(datum.string));
	report("set: a string without end", set(fd, "text", &datum), -EINVAL);
	datum = (struct kulink_datum){ .type = KULINK_TYPE_STRING, .len = 3, .string = "a\nb" };
	report("set: a string of two lines", set(fd, "text", &datum), -EINVAL);
	datum = (struct kulink_datum){ .type = KULINK_TYPE_STRING, .len = 2, .string = "\xc3(" };
	report("set: a string that is no UTF-8", set(fd, "text", &datum), -EINVAL);
	datum = (struct kulink_datum){ .type = KULINK_TYPE_ENUM, .len = 4, .string = "none" };
	report("set: an unknown label", set(fd, "choice", &datum), -EINVAL);
	datum = (struct kulink_datum){ .type = KULINK_TYPE_U64, .number = 256 };
	report("set: more than the member holds", set(fd, "num_u8", &datum), -ERANGE);
	report("set: read-only", set(fd, "fixed", &datum), -EACCES);
}

static void test_addresses(int fd)
{
	struct kulink_ioc_info info = { .buffer = (uintptr_t)bad_address, .len = 1 << 20 };
	struct kulink_ioc_table table = { .name = "odd", .len = 1 << 20 };
	struct kulink_ioc_call call = { .name = "echo", .request_len = 8, .reply_len = 8 };
	char eight[8] = "";

	report("info: a bad buffer", command(fd, KULINK_IOC_INFO, &info), -EFAULT);
	report("dump: a bad buffer", command(fd, KULINK_IOC_DUMP, &table), -EFAULT);
	report("call: a bad request", command(fd, KULINK_IOC_CALL, &call), -EFAULT);
	call.request = (uintptr_t)eight;
	report("call: a bad reply", command(fd, KULINK_IOC_CALL, &call), -EFAULT);
	call.reply_len = 7;
	report("call: no room for the reply", command(fd, KULINK_IOC_CALL, &call), -EMSGSIZE);
	report("call: the reply's length", call.reply_len, 8);
	call.request_len = KULINK_CALL_MAX + 1;
	report("call: too large", command(fd, KULINK_IOC_CALL, &call), -EMSGSIZE);
	call.request_len = 0xffffffff;
	report("call: much too large", command(fd, KULINK_IOC_CALL, &call), -EMSGSIZE);
}

static void test_open_modes(void)
{
	struct kulink_datum datum = { .type = KULINK_TYPE_U64, .number = 5 };
	struct kulink_ioc_value value = { .name = "num_u64" };
	struct kulink_ioc_table table = { .name = "odd" };
	struct kulink_ioc_call call = { .name = "write" };
	struct kulink_msg msg = { .len = HEAD, .abi = KULINK_ABI, .op = KULINK_OP_DUMP };
	int reader = node(O_RDONLY), writer = node(O_WRONLY);

	report("read-only: get", command(reader, KULINK_IOC_GET, &value), 0);
	report("read-only: set", set(reader, "num_u64", &datum), -EACCES);
	report("read-only: dump", command(reader, KULINK_IOC_DUMP, &table), -EMSGSIZE);
	report("read-only: a call that writes", command(reader, KULINK_IOC_CALL, &call), -EACCES);
	report("write-only: set", set(writer, "num_u64", &datum), 0);
	report("write-only: get", command(writer, KULINK_IOC_GET, &value), -EACCES);
	report("write-only: dump", command(writer, KULINK_IOC_DUMP, &table), -EACCES);
	report("write-only: a message", write(writer, &msg, HEAD) < 0 ? -errno : 0, -EACCES);
	close(reader);
	close(writer);
}

/* Write it; then its reply's status, or why it was no message */
static int message(int fd, const void *buf, size_t len)
{
	static char reply[1 << 16];
	const struct kulink_msg *head = (const void *)reply;
	int status;

	if (write(fd, buf, len) < 0)
		return -errno;
	if (read(fd, reply, sizeof(reply)) < (ssize_t)HEAD)
		return -EPROTO;
	status = head->status;
	while (read(fd, reply, sizeof(reply)) > 0)
		;
	return status;
}

/* A good request for @part, with @extra bytes of payload, that the caller spoils */
static struct kulink_msg *request(__u16 op, const char *part, size_t extra)
{
	static union {
		struct kulink_msg msg;
		char bytes[HEAD + KULINK_CALL_MAX + 1];
	} space;

	memset(&space, 0, HEAD + extra);
	space.msg.len = HEAD + extra;
	space.msg.abi = KULINK_ABI;
	space.msg.op = op;
	memcpy(space.msg.part, part, strlen(part));
	return &space.msg;
}

static void test_headers(int fd)
{
	struct kulink_msg *msg = request(KULINK_OP_CALL, "echo", 0);

	report("message: good", message(fd, msg, HEAD), 0);
	report("message: nothing", message(fd, msg, 0), -EINVAL);
	report("message: half a header", message(fd, msg, HEAD / 2), -EINVAL);
	report("message: a bad address", message(fd, bad_address, HEAD), -EFAULT);
	msg->len++;
	report("message: longer than written", message(fd, msg, HEAD), -EINVAL);
	msg->len = 0;
	report("message: shorter than written", message(fd, msg, HEAD), -EINVAL);
	msg = request(KULINK_OP_CALL, "echo", 0);
	msg->status = 1;
	report("message: a status", message(fd, msg, HEAD), -EINVAL);
	msg = request(KULINK_OP_CALL, "echo", 0);
	msg->abi = KULINK_ABI + 1;
	report("message: another ABI", message(fd, msg, HEAD), -EPROTONOSUPPORT);
	msg = request(KULINK_OP_CALL, "echo", 0);
	msg->part[6] = 'x';
	report("message: a name not padded", message(fd, msg, HEAD), -EINVAL);
	memset(msg->part, 'a', sizeof(msg->part));
	report("message: a name without end", message(fd, msg, HEAD), -EINVAL);
	msg = request(KULINK_OP_CALL, "echo", 0);
	memcpy(msg->service, "other", 5);
	report("message: another service", message(fd, msg, HEAD), -ENOENT);
	msg = request(KULINK_OP_CALL, "echo", KULINK_CALL_MAX);
	report("message: as large as can be", message(fd, msg, msg->len), 0);
	msg = request(KULINK_OP_CALL, "echo", KULINK_CALL_MAX + 1);
	report("message: too large", message(fd, msg, msg->len), -EMSGSIZE);
}

static void test_operations(int fd)
{
	static const __u16 ops[] = {
		0, KULINK_OP_GET, KULINK_OP_SET, KULINK_OP_EVENT, KULINK_OP_GONE,
		KULINK_OP_GONE + 1, 31, 32, 40, 65535,
	};
	struct kulink_msg *msg;
	unsigned int i;

	for (i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		char what[64];

		snprintf(what, sizeof(what), "message: operation %u", ops[i]);
		msg = request(ops[i], "", 0);
		report(what, message(fd, msg, HEAD), -EOPNOTSUPP);
	}
	msg = request(KULINK_OP_DUMP, "rows", 8);
	report("message: dump with a payload", message(fd, msg, msg->len), -EINVAL);
	msg = request(KULINK_OP_SUBSCRIBE, "data", 8);
	report("message: subscribe with a payload", message(fd, msg, msg->len), -EINVAL);
	msg = request(KULINK_OP_SUBSCRIBE, "nothing", 0);
	report("message: no such event", message(fd, msg, msg->len), -ENOENT);
	msg = request(KULINK_OP_UNSUBSCRIBE, "nothing", 0);
	report("message: no such event to leave", message(fd, msg, msg->len), -ENOENT);
	msg = request(KULINK_OP_CALL, "tiny", 9);
	report("message: more than the call takes", message(fd, msg, msg->len), -EMSGSIZE);
}

static void test_turns(int fd)
{
	struct kulink_msg *msg = request(KULINK_OP_CALL, "echo", 100);
	char reply[256];

	report("read: nothing there", read(fd, reply, sizeof(reply)) < 0 ? -errno : 0, -EAGAIN);
	report("write: one request", write(fd, msg, msg->len), msg->len);
	report("write: a second one", write(fd, msg, msg->len) < 0 ? -errno : 0, -EBUSY);
	report("read: a bad address", read(fd, bad_address, 100) < 0 ? -errno : 0, -EFAULT);
	report("read: no room", read(fd, reply, 0), 0);
	report("read: half", read(fd, reply, 90), 90);
	report("write: in the middle", write(fd, msg, msg->len) < 0 ? -errno : 0, -EBUSY);
	report("read: the rest, no more", read(fd, reply, sizeof(reply)), 90);
	report("read: all was read", read(fd, reply, sizeof(reply)) < 0 ? -errno : 0, -EAGAIN);
}

/* xorshift: the same rounds from the same seed everywhere */
static uint64_t state;

static uint32_t any(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 16) % below;
}

/* Half the numbers and names are good ones, so that some rounds get far */
static void spoil(unsigned char *bytes, size_t len)
{
	size_t i, n = any(2) ? any(4) : any(len) + 1;

	for (i = 0; i < n && len; i++)
		bytes[any(len)] = any(4) ? any(256) : 0;
}

static const char *name(void)
{
	static const char * const names[] = {
		"num_u64", "num_s8", "choice", "label", "sized", "fn_string", "rows", "odd",
		"wide", "empty", "echo", "reverse", "sink", "tiny", "write", "data", "other", "",
	};

	return names[any(sizeof(names) / sizeof(*names))];
}

/* What the ABI may answer; the driver itself is not asked to fail */
static int known(int err)
{
	static const int errors[] = {
		0, ENOTTY, EINVAL, EFAULT, E2BIG, ENOENT, EACCES, ERANGE, EMSGSIZE, EOPNOTSUPP,
		EBUSY, EPROTONOSUPPORT, EAGAIN, ENOMEM,
	};
	unsigned int i;

	for (i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		if (errors[i] == -err)
			return 1;
	}
	return 0;
}

/* The structs lie at the end of a page, with nothing mapped after them */
static unsigned char *edge(void)
{
	long page = sysconf(_SC_PAGESIZE);
	unsigned char *at = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED || munmap(at + page, page))
		exit(1);
	return at + page;
}

/* Good, absent, unmapped or the kernel's: nothing that would overwrite this program */
static uint64_t address(void)
{
	static unsigned char buffer[1 << 16];

	switch (any(8)) {
	case 0:
		return 0;
	case 1:
		return (uintptr_t)bad_address;
	case 2:
		return 0xffff888000001000ULL;
	default:
		return (uintptr_t)buffer;
	}
}

/* Half of the indices are those of a part. All but a value's are at the end, with the flags; or with the kind, to find one */
static void by_index(unsigned char *args, unsigned long cmd)
{
	__u32 how[2] = { KULINK_IOC_BY_INDEX, any(2) ? any(16) : any(0xffffffff) };
	int value = cmd == KULINK_IOC_GET || cmd == KULINK_IOC_SET;

	if (cmd == KULINK_IOC_FIND)
		how[0] = 1U << any(6);
	memcpy(args + (value ? offsetof(struct kulink_ioc_value, flags) : _IOC_SIZE(cmd) - sizeof(how)), how, sizeof(how));
}

static int random_command(int fd, unsigned char *end)
{
	static const unsigned long cmds[] = {
		KULINK_IOC_INFO, KULINK_IOC_GET, KULINK_IOC_SET, KULINK_IOC_DUMP, KULINK_IOC_CALL,
		KULINK_IOC_FIND,
	};
	unsigned long cmd = cmds[any(6)];
	size_t size = _IOC_SIZE(cmd);
	unsigned char *args = end - size;
	uint64_t to = address(), from = address(), len = any(1 << 16);
	const char *part = name();

	memset(args, 0, size);
	if (cmd != KULINK_IOC_INFO)
		memcpy(args, part, strlen(part));
	if (cmd != KULINK_IOC_INFO && any(2))
		by_index(args, cmd);
	if (any(2))
		spoil(args, size);
	if (cmd == KULINK_IOC_INFO)
		memcpy(args, &to, 8);
	if (cmd == KULINK_IOC_INFO)
		memcpy(args + 8, &len, 8);
	if (cmd == KULINK_IOC_DUMP || cmd == KULINK_IOC_CALL)
		memcpy(args + 32, &to, 8);
	if (cmd == KULINK_IOC_DUMP)
		memcpy(args + 40, &len, 8);
	if (cmd == KULINK_IOC_CALL)
		memcpy(args + 40, &from, 8);
	if (cmd == KULINK_IOC_CALL)
		memcpy(args + 52, &len, 4);
	if (!any(4))
		cmd = sized(cmd, any(512));
	else if (!any(4))
		cmd ^= 1UL << any(32);
	return command(fd, cmd, any(16) ? args : end - any(400));
}

static int random_message(int fd)
{
	struct kulink_msg *msg = request(any(9), name(), any(2) ? 0 : any(5000));
	size_t len = msg->len;

	if (any(2))
		spoil((unsigned char *)msg, any(2) ? HEAD : len);
	if (!any(8))
		len = any(6000);
	return message(fd, msg, len);
}

static void test_random(unsigned int seed, unsigned int rounds)
{
	int fd = node(O_RDWR), err = 0, good = 0;
	unsigned char *end = edge();
	unsigned int i;
	char what[80];

	state = 0x9e3779b97f4a7c15ULL * (seed + 1);
	for (i = 0; i < rounds && known(err); i++) {
		err = any(2) ? random_command(fd, end) : random_message(fd);
		good += !err;
		if (!any(100)) {
			close(fd);
			fd = node(O_RDWR);
		}
	}
	snprintf(what, sizeof(what), "random: %u of %u rounds from seed %u, %d of them good", i,
		 rounds, seed, good);
	report(what, known(err) ? 0 : err, 0);
	report("random: some were good", good > 0, 1);
	close(fd);
}

int main(int argc, char **argv)
{
	int fd;

	if (argc < 2)
		return 2;
	snprintf(path, sizeof(path), "/dev/kulink/%s", argv[1]);
	fd = node(O_RDWR);
	test_numbers(fd);
	test_sizes(fd);
	test_reserved(fd);
	test_names(fd);
	test_data(fd);
	test_addresses(fd);
	test_open_modes();
	test_headers(fd);
	test_operations(fd);
	test_turns(fd);
	close(fd);

	test_random(argc > 2 ? atoi(argv[2]) : 1, argc > 3 ? atoi(argv[3]) : 20000);
	fd = node(O_RDWR);
	test_turns(fd);
	close(fd);
	printf("1..%u\n", tests);
	return !tests || failures;
}
