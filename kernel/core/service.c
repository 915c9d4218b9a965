// SPDX-License-Identifier: GPL-2.0-only
/* Services: their life, and holding off its end. */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "core.h"

static atomic_t objects;
static DECLARE_WAIT_QUEUE_HEAD(objects_gone);

struct kulink_service *kulink_service_get(struct kulink_service *service)
{
	get_device(&service->dev);
	return service;
}
EXPORT_SYMBOL_GPL(kulink_service_get);

void kulink_service_put(struct kulink_service *service)
{
	if (service)
		put_device(&service->dev);
}
EXPORT_SYMBOL_GPL(kulink_service_put);

int kulink_enter(struct kulink_service *service, int *idx)
{
	*idx = srcu_read_lock(&service->srcu);
	if (READ_ONCE(service->live)) {
		__release(&service->srcu);	/* for sparse: kulink_exit() does it */
		return 0;
	}
	srcu_read_unlock(&service->srcu, *idx);
	return -ENODEV;
}
EXPORT_SYMBOL_GPL(kulink_enter);

void kulink_exit(struct kulink_service *service, int idx)
{
	__acquire(&service->srcu);
	srcu_read_unlock(&service->srcu, idx);
}
EXPORT_SYMBOL_GPL(kulink_exit);

bool kulink_live(const struct kulink_service *service)
{
	return READ_ONCE(service->live);
}
EXPORT_SYMBOL_GPL(kulink_live);

const char *kulink_service_name(const struct kulink_service *service)
{
	return service->name;
}
EXPORT_SYMBOL_GPL(kulink_service_name);

void *kulink_service_priv(const struct kulink_service *service)
{
	return service->priv;
}
EXPORT_SYMBOL_GPL(kulink_service_priv);

struct device *kulink_service_device(struct kulink_service *service)
{
	return &service->dev;
}
EXPORT_SYMBOL_GPL(kulink_service_device);

const struct kulink_desc *kulink_desc_of(const struct kulink_service *service)
{
	return service->desc;
}
EXPORT_SYMBOL_GPL(kulink_desc_of);

kuid_t kulink_service_uid(const struct kulink_service *service)
{
	return READ_ONCE(service->uid);
}
EXPORT_SYMBOL_GPL(kulink_service_uid);

kgid_t kulink_service_gid(const struct kulink_service *service)
{
	return READ_ONCE(service->gid);
}
EXPORT_SYMBOL_GPL(kulink_service_gid);

unsigned int kulink_count_values(const struct kulink_service *service)
{
	return service->n_values;
}
EXPORT_SYMBOL_GPL(kulink_count_values);

unsigned int kulink_count_tables(const struct kulink_service *service)
{
	return service->n_tables;
}
EXPORT_SYMBOL_GPL(kulink_count_tables);

unsigned int kulink_count_calls(const struct kulink_service *service)
{
	return service->n_calls;
}
EXPORT_SYMBOL_GPL(kulink_count_calls);

unsigned int kulink_count_events(const struct kulink_service *service)
{
	return service->n_events;
}
EXPORT_SYMBOL_GPL(kulink_count_events);

unsigned int kulink_count_regions(const struct kulink_service *service)
{
	return service->n_regions;
}
EXPORT_SYMBOL_GPL(kulink_count_regions);

void kulink_service_release(struct device *dev)
{
	struct kulink_service *service = to_service(dev);

	kulink_regions_free(service);
	kulink_calls_free(service);
	kulink_tables_free(service);
	kulink_events_free(service);
	kulink_names_free(service);
	kulink_text_free(service);
	bitmap_free(service->changed);
	kfree(service->channels);
	cleanup_srcu_struct(&service->srcu);
	kfree(service);
	if (atomic_dec_and_test(&objects))
		wake_up(&objects_gone);
}

/* The last reference may be put by a work item after its driver and channels are gone. */
void kulink_services_wait(void)
{
	wait_event(objects_gone, !atomic_read(&objects));
	synchronize_rcu();
}

static void count_parts(struct kulink_service *service, const struct kulink_desc *desc)
{
	while (desc->values && desc->values[service->n_values].field.name)
		service->n_values++;
	while (desc->tables && desc->tables[service->n_tables].name)
		service->n_tables++;
	while (desc->calls && desc->calls[service->n_calls].name)
		service->n_calls++;
	while (desc->events && desc->events[service->n_events].name)
		service->n_events++;
	while (desc->regions && desc->regions[service->n_regions].name)
		service->n_regions++;
	service->kinds = (service->n_values ? KULINK_VALUES : 0) |
			 (service->n_tables ? KULINK_TABLES : 0) |
			 (service->n_calls ? KULINK_CALLS : 0) |
			 (service->n_events ? KULINK_EVENTS : 0) |
			 (service->n_regions ? KULINK_REGIONS : 0);
}

