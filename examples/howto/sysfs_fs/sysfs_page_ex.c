// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysfs: where a file's page ends
 *
 * show() gets one page to fill and store() is given at most one page. These files go to that limit, and beyond. It is
 * also the short way to a directory: kobject_create_and_add() with attributes that have a show() and store() each.
 *
 * Choose a binary attribute (struct bin_attribute) for what is longer, such as firmware, and a seq_file of procfs or
 * debugfs for text. sysfs is for short values.
 *
 * Creates	/sys/fs/mypage/text, 0644: what was written last
 *		/sys/fs/mypage/length, 0444: how much of it store() was given
 *		/sys/fs/mypage/full, 0400: a mistake, made on purpose: a show() that fills its page to the last byte
 *
 * What goes wrong: a read gives a byte less than a page, because sysfs_emit() keeps one for the NUL. A write of more
 * than a page is not refused: store() gets the first page and write() returns its size, so cat and echo come back
 * with the rest, as if it were a value of its own. Reading "full" loses a byte, with a line in the log in 6.1 and
 * 6.12, with a WARNING in 7.2: no harm comes of it, but a machine that panics on warnings does just that.
 */
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/sysfs.h>

static DEFINE_MUTEX(lock);	/* of text and length */
static char text[PAGE_SIZE + 1];
static size_t length;

static ssize_t text_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	ssize_t emitted;

	mutex_lock(&lock);
	emitted = sysfs_emit(page, "%s", text);
	mutex_unlock(&lock);
	return emitted;
}

static ssize_t text_store(struct kobject *kobj, struct kobj_attribute *attribute, const char *page, size_t count)
{
	mutex_lock(&lock);
	memcpy(text, page, count);
	text[count] = '\0';
	length = count;
	mutex_unlock(&lock);
	return count;
}

static ssize_t length_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	ssize_t emitted;

	mutex_lock(&lock);
	emitted = sysfs_emit(page, "%zu\n", length);
	mutex_unlock(&lock);
	return emitted;
}

static ssize_t full_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	memset(page, 'x', PAGE_SIZE);
	return PAGE_SIZE;
}

static struct kobj_attribute text_attribute = __ATTR_RW(text);
static struct kobj_attribute length_attribute = __ATTR_RO(length);
static struct kobj_attribute full_attribute = __ATTR_RO_MODE(full, 0400);

static struct attribute *mypage_attrs[] = {
	&text_attribute.attr, &length_attribute.attr, &full_attribute.attr, NULL
};
ATTRIBUTE_GROUPS(mypage);

static struct kobject *mypage;

static int __init sysfs_page_ex_init(void)
{
	int err;

	mypage = kobject_create_and_add("mypage", fs_kobj);
	if (!mypage)
		return -ENOMEM;
	err = sysfs_create_groups(mypage, mypage_groups);
	if (err)
		kobject_put(mypage);
	return err;
}

static void __exit sysfs_page_ex_exit(void)
{
	kobject_put(mypage);
}

module_init(sysfs_page_ex_init);
module_exit(sysfs_page_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: the limits of a file in sysfs");
