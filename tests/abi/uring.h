/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands by io_uring on the test driver's node, without the library. */
#ifndef URING_H
#define URING_H

#include <liburing.h>

#include "raw.h"

#define HEAD	sizeof(struct kulink_msg)
#define DEPTH	64

static struct io_uring ring;

static inline int node(int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0) {
		printf("Bail out! %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return fd;
}

static inline void make_ring(unsigned int flags)
{
	struct io_uring_params params = { .flags = flags, .sq_thread_idle = 100 };
	int err = io_uring_queue_init_params(DEPTH, &ring, &params);

	if (err) {
		printf("Bail out! io_uring: %s\n", strerror(-err));
		exit(1);
	}
}

static inline struct io_uring_sqe *put(int fd, __u32 op, const void *at, __u32 len, __u32 room)
{
	const struct kulink_uring args = {
		.buffer = (uintptr_t)at, .request_len = len, .room = room,
	};
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	io_uring_prep_rw(IORING_OP_URING_CMD, sqe, fd, NULL, 0, 0);
	sqe->user_data = 0;
	sqe->cmd_op = op;
	memcpy(sqe->cmd, &args, sizeof(args));
	return sqe;
}

/* The next completion's result; @data: its number */
static inline int take(__u64 *data)
{
	struct io_uring_cqe *cqe;
	int res, err;

	do {
		err = io_uring_wait_cqe(&ring, &cqe);
	} while (err == -EINTR);
	if (err)
		return err;
	res = cqe->res;
	if (data)
		*data = cqe->user_data;
	io_uring_cqe_seen(&ring, cqe);
	return res;
}

static inline int run(void)
{
	int n = io_uring_submit(&ring);

	/* with a thread that takes them, older ones may be counted still */
	return n < 0 ? n : take(NULL);
}

/* A request at @msg, with @payload bytes behind it, which come as they are */
static inline void request(struct kulink_msg *msg, __u16 op, const char *part, size_t payload)
{
	*msg = (struct kulink_msg){ .len = HEAD + payload, .abi = KULINK_ABI, .op = op, .id = 7 };
	memcpy(msg->part, part, strlen(part));
}

#endif
