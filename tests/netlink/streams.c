// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables in many messages, events to groups, and who may: dumps tell one snapshot to their end, whoever
 * reads them; a socket keeps the channel loaded, but no driver; other namespaces find nobody.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "raw.h"

#define ROWS		2000
#define NOBODY		65534

static int unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) < 0 ? -errno : 0;
}

static void as(uid_t uid)
{
	assert_int_equal(seteuid(uid), 0);
}

/* Whatever the test before has left */
static int setup(void **state)
{
	(void)state;
	as(0);
	shell("modprobe -a kulink_netlink kulink_test");
	control("rows", ROWS);
	return 0;
}

/* A table as far as it was read */
struct read_table {
	uint64_t generation, rows, count, messages;
	bool done;
};

static void begin_dump(struct talk *t, const char *table)
{
	begin(t, KULINK_OP_DUMP, table);
	t->request.nl.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	assert_int_equal(send_request(t), 0);
}

static void take_part(struct talk *t, struct read_table *table)
{
	const struct kulink_msg *msg = message(t);
	struct kulink_table_head head;

	assert_int_equal(t->reply.nl.nlmsg_flags, NLM_F_MULTI);
	assert_int_equal(t->reply.nl.nlmsg_seq, t->request.nl.nlmsg_seq);
	assert_int_equal(msg->op, KULINK_OP_DUMP);
	assert_int_equal(msg->id, t->request.msg.id);
	assert_true(msg->len >= sizeof(*msg) + sizeof(head));
	memcpy(&head, msg + 1, sizeof(head));
	assert_int_equal(head.len, sizeof(head));
	assert_int_equal((msg->len - sizeof(*msg) - sizeof(head)) % head.record_size, 0);
	if (!table->messages++)
		table->generation = head.generation;
	assert_int_equal(head.generation, table->generation);
	table->count = head.count;
	table->rows += (msg->len - sizeof(*msg) - sizeof(head)) / head.record_size;
}

/* The next datagram; -errno, or what the dump says at its end */
static int read_part(struct talk *t, struct read_table *table)
{
	int n = receive(t);

	if (n < 0)
		return n;
	if (t->reply.nl.nlmsg_type == NLMSG_ERROR)
		return ((struct nlmsgerr *)(t->reply.bytes + NLMSG_HDRLEN))->error;
	table->done = t->reply.nl.nlmsg_type == NLMSG_DONE;
	if (!table->done)
		take_part(t, table);
	return 0;
}

static void read_on(struct talk *t, struct read_table *table)
{
	while (!table->done)
		assert_int_equal(read_part(t, table), 0);
	assert_int_equal(table->rows, table->count);
}

static void tables_in_parts(void **state)
{
	struct read_table table = { 0 }, empty = { 0 };
	struct talk *t = talk_open();

	(void)state;
	begin_dump(t, "rows");
	read_on(t, &table);
	assert_int_equal(table.rows, ROWS);
	assert_true(table.messages > 1);
	begin_dump(t, "empty");
	read_on(t, &empty);
	assert_int_equal(empty.rows, 0);
	assert_int_equal(empty.messages, 1);
	talk_close(t);
}

static void one_dump_at_a_time(void **state)
{
	struct read_table table = { 0 };
	struct talk *t = talk_open();

	(void)state;
	begin_dump(t, "rows");
	assert_int_equal(read_part(t, &table), 0);
	begin(t, KULINK_OP_DUMP, "rows");
	t->request.nl.nlmsg_flags |= NLM_F_DUMP;
	assert_int_equal(send_request(t), 0);
	do {
		assert_true(receive(t) > 0);
	} while (t->reply.nl.nlmsg_type != NLMSG_ERROR);
	assert_int_equal(((struct nlmsgerr *)(t->reply.bytes + NLMSG_HDRLEN))->error, -EBUSY);
	talk_close(t);
}

/* Rows come and go while it is read: it tells one generation, and was not interrupted. */
static void one_snapshot(void **state)
{
	struct read_table table = { 0 };
	struct talk *t = talk_open();

	(void)state;
	begin_dump(t, "rows");
	assert_int_equal(read_part(t, &table), 0);
	control("rows", ROWS / 2);
	read_on(t, &table);
	assert_int_equal(table.rows, ROWS);
	talk_close(t);
}

/* The reader's own rights do not come in: who asked was allowed, or was not. */
static void asked_is_allowed(void **state)
{
	struct read_table table = { 0 };
	struct talk *t = talk_open();

	(void)state;
	begin_dump(t, "rows_0400");
	as(NOBODY);
	read_on(t, &table);
	begin_dump(t, "rows_0400");
	as(0);
	assert_int_equal(read_part(t, &table), -EACCES);
	talk_close(t);
}

static void root_does_not_rub_off(void **state)
{
	struct kulink_datum datum = { .type = KULINK_TYPE_U64, .number = 12 };
	struct talk *t = talk_open();

	(void)state;
	begin(t, KULINK_OP_SET, "ranged_u");
	payload(t, &datum, sizeof(datum));
	as(NOBODY);
	assert_int_equal(ask(t), -EACCES);
	as(0);
	assert_int_equal(ask(t), 1);
	talk_close(t);
	as(NOBODY);
	t = talk_open();
	as(0);
	begin(t, KULINK_OP_SET, "ranged_u");
	payload(t, &datum, sizeof(datum));
	assert_int_equal(ask(t), -EACCES);
	talk_close(t);
}

