// SPDX-License-Identifier: GPL-2.0-only
/*
 * param: parameters of the driver's own module. Choose it for what must be set before the driver
 * finds its device: on modprobe's line, in /etc/modprobe.d, on the kernel's command line.
 * docs/channels/param.md
 *
 * Creates nothing: the driver names values with KULINK_PARAM() (include/linux/kulink_param.h), the
 * kernel makes /sys/module/MODULE/parameters/VALUE of it, with the mode named there; here are the
 * parameters' operations, and the files' owner and group, which are the service's. So it is
 * part of kulink.ko.
 *
 * A module's parameter is one, its services may be many: it is the value of the first service of
 * the declaration that is published here, until that leaves; then of the next one to be
 * published. Before the module's first service has registered, what is set is kept for it.
 *
 * No tables, calls or events; the handler gets no length, so that a NUL ends a text unnoticed.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <linux/kulink_param.h>

#include "core/core.h"

/*
 * Guards all that changes in struct kulink_param. Taken under the kernel's lock of a module's
 * parameters and under a service's publish mutex, and nothing is taken or waited for inside.
 */
static DEFINE_MUTEX(params_lock);

/* All parameters among which a declaration's are: its module's, or the kernel's */
static const struct kernel_param *params_of(const struct kulink_desc *desc, unsigned int *n)
{
#ifdef CONFIG_MODULES
	if (desc->owner) {
		*n = desc->owner->num_kp;
		return desc->owner->kp;
	}
#endif
#ifndef MODULE
	*n = __stop___param - __start___param;
	return __start___param;
#else
	*n = 0;
	return NULL;
#endif
}

/* The declaration's next one, the first if @kp is NULL; NULL at the end */
static const struct kernel_param *next_of(const struct kulink_desc *desc,
					  const struct kernel_param *kp)
{
	const struct kernel_param *all;
	unsigned int n;

	all = params_of(desc, &n);
	for (kp = kp ? kp + 1 : all; kp < all + n; kp++) {
		const struct kulink_param *param = kp->arg;

		if (kp->ops == &kulink_param_ops && param->desc == desc)
			return kp;
	}
	return NULL;
}

#define for_each_param(kp, desc) \
	for ((kp) = next_of(desc, NULL); (kp); (kp) = next_of(desc, kp))

const char *kulink_params_module(const struct kulink_desc *desc)
{
	const struct kernel_param *kp = next_of(desc, NULL);
	const struct kulink_param *param = kp ? kp->arg : NULL;

	if (param)
		return param->module;
	return desc->owner ? module_name(desc->owner) : NULL;
}

static const struct kulink_value *value_of(const struct kulink_param *param)
{
	const struct kulink_value *value;

	for (value = param->desc->values; value && value->field.name; value++)
		if (!strcmp(value->field.name, param->value))
			return value;
	return NULL;
}

/* What is wrong with a text, for the log */
static int complain(const struct kulink_param *param, const struct kulink_value *value,
		    const char *text, int err)
{
	const char *why = "not allowed";

	if (!value)
		why = "the driver declares no such value";
	else if (err == -EACCES)
		why = "it is read-only";
	else if (err == -ERANGE)
		why = "out of its range";
	else if (value->field.type == KULINK_TYPE_ENUM)
		why = "it has no such label";
	else if (value->field.type == KULINK_TYPE_BOOL)
		why = "not a boolean";
	else if (value->field.type == KULINK_TYPE_STRING)
		why = "not a line of UTF-8";
	else
		why = "not a number";
	pr_err_ratelimited("kulink: %s: parameter %s=%.64s: %s: error %d\n", param->module,
			   param->value, text ?: "", why, err);
	return err;
}

/* For the first service, checked as it will be then. Under params_lock */
static int keep(struct kulink_param *param, const char *text)
{
	const struct kulink_value *value = value_of(param);
	struct kulink_datum datum;
	int err;

	if (!value)
		return complain(param, value, text, -EINVAL);
	if (!(value->mode & 0222))
		return complain(param, value, text, -EACCES);
	/* A boolean's name alone means yes. */
	if (!text)
		text = value->field.type == KULINK_TYPE_BOOL ? "1" : "";
	err = kulink_datum_parse(&value->field, text, strlen(text), &datum) ?:
	      kulink_datum_check(value, &datum);
	if (err)
		return complain(param, value, text, err);
	param->datum = datum;
	param->given = true;
	return 0;
}

static int show_kept(const struct kulink_param *param, char *text)
{
	const struct kulink_value *value = value_of(param);

	if (!param->given)
		return -ENODEV;
	return value->mode & 0444 ? kulink_datum_format(&param->datum, text) : -EACCES;
}

/* Whose value it is, with a reference; or -ENODEV */
static struct kulink_service *service_of(const struct kulink_param *param)
{
	return param->service ? kulink_service_get(param->service) : ERR_PTR(-ENODEV);
}

/*
 * The kernel calls us under its lock of the module's parameters. A driver may take its time to
 * read or set a value: the lock is let go meanwhile, or its other parameters would wait. The
 * file cannot go away, and the module with it, before we return.
 */
