// SPDX-License-Identifier: GPL-2.0-only
/* A channel once more, for the services of one declaration, on the driver's own objects. */
#include <linux/export.h>
#include <linux/kulink_dir.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core.h"

int kulink_dir_register(struct kulink_dir *dir, const struct kulink_channel *like, void *parent)
{
	struct kulink_channel *channel;
	int err;

	if (!dir->desc || !dir->name || !parent || !kulink_name_ok(dir->name, strlen(dir->name)))
		return -EINVAL;
	channel = kmemdup(like, sizeof(*like), GFP_KERNEL);
	if (!channel)
		return -ENOMEM;
	channel->name = dir->name;
	channel->owner = dir->desc->owner;
	channel->only = dir->desc;
	channel->private = parent;
	err = kulink_channel_register(channel);
	if (err) {
		kfree(channel);
		return err;
	}
	dir->channel = channel;
	return 0;
}
EXPORT_SYMBOL_GPL(kulink_dir_register);

void kulink_dir_unregister(struct kulink_dir *dir)
{
	if (!dir->channel)
		return;
	kulink_channel_unregister(dir->channel);
	kfree(dir->channel);
	dir->channel = NULL;
}
EXPORT_SYMBOL_GPL(kulink_dir_unregister);