static void dump_outlives_the_driver(void **state)
{
	struct read_table table = { 0 };
	struct talk *t = talk_open();

	(void)state;
	begin_dump(t, "rows");
	assert_int_equal(read_part(t, &table), 0);
	assert_false(table.done);
	assert_int_equal(unload("kulink_test"), 0);
	read_on(t, &table);
	assert_int_equal(table.rows, ROWS);
	begin(t, KULINK_OP_GET, "num_s64");
	assert_int_equal(ask(t), -ENOENT);
	talk_close(t);
}

/* Closing a socket ends its dump soon, not at once. */
static void sockets_hold_the_channel(void **state)
{
	struct read_table table = { 0 };
	struct talk *t = talk_open();
	int i, err;

	(void)state;
	err = unload("kulink_netlink");
	assert_true(err == -EAGAIN || err == -EBUSY);
	begin_dump(t, "rows");
	assert_int_equal(read_part(t, &table), 0);
	talk_close(t);
	for (i = 0, err = -EBUSY; i < 1200 && err; i++) {
		usleep(i ? 50000 : 0);
		err = unload("kulink_netlink");
	}
	assert_int_equal(err, 0);
}

static int join(struct talk *t, int group)
{
	int err = setsockopt(t->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));

	return err ? -errno : 0;
}

static struct talk *member(uid_t uid)
{
	bool closed = uid && !kernel_is(6, 8);
	struct talk *t;

	as(uid);
	t = talk_open();
	assert_int_equal(join(t, KULINK_NETLINK_EVENTS), 0);
	assert_int_equal(join(t, KULINK_NETLINK_RESTRICTED), closed ? -EPERM : 0);
	as(0);
	return t;
}

/* Messages of one operation, as far as they are in the socket; what a request has closed is all there */
static int count(struct talk *t, uint16_t op)
{
	const struct nlmsghdr *nlh;
	ssize_t n, left;
	int found = 0;

	while ((n = recv(t->fd, &t->reply, sizeof(t->reply), MSG_DONTWAIT)) > 0) {
		for (nlh = &t->reply.nl, left = n; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left))
			found += ((const struct kulink_msg *)(nlh + 1))->op == op;
	}
	return found;
}

/* Every event that was emitted has left when the sequence is told. */
static uint64_t sequence(const char *event)
{
	struct talk *t = talk_open();
	uint64_t seq;

	begin(t, KULINK_OP_SEQUENCE, event);
	assert_int_equal(ask(t), 1);
	memcpy(&seq, message(t) + 1, sizeof(seq));
	talk_close(t);
	return seq;
}

static void restricted_events(void **state)
{
	struct talk *root = member(0), *nobody = member(NOBODY);
	uint64_t before = sequence("private");

	(void)state;
	control("flood", 1);	/* one of each: two for all, one for its owner */
	assert_int_equal(sequence("private"), before + 1);
	sequence("data");
	sequence("other");
	assert_int_equal(count(root, KULINK_OP_EVENT), 3);
	assert_int_equal(count(nobody, KULINK_OP_EVENT), 2);
	talk_close(root);
	talk_close(nobody);
	as(NOBODY);
	nobody = talk_open();
	as(0);
	begin(nobody, KULINK_OP_SEQUENCE, "private");
	assert_int_equal(ask(nobody), -EACCES);
	talk_close(nobody);
}

/* A subscriber's socket holds no driver; it is told once in each group. */
static void gone(void **state)
{
	struct talk *t = member(0);

	(void)state;
	assert_int_equal(unload("kulink_test"), 0);
	assert_int_equal(count(t, KULINK_OP_GONE), 2);
	talk_close(t);
}

/* In a process of its own; what it returns is the test's */
static void elsewhere(int flags, int expected)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		struct talk *t;

		if (unshare(flags))
			_exit(77);
		t = talk_open();
		begin(t, KULINK_OP_GET, "num_s64");
		if (ask(t) != expected)
			_exit(1);
		if (expected != -ENOENT)
			_exit(0);
		/* nor is it listed */
		begin(t, KULINK_OP_LIST, "");
		memset(t->request.msg.service, 0, KULINK_NAME_SIZE);
		_exit(ask(t) == 1 && message(t)->len == sizeof(struct kulink_msg) ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void other_namespaces(void **state)
{
	(void)state;
	elsewhere(0, 1);
	elsewhere(CLONE_NEWNET, -ECONNREFUSED);
	elsewhere(CLONE_NEWUSER, -ENOENT);
	elsewhere(CLONE_NEWUSER | CLONE_NEWNET, -ECONNREFUSED);
}

#define T(test) cmocka_unit_test_setup(test, setup)
const struct CMUnitTest stream_tests[] = {
	T(tables_in_parts), T(one_dump_at_a_time),
	T(one_snapshot), T(asked_is_allowed),
	T(root_does_not_rub_off), T(dump_outlives_the_driver),
	T(sockets_hold_the_channel), T(restricted_events),
	T(gone), T(other_namespaces),
};
const size_t n_stream_tests = sizeof(stream_tests) / sizeof(*stream_tests);
