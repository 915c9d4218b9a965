// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs: a file system for developers, without rules. Choose it for what only they
 * look at, while a driver is young: nobody may rely on it, production kernels lock it
 * down, and only root gets into it unless the administrator opens the mount point.
 *
 * Creates in /sys/kernel/debug/kulink/SERVICE/: a file for each VALUE, read and written
 * as text; a file for each TABLE, as text; one for each REGION, as it is, to read; and
 * "call", where one write() is a message as the ABI defines it and the read()s that follow
 * take its reply. Files belong to the service's owner and group and have their part's mode.
 * docs/channels/debugfs.md
 *
 * Neither poll() nor events. An open file holds this module, not the driver.
 */
#include <linux/debugfs.h>
#include <linux/kulink_own.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "message.h"

/* Most bytes of a write to a value: its text and white space in plenty */
#define DEBUGFS_WRITE_MAX	4096

#define DEBUGFS_OPS	(BIT(KULINK_OP_GET) | BIT(KULINK_OP_SET) | BIT(KULINK_OP_CALL) | \
			 BIT(KULINK_OP_DUMP))

/* What a file is; valid until debugfs_remove() has returned */
struct debugfs_part {
	struct kulink_service *service;
	unsigned int index;
	umode_t mode;
};

/* A published service: its directory and what its files point to */
struct debugfs_slot {
	struct dentry *dir;
	unsigned int n_parts;
	struct debugfs_part parts[];
};

/* An open value: its text from the last read at its start */
struct debugfs_value {
	struct kulink_service *service;
	unsigned int index;
	struct mutex lock;		/* readers of one open file */
	size_t len;
	char text[KULINK_TEXT_SIZE];
};

/* An open transaction */
struct debugfs_call {
	struct kulink_service *service;
	struct kulink_exchange exchange;
};

static struct dentry *debugfs_root;

/*
 * debugfs_file_get() makes debugfs_remove() wait. It is held around the driver's part
 * of an operation only, never while user memory is copied.
 */
static int debugfs_enter(struct file *file)
{
	int err = debugfs_file_get(file->f_path.dentry);

	return err == -EIO ? -ENODEV : err;
}

static void debugfs_exit(struct file *file)
{
	debugfs_file_put(file->f_path.dentry);
}

/* debugfs calls open() as if between debugfs_enter() and debugfs_exit(). */

static int value_open(struct inode *inode, struct file *file)
{
	struct debugfs_part *part = inode->i_private;
	struct debugfs_value *value;
	int err;

	err = kulink_permit_file(part->service, file, part->mode);
	if (err)
		return err;
	value = kzalloc(sizeof(*value), GFP_KERNEL_ACCOUNT);
	if (!value)
		return -ENOMEM;
	value->service = kulink_service_get(part->service);
	value->index = part->index;
	mutex_init(&value->lock);
	file->private_data = value;
	return 0;
}

static int value_release(struct inode *inode, struct file *file)
{
	struct debugfs_value *value = file->private_data;

	kulink_service_put(value->service);
	kfree(value);
	return 0;
}

static int value_fill(struct file *file, struct debugfs_value *value)
{
	int len;

	len = debugfs_enter(file);
	if (len)
		return len;
	len = kulink_value_show(value->service, value->index, value->text);
	debugfs_exit(file);
	if (len < 0)
		return len;
	value->len = len;
	return 0;
}

static ssize_t value_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct debugfs_value *value = file->private_data;
	ssize_t ret = 0;

	if (mutex_lock_interruptible(&value->lock))
		return -EINTR;
	if (*pos == 0)
		ret = value_fill(file, value);
	if (!ret)
		ret = simple_read_from_buffer(buf, size, pos, value->text, value->len);
	mutex_unlock(&value->lock);
	return ret;
}

static ssize_t value_write(struct file *file, const char __user *buf, size_t size, loff_t *pos)
{
	struct debugfs_value *value = file->private_data;
	char *text;
	int err;

	if (size > DEBUGFS_WRITE_MAX)
		return -EMSGSIZE;
	text = memdup_user_nul(buf, size);
	if (IS_ERR(text))
		return PTR_ERR(text);

	err = debugfs_enter(file);
	if (!err) {
		err = kulink_value_store(value->service, value->index, text, size);
		debugfs_exit(file);
	}
	kfree(text);
	if (err)
		return err;
	*pos += size;
	return size;
}

