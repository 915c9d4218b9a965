// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program without the library, by the ABI header alone: values, table, call and events
 * of the test driver over /dev/kulink/SERVICE. Built with -m32 and run on a 64-bit
 * kernel it shows that 32-bit programs are served as they are; built as 64 bits it shows
 * that nothing in it depends on that.
 *
 *	abi32 ktest0
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kulink.h>

#include "../driver/pattern.h"

#define PARAMETERS	"/sys/module/kulink_test/parameters/"
#define EVENTS		20

/* A row of the table "rows" and a record of the event "data", as the ABI lays them out */
struct row {
	__u64 index;
	__u64 generation;
	__u64 pattern;
	__s64 negative;
	__u64 choice;
	__u64 odd;
	char text[KTEST_ROW_STRING];
};

struct data {
	__u64 index;
	__u64 pattern;
	__s64 negative;
	__u64 choice;
	__u64 odd;
	char text[KTEST_EVENT_STRING];
};

struct message {
	struct kulink_msg head;
	unsigned char payload[4096 - sizeof(struct kulink_msg)];
} __attribute__((aligned(8)));

static int node;
static const char *service;
static unsigned int tests, failures;

static void report(int good, const char *format, ...)
{
	va_list args;

	tests++;
	failures += !good;
	printf("%sok %u - ", good ? "" : "not ", tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	if (!good)
		printf("# errno %d: %s\n", errno, strerror(errno));
}

static int control(const char *name, unsigned int number)
{
	char path[128], text[16];
	int fd, len, done;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	len = snprintf(text, sizeof(text), "%u", number);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -1;
	done = write(fd, text, len);
	close(fd);
	return done == len ? 0 : -1;
}

static int value(unsigned long cmd, const char *name, struct kulink_datum *datum)
{
	struct kulink_ioc_value args = { .datum = *datum };
	int err;

	strncpy(args.name, name, sizeof(args.name) - 1);
	err = ioctl(node, cmd, &args);
	*datum = args.datum;
	return err;
}

static void number_goes_round(const char *name, __u32 type, __u64 number)
{
	struct kulink_datum datum = { .type = type, .number = number };
	int good = !value(KULINK_IOC_SET, name, &datum);

	datum = (struct kulink_datum){ 0 };
	good = good && !value(KULINK_IOC_GET, name, &datum);
	report(good && datum.type == type && datum.number == number && !datum.len,
	       "ioctl: %s = %lld goes round", name, (long long)number);
}

static void string_goes_round(const char *name, __u32 type, const char *string)
{
	struct kulink_datum datum = { .type = type, .len = strlen(string) };
	int good;

	strcpy(datum.string, string);
	good = !value(KULINK_IOC_SET, name, &datum);
	datum = (struct kulink_datum){ 0 };
	good = good && !value(KULINK_IOC_GET, name, &datum);
	report(good && datum.type == type && !strcmp(datum.string, string) &&
	       datum.len == strlen(string), "ioctl: %s = \"%s\" goes round", name, string);
}

static void test_values(void)
{
	struct kulink_datum datum = { .type = KULINK_TYPE_U64, .number = 21 };

	number_goes_round("num_s64", KULINK_TYPE_S64, 0x8000000000000000ULL);
	number_goes_round("num_u64", KULINK_TYPE_U64, 0xfedcba9876543210ULL);
	number_goes_round("num_long", KULINK_TYPE_S64, -5000000000LL);
	number_goes_round("flag", KULINK_TYPE_BOOL, 1);
	string_goes_round("choice", KULINK_TYPE_ENUM, "sampled");
	string_goes_round("label", KULINK_TYPE_STRING, "thirty-two bits");
	string_goes_round("label", KULINK_TYPE_STRING, "");

	report(value(KULINK_IOC_SET, "ranged_u", &datum) < 0 && errno == ERANGE,
	       "ioctl: outside the range is ERANGE");
	report(value(KULINK_IOC_GET, "nothing", &datum) < 0 && errno == ENOENT,
	       "ioctl: no such value is ENOENT");
}

static void test_index(void)
{
	struct kulink_ioc_find find = { .name = "num_u64", .kind = KULINK_VALUES };
	struct kulink_ioc_value args = { .flags = KULINK_IOC_BY_INDEX };

	report(!ioctl(node, KULINK_IOC_FIND, &find), "ioctl: a value's index");
	args.index = find.index;
	report(!ioctl(node, KULINK_IOC_GET, &args) && args.datum.type == KULINK_TYPE_U64 &&
	       args.datum.number == 0xfedcba9876543210ULL, "ioctl: a value by its index");
	args.index = 0xffffffff;
	report(ioctl(node, KULINK_IOC_GET, &args) < 0 && errno == ENOENT, "ioctl: no such index is ENOENT");
}

static void test_info(void)
{
	struct kulink_ioc_info args = { 0 };
	char *text;

	report(ioctl(node, KULINK_IOC_INFO, &args) < 0 && errno == EMSGSIZE && args.len > 0 &&
	       args.abi == KULINK_ABI, "ioctl: the declaration's length");
	text = calloc(1, args.len + 1);
	args.buffer = (unsigned long)text;
	report(text && !ioctl(node, KULINK_IOC_INFO, &args) && strlen(text) == args.len &&
	       !strncmp(text, "kulink\t1\n", 9) && strstr(text, "\nvalue\tnum_s64\ts64\t0644"),
	       "ioctl: the declaration");
	free(text);
}

/* A whole table in wire form: rows as the driver computes them */
static int rows_right(const void *wire, __u64 len, __u64 count)
{
	const struct kulink_table_head *head = wire;
	const struct row *row = (const void *)((const char *)wire + head->len);
	__u64 i;

	if (len < sizeof(*head) || head->len != sizeof(*head) || head->count != count ||
	    head->record_size != sizeof(*row) || len != head->len + count * sizeof(*row))
		return 0;
	for (i = 0; i < count; i++, row++) {
		if (row->index != i || row->generation != head->generation ||
		    row->pattern != ktest_pattern(i, head->generation) ||
		    row->negative != -(__s64)i || row->choice != i % 3 || row->odd != (i & 1))
			return 0;
	}
	return 1;
}

static void test_dump(unsigned int count)
{
	struct kulink_ioc_table args = { .name = "rows" };
	void *wire;

	report(!control("rows", count), "the driver makes %u rows", count);
	report(ioctl(node, KULINK_IOC_DUMP, &args) < 0 && errno == EMSGSIZE,
	       "ioctl: a table's length");
	wire = calloc(1, args.len);
	args.buffer = (unsigned long)wire;
	report(wire && !ioctl(node, KULINK_IOC_DUMP, &args) && rows_right(wire, args.len, count),
	       "ioctl: a table of %u rows", count);
	free(wire);
}

static void test_call(unsigned int len)
{
	unsigned char *request = malloc(len + 1), *reply = calloc(1, len + 1);
	struct kulink_ioc_call args = {
		.name = "echo",
		.request = (unsigned long)request,
		.reply = (unsigned long)reply,
		.request_len = len,
		.reply_len = len,
	};
	unsigned int i;

	for (i = 0; i < len; i++)
		request[i] = ktest_byte(i);
	report(!ioctl(node, KULINK_IOC_CALL, &args) && args.reply_len == len &&
	       !memcmp(request, reply, len), "ioctl: a call of %u bytes", len);
	free(request);
	free(reply);
}

/* All of one message, in pieces of at most @piece bytes; its length, or -1 */
static long read_message(void *buf, size_t size, size_t piece)
{
	struct kulink_msg *head = buf;
	size_t len = 0, whole = sizeof(*head);
	ssize_t n;

	while (len < whole) {
		if (whole > size)
			return -1;
		n = read(node, (char *)buf + len, whole - len < piece ? whole - len : piece);
		if (n <= 0)
			return -1;
		len += n;
		if (len >= sizeof(*head))
			whole = head->len;
	}
	return len;
}

static long ask(__u16 op, const char *part, const void *payload, size_t len, void *reply,
		size_t size, size_t piece)
{
	struct kulink_msg *msg = calloc(1, sizeof(*msg) + len), *head = reply;
	long got = -1;

	*msg = (struct kulink_msg){ .len = sizeof(*msg) + len, .abi = KULINK_ABI, .op = op,
				    .id = 77 };
	strncpy(msg->part, part, sizeof(msg->part) - 1);
	if (len)
		memcpy(msg + 1, payload, len);
	if (write(node, msg, msg->len) == (ssize_t)msg->len)
		got = read_message(reply, size, piece);
	if (got >= 0 && (head->op != op || head->id != 77 || strcmp(head->service, service) ||
			 strcmp(head->part, part)))
		got = -1;
	free(msg);
	return got;
}

static void test_message_call(size_t len, size_t piece)
{
	size_t size = sizeof(struct kulink_msg) + len;
	unsigned char *request = malloc(len + 1), *reply = calloc(1, size);
	size_t i;

	for (i = 0; i < len; i++)
		request[i] = ktest_byte(i);
	report(ask(KULINK_OP_CALL, "echo", request, len, reply, size, piece) == (long)size &&
	       !((struct kulink_msg *)reply)->status &&
	       !memcmp(request, reply + sizeof(struct kulink_msg), len),
	       "chardev: a call of %zu bytes, read in pieces of %zu", len, piece);
	free(request);
	free(reply);
}

static void test_message_dump(unsigned int count)
{
	size_t size = sizeof(struct kulink_msg) + sizeof(struct kulink_table_head) +
		      count * sizeof(struct row);
	char *reply = calloc(1, size);

	report(!control("rows", count) &&
	       ask(KULINK_OP_DUMP, "rows", NULL, 0, reply, size, 5000) == (long)size &&
	       rows_right(reply + sizeof(struct kulink_msg), size - sizeof(struct kulink_msg),
			  count), "chardev: a table of %u rows", count);
	free(reply);
}

static void test_refused(void)
{
	struct message reply;
	long len;

	len = ask(KULINK_OP_GET, "num_u64", NULL, 0, &reply, sizeof(reply), 4096);
	report(len == sizeof(reply.head) && reply.head.status == -EOPNOTSUPP,
	       "chardev: a value is EOPNOTSUPP");
	len = ask(KULINK_OP_CALL, "nothing", NULL, 0, &reply, sizeof(reply), 4096);
	report(len == sizeof(reply.head) && reply.head.status == -ENOENT,
	       "chardev: no such call is ENOENT");
}

static int event_right(const struct message *msg, __u64 seq)
{
	const struct kulink_event_head *head = (const void *)msg->payload;
	const struct data *data = (const void *)(head + 1);
	char text[KTEST_EVENT_STRING];

	if (msg->head.op != KULINK_OP_EVENT || msg->head.id || strcmp(msg->head.part, "data") ||
	    msg->head.len != sizeof(msg->head) + sizeof(*head) + sizeof(*data))
		return 0;
	ktest_letters(text, data->index, ktest_event_len(data->index));
	return head->seq == seq && head->ns && data->index == seq &&
	       data->pattern == ktest_pattern(seq, KTEST_DATA) && !strcmp(data->text, text) &&
	       data->negative == -(__s64)seq && data->choice == seq % 3 &&
	       data->odd == (seq & 1);
}

static void test_events(void)
{
	struct pollfd poll_node = { .fd = node, .events = POLLIN };
	struct message msg;
	__u64 seq = 0;
	long len;
	int i;

	len = ask(KULINK_OP_SUBSCRIBE, "data", NULL, 0, &msg, sizeof(msg), 4096);
	report(len == sizeof(msg.head) + sizeof(seq) && !msg.head.status, "chardev: subscribe");
	memcpy(&seq, msg.payload, sizeof(seq));
	report(!poll(&poll_node, 1, 0), "chardev: nothing to read yet");
	report(!control("flood", EVENTS), "the driver emits %d events", EVENTS);

	for (i = 0; i < EVENTS; i++) {
		if (poll(&poll_node, 1, 1000) != 1 || poll_node.revents & ~POLLIN ||
		    read_message(&msg, sizeof(msg), i & 1 ? 33 : 4096) < 0 ||
		    !event_right(&msg, seq + i + 1))
			break;
	}
	report(i == EVENTS, "chardev: %d of %d events, in order and whole", i, EVENTS);
	report(read(node, &msg, sizeof(msg)) < 0 && errno == EAGAIN, "chardev: no other one");
}

int main(int argc, char **argv)
{
	char path[64];

	if (argc != 2)
		return 2;
	service = argv[1];
	snprintf(path, sizeof(path), "/dev/kulink/%s", service);
	node = open(path, O_RDWR | O_NONBLOCK);
	report(node >= 0, "%s opens for a program of %zu bits", path, 8 * sizeof(void *));
	if (node >= 0) {
		test_info();
		test_values();
		test_index();
		test_dump(1);
		test_dump(1000);
		test_call(0);
		test_call(4097);
		test_call(KULINK_CALL_MAX);
		test_message_call(0, 4096);
		test_message_call(10, 1);
		test_message_call(KULINK_CALL_MAX, 1 << 20);
		test_message_dump(1000);
		test_refused();
		test_events();
	}
	printf("1..%u\n", tests);
	return failures != 0;
}
