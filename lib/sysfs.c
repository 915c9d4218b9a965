// SPDX-License-Identifier: MIT
/* sysfs: a file a value, a binary file a table, in the service's directory of class kulink. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "handle.h"

static int dir_of(const struct kulink_session *s)
{
	return (int)(intptr_t)s->private;
}

static int sysfs_open(struct kulink_session *s)
{
	int dir = kulink_dir_open(s->root, "/sys/class/kulink", s->service);
	char *published;
	size_t len;
	int error;

	if (dir < 0)
		return dir;
	/* The directory is the class's: there without this channel too. */
	error = kulink_file_read(dir, "kulink/published", &published, &len);
	if (!error) {
		if (!kulink_words_have(published, "sysfs"))
			error = -ENOENT;
		free(published);
	}
	if (error) {
		close(dir);
		return error;
	}
	s->private = (void *)(intptr_t)dir;
	return 0;
}

static void sysfs_close(struct kulink_session *s)
{
	close(dir_of(s));
}

static int sysfs_get(struct kulink_session *s, const struct kulink_part *value,
		     struct kulink_datum *datum)
{
	return kulink_file_get(dir_of(s), value->name, value, datum);
}

static int sysfs_set(struct kulink_session *s, const struct kulink_part *value,
		     const struct kulink_datum *datum)
{
	return kulink_file_set(dir_of(s), value->name, datum);
}

static int head_again(int dir, const char *name, struct kulink_table_head *head)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	int error = 0;

	if (fd < 0)
		return kulink_file_error(dir, name, -errno);
	n = read(fd, head, sizeof(*head));
	if (n < 0)
		error = kulink_file_error(dir, name, -errno);
	else if (n != sizeof(*head))
		error = -EPROTO;
	close(fd);
	return error;
}

/*
 * A read() gets a page at most, and each may be of another moment: what was put together is one
 * generation if the table's is still the same at the end.
 */
static int sysfs_dump(struct kulink_session *s, struct kulink_table *table)
{
	const char *name = table->part->name;
	struct kulink_table_head first, again;
	char *wire;
	size_t len;
	int error;

	error = kulink_file_read(dir_of(s), name, &wire, &len);
	if (error)
		return error;
	error = head_again(dir_of(s), name, &again);
	if (!error && len < sizeof(first))
		error = -EPROTO;
	if (!error) {
		memcpy(&first, wire, sizeof(first));
		error = first.generation != again.generation ? -EAGAIN :
			kulink_table_records(table, wire, len);
	}
	free(wire);
	return error;
}

static int sysfs_available(char *why, size_t size)
{
	return kulink_module_available("", "kulink_sysfs", "sysfs", why, size);
}

const struct kulink_channel kulink_sysfs = {
	.info = {
		.name = "sysfs",
		.carries = KULINK_VALUES | KULINK_TABLES,
		.where = "/sys/class/kulink/SERVICE/PART",
		.who = "the file's owner, group and mode, which are the part's",
		.limits = "a table is read by pages and again if it changed meanwhile; a value's file says its changes to poll(), POLLPRI",
	},
	.available = sysfs_available,
	.open = sysfs_open,
	.close = sysfs_close,
	.get = sysfs_get,
	.set = sysfs_set,
	.dump = sysfs_dump,
};