static int param_set(const char *text, const struct kernel_param *kp)
{
	struct kulink_param *param = kp->arg;
	struct kulink_service *service = NULL;
	int err = 0;

	mutex_lock(&params_lock);
	if (param->first)
		service = service_of(param);
	else
		err = keep(param, text);
	mutex_unlock(&params_lock);
	if (IS_ERR_OR_NULL(service))
		return err ?: PTR_ERR(service);

	kernel_param_unlock(kp->mod);
	err = kulink_value_store(service, param->index, text, strlen(text));
	kulink_service_put(service);
	kernel_param_lock(kp->mod);
	return err;
}

static int param_get(char *text, const struct kernel_param *kp)
{
	struct kulink_param *param = kp->arg;
	struct kulink_service *service = NULL;
	int ret = 0;

	mutex_lock(&params_lock);
	if (param->first)
		service = service_of(param);
	else
		ret = show_kept(param, text);
	mutex_unlock(&params_lock);
	if (IS_ERR_OR_NULL(service))
		return ret ?: PTR_ERR(service);

	kernel_param_unlock(kp->mod);
	ret = kulink_value_show(service, param->index, text);
	kulink_service_put(service);
	kernel_param_lock(kp->mod);
	return ret;
}

const struct kernel_param_ops kulink_param_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set,
	.get = param_get,
};
EXPORT_SYMBOL_GPL(kulink_param_ops);

static int apply(struct kulink_service *service, struct kulink_param *param)
{
	int value = kulink_find(service, KULINK_VALUES, param->value), err;
	struct kulink_datum datum;
	bool given;

	if (value < 0) {
		dev_warn_ratelimited(&service->dev, "parameter %s: no such value\n", param->value);
		return 0;
	}
	mutex_lock(&params_lock);
	given = !param->first && param->given;
	datum = param->datum;
	if (!param->first)
		param->first = service->order;
	mutex_unlock(&params_lock);
	if (!given)
		return 0;
	err = kulink_value_set(service, value, &datum);
	if (err)
		dev_err(&service->dev, "parameter %s: the driver refused it: error %d\n",
			param->value, err);
	return err;
}

/**
 * kulink_params_apply() - set what was given before the first service, if this is it
 * @service: live, but nobody can see it yet
 *
 * Return: 0, or what the driver answered
 */
int kulink_params_apply(struct kulink_service *service)
{
	const struct kernel_param *kp;
	int err = 0;

	for_each_param(kp, service->desc) {
		err = apply(service, kp->arg);
		if (err)
			break;
	}
	return err;
}

/* It could not be registered: what was given waits for the next one. */
void kulink_params_revert(struct kulink_service *service)
{
	const struct kernel_param *kp;

	mutex_lock(&params_lock);
	for_each_param(kp, service->desc) {
		struct kulink_param *param = kp->arg;

		if (param->first == service->order)
			param->first = 0;
	}
	mutex_unlock(&params_lock);
}

/* The files' owner is changed through groups of one, as in sysfs.c; those built in stay root's. */
static void own(const struct kulink_desc *desc, kuid_t uid, kgid_t gid)
{
#ifdef CONFIG_MODULES
	const struct kernel_param *kp;

	for_each_param(kp, desc) {
		const struct kulink_param *param = kp->arg;
		struct attribute attr = { .name = param->value };
		struct attribute *attrs[] = { &attr, NULL };
		const struct attribute_group group = { .name = "parameters", .attrs = attrs };

		if (desc->owner && kp->perm &&
		    sysfs_group_change_owner(&desc->owner->mkobj.kobj, &group, uid, gid))
			pr_warn("kulink: parameter %s stays root's\n", param->value);
	}
#endif
}

static int param_add(struct kulink_service *service, void **slot)
{
	const struct kernel_param *kp;
	unsigned int taken = 0;

	mutex_lock(&params_lock);
	for_each_param(kp, service->desc) {
		struct kulink_param *param = kp->arg;
		int value = kulink_find(service, KULINK_VALUES, param->value);

		if (value < 0 || param->service)
			continue;
		param->service = service;
		param->index = value;
		taken++;
	}
	mutex_unlock(&params_lock);
	if (!taken)
		return -EOPNOTSUPP;
	own(service->desc, kulink_service_uid(service), kulink_service_gid(service));
	return 0;
}

static void param_remove(struct kulink_service *service, void *slot)
{
	const struct kernel_param *kp;

	own(service->desc, GLOBAL_ROOT_UID, GLOBAL_ROOT_GID);
	mutex_lock(&params_lock);
	for_each_param(kp, service->desc) {
		struct kulink_param *param = kp->arg;

		if (param->service == service)
			param->service = NULL;
	}
	mutex_unlock(&params_lock);
}

static struct kulink_channel param_channel = {
	.name = "param",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES,
	.inodes = true,
	.add = param_add,
	.remove = param_remove,
};

int kulink_params_init(void)
{
	return kulink_channel_register(&param_channel);
}

void kulink_params_exit(void)
{
	kulink_channel_unregister(&param_channel);
}
