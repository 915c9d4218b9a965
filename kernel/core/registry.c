// SPDX-License-Identifier: GPL-2.0-only
/* All services, by name, by device, in order. */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/string.h>

#include "core.h"

static LIST_HEAD(services);		/* in order of registration */
static DEFINE_SPINLOCK(services_lock);
static u64 last_order;

/* The first live service that @match says yes to, with a reference */
static struct kulink_service *find(bool (*match)(const struct kulink_service *service,
						 const void *key), const void *key)
{
	struct kulink_service *service, *found = NULL;

	spin_lock(&services_lock);
	list_for_each_entry(service, &services, node)
		if (READ_ONCE(service->live) && match(service, key)) {
			found = kulink_service_get(service);
			break;
		}
	spin_unlock(&services_lock);
	return found;
}

static bool has_name(const struct kulink_service *service, const void *key)
{
	return !strcmp(service->name, key);
}

struct kulink_service *kulink_service_find(const char *name)
{
	return find(has_name, name);
}
EXPORT_SYMBOL_GPL(kulink_service_find);

static bool has_parent(const struct kulink_service *service, const void *key)
{
	return service->dev.parent == key;
}

struct kulink_service *kulink_service_of(struct device *parent)
{
	return parent ? find(has_parent, parent) : NULL;
}
EXPORT_SYMBOL_GPL(kulink_service_of);

static bool is_after(const struct kulink_service *service, const void *key)
{
	return service->order > *(const u64 *)key;
}

struct kulink_service *kulink_service_next(struct kulink_service *prev)
{
	u64 order = prev ? prev->order : 0;

	kulink_service_put(prev);
	return find(is_after, &order);
}
EXPORT_SYMBOL_GPL(kulink_service_next);

static bool has_devt(const struct kulink_service *service, const void *key)
{
	return service->dev.devt == *(const dev_t *)key;
}

struct kulink_service *kulink_service_at(const struct inode *inode)
{
	return find(has_devt, &inode->i_rdev);
}
EXPORT_SYMBOL_GPL(kulink_service_at);

/* Under services_lock; also names of services that are on their way in or out */
static bool name_taken(const char *name)
{
	struct kulink_service *service;

	list_for_each_entry(service, &services, node)
		if (!strcmp(service->name, name))
			return true;
	return false;
}

static int choose_name(struct kulink_service *service, const char *template)
{
	const char *percent = strchr(template, '%');
	int n, len;

	if (!percent) {
		strscpy(service->name, template, sizeof(service->name));
		return name_taken(service->name) ? -EEXIST : 0;
	}
	for (n = 0; n < INT_MAX; n++) {
		len = snprintf(service->name, sizeof(service->name), "%.*s%d",
			       (int)(percent - template), template, n);
		if (len >= sizeof(service->name))
			return -EINVAL;
		if (!name_taken(service->name))
			return 0;
	}
	return -ENOSPC;
}

/**
 * kulink_name_take() - into the list under a name of its own
 * @service: to be named
 * @template: checked; with %d the lowest number that is free
 *
 * Return: 0; -EEXIST; -EINVAL with its number the name is too long
 */
int kulink_name_take(struct kulink_service *service, const char *template)
{
	int err;

	spin_lock(&services_lock);
	err = choose_name(service, template);
	if (!err) {
		service->order = ++last_order;
		list_add_tail(&service->node, &services);
	}
	spin_unlock(&services_lock);
	return err;
}

void kulink_name_give(struct kulink_service *service)
{
	spin_lock(&services_lock);
	list_del_init(&service->node);
	spin_unlock(&services_lock);
}