static const struct file_operations value_fops = {
	.owner = THIS_MODULE,
	.open = value_open,
	.read = value_read,
	.write = value_write,
	.llseek = default_llseek,
	.release = value_release,
};

static int table_open(struct inode *inode, struct file *file)
{
	struct debugfs_part *part = inode->i_private;
	int err;

	err = kulink_permit_file(part->service, file, part->mode);
	return err ? err : kulink_seq_open(file, part->service, part->index);
}

static ssize_t table_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	int err = debugfs_enter(file);

	if (err)
		return err;
	debugfs_exit(file);
	return seq_read(file, buf, size, pos);
}

static const struct file_operations table_fops = {
	.owner = THIS_MODULE,
	.open = table_open,
	.read = table_read,
	.llseek = seq_lseek,
	.release = kulink_seq_release,
};

/* The memory has a reference of its own: it stays while it is copied, whoever goes. */
static int region_open(struct inode *inode, struct file *file)
{
	struct debugfs_part *part = inode->i_private;
	int err = kulink_permit_file(part->service, file, part->mode);

	if (!err)
		file->private_data = kulink_region_memory(part->service, part->index);
	return err;
}

static int region_release(struct inode *inode, struct file *file)
{
	kulink_memory_put(file->private_data);
	return 0;
}

static ssize_t region_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct kulink_memory *memory = iocb->ki_filp->private_data;
	size_t offset, n, copied;
	ssize_t done = 0;
	int err = debugfs_enter(iocb->ki_filp);

	if (err)
		return err;
	debugfs_exit(iocb->ki_filp);
	while (iov_iter_count(to) && iocb->ki_pos < memory->size) {
		offset = offset_in_page(iocb->ki_pos);
		n = min(PAGE_SIZE - offset, memory->size - (size_t)iocb->ki_pos);
		n = min(n, iov_iter_count(to));
		copied = copy_page_to_iter(kulink_memory_page(memory, iocb->ki_pos >> PAGE_SHIFT),
					   offset, n, to);
		iocb->ki_pos += copied;
		done += copied;
		if (copied < n)
			return done ?: -EFAULT;
	}
	return done;
}

static loff_t region_seek(struct file *file, loff_t offset, int whence)
{
	const struct kulink_memory *memory = file->private_data;

	return fixed_size_llseek(file, offset, whence, memory->size);
}

static const struct file_operations region_fops = {
	.owner = THIS_MODULE,
	.open = region_open,
	.read_iter = region_read,
	.llseek = region_seek,
	.release = region_release,
};

/* The message's part decides who may do what; the file's mode only bounds it. */
static int call_open(struct inode *inode, struct file *file)
{
	struct debugfs_part *part = inode->i_private;
	struct debugfs_call *call;

	call = kzalloc(sizeof(*call), GFP_KERNEL_ACCOUNT);
	if (!call)
		return -ENOMEM;
	call->service = kulink_service_get(part->service);
	kulink_exchange_init(&call->exchange);
	file->private_data = call;
	return nonseekable_open(inode, file);
}

static int call_release(struct inode *inode, struct file *file)
{
	struct debugfs_call *call = file->private_data;

	kulink_exchange_destroy(&call->exchange);
	kulink_service_put(call->service);
	kfree(call);
	return 0;
}

/* Copies and calls in one, so nothing may be held: the exchange enters the service. */
static ssize_t call_write(struct file *file, const char __user *buf, size_t size, loff_t *pos)
{
	const struct kulink_peer peer = { .cred = file->f_cred, .ops = DEBUGFS_OPS };
	struct debugfs_call *call = file->private_data;
	int err = debugfs_enter(file);

	if (err)
		return err;
	debugfs_exit(file);
	return kulink_exchange_write(&call->exchange, &peer, call->service, buf, size);
}

static ssize_t call_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct debugfs_call *call = file->private_data;

	return kulink_exchange_read(&call->exchange, buf, size);
}

static const struct file_operations call_fops = {
	.owner = THIS_MODULE,
	.open = call_open,
	.read = call_read,
	.write = call_write,
	.release = call_release,
};

