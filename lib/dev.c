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

/* With *@guess bytes of room; -EMSGSIZE: there is a better guess */
static int dump_once(struct kulink_session *s, struct kulink_table *table, size_t *guess,
		     int (*ask)(struct kulink_session *s, struct kulink_ioc_table *args))
{
	void *wire = kulink_table_buffer(table, *guess);
	struct kulink_ioc_table args = { .buffer = (uintptr_t)wire, .len = *guess };
	int error = kulink_name_put(args.name, table->part->name);

	if (!wire)
		return -ENOMEM;
	error = error ?: ask(s, &args);
	if (!error)
		return kulink_table_take(table, wire, args.len);
	if (error == -EMSGSIZE)
		*guess = args.len + args.len / 4;
	return error;
}

/* It may have grown between two looks; one that grows faster is interrupted. */
int kulink_dev_dump(struct kulink_session *s, struct kulink_table *table, size_t *guess,
		    int (*ask)(struct kulink_session *s, struct kulink_ioc_table *args))
{
	int error, i;

	for (i = 0; i < ATTEMPTS; i++) {
		error = dump_once(s, table, guess, ask);
		if (error != -EMSGSIZE)
			return error;
	}
	return -EAGAIN;
}
