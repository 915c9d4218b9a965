// SPDX-License-Identifier: GPL-2.0-only
/* /dev/bench_table: the table by ioctl, by read(), and mapped under a sequence */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "driver.h"

DEFINE_MUTEX(bare_table_lock);
static struct bare_table_page *page;
static void *rows;
static size_t bytes;

const void *bare_table_rows(size_t *size)
{
	*size = bytes;
	return rows;
}

static int fill(const struct bare_table *table)
{
	if (table->bytes > BARE_PAYLOAD_MAX || table->bytes % BARE_ROW)
		return -EINVAL;
	mutex_lock(&bare_table_lock);
	WRITE_ONCE(page->sequence, page->sequence + 1);
	/* odd before anything changes */
	smp_wmb();
	bytes = table->bytes;
	bare_words(rows, table->turn, bytes / sizeof(u64));
	/* even when all of it has */
	smp_wmb();
	WRITE_ONCE(page->sequence, page->sequence + 1);
	mutex_unlock(&bare_table_lock);
	return 0;
}

static ssize_t copy(void __user *to, size_t len)
{
	int err = 0;

	mutex_lock(&bare_table_lock);
	len = min(len, bytes);
	if (copy_to_user(to, rows, len))
		err = -EFAULT;
	mutex_unlock(&bare_table_lock);
	return err ?: len;
}

static ssize_t table_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	return copy(to, len);
}

static long table_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *argp = (void __user *)arg;
	struct bare_table table;
	struct bare_echo args;

	switch (cmd) {
	case BARE_TABLE_FILL:
		return copy_from_user(&table, argp, sizeof(table)) ? -EFAULT : fill(&table);
	case BARE_TABLE_COPY:
		if (copy_from_user(&args, argp, sizeof(args)))
			return -EFAULT;
		return copy(u64_to_user_ptr(args.data), args.len);
	}
	return -ENOTTY;
}

static int table_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	kulink_vm_flags_mod(vma, VM_DONTEXPAND, VM_MAYWRITE);
	return remap_vmalloc_range(vma, page, vma->vm_pgoff);
}

static const struct file_operations fops = {
	.owner		= THIS_MODULE,
	.read		= table_read,
	.unlocked_ioctl	= table_ioctl,
	.mmap		= table_mmap,
	.llseek		= noop_llseek,
};

static struct miscdevice node = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "bench_table",
	.fops	= &fops,
};

static int start(void)
{
	int err;

	page = vmalloc_user(PAGE_SIZE + BARE_PAYLOAD_MAX);
	if (!page)
		return -ENOMEM;
	rows = (void *)page + PAGE_SIZE;
	err = misc_register(&node);
	if (err)
		vfree(page);
	return err;
}

static void stop(void)
{
	misc_deregister(&node);
	vfree(page);
}

const struct bare_part bare_table = { start, stop };
