// SPDX-License-Identifier: GPL-2.0-only
/*
 * A stream of messages from /dev/kulink/SERVICE of the test driver: waiting in every way,
 * losing, eight programs at once, two on one file, closing under fire.
 *
 *	stream ktest0
 */
#include "raw.h"

#define PROGRAMS	8

/* Everything emitted is delivered or shows as a gap; the last one is always delivered */
static void test_slow_reader(void)
{
	__u64 last = 0, index = 0, got = 0, lost = 0, wrong = 0, first;
	int fd = subscriber(O_NONBLOCK, "data");
	struct message msg;

	report("slow: one event", control("flood", 1), 0);
	report("slow: it comes", next(fd, &msg), KULINK_OP_EVENT);
	first = msg.event.seq;
	last = first;
	report("slow: a flood", control("flood", 5000), 0);
	while (next(fd, &msg) == KULINK_OP_EVENT) {
		wrong += msg.event.seq <= last;
		lost += msg.event.seq - last - 1;
		last = msg.event.seq;
		index = msg.index;
		got++;
	}
	report("slow: some are lost", lost > 0, 1);
	report("slow: some arrive", got > 0, 1);
	report("slow: lost and delivered are all", got + lost, 5000);
	report("slow: in order", wrong, 0);
	report("slow: the last one arrives", last, first + 5000);
	report("slow: the emitter counts the same", index, last);
	close(fd);
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

static void test_sigio(void)
{
	struct sigaction action = { .sa_handler = count_signal, .sa_flags = SA_RESTART };
	int fd = subscriber(O_NONBLOCK, "data");

	sigaction(SIGIO, &action, NULL);
	fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC);
	signals = 0;
	control("flood", 1);
	report("SIGIO comes with an event", signals > 0, 1);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	signals = 0;
	control("flood_irq", 1);
	report("SIGIO comes no more", signals, 0);
	close(fd);
}

static void test_poll(void)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int fd = subscriber(O_NONBLOCK, "data"), epoll = epoll_create1(0), other;
	struct message msg;

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	report("poll: nothing", events_of(fd, 0), 0);
	report("epoll: nothing", epoll_wait(epoll, &event, 1, 0), 0);
	control("flood_irq", 1);
	report("poll: from hard interrupts", events_of(fd, 1000), POLLIN);
	report("epoll: an edge", epoll_wait(epoll, &event, 1, 1000), 1);
	report("epoll: one edge", epoll_wait(epoll, &event, 1, 0), 0);
	report("read: one", next(fd, &msg), KULINK_OP_EVENT);
	report("read: it has a name", strcmp(msg.head.part, "data"), 0);
	report("read: no other one", next(fd, &msg), -EAGAIN);
	report("unsubscribe", ask(fd, KULINK_OP_UNSUBSCRIBE, "data"), 0);
	control("flood", 1);
	report("poll: nothing after it", events_of(fd, 0), 0);
	other = subscriber(O_NONBLOCK, "");
	control("flood", 1);
	report("every event: three", next(other, &msg) + next(other, &msg) + next(other, &msg),
	       3 * KULINK_OP_EVENT);
	report("every event: no more", next(other, &msg), -EAGAIN);
	close(other);
	close(epoll);
	close(fd);
}

static int echo_loop(void)
{
	size_t size = sizeof(struct kulink_msg) + KULINK_CALL_MAX, i, n;
	struct kulink_msg *msg = calloc(1, size);
	unsigned char *reply = malloc(size), *payload = (void *)(msg + 1);
	int fd = open(path, O_RDWR), round, rounds = scaled(4);

	*msg = (struct kulink_msg){ .len = size, .abi = KULINK_ABI, .op = KULINK_OP_CALL };
	strcpy(msg->part, "echo");
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < KULINK_CALL_MAX; i++)
			payload[i] = ktest_byte(i + getpid() + round);
		if (write(fd, msg, size) != (ssize_t)size)
			return 1;
		for (n = 0; n < size; n += i) {
			i = read(fd, reply + n, size - n);
			if ((ssize_t)i <= 0)
				return 2;
		}
		if (memcmp(payload, reply + sizeof(*msg), KULINK_CALL_MAX))
			return 3;
	}
	return 0;
}

/* Open, subscribe, take a few, close: while events come from interrupts */
static int close_loop(void)
{
	struct message msg;
	int round, rounds = scaled(60), fd;

	for (round = 0; round < rounds; round++) {
		fd = subscriber(O_NONBLOCK, round & 1 ? "data" : "");
		if (fd < 0)
			return 1;
		events_of(fd, 1);
		next(fd, &msg);
		next(fd, &msg);
		close(fd);
	}
	return 0;
}

static int flood_loop(void)
{
	int round, rounds = scaled(30);

	for (round = 0; round < rounds; round++)
		if (control(round & 1 ? "flood_irq" : "flood", 300))
			return 1;
	return 0;
}

static void test_together(const char *what, int (*fn)(void), int (*beside)(void))
{
	pid_t pids[PROGRAMS], other = beside ? start(beside) : 0;
	int i, wrong = 0;

	for (i = 0; i < PROGRAMS; i++)
		pids[i] = start(fn);
	for (i = 0; i < PROGRAMS; i++)
		wrong += finish(pids[i]) != 0;
	if (other)
		wrong += finish(other) != 0;
	report(what, wrong, 0);
}

/* Writes and reads of one open file from two sides */
static int shared_fd;

static int shared_reader(void)
{
	struct message msg;
	int replies = 0;

	while (replies < 1000) {
		if (next(shared_fd, &msg) < 0)
			return 1;
		replies += msg.head.op == KULINK_OP_CALL;
	}
	return 0;
}

static void test_shared(void)
{
	struct kulink_msg msg = { .len = sizeof(msg), .abi = KULINK_ABI, .op = KULINK_OP_CALL,
				  .part = "echo" };
	int sent = 0, wrong = 0;
	pid_t pid;

	shared_fd = subscriber(0, "data");
	pid = start(shared_reader);
	while (sent < 1000) {
		if (write(shared_fd, &msg, sizeof(msg)) == sizeof(msg))
			sent++;
		else if (errno != EBUSY && ++wrong)
			break;
		if (!(sent % 100))
			control("flood", 3);
	}
	report("shared: requests of one process", wrong, 0);
	report("shared: replies for another, between events", finish(pid), 0);
	close(shared_fd);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	begin(argv[1]);
	test_slow_reader();
	test_sigio();
	test_poll();
	test_shared();
	test_together("8 programs: 1 MiB echoed", echo_loop, NULL);
	test_together("8 programs: closing under fire", close_loop, flood_loop);
	return end();
}
