// SPDX-License-Identifier: MIT
/* debugfs: a file a value, a file a table, and a file for calls, for root alone. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "channel.h"

#define CALL	"call"

static int debugfs_open(struct kulink_session *s)
{
	return kulink_session_open_dir(s, "/sys/kernel/debug/kulink");
}

static int debugfs_get(struct kulink_session *s, const struct kulink_part *value,
		       struct kulink_datum *datum)
{
	return kulink_file_get(kulink_session_dir(s), value->name, value, datum);
}

static int debugfs_set(struct kulink_session *s, const struct kulink_part *value,
		       const struct kulink_datum *datum)
{
	return kulink_file_set(kulink_session_dir(s), value->name, datum);
}

static int debugfs_dump(struct kulink_session *s, struct kulink_table *table)
{
	char *text;
	size_t len;
	int error;

	error = kulink_file_read(kulink_session_dir(s), table->part->name, &text, &len);
	if (error)
		return error;
	error = kulink_table_text(table, text, len);
	free(text);
	return error;
}

/* Opened for each call: an open file would keep the channel's module loaded. */
static int debugfs_call(struct kulink_session *s, const struct kulink_part *call,
			const void *request, size_t request_len, void *reply, size_t *reply_len)
{
	int fd = kulink_file_open(kulink_session_dir(s), CALL, O_RDWR);
	int error;

	if (fd < 0)
		return fd;
	error = kulink_exchange(fd, KULINK_OP_CALL, call->name, request, request_len, reply,
				reply_len);
	close(fd);
	return kulink_file_error(kulink_session_dir(s), CALL, error);
}

static int debugfs_available(char *why, size_t size)
{
	return kulink_debugfs_available("kulink_debugfs", "debugfs", "/sys/kernel/debug/kulink", why, size);
}

const struct kulink_channel kulink_debugfs = {
	.info = {
		.name = "debugfs",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS,
		.call_max = KULINK_CALL_MAX,
		.where = "/sys/kernel/debug/kulink/SERVICE/PART, /sys/kernel/debug/kulink/SERVICE/call",
		.who = "root, who alone may enter the directory; then each part's mode",
		.limits = "for people who look for a fault: kernels in lockdown have none of it",
	},
	.available = debugfs_available,
	.open = debugfs_open,
	.close = kulink_session_close_dir,
	.get = debugfs_get,
	.set = debugfs_set,
	.dump = debugfs_dump,
	.call = debugfs_call,
};
