// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink by hand, right or wrong, for the genl example's tests. A request is answered inside sendmsg(), so what
 * is not there at once will not come.
 *
 *	genl_client like		what the HOWTO's program did: reserved bytes set, first datagram taken, 276-byte buffers
 *	genl_client id NAME		the family's id, and how long the controller's answer was
 *	genl_client list		every family's name
 *	genl_client send [KEY=VALUE...]	one request (keys: below) and all that comes back
 *	genl_client busy N [gone]	N requests, each answered; gone: until the family is, at most N
 *	genl_client hold		find the family, say "open", wait for a line, then send a request
 *	genl_client subtract A B [r]	SUBTRACT of HOWTO_0; r: the attributes in reverse order
 *	genl_client who N		the families HOWTO_0 to HOWTO_N-1 asked for their names over one socket
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADERS (NLMSG_HDRLEN + GENL_HDRLEN)
#define SEQ 60

struct message {
	struct nlmsghdr n;
	struct genlmsghdr g;
	char data[70000];
};

static struct message in, out;
static ssize_t got;
static struct sockaddr_nl from;

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerrorname_np(errno));
	return 1;
}

static int open_socket(void)
{
	struct sockaddr_nl own = { .nl_family = AF_NETLINK };
	int one = 1, fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof(own)))
		exit(fail("socket"));
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	return fd;
}

static void begin(int id, int cmd)
{
	memset(&out, 0, sizeof(out));
	out.n = (struct nlmsghdr){ .nlmsg_type = id, .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = SEQ };
	out.n.nlmsg_len = HEADERS;
	out.g = (struct genlmsghdr){ .cmd = cmd, .version = 1 };
}

