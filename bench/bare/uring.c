// SPDX-License-Identifier: MIT
/* Calls as commands of io_uring: one at a time, and 32 a submission */
#include <fcntl.h>
#include <liburing.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "calls.h"

#define BATCH	32

struct uring {
	struct bare_call calls[BATCH];	/* the first one's descriptor */
	struct io_uring ring;
	bool is_open;
	char *memory;
};

static int open_uring(struct bench *b)
{
	struct uring *u = bare_state(b, sizeof(*u));
	unsigned int i;
	int err;

	if (!u)
		return -ENOMEM;
	u->calls[0].fd = bare_open(b, "/dev/bench_echo", O_RDWR);
	if (u->calls[0].fd < 0)
		return u->calls[0].fd;
	u->memory = bare_pages(BATCH * 2 * b->bytes);
	if (!u->memory)
		return -ENOMEM;
	for (i = 0; i < BATCH; i++) {
		u->calls[i].data = u->memory + i * 2 * b->bytes;
		u->calls[i].back = u->calls[i].data + b->bytes;
	}
	err = io_uring_queue_init(BATCH, &u->ring, 0);
	u->is_open = !err;
	return err;
}

static void close_uring(struct bench *b)
{
	struct uring *u = b->state;

	if (!u)
		return;
	if (u->is_open)
		io_uring_queue_exit(&u->ring);
	if (u->calls[0].fd >= 0)
		close(u->calls[0].fd);
	if (u->memory)
		munmap(u->memory, BATCH * 2 * b->bytes);
	free(u);
}

static void prepare(struct uring *u, unsigned int i, size_t bytes)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);
	struct bare_echo *args;

	io_uring_prep_rw(IORING_OP_URING_CMD, sqe, u->calls[0].fd, NULL, 0, 0);
	sqe->cmd_op = BARE_ECHO;
	args = (struct bare_echo *)sqe->cmd;
	args->data = (uintptr_t)u->calls[i].data;
	args->len = bytes;
	args->pad = 0;
}

/* @n at once; each answer is looked at when all are there */
static int submit(struct bench *b, struct uring *u, unsigned int n, uint64_t turn)
{
	struct io_uring_cqe *cqe;
	unsigned int i, at, done = 0;
	int err = 0;

	for (i = 0; i < n; i++) {
		bench_fill(b, u->calls[i].data, b->bytes, turn + i);
		prepare(u, i, b->bytes);
	}
	if (io_uring_submit_and_wait(&u->ring, n) != (int)n)
		return -EIO;
	io_uring_for_each_cqe(&u->ring, at, cqe) {
		err = err ? err : cqe->res;
		done++;
	}
	io_uring_cq_advance(&u->ring, done);
	for (i = 0; i < n && !err; i++)
		err = bench_check(b, u->calls[i].back, b->bytes, turn + i);
	return err ? err : done == n ? 0 : -EIO;
}

static int run_one(struct bench *b, unsigned int n)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++)
		err = submit(b, b->state, 1, b->turn + i);
	return err;
}

static int run_batch(struct bench *b, unsigned int n)
{
	return submit(b, b->state, n, b->turn);
}

const struct bench_work bench_uring_bare_call = {
	.work = "call", .channel = "uring-bare", .kind = BENCH_BARE, .batch = 16,
	.sizes = BENCH_SIZES(8, 64, 512, 4096, 65536, 1 << 20),
	.open = open_uring, .run = run_one, .close = close_uring,
};

const struct bench_work bench_uring_batch_bare_call = {
	.work = "call", .channel = "uring-batch-bare", .kind = BENCH_BARE, .batch = BATCH,
	.sizes = BENCH_SIZES(8, 64, 512, 4096, 65536),
	.open = open_uring, .run = run_batch, .close = close_uring,
};

/* No operation: what io_uring costs by itself */
static int run_nop(struct bench *b, unsigned int n)
{
	struct uring *u = b->state;
	struct io_uring_cqe *cqe;
	struct io_uring_sqe *sqe;
	unsigned int i, at, done = 0;

	for (i = 0; i < n; i++) {
		sqe = io_uring_get_sqe(&u->ring);
		io_uring_prep_nop(sqe);
		sqe->user_data = b->turn + i;
	}
	if (io_uring_submit_and_wait(&u->ring, n) != (int)n)
		return -EIO;
	io_uring_for_each_cqe(&u->ring, at, cqe)
		if (cqe->res || cqe->user_data != b->turn + done++)
			return -EBADMSG;
	io_uring_cq_advance(&u->ring, done);
	return done == n ? 0 : -EIO;
}

static int run_nop_one(struct bench *b, unsigned int n)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++)
		err = run_nop(b, 1);
	return err;
}

const struct bench_work bench_uring_nop_peer_call = {
	.work = "call", .channel = "uring-nop-peer", .kind = BENCH_PEER, .sizes = BENCH_SIZES(8), .batch = 32,
	.open = open_uring, .run = run_nop_one, .close = close_uring,
};

const struct bench_work bench_uring_nop_batch_peer_call = {
	.work = "call", .channel = "uring-nop-batch-peer", .kind = BENCH_PEER, .sizes = BENCH_SIZES(8),
	.batch = BATCH, .open = open_uring, .run = run_nop, .close = close_uring,
};
