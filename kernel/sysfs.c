// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysfs: one file a value, one binary file a table. For settings and figures that scripts and
 * udev rules read one at a time; poll() tells of a change.
 *
 * Creates in /sys/class/kulink/SERVICE/ a file NAME for each value (its text and a newline) and
 * for each table (struct kulink_table_head and records, as in the ABI). Files belong to the
 * service's owner and group and have the part's mode; the kernel itself decides who may open
 * them. include/linux/kulink_sysfs.h puts values on a driver's own device.
 *
 * It carries no calls and no events. A binary file has no open hook: a table that an open file
 * reads from the start is a new snapshot, in which its further reads go on. One that is forgotten
 * meanwhile (READINGS_MAX, READING_IDLE) tells so by -EAGAIN: begin anew.
 */
#include <linux/jiffies.h>
#include <linux/kernfs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include <linux/kulink_sysfs.h>

#include "channel.h"
#include "compat.h"

struct value_file {
	struct device_attribute attr;
	struct files *files;
	unsigned int value;
	struct kernfs_node *node;	/* for poll(); NULL: no file */
};

/* Open files that read one table at a time, and how long one may do nothing */
#define READINGS_MAX	64
#define READING_IDLE	(10 * HZ)

/**
 * struct reading - where an open file is in a table
 * @node: in struct table_file
 * @by: the open file, never looked into: it may be closed by now
 * @snapshot: what it reads; NULL once it has read the end
 * @used: when, in jiffies
 */
struct reading {
	struct list_head node;
	const struct file *by;
	struct kulink_snapshot *snapshot;
	unsigned long used;
};

/**
 * struct table_file - a table's file
 * @attr: the binary attribute
 * @files: of the service
 * @table: index
 * @there: it has been made
 * @lock: guards the readings
 * @readings: the one used last is first
 * @n_readings: at most READINGS_MAX
 * @expiry: ends what was left half-way
 */
struct table_file {
	struct bin_attribute attr;
	struct files *files;
	unsigned int table;
	bool there;
	struct mutex lock;		/* of the readings */
	struct list_head readings;
	unsigned int n_readings;
	struct delayed_work expiry;
};

/* What a service has here; the handlers are drained before it goes */
struct files {
	struct kulink_service *service;
	unsigned int n_values;
	unsigned int n_tables;
	struct value_file *values;
	struct table_file *tables;
};

static ssize_t value_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct value_file *file = container_of(attr, struct value_file, attr);

	return kulink_value_show(file->files->service, file->value, buf);
}

static ssize_t value_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t len)
{
	struct value_file *file = container_of(attr, struct value_file, attr);

	return kulink_value_store(file->files->service, file->value, buf, len) ?: len;
}

/* With the lock, or when nobody reads any more */
static void reading_end(struct table_file *file, struct reading *reading)
{
	list_del(&reading->node);
	file->n_readings--;
	kulink_snapshot_put(reading->snapshot);
	kfree(reading);
}

/* With the lock; NULL: none, and what is found is the one used last */
static struct reading *reading_find(struct table_file *file, const struct file *by)
{
	struct reading *reading;

	list_for_each_entry(reading, &file->readings, node) {
		if (reading->by != by)
			continue;
		reading->used = jiffies;
		list_move(&reading->node, &file->readings);
		return reading;
	}
	return NULL;
}

/* With the lock: those that were left half-way, and the oldest if there are more than @most */
static void readings_expire(struct table_file *file, unsigned int most)
{
	struct reading *reading, *next;

	list_for_each_entry_safe_reverse(reading, next, &file->readings, node) {
		if (file->n_readings <= most &&
		    time_before(jiffies, reading->used + READING_IDLE))
			break;
		reading_end(file, reading);
	}
}

static void expire(struct work_struct *work)
{
	struct table_file *file = container_of(work, struct table_file, expiry.work);

	mutex_lock(&file->lock);
	readings_expire(file, READINGS_MAX);
	if (file->n_readings)
		schedule_delayed_work(&file->expiry, READING_IDLE);
	mutex_unlock(&file->lock);
}

/* Before there is another one: what nobody goes on in must not be in its memory's way */
static void readings_make_way(struct table_file *file, const struct file *by)
{
	struct reading *old;

	mutex_lock(&file->lock);
	old = reading_find(file, by);
	if (old)
		reading_end(file, old);
	readings_expire(file, READINGS_MAX - 1);
	mutex_unlock(&file->lock);
}

/* A reading from the start; its snapshot, with a reference of the caller's */
static struct kulink_snapshot *reading_begin(struct table_file *file, const struct file *by)
{
	struct reading *reading = kzalloc(sizeof(*reading), GFP_KERNEL);
	struct kulink_snapshot *snapshot;

