// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver that is measured: service bench0, whose parts do nothing but move bytes.
 *
 *	number		a value, member of a struct
 *	text		a string
 *	echo		a call that answers what came
 *	rows		a table of rows of eight words, copied from memory; it is told when they change
 *	e8, e64, e512	events of so many bytes
 */
#include <linux/fs.h>
#include <linux/kulink_param.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "driver.h"

struct row {
	u64 w0, w1, w2, w3, w4, w5, w6, w7;
};

static_assert(sizeof(struct row) == BENCH_ROW);

static struct bench {
	spinlock_t lock;		/* guards the values */
	u64 number;
	char text[KULINK_STRING_SIZE];
	struct mutex rows_lock;		/* guards what follows */
	struct row *rows;
	u64 count;
	u64 generation;
} bench;

struct kulink_service *bench_service;

static const struct kulink_value bench_values[] = {
	/* Open to all: what brings no credentials is measured, too. */
	[BENCH_VALUE_NUMBER] = KULINK_VALUE(struct bench, number, 0666),
	KULINK_VALUE(struct bench, text, 0666),
	{}
};

static int echo(void *priv, const void *request, size_t request_len, void *reply, size_t *reply_len)
{
	memcpy(reply, request, request_len);
	*reply_len = request_len;
	return 0;
}

static const struct kulink_call bench_calls[] = {
	{ .name = "echo", .mode = 0444, .request_max = BENCH_CALL_MAX, .reply_max = BENCH_CALL_MAX,
	  .call = echo },
	{}
};

static const struct kulink_field row_columns[] = {
	KULINK_FIELD(struct row, w0), KULINK_FIELD(struct row, w1),
	KULINK_FIELD(struct row, w2), KULINK_FIELD(struct row, w3),
	KULINK_FIELD(struct row, w4), KULINK_FIELD(struct row, w5),
	KULINK_FIELD(struct row, w6), KULINK_FIELD(struct row, w7),
	{}
};

static size_t rows(void *priv, void *to, size_t room, u64 *generation)
{
	size_t n;

	mutex_lock(&bench.rows_lock);
	n = bench.count;
	*generation = bench.generation;
	memcpy(to, bench.rows, min(n, room) * sizeof(*bench.rows));
	mutex_unlock(&bench.rows_lock);
	return n;
}

static const struct kulink_table bench_tables[] = {
	[BENCH_TABLE_ROWS] = {
		.name = "rows", .mode = 0444, .columns = row_columns, .row_size = sizeof(struct row),
		.rows = rows, .told = true,
	},
	{}
};

static void bench_lock(void *priv)
	__acquires(&bench.lock)
{
	spin_lock(&bench.lock);
}

static void bench_unlock(void *priv)
	__releases(&bench.lock)
{
	spin_unlock(&bench.lock);
}

static const struct kulink_desc bench_desc = {
	.name = "bench%d",
	.owner = THIS_MODULE,
	.channels = "*",
	.values = bench_values,
	.tables = bench_tables,
	.calls = bench_calls,
	.events = bench_events,
	.lock = bench_lock,
	.unlock = bench_unlock,
	.event_ring = 1 << 20,
};

KULINK_PARAM(bench_desc, number, 0644);
KULINK_PARAM(bench_desc, text, 0644);

static int set_rows(const struct bench_rows *want)
{
	struct row *rows, *old;
	u64 i, j;

	if (want->count > (64UL << 20) / sizeof(*rows))
		return -EINVAL;
	rows = vmalloc(array_size(want->count ?: 1, sizeof(*rows)));
	if (!rows)
		return -ENOMEM;
	for (i = 0; i < want->count; i++)
		for (j = 0; j < sizeof(*rows) / sizeof(u64); j++)
			((u64 *)&rows[i])[j] = bench_word(want->turn + i, j);
	mutex_lock(&bench.rows_lock);
	old = bench.rows;
	bench.rows = rows;
	bench.count = want->count;
	bench.generation++;
	mutex_unlock(&bench.rows_lock);
	kulink_table_changed(bench_service, BENCH_TABLE_ROWS);
	vfree(old);
	return 0;
}

static int set_number(u64 turn)
{
	spin_lock(&bench.lock);
	bench.number = bench_word(turn, 0);
	spin_unlock(&bench.lock);
	kulink_changed(bench_service, BENCH_VALUE_NUMBER);
	return 0;
}

union control {
	struct bench_emit emit;
	struct bench_later later;
	struct bench_rows rows;
	struct bench_growth growth;
	u64 number;
};

static int control(unsigned int cmd, union control *arg)
{
	switch (cmd) {
	case BENCH_IOC_EMIT:
		return bench_emit(&arg->emit);
	case BENCH_IOC_LATER:
		return bench_later(&arg->later);
	case BENCH_IOC_WHEN:
		arg->number = bench_when();
		return 0;
	case BENCH_IOC_ROWS:
		return set_rows(&arg->rows);
	case BENCH_IOC_NUMBER:
		return set_number(arg->number);
	case BENCH_IOC_GROWTH:
		return bench_growth(&arg->growth);
	}
	return -ENOTTY;
}

static long bench_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	union control buffer = {};
	int err;

	if (_IOC_TYPE(cmd) != 'K' || _IOC_SIZE(cmd) > sizeof(buffer))
		return -ENOTTY;
	if (_IOC_DIR(cmd) & _IOC_WRITE && copy_from_user(&buffer, (void __user *)arg, _IOC_SIZE(cmd)))
		return -EFAULT;
	err = control(cmd, &buffer);
	if (!err && _IOC_DIR(cmd) & _IOC_READ &&
	    copy_to_user((void __user *)arg, &buffer, _IOC_SIZE(cmd)))
		return -EFAULT;
	return err;
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = bench_ioctl,
};

static struct miscdevice bench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kulink_bench",
	.fops = &bench_fops,
	.mode = 0600,
};

static int __init bench_init(void)
{
	int err;

	spin_lock_init(&bench.lock);
	mutex_init(&bench.rows_lock);
	bench.generation = 1;
	bench_events_init();
	bench_service = kulink_register(NULL, &bench_desc, &bench);
	if (IS_ERR(bench_service))
		return PTR_ERR(bench_service);
	err = misc_register(&bench_device);
	if (err)
		kulink_unregister(bench_service);
	return err;
}

static void __exit bench_exit(void)
{
	misc_deregister(&bench_device);
	bench_events_exit();
	bench_growth_exit();
	kulink_unregister(bench_service);
	vfree(bench.rows);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("kulink: the driver that is measured");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
