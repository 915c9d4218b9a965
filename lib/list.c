// SPDX-License-Identifier: MIT
/* The services here. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"

static int is_name(const struct dirent *entry)
{
	return kulink_name_valid(entry->d_name, strlen(entry->d_name));
}

int kulink_list_names(const char *path, int (*each)(void *ctx, const char *name), void *ctx)
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

int kulink_list_at(const char *root, int (*each)(void *ctx, const char *service), void *ctx)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/sys/class/kulink", root);
	return kulink_list_names(path, each, ctx);
}

int kulink_list(int (*each)(void *ctx, const char *service), void *ctx)
{
	return kulink_list_at("", each, ctx);
}
