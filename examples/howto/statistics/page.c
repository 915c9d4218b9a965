// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first way, as in 2008: one call fills one page
 *
 * The procfs of that time handed a module one page to fill. A module with more to say kept in a variable where it had
 * stopped, and went on from there when the file was read anew: whoever wanted all had to run the command again and
 * again. That interface is gone since 3.10; this file does by hand what such modules did, so that you see why.
 *
 * Choose it never: seq_file (seq.c) is no longer.
 *
 * Creates	/proc/statistics/page, 0444: text, a page at most for each time it is opened and read
 *
 * What goes wrong: all readers share the one variable, so that each of two gets a part of the lines; a run that is cut
 * short begins the next in the middle; lines of two runs are of two moments; a mutex is held while a page is written.
 */
#include <linux/mm.h>
#include <linux/mutex.h>

#include "statistics_ex.h"

static DEFINE_MUTEX(lock);
static unsigned int stopped_at;

/* As many lines as fit; it remembers the first that did not. */
static size_t fill_page(char *page, size_t size)
{
	struct statistics_record r;
	size_t length = 0, line;

	mutex_lock(&lock);
	while (stopped_at < statistics_records) {
		statistics_copy(&r, stopped_at, 1);
		line = snprintf(page + length, size - length, STATISTICS_LINE, r.id, r.packets, r.bytes, r.dropped);
		if (line >= size - length)
			break;
		length += line;
		stopped_at++;
	}
	if (stopped_at == statistics_records)
		stopped_at = 0;
	mutex_unlock(&lock);
	return length;
}

static ssize_t read_page(struct file *file, char __user *buffer, size_t count, loff_t *offset)
{
	ssize_t length;
	char *page;

	if (*offset)
		return 0; /* that was all, for this time */
	page = (char *)__get_free_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	length = fill_page(page, min_t(size_t, count, PAGE_SIZE));
	length = length ? simple_read_from_buffer(buffer, count, offset, page, length) : -EINVAL;
	free_page((unsigned long)page);
	return length;
}

const struct proc_ops statistics_page_ops = {
	.proc_read	= read_page,
	.proc_lseek	= noop_llseek,
};
