// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which channels publish a service. One rule, applied after each change: a channel does if
 * it is registered and stays, the service is live, and the service's list names it.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core.h"

static void tell_ready(struct kulink_service *service, const struct kulink_channel *channel)
{
	char ready[sizeof("KULINK_READY=") + KULINK_NAME_SIZE];
	char *env[2] = { ready };

	snprintf(ready, sizeof(ready), "KULINK_READY=%s", channel->name);
	kobject_uevent_env(&service->dev.kobj, KOBJ_CHANGE, env);
}

static void publish(struct kulink_service *service, struct kulink_channel *channel)
{
	unsigned int id = channel->id;
	int err;

	service->slot[id] = channel->private;
	err = channel->add(service, &service->slot[id]);
	if (err) {
		set_bit(id, &service->failed);
		/* the channel has no place for it: nothing is wrong */
		if (err != -EOPNOTSUPP)
			dev_err(&service->dev, "not published on %s: error %d\n", channel->name,
				err);
		return;
	}
	service->publisher[id] = channel;
	set_bit(id, &service->published);
	tell_ready(service, channel);
}

static void unpublish(struct kulink_service *service, unsigned int id)
{
	struct kulink_channel *channel = service->publisher[id];

	clear_bit(id, &service->published);
	channel->remove(service, service->slot[id]);
	service->publisher[id] = NULL;
	service->slot[id] = NULL;
}

/* Whether the service's list names the channel, and it has a part for it to carry */
static bool names(const struct kulink_service *service, const struct kulink_channel *channel)
{
	if (!(channel->carries & service->kinds))
		return false;
	if (channel->only)
		return channel->only == service->desc;
	return kulink_list_has(service->channels, channel->name);
}

/*
 * A channel cannot go away under us: before it does it is marked, and then waits for the
 * publish mutex of each service of the class, which this one is until it is dead.
 */
static void sync_channel(struct kulink_service *service, unsigned int id)
{
	struct kulink_channel *channel = kulink_channel_at(id);
	bool now = test_bit(id, &service->published);
	bool here = channel && !READ_ONCE(channel->going);
	bool want = here && names(service, channel);

	if (!want)
		clear_bit(id, &service->failed);
	if (now && !want)
		unpublish(service, id);
	else if (!now && want && !test_bit(id, &service->failed))
		publish(service, channel);
}

static void sync_locked(struct kulink_service *service)
{
	unsigned int id;

	if (!service->live) {
		for_each_set_bit(id, &service->published, KULINK_CHANNELS_MAX)
			unpublish(service, id);
		return;
	}
	for (id = 0; service->added && id < KULINK_CHANNELS_MAX; id++)
		sync_channel(service, id);
}

void kulink_publish_sync(struct kulink_service *service)
{
	mutex_lock(&service->publish);
	sync_locked(service);
	mutex_unlock(&service->publish);
}

/* The class has the device: from now on a channel that goes will ask it. */
void kulink_publish_added(struct kulink_service *service)
{
	mutex_lock(&service->publish);
	service->added = true;
	sync_locked(service);
	mutex_unlock(&service->publish);
}

void kulink_publish_dead(struct kulink_service *service)
{
	mutex_lock(&service->publish);
	WRITE_ONCE(service->live, false);
	mutex_unlock(&service->publish);
}

static int narrow_locked(struct kulink_service *service, const char *list)
{
	char *old = service->channels, *new;
	int err;

	if (!service->live)
		return -ENODEV;
	if (!strcmp(list, "*"))
		list = service->desc->channels ?: "";
	else if (!kulink_list_within(list, service->desc->channels ?: ""))
		return -EINVAL;
	new = kstrdup(list, GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	service->channels = new;
	err = kulink_text_update(service);
	if (err) {
		service->channels = old;
		kfree(new);
		return err;
	}
	kfree(old);
	service->failed = 0;
	sync_locked(service);
	return 0;
}

/**
 * kulink_publish_narrow() - the administrator's list of channels
 * @service: the service
 * @list: checked; "*" for all that the declaration names
 *
 * Return: 0; -EINVAL: the declaration does not name one of them; -ENODEV; -ENOMEM
 */
int kulink_publish_narrow(struct kulink_service *service, const char *list)
{
	int err;

	mutex_lock(&service->publish);
	err = narrow_locked(service, list);
	mutex_unlock(&service->publish);
	return err;
}

static int own_locked(struct kulink_service *service, kuid_t uid, kgid_t gid)
{
	kuid_t old_uid = service->uid;
	kgid_t old_gid = service->gid;
	unsigned int id;
	int err;

	if (!service->live)
		return -ENODEV;
	service->uid = uid;
	service->gid = gid;
	err = kulink_text_update(service);
	if (err) {
		service->uid = old_uid;
		service->gid = old_gid;
		return err;
	}
	for_each_set_bit(id, &service->published, KULINK_CHANNELS_MAX)
		if (service->publisher[id]->inodes)
			unpublish(service, id);
	service->failed = 0;
	sync_locked(service);
	return 0;
}

/**
 * kulink_publish_own() - another owner and group
 * @service: the service
 * @uid: owner; invalid: leave it
 * @gid: group; invalid: leave it
 */
int kulink_publish_own(struct kulink_service *service, kuid_t uid, kgid_t gid)
{
	int err;

	mutex_lock(&service->publish);
	err = own_locked(service, uid_valid(uid) ? uid : service->uid,
			 gid_valid(gid) ? gid : service->gid);
	mutex_unlock(&service->publish);
	return err;
}

/* Names of the channels that publish it now; bytes written, or -ENODEV */
ssize_t kulink_publish_list(struct kulink_service *service, char *text, size_t size)
{
	ssize_t len = 0;
	unsigned int id;

	mutex_lock(&service->publish);
	for_each_set_bit(id, &service->published, KULINK_CHANNELS_MAX)
		len += scnprintf(text + len, size - len, "%s%s", len ? " " : "",
				 service->publisher[id]->name);
	/* Leaving is not the same as being published nowhere. */
	len = service->live ? len + scnprintf(text + len, size - len, "\n") : -ENODEV;
	mutex_unlock(&service->publish);
	return len;
}

static void tell_changed(struct kulink_service *service, unsigned int value)
{
	unsigned int id;

	for_each_set_bit(id, &service->published, KULINK_CHANNELS_MAX) {
		struct kulink_channel *channel = service->publisher[id];

		if (channel->changed)
			channel->changed(service, service->slot[id], value);
	}
}

static void changed_work(struct work_struct *work)
{
	struct kulink_service *service =
		container_of(work, struct kulink_service, changed_work);
	unsigned int value;

	mutex_lock(&service->publish);
	for_each_set_bit(value, service->changed, service->n_values)
		if (test_and_clear_bit(value, service->changed))
			tell_changed(service, value);
	mutex_unlock(&service->publish);
	kulink_service_put(service);
}

void kulink_publish_init(struct kulink_service *service)
{
	mutex_init(&service->publish);
	INIT_WORK(&service->changed_work, changed_work);
}

bool kulink_published(struct kulink_service *service, const struct kulink_channel *channel)
{
	return test_bit(channel->id, &service->published) && kulink_channel_registered(channel);
}
EXPORT_SYMBOL_GPL(kulink_published);
