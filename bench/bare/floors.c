// SPDX-License-Identifier: MIT
/* Floors: a system call of nothing, the clock, a copy; an ioctl of nothing, read() of memory, an eventfd */
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "user.h"

struct floor {
	int fd;
	char *from;
	char *to;
};

static int open_floor(struct bench *b)
{
	struct floor *f = bare_state(b, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->fd = -1;
	f->from = bare_pages(b->bytes);
	f->to = bare_pages(b->bytes);
	return f->from && f->to ? 0 : -ENOMEM;
}

static void close_floor(struct bench *b)
{
	struct floor *f = b->state;

	if (!f)
		return;
	if (f->fd >= 0)
		close(f->fd);
	if (f->from)
		munmap(f->from, b->bytes);
	if (f->to)
		munmap(f->to, b->bytes);
	free(f);
}

static int open_null(struct bench *b)
{
	int err = open_floor(b);
	struct floor *f = b->state;

	if (err)
		return err;
	f->fd = bare_open(b, "/dev/bench_echo", 2);
	return f->fd < 0 ? f->fd : 0;
}

static int run_null(struct bench *b, unsigned int n)
{
	struct floor *f = b->state;

	while (n--)
		if (ioctl(f->fd, BARE_NULL, 0))
			return -errno;
	return 0;
}

const struct bench_work bench_floor_ioctl = {
	.work = "get", .channel = "floor-ioctl", .kind = BENCH_FLOOR, .sizes = BENCH_SIZES(8), .batch = 64,
	.open = open_null, .run = run_null, .close = close_floor,
};

static int open_read(struct bench *b)
{
	int err = bare_table_open(b);
	struct floor *f;

	if (!err)
		err = open_floor(b);
	if (err)
		return err;
	f = b->state;
	f->fd = bare_open(b, "/dev/bench_table", 0);
	return f->fd < 0 ? f->fd : 0;
}

static void close_read(struct bench *b)
{
	bare_table_close(b);
	close_floor(b);
}

static int run_read(struct bench *b, unsigned int n)
{
	struct floor *f = b->state;

	while (n--)
		if (read(f->fd, f->to, b->bytes) != (ssize_t)b->bytes)
			return -EIO;
	return bare_table_check(b, f->to);
}

const struct bench_work bench_floor_read = {
	.work = "table", .channel = "floor-read", .kind = BENCH_FLOOR, .batch = 4,
	.sizes = BENCH_SIZES(8192, 65536, 1 << 20),
	.open = open_read, .prepare = bare_table_fill, .run = run_read, .close = close_read,
};

static int open_eventfd(struct bench *b)
{
	int err = open_floor(b);
	struct floor *f = b->state;

	if (err)
		return err;
	f->fd = eventfd(0, EFD_CLOEXEC);
	return f->fd < 0 ? -errno : 0;
}

static int run_eventfd(struct bench *b, unsigned int n)
{
	struct floor *f = b->state;
	uint64_t put, got;
	unsigned int i;

	for (i = 0; i < n; i++) {
		put = 1 + (b->turn + i) % 1000;
		if (write(f->fd, &put, sizeof(put)) != sizeof(put) || read(f->fd, &got, sizeof(got)) != sizeof(got))
			return -errno;
		if (got != put)
			return -EBADMSG;
	}
	return 0;
}

const struct bench_work bench_floor_eventfd = {
	.work = "call", .channel = "floor-eventfd", .kind = BENCH_FLOOR, .sizes = BENCH_SIZES(8), .batch = 64,
	.open = open_eventfd, .run = run_eventfd, .close = close_floor,
};

static int nothing_to_open(struct bench *b)
{
	(void)b;
	return 0;
}

static void nothing_to_close(struct bench *b)
{
	(void)b;
}

static int run_getppid(struct bench *b, unsigned int n)
{
	long parent = syscall(SYS_getppid);

	(void)b;
	while (--n)
		if (syscall(SYS_getppid) != parent)
			return -EBADMSG;
	return 0;
}

const struct bench_work bench_floor_getppid = {
	.work = "get", .channel = "floor-getppid", .kind = BENCH_FLOOR, .sizes = BENCH_SIZES(8), .batch = 64,
	.open = nothing_to_open, .run = run_getppid, .close = nothing_to_close,
};

static int run_clock(struct bench *b, unsigned int n)
{
	struct timespec now;

	(void)b;
	while (n--)
		if (clock_gettime(CLOCK_MONOTONIC, &now))
			return -errno;
	return 0;
}

const struct bench_work bench_floor_clock = {
	.work = "get", .channel = "floor-clock", .kind = BENCH_FLOOR, .sizes = BENCH_SIZES(8), .batch = 64,
	.open = nothing_to_open, .run = run_clock, .close = nothing_to_close,
};

/* The compiler must not know that it is done again and again. */
static int run_memcpy(struct bench *b, unsigned int n)
{
	struct floor *f = b->state;

	while (n--) {
		memcpy(f->to, f->from, b->bytes);
		__asm__ volatile("" : : "r"(f->to) : "memory");
	}
	return bench_check(b, f->to, b->bytes, b->turn);
}

static int prepare_memcpy(struct bench *b)
{
	struct floor *f = b->state;

	bench_fill(b, f->from, b->bytes, b->turn);
	return 0;
}

const struct bench_work bench_floor_memcpy = {
	.work = "table", .channel = "floor-memcpy", .kind = BENCH_FLOOR, .batch = 16,
	.sizes = BENCH_SIZES(8, 64, 512, 4096, 8192, 65536, 1 << 20),
	.open = open_floor, .prepare = prepare_memcpy, .run = run_memcpy, .close = close_floor,
};
