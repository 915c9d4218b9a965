// SPDX-License-Identifier: MIT
/* Instances: services that programs make and remove, of a driver's factory. By configfs. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle.h"

int kulink_factory_list(int (*each)(void *ctx, const char *factory), void *ctx)
{
	return kulink_list_names(KULINK_CONFIGFS, each, ctx);
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

	return error ? error : kulink_list_names(path, each, ctx);
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