static struct nlattr *add(int type, const void *data, size_t length)
{
	struct nlattr *attr = (struct nlattr *)((char *)&out + out.n.nlmsg_len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + length;
	memcpy((char *)attr + NLA_HDRLEN, data, length);
	out.n.nlmsg_len += NLA_HDRLEN + NLA_ALIGN(length);
	return attr;
}

static int transmit(int fd, size_t length)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return sendto(fd, &out, length, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0 ? -1 : 0;
}

/* A datagram that is there already. */
static int receive(int fd)
{
	socklen_t length = sizeof(from);

	got = recvfrom(fd, &in, sizeof(in), MSG_DONTWAIT, (struct sockaddr *)&from, &length);
	return got < 0 ? -1 : 0;
}

static struct nlattr *find(int type)
{
	for (size_t at = HEADERS; at + NLA_HDRLEN <= in.n.nlmsg_len;) {
		struct nlattr *attr = (struct nlattr *)((char *)&in + at);

		if (attr->nla_type == type)
			return attr;
		at += NLA_ALIGN(attr->nla_len);
	}
	return NULL;
}

static void *data_of(struct nlattr *attr)
{
	return (char *)attr + NLA_HDRLEN;
}

static int resolve(int fd, const char *name)
{
	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	add(CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	if (transmit(fd, out.n.nlmsg_len) || receive(fd) || in.n.nlmsg_type == NLMSG_ERROR)
		return -1;
	return *(__u16 *)data_of(find(CTRL_ATTR_FAMILY_ID));
}

static void print_error(void)
{
	struct nlmsgerr *error = (struct nlmsgerr *)&in.g;
	size_t at = NLMSG_HDRLEN + sizeof(*error);
	struct nlattr *attr = (struct nlattr *)((char *)&in + at);

	if (!error->error) {
		puts("ack");
		return;
	}
	printf("error %s", strerrorname_np(-error->error));
	if (!(in.n.nlmsg_flags & NLM_F_CAPPED))
		attr = (struct nlattr *)((char *)attr + error->msg.nlmsg_len - NLMSG_HDRLEN);
	if (in.n.nlmsg_flags & NLM_F_ACK_TLVS && attr->nla_type == NLMSGERR_ATTR_MSG)
		printf(": %s", (char *)data_of(attr));
	putchar('\n');
}

/* All that is there, a line each. */
static int print_answers(int fd, int id)
{
	int n = 0;

	while (!receive(fd)) {
		n++;
		if (in.n.nlmsg_type == NLMSG_ERROR) {
			print_error();
			continue;
		}
		struct nlattr *first = (struct nlattr *)in.data;

		printf("%s: cmd %d seq %+d header pid %s address %d size %zd, attribute %d of %d: %s\n",
		       in.n.nlmsg_type == id ? "answer" : "other", in.g.cmd, (int)in.n.nlmsg_seq - SEQ,
		       in.n.nlmsg_pid ? "not 0" : "0", (int)from.nl_pid, got, first->nla_type,
		       first->nla_len - NLA_HDRLEN, (char *)data_of(first));
	}
	if (!n)
		puts("nothing");
	return 0;
}

/* The HOWTO's program, byte for byte as it was or might have been. */
static int like(void)
{
	struct {
		struct nlmsghdr n;
		struct genlmsghdr g;
		char buf[256];
	} request, answer;
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlattr *attr = (struct nlattr *)request.buf;
	int fd = open_socket(), id;

	_Static_assert(sizeof(answer) == 276, "the HOWTO's buffers");
	for (int step = 0; step < 2; step++) {
		memset(&request, 0xa5, sizeof(request));
		request.n.nlmsg_flags = NLM_F_REQUEST;
		request.n.nlmsg_seq = SEQ;
		request.n.nlmsg_pid = getpid();
		request.n.nlmsg_type = step ? id : GENL_ID_CTRL;
		request.g.cmd = step ? 1 : CTRL_CMD_GETFAMILY;	/* version and reserved: 0xa5 */
		attr->nla_type = step ? 1 : CTRL_ATTR_FAMILY_NAME;
		attr->nla_len = NLA_HDRLEN + 14;
		memcpy(data_of(attr), step ? "hello world!\0c" : "CONTROL_EXMPL", 14);
		request.n.nlmsg_len = HEADERS + NLA_ALIGN(attr->nla_len);
		sendto(fd, &request, request.n.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof(kernel));
		got = recv(fd, &answer, sizeof(answer), 0);
		if (answer.n.nlmsg_type == NLMSG_ERROR || got < 0 || !NLMSG_OK(&answer.n, (size_t)got)) {
			puts(answer.n.nlmsg_type == NLMSG_ERROR ? "error" : "invalid reply message");
			return 1;
		}
		attr = (struct nlattr *)answer.buf;
		if (step)
			printf("kernel says: %s\n", (char *)data_of(attr));
		attr = (struct nlattr *)((char *)attr + NLA_ALIGN(attr->nla_len));
		if (!step)
			id = *(__u16 *)data_of(attr);
		attr = (struct nlattr *)request.buf;
	}
	return 0;
}

/*
 * family=NAME to=ID cmd=N version=N reserved=N flags=N attr=N (none: 0) text=TEXT size=BYTES (of text, filled up with x)
 * nul=no or nul=early (after TEXT, not at the end) len=N (the header's) attrlen=N send=N (bytes of it) pid=N netns=new
 * name=TEXT (one more attribute, 2)
 */
static int send_one(char **keys)
{
	const char *family = "CONTROL_EXMPL", *text = "hello", *name = NULL;
	long to = -1, size = -1, nul = 1, attr = 1, len = -1, attrlen = -1, bytes = -1;
	static char value[66000];
	int fd, id;

	begin(0, 1);
	for (; *keys; keys++) {
		char *key = *keys, *arg = strchr(key, '=');

		*arg++ = '\0';
		long n = strtol(arg, NULL, 0);

		if (!strcmp(key, "family"))
			family = arg;
		else if (!strcmp(key, "to"))
			to = n;
		else if (!strcmp(key, "cmd"))
			out.g.cmd = n;
		else if (!strcmp(key, "version"))
			out.g.version = n;
		else if (!strcmp(key, "reserved"))
			out.g.reserved = n;
		else if (!strcmp(key, "flags"))
			out.n.nlmsg_flags |= n;
		else if (!strcmp(key, "pid"))
			out.n.nlmsg_pid = n;
		else if (!strcmp(key, "attr"))
			attr = n;
		else if (!strcmp(key, "text"))
			text = arg;
		else if (!strcmp(key, "name"))
			name = arg;
		else if (!strcmp(key, "size"))
			size = n;
		else if (!strcmp(key, "nul"))
			nul = strcmp(arg, "no") ? 2 : 0;
		else if (!strcmp(key, "len"))
			len = n;
		else if (!strcmp(key, "attrlen"))
			attrlen = n;
		else if (!strcmp(key, "send"))
			bytes = n;
		else if (!strcmp(key, "netns") && unshare(CLONE_NEWNET))
			return fail("unshare");
	}
	struct message request = out;

	fd = open_socket();
	id = to >= 0 ? to : resolve(fd, family);
	if (id < 0) {
		puts("no family");
		return 1;
	}
	while (!receive(fd))
		;
	out = request;
	out.n.nlmsg_type = id;
	size = size < 0 ? (long)strlen(text) : size;
	memset(value, 'x', sizeof(value));
	memcpy(value, text, strlen(text));
	if (nul)
		value[nul > 1 ? (long)strlen(text) : size] = '\0';
	if (attr) {
		struct nlattr *made = add(attr, value, size + !!nul);

		if (attrlen >= 0)
			made->nla_len = attrlen;
	}
	if (name)
		add(2, name, strlen(name) + 1);
	if (bytes < 0)
		bytes = out.n.nlmsg_len;
	if (len >= 0)
		out.n.nlmsg_len = len;
	if (transmit(fd, bytes))
		return fail("send");
	return print_answers(fd, id);
}

static int busy(long n, int gone)
{
	int fd = open_socket(), id = resolve(fd, "CONTROL_EXMPL");
	long answered = 0;

	if (id < 0) {
		puts("no family");
		return 1;
	}
	while (!receive(fd))
		;
	for (; answered < n; answered++) {
		begin(id, 1);
		out.n.nlmsg_seq = answered;
		add(1, "busy", 5);
		if (transmit(fd, out.n.nlmsg_len) || receive(fd))
			return fail("busy");
		if (in.n.nlmsg_type == NLMSG_ERROR && gone)
			break;
		if (in.n.nlmsg_type != id || in.n.nlmsg_seq != answered + 1 ||
		    strcmp(data_of(find(1)), "hello world from kernel space")) {
			printf("answer %ld is wrong\n", answered);
			return 1;
		}
		if (!answered && gone) {
			puts("busy");
			fflush(stdout);
		}
	}
	if (gone)
		print_error();
	else
		printf("%ld answers\n", answered);
	return 0;
}

static int hold(void)
{
	int fd = open_socket(), id = resolve(fd, "CONTROL_EXMPL");
	char line[8];

	while (!receive(fd))
		;
	puts(id < 0 ? "no family" : "open");
	fflush(stdout);
	if (read(0, line, sizeof(line)) <= 0)
		return 0;
	begin(id, 1);
	if (transmit(fd, out.n.nlmsg_len))
		return fail("send");
	return print_answers(fd, id);
}

static int list(void)
{
	int fd = open_socket();

	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	out.n.nlmsg_flags |= NLM_F_DUMP;
	if (transmit(fd, out.n.nlmsg_len))
		return fail("send");
	while ((got = recv(fd, &in, sizeof(in), MSG_DONTWAIT)) > 0) {
		static char all[sizeof(in)];
		ssize_t left = got;

		memcpy(all, &in, got);
		for (struct nlmsghdr *n = (struct nlmsghdr *)all; NLMSG_OK(n, left); n = NLMSG_NEXT(n, left)) {
			if (n->nlmsg_type == NLMSG_DONE)
				return 0;
			memcpy(&in, n, n->nlmsg_len);
			printf("%d %s\n", *(__u16 *)data_of(find(CTRL_ATTR_FAMILY_ID)),
			       (char *)data_of(find(CTRL_ATTR_FAMILY_NAME)));
		}
	}
	return fail("list");
}

static int subtract(__u32 a, __u32 b, int reverse)
{
	int fd = open_socket(), id = resolve(fd, "HOWTO_0");

	begin(id, 2);
	if (reverse)
		add(3, &b, sizeof(b));
	add(2, &a, sizeof(a));
	if (!reverse)
		add(3, &b, sizeof(b));
	if (transmit(fd, out.n.nlmsg_len) || receive(fd))
		return fail("subtract");
	if (in.n.nlmsg_type == NLMSG_ERROR)
		print_error();
	else
		printf("%u\n", *(__u32 *)data_of(find(4)));
	return 0;
}

static int who(int n)
{
	int fd = open_socket(), right = 0;
	static char used[1024];

	for (int i = 0; i < n; i++) {
		char name[24];
		int id;

		snprintf(name, sizeof(name), "HOWTO_%d", i);
		id = resolve(fd, name);
		if (id < 16 || id > 1023 || used[id]++)
			return printf("%s has id %d\n", name, id);
		begin(id, 1);
		if (transmit(fd, out.n.nlmsg_len) || receive(fd))
			return fail("who");
		right += in.n.nlmsg_type == id && !strcmp(data_of(find(1)), name);
	}
	printf("%d of %d\n", right, n);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (!strcmp(verb, "like"))
		return like();
	if (!strcmp(verb, "id")) {
		int id = resolve(open_socket(), argv[2]);

		printf(id < 0 ? "no family\n" : "%d, %zd bytes\n", id, got);
		return id < 0;
	}
	if (!strcmp(verb, "list"))
		return list();
	if (!strcmp(verb, "send"))
		return send_one(argv + 2);
	if (!strcmp(verb, "busy"))
		return busy(atol(argv[2]), argc > 3);
	if (!strcmp(verb, "hold"))
		return hold();
	if (!strcmp(verb, "subtract"))
		return subtract(atol(argv[2]), atol(argv[3]), argc > 4);
	if (!strcmp(verb, "who"))
		return who(atoi(argv[2]));
	fprintf(stderr, "genl_client: what is %s?\n", verb);
	return 2;
}
