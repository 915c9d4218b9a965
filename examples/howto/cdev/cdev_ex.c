// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: a character device, read and written by functions of this module
 *
 * A device node is a name for a pair of numbers. Opening it leads by the first, the major, to the module that took
 * that number; the second, the minor, is the module's to divide. Here the kernel picks the major, and minor 0 is all
 * there is.
 *
 * Choose it for what is opened, read, written, waited for, mapped or controlled as one thing. For a few values that
 * people look at there is sysfs. A driver today also gives its device a class, so that the node is made for it, as
 * ../ioctl does; here it is left to the user, to show what a node is.
 *
 * Creates	a line "my_device" in /proc/devices; the node is for you to make, under any name:
 *		mknod /dev/cdev_example c MAJOR 0
 *
 * What goes wrong: without .owner the module can be unloaded under an open file; several processes read and write at
 * once, so that the buffer needs a lock; a read that ignores the offset never ends under cat; a node outlives the
 * module, and may lead to another driver tomorrow.
 */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#define MESSAGE_SIZE 200

static dev_t number;
static struct cdev device;
static DEFINE_MUTEX(message_lock);
static char message[MESSAGE_SIZE];

/*
 * All of the buffer, whatever it holds; the offset, which the caller may set, says where to go on. The lock is not held
 * while the program's memory is touched: that may last as long as the program likes, and others would have to wait.
 */
static ssize_t read_message(struct file *file, char __user *buffer, size_t count, loff_t *offset)
{
	char text[MESSAGE_SIZE];

	scoped_guard(mutex, &message_lock)
		memcpy(text, message, MESSAGE_SIZE);
	return simple_read_from_buffer(buffer, count, offset, text, MESSAGE_SIZE);
}

/* Always to the start of the buffer, and whole: a bad address must not leave half a message behind. */
static ssize_t write_message(struct file *file, const char __user *buffer, size_t count, loff_t *offset)
{
	char text[MESSAGE_SIZE];

	if (count > MESSAGE_SIZE - 1)
		return -EINVAL;
	if (copy_from_user(text, buffer, count))
		return -EFAULT;
	text[count] = '\0';
	scoped_guard(mutex, &message_lock)
		memcpy(message, text, count + 1);
	return count;
}

/* Each open file counts as a use of the owner: rmmod is refused as long as there is one. */
static const struct file_operations device_ops = {
	.owner	= THIS_MODULE,
	.read	= read_message,
	.write	= write_message,
	.llseek	= default_llseek,
};

static int __init cdev_ex_init(void)
{
	int err;

	err = alloc_chrdev_region(&number, 0, 1, "my_device");
	if (err)
		return err;
	cdev_init(&device, &device_ops);
	device.owner = device_ops.owner;
	/* From here on the device can be opened: everything it needs must be there. */
	err = cdev_add(&device, number, 1);
	if (err) {
		unregister_chrdev_region(number, 1);
		return err;
	}
	pr_info("cdev example: assigned major: %d\n", MAJOR(number));
	pr_info("create node with mknod /dev/cdev_example c %d 0\n", MAJOR(number));
	return 0;
}

static void __exit cdev_ex_exit(void)
{
	cdev_del(&device);
	unregister_chrdev_region(number, 1);
}

module_init(cdev_ex_init);
module_exit(cdev_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a character device");
