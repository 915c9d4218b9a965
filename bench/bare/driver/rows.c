// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table through seq_file: /proc/bench_rows in bytes, /proc/bench_text in numbers
 *
 * seq_file's buffer is a page, and a record that would fill it makes it grow: as many rows as stay below are
 * shown at once. Text is shown a row at a time.
 */
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "driver.h"

#define CHUNK	(((PAGE_SIZE - 1) / BARE_ROW) * BARE_ROW)

static void *at(loff_t offset)
{
	size_t bytes;
	const void *rows = bare_table_rows(&bytes);

	return offset < bytes ? (void *)rows + offset : NULL;
}

static void *chunk_start(struct seq_file *seq, loff_t *pos)
{
	mutex_lock(&bare_table_lock);
	return at(*pos * CHUNK);
}

static void *chunk_next(struct seq_file *seq, void *row, loff_t *pos)
{
	return at(++*pos * CHUNK);
}

static void *row_start(struct seq_file *seq, loff_t *pos)
{
	mutex_lock(&bare_table_lock);
	return at(*pos * BARE_ROW);
}

static void *row_next(struct seq_file *seq, void *row, loff_t *pos)
{
	return at(++*pos * BARE_ROW);
}

static void seq_stop(struct seq_file *seq, void *row)
{
	mutex_unlock(&bare_table_lock);
}

static int show_bytes(struct seq_file *seq, void *row)
{
	size_t bytes;
	const void *rows = bare_table_rows(&bytes);

	return seq_write(seq, row, min_t(size_t, CHUNK, rows + bytes - row));
}

static int show_text(struct seq_file *seq, void *row)
{
	const u64 *words = row;
	unsigned int i;

	for (i = 0; i < BARE_ROW / sizeof(*words); i++)
		seq_printf(seq, "%llu ", words[i]);
	seq_putc(seq, '\n');
	return 0;
}

static const struct seq_operations bytes_ops = {
	.start = chunk_start, .next = chunk_next, .stop = seq_stop, .show = show_bytes,
};

static const struct seq_operations text_ops = {
	.start = row_start, .next = row_next, .stop = seq_stop, .show = show_text,
};

static int start(void)
{
	if (!proc_create_seq("bench_rows", 0400, NULL, &bytes_ops))
		return -ENOMEM;
	if (proc_create_seq("bench_text", 0400, NULL, &text_ops))
		return 0;
	remove_proc_entry("bench_rows", NULL);
	return -ENOMEM;
}

static void stop(void)
{
	remove_proc_entry("bench_text", NULL);
	remove_proc_entry("bench_rows", NULL);
}

const struct bare_part bare_rows = { start, stop };
