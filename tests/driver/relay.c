// SPDX-License-Identifier: GPL-2.0-only
/*
 * relay as its documentation shows it, without kulink, to see what its read() gives while another processor writes:
 * /sys/kernel/debug/kulink_test_relay/raw0, raw1 ... and there
 *
 *	hold		1: who writes waits, in the midst of it, until it is 0 or ten seconds have passed
 *	held		somebody waits
 *
 * and in /sys/module/kulink_test_relay/parameters/
 *
 *	fill		writes numbers from 0 on, eight bytes each, into this processor's buffer, which must not be
 *			overwritten, and one more than there is room for
 *	reserve		reserves room for the number 1, and fills it
 */
#include <linux/debugfs.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/relay.h>

#include "../../kernel/compat.h"

#define SUBBUF_SIZE	4096
#define N_SUBBUFS	4
#define NUMBERS		(SUBBUF_SIZE * N_SUBBUFS / sizeof(u64))

static struct dentry *dir;
static struct rchan *chan;

/* Not parameters: those wait for each other */
static bool hold, held;

/* Preemption is off, as it is in any writer */
static void wait_here(void)
{
	unsigned long end = jiffies + 10 * HZ;

	while (READ_ONCE(hold) && time_before(jiffies, end)) {
		WRITE_ONCE(held, true);
		cpu_relax();
	}
	WRITE_ONCE(held, false);
}

/* As the documentation has it for buffers that are not overwritten */
static int subbuf_start(KULINK_SUBBUF_START_ARGS)
{
	if (!relay_buf_full(buf))
		return 1;
	wait_here();
	return 0;
}

static struct dentry *create_buf_file(const char *name, struct dentry *parent, umode_t mode,
				      struct rchan_buf *buf, int *is_global)
{
	return debugfs_create_file(name, mode, parent, buf, &relay_file_operations);
}

static int remove_buf_file(struct dentry *file)
{
	debugfs_remove(file);
	return 0;
}

static const struct rchan_callbacks callbacks = {
	.subbuf_start = subbuf_start,
	.create_buf_file = create_buf_file,
	.remove_buf_file = remove_buf_file,
};

static int fill_set(const char *text, const struct kernel_param *kp)
{
	u64 i;

	for (i = 0; i <= NUMBERS; i++)
		__relay_write(chan, &i, sizeof(i));
	return 0;
}

static const struct kernel_param_ops fill_ops = { .set = fill_set };

module_param_cb(fill, &fill_ops, NULL, 0200);
MODULE_PARM_DESC(fill, "write until the buffer is full");

static int reserve_set(const char *text, const struct kernel_param *kp)
{
	u64 *at;

	preempt_disable();
	at = relay_reserve(chan, sizeof(*at));
	wait_here();
	if (at)
		*at = 1;
	preempt_enable();
	return at ? 0 : -ENOSPC;
}

static const struct kernel_param_ops reserve_ops = { .set = reserve_set };

module_param_cb(reserve, &reserve_ops, NULL, 0200);
MODULE_PARM_DESC(reserve, "reserve, then fill");

static int __init test_start(void)
{
	dir = debugfs_create_dir("kulink_test_relay", NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	debugfs_create_bool("hold", 0600, dir, &hold);
	debugfs_create_bool("held", 0400, dir, &held);
	chan = relay_open("raw", dir, SUBBUF_SIZE, N_SUBBUFS, &callbacks, NULL);
	if (chan)
		return 0;
	debugfs_remove(dir);
	return -ENOMEM;
}

static void __exit test_stop(void)
{
	relay_close(chan);
	debugfs_remove(dir);
}

module_init(test_start);
module_exit(test_stop);

MODULE_DESCRIPTION("relay without kulink, for its tests");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
