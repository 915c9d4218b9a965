// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctl: numbered commands on a device node, each with a struct.
 *
 * When to choose it: values, tables and calls for a program that wants one system call an
 * operation, typed structs and its own buffers. 1 MiB calls and tables of any size.
 *
 * It creates nothing of its own: the node /dev/kulink/SERVICE is the core's. The mode of
 * the node and how it was opened are the upper bound (reading to get and dump, writing to
 * set and for calls that change something), parts decide with the opener's credentials.
 * 32-bit programs use the same structs.
 *
 * It cannot carry events: those are the chardev channel's, on the same node.
 */
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "dev.h"

/* Bytes of a short request */
#define SHORT_MAX	256

static int resolve(struct kulink_file *file, u32 kind, const char *name, int want)
{
	return kulink_resolve(file->service, file->cred, file->may, kind, name, want);
}

static long ioctl_info(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_ioc_info args;
	const char *text;
	size_t len;
	u64 room;
	long err;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	if (args.flags)
		return -EINVAL;

	text = kulink_declaration(file->service, &len);
	room = args.len;
	args.len = len;
	args.abi = KULINK_ABI;
	if (room >= len && copy_to_user(u64_to_user_ptr(args.buffer), text, len))
		return -EFAULT;
	if (copy_to_user(arg, &args, sizeof(args)))
		return -EFAULT;
	return room < len ? -EMSGSIZE : 0;
}

static long check_value(const struct kulink_ioc_value *args)
{
	if (args->flags || args->reserved || !kulink_name_ends(args->name))
		return -EINVAL;
	return 0;
}

/* Of the datum nothing is looked at, and it is given no further than its string goes. */
static long ioctl_get(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	const size_t asked = offsetof(struct kulink_ioc_value, datum);
	struct kulink_ioc_value args;
	size_t len;
	long err;
	int i;

	err = kulink_ioctl_head(&args, asked, sizeof(args), cmd, arg) ?: check_value(&args);
	if (err)
		return err;
	i = resolve(file, KULINK_VALUES, args.name, MAY_READ);
	if (i < 0)
		return i;
	err = kulink_value_get(file->service, i, &args.datum);
	if (err)
		return err;
	len = offsetof(struct kulink_datum, string) + args.datum.len + 1;
	return copy_to_user(arg + asked, &args.datum, len) ? -EFAULT : 0;
}

static long ioctl_set(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_ioc_value args;
	long err;
	int i;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg) ?: check_value(&args);
	if (err)
		return err;
	i = resolve(file, KULINK_VALUES, args.name, MAY_WRITE);
	if (i < 0)
		return i;
	return kulink_value_set(file->service, i, &args.datum);
}

/* The table, or only its length if there is no room for it */
static long give_table(const struct kulink_snapshot *snapshot, struct kulink_ioc_table *args,
		       void __user *arg)
{
	u64 room = args->len;

	args->len = snapshot->size;
	if (room >= snapshot->size &&
	    copy_to_user(u64_to_user_ptr(args->buffer), &snapshot->head, snapshot->size))
		return -EFAULT;
	if (copy_to_user(arg, args, sizeof(*args)))
		return -EFAULT;
	return room < snapshot->size ? -EMSGSIZE : 0;
}

static long ioctl_dump(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_snapshot *snapshot;
	struct kulink_ioc_table args;
	long err;
	int i;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	if (args.flags || args.reserved || !kulink_name_ends(args.name))
		return -EINVAL;
	i = resolve(file, KULINK_TABLES, args.name, 0);
	if (i < 0)
		return i;
	snapshot = kulink_snapshot_take(file->service, i);
	if (IS_ERR(snapshot))
		return PTR_ERR(snapshot);
	err = give_table(snapshot, &args, arg);
	kulink_snapshot_put(snapshot);
	return err;
}

/* The reply, or only its length if there is no room for it */
static long give_reply(const void *reply, size_t len, struct kulink_ioc_call *args,
		       void __user *arg)
{
	u32 room = args->reply_len;

	args->reply_len = len;
	if (room >= len && len && copy_to_user(u64_to_user_ptr(args->reply), reply, len))
		return -EFAULT;
	if (put_user(args->reply_len, &((struct kulink_ioc_call __user *)arg)->reply_len))
		return -EFAULT;
	return room < len ? -EMSGSIZE : 0;
}

static long run_call(struct kulink_file *file, unsigned int call, const void *request,
		     struct kulink_ioc_call *args, void __user *arg)
{
	size_t reply_len;
	void *reply;
	long err;

	err = kulink_call_lend(file->service, call, args->request_len ? request : NULL,
			       args->request_len, &reply, &reply_len);
	if (err)
		return err;
	err = give_reply(reply, reply_len, args, arg);
	kulink_call_return(file->service, call, reply, reply_len);
	return err;
}

/* A short request needs no memory but the stack's. */
static long take_request(struct kulink_file *file, struct kulink_ioc_call *args, void __user *arg)
{
	u64 few[SHORT_MAX / sizeof(u64)];
	void *request = few;
	long err;
	int i;

	i = resolve(file, KULINK_CALLS, args->name, 0);
	if (i < 0)
		return i;
	if (args->request_len > sizeof(few))
		request = kvmalloc(args->request_len, GFP_KERNEL_ACCOUNT);
	if (!request)
		return -ENOMEM;
	err = -EFAULT;
	if (!copy_from_user(request, u64_to_user_ptr(args->request), args->request_len))
		err = run_call(file, i, request, args, arg);
	if (request != few)
		kvfree(request);
	return err;
}

static long ioctl_call(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_ioc_call args;
	long err;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	if (args.flags || args.reserved || !kulink_name_ends(args.name))
		return -EINVAL;
	if (args.request_len > KULINK_CALL_MAX)
		return -EMSGSIZE;
	return take_request(file, &args, arg);
}

static const struct kulink_dev_ioctl commands[] = {
	{ KULINK_IOC_INFO, false, ioctl_info },
	{ KULINK_IOC_GET, false, ioctl_get },
	{ KULINK_IOC_SET, false, ioctl_set },
	{ KULINK_IOC_DUMP, false, ioctl_dump },
	{ KULINK_IOC_CALL, false, ioctl_call },
	{}
};

struct kulink_dev_channel kulink_ioctl = {
	.base = {
		.name = "ioctl",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS,
	},
	.ioctls = commands,
};
