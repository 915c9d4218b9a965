// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table as text through seq_file, for every channel that is a file to cat: procfs,
 * debugfs. seq_file shows a record again when its buffer grows or the reader seeks, so
 * it goes over a snapshot, taken when the file was opened.
 */
#include <linux/export.h>
#include <linux/seq_file.h>

#include "../channel.h"

static void *snapshot_at(const struct kulink_snapshot *snapshot, loff_t pos)
{
	if (pos == 0)
		return SEQ_START_TOKEN;
	if (pos - 1 < snapshot->head.count)
		return (void *)kulink_snapshot_record(snapshot, pos - 1);
	return NULL;
}

static void *snapshot_start(struct seq_file *m, loff_t *pos)
{
	return snapshot_at(m->private, *pos);
}

static void *snapshot_next(struct seq_file *m, void *v, loff_t *pos)
{
	return snapshot_at(m->private, ++*pos);
}

static void snapshot_stop(struct seq_file *m, void *v)
{
}

static int snapshot_show(struct seq_file *m, void *v)
{
	const struct kulink_snapshot *snapshot = m->private;

	if (v == SEQ_START_TOKEN)
		kulink_seq_header(m, snapshot);
	else
		kulink_seq_record(m, snapshot->layout, v);
	return 0;
}

static const struct seq_operations snapshot_ops = {
	.start = snapshot_start,
	.next = snapshot_next,
	.stop = snapshot_stop,
	.show = snapshot_show,
};

int kulink_seq_open(struct file *file, struct kulink_service *service, unsigned int table)
{
	struct kulink_snapshot *snapshot;
	struct seq_file *m;
	int err;

	snapshot = kulink_snapshot_take(service, table);
	if (IS_ERR(snapshot))
		return PTR_ERR(snapshot);

	err = seq_open(file, &snapshot_ops);
	if (err) {
		kulink_snapshot_put(snapshot);
		return err;
	}
	m = file->private_data;
	m->private = snapshot;
	return 0;
}
EXPORT_SYMBOL_GPL(kulink_seq_open);

int kulink_seq_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kulink_snapshot_put(m->private);
	return seq_release(inode, file);
}
EXPORT_SYMBOL_GPL(kulink_seq_release);
