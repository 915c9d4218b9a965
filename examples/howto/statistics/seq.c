// SPDX-License-Identifier: GPL-2.0-only
/*
 * The second way: seq_file, as much text as there is
 *
 * seq_file has a page of its own, calls show() for one record after the other until the page is full, and keeps the
 * position with the open file: a program reads to the end as from any file, and two readers do not meet.
 *
 * Choose it for what people and scripts read, up to some thousand lines. It is the dearest of the five to make and to
 * read back, since numbers become text and numbers again.
 *
 * Creates	/proc/statistics/seq, 0444: text, a line for each record
 *
 * What goes wrong: each read() gives a page at most, whatever was asked for, and stop() is called after each: a lock
 * taken in start() is let go between two reads, so that the pages are of different moments (here no lock is needed).
 * With a list whose members come and go, a position that is a number may skip or repeat one.
 */
#include "statistics_ex.h"

static void *start(struct seq_file *m, loff_t *position)
{
	return *position < statistics_records ? &statistics_area->record[*position] : NULL;
}

static void *next(struct seq_file *m, void *record, loff_t *position)
{
	++*position;
	return start(m, position);
}

static void stop(struct seq_file *m, void *record)
{
}

static int show(struct seq_file *m, void *record)
{
	struct statistics_record r;

	statistics_copy(&r, (struct statistics_record *)record - statistics_area->record, 1);
	seq_printf(m, STATISTICS_LINE, r.id, r.packets, r.bytes, r.dropped);
	return 0;
}

const struct seq_operations statistics_seq_ops = {
	.start	= start,
	.next	= next,
	.stop	= stop,
	.show	= show,
};
