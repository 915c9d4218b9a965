// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no library would send to the family kulink, or to a driver's own: malformed, missing, wrong
 * and unknown attributes, commands and headers, one by one with the errno that is due and a
 * sentence with it; then noise from a seed, after which everything still works.
 *
 *	genl_badinput FAMILY SERVICE FOREIGN-SERVICE [SEED [ROUNDS]]
 */
#include "genl_raw.h"

static struct talk *t;
static const char *service;
static char huge[64 << 10];

static void start(uint8_t cmd)
{
	begin(t, t->family, cmd, NLM_F_ACK);
}

static void start_part(uint8_t cmd, const char *part)
{
	start(cmd);
	put_string(t, KULINK_A_SERVICE, service);
	put_string(t, KULINK_A_PART, part);
}

/*
 * The request at hand is refused with this errno, and with a sentence; but before 6.2 the kernel
 * has none for a dump that does not start.
 */
static void refused(const char *what, int expected)
{
	int is_dump = (head(t)->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	int got = answer(t);
	int good = got == expected && (t->sentence[0] || (is_dump && !kernel_is(6, 2)));

	ok(good, what);
	if (!good)
		printf("# expected %s and a sentence, got %s, \"%s\"\n", strerror(-expected),
		       strerror(got < 0 ? -got : 0), t->sentence);
}

/* Netlink itself refuses, and has no sentence for it */
static void refused_mutely(const char *what, int expected)
{
	equal(what, answer(t), expected);
}

static void headers(void)
{
	start_part(KULINK_CMD_GET_VALUE, "num_s64");
	genl(t)->reserved = 1;
	refused("header: reserved is not 0", -EINVAL);

	start_part(KULINK_CMD_GET_VALUE, "num_s64");
	head(t)->nlmsg_flags |= 0x4000;
	refused("header: unknown flag", -EINVAL);

	start_part(KULINK_CMD_GET_VALUE, "num_s64");
	head(t)->nlmsg_flags |= NLM_F_ROOT;
	refused("header: half of the dump flag", -EINVAL);

	start_part(KULINK_CMD_MAX + 1, "num_s64");
	refused_mutely("command: unknown", -EOPNOTSUPP);
	start_part(KULINK_CMD_UNSPEC, "num_s64");
	refused_mutely("command: zero", -EOPNOTSUPP);
	start_part(KULINK_CMD_EVENT, "num_s64");
	refused_mutely("command: the kernel's to send", -EOPNOTSUPP);
	start_part(KULINK_CMD_GET_TABLE, "rows");
	refused_mutely("command: a table, not as a dump", -EOPNOTSUPP);
	start_part(KULINK_CMD_GET_VALUE, "num_s64");
	head(t)->nlmsg_flags |= NLM_F_DUMP;
	refused_mutely("command: a value, as a dump", -EOPNOTSUPP);

	start(KULINK_CMD_GET_VALUE);
	head(t)->nlmsg_len = NLMSG_HDRLEN;
	refused_mutely("header: no generic netlink header", -EINVAL);
}

static void names(const char *foreign)
{
	static const char cut[] = { 'k', 't', 'e', 's', 't' };
	char long_name[KULINK_NAME_SIZE + 1];

	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';

	start(KULINK_CMD_GET_SERVICE);
	refused("service: missing", -EINVAL);
	start(KULINK_CMD_GET_VALUE);
	put_string(t, KULINK_A_PART, "num_s64");
	refused("service: missing beside a part", -EINVAL);
	start(KULINK_CMD_GET_VALUE);
	put_string(t, KULINK_A_SERVICE, service);
	refused("part: missing", -EINVAL);
	start(KULINK_CMD_GET_SERVICE);
	put_string(t, KULINK_A_SERVICE, "nosuchservice");
	refused("service: unknown", -ENOENT);
	start(KULINK_CMD_GET_SERVICE);
	put_string(t, KULINK_A_SERVICE, foreign);
	refused("service: of another family", -ENOENT);
	start(KULINK_CMD_GET_SERVICE);
	put_string(t, KULINK_A_SERVICE, "");
	refused("service: empty", -ENOENT);
	start(KULINK_CMD_GET_SERVICE);
	put(t, KULINK_A_SERVICE, cut, sizeof(cut));
	refused("service: no NUL", -EINVAL);
	start(KULINK_CMD_GET_SERVICE);
	put(t, KULINK_A_SERVICE, "", 0);
	refused("service: no byte", -EINVAL);
	start(KULINK_CMD_GET_SERVICE);
	put(t, KULINK_A_SERVICE, "kt\0est0", 8);
	refused("service: bytes behind the NUL", -EINVAL);
	start(KULINK_CMD_GET_SERVICE);
	put_string(t, KULINK_A_SERVICE, long_name);
	refused("service: 32 bytes", -EINVAL);

	start_part(KULINK_CMD_GET_VALUE, "nosuchvalue");
	refused("value: unknown", -ENOENT);
	start_part(KULINK_CMD_GET_VALUE, "rows");
	refused("value: is a table", -ENOENT);
	start_part(KULINK_CMD_CALL, "num_s64");
	refused("call: is a value", -ENOENT);
	start_part(KULINK_CMD_GET_SEQUENCE, "num_s64");
	refused("event: is a value", -ENOENT);
	start_part(KULINK_CMD_GET_VALUE, long_name);
	refused("value: 32 bytes", -EINVAL);
}

static void attributes(void)
{
	uint64_t number = 1;

	start_part(KULINK_CMD_GET_VALUE, "num_s64");
	put(t, KULINK_A_S64, &number, sizeof(number));
	refused("attribute: of another command", -EINVAL);
	start_part(KULINK_CMD_GET_VALUE, "num_s64");
	put(t, KULINK_A_MAX + 1, &number, sizeof(number));
	refused("attribute: unknown", -EINVAL);
	start_part(KULINK_CMD_GET_VALUE, "num_s64");
	put(t, 0, &number, sizeof(number));
	refused("attribute: zero", -EINVAL);
	start_part(KULINK_CMD_GET_VALUE, "num_s64");
	put_lying(t, KULINK_A_PART, "num_s64", 8, 4000);
	refused("attribute: longer than the message", -EINVAL);
	start_part(KULINK_CMD_GET_VALUE, "num_s64");
	memset(t->request + head(t)->nlmsg_len, 0xff, 3);
	head(t)->nlmsg_len += 3;
	refused("message: three bytes behind the last attribute", -EINVAL);
	start(KULINK_CMD_GET_VALUE);
	put_string(t, KULINK_A_SERVICE, service);
	put_string(t, KULINK_A_PART | NLA_F_NESTED, "num_s64");
	refused("attribute: a string with the nest's flag", -EINVAL);
}

static void set(const char *part, uint16_t type, const void *data, size_t len)
{
	start_part(KULINK_CMD_SET_VALUE, part);
	if (type)
		put(t, type, data, len);
}

static void values(void)
{
	int64_t number = 21;
	uint8_t byte = 2;

	set("ranged_u", 0, NULL, 0);
	refused("set: no value", -EINVAL);
	set("ranged_u", KULINK_A_U64, &number, sizeof(number));
	put(t, KULINK_A_BOOL, &byte, 1);
	refused("set: two values", -EINVAL);
	set("ranged_u", KULINK_A_U64, &number, sizeof(number));
	refused("set: above the range", -ERANGE);
	set("ranged_u", KULINK_A_U64, &number, 4);
	refused("set: half a number", -EINVAL);
	set("ranged_u", KULINK_A_U64, &number, 0);
	refused("set: no byte of a number", -EINVAL);
	set("ranged_u", KULINK_A_S64, &number, sizeof(number));
	refused("set: of another sign", -EINVAL);
	set("ranged_u", KULINK_A_STRING, "11", 3);
	refused("set: a number as text", -EINVAL);
	set("flag", KULINK_A_BOOL, &byte, 1);
	refused("set: a bool of 2", -EINVAL);
	set("flag", KULINK_A_U64, &number, sizeof(number));
	refused("set: a bool as a number", -EINVAL);
	number = -6;
	set("ranged_s", KULINK_A_S64, &number, sizeof(number));
	refused("set: below the range", -ERANGE);
	set("choice", KULINK_A_STRING, "nosuch", 7);
	refused("set: no such label", -EINVAL);
	number = 3;
	set("choice", KULINK_A_U64, &number, sizeof(number));
	refused("set: an index without a label", -EINVAL);
	set("label", KULINK_A_STRING, "a\nb", 4);
	refused("set: a newline in a string", -EINVAL);
	set("label", KULINK_A_STRING, "\xff\xfe", 3);
	refused("set: a string that is not UTF-8", -EINVAL);
	set("label", KULINK_A_STRING, "a\0b", 4);
	refused("set: a NUL in a string", -EINVAL);
	memset(huge, 'x', sizeof(huge));
	huge[256] = '\0';
	set("text", KULINK_A_STRING, huge, 257);
	refused("set: a string of 256 bytes", -ERANGE);
	number = 1;
	set("changes", KULINK_A_U64, &number, sizeof(number));
	refused("set: a read-only value, as root", -EACCES);
	start_part(KULINK_CMD_GET_VALUE, "write_only");
	refused("get: a write-only value, as root", -EACCES);
}

static void fails_with(const char *what, uint64_t number, int expected)
{
	start_part(KULINK_CMD_CALL, "fail");
	put(t, KULINK_A_PAYLOAD, &number, sizeof(number));
	refused(what, expected);
}

/* What the driver says arrives, but for what netlink takes for "no answer is due". */
static void drivers_errors(void)
{
	fails_with("driver: EIO", EIO, -EIO);
	fails_with("driver: ENOENT", ENOENT, -ENOENT);
	fails_with("driver: EPERM", EPERM, -EPERM);
	fails_with("driver: EINTR", EINTR, -ERESTART);
	fails_with("driver: ERESTARTSYS", 512, -ERESTART);
}

static void calls_and_dumps(void)
{
	memset(huge, 'x', sizeof(huge));
	start_part(KULINK_CMD_CALL, "echo");
	put(t, KULINK_A_PAYLOAD, huge, KULINK_GENL_PAYLOAD_MAX + 1);
	refused("call: a byte over 60 KiB", -EMSGSIZE);
	start_part(KULINK_CMD_CALL, "echo");
	put(t, KULINK_A_PAYLOAD, huge, KULINK_GENL_PAYLOAD_MAX);
	equal("call: 60 KiB", answer(t), 1);
	start_part(KULINK_CMD_CALL, "tiny");
	put(t, KULINK_A_PAYLOAD, huge, 9);
	refused("call: a byte more than it takes", -EMSGSIZE);
	start_part(KULINK_CMD_CALL, "tiny");
	equal("call: no payload is an empty one", answer(t), 1);

	start(KULINK_CMD_GET_SERVICE);
	head(t)->nlmsg_flags |= NLM_F_DUMP;
	put_string(t, KULINK_A_SERVICE, service);
	refused("services: a dump that names one", -EINVAL);
	start_part(KULINK_CMD_GET_TABLE, "nosuchtable");
	head(t)->nlmsg_flags |= NLM_F_DUMP;
	refused("table: unknown", -ENOENT);
	start_part(KULINK_CMD_GET_TABLE, "num_s64");
	head(t)->nlmsg_flags |= NLM_F_DUMP;
	refused("table: is a value", -ENOENT);
	start(KULINK_CMD_GET_TABLE);
	head(t)->nlmsg_flags |= NLM_F_DUMP;
	put_string(t, KULINK_A_SERVICE, service);
	refused("table: part missing", -EINVAL);
	start_part(KULINK_CMD_GET_TABLE, "rows");
	head(t)->nlmsg_flags |= NLM_F_DUMP;
	put(t, KULINK_A_MAX, huge, 8);
	refused("table: unknown attribute", -EINVAL);
	start_part(KULINK_CMD_GET_TABLE, "rows");
	head(t)->nlmsg_flags |= NLM_F_DUMP;
	put(t, KULINK_A_PACKED, huge, 8);
	refused("table: a flag with bytes", -ERANGE);
}

static uint32_t random_state;

static uint32_t noise(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

/* A command with up to eight attributes of any type and length, half of them of a sensible start. */
static void noisy_request(void)
{
	uint16_t flags = noise() % 8 ? 0 : NLM_F_DUMP;
	unsigned int i, n = noise() % 8;
	unsigned char bytes[128];

	start_part(noise() % (KULINK_CMD_MAX + 2), noise() % 2 ? "num_s64" : "rows");
	head(t)->nlmsg_flags |= flags;
	if (noise() % 2)
		head(t)->nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN;
	for (i = 0; i < n; i++) {
		size_t j, len = noise() % sizeof(bytes);

		for (j = 0; j < len; j++)
			bytes[j] = noise();
		put_lying(t, noise() % (KULINK_A_MAX + 3), bytes, len,
			  noise() % 4 ? len : noise() % 256);
	}
}

/* Its own socket each time: a dump may be left half read. */
static int round_of_noise(const char *family)
{
	int err;

	t = talk_open();
	err = resolve(t, family);
	if (!err) {
		noisy_request();
		err = send(t->fd, t->request, head(t)->nlmsg_len, 0) < 0 ? -errno : 0;
		if (!err)
			err = receive(t) < 0 ? -errno : 0;
	}
	talk_close(t);
	return err;
}

static void noises(const char *family, unsigned int seed, unsigned int rounds)
{
	unsigned int i, unanswered = 0;

	random_state = seed ? seed : 1;
	for (i = 0; i < rounds; i++)
		unanswered += round_of_noise(family) != 0;
	printf("# seed %u, %u rounds\n", seed, rounds);
	equal("noise: each request is answered", unanswered, 0);
}

static int works(void)
{
	int64_t number = 17;

	set("ranged_u", KULINK_A_U64, &number, sizeof(number));
	return answer(t) == 0;
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	service = argv[2];
	t = talk_open();
	if (resolve(t, argv[1])) {
		printf("Bail out! no family %s\n", argv[1]);
		return 1;
	}
	ok(works(), "a good request works");
	headers();
	names(argv[3]);
	attributes();
	values();
	calls_and_dumps();
	drivers_errors();
	talk_close(t);

	noises(argv[1], argc > 4 ? atoi(argv[4]) : 1, argc > 5 ? atoi(argv[5]) : 2000);

	t = talk_open();
	ok(!resolve(t, argv[1]) && works(), "a good request still works");
	talk_close(t);
	return end();
}
