// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands by io_uring that take their time: side by side, cancelled, with their ring or their program gone, and with
 * the driver gone, which is the last that it does.
 *
 *	uring_flight ktest0
 */
#include "uring.h"

enum {
	N = 4,		/* calls at a time, each with a worker of its own */
	CALL = 100,	/* the first one's number */
	CANCEL = 200,
	CANCELS = 10,	/* rounds: what a cancellation says depends on who is first */
};

static __u64 for_ever;

static struct kulink_ioc_call calls[N];
static struct {
	struct kulink_msg head;
	__u64 ms;
} messages[N];

/*
 * It has begun before the next one comes. So every worker that has one is asleep in it, and the next one gets another:
 * one that is idle, or a new one. A ring like ours may have four a processor (io_init_wq_offload()); where a program asks
 * for fewer, the next one waits: test_cancel_waiting().
 */
static int begin_slow(int fd, int i)
{
	long begun = counter("begun");
	struct io_uring_sqe *sqe;

	if (i % 2) {
		calls[i] = (struct kulink_ioc_call){
			.name = "slow", .request = (uintptr_t)&for_ever, .request_len = 8,
		};
		sqe = put(fd, KULINK_IOC_CALL, &calls[i], 0, 0);
	} else {
		request(&messages[i].head, KULINK_OP_CALL, "slow", 8);
		sqe = put(fd, KULINK_URING_MESSAGE, &messages[i], sizeof(messages[i]), sizeof(messages[i]));
	}
	sqe->flags = IOSQE_ASYNC;
	sqe->user_data = CALL + i;
	io_uring_submit(&ring);
	return comes_to("begun", begun + 1);
}

/* As commands and as messages; once they are all in the driver */
static int start_slow(int fd)
{
	int i;

	for (i = 0; i < N; i++)
		if (!begin_slow(fd, i))
			return 0;
	return 1;
}

/* What the call said: its completion, or if that is a reply the status */
static int said(__u64 data, int res)
{
	if (!(data % 2) && res == (int)HEAD)
		return messages[data - CALL].head.status;
	return res;
}

/* How many of the calls ended so */
static int ended_by(int error)
{
	int i, res, n = 0;
	__u64 data = 0;

	for (i = 0; i < N; i++) {
		res = take(&data);
		if (data < CALL || data >= CALL + N)
			return -1;
		n += said(data, res) == error;
	}
	return n;
}

static void test_beside(int fd)
{
	struct kulink_ioc_value get = { .name = "num_u64" };

	report("beside: they are in the driver", start_slow(fd), 1);
	put(fd, KULINK_IOC_GET, &get, 0, 0);
	report("beside: another one is answered meanwhile", run(), 0);
	control("release", 1);
	report("beside: each ends well", ended_by(0), N);
}

static void cancel(int i)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	io_uring_prep_cancel64(sqe, CALL + i, 0);
	sqe->user_data = CANCEL + i;
	io_uring_submit(&ring);
}

/*
 * A cancellation marks what a worker runs and wakes it, as by a signal: the call always ends interrupted. What is told of
 * the cancellation itself is the kernel's: -EALREADY, for it was running; or -ENOENT. For io_try_cancel(), having found it
 * among the workers, goes on to polls and timeouts, whose -ENOENT has it looked for among the workers again, by
 * __io_async_cancel() (io_uring/cancel.c); and on 7.2 one that has ended by then counts as never found. 6.12.117 remembers.
 */
static void test_cancel(int fd)
{
	int round, i, begun = 0, told = 0, interrupted = 0, gone = 0;

	for (round = 0; round < CANCELS; round++) {
		begun += start_slow(fd);
		for (i = 0; i < N; i++)
			cancel(i);
		/* nobody lets them go: that they end is its doing */
		for (i = 0; i < 2 * N; i++) {
			__u64 data = 0;
			int res = take(&data);

			if (data < CANCEL) {
				interrupted += said(data, res) == -EINTR;
				continue;
			}
			told += res == -EALREADY || res == -ENOENT;
			gone += res == -ENOENT;
		}
	}
	report("cancel: they are in the driver", begun, CANCELS);
	report("cancel: each call is interrupted", interrupted, CANCELS * N);
	printf("# %d of %d had ended when they were looked for again\n", gone, CANCELS * N);
	report("cancel: each cancellation says that it ran", told, CANCELS * N);
}

