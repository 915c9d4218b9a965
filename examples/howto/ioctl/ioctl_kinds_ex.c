// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctl_kinds: the four kinds of arguments, and one of any size, done right
 *
 * A command takes nothing, takes something, gives something, or exchanges; its number is made with _IO, _IOW, _IOR or
 * _IOWR, as the program sees it: W is written by the program, to the kernel. The number holds the argument's type, so a
 * program built with another size asks for another command and gets ENOTTY, instead of overwritten memory. More than
 * 16383 bytes, or a size known only at run time, goes by an address and a size inside a struct.
 *
 * Choose these for every new command. ioctl_ex.c shows what the HOWTO had.
 *
 * Creates	/dev/ioctl_kinds, 0600; a misc device brings its number and its node along
 *
 * What goes wrong: a size from a program must be limited before memory is taken for it; a struct with a pointer, a long
 * or a hole differs between 32 and 64 bits; a number that two drivers share is obeyed by whichever has the descriptor.
 */
#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "ioctl_kinds.h"

static u32 value;

static long get_value(u32 __user *to)
{
	return put_user(READ_ONCE(value), to);
}

static long set_value(const u32 __user *from)
{
	u32 new;

	if (get_user(new, from))
		return -EFAULT;
	WRITE_ONCE(value, new);
	return 0;
}

/* In one step, so that of many values exchanged at once each comes out exactly once. */
static long swap_value(u32 __user *both)
{
	u32 new;

	if (get_user(new, both))
		return -EFAULT;
	return put_user(xchg(&value, new), both);
}

/* The struct is copied once and checked in the copy: what lies in the program's memory may change under us. */
static long upper_text(const void __user *from)
{
	struct kinds_text text;
	void __user *user;
	char *copy;
	long err;
	u32 i;

	if (copy_from_user(&text, from, sizeof(text)))
		return -EFAULT;
	if (text.zero)
		return -EINVAL;
	if (text.size > KINDS_TEXT_MAX)
		return -E2BIG;
	user = u64_to_user_ptr(text.address);
	copy = vmemdup_user(user, text.size);
	if (IS_ERR(copy))
		return PTR_ERR(copy);
	for (i = 0; i < text.size; i++)
		copy[i] = toupper(copy[i]);
	err = copy_to_user(user, copy, text.size) ? -EFAULT : 0;
	kvfree(copy);
	return err;
}

static long kinds_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	void __user *user = (void __user *)argument;

	switch (command) {
	case KINDS_GET:
		return get_value(user);
	case KINDS_SET:
		return set_value(user);
	case KINDS_RESET:
		WRITE_ONCE(value, 0);
		return 0;
	case KINDS_SWAP:
		return swap_value(user);
	case KINDS_UPPER:
		return upper_text(user);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations kinds_ops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= kinds_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

static struct miscdevice kinds_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "ioctl_kinds",
	.fops	= &kinds_ops,
};

module_misc_device(kinds_device);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: the kinds of ioctl's arguments");
