// SPDX-License-Identifier: GPL-2.0-only
/*
 * The third way: ioctl with the caller's buffer
 *
 * The program says where its memory is and how much; one call fills it with the whole table. If it is too small the
 * call fails with ENOSPC and says the size that is needed, and the program comes again.
 *
 * Choose it when a program asks, now and then, for all of it: one system call, nothing lost, an answer or an error at
 * once. The second command lets packets arrive, for whoever wants to see the counters move.
 *
 * Creates	/dev/statistics, 0644: STATISTICS_GET for all, STATISTICS_TRAFFIC for who may write; also for mmap.c
 *
 * What goes wrong: copy_to_user() may sleep, so it must not stand under a spinlock or RCU, and a copy in between costs
 * twice; a reader by sequence holds nothing, so here it may. What it wrote may be half of one moment and half of the
 * next, until the sequence has been looked at. A struct with pointers or long in it differs for 32-bit programs.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "statistics_ex.h"

/* As statistics_copy() does: whole if a few tries give that; else record by record. */
static int copy_table(void __user *to, size_t size)
{
	struct statistics_record __user *record = to;
	struct statistics_record copy;
	unsigned int i;
	u32 sequence;

	for (i = 0; i < 3; i++) {
		if (!statistics_begin(&sequence))
			continue;
		if (copy_to_user(to, statistics_area->record, size))
			return -EFAULT;
		if (statistics_unchanged(sequence))
			return 0;
	}
	for (i = 0; i < statistics_records; i++) {
		statistics_copy(&copy, i, 1);
		if (copy_to_user(&record[i], &copy, sizeof(copy)))
			return -EFAULT;
	}
	return 0;
}

static long get(struct statistics_get __user *argument)
{
	size_t size = statistics_records * sizeof(struct statistics_record);
	struct statistics_get get;

	if (copy_from_user(&get, argument, sizeof(get)))
		return -EFAULT;
	if (put_user(size, &argument->needed))
		return -EFAULT;
	if (get.size < size)
		return -ENOSPC;
	return copy_table(u64_to_user_ptr(get.buffer), size);
}

static long control(struct file *file, unsigned int command, unsigned long argument)
{
	switch (command) {
	case STATISTICS_GET:
		return get((struct statistics_get __user *)argument);
	case STATISTICS_TRAFFIC:
		if (!(file->f_mode & FMODE_WRITE))
			return -EBADF;
		statistics_traffic(argument);
		return 0;
	}
	return -ENOTTY;
}

static const struct file_operations operations = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= control,
	.compat_ioctl	= compat_ptr_ioctl,
	.mmap		= statistics_mmap,
};

static struct miscdevice device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "statistics",
	.mode	= 0644,
	.fops	= &operations,
};

int statistics_device_register(void)
{
	return misc_register(&device);
}

void statistics_device_unregister(void)
{
	misc_deregister(&device);
}
