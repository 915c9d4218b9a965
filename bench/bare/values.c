// SPDX-License-Identifier: MIT
/* One integer: by ioctl, from mapped memory, from sysfs with a kept descriptor and without, from debugfs */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user.h"

/* The driver's value is one more at each reading. */
struct value {
	int node;
	int fd;
	uint64_t next;
	const volatile struct bare_table_page *page;
};

#define SYSFS	"/sys/devices/virtual/misc/bench_echo/value"
#define DEBUGFS	"/sys/kernel/debug/bench_value"

static int open_value(struct bench *b)
{
	struct value *v = bare_state(b, sizeof(*v));

	if (!v)
		return -ENOMEM;
	v->fd = -1;
	v->next = 1000000;
	v->node = bare_open(b, "/dev/bench_echo", O_RDWR);
	if (v->node < 0)
		return v->node;
	return ioctl(v->node, BARE_SET, &v->next) ? -errno : 0;
}

static void close_value(struct bench *b)
{
	struct value *v = b->state;

	if (!v)
		return;
	if (v->fd >= 0)
		close(v->fd);
	if (v->node >= 0)
		close(v->node);
	free(v);
}

static int run_ioctl(struct bench *b, unsigned int n)
{
	struct value *v = b->state;
	uint64_t got;

	while (n--) {
		if (ioctl(v->node, BARE_GET, &got))
			return -errno;
		if (got != v->next++)
			return -EBADMSG;
	}
	return 0;
}

const struct bench_work bench_ioctl_bare_get = {
	.work = "get", .channel = "ioctl-bare", .kind = BENCH_BARE, .sizes = BENCH_SIZES(8), .batch = 64,
	.open = open_value, .run = run_ioctl, .close = close_value,
};

static int run_set(struct bench *b, unsigned int n)
{
	struct value *v = b->state;
	uint64_t to, got;
	unsigned int i;

	for (i = 0; i < n; i++) {
		to = bench_word(b->turn + i, 0);
		if (ioctl(v->node, BARE_SET, &to))
			return -errno;
		if (b->verify && (ioctl(v->node, BARE_GET, &got) || got != to))
			return -EBADMSG;
	}
	return 0;
}

const struct bench_work bench_ioctl_bare_set = {
	.work = "set", .channel = "ioctl-bare", .kind = BENCH_BARE, .sizes = BENCH_SIZES(8), .batch = 64,
	.open = open_value, .run = run_set, .close = close_value,
};

/* A number in text that ends with a new line */
static int is_next(struct value *v, char *text, ssize_t len)
{
	if (len <= 0)
		return -EIO;
	text[len] = '\0';
	return strtoull(text, NULL, 10) == v->next++ ? 0 : -EBADMSG;
}

static int open_sysfs(struct bench *b)
{
	int err = open_value(b);
	struct value *v = b->state;

	if (err)
		return err;
	v->fd = bare_open(b, SYSFS, O_RDONLY);
	return v->fd < 0 ? v->fd : 0;
}

static int run_sysfs(struct bench *b, unsigned int n)
{
	struct value *v = b->state;
	char text[32];
	int err = 0;

	while (n-- && !err)
		err = is_next(v, text, pread(v->fd, text, sizeof(text) - 1, 0));
	return err;
}

const struct bench_work bench_sysfs_bare_get = {
	.work = "get", .channel = "sysfs-bare", .kind = BENCH_BARE, .sizes = BENCH_SIZES(8), .batch = 64,
	.open = open_sysfs, .run = run_sysfs, .close = close_value,
};

static int run_file(struct bench *b, unsigned int n, const char *path)
{
	struct value *v = b->state;
	char text[32];
	int fd, err = 0;

	while (n-- && !err) {
		fd = open(path, O_RDONLY);
		if (fd < 0)
			return -errno;
		err = is_next(v, text, read(fd, text, sizeof(text) - 1));
		close(fd);
	}
	return err;
}

static int run_sysfs_open(struct bench *b, unsigned int n)
{
	return run_file(b, n, SYSFS);
}

const struct bench_work bench_sysfs_open_bare_get = {
	.work = "get", .channel = "sysfs-open-bare", .kind = BENCH_BARE, .sizes = BENCH_SIZES(8), .batch = 32,
	.open = open_value, .run = run_sysfs_open, .close = close_value,
};

static int run_debugfs(struct bench *b, unsigned int n)
{
	return run_file(b, n, DEBUGFS);
}

const struct bench_work bench_debugfs_bare_get = {
	.work = "get", .channel = "debugfs-bare", .kind = BENCH_BARE, .sizes = BENCH_SIZES(8), .batch = 32,
	.open = open_value, .run = run_debugfs, .close = close_value,
};

/* From the table's first word, which has another value in each run */
static int open_mmap(struct bench *b)
{
	struct value *v = bare_state(b, sizeof(*v));
	int err = bare_table_open(b);

	if (!v)
		return -ENOMEM;
	v->node = -1;
	v->fd = -1;
	if (err)
		return err;
	v->fd = bare_open(b, "/dev/bench_table", O_RDONLY);
	if (v->fd < 0)
		return v->fd;
	v->page = mmap(NULL, 8192, PROT_READ, MAP_SHARED | MAP_POPULATE, v->fd, 0);
	return v->page == MAP_FAILED ? -errno : 0;
}

static void close_mmap(struct bench *b)
{
	struct value *v = b->state;

	bare_table_close(b);
	if (v && v->page && v->page != MAP_FAILED)
		munmap((void *)v->page, 8192);
	close_value(b);
}

static int prepare_mmap(struct bench *b)
{
	struct bench row = { .bytes = BARE_ROW, .turn = b->turn };

	return bare_table_fill(&row);
}

static int run_mmap(struct bench *b, unsigned int n)
{
	struct value *v = b->state;
	const volatile uint64_t *value = (const volatile void *)((const volatile char *)v->page + 4096);
	uint64_t expected = bench_word(b->turn, 0), got;
	uint32_t sequence;

	while (n--) {
		do {
			sequence = __atomic_load_n(&v->page->sequence, __ATOMIC_ACQUIRE);
			got = *value;
			__atomic_thread_fence(__ATOMIC_ACQUIRE);
		} while (sequence & 1 || sequence != v->page->sequence);
		if (got != expected)
			return -EBADMSG;
	}
	return 0;
}

const struct bench_work bench_mmap_bare_get = {
	.work = "get", .channel = "mmap-bare", .kind = BENCH_BARE, .sizes = BENCH_SIZES(8), .batch = 256,
	.open = open_mmap, .prepare = prepare_mmap, .run = run_mmap, .close = close_mmap,
};
