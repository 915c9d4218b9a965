// SPDX-License-Identifier: GPL-2.0-only
/* The test driver: makes the services ktest0 … and takes them away. */
#include <linux/module.h>
#include <linux/slab.h>

#include "ktest.h"

#define KTEST_MAX	64

static unsigned int instances = 1;
module_param(instances, uint, 0444);
MODULE_PARM_DESC(instances, "how many services");

static char *channels = "*";
module_param(channels, charp, 0444);
MODULE_PARM_DESC(channels, "channels that publish them");

static unsigned int uid;
module_param(uid, uint, 0444);
MODULE_PARM_DESC(uid, "their owner");

static unsigned int gid;
module_param(gid, uint, 0444);
MODULE_PARM_DESC(gid, "their group");

static unsigned long event_ring;
module_param(event_ring, ulong, 0444);
MODULE_PARM_DESC(event_ring, "bytes for events not yet taken");

static bool own_lock = true;
module_param(own_lock, bool, 0444);
MODULE_PARM_DESC(own_lock, "guard the values with a spinlock of the driver");

static bool everyone;
module_param(everyone, bool, 0444);
MODULE_PARM_DESC(everyone, "others may do to values and calls what the owner may, but to those named mode_…");

static struct ktest *ktests[KTEST_MAX];
static bool places[KTEST_MAX];
static DEFINE_MUTEX(ktests_lock);

static void ktest_lock(void *priv)
	__acquires(&((struct ktest *)priv)->lock)
{
	struct ktest *kt = priv;

	spin_lock(&kt->lock);
}

static void ktest_unlock(void *priv)
	__releases(&((struct ktest *)priv)->lock)
{
	struct ktest *kt = priv;

	spin_unlock(&kt->lock);
}

struct kulink_desc ktest_desc = {
	.name = "ktest%d",
	.owner = THIS_MODULE,
	.values = ktest_values,
	.tables = ktest_tables,
	.calls = ktest_calls,
	.events = ktest_events,
	.regions = ktest_regions,
};

int ktest_each(int (*fn)(struct ktest *kt, unsigned long arg), unsigned long arg)
{
	int i, err = 0;

	mutex_lock(&ktests_lock);
	for (i = 0; i < KTEST_MAX && !err; i++)
		if (ktests[i])
			err = fn(ktests[i], arg);
	mutex_unlock(&ktests_lock);
	return err;
}

/*
 * What sleeps in a callback is let go only while the unregistering waits for it, so that
 * each such operation ends inside that window, whatever the machine's pace.
 */
static void ktest_free(struct ktest *kt)
{
	ktest_churn_set(kt, 0);
	schedule_delayed_work(&kt->leave, HZ / 5);
	kulink_unregister(kt->service);
	cancel_delayed_work_sync(&kt->leave);
	ktest_events_exit(kt);
	ktest_churn_exit(kt);
	ktest_regions_exit(kt);
	kfree(kt);
}

/* Its number is its place; -ENOSPC */
static int place_take(struct ktest *kt)
{
	int err = -ENOSPC;
	unsigned int i;

	mutex_lock(&ktests_lock);
	for (i = 0; i < KTEST_MAX && err; i++)
		if (!places[i]) {
			places[i] = true;
			kt->id = i;
			err = 0;
		}
	mutex_unlock(&ktests_lock);
	return err;
}

static void place_fill(struct ktest *kt, struct ktest *here)
{
	mutex_lock(&ktests_lock);
	ktests[kt->id] = here;
	places[kt->id] = here;
	mutex_unlock(&ktests_lock);
}

/* @name: NULL for the next of ktest0, ktest1, … */
static struct ktest *ktest_new(const char *name)
{
	struct ktest *kt = kzalloc(sizeof(*kt), GFP_KERNEL);
	int err;

