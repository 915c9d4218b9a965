// SPDX-License-Identifier: MIT
/* sysfs: a file a value, a binary file a table, in the service's directory of class kulink. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "handle.h"

/* Most bytes of a number with its newline */
#define NUMBER_SIZE	24

/**
 * struct watch - a value whose changes are wanted
 * @fd: its file, or -1
 * @seq: changes seen
 */
struct watch {
	int fd;
	uint64_t seq;
};

/**
 * struct sysfs - an open service
 * @dir: its directory
 * @epoll: of the watched files, or -1: they say POLLPRI, and it says POLLIN
 * @watches: one for each declared value
 * @open: one for each declared value: its file, kept since it was first read, or -1
 * @n_open: of them
 * @last: what was got last: asked for again, it needs no more than the system call
 * @last_fd: its file
 * @datum: the value that changed last
 * @cell: the same
 */
struct sysfs {
	int dir;
	int epoll;
	size_t n_values;
	struct watch *watches;
	int *open;
	size_t n_open;
	const struct kulink_part *last;
	int last_fd;
	struct kulink_datum datum;
	struct kulink_cell cell;
};

static int dir_of(const struct kulink_session *s)
{
	return ((const struct sysfs *)s->private)->dir;
}

static int sysfs_open(struct kulink_session *s)
{
	int dir = kulink_dir_open(s->root, "/sys/class/kulink", s->service);
	struct sysfs *sysfs;
	int error;

	if (dir < 0)
		return dir;
	/* The directory is the class's: there without this channel too. */
	error = kulink_dir_publishes(dir, "sysfs");
	sysfs = error ? NULL : calloc(1, sizeof(*sysfs));
	if (!sysfs) {
		close(dir);
		return error ? error : -ENOMEM;
	}
	sysfs->dir = dir;
	sysfs->epoll = -1;
	s->private = sysfs;
	sysfs->open = malloc((s->info->n_parts + 1) * sizeof(*sysfs->open));
	if (!sysfs->open) {
		s->private = NULL;
		close(dir);
		free(sysfs);
		return -ENOMEM;
	}
	for (; sysfs->n_open < s->info->n_parts; sysfs->n_open++)
		sysfs->open[sysfs->n_open] = -1;
	return 0;
}

static void sysfs_close(struct kulink_session *s)
{
	struct sysfs *sysfs = s->private;
	size_t i;

	for (i = 0; i < sysfs->n_values; i++) {
		if (sysfs->watches[i].fd >= 0)
			close(sysfs->watches[i].fd);
	}
	for (i = 0; i < sysfs->n_open; i++) {
		if (sysfs->open[i] >= 0)
			close(sysfs->open[i]);
	}
	if (sysfs->epoll >= 0)
		close(sysfs->epoll);
	free(sysfs->open);
	free(sysfs->watches);
	close(sysfs->dir);
	free(sysfs);
}

/* Reading is what makes it tell of the next change; 0 or -errno */
static int read_value(int fd, char text[KULINK_STRING_SIZE + 2], size_t *len)
{
	ssize_t n;

	do {
		n = pread(fd, text, KULINK_STRING_SIZE + 1, 0);
	} while (n < 0 && errno == EINTR);
	*len = n < 0 ? 0 : n;
	return n < 0 ? -errno : 0;
}

/* Kept open: each pread() asks the driver, and says ENODEV when it has left */
static int sysfs_get(struct kulink_session *s, const struct kulink_part *value,
		     struct kulink_datum *datum)
{
	struct sysfs *sysfs = s->private;
	int *fd = &sysfs->open[kulink_part_index(s->info, value)];
	char text[KULINK_STRING_SIZE + 2];
	size_t len;
	int error;

	if (*fd < 0)
		*fd = kulink_file_open(sysfs->dir, value->name, O_RDONLY);
	if (*fd < 0)
		return *fd;
	error = read_value(*fd, text, &len);
	if (error)
		return kulink_file_error(sysfs->dir, value->name, error);
	text[len] = '\0';
	sysfs->last = value;
	sysfs->last_fd = *fd;
	return kulink_text_read(value, text, len, datum);
}

static int sysfs_number(struct kulink_session *s, uint64_t *number)
{
	const struct sysfs *sysfs = s->private;
	char text[NUMBER_SIZE];
	ssize_t len = pread(sysfs->last_fd, text, sizeof(text), 0);
	const char *at = text;
	uint64_t read;

	if (len <= 0 || kulink_text_number(&at, text + len, sysfs->last->type == KULINK_TYPE_S64, &read))
		return -EAGAIN;
	if (at != text + len - 1 || *at != '\n')
		return -EAGAIN;
	*number = read;
	return 0;
}

static int sysfs_set(struct kulink_session *s, const struct kulink_part *value,
		     const struct kulink_datum *datum)
{
	return kulink_file_set(dir_of(s), value->name, datum);
}

