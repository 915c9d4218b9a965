// SPDX-License-Identifier: MIT
/* procfs: all values in one file, a file a table, as text in /proc/kulink/SERVICE. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"

#define VALUES	"values"

static int procfs_open(struct kulink_session *s)
{
	return kulink_session_open_dir(s, "/proc/kulink");
}

/* The rest of the line that begins with @start and a tab; NULL if there is none */
static const char *find_line(const char *text, const char *start, size_t *len)
{
	size_t n = strlen(start);

	while (*text) {
		*len = strcspn(text, "\n");
		if (*len > n && !strncmp(text, start, n) && text[n] == '\t') {
			*len -= n + 1;
			return text + n + 1;
		}
		text += *len + (text[*len] == '\n');
	}
	return NULL;
}

/* "NAME\tVALUE"; "# NAME\tERRNO" where reading failed; nothing where it is not ours to read */
static int find_value(const char *text, const struct kulink_part *value,
		      struct kulink_datum *datum)
{
	char failed[KULINK_NAME_SIZE + 2];
	const char *line;
	size_t len;
	long error;

	line = find_line(text, value->name, &len);
	if (line)
		return kulink_text_read(value, line, len, datum);
	snprintf(failed, sizeof(failed), "# %s", value->name);
	line = find_line(text, failed, &len);
	if (!line)
		return -EACCES;
	error = strtol(line, NULL, 10);
	return error > 0 && error < 4096 ? (int)-error : -EPROTO;
}

static int procfs_get(struct kulink_session *s, const struct kulink_part *value,
		      struct kulink_datum *datum)
{
	char *text;
	size_t len;
	int error;

	error = kulink_file_read(kulink_session_dir(s), VALUES, &text, &len);
	if (error)
		return error;
	error = find_value(text, value, datum);
	free(text);
	return error;
}

static int procfs_set(struct kulink_session *s, const struct kulink_part *value,
		      const struct kulink_datum *datum)
{
	char line[KULINK_NAME_SIZE + KULINK_STRING_SIZE + 2];
	size_t n;
	int error;

	n = snprintf(line, sizeof(line), "%s ", value->name);
	error = kulink_file_text(datum, line + n, sizeof(line) - n);
	return error ? error : kulink_file_write(kulink_session_dir(s), VALUES, line, strlen(line));
}

static int procfs_dump(struct kulink_session *s, struct kulink_table *table)
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

static int procfs_available(char *why, size_t size)
{
	return kulink_module_available("", "kulink_procfs", "procfs", why, size);
}

const struct kulink_channel kulink_procfs = {
	.info = {
		.name = "procfs",
		.carries = KULINK_VALUES | KULINK_TABLES,
		.where = "/proc/kulink/SERVICE/values, /proc/kulink/SERVICE/TABLE",
		.who = "each value's and table's owner, group and mode",
		.limits = "reading one value reads them all; tables are text, the dearest way to many rows",
	},
	.available = procfs_available,
	.open = procfs_open,
	.close = kulink_session_close_dir,
	.get = procfs_get,
	.set = procfs_set,
	.dump = procfs_dump,
};
