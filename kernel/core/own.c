// SPDX-License-Identifier: GPL-2.0-only
/* A channel once more, for the services of one declaration, on the driver's own objects. */
#include <linux/export.h>
#include <linux/kulink_own.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core.h"

int kulink_own_begin(struct kulink_own *own, const struct kulink_channel *like, void *private)
{
	struct kulink_channel *channel;
	int err;

	if (!own->desc || !own->name || !private || !kulink_name_ok(own->name, strlen(own->name)))
		return -EINVAL;
	channel = kmemdup(like, sizeof(*like), GFP_KERNEL);
	if (!channel)
		return -ENOMEM;
	channel->name = own->name;
	channel->owner = own->desc->owner;
	channel->only = own->desc;
	channel->private = private;
	err = kulink_channel_register(channel);
	if (err) {
		kfree(channel);
		return err;
	}
	own->channel = channel;
	return 0;
}
EXPORT_SYMBOL_GPL(kulink_own_begin);

void kulink_own_end(struct kulink_own *own)
{
	if (!own->channel)
		return;
	kulink_channel_unregister(own->channel);
	kfree(own->channel);
	own->channel = NULL;
}
EXPORT_SYMBOL_GPL(kulink_own_end);
