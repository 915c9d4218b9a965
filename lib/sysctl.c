// SPDX-License-Identifier: MIT
/* sysctl: a file a value in /proc/sys/kulink/SERVICE. */
#include <stdint.h>
#include <unistd.h>

#include "channel.h"

static int dir_of(const struct kulink_session *s)
{
	return (int)(intptr_t)s->private;
}

static int sysctl_open(struct kulink_session *s)
{
	int dir = kulink_dir_open(s->root, "/proc/sys/kulink", s->service);

	if (dir < 0)
		return dir;
	s->private = (void *)(intptr_t)dir;
	return 0;
}

static void sysctl_close(struct kulink_session *s)
{
	close(dir_of(s));
}

static int sysctl_get(struct kulink_session *s, const struct kulink_part *value,
		      struct kulink_datum *datum)
{
	return kulink_file_get(dir_of(s), value->name, value, datum);
}

static int sysctl_set(struct kulink_session *s, const struct kulink_part *value,
		      const struct kulink_datum *datum)
{
	return kulink_file_set(dir_of(s), value->name, datum);
}

static int sysctl_available(char *why, size_t size)
{
	return kulink_module_available("", "kulink_sysctl", "sysctl", why, size);
}

const struct kulink_channel kulink_sysctl = {
	.info = {
		.name = "sysctl",
		.carries = KULINK_VALUES,
		.where = "/proc/sys/kulink/SERVICE/VALUE",
		.who = "the value's mode at each operation; it knows no owner and group but root's",
		.limits = "no poll() and no events",
	},
	.available = sysctl_available,
	.open = sysctl_open,
	.close = sysctl_close,
	.get = sysctl_get,
	.set = sysctl_set,
};
