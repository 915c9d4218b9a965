// SPDX-License-Identifier: MIT
/*
 * configfs: services that programs make, in /sys/kernel/config/kulink/FACTORY/NAME; a file a value.
 * Making and removing them is instance.c's.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"

/*
 * Listing waits until a mkdir that is under way is done; opening would not: the name is known to be
 * absent up to then.
 */
static int is_in(const char *factory, const char *name)
{
	struct dirent *entry;
	DIR *dir = opendir(factory);
	int found = 0;

	while (dir && !found && (entry = readdir(dir)))
		found = !strcmp(entry->d_name, name);
	if (dir)
		closedir(dir);
	return found;
}

static int open_in(struct kulink_session *s, const char *factory)
{
	char path[PATH_MAX], inside[PATH_MAX];

	snprintf(inside, sizeof(inside), KULINK_CONFIGFS "/%s", factory);
	if (snprintf(path, sizeof(path), "%s%s", s->root, inside) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return is_in(path, s->service) ? kulink_session_open_at(s, inside, s->service) : -ENOENT;
}

static int configfs_open(struct kulink_session *s)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int error = -ENOENT;
	DIR *dir;

	if (!kulink_publishes(s->root, s->service, "configfs"))
		return -ENOENT;
	snprintf(path, sizeof(path), "%s" KULINK_CONFIGFS, s->root);
	dir = opendir(path);
	if (!dir)
		return errno == EPERM ? -EACCES : -errno;
	while (error == -ENOENT && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			error = open_in(s, entry->d_name);
	closedir(dir);
	return error;
}

static int configfs_get(struct kulink_session *s, const struct kulink_part *value,
			struct kulink_datum *datum)
{
	return kulink_file_get(kulink_session_dir(s), value->name, value, datum);
}

static int configfs_set(struct kulink_session *s, const struct kulink_part *value,
			const struct kulink_datum *datum)
{
	return kulink_file_set(kulink_session_dir(s), value->name, datum);
}

static int configfs_available(char *why, size_t size)
{
	int error = kulink_module_available("", "kulink_configfs", "configfs", why, size);

	if (error || !access(KULINK_CONFIGFS, F_OK))
		return error;
	if (why)
		snprintf(why, size, "configfs is not mounted: mount -t configfs none /sys/kernel/config");
	return -EOPNOTSUPP;
}

const struct kulink_channel kulink_configfs = {
	.info = {
		.name = "configfs",
		.carries = KULINK_VALUES,
		.where = KULINK_CONFIGFS "/FACTORY/SERVICE/VALUE",
		.who = "root makes and removes instances; of the files each value's owner, group and mode",
		.limits = "only services that were made there, by mkdir or kulink new-instance",
	},
	.available = configfs_available,
	.open = configfs_open,
	.close = kulink_session_close_dir,
	.get = configfs_get,
	.set = configfs_set,
};
