// SPDX-License-Identifier: MIT
/* Instances: services that programs make and remove, of a driver's factory. By configfs. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle.h"

static int is_name(const struct dirent *entry)
{
	return kulink_name_valid(entry->d_name, strlen(entry->d_name));
}

static int list_dir(const char *path, int (*each)(void *ctx, const char *name), void *ctx)
{
	struct dirent **names;
	int n, i, error = 0;

	if (!each)
		return -EINVAL;
	n = scandir(path, &names, is_name, versionsort);
	if (n < 0)
		return -errno;
	for (i = 0; i < n; i++) {
		if (!error)
			error = each(ctx, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return error;
}

int kulink_factory_list(int (*each)(void *ctx, const char *factory), void *ctx)
{
	return list_dir(KULINK_CONFIGFS, each, ctx);
}

/* -EINVAL where one of them cannot be a name; "" stands for none */
static int path_of(char path[PATH_MAX], const char *factory, const char *name)
{
	if (!factory || !kulink_name_valid(factory, strlen(factory)))
		return -EINVAL;
	if (!name || (*name && !kulink_name_valid(name, strlen(name))))
		return -EINVAL;
	snprintf(path, PATH_MAX, KULINK_CONFIGFS "/%s/%s", factory, name);
	return 0;
}

int kulink_instance_list(const char *factory, int (*each)(void *ctx, const char *name), void *ctx)
{
	char path[PATH_MAX];
	int error = path_of(path, factory, "");

	return error ? error : list_dir(path, each, ctx);
}

int kulink_instance_new(const char *factory, const char *name)
{
	char path[PATH_MAX];
	int error = name && *name ? path_of(path, factory, name) : -EINVAL;

	if (error)
		return error;
	if (mkdir(path, 0755))
		return errno == EPERM ? -EACCES : -errno;
	return 0;
}

int kulink_instance_remove(const char *factory, const char *name)
{
	char path[PATH_MAX];
	int error = name && *name ? path_of(path, factory, name) : -EINVAL;

	if (error)
		return error;
	if (rmdir(path))
		return errno == EPERM ? -EACCES : -errno;
	return 0;
}