/* What waits for a worker has not begun: it never does. A program of its own, for workers stay: one is all it has */
static int with_one_worker(void)
{
	int fd = node(O_RDWR), i, error = 0;
	unsigned int most[2] = { 1, 1 };
	struct io_uring_sqe *sqe;

	make_ring(0);
	if (io_uring_register_iowq_max_workers(&ring, most) || !begin_slow(fd, 1))
		return 1;
	calls[3] = calls[1];
	sqe = put(fd, KULINK_IOC_CALL, &calls[3], 0, 0);
	sqe->flags = IOSQE_ASYNC;
	sqe->user_data = CALL + 3;
	io_uring_submit(&ring);
	cancel(3);
	for (i = 0; i < 2; i++) {
		__u64 data = 0;
		int res = take(&data), expected = data == CALL + 3 ? -ECANCELED : 0;

		if (res != expected || data == CALL + 1)
			error = 2;
	}
	control("release", 1);
	return take(NULL) ? 3 : error;
}

static void test_cancel_waiting(void)
{
	long begun = counter("begun");

	report("cancel: what has not begun is cancelled, what has goes on", finish(start(with_one_worker)), 0);
	report("cancel: what has not begun never does", counter("begun") - begun, 1);
}

static void test_file_closed(void)
{
	int fd = node(O_RDWR);

	report("closed: they are in the driver", start_slow(fd), 1);
	close(fd);
	control("release", 1);
	report("closed: each ends well without the file", ended_by(0), N);
}

static void test_ring_closed(int fd)
{
	long ended = counter("ended");

	report("no ring: they are in the driver", start_slow(fd), 1);
	io_uring_queue_exit(&ring);
	report("no ring: they are interrupted", comes_to("ended", ended + N), 1);
	make_ring(0);
}

static int in_flight(void)
{
	int fd = node(O_RDWR);

	make_ring(0);
	if (!start_slow(fd))
		return 1;
	ready();
	pause();
	return 0;
}

static void test_killed(void)
{
	long ended = counter("ended");
	char byte;
	pid_t pid = start(in_flight);

	report("killed: they are in the driver", read(ready_pipe[0], &byte, 1), 1);
	kill(pid, SIGKILL);
	report("killed: it dies", finish(pid), 128);
	report("killed: they are interrupted", comes_to("ended", ended + N), 1);
}

/* A worker that touches what never comes: the driver may leave, and the program be killed */
static int in_tar(void)
{
	void *pit = tar_pit();
	int fd = node(O_RDWR);

	make_ring(0);
	put(fd, KULINK_URING_MESSAGE, pit, HEAD, HEAD)->flags = IOSQE_ASYNC;
	put(fd, KULINK_IOC_GET, (char *)pit + sysconf(_SC_PAGESIZE), 0, 0)->flags = IOSQE_ASYNC;
	io_uring_submit(&ring);
	ready();
	pause();
	return 0;
}

static int unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
}

/* The driver lets go what sleeps in it when it leaves */
static void test_unload(int fd)
{
	struct kulink_ioc_value get = { .name = "num_u64" };
	struct kulink_msg msg;
	int i, res, good = 0;
	pid_t stuck = start(in_tar);
	char byte;
	__u64 data = 0;

	report("unload: a worker is stuck in its program's memory", read(ready_pipe[0], &byte, 1), 1);
	report("unload: they are in the driver", start_slow(fd), 1);
	report("unload: the driver leaves", unload("kulink_test"), 0);
	for (i = 0; i < N; i++) {
		res = take(&data);
		res = said(data, res);
		good += res == 0 || res == -ENODEV;
	}
	report("unload: each has ended, or is told", good, N);
	put(fd, KULINK_IOC_GET, &get, 0, 0);
	report("unload: a command is told", run(), -ENODEV);
	request(&msg, KULINK_OP_GET, "num_u64", 0);
	put(fd, KULINK_URING_MESSAGE, &msg, HEAD, HEAD);
	report("unload: a message is told", run(), -ENODEV);
	report("unload: the channel is held by the file", unload("kulink_dev"), -EAGAIN);
	kill(stuck, SIGKILL);
	report("unload: what is stuck can be killed", finish(stuck), 128);
}

int main(int argc, char **argv)
{
	int fd, tries = 0;

	if (argc != 2)
		return 2;
	begin(argv[1]);
	fd = node(O_RDWR);
	make_ring(0);
	test_beside(fd);
	test_cancel(fd);
	test_file_closed();
	test_ring_closed(fd);
	test_killed();
	test_cancel_waiting();
	test_unload(fd);
	close(fd);
	/* the last worker's reference goes with its task, some time after it was waited for */
	while (unload("kulink_dev") && ++tries < 6000)
		usleep(10000);
	report("unload: the channel leaves when nobody holds it", tries < 6000, 1);
	return end();
}
