// SPDX-License-Identifier: GPL-2.0-only
/* /dev/bench_echo: ioctl and io_uring commands that copy in and out again, and a value; sysfs: its attribute */
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

#include "compat.h"
#include KULINK_URING_HEADER
#include "driver.h"

struct echo_file {
	struct mutex lock;	/* the buffer */
	void *buffer;
};

static u64 value;

u64 bare_next(void)
{
	u64 now = READ_ONCE(value);

	WRITE_ONCE(value, now + 1);
	return now;
}

void bare_set(u64 to)
{
	WRITE_ONCE(value, to);
}

static int echo_open(struct inode *inode, struct file *file)
{
	struct echo_file *echo = kzalloc(sizeof(*echo), GFP_KERNEL);

	if (!echo)
		return -ENOMEM;
	echo->buffer = kvmalloc(BARE_PAYLOAD_MAX, GFP_KERNEL);
	if (!echo->buffer) {
		kfree(echo);
		return -ENOMEM;
	}
	mutex_init(&echo->lock);
	file->private_data = echo;
	return 0;
}

static int echo_release(struct inode *inode, struct file *file)
{
	struct echo_file *echo = file->private_data;

	kvfree(echo->buffer);
	kfree(echo);
	return 0;
}

static int there_and_back(struct echo_file *echo, void __user *data, u32 len)
{
	int err = 0;

	if (len > BARE_PAYLOAD_MAX)
		return -EMSGSIZE;
	mutex_lock(&echo->lock);
	if (copy_from_user(echo->buffer, data, len) || copy_to_user(data + len, echo->buffer, len))
		err = -EFAULT;
	mutex_unlock(&echo->lock);
	return err;
}

static long echo_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *argp = (void __user *)arg;
	struct bare_echo args;
	u64 number;

	switch (cmd) {
	case BARE_NULL:
		return 0;
	case BARE_ECHO:
		if (copy_from_user(&args, argp, sizeof(args)))
			return -EFAULT;
		return there_and_back(file->private_data, u64_to_user_ptr(args.data), args.len);
	case BARE_GET:
		return put_user(bare_next(), (u64 __user *)argp);
	case BARE_SET:
		if (get_user(number, (u64 __user *)argp))
			return -EFAULT;
		bare_set(number);
		return 0;
	}
	return -ENOTTY;
}

/* What is returned completes the command */
static int echo_uring(struct io_uring_cmd *cmd, unsigned int flags)
{
	const struct bare_echo *sqe = (const void *)kulink_uring_args(cmd);

	if (cmd->cmd_op != BARE_ECHO)
		return -EOPNOTSUPP;
	return there_and_back(cmd->file->private_data, u64_to_user_ptr(READ_ONCE(sqe->data)),
			      READ_ONCE(sqe->len));
}

static const struct file_operations fops = {
	.owner		= THIS_MODULE,
	.open		= echo_open,
	.release	= echo_release,
	.unlocked_ioctl	= echo_ioctl,
	.uring_cmd	= echo_uring,
};

static ssize_t value_show(struct device *dev, struct device_attribute *attr, char *page)
{
	return sysfs_emit(page, "%llu\n", bare_next());
}

static ssize_t value_store(struct device *dev, struct device_attribute *attr, const char *page,
			   size_t len)
{
	u64 to;
	int err = kstrtou64(page, 0, &to);

	if (err)
		return err;
	bare_set(to);
	return len;
}

static DEVICE_ATTR_RW(value);

static struct attribute *echo_attrs[] = { &dev_attr_value.attr, NULL };
ATTRIBUTE_GROUPS(echo);

static struct miscdevice node = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "bench_echo",
	.fops	= &fops,
	.groups	= echo_groups,
};

static int start(void)
{
	return misc_register(&node);
}

static void stop(void)
{
	misc_deregister(&node);
}

const struct bare_part bare_echo = { start, stop };
