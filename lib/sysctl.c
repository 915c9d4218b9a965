// SPDX-License-Identifier: MIT
/* sysctl: a file a value in /proc/sys/kulink/SERVICE. */
#include <stdint.h>
#include <unistd.h>

#include "channel.h"

static int sysctl_open(struct kulink_session *s)
{
	return kulink_session_open_dir(s, "/proc/sys/kulink");
}

static int sysctl_get(struct kulink_session *s, const struct kulink_part *value,
		      struct kulink_datum *datum)
{
	return kulink_file_get(kulink_session_dir(s), value->name, value, datum);
}

static int sysctl_set(struct kulink_session *s, const struct kulink_part *value,
		      const struct kulink_datum *datum)
{
	return kulink_file_set(kulink_session_dir(s), value->name, datum);
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
	.close = kulink_session_close_dir,
	.get = sysctl_get,
	.set = sysctl_set,
};
