// SPDX-License-Identifier: MIT
/* The channels that there are. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "handle.h"

#define IN_LIST(name)	&kulink_##name,

const struct kulink_channel *const kulink_channel_list[] = { KULINK_EACH_CHANNEL(IN_LIST) NULL };

int kulink_channel_find(const struct kulink_channel *const *list, const char *name)
{
	int i;

	for (i = 0; list[i]; i++) {
		if (!strcmp(list[i]->info.name, name))
			return i;
	}
	return -EINVAL;
}

static struct kulink_channel_info infos[sizeof(kulink_channel_list) / sizeof(*kulink_channel_list)];

/* Before anything can ask: nobody writes it later. */
__attribute__((constructor)) static void fill_infos(void)
{
	size_t i;

	for (i = 0; kulink_channel_list[i]; i++)
		infos[i] = kulink_channel_list[i]->info;
}

const struct kulink_channel_info *kulink_channels(void)
{
	return infos;
}

struct search {
	const char *root;
	const char *channel;
};

int kulink_dir_publishes(int dir, const char *channel)
{
	char *text;
	size_t len;
	int error;

	error = kulink_file_read(dir, "kulink/published", &text, &len);
	if (error)
		return error;
	if (!kulink_words_have(text, channel))
		error = -ENOENT;
	free(text);
	return error;
}

bool kulink_publishes(const char *root, const char *service, const char *channel)
{
	int dir = kulink_dir_open(root, "/sys/class/kulink", service);
	bool found = dir >= 0 && !kulink_dir_publishes(dir, channel);

	if (dir >= 0)
		close(dir);
	return found;
}

static int publishes(void *ctx, const char *service)
{
	const struct search *search = ctx;

	return kulink_publishes(search->root, service, search->channel);
}

int kulink_module_available(const char *root, const char *module, const char *channel, char *why,
			    size_t size)
{
	struct search search = { root, channel };
	char path[PATH_MAX];

	/* A module that is built in shows here only if it has parameters. */
	snprintf(path, sizeof(path), "%s/sys/module/%s", root, module);
	if (!access(path, F_OK) || kulink_list_at(root, publishes, &search) == 1)
		return 0;
	if (why)
		snprintf(why, size, "%s is not loaded: modprobe %s", module, module);
	return -ENOENT;
}

int kulink_debugfs_available(const char *module, const char *channel, const char *path, char *why,
			     size_t size)
{
	int error = kulink_module_available("", module, channel, why, size);

	if (error || !access(path, X_OK))
		return error;
	error = errno == EACCES || errno == EPERM ? -EACCES : -EOPNOTSUPP;
	if (why)
		snprintf(why, size, "%s", error == -EACCES ?
			 "debugfs is for root: sudo" :
			 "debugfs is not mounted: mount -t debugfs debugfs /sys/kernel/debug");
	return error;
}

int kulink_module_parameter(const char *root, const char *module, const char *name, char *text,
			    size_t size)
{
	char path[64];
	int error;

	snprintf(path, sizeof(path), "/sys/module/%s", module);
	error = kulink_file_line(root, path, "parameters", name, text, size);
	return error == -ENODEV ? -ENOENT : error;
}

int kulink_available(const char *channel, char *why, size_t why_size)
{
	int index = channel ? kulink_channel_find(kulink_channel_list, channel) : -EINVAL;

	if (why && why_size)
		why[0] = '\0';
	if (index < 0) {
		if (why)
			snprintf(why, why_size, "this library knows no such channel");
		return -EINVAL;
	}
	return kulink_channel_list[index]->available(why, why_size);
}