	if (!kt)
		return ERR_PTR(-ENOMEM);
	err = place_take(kt);
	if (err) {
		kfree(kt);
		return ERR_PTR(err);
	}
	ktest_values_init(kt);
	ktest_tables_init(kt);
	ktest_churn_init(kt);
	init_waitqueue_head(&kt->release_wait);
	INIT_DELAYED_WORK(&kt->leave, ktest_leave);
	ktest_events_init(kt);
	err = ktest_regions_init(kt);
	if (err)
		kt->service = ERR_PTR(err);
	else if (name)
		kt->service = kulink_register_as(NULL, &ktest_desc, name, kt);
	else
		kt->service = kulink_register(NULL, &ktest_desc, kt);
	err = PTR_ERR_OR_ZERO(kt->service) ?: ktest_churn_set(kt, ktest_churn);
	if (err) {
		place_fill(kt, NULL);
		ktest_free(kt);
		return ERR_PTR(err);
	}
	place_fill(kt, kt);
	return kt;
}

static void ktest_end(struct kulink_service *service)
{
	struct ktest *kt = kulink_service_priv(service);

	ktest_log_unloading(true);
	place_fill(kt, NULL);
	ktest_free(kt);
	ktest_log_unloading(false);
}

/*
 * A factory: /sys/kernel/config/kulink/ktest. It takes as long as the parameter delay_ms says; the name
 * "refused" answers what errno says.
 */
static struct kulink_service *ktest_make(const char *name)
{
	struct ktest *kt;
	int err;

	if (!strcmp(name, "refused") && READ_ONCE(ktest_errno))
		return ERR_PTR(-READ_ONCE(ktest_errno));
	kt = ktest_new(name);
	if (IS_ERR(kt))
		return ERR_CAST(kt);
	err = ktest_delay(kt);
	if (err) {
		ktest_end(kt->service);
		return ERR_PTR(err);
	}
	return kt->service;
}

static struct kulink_factory ktest_factory = {
	.name = "ktest",
	.owner = THIS_MODULE,
	.make = ktest_make,
	.end = ktest_end,
};

static void ktest_free_all(void)
{
	struct ktest *kt;
	int i;

	ktest_log_unloading(true);
	for (i = 0; i < KTEST_MAX; i++) {
		mutex_lock(&ktests_lock);
		kt = ktests[i];
		ktests[i] = NULL;
		mutex_unlock(&ktests_lock);
		if (kt)
			ktest_free(kt);
	}
	ktest_log_unloading(false);
}

static umode_t for_everyone(const char *name, umode_t mode)
{
	return strstarts(name, "mode_") ? mode : mode | (mode >> 6 & 7);
}

/* For channels whose programs have no credentials */
static void open_to_everyone(void)
{
	struct kulink_value *value;
	struct kulink_call *call;

	for (value = ktest_values; value->field.name; value++)
		value->mode = for_everyone(value->field.name, value->mode);
	for (call = ktest_calls; call->name; call++)
		call->mode = for_everyone(call->name, call->mode);
}

static int __init ktest_init(void)
{
	struct ktest *kt;
	unsigned int i;
	int err;

	if (instances > KTEST_MAX)
		return -EINVAL;
	if (everyone)
		open_to_everyone();
	ktest_desc.channels = channels;
	ktest_desc.uid = uid;
	ktest_desc.gid = gid;
	ktest_desc.event_ring = event_ring;
	ktest_desc.lock = own_lock ? ktest_lock : NULL;
	ktest_desc.unlock = own_lock ? ktest_unlock : NULL;
	for (i = 0; i < instances; i++) {
		kt = ktest_new(NULL);
		if (IS_ERR(kt)) {
			ktest_free_all();
			return PTR_ERR(kt);
		}
	}
	err = kulink_factory_register(&ktest_factory);
	if (err)
		ktest_free_all();
	return err;
}

static void __exit ktest_exit(void)
{
	kulink_factory_unregister(&ktest_factory);
	ktest_free_all();
}

module_init(ktest_init);
module_exit(ktest_exit);
MODULE_DESCRIPTION("kulink: the test driver");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