/* A read() gets a page at most, of one snapshot for as long as the file is open; or -EAGAIN. */
static int sysfs_dump(struct kulink_session *s, struct kulink_table *table)
{
	char *wire;
	size_t len;
	int error;

	error = kulink_file_read(dir_of(s), table->part->name, &wire, &len);
	if (error)
		return error;
	return kulink_table_take(table, wire, len);
}

static int watch_init(struct kulink_session *s)
{
	struct sysfs *sysfs = s->private;
	size_t i;
	int error;

	if (sysfs->epoll >= 0)
		return 0;
	sysfs->watches = calloc(s->info->n_parts + 1, sizeof(*sysfs->watches));
	if (!sysfs->watches)
		return -ENOMEM;
	for (i = 0; i < s->info->n_parts; i++) {
		if (s->info->parts[i].kind == KULINK_VALUES)
			sysfs->watches[sysfs->n_values++].fd = -1;
	}
	sysfs->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (sysfs->epoll >= 0)
		return 0;
	error = -errno;
	sysfs->n_values = 0;
	free(sysfs->watches);
	sysfs->watches = NULL;
	return error;
}

static int watch_one(struct kulink_session *s, const struct kulink_part *value, size_t i)
{
	struct epoll_event wish = { .events = EPOLLPRI, .data.ptr = (void *)value };
	struct sysfs *sysfs = s->private;
	struct watch *watch = &sysfs->watches[i];
	char text[KULINK_STRING_SIZE + 2];
	size_t len;
	int fd, error;

	if (watch->fd >= 0)
		return 0;
	fd = kulink_file_open(sysfs->dir, value->name, O_RDONLY);
	if (fd < 0)
		return fd;
	read_value(fd, text, &len);	/* what it is, and whether it can be read, a get tells */
	if (epoll_ctl(sysfs->epoll, EPOLL_CTL_ADD, fd, &wish)) {
		error = -errno;
		close(fd);
		return error;
	}
	watch->fd = fd;
	return 0;
}

static int sysfs_watch(struct kulink_session *s, const struct kulink_part *value, uint64_t *seq)
{
	struct sysfs *sysfs = s->private;
	const struct kulink_part *part;
	size_t i;
	int error, any = -EACCES;

	error = watch_init(s);
	if (error)
		return error;
	for (part = s->info->parts; part < s->info->parts + s->info->n_parts; part++) {
		if (part->kind != KULINK_VALUES || (value && part != value))
			continue;
		i = kulink_part_index(s->info, part);
		error = watch_one(s, part, i);
		if (error && (value || error != -EACCES))
			return error;
		if (!error) {
			seq[i] = sysfs->watches[i].seq;
			any = 0;
		}
	}
	return any;
}

static int sysfs_unsubscribe(struct kulink_session *s, const struct kulink_part *value)
{
	struct sysfs *sysfs = s->private;
	size_t i;

	for (i = 0; i < sysfs->n_values; i++) {
		if (sysfs->watches[i].fd < 0 || (value && i != kulink_part_index(s->info, value)))
			continue;
		close(sysfs->watches[i].fd);
		sysfs->watches[i].fd = -1;
	}
	return 0;
}

static int sysfs_fd(struct kulink_session *s)
{
	return ((struct sysfs *)s->private)->epoll;
}

static int sysfs_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct sysfs *sysfs = s->private;
	char text[KULINK_STRING_SIZE + 2];
	const struct kulink_part *value;
	struct epoll_event ready;
	struct watch *watch;
	struct timespec now;
	size_t len;
	int error;

	if (epoll_wait(sysfs->epoll, &ready, 1, 0) <= 0)
		return -EAGAIN;
	value = ready.data.ptr;
	watch = &sysfs->watches[kulink_part_index(s->info, value)];
	error = read_value(watch->fd, text, &len);
	if (!error)
		error = kulink_text_read(value, text, len, &sysfs->datum);
	if (error)
		return error;
	clock_gettime(CLOCK_MONOTONIC, &now);
	sysfs->cell = (struct kulink_cell){
		.name = value->name, .unit = value->unit, .type = value->type,
		.number = sysfs->datum.number,
		.string = sysfs->datum.len || value->type == KULINK_TYPE_STRING ?
			  sysfs->datum.string : NULL,
	};
	event->part = value;
	event->seq = ++watch->seq;
	event->ns = now.tv_sec * 1000000000ULL + now.tv_nsec;
	event->cells = &sysfs->cell;
	return 0;
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
		.limits = "no events but changes of values, of which several in quick succession are one; a table is read by pages, by 64 programs at a time",
	},
	.available = sysfs_available,
	.open = sysfs_open,
	.close = sysfs_close,
	.get = sysfs_get,
	.number = sysfs_number,
	.set = sysfs_set,
	.dump = sysfs_dump,
	.watch = sysfs_watch,
	.unsubscribe = sysfs_unsubscribe,
	.fd = sysfs_fd,
	.next = sysfs_next,
};
