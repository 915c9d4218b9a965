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
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "dev.h"

/* Bytes of a short request, and of one whose memory is kept */
#define SHORT_MAX	512
#define KEPT_MAX	8192

/**
 * struct ioctl_file - what an open file has
 * @kept: KEPT_MAX bytes for a request, or NULL: none yet, or in use
 */
struct ioctl_file {
	void *kept;
};

/* The part that a program means, whether it may be used or not; -ENOENT, -EINVAL */
static int part_of(struct kulink_file *file, u32 kind, const char *name, u32 flags, u32 index)
{
	if (flags == KULINK_IOC_BY_INDEX)
		return kulink_index(file->service, kind, index);
	if (flags || index || !kulink_name_ends(name))
		return -EINVAL;
	return kulink_find(file->service, kind, name);
}

static int use(struct kulink_file *file, u32 kind, unsigned int part, int want)
{
	return kulink_part_use(file->service, file->cred, file->may, kind, part, want);
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

static long ioctl_find(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	const u32 kinds = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS |
			  KULINK_REGIONS;
	struct kulink_ioc_find args;
	long err;
	int i;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	if (!is_power_of_2(args.kind) || args.kind & ~kinds || !kulink_name_ends(args.name))
		return -EINVAL;
	i = kulink_find(file->service, args.kind, args.name);
	if (i < 0)
		return i;
	args.index = i;
	return copy_to_user(arg, &args, sizeof(args)) ? -EFAULT : 0;
}

/* As far as its string goes; for a number that is a length that the compiler knows: kulink_ioctl_head() */
static long give_datum(const struct kulink_datum *datum, void __user *to)
{
	const size_t least = offsetof(struct kulink_datum, string) + 1;

	if (!datum->len)
		return copy_to_user(to, datum, least) ? -EFAULT : 0;
	return copy_to_user(to, datum, least + datum->len) ? -EFAULT : 0;
}

/* Of the datum nothing is looked at, and it is given no further than its string goes. */
static long ioctl_get(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	const size_t asked = offsetof(struct kulink_ioc_value, datum);
	struct kulink_ioc_value args = {};
	long err;
	int i;

	err = kulink_ioctl_head(&args, asked, sizeof(args), cmd, arg);
	if (err)
		return err;
	i = part_of(file, KULINK_VALUES, args.name, args.flags, args.index);
	if (i < 0)
		return i;
	err = kulink_value_read(file->service, file->cred, file->may, i, &args.datum);
	return err ?: give_datum(&args.datum, arg + asked);
}

static long ioctl_set(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_ioc_value args;
	long err;
	int i;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	i = part_of(file, KULINK_VALUES, args.name, args.flags, args.index);
	if (i < 0)
		return i;
	return use(file, KULINK_VALUES, i, MAY_WRITE) ?:
	       kulink_value_set(file->service, i, &args.datum);
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
	i = part_of(file, KULINK_TABLES, args.name, args.flags, args.index);
	if (i < 0)
		return i;
	err = use(file, KULINK_TABLES, i, 0);
	if (err)
		return err;
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
	struct kulink_loan loan = {
		.call = call,
		.request = args->request_len ? request : NULL,
		.request_len = args->request_len,
	};
	long err;

	err = kulink_call_lend_to(file->service, file->cred, file->may, &loan);
	if (err)
		return err;
	err = give_reply(loan.reply, loan.reply_len, args, arg);
	kulink_call_return(file->service, &loan);
	return err;
}

static long take_request(struct kulink_file *file, unsigned int call, void *request,
			 struct kulink_ioc_call *args, void __user *arg)
{
	if (copy_from_user(request, u64_to_user_ptr(args->request), args->request_len))
		return -EFAULT;
	return run_call(file, call, request, args, arg);
}

/* A short request needs no memory but the stack's, of which the driver sees what was copied. */
static long call_short(struct kulink_file *file, unsigned int call, struct kulink_ioc_call *args,
		       void __user *arg)
{
	u64 few[SHORT_MAX / sizeof(u64)] __uninitialized;

	return take_request(file, call, few, args, arg);
}

/* One is kept: getting it anew, zeroed, would take as long as the call. The driver sees what was copied. */
static void *request_get(struct kulink_file *file, size_t len)
{
	struct ioctl_file *own = kulink_file_state(file, &kulink_ioctl);
	void *kept = len <= KEPT_MAX ? xchg(&own->kept, NULL) : NULL;

	return kept ?: kvmalloc(max_t(size_t, len, KEPT_MAX), GFP_KERNEL_ACCOUNT);
}

static void request_put(struct kulink_file *file, size_t len, void *request)
{
	struct ioctl_file *own = kulink_file_state(file, &kulink_ioctl);

	if (len <= KEPT_MAX)
		request = xchg(&own->kept, request);
	if (request)
		kvfree(request);
}

static void ioctl_release(struct kulink_file *file)
{
	struct ioctl_file *own = kulink_file_state(file, &kulink_ioctl);

	kvfree(own->kept);
}

static long call_long(struct kulink_file *file, unsigned int call, struct kulink_ioc_call *args,
		      void __user *arg)
{
	void *request = request_get(file, args->request_len);
	long err;

	if (!request)
		return -ENOMEM;
	err = take_request(file, call, request, args, arg);
	request_put(file, args->request_len, request);
	return err;
}

static long ioctl_call(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_ioc_call args;
	long err;
	int i;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	i = part_of(file, KULINK_CALLS, args.name, args.flags, args.index);
	if (i < 0)
		return i;
	if (args.request_len > KULINK_CALL_MAX)
		return -EMSGSIZE;
	if (args.request_len > SHORT_MAX)
		return call_long(file, i, &args, arg);
	return call_short(file, i, &args, arg);
}

/* What is asked most often first */
static const struct kulink_dev_ioctl commands[] = {
	{ KULINK_IOC_CALL, false, ioctl_call },
	{ KULINK_IOC_GET, false, ioctl_get },
	{ KULINK_IOC_SET, false, ioctl_set },
	{ KULINK_IOC_DUMP, false, ioctl_dump },
	{ KULINK_IOC_FIND, false, ioctl_find },
	{ KULINK_IOC_INFO, false, ioctl_info },
	{}
};

struct kulink_dev_channel kulink_ioctl = {
	.base = {
		.name = "ioctl",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS,
	},
	.state = sizeof(struct ioctl_file),
	.release = ioctl_release,
	.ioctls = commands,
};
