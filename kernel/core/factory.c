// SPDX-License-Identifier: GPL-2.0-only
/*
 * Factories: drivers that make services by name. Whoever lets programs ask for one (configfs)
 * may come before or after them.
 */
#include <linux/export.h>
#include <linux/module.h>
#include <linux/string.h>

#include "core.h"

static LIST_HEAD(factories);
static const struct kulink_factory_listener *listener;

/* Guards both, and is held while the listener is told: outside every lock of its own. */
static DEFINE_MUTEX(factories_lock);

static void tell_add(struct kulink_factory *factory)
{
	int err = listener->add(factory, &factory->slot);

	factory->listed = !err;
	if (err)
		pr_err("kulink: factory %s: error %d\n", factory->name, err);
}

static void tell_remove(struct kulink_factory *factory)
{
	if (factory->listed)
		listener->remove(factory, factory->slot);
	factory->listed = false;
}

static bool is_taken(const char *name)
{
	struct kulink_factory *factory;

	list_for_each_entry(factory, &factories, node)
		if (!strcmp(factory->name, name))
			return true;
	return false;
}

int kulink_factory_register(struct kulink_factory *factory)
{
	int err = 0;

	if (!factory->name || !kulink_name_ok(factory->name, strlen(factory->name)) ||
	    !factory->make || !factory->end)
		return -EINVAL;
	mutex_lock(&factories_lock);
	if (is_taken(factory->name)) {
		err = -EEXIST;
	} else {
		list_add_tail(&factory->node, &factories);
		factory->listed = false;
		if (listener)
			tell_add(factory);
	}
	mutex_unlock(&factories_lock);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_factory_register);

void kulink_factory_unregister(struct kulink_factory *factory)
{
	mutex_lock(&factories_lock);
	tell_remove(factory);
	list_del(&factory->node);
	mutex_unlock(&factories_lock);
}
EXPORT_SYMBOL_GPL(kulink_factory_unregister);

/**
 * kulink_factories_listen() - be told of each factory, those that are there and those to come
 * @new: the only one; -EBUSY
 */
int kulink_factories_listen(const struct kulink_factory_listener *new)
{
	struct kulink_factory *factory;
	int err = 0;

	mutex_lock(&factories_lock);
	if (listener) {
		err = -EBUSY;
	} else {
		listener = new;
		list_for_each_entry(factory, &factories, node)
			tell_add(factory);
	}
	mutex_unlock(&factories_lock);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_factories_listen);

/** kulink_factories_unlisten() - remove is called for each */
void kulink_factories_unlisten(void)
{
	struct kulink_factory *factory;

	mutex_lock(&factories_lock);
	list_for_each_entry(factory, &factories, node)
		tell_remove(factory);
	listener = NULL;
	mutex_unlock(&factories_lock);
}
EXPORT_SYMBOL_GPL(kulink_factories_unlisten);

struct kulink_service *kulink_factory_make(struct kulink_factory *factory, const char *name)
{
	struct kulink_service *service;

	if (!kulink_name_ok(name, strlen(name)))
		return ERR_PTR(-EINVAL);
	if (!try_module_get(factory->owner))
		return ERR_PTR(-ENODEV);
	service = factory->make(name);
	if (IS_ERR(service))
		module_put(factory->owner);
	return service;
}
EXPORT_SYMBOL_GPL(kulink_factory_make);

void kulink_factory_end(struct kulink_factory *factory, struct kulink_service *service)
{
	struct module *owner = factory->owner;

	factory->end(service);
	module_put(owner);
}
EXPORT_SYMBOL_GPL(kulink_factory_end);
