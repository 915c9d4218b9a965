// SPDX-License-Identifier: GPL-2.0-only
/* debugfs bench_relay0, 1, ...: events through the kernel's relay, a file a processor */
#include <linux/debugfs.h>
#include <linux/relay.h>

#include "driver.h"

#define SUB_BUFFER	(64 << 10)
#define SUB_BUFFERS	16

static struct rchan *channel;

static struct dentry *create(const char *name, struct dentry *parent, umode_t mode, struct rchan_buf *buf,
			     int *is_global)
{
	return debugfs_create_file(name, mode, parent, buf, &relay_file_operations);
}

static int forget(struct dentry *dentry)
{
	debugfs_remove(dentry);
	return 0;
}

static const struct rchan_callbacks callbacks = { .create_buf_file = create, .remove_buf_file = forget };

int bare_relay_burst(struct bare_burst *burst)
{
	u64 record[BARE_ROW / sizeof(u64)];
	u32 i;

	if (burst->bytes > sizeof(record))
		return -EINVAL;
	for (i = 0; i < burst->n; i++) {
		bare_fill(record, burst->turn + i, burst->bytes);
		relay_write(channel, record, burst->bytes);
	}
	return 0;
}

static int start(void)
{
	channel = relay_open("bench_relay", NULL, SUB_BUFFER, SUB_BUFFERS, &callbacks, NULL);
	return channel ? 0 : -ENOMEM;
}

static void stop(void)
{
	relay_close(channel);
}

const struct bare_part bare_relay = { start, stop };
