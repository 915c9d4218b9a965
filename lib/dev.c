// SPDX-License-Identifier: MIT
/* The device node /dev/kulink/SERVICE: opening it, and what it says. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dev.h"

/* Looks at a table that grows */
#define ATTEMPTS	8

int kulink_dev_error(int error)
{
	switch (error) {
	case -EPERM:
	case -EROFS:
		return -EACCES;
	default:
		return error;
	}
}

int kulink_dev_open(const struct kulink_session *s, bool any, int *fd)
{
	static const int modes[] = { O_RDWR, O_RDONLY, O_WRONLY };
	size_t i, n = any ? sizeof(modes) / sizeof(*modes) : 1;
	char path[4096];
	int error = -ENOENT;

	if (snprintf(path, sizeof(path), "%s/dev/kulink/%s", s->root ? s->root : "",
		     s->service) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	for (i = 0; i < n; i++) {
		*fd = open(path, modes[i] | O_NONBLOCK | O_CLOEXEC);
		if (*fd >= 0)
			return 0;
		/* ENXIO: a node, but kulink_dev is not there to serve it */
		error = errno == ENXIO ? -ENOENT : kulink_dev_error(-errno);
		if (error != -EACCES)
			break;
	}
	return error;
}

int kulink_dev_probe(int fd, unsigned long cmd)
{
	unsigned char zeros[_IOC_SIZEMASK] = { 0 };

	if (ioctl(fd, cmd, zeros) < 0 && (errno == EOPNOTSUPP || errno == ENOTTY))
		return -ENOENT;
	return 0;
}

int kulink_dev_subscribe_all(struct kulink_session *s, size_t n, uint64_t *seq,
			     int (*one)(struct kulink_session *s, size_t i, uint64_t *seq))
{
	int error, all = n ? -EACCES : -ENOENT;
	size_t i;

	for (i = 0; i < n; i++) {
		error = one(s, i, seq);
		if (error && error != -EACCES)
			return error;
		all = error ? all : 0;
	}
	return all;
}

int kulink_dev_parts_init(const struct kulink_session *s, struct kulink_dev_parts *parts,
			  int (*run)(struct kulink_session *s, unsigned long cmd, void *args))
{
	parts->run = run;
	parts->known = calloc(s->info->n_parts + 1, sizeof(*parts->known));
	return parts->known ? 0 : -ENOMEM;
}

static int find_index(struct kulink_session *s, const struct kulink_dev_parts *parts,
		      const struct kulink_part *part)
{
	struct kulink_ioc_find args = { .kind = part->kind };

	if (kulink_name_put(args.name, part->name) || parts->run(s, KULINK_IOC_FIND, &args))
		return -1;
	return args.index + 1;
}

int kulink_dev_name(struct kulink_session *s, struct kulink_dev_parts *parts,
		    const struct kulink_part *part, char *name, __u32 *flags, __u32 *index)
{
	int *known = &parts->known[part - s->info->parts];

	if (!*known)
		*known = find_index(s, parts, part);
	if (*known < 0)
		return kulink_name_put(name, part->name);
	*flags = KULINK_IOC_BY_INDEX;
	*index = *known - 1;
	return 0;
}

/* With *@guess bytes of room; -EMSGSIZE: there is a better guess */
static int dump_once(struct kulink_session *s, struct kulink_table *table, size_t *guess,
		     struct kulink_dev_parts *parts)
{
	void *wire = kulink_table_buffer(table, *guess);
	struct kulink_ioc_table args = { .buffer = (uintptr_t)wire, .len = *guess };
	int error;

	if (!wire)
		return -ENOMEM;
	error = kulink_dev_name(s, parts, table->part, args.name, &args.flags, &args.index);
	if (!error)
		error = parts->run(s, KULINK_IOC_DUMP, &args);
	if (!error)
		return kulink_table_take(table, wire, args.len);
	if (error == -EMSGSIZE)
		*guess = args.len + args.len / 4;
	return error;
}

/* It may have grown between two looks; one that grows faster is interrupted. */
int kulink_dev_dump(struct kulink_session *s, struct kulink_table *table, size_t *guess,
		    struct kulink_dev_parts *parts)
{
	int error, i;

	for (i = 0; i < ATTEMPTS; i++) {
		error = dump_once(s, table, guess, parts);
		if (error != -EMSGSIZE)
			return error;
	}
	return -EAGAIN;
}
