// SPDX-License-Identifier: GPL-2.0-only
/* Sockets and messages, by hand. */
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "raw.h"

int unit(void)
{
	FILE *f = fopen("/sys/module/kulink_netlink/parameters/unit", "r");
	int number = -1;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &number), 1);
	fclose(f);
	return number;
}

struct talk *talk_open(void)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	struct timeval minute = { .tv_sec = 60 };
	struct talk *t = calloc(1, sizeof(*t));
	int on = 1;

	assert_non_null(t);
	t->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, unit());
	assert_true(t->fd >= 0);
	/* A socket without a number of its own hears no group. */
	assert_int_equal(bind(t->fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	setsockopt(t->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(t->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof(minute));
	return t;
}

void talk_close(struct talk *t)
{
	close(t->fd);
	free(t);
}

void begin(struct talk *t, uint16_t op, const char *part)
{
	static uint32_t number;

	number++;
	t->request.nl = (struct nlmsghdr){
		.nlmsg_len = NLMSG_HDRLEN + sizeof(t->request.msg), .nlmsg_type = KULINK_NETLINK_MESSAGE,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK, .nlmsg_seq = number,
	};
	t->request.msg = (struct kulink_msg){
		.len = sizeof(t->request.msg), .abi = KULINK_ABI, .op = op, .id = ~number,
		.service = SERVICE,
	};
	memcpy(t->request.msg.part, part, strnlen(part, KULINK_NAME_SIZE));
}

void payload(struct talk *t, const void *data, size_t len)
{
	assert_true(len <= sizeof(t->request.payload));
	memcpy(t->request.payload, data, len);
	t->request.msg.len = sizeof(t->request.msg) + len;
	t->request.nl.nlmsg_len = NLMSG_HDRLEN + t->request.msg.len;
}

int send_request(struct talk *t)
{
	return send(t->fd, &t->request, t->request.nl.nlmsg_len, 0) < 0 ? -errno : 0;
}

ssize_t receive(struct talk *t)
{
	t->reply_len = recv(t->fd, &t->reply, sizeof(t->reply), 0);
	return t->reply_len < 0 ? -errno : t->reply_len;
}

static void keep_sentence(struct talk *t)
{
	const unsigned char *at = t->reply.bytes + NLMSG_HDRLEN + sizeof(struct nlmsgerr);
	const unsigned char *stop = t->reply.bytes + t->reply.nl.nlmsg_len;
	const struct nlattr *attr;

	for (; at + NLA_HDRLEN <= stop; at += NLA_ALIGN(attr->nla_len)) {
		attr = (const struct nlattr *)at;
		assert_true(attr->nla_len >= NLA_HDRLEN);
		if (attr->nla_type == NLMSGERR_ATTR_MSG)
			snprintf(t->sentence, sizeof(t->sentence), "%s", (const char *)(attr + 1));
	}
}

int ask(struct talk *t)
{
	const struct nlmsgerr *error = (const struct nlmsgerr *)(t->reply.bytes + NLMSG_HDRLEN);
	unsigned char first[BUFFER];
	ssize_t n, first_len = 0;
	int err = send_request(t);

	t->sentence[0] = '\0';
	if (err)
		return err;
	for (;;) {
		n = receive(t);
		if (n < 0)
			return n;
		if (t->reply.nl.nlmsg_type == NLMSG_ERROR)
			break;
		assert_int_equal(t->reply.nl.nlmsg_seq, t->request.nl.nlmsg_seq);
		memcpy(first, &t->reply, n);
		first_len = n;
	}
	err = error->error;
	if (t->reply.nl.nlmsg_flags & NLM_F_ACK_TLVS)
		keep_sentence(t);
	if (!first_len)
		return err;
	memcpy(&t->reply, first, first_len);
	t->reply_len = first_len;
	return err ? err : 1;
}

const struct kulink_msg *message(const struct talk *t)
{
	const struct kulink_msg *msg = (const struct kulink_msg *)(t->reply.bytes + NLMSG_HDRLEN);

	assert_int_equal(t->reply.nl.nlmsg_type, KULINK_NETLINK_MESSAGE);
	assert_true(t->reply.nl.nlmsg_len >= NLMSG_HDRLEN + sizeof(*msg));
	assert_int_equal(t->reply.nl.nlmsg_len, NLMSG_HDRLEN + msg->len);
	return msg;
}

bool kernel_is(int major, int minor)
{
	int here_major = 0, here_minor = 0;
	struct utsname name;

	uname(&name);
	sscanf(name.release, "%d.%d", &here_major, &here_minor);
	return here_major > major || (here_major == major && here_minor >= minor);
}

void control(const char *name, unsigned long value)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/module/kulink_test/parameters/%s", name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fprintf(f, "%lu\n", value) > 0);
	assert_int_equal(fclose(f), 0);
}

void shell(const char *command)
{
	if (system(command))
		fail_msg("%s", command);
}

/* One group, for TAP has one plan. */
int main(void)
{
	struct CMUnitTest tests[64];
	size_t i, n = 0;

	for (i = 0; i < n_request_tests; i++)
		tests[n++] = request_tests[i];
	for (i = 0; i < n_stream_tests; i++)
		tests[n++] = stream_tests[i];
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("netlink", tests, n, NULL, NULL) ? 1 : 0;
}