	if (!reading)
		return ERR_PTR(-ENOMEM);
	readings_make_way(file, by);
	snapshot = kulink_snapshot_take(file->files->service, file->table);
	if (IS_ERR(snapshot)) {
		kfree(reading);
		return snapshot;
	}
	reading->by = by;
	reading->snapshot = snapshot;
	reading->used = jiffies;
	refcount_inc(&snapshot->ref);
	mutex_lock(&file->lock);
	readings_expire(file, READINGS_MAX - 1);	/* others may have begun meanwhile */
	list_add(&reading->node, &file->readings);
	file->n_readings++;
	schedule_delayed_work(&file->expiry, READING_IDLE);
	mutex_unlock(&file->lock);
	return snapshot;
}

/* The snapshot that the open file goes on in, with a reference; NULL: it has read the end */
static struct kulink_snapshot *reading_go_on(struct table_file *file, const struct file *by)
{
	struct kulink_snapshot *snapshot = ERR_PTR(-EAGAIN);
	struct reading *reading;

	mutex_lock(&file->lock);
	reading = reading_find(file, by);
	if (reading) {
		snapshot = reading->snapshot;
		if (snapshot)
			refcount_inc(&snapshot->ref);
	}
	mutex_unlock(&file->lock);
	return snapshot;
}

static void reading_is_over(struct table_file *file, const struct file *by)
{
	struct reading *reading;

	mutex_lock(&file->lock);
	reading = reading_find(file, by);
	if (reading) {
		kulink_snapshot_put(reading->snapshot);
		reading->snapshot = NULL;
	}
	mutex_unlock(&file->lock);
}

static ssize_t table_read(struct file *filp, struct kobject *kobj,
			  KULINK_BIN_CONST struct bin_attribute *attr, char *buf, loff_t offset,
			  size_t count)
{
	struct table_file *file = attr->private;
	struct kulink_snapshot *snapshot;
	ssize_t len;

	snapshot = offset ? reading_go_on(file, filp) : reading_begin(file, filp);
	if (IS_ERR_OR_NULL(snapshot))
		return PTR_ERR(snapshot);
	len = memory_read_from_buffer(buf, count, &offset, &snapshot->head, snapshot->size);
	if (len <= 0)
		reading_is_over(file, filp);
	kulink_snapshot_put(snapshot);
	return len;
}

/*
 * A file's owner is changed through a group of one: 7.2 exports nothing smaller. It gives the
 * directory to the owner, too, who can do nothing with that but chmod.
 */
static void own(struct files *files, struct attribute *attr)
{
	struct kulink_service *service = files->service;
	struct device *dev = kulink_service_device(service);
	struct attribute *attrs[] = { attr, NULL };
	const struct attribute_group group = { .attrs = attrs };
	int err;

	err = sysfs_group_change_owner(&dev->kobj, &group, kulink_service_uid(service),
				       kulink_service_gid(service));
	if (err)
		dev_warn(dev, "%s stays root's: error %d\n", attr->name, err);
}

static int value_add(struct files *files, const struct kulink_value *value, unsigned int i)
{
	struct kobject *kobj = &kulink_service_device(files->service)->kobj;
	struct value_file *file = &files->values[i];
	int err;

	file->files = files;
	file->value = i;
	sysfs_attr_init(&file->attr.attr);
	file->attr.attr.name = value->field.name;
	file->attr.attr.mode = value->mode;
	file->attr.show = value_show;
	file->attr.store = value_store;
	err = sysfs_create_file(kobj, &file->attr.attr);
	if (err)
		return err;
	file->node = sysfs_get_dirent(kobj->sd, value->field.name);
	own(files, &file->attr.attr);
	return 0;
}

static int table_add(struct files *files, const struct kulink_table *table, unsigned int i)
{
	struct kobject *kobj = &kulink_service_device(files->service)->kobj;
	struct table_file *file = &files->tables[i];
	int err;

	file->files = files;
	file->table = i;
	mutex_init(&file->lock);
	INIT_LIST_HEAD(&file->readings);
	INIT_DELAYED_WORK(&file->expiry, expire);
	sysfs_bin_attr_init(&file->attr);
	file->attr.attr.name = table->name;
	file->attr.attr.mode = table->mode;
	file->attr.private = file;
	file->attr.read = table_read;
	err = sysfs_create_bin_file(kobj, &file->attr);
	if (err)
		return err;
	file->there = true;
	own(files, &file->attr.attr);
	return 0;
}

