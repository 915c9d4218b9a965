// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user.h"

int bare_open(struct bench *b, const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC), err = errno;

	if (fd >= 0)
		return fd;
	snprintf(b->why, sizeof(b->why), "%s: %s%s", path, strerror(err),
		 err == ENOENT ? " (modprobe bench_bare)" : "");
	return -err;
}

void *bare_state(struct bench *b, size_t size)
{
	b->state = calloc(1, size);
	return b->state;
}

void *bare_pages(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static int table = -1;

int bare_table_open(struct bench *b)
{
	table = bare_open(b, "/dev/bench_table", O_RDONLY);
	return table < 0 ? table : 0;
}

void bare_table_close(struct bench *b)
{
	(void)b;
	if (table >= 0)
		close(table);
	table = -1;
}

int bare_table_fill(struct bench *b)
{
	struct bare_table args = { .turn = b->turn, .bytes = b->bytes };

	return ioctl(table, BARE_TABLE_FILL, &args) ? -errno : 0;
}

int bare_table_check(const struct bench *b, const void *rows)
{
	return bench_check(b, rows, b->bytes, b->turn);
}
