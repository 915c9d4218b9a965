// SPDX-License-Identifier: GPL-2.0-only
/* All services, by name, by device, in order. */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringhash.h>
#include <linux/xarray.h>

#include "core.h"

static LIST_HEAD(services);		/* in order of registration */
static DEFINE_HASHTABLE(names, 10);
static DEFINE_SPINLOCK(services_lock);
static u64 last_order;

static DEFINE_XARRAY_ALLOC(minors);

/* The numbers that are taken of a name with %d */
struct numbers {
	struct list_head node;
	struct ida ida;
	unsigned int users;
	char template[KULINK_NAME_SIZE + 2];
};

static LIST_HEAD(numberings);
static DEFINE_MUTEX(naming);	/* guards them */

static u32 hash_of(const char *name)
{
	return full_name_hash(NULL, name, strlen(name));
}

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

/* Under services_lock; also of a service that is on its way in or out */
static struct kulink_service *named(const char *name)
{
	struct kulink_service *service;

	hash_for_each_possible(names, service, by_name, hash_of(name))
		if (!strcmp(service->name, name))
			return service;
	return NULL;
}

/* With a reference, or NULL: there is none, or it is on its way; under the lock by which it was found */
static struct kulink_service *if_live(struct kulink_service *service)
{
	return service && READ_ONCE(service->live) ? kulink_service_get(service) : NULL;
}

struct kulink_service *kulink_service_find(const char *name)
{
	struct kulink_service *service;

	spin_lock(&services_lock);
	service = if_live(named(name));
	spin_unlock(&services_lock);
	return service;
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

int kulink_minor_take(struct kulink_service *service)
{
	u32 minor;
	int err = xa_alloc(&minors, &minor, service, XA_LIMIT(0, MINORMASK), GFP_KERNEL);

	return err ?: minor;
}

void kulink_minor_give(struct kulink_service *service)
{
	if (service->minor >= 0)
		xa_erase(&minors, service->minor);
}

struct kulink_service *kulink_service_at(const struct inode *inode)
{
	struct kulink_service *service;

	xa_lock(&minors);
	service = if_live(xa_load(&minors, kulink_node_minor(inode->i_rdev)));
	xa_unlock(&minors);
	return service;
}
EXPORT_SYMBOL_GPL(kulink_service_at);

static int enter(struct kulink_service *service)
{
	int err = -EEXIST;

	spin_lock(&services_lock);
	if (!named(service->name)) {
		service->order = ++last_order;
		list_add_tail(&service->node, &services);
		hash_add(names, &service->by_name, hash_of(service->name));
		err = 0;
	}
	spin_unlock(&services_lock);
	return err;
}

/* With naming; a new one, if there is none of this template */
static struct numbers *numbers_get(const char *template)
{
	struct numbers *numbers;

	list_for_each_entry(numbers, &numberings, node) {
		if (!strcmp(numbers->template, template)) {
			numbers->users++;
			return numbers;
		}
	}
	numbers = kzalloc(sizeof(*numbers), GFP_KERNEL);
	if (!numbers)
		return NULL;
	strscpy(numbers->template, template, sizeof(numbers->template));
	ida_init(&numbers->ida);
	numbers->users = 1;
	list_add(&numbers->node, &numberings);
	return numbers;
}

/* With naming */
static void numbers_put(struct numbers *numbers)
{
	if (--numbers->users)
		return;
	list_del(&numbers->node);
	ida_destroy(&numbers->ida);
	kfree(numbers);
}

/* With naming; a number that somebody has as a part of a name without %d is passed over */
static int take_number(struct kulink_service *service, struct numbers *numbers)
{
	int digits = strchr(numbers->template, '%') - numbers->template;
	int n = -1, len, err;

	do {
		n = ida_alloc_min(&numbers->ida, n + 1, GFP_KERNEL);
		if (n < 0)
			return n;
		len = snprintf(service->name, sizeof(service->name), "%.*s%d", digits,
			       numbers->template, n);
		err = len < sizeof(service->name) ? enter(service) : -EINVAL;
		if (err)
			ida_free(&numbers->ida, n);
	} while (err == -EEXIST);
	service->number = n;
	return err;
}

static int take_numbered(struct kulink_service *service, const char *template)
{
	struct numbers *numbers;
	int err = -ENOMEM;

	mutex_lock(&naming);
	numbers = numbers_get(template);
	if (numbers)
		err = take_number(service, numbers);
	if (!err)
		service->numbers = numbers;
	else if (numbers)
		numbers_put(numbers);
	mutex_unlock(&naming);
	return err;
}

/**
 * kulink_name_take() - into the list under a name of its own
 * @service: to be named
 * @template: checked; with %d the lowest number that is free
 *
 * May sleep.
 *
 * Return: 0; -EEXIST; -EINVAL with its number the name is too long; -ENOMEM
 */
int kulink_name_take(struct kulink_service *service, const char *template)
{
	if (strchr(template, '%'))
		return take_numbered(service, template);
	strscpy(service->name, template, sizeof(service->name));
	return enter(service);
}

void kulink_name_give(struct kulink_service *service)
{
	spin_lock(&services_lock);
	list_del_init(&service->node);
	hash_del(&service->by_name);
	spin_unlock(&services_lock);
	if (!service->numbers)
		return;
	mutex_lock(&naming);
	ida_free(&service->numbers->ida, service->number);
	numbers_put(service->numbers);
	mutex_unlock(&naming);
}
