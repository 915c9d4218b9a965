// SPDX-License-Identifier: MIT
/* param: values as parameters of the driver's module, in /sys/module/MODULE/parameters. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "channel.h"

static int param_open(struct kulink_session *s)
{
	char path[NAME_MAX + sizeof("/parameters")];
	int len;

	if (!*s->info->module || !kulink_publishes(s->root, s->service, "param"))
		return -ENOENT;
	len = snprintf(path, sizeof(path), "%s/parameters", s->info->module);
	if (len >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return kulink_session_open_at(s, "/sys/module", path);
}

/* No file, but the service is there: the driver has not made a parameter of this value. */
static int param_error(struct kulink_session *s, const struct kulink_part *value, int error)
{
	if (error != -ENODEV || !faccessat(kulink_session_dir(s), value->name, F_OK, 0) ||
	    !kulink_publishes(s->root, s->service, "param"))
		return error;
	snprintf(s->message, sizeof(s->message), "%s is no parameter of module %s", value->name,
		 s->info->module);
	return -EOPNOTSUPP;
}

static int param_get(struct kulink_session *s, const struct kulink_part *value,
		     struct kulink_datum *datum)
{
	return param_error(s, value, kulink_file_get(kulink_session_dir(s), value->name, value,
						     datum));
}

static int param_set(struct kulink_session *s, const struct kulink_part *value,
		     const struct kulink_datum *datum)
{
	return param_error(s, value, kulink_file_set(kulink_session_dir(s), value->name, datum));
}

static int param_available(char *why, size_t size)
{
	return kulink_module_available("", "kulink", "param", why, size);
}

const struct kulink_channel kulink_param = {
	.info = {
		.name = "param",
		.carries = KULINK_VALUES,
		.where = "/sys/module/MODULE/parameters/VALUE",
		.who = "the file's mode, which the driver gave it; its owner and group are the service's",
		.limits = "the values that the driver has made parameters of, of one service of the module; also on modprobe's line",
	},
	.partial = true,
	.available = param_available,
	.open = param_open,
	.close = kulink_session_close_dir,
	.get = param_get,
	.set = param_set,
};
