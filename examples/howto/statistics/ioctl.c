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
 * What goes wrong: copy_to_user() may sleep, so it must not stand where the counters are being copied; hence a copy
 * in between. A structure with pointers or long in it differs for 32-bit programs: __u64 does not.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "statistics_ex.h"

static long get(struct statistics_get __user *argument)
{
	size_t size = statistics_records * sizeof(struct statistics_record);
	struct statistics_record *copy;
	struct statistics_get get;
	long status = 0;

	if (copy_from_user(&get, argument, sizeof(get)))
		return -EFAULT;
	if (put_user(size, &argument->needed))
		return -EFAULT;
	if (get.size < size)
		return -ENOSPC;
	copy = kvmalloc(size, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	statistics_copy(copy, 0, statistics_records);
	if (copy_to_user(u64_to_user_ptr(get.buffer), copy, size))
		status = -EFAULT;
	kvfree(copy);
	return status;
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
