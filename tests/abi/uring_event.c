// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events by io_uring: taken by a command, waited for by a poll of the ring's, and given to one command as they come, on
 * kernels that have it. The driver leaves at the end.
 *
 *	uring_event ktest0
 */
#include "uring.h"

#ifndef IORING_URING_CMD_MULTISHOT
#define IORING_URING_CMD_MULTISHOT	(1U << 1)
#endif

enum { GROUP = 5, BUFFERS = 4, ROOM = 8192 };

static _Alignas(8) char memory[BUFFERS][ROOM];
static __u64 last;

static int subscribing(int fd, __u16 op)
{
	static struct {
		struct kulink_msg head;
		__u64 seq[8];
	} m;
	int res;

	request(&m.head, op, op == KULINK_OP_SUBSCRIBE ? "data" : "", 0);
	put(fd, KULINK_URING_MESSAGE, &m, HEAD, sizeof(m));
	res = run();
	if (op == KULINK_OP_SUBSCRIBE)
		last = m.seq[0];
	return res < 0 ? res : m.head.status;
}

/* How many messages, each the next event; what is none is -1 */
static int events_in(const char *at, int len)
{
	const struct message *msg;
	int n = 0;

	for (; len > 0; at += msg->head.len, len -= msg->head.len, n++) {
		msg = (const void *)at;
		if (msg->head.len > (__u32)len || msg->head.op != KULINK_OP_EVENT || msg->event.seq != ++last)
			return -1;
	}
	return n;
}

static int fetch(int fd, __u32 room)
{
	put(fd, KULINK_URING_EVENTS, memory, 0, room);
	return run();
}

static void test_taken(int fd)
{
	int one;

	report("events: none was subscribed to", fetch(fd, sizeof(memory)), -EINVAL);
	report("events: subscribe", subscribing(fd, KULINK_OP_SUBSCRIBE), 0);
	report("events: none yet", fetch(fd, sizeof(memory)), -EAGAIN);
	io_uring_prep_poll_add(io_uring_get_sqe(&ring), fd, POLLIN);
	io_uring_submit(&ring);
	control("flood", 1);
	report("events: the ring's poll tells", take(NULL) & POLLIN, POLLIN);
	one = fetch(fd, sizeof(memory));
	report("events: one", events_in(memory[0], one), 1);
	control("flood", 20);
	report("events: no room", fetch(fd, one - 1), -EMSGSIZE);
	report("events: room for three", events_in(memory[0], fetch(fd, 3 * one + 7)), 3);
	report("events: the others", events_in(memory[0], fetch(fd, sizeof(memory))), 17);
	control("flood", 1);
	put(fd, KULINK_URING_EVENTS, (void *)8, 0, ROOM);
	report("events: bad memory", run(), -EFAULT);
	last++;
	put(fd, KULINK_URING_EVENTS, memory, 1, ROOM);
	report("events: a request's length", run(), -EINVAL);
}

static void give_buffers(void)
{
	io_uring_prep_provide_buffers(io_uring_get_sqe(&ring), memory, ROOM, BUFFERS, GROUP, 0);
	io_uring_submit(&ring);
	take(NULL);
}

static void shoot(int fd)
{
	struct io_uring_sqe *sqe = put(fd, KULINK_URING_EVENTS, NULL, 0, 0);

	sqe->rw_flags = IORING_URING_CMD_MULTISHOT;
	sqe->flags = IOSQE_BUFFER_SELECT;
	sqe->buf_group = GROUP;
	sqe->user_data = 7;
	io_uring_submit(&ring);
}

/* Events in the command's next completion, or its end */
static int shot(int *more)
{
	struct io_uring_cqe *cqe;
	int n;

	while (io_uring_wait_cqe(&ring, &cqe) == -EINTR)
		;
	n = cqe->res;
	*more = !!(cqe->flags & IORING_CQE_F_MORE);
	if (n > 0)
		n = events_in(memory[cqe->flags >> IORING_CQE_BUFFER_SHIFT], n);
	io_uring_cqe_seen(&ring, cqe);
	return n;
}

/* As many as were emitted, in however many completions */
static int shots(int wanted)
{
	int n, more, all = 0;

	while (all < wanted) {
		n = shot(&more);
		if (n <= 0 || !more)
			return -1;
		all += n;
	}
	return all;
}

static int waiting(void)
{
	int fd = node(O_RDWR);

	make_ring(0);
	subscribing(fd, KULINK_OP_SUBSCRIBE);
	give_buffers();
	shoot(fd);
	ready();
	pause();
	return 0;
}

static void test_given(int fd)
{
	int more, res = 0, i;
	char byte;
	pid_t pid;

	control("flood", 3);
	report("given: what comes", shots(3), 3);
	shoot(fd);
	report("given: to one command at a time", shot(&more), -EBUSY);
	for (i = 0, more = 1; i < 10 * BUFFERS && more; i++) {
		control("flood", 1);
		res = shot(&more);
	}
	report("given: until there is no buffer", res, -ENOBUFS);
	give_buffers();
	shoot(fd);
	report("given: on with new ones, and nothing was lost", shots(1), 1);
	report("given: nothing is wanted any more", subscribing(fd, KULINK_OP_UNSUBSCRIBE), 0);
	report("given: that is its end", shot(&more), -ECANCELED);
	pid = start(waiting);
	report("given: a program waits", read(ready_pipe[0], &byte, 1), 1);
	kill(pid, SIGKILL);
	report("given: and can be killed", finish(pid), 128);
}

/* A command with many completions is none that an older kernel takes; for anything but events it is none here */
static int has_multishot(int fd)
{
	struct io_uring_cqe *cqe;
	struct io_uring_sqe *sqe;
	int res, more;

	give_buffers();
	shoot(fd);
	if (!io_uring_peek_cqe(&ring, &cqe)) {
		res = shot(&more);
		report("given: before Linux 6.19, not at all", res == -EINVAL || res == -EOPNOTSUPP, 1);
		return 0;
	}
	sqe = put(fd, KULINK_IOC_GET, NULL, 0, 0);
	sqe->rw_flags = IORING_URING_CMD_MULTISHOT;
	sqe->flags = IOSQE_BUFFER_SELECT;
	report("given: only events are", run(), -EINVAL);
	return 1;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 2)
		return 2;
	begin(argv[1]);
	fd = node(O_RDWR);
	make_ring(IORING_SETUP_SUBMIT_ALL);
	test_taken(fd);
	if (has_multishot(fd))
		test_given(fd);
	close(fd);
	return end();
}
