// SPDX-License-Identifier: GPL-2.0-only
/*
 * configfs: kernel objects that programs make with mkdir and end with rmdir. Choose it where the
 * administrator decides how many there are, and what each one is. docs/channels/configfs.md
 *
 * Creates /sys/kernel/config/kulink/FACTORY/ for each factory that a driver has registered. mkdir
 * there makes a live service of that name, which every other channel publishes, too; rmdir ends
 * it. Its values are files in the directory. Root makes and ends instances; the files let
 * in everyone who might be allowed, since configfs knows no owner but root, and each
 * value's mode decides for the caller: -EACCES.
 *
 * Only services that were made here are published here. No tables, calls or events: an item has
 * attributes of at most a page, and no poll(). An instance pins this module and the driver's.
 *
 * Locks: mkdir and rmdir hold the subsystem's mutex while the driver registers or unregisters,
 * which takes the class's. So nothing that runs under the class's mutex, as add and remove do, may
 * touch configfs: they only note who is published.
 */
#include <linux/configfs.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "channel.h"
#include "root.h"

/**
 * struct instance - a directory that a program has made, and its service
 * @item: the directory; its last reference frees all of this
 * @type: of @item
 * @node: in the list of instances
 * @name: of both
 * @maker: the task in mkdir, until the driver has made the service
 * @factory: made it, and is pinned by it
 * @made: the service, as long as the directory is there
 * @service: the same while it is published here, else NULL
 * @attrs: values
 * @list: pointers to them, as configfs wants it
 */
struct instance {
	struct config_item item;
	struct config_item_type type;
	struct list_head node;
	char name[KULINK_NAME_SIZE];
	struct task_struct *maker;
	struct kulink_factory *factory;
	struct kulink_service *made;
	struct kulink_service *service;
	struct configfs_attribute *attrs;
	struct configfs_attribute **list;
};

/* A factory's directory */
struct factory_dir {
	struct config_group group;
	struct kulink_factory *factory;
};

static LIST_HEAD(instances);

/* Guards the list, and @maker, @made and @service of each; nothing is waited for inside */
static DEFINE_MUTEX(instances_lock);

static struct instance *to_instance(struct config_item *item)
{
	return container_of(item, struct instance, item);
}

static struct factory_dir *to_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct factory_dir, group);
}

/* Values. configfs keeps the item, and so the driver, while a handler runs: rmdir waits for it. */

static struct kulink_service *service_get(struct config_item *item)
{
	struct kulink_service *service;

	mutex_lock(&instances_lock);
	service = to_instance(item)->service;
	if (service)
		kulink_service_get(service);
	mutex_unlock(&instances_lock);
	return service ?: ERR_PTR(-ENODEV);
}

static int permit(const struct kulink_service *service, unsigned int value, int want)
{
	return kulink_permit(service, current_cred(), kulink_desc_of(service)->values[value].mode,
			     want);
}

static ssize_t value_show(struct config_item *item, unsigned int value, char *page)
{
	struct kulink_service *service = service_get(item);
	ssize_t ret;

	if (IS_ERR(service))
		return PTR_ERR(service);
	ret = permit(service, value, MAY_READ) ?: kulink_value_show(service, value, page);
	kulink_service_put(service);
	return ret;
}

static ssize_t value_store(struct config_item *item, unsigned int value, const char *page,
			   size_t len)
{
	struct kulink_service *service = service_get(item);
	int err;

	if (IS_ERR(service))
		return PTR_ERR(service);
	err = permit(service, value, MAY_WRITE) ?: kulink_value_store(service, value, page, len);
	kulink_service_put(service);
	return err ?: len;
}

/*
 * A handler is told the item but not the attribute (show and store in struct configfs_attribute): so
 * there is a pair of them for each value that a declaration can have.
 */
