// SPDX-License-Identifier: MIT
/* table: rows of 64 bytes, others each time; reread: the same again. */
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "harness.h"

struct tables {
	struct service s;
	struct bench_rows rows;
};

static int table_open(struct bench *b)
{
	struct tables *t = calloc(1, sizeof(*t));
	int error;

	if (!t)
		return -ENOMEM;
	b->state = t;
	t->rows.count = b->bytes / BENCH_ROW;
	error = service_open(b, &t->s);
	if (error)
		return error;
	return channel_info(b->work->channel)->carries & KULINK_TABLES ? 0 : -EOPNOTSUPP;
}

static void table_close(struct bench *b)
{
	struct tables *t = b->state;
	struct bench_rows none = { .count = 0 };

	if (!t)
		return;
	if (t->s.control >= 0)
		ioctl(t->s.control, BENCH_IOC_ROWS, &none);
	service_close(&t->s);
	free(t);
}

static int table_prepare(struct bench *b)
{
	struct tables *t = b->state;

	t->rows.turn = b->turn;
	return ioctl(t->s.control, BENCH_IOC_ROWS, &t->rows) ? -errno : 0;
}

static int reread_prepare(struct bench *b)
{
	struct tables *t = b->state;

	return t->rows.turn ? 0 : table_prepare(b);
}

/* The rows as they lie; all words of all of them, or the first one's first */
static int check(const struct bench *b, const struct tables *t, const struct kulink_rows *rows)
{
	const uint64_t *word = rows->records;
	uint64_t row, n = b->verify ? rows->n : 1;
	size_t i, words = b->verify ? BENCH_ROW / 8 : 1;

	if (rows->n != t->rows.count || rows->size != BENCH_ROW)
		return -EBADMSG;
	for (row = 0; row < n; row++, word += BENCH_ROW / 8)
		for (i = 0; i < words; i++)
			if (word[i] != bench_word(t->rows.turn + row, i))
				return -EBADMSG;
	return 0;
}

static int table_run(struct bench *b, unsigned int n)
{
	struct tables *t = b->state;
	struct kulink_rows rows;
	unsigned int i;
	int error = 0;

	for (i = 0; i < n && !error; i++) {
		error = kulink_rows(t->s.k, "rows", &rows);
		if (error)
			return service_failed(b, &t->s, error);
		error = check(b, t, &rows);
	}
	return error;
}

const struct bench_work bench_table = {
	.work = "table", .sizes = BENCH_SIZES(8192, 65536, 1 << 20),
	.open = table_open, .prepare = table_prepare, .run = table_run, .close = table_close,
};

const struct bench_work bench_reread = {
	.work = "reread", .sizes = BENCH_SIZES(65536),
	.open = table_open, .prepare = reread_prepare, .run = table_run, .close = table_close,
};

const struct bench_work bench_growth = {
	.work = "growth", .sizes = BENCH_SIZES(65536, 1 << 20, 16 << 20), .samples = 3,
	.open = table_open, .prepare = table_prepare, .run = table_run, .close = table_close,
};
