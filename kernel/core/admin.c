// SPDX-License-Identifier: GPL-2.0-only
/*
 * The administrator's files, /sys/class/kulink/SERVICE/kulink/: root's, whoever owns the
 * service.
 */
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "core.h"

static ssize_t abi_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", KULINK_ABI);
}
static DEVICE_ATTR_RO(abi);

static ssize_t channels_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct kulink_service *service = to_service(dev);
	ssize_t len;

	mutex_lock(&service->publish);
	len = sysfs_emit(buf, "%s\n", service->channels);
	mutex_unlock(&service->publish);
	return len;
}

static ssize_t channels_store(struct device *dev, struct device_attribute *attr,
			      const char *buf, size_t len)
{
	char *copy = kstrdup(buf, GFP_KERNEL), *list;
	int err = -EINVAL;

	if (!copy)
		return -ENOMEM;
	list = strim(copy);
	if (kulink_list_ok(list))
		err = kulink_publish_narrow(to_service(dev), list);
	kfree(copy);
	return err ?: len;
}
static DEVICE_ATTR_RW(channels);

static ssize_t published_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return kulink_publish_list(to_service(dev), buf, PAGE_SIZE);
}
static DEVICE_ATTR_RO(published);

static ssize_t events_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct kulink_service *service = to_service(dev);
	unsigned int i;
	int len = 0;

	for (i = 0; i < service->n_events; i++)
		len += sysfs_emit_at(buf, len, "%s\t%llu\n", kulink_event_name(service, i),
				     kulink_event_seq(service, i));
	return len;
}
static DEVICE_ATTR_RO(events);

static ssize_t owner_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  from_kuid(&init_user_ns, kulink_service_uid(to_service(dev))));
}

static ssize_t owner_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t len)
{
	unsigned int id;
	kuid_t uid;
	int err = kstrtouint(buf, 10, &id);

	if (err)
		return err;
	uid = make_kuid(&init_user_ns, id);
	if (!uid_valid(uid))
		return -EINVAL;
	return kulink_publish_own(to_service(dev), uid, INVALID_GID) ?: len;
}
static DEVICE_ATTR_RW(owner);

static ssize_t group_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  from_kgid(&init_user_ns, kulink_service_gid(to_service(dev))));
}

static ssize_t group_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t len)
{
	unsigned int id;
	kgid_t gid;
	int err = kstrtouint(buf, 10, &id);

	if (err)
		return err;
	gid = make_kgid(&init_user_ns, id);
	if (!gid_valid(gid))
		return -EINVAL;
	return kulink_publish_own(to_service(dev), INVALID_UID, gid) ?: len;
}
static DEVICE_ATTR_RW(group);

static ssize_t declaration_read(struct file *file, struct kobject *kobj,
				KULINK_BIN_CONST struct bin_attribute *attr, char *buf,
				loff_t offset, size_t count)
{
	const char *text;
	size_t len;

	text = kulink_declaration(to_service(kobj_to_dev(kobj)), &len);
	return memory_read_from_buffer(buf, count, &offset, text, len);
}

static KULINK_BIN_CONST BIN_ATTR_RO(declaration, 0);

static struct attribute *attrs[] = {
	&dev_attr_abi.attr,
	&dev_attr_channels.attr,
	&dev_attr_published.attr,
	&dev_attr_events.attr,
	&dev_attr_owner.attr,
	&dev_attr_group.attr,
	NULL
};

static KULINK_BIN_CONST struct bin_attribute *bin_attrs[] = {
	&bin_attr_declaration,
	NULL
};

static const struct attribute_group group = {
	.name = "kulink",
	.attrs = attrs,
	.bin_attrs = bin_attrs,
};

const struct attribute_group *kulink_admin_groups[] = { &group, NULL };