#define HANDLERS(i)							\
static ssize_t show_##i(struct config_item *item, char *page)		\
{									\
	return value_show(item, 0x##i, page);				\
}									\
									\
static ssize_t store_##i(struct config_item *item, const char *page, size_t len) \
{									\
	return value_store(item, 0x##i, page, len);			\
}

#define SIXTEEN(each, i)						\
	each(i##0) each(i##1) each(i##2) each(i##3)			\
	each(i##4) each(i##5) each(i##6) each(i##7)			\
	each(i##8) each(i##9) each(i##a) each(i##b)			\
	each(i##c) each(i##d) each(i##e) each(i##f)

#define ALL(each)							\
	SIXTEEN(each, 0) SIXTEEN(each, 1) SIXTEEN(each, 2) SIXTEEN(each, 3) \
	SIXTEEN(each, 4) SIXTEEN(each, 5) SIXTEEN(each, 6) SIXTEEN(each, 7) \
	SIXTEEN(each, 8) SIXTEEN(each, 9) SIXTEEN(each, a) SIXTEEN(each, b) \
	SIXTEEN(each, c) SIXTEEN(each, d) SIXTEEN(each, e) SIXTEEN(each, f)

ALL(HANDLERS)

#define HANDLER(i)	{ show_##i, store_##i },

static const struct {
	ssize_t (*show)(struct config_item *item, char *page);
	ssize_t (*store)(struct config_item *item, const char *page, size_t len);
} handlers[] = { ALL(HANDLER) };

static void instance_free(struct instance *instance)
{
	kfree(instance->attrs);
	kfree(instance->list);
	kfree(instance);
}

static void instance_release(struct config_item *item)
{
	instance_free(to_instance(item));
}

static struct configfs_item_operations instance_ops = { .release = instance_release };

/* Names are the driver's, which the instance keeps loaded. */
static int instance_fill(struct instance *instance)
{
	const struct kulink_value *values = kulink_desc_of(instance->made)->values;
	unsigned int i, n = kulink_count_values(instance->made);

	if (WARN_ON(n > ARRAY_SIZE(handlers)))
		return -EINVAL;
	instance->attrs = kcalloc(n, sizeof(*instance->attrs), GFP_KERNEL);
	instance->list = kcalloc(n + 1, sizeof(*instance->list), GFP_KERNEL);
	if (!instance->attrs || !instance->list)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		instance->attrs[i] = (struct configfs_attribute){
			.ca_name = values[i].field.name,
			.ca_owner = THIS_MODULE,
			.ca_mode = kulink_mode_any(values[i].mode) * 0111,
			.show = handlers[i].show,
			.store = handlers[i].store,
		};
		instance->list[i] = &instance->attrs[i];
	}
	instance->type = (struct config_item_type){
		.ct_owner = THIS_MODULE,
		.ct_item_ops = &instance_ops,
		.ct_attrs = instance->list,
	};
	return 0;
}

static struct instance *instance_new(struct kulink_factory *factory, const char *name)
{
	struct instance *instance = kzalloc(sizeof(*instance), GFP_KERNEL);

	if (!instance)
		return ERR_PTR(-ENOMEM);
	if (strscpy(instance->name, name, sizeof(instance->name)) < 0) {
		kfree(instance);
		return ERR_PTR(-EINVAL);
	}
	instance->factory = factory;
	mutex_lock(&instances_lock);
	instance->maker = current;
	list_add_tail(&instance->node, &instances);
	mutex_unlock(&instances_lock);
	return instance;
}

static void instance_unlist(struct instance *instance)
{
	mutex_lock(&instances_lock);
	list_del(&instance->node);
	mutex_unlock(&instances_lock);
}

static struct config_item *instance_make(struct config_group *group, const char *name)
{
	struct kulink_factory *factory = to_dir(&group->cg_item)->factory;
	struct instance *instance = instance_new(factory, name);
	struct kulink_service *service;
	int err;

	if (IS_ERR(instance))
		return ERR_CAST(instance);
	service = kulink_factory_make(factory, name);
	mutex_lock(&instances_lock);
	instance->maker = NULL;
	instance->made = service;
	mutex_unlock(&instances_lock);
	if (IS_ERR(service)) {
		err = PTR_ERR(service);
		goto unlist;
	}
	err = instance_fill(instance);
	if (err)
		goto end;
	config_item_init_type_name(&instance->item, name, &instance->type);
	return &instance->item;
end:
	kulink_factory_end(factory, service);
unlist:
	instance_unlist(instance);
	instance_free(instance);
	return ERR_PTR(err);
}

/* No handler runs any more, and none will: the kernel has seen to that. */
static void instance_drop(struct config_group *group, struct config_item *item)
{
	struct instance *instance = to_instance(item);

	kulink_factory_end(instance->factory, instance->made);
	instance_unlist(instance);
	config_item_put(item);
}

/* Factories */

static void dir_release(struct config_item *item)
{
	kfree(to_dir(item));
}

static struct configfs_item_operations dir_item_ops = { .release = dir_release };

static struct configfs_group_operations dir_group_ops = {
	.make_item = instance_make,
	.drop_item = instance_drop,
};

static const struct config_item_type dir_type = {
	.ct_owner = THIS_MODULE,
	.ct_item_ops = &dir_item_ops,
	.ct_group_ops = &dir_group_ops,
};

static const struct config_item_type root_type = { .ct_owner = THIS_MODULE };

static struct configfs_subsystem root = {
	.su_group = {
		.cg_item = { .ci_namebuf = KULINK_ROOT, .ci_type = &root_type },
	},
};

static int factory_add(struct kulink_factory *factory, void **slot)
{
	struct factory_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	int err;

	if (!dir)
		return -ENOMEM;
	dir->factory = factory;
	config_group_init_type_name(&dir->group, factory->name, &dir_type);
	err = configfs_register_group(&root.su_group, &dir->group);
	if (err)
		config_group_put(&dir->group);
	else
		*slot = dir;
	return err;
}

/*
 * configfs_unregister_group() takes the lock of the parent, not the directory's own: a mkdir that has
 * looked it up before would run on without it (configfs_mkdir() in fs/configfs/dir.c). So those that
 * are in it end first, and others find it dead.
 */
static void factory_remove(struct kulink_factory *factory, void *slot)
{
	struct factory_dir *dir = slot;
	struct inode *inode = d_inode(dir->group.cg_item.ci_dentry);

	inode_lock(inode);
	inode->i_flags |= S_DEAD;
	inode_unlock(inode);
	configfs_unregister_group(&dir->group);
	config_group_put(&dir->group);
}

static const struct kulink_factory_listener listener = {
	.add = factory_add,
	.remove = factory_remove,
};

/* Services: which of them are ours. No configfs here, see above. */

static struct instance *instance_of(const struct kulink_service *service)
{
	struct instance *instance;

	list_for_each_entry(instance, &instances, node) {
		if (instance->made == service)
			return instance;
		/* It registers right now; another of that name, on its way, is not our task's. */
		if (instance->maker == current &&
		    !strcmp(instance->name, kulink_service_name(service)))
			return instance;
	}
	return NULL;
}

static int configfs_add(struct kulink_service *service, void **slot)
{
	struct instance *instance;

	mutex_lock(&instances_lock);
	instance = instance_of(service);
	if (instance) {
		instance->made = service;
		instance->service = service;
	}
	mutex_unlock(&instances_lock);
	*slot = instance;
	return instance ? 0 : -EOPNOTSUPP;
}

static void configfs_remove(struct kulink_service *service, void *slot)
{
	struct instance *instance = slot;

	mutex_lock(&instances_lock);
	instance->service = NULL;
	mutex_unlock(&instances_lock);
}

static struct kulink_channel configfs_channel = {
	.name = "configfs",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES,
	.add = configfs_add,
	.remove = configfs_remove,
};

static int __init configfs_start(void)
{
	int err;

	config_group_init(&root.su_group);
	mutex_init(&root.su_mutex);
	err = configfs_register_subsystem(&root);
	if (err)
		return err;
	err = kulink_channel_register(&configfs_channel);
	if (err)
		goto subsystem;
	err = kulink_factories_listen(&listener);
	if (err)
		goto channel;
	return 0;
channel:
	kulink_channel_unregister(&configfs_channel);
subsystem:
	configfs_unregister_subsystem(&root);
	return err;
}

static void __exit configfs_stop(void)
{
	kulink_factories_unlisten();
	kulink_channel_unregister(&configfs_channel);
	configfs_unregister_subsystem(&root);
}

KULINK_MODULE(configfs, configfs_start, configfs_stop);

MODULE_DESCRIPTION("kulink over configfs");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