/* An object that put_device() can free, whatever else fails */
static struct kulink_service *service_alloc(struct device *parent,
					    const struct kulink_desc *desc, void *priv)
{
	struct kulink_service *service = kzalloc(sizeof(*service), GFP_KERNEL);

	if (!service)
		return NULL;
	if (init_srcu_struct(&service->srcu)) {
		kfree(service);
		return NULL;
	}
	service->desc = desc;
	service->priv = priv;
	service->minor = -1;
	service->uid = make_kuid(&init_user_ns, desc->uid);
	service->gid = make_kgid(&init_user_ns, desc->gid);
	INIT_LIST_HEAD(&service->node);
	INIT_LIST_HEAD(&service->texts);
	mutex_init(&service->set);
	mutex_init(&service->member);
	kulink_publish_init(service);
	count_parts(service, desc);
	service->dev.class = &kulink_class;
	service->dev.parent = parent;
	atomic_inc(&objects);
	device_initialize(&service->dev);
	return service;
}

static int service_fill(struct kulink_service *service)
{
	const struct kulink_desc *desc = service->desc;
	int err;

	service->channels = kstrdup(desc->channels ?: "", GFP_KERNEL);
	service->changed = bitmap_zalloc(service->n_values + 1, GFP_KERNEL);
	if (!service->channels || !service->changed)
		return -ENOMEM;
	err = kulink_names_init(service) ?: kulink_events_init(service) ?:
	      kulink_tables_init(service) ?: kulink_calls_init(service) ?:
	      kulink_regions_init(service);
	if (err)
		return err;
	service->minor = kulink_minor_take(service);
	if (service->minor < 0)
		return service->minor;
	service->dev.devt = kulink_node_devt(service->minor);
	return 0;
}

static int service_add(struct kulink_service *service)
{
	int err;

	err = dev_set_name(&service->dev, "%s", service->name);
	if (err)
		return err;
	err = kulink_text_update(service);
	if (err)
		return err;
	/* From here on: a channel may be asked the moment it has published. */
	WRITE_ONCE(service->live, true);
	err = kulink_params_apply(service) ?: device_add(&service->dev);
	if (err)
		return err;
	kulink_publish_added(service);
	return 0;
}

/* No callback of the driver runs once this has returned. */
static void service_end(struct kulink_service *service)
{
	kulink_publish_dead(service);
	kulink_events_gone(service);
	synchronize_srcu(&service->srcu);
	kulink_publish_sync(service);
	kulink_tables_end(service);
}

static void service_free(struct kulink_service *service)
{
	kulink_minor_give(service);
	kulink_name_give(service);
	put_device(&service->dev);
}

static struct kulink_service *register_service(struct device *parent,
					       const struct kulink_desc *desc, const char *name,
					       void *priv)
{
	struct kulink_service *service;
	char why[128];
	int err;

	if (kulink_desc_check(desc, why, sizeof(why))) {
		pr_err("kulink: %s: %s\n", desc->name ?: "(null)", why);
		return ERR_PTR(-EINVAL);
	}
	service = service_alloc(parent, desc, priv);
	if (!service)
		return ERR_PTR(-ENOMEM);
	err = service_fill(service);
	if (err)
		goto free;
	err = kulink_name_take(service, name);
	if (err)
		goto free;
	err = service_add(service);
	if (err)
		goto end;
	return service;
end:
	service_end(service);
	kulink_params_revert(service);
free:
	service_free(service);
	return ERR_PTR(err);
}

struct kulink_service *kulink_register(struct device *parent, const struct kulink_desc *desc,
				       void *priv)
{
	return register_service(parent, desc, desc->name, priv);
}
EXPORT_SYMBOL_GPL(kulink_register);

struct kulink_service *kulink_register_as(struct device *parent, const struct kulink_desc *desc,
					  const char *name, void *priv)
{
	if (!kulink_name_ok(name, strlen(name)))
		return ERR_PTR(-EINVAL);
	return register_service(parent, desc, name, priv);
}
EXPORT_SYMBOL_GPL(kulink_register_as);

void kulink_unregister(struct kulink_service *service)
{
	if (IS_ERR_OR_NULL(service))
		return;
	service_end(service);
	device_del(&service->dev);
	service_free(service);
}
EXPORT_SYMBOL_GPL(kulink_unregister);

static void unregister_action(void *service)
{
	kulink_unregister(service);
}

struct kulink_service *devm_kulink_register(struct device *parent,
					    const struct kulink_desc *desc, void *priv)
{
	struct kulink_service *service = kulink_register(parent, desc, priv);
	int err;

	if (IS_ERR(service))
		return service;
	err = devm_add_action_or_reset(parent, unregister_action, service);
	return err ? ERR_PTR(err) : service;
}
EXPORT_SYMBOL_GPL(devm_kulink_register);
