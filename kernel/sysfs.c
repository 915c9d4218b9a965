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
 * It carries no calls and no events. A binary file has no open hook: a table that is read from
 * the start is a new snapshot, further reads go on in the last one taken; so read the head
 * again at the end and compare generations.
 */
#include <linux/kernfs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <linux/kulink_sysfs.h>

#include "channel.h"
#include "compat.h"

struct value_file {
	struct device_attribute attr;
	struct files *files;
	unsigned int value;
	struct kernfs_node *node;	/* for poll(); NULL: no file */
};

/**
 * struct table_file - a table's file
 * @attr: the binary attribute
 * @files: of the service
 * @table: index
 * @there: it has been made
 * @lock: guards @last
 * @last: the reading that is under way, dropped at its end
 */
struct table_file {
	struct bin_attribute attr;
	struct files *files;
	unsigned int table;
	bool there;
	struct mutex lock;		/* of @last */
	struct kulink_snapshot *last;
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

/* The reading to go on in, with a reference; NULL: begin one */
static struct kulink_snapshot *last_get(struct table_file *file)
{
	struct kulink_snapshot *snapshot;

	mutex_lock(&file->lock);
	snapshot = file->last;
	if (snapshot)
		refcount_inc(&snapshot->ref);
	mutex_unlock(&file->lock);
	return snapshot;
}

/* Takes over a reference, or NULL. */
static void last_set(struct table_file *file, struct kulink_snapshot *snapshot)
{
	struct kulink_snapshot *old;

	mutex_lock(&file->lock);
	old = file->last;
	file->last = snapshot;
	mutex_unlock(&file->lock);
	kulink_snapshot_put(old);
}

static ssize_t table_read(struct file *filp, struct kobject *kobj,
			  KULINK_BIN_CONST struct bin_attribute *attr, char *buf, loff_t offset,
			  size_t count)
{
	struct table_file *file = attr->private;
	struct kulink_snapshot *snapshot = offset ? last_get(file) : NULL;
	bool kept = snapshot, done;
	ssize_t len;

	if (!snapshot)
		snapshot = kulink_snapshot_take(file->files->service, file->table);
	if (IS_ERR(snapshot))
		return PTR_ERR(snapshot);
	len = memory_read_from_buffer(buf, count, &offset, &snapshot->head, snapshot->size);
	/* The end, or a look at the head alone: nobody goes on from here. */
	done = len <= 0 || offset <= sizeof(snapshot->head);
	if (done) {
		if (kept)
			last_set(file, NULL);
		kulink_snapshot_put(snapshot);
	} else if (kept) {
		kulink_snapshot_put(snapshot);
	} else {
		last_set(file, snapshot);
	}
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
		if (files->tables[i].there)
			sysfs_remove_bin_file(kobj, &files->tables[i].attr);
		kulink_snapshot_put(files->tables[i].last);
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
		*value = kulink_find_value(service, name);
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
