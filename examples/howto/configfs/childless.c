// SPDX-License-Identifier: GPL-2.0-only
/*
 * 01-childless: a directory of files, in which nothing can be made
 *
 * The least that configfs does. Each file is an attribute with a function that shows the value and, if it can be
 * written, one that stores it. Both run in the process that reads or writes.
 *
 * Creates	/sys/kernel/config/01-childless/	showme 0444, counts how often it was read; storeme 0644;
 *							description 0444
 *
 * What goes wrong: two processes may show and store at once, and configfs has no lock for that.
 */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sysfs.h>

#include "configfs_ex.h"

static atomic_t times_shown = ATOMIC_INIT(0);
static int stored;

/* Called once for each open file, at its first read; what further reads get was kept. */
static ssize_t childless_showme_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", atomic_fetch_inc(&times_shown));
}

static ssize_t childless_storeme_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", READ_ONCE(stored));
}

/* At most 4095 bytes of what was written, with a NUL after them. */
static ssize_t childless_storeme_store(struct config_item *item, const char *page, size_t count)
{
	int value, err;

	err = kstrtoint(page, 10, &value);
	if (err)
		return err;
	WRITE_ONCE(stored, value);
	return count;
}

static ssize_t childless_description_show(struct config_item *item, char *page)
{
	return sysfs_emit(page,
			  "[01-childless]\n"
			  "\n"
			  "Three files, and no more: mkdir is refused here.\n");
}

CONFIGFS_ATTR_RO(childless_, showme);
CONFIGFS_ATTR(childless_, storeme);
CONFIGFS_ATTR_RO(childless_, description);

static struct configfs_attribute *childless_attrs[] = {
	&childless_attr_showme,
	&childless_attr_storeme,
	&childless_attr_description,
	NULL
};

/* No ct_group_ops: nothing can be made. */
static const struct config_item_type childless_type = {
	.ct_attrs	= childless_attrs,
	.ct_owner	= THIS_MODULE,
};

struct configfs_subsystem childless = {
	.su_group.cg_item = {
		.ci_namebuf	= "01-childless",
		.ci_type	= &childless_type,
	},
	.su_mutex = __MUTEX_INITIALIZER(childless.su_mutex),
};
