// SPDX-License-Identifier: MIT
/* The table: mapped under its sequence, by ioctl, through seq_file in bytes and in text */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user.h"

#define PAGE	4096UL
/* A word is at most 20 digits and a blank, a row has a new line, too. */
#define TEXT_OF(bytes)	((bytes) / 8 * 21 + (bytes) / BARE_ROW + 1)

struct table {
	int fd;
	size_t room;
	char *to;
	size_t mapped;
	const char *page;
};

static int open_table(struct bench *b, const char *path, size_t room)
{
	struct table *t = bare_state(b, sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	t->fd = -1;
	t->room = room;
	t->to = bare_pages(room);
	if (!t->to)
		return -ENOMEM;
	err = bare_table_open(b);
	if (err)
		return err;
	t->fd = bare_open(b, path, O_RDONLY);
	return t->fd < 0 ? t->fd : 0;
}

static void close_table(struct bench *b)
{
	struct table *t = b->state;

	bare_table_close(b);
	if (!t)
		return;
	if (t->mapped)
		munmap((void *)t->page, t->mapped);
	if (t->to)
		munmap(t->to, t->room);
	if (t->fd >= 0)
		close(t->fd);
	free(t);
}

static int open_mmap(struct bench *b)
{
	int err = open_table(b, "/dev/bench_table", b->bytes);
	struct table *t = b->state;
	void *page;

	if (err)
		return err;
	page = mmap(NULL, PAGE + b->bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, t->fd, 0);
	if (page == MAP_FAILED)
		return -errno;
	t->page = page;
	t->mapped = PAGE + b->bytes;
	return 0;
}

static int run_mmap(struct bench *b, unsigned int n)
{
	struct table *t = b->state;
	const uint32_t *at = &((const struct bare_table_page *)t->page)->sequence;
	uint32_t sequence;

	while (n--) {
		do {
			sequence = __atomic_load_n(at, __ATOMIC_ACQUIRE);
			memcpy(t->to, t->page + PAGE, b->bytes);
			__atomic_thread_fence(__ATOMIC_ACQUIRE);
		} while (sequence & 1 || sequence != __atomic_load_n(at, __ATOMIC_RELAXED));
	}
	return bare_table_check(b, t->to);
}

const struct bench_work bench_mmap_bare_table = {
	.work = "table", .channel = "mmap-bare", .kind = BENCH_BARE, .batch = 4,
	.sizes = BENCH_SIZES(64, 4096, 8192, 65536, 1 << 20),
	.open = open_mmap, .prepare = bare_table_fill, .run = run_mmap, .close = close_table,
};

static int open_ioctl(struct bench *b)
{
	return open_table(b, "/dev/bench_table", b->bytes);
}

static int run_ioctl(struct bench *b, unsigned int n)
{
	struct table *t = b->state;
	struct bare_echo args = { .data = (uintptr_t)t->to, .len = b->bytes };

	while (n--)
		if (ioctl(t->fd, BARE_TABLE_COPY, &args) != (int)b->bytes)
			return -EIO;
	return bare_table_check(b, t->to);
}

const struct bench_work bench_ioctl_bare_table = {
	.work = "table", .channel = "ioctl-bare", .kind = BENCH_BARE, .batch = 4,
	.sizes = BENCH_SIZES(64, 4096, 8192, 65536, 1 << 20),
	.open = open_ioctl, .prepare = bare_table_fill, .run = run_ioctl, .close = close_table,
};

/* To the end, in a buffer that has room for all of it; seq_file gives some thousand bytes at a time. */
static ssize_t read_all(struct table *t)
{
	size_t at = 0;
	ssize_t got;

	if (lseek(t->fd, 0, SEEK_SET))
		return -errno;
	while ((got = read(t->fd, t->to + at, t->room - at)) > 0)
		at += got;
	return got < 0 ? -errno : (ssize_t)at;
}

static int open_rows(struct bench *b)
{
	return open_table(b, "/proc/bench_rows", b->bytes + 1);
}

static int run_rows(struct bench *b, unsigned int n)
{
	struct table *t = b->state;

	while (n--)
		if (read_all(t) != (ssize_t)b->bytes)
			return -EIO;
	return bare_table_check(b, t->to);
}

const struct bench_work bench_seq_bare_table = {
	.work = "table", .channel = "seq-bare", .kind = BENCH_BARE,
	.sizes = BENCH_SIZES(64, 4096, 8192, 65536, 1 << 20),
	.open = open_rows, .prepare = bare_table_fill, .run = run_rows, .close = close_table,
};

static int open_text(struct bench *b)
{
	return open_table(b, "/proc/bench_text", TEXT_OF(b->bytes));
}

/* Numbers again: that is what who reads text is after. */
static int check_text(struct bench *b, char *text, size_t len)
{
	char *at = text, *end = text + len;
	size_t i;

	for (i = 0; i < b->bytes / 8; i++) {
		if (at >= end || strtoull(at, &at, 10) != bench_word(b->turn, i) || *at++ != ' ')
			return -EBADMSG;
		if (i % 8 == 7 && *at++ != '\n')
			return -EBADMSG;
	}
	return at == end ? 0 : -EBADMSG;
}

static int run_text(struct bench *b, unsigned int n)
{
	struct table *t = b->state;
	ssize_t len;
	int err = 0;

	while (n-- && !err) {
		len = read_all(t);
		if (len <= 0)
			return -EIO;
		t->to[len] = '\0';
		err = check_text(b, t->to, len);
	}
	return err;
}

const struct bench_work bench_seq_printf_bare_table = {
	.work = "table", .channel = "seq-printf-bare", .kind = BENCH_BARE, .samples = 9,
	.sizes = BENCH_SIZES(8192, 65536, 1 << 20),
	.open = open_text, .prepare = bare_table_fill, .run = run_text, .close = close_table,
};