static int debugfs_file(struct debugfs_slot *slot, struct kulink_service *service,
			const char *name, unsigned int index, umode_t mode, size_t size,
			const struct file_operations *fops)
{
	struct debugfs_part *part = &slot->parts[slot->n_parts++];
	struct dentry *file;

	part->service = service;
	part->index = index;
	part->mode = mode;
	file = debugfs_create_file_unsafe(name, mode, slot->dir, part, fops);
	if (IS_ERR(file))
		return PTR_ERR(file);
	d_inode(file)->i_uid = kulink_service_uid(service);
	d_inode(file)->i_gid = kulink_service_gid(service);
	i_size_write(d_inode(file), size);
	return 0;
}

/* To ask and to read the answer takes both, for whoever may use any part at all. */
static umode_t call_mode(umode_t any)
{
	umode_t mode = 0;

	if (any & 0600)
		mode |= 0600;
	if (any & 0060)
		mode |= 0060;
	if (any & 0006)
		mode |= 0006;
	return mode;
}

static int region_file(struct debugfs_slot *slot, struct kulink_service *service,
		       const struct kulink_region *region)
{
	unsigned int index = region - kulink_desc_of(service)->regions;
	struct kulink_memory *memory = kulink_region_memory(service, index);
	int err;

	err = debugfs_file(slot, service, region->name, index, region->mode & 0444, memory->size,
			   &region_fops);
	kulink_memory_put(memory);
	return err;
}

static int debugfs_files(struct debugfs_slot *slot, struct kulink_service *service)
{
	const struct kulink_desc *desc = kulink_desc_of(service);
	const struct kulink_value *v;
	const struct kulink_table *t;
	const struct kulink_region *r;
	const struct kulink_call *c;
	umode_t any = 0;
	int err = 0;

	for (v = desc->values; v && v->field.name && !err; v++) {
		any |= v->mode;
		err = debugfs_file(slot, service, v->field.name, v - desc->values, v->mode,
				   0, &value_fops);
	}
	for (t = desc->tables; t && t->name && !err; t++) {
		any |= t->mode;
		err = debugfs_file(slot, service, t->name, t - desc->tables, t->mode & 0444,
				   0, &table_fops);
	}
	for (r = desc->regions; r && r->name && !err; r++)
		err = region_file(slot, service, r);
	for (c = desc->calls; c && c->name; c++)
		any |= c->mode;
	if (!err)
		err = debugfs_file(slot, service, "call", 0, call_mode(any), 0, &call_fops);
	return err;
}

static void debugfs_remove_service(struct kulink_service *service, void *data)
{
	struct debugfs_slot *slot = data;

	debugfs_remove(slot->dir);
	kfree(slot);
}

static int debugfs_add(struct kulink_service *service, void **data)
{
	unsigned int n = kulink_count_values(service) + kulink_count_tables(service) +
			 kulink_count_regions(service) + 1;
	struct debugfs_slot *slot;
	int err;

	slot = kzalloc(struct_size(slot, parts, n), GFP_KERNEL);
	if (!slot)
		return -ENOMEM;
	slot->dir = debugfs_create_dir(kulink_service_name(service), *data ?: debugfs_root);
	err = PTR_ERR_OR_ZERO(slot->dir);
	if (!err)
		err = debugfs_files(slot, service);
	if (err) {
		debugfs_remove_service(service, slot);
		return err;
	}
	*data = slot;
	return 0;
}

static struct kulink_channel debugfs_channel = {
	.name = "debugfs",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS,
	.inodes = true,
	.add = debugfs_add,
	.remove = debugfs_remove_service,
};

int kulink_own_debugfs(struct kulink_own *own, struct dentry *parent)
{
	return kulink_own_begin(own, &debugfs_channel, IS_ERR(parent) ? NULL : parent);
}
EXPORT_SYMBOL_GPL(kulink_own_debugfs);

static int __init debugfs_start(void)
{
	int err;

	/* An error here is the kernel's way to say that debugfs is off. */
	debugfs_root = debugfs_create_dir(KULINK_ROOT, NULL);
	if (IS_ERR(debugfs_root))
		return PTR_ERR(debugfs_root);
	err = kulink_channel_register(&debugfs_channel);
	if (err)
		debugfs_remove(debugfs_root);
	return err;
}

static void __exit debugfs_stop(void)
{
	kulink_channel_unregister(&debugfs_channel);
	debugfs_remove(debugfs_root);
}

KULINK_MODULE(debugfs, debugfs_start, debugfs_stop);

MODULE_DESCRIPTION("kulink over debugfs");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