static void sysfs_remove(struct kulink_service *service, void *slot)
{
	struct kobject *kobj = &kulink_service_device(service)->kobj;
	struct reading *reading, *next;
	struct files *files = slot;
	unsigned int i;

	for (i = 0; files->values && i < files->n_values; i++) {
		if (!files->values[i].node)
			continue;
		sysfs_remove_file(kobj, &files->values[i].attr.attr);
		/* Removal wakes nobody; who polls finds it gone. */
		sysfs_notify_dirent(files->values[i].node);
		sysfs_put(files->values[i].node);
	}
	for (i = 0; files->tables && i < files->n_tables; i++) {
		if (!files->tables[i].there)
			continue;
		sysfs_remove_bin_file(kobj, &files->tables[i].attr);
		cancel_delayed_work_sync(&files->tables[i].expiry);
		list_for_each_entry_safe(reading, next, &files->tables[i].readings, node)
			reading_end(&files->tables[i], reading);
	}
	kfree(files->values);
	kfree(files->tables);
	kfree(files);
}

static struct files *files_alloc(struct kulink_service *service)
{
	struct files *files = kzalloc(sizeof(*files), GFP_KERNEL);

	if (!files)
		return NULL;
	files->service = service;
	files->n_values = kulink_count_values(service);
	files->n_tables = kulink_count_tables(service);
	files->values = kcalloc(files->n_values, sizeof(*files->values), GFP_KERNEL);
	files->tables = kcalloc(files->n_tables, sizeof(*files->tables), GFP_KERNEL);
	if (files->values && files->tables)
		return files;
	sysfs_remove(service, files);
	return NULL;
}

static int sysfs_add(struct kulink_service *service, void **slot)
{
	const struct kulink_desc *desc = kulink_desc_of(service);
	struct files *files = files_alloc(service);
	unsigned int i;
	int err = 0;

	if (!files)
		return -ENOMEM;
	for (i = 0; !err && i < files->n_values; i++)
		err = value_add(files, &desc->values[i], i);
	for (i = 0; !err && i < files->n_tables; i++)
		err = table_add(files, &desc->tables[i], i);
	if (err)
		sysfs_remove(service, files);
	else
		*slot = files;
	return err;
}

static void sysfs_changed(struct kulink_service *service, void *slot, unsigned int value)
{
	struct device *parent = kulink_service_device(service)->parent;
	struct files *files = slot;
	struct value_file *file = &files->values[value];

	sysfs_notify_dirent(file->node);
	/* The driver may show it on its own device, too. */
	if (parent)
		sysfs_notify(&parent->kobj, NULL, file->attr.attr.name);
}

/* The value of this name of the service of the driver's device, with a reference */
static struct kulink_service *own_value(struct device *dev, const char *name, int *value)
{
	struct kulink_service *service = kulink_service_of(dev);
	int idx, err;

	if (!service)
		return ERR_PTR(-ENODEV);
	err = kulink_enter(service, &idx);
	if (!err) {
		*value = kulink_find(service, KULINK_VALUES, name);
		kulink_exit(service, idx);
		err = *value < 0 ? *value : 0;
	}
	if (!err)
		return service;
	kulink_service_put(service);
	return ERR_PTR(err);
}

/** kulink_sysfs_show() - KULINK_SYSFS_ATTR()'s show */
ssize_t kulink_sysfs_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct kulink_service *service;
	ssize_t len;
	int value;

	service = own_value(dev, attr->attr.name, &value);
	if (IS_ERR(service))
		return PTR_ERR(service);
	len = kulink_value_show(service, value, buf);
	kulink_service_put(service);
	return len;
}
EXPORT_SYMBOL_GPL(kulink_sysfs_show);

/** kulink_sysfs_store() - KULINK_SYSFS_ATTR()'s store */
ssize_t kulink_sysfs_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t len)
{
	struct kulink_service *service;
	int value, err;

	service = own_value(dev, attr->attr.name, &value);
	if (IS_ERR(service))
		return PTR_ERR(service);
	err = kulink_value_store(service, value, buf, len);
	kulink_service_put(service);
	return err ?: len;
}
EXPORT_SYMBOL_GPL(kulink_sysfs_store);

static struct kulink_channel channel = {
	.name = "sysfs",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES | KULINK_TABLES,
	.inodes = true,
	.add = sysfs_add,
	.remove = sysfs_remove,
	.changed = sysfs_changed,
};

static int __init sysfs_start(void)
{
	return kulink_channel_register(&channel);
}

static void __exit sysfs_stop(void)
{
	kulink_channel_unregister(&channel);
}

KULINK_MODULE(sysfs, sysfs_start, sysfs_stop);

MODULE_DESCRIPTION("kulink over sysfs");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
