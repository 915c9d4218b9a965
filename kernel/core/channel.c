// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels come and go. The class tells each of the services it has, through a class
 * interface; what is to be done about a service follows from its state alone, in publish.c.
 */
#include <linux/export.h>

#include "core.h"

static struct kulink_channel *channels[KULINK_CHANNELS_MAX];
static DEFINE_MUTEX(channels_lock);

/* A service came, or went: 6.4 and later do not say for which interface. */
static int add_dev(KULINK_INTF_ARGS)
{
	kulink_publish_added(to_service(dev));
	return 0;
}

static void remove_dev(KULINK_INTF_ARGS)
{
	kulink_publish_sync(to_service(dev));
}

struct kulink_channel *kulink_channel_at(unsigned int id)
{
	struct kulink_channel *channel;

	mutex_lock(&channels_lock);
	channel = channels[id];
	mutex_unlock(&channels_lock);
	return channel;
}

bool kulink_channel_registered(const struct kulink_channel *channel)
{
	return READ_ONCE(channels[channel->id]) == channel;
}

static int take_id(struct kulink_channel *channel)
{
	int id, free = -ENOSPC;

	mutex_lock(&channels_lock);
	for (id = KULINK_CHANNELS_MAX - 1; id >= 0; id--) {
		if (!channels[id] && free != -EEXIST)
			free = id;
		else if (channels[id] && !strcmp(channels[id]->name, channel->name))
			free = -EEXIST;
	}
	if (free >= 0) {
		channel->id = free;
		channel->going = false;
		channels[free] = channel;
	}
	mutex_unlock(&channels_lock);
	return free < 0 ? free : 0;
}

static void set_going(struct kulink_channel *channel)
{
	mutex_lock(&channels_lock);
	channel->going = true;
	mutex_unlock(&channels_lock);
}

static void give_id(struct kulink_channel *channel)
{
	mutex_lock(&channels_lock);
	channels[channel->id] = NULL;
	mutex_unlock(&channels_lock);
}

/**
 * kulink_channel_register() - from now on publish each service that names the channel
 * @channel: stays until kulink_channel_unregister()
 *
 * Return: 0; -EEXIST a channel of this name is there; -ENOSPC
 */
int kulink_channel_register(struct kulink_channel *channel)
{
	int err = take_id(channel);

	if (err)
		return err;
	channel->intf = (struct class_interface){
		.class = &kulink_class,
		.add_dev = add_dev,
		.remove_dev = remove_dev,
	};
	err = class_interface_register(&channel->intf);
	if (err)
		give_id(channel);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_channel_register);

/**
 * kulink_channel_unregister() - unpublish every service here
 * @channel: registered
 */
void kulink_channel_unregister(struct kulink_channel *channel)
{
	set_going(channel);
	class_interface_unregister(&channel->intf);
	give_id(channel);
}
EXPORT_SYMBOL_GPL(kulink_channel_unregister);
