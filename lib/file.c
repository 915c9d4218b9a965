// SPDX-License-Identifier: MIT
/* What channels that are files in a directory share. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"

int kulink_dir_open(const char *root, const char *format, const char *service)
{
	char path[PATH_MAX];
	int len, fd, error;

	len = snprintf(path, sizeof(path), "%s%s/%s", root, format, service);
	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == EPERM ? -EACCES : -errno;
	/* It may also have gone since: then it is not there. */
	if (faccessat(fd, ".", X_OK, AT_EACCESS)) {
		error = errno == EPERM ? -EACCES : -errno;
		close(fd);
		return error;
	}
	return fd;
}

int kulink_file_error(int dir, const char *name, int error)
{
	if (error == -EPERM)
		return -EACCES;
	if (error != -ENOENT && error != -EIO && error != -ENXIO && error != -ESTALE)
		return error;
	return faccessat(dir, name, F_OK, 0) ? -ENODEV : error;
}

int kulink_file_open(int dir, const char *name, int flags)
{
	int fd = openat(dir, name, flags | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	/* debugfs: its module is about to leave; the file leaves next. */
	return errno == ENXIO ? -ENODEV : kulink_file_error(dir, name, -errno);
}

/* To the end; the buffer has room for a NUL */
static int read_all(int fd, char **data, size_t *len)
{
	size_t room = 4096, used = 0;
	char *buffer = malloc(room), *bigger;
	ssize_t n;

	while (buffer) {
		n = read(fd, buffer + used, room - used - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			n = -errno;
			free(buffer);
			return n;
		}
		if (!n) {
			buffer[used] = '\0';
			*data = buffer;
			*len = used;
			return 0;
		}
		used += n;
		if (room - used > room / 4)
			continue;
		room *= 2;
		bigger = realloc(buffer, room);
		if (!bigger)
			free(buffer);
		buffer = bigger;
	}
	return -ENOMEM;
}

int kulink_file_read(int dir, const char *name, char **data, size_t *len)
{
	int fd = kulink_file_open(dir, name, O_RDONLY);
	int error;

	if (fd < 0)
		return fd;
	error = read_all(fd, data, len);
	close(fd);
	return kulink_file_error(dir, name, error);
}

int kulink_file_line(const char *root, const char *format, const char *of, const char *name,
		     char *text, size_t size)
{
	int dir = kulink_dir_open(root, format, of), error;
	char *data;
	size_t len;

	if (dir < 0)
		return dir;
	error = kulink_file_read(dir, name, &data, &len);
	close(dir);
	if (error)
		return error;
	snprintf(text, size, "%.*s", (int)strcspn(data, "\n"), data);
	free(data);
	return 0;
}

int kulink_file_write(int dir, const char *name, const void *data, size_t len)
{
	int fd = kulink_file_open(dir, name, O_WRONLY);
	int error = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	do {
		n = write(fd, data, len);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		error = -errno;
	else if ((size_t)n != len)
		error = -EIO;
	close(fd);
	return kulink_file_error(dir, name, error);
}

/*
 * By one read(): a sysctl keeps no snapshot for an open file, so that after a change a second one
 * would give the end of another value.
 */
int kulink_file_get(int dir, const char *name, const struct kulink_part *value,
		    struct kulink_datum *datum)
{
	char text[4096];
	int fd = kulink_file_open(dir, name, O_RDONLY);
	int error = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	do {
		n = read(fd, text, sizeof(text) - 1);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		error = kulink_file_error(dir, name, -errno);
	close(fd);
	if (error)
		return error;
	text[n] = '\0';
	return kulink_text_read(value, text, n, datum);
}

int kulink_file_text(const struct kulink_datum *datum, char *text, size_t size)
{
	size_t len;
	int error;

	error = kulink_text_format(datum, text, size - 1);
	if (error)
		return error;
	len = strlen(text);
	/* The kernel's parser ignores it: what would arrive is another string. */
	if (len && (kulink_text_is_space(text[0]) || kulink_text_is_space(text[len - 1])))
		return -EINVAL;
	strcat(text, "\n");	/* so that an empty string is a write too */
	return 0;
}

int kulink_file_set(int dir, const char *name, const struct kulink_datum *datum)
{
	char text[KULINK_STRING_SIZE + 1];
	int error;

	error = kulink_file_text(datum, text, sizeof(text));
	return error ? error : kulink_file_write(dir, name, text, strlen(text));
}

int kulink_session_dir(const struct kulink_session *s)
{
	return (int)(intptr_t)s->private;
}

int kulink_session_open_dir(struct kulink_session *s, const char *path)
{
	return kulink_session_open_at(s, path, s->service);
}

int kulink_session_open_at(struct kulink_session *s, const char *path, const char *name)
{
	int dir = kulink_dir_open(s->root, path, name);

	if (dir < 0)
		return dir;
	s->private = (void *)(intptr_t)dir;
	return 0;
}

void kulink_session_close_dir(struct kulink_session *s)
{
	close(kulink_session_dir(s));
}
