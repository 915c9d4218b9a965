// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctl: commands to a device, each with a number and one argument
 *
 * A program opens the device and calls ioctl(fd, number, argument). The descriptor chooses the device, the number what
 * it shall do, and the argument is a value or an address, whichever driver and program agreed upon. The call runs in
 * the process that makes it and returns when it is done; the kernel never begins.
 *
 * Choose it for commands to something that is open, above all those with an answer. Values that people look at belong
 * into sysfs; what comes by itself needs read and poll, or netlink.
 *
 * Creates	/dev/cdev_example, by its class and devtmpfs; "my_device" in /proc/devices. If that node is there, made
 *		for ../cdev for instance, the module loads all the same and the node stays the other's.
 *
 * What goes wrong: a number says the argument's size, and nobody checks it. The HOWTO's two numbers say "int" while 200
 * bytes are meant, and its program passes 12. See ioctl_kinds_ex.c for numbers that do not lie. An unknown number must
 * give ENOTTY, or programs take the device for another one.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#define MESSAGE_SIZE	200
#define READ_MESSAGE	_IOR('G', 0, int)
#define WRITE_MESSAGE	_IOW('G', 1, int)

static dev_t number;
static struct cdev device;
static struct class device_class = { .name = "my_device" };
static DEFINE_MUTEX(message_lock);
static char message[MESSAGE_SIZE];

/* The lock is not held while the program's memory is touched: that may last as long as the program likes. */
static long read_message(void __user *to)
{
	char text[MESSAGE_SIZE];

	scoped_guard(mutex, &message_lock)
		memcpy(text, message, MESSAGE_SIZE);
	return copy_to_user(to, text, MESSAGE_SIZE) ? -EFAULT : MESSAGE_SIZE;
}

/* Where 200 bytes cannot be read, because a short text lies at the end of the program's memory, it is a string. */
static long write_message(const void __user *from)
{
	char text[MESSAGE_SIZE];

	if (copy_from_user(text, from, MESSAGE_SIZE) && strncpy_from_user(text, from, MESSAGE_SIZE) < 0)
		return -EFAULT;
	scoped_guard(mutex, &message_lock)
		memcpy(message, text, MESSAGE_SIZE);
	return MESSAGE_SIZE;
}

static long device_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	switch (command) {
	case READ_MESSAGE:
		return read_message((void __user *)argument);
	case WRITE_MESSAGE:
		return write_message((const void __user *)argument);
	default:
		return -ENOTTY;
	}
}

/* A 32-bit program's numbers are the same, and its addresses need only be widened. */
static const struct file_operations device_ops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= device_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

/* The node comes last: from then on udev or a program may open it. */
static int __init make_node(void)
{
	struct device *node;
	int err;

	err = class_register(&device_class);
	if (err)
		return err;
	node = device_create(&device_class, NULL, number, NULL, "cdev_example");
	if (IS_ERR(node))
		class_unregister(&device_class);
	return PTR_ERR_OR_ZERO(node);
}

static int __init ioctl_ex_init(void)
{
	int err;

	err = alloc_chrdev_region(&number, 0, 1, "my_device");
	if (err)
		return err;
	cdev_init(&device, &device_ops);
	device.owner = device_ops.owner;
	err = cdev_add(&device, number, 1);
	if (err)
		goto unregister;
	err = make_node();
	if (err)
		goto delete;
	pr_info("cdev example: assigned major: %d\n", MAJOR(number));
	pr_info("create node with mknod /dev/cdev_example c %d 0\n", MAJOR(number));
	return 0;

delete:
	cdev_del(&device);
unregister:
	unregister_chrdev_region(number, 1);
	return err;
}

static void __exit ioctl_ex_exit(void)
{
	device_destroy(&device_class, number);
	class_unregister(&device_class);
	cdev_del(&device);
	unregister_chrdev_region(number, 1);
}

module_init(ioctl_ex_init);
module_exit(ioctl_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: commands to a device");
