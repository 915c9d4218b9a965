// SPDX-License-Identifier: GPL-2.0-only
/*
 * procfs: files in /proc whose text the kernel makes up as they are read. The oldest
 * way out of the kernel; choose it for text that people read with cat and that no size
 * limits, or where /sys and sockets are out of reach. docs/channels/procfs.md
 *
 * Creates /proc/kulink/SERVICE/values, all values, a line "NAME<TAB>TEXT" each; a
 * write of "NAME TEXT" sets one. And /proc/kulink/SERVICE/TABLE, a table as text, as it
 * was when the file was opened. Files belong to the service's owner and group; values
 * has every permission that some value gives, then each value decides for the opener.
 *
 * No calls and no events: a read waits for nobody here. After the service is gone, the
 * kernel itself answers EIO to those who hold a file open.
 */
#include <linux/kulink_own.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "channel.h"

/* Most bytes of a write: a name, a value and white space in plenty */
#define PROCFS_WRITE_MAX	4096

/* Most bytes of a value's line: name, tab, text with its newline and NUL */
#define PROCFS_LINE_MAX		(KULINK_NAME_SIZE + 1 + KULINK_TEXT_SIZE)

/* A table's file */
struct procfs_table {
	struct kulink_service *service;
	unsigned int index;
};

/* A published service: its directory and what its files point to */
struct procfs_slot {
	struct kulink_service *service;
	struct proc_dir_entry *dir;
	umode_t mode;			/* of the values, all together */
	unsigned int n_values;
	struct procfs_table tables[];
};

/* An open values file: the text from the last read at its start */
struct procfs_values {
	struct mutex lock;		/* readers of one open file */
	char *text;
	size_t len;
};

static struct proc_dir_entry *procfs_root;

/*
 * Every file operation runs between add and remove: proc_remove() waits for those that
 * run, and releases the files that are open.
 */

static int values_open(struct inode *inode, struct file *file)
{
	struct procfs_slot *slot = pde_data(inode);
	struct procfs_values *values;
	int err;

	err = kulink_permit_file(slot->service, file, slot->mode);
	if (err)
		return err;
	values = kzalloc(sizeof(*values), GFP_KERNEL_ACCOUNT);
	if (!values)
		return -ENOMEM;
	mutex_init(&values->lock);
	file->private_data = values;
	return 0;
}

static int values_release(struct inode *inode, struct file *file)
{
	struct procfs_values *values = file->private_data;

	kvfree(values->text);
	kfree(values);
	return 0;
}

/* One value's line; none for a value that this reader may not read. Bytes or -ENODEV */
static int values_line(struct procfs_slot *slot, const struct cred *cred, unsigned int i,
		       char line[PROCFS_LINE_MAX])
{
	const struct kulink_value *value = &kulink_desc_of(slot->service)->values[i];
	const char *name = value->field.name;
	int head, len;

	if (kulink_permit(slot->service, cred, value->mode, MAY_READ))
		return 0;

	head = scnprintf(line, PROCFS_LINE_MAX, "%s\t", name);
	len = kulink_value_show(slot->service, i, line + head);
	if (len == -ENODEV)
		return len;
	if (len < 0)
		return scnprintf(line, PROCFS_LINE_MAX, "# %s\t%d\n", name, -len);
	return head + len;
}

static int values_fill(struct procfs_slot *slot, const struct cred *cred,
		       struct procfs_values *values)
{
	unsigned int i;
	int len = 0;

	if (!values->text)
		values->text = kvmalloc_array(slot->n_values, PROCFS_LINE_MAX,
					      GFP_KERNEL_ACCOUNT);
	if (!values->text)
		return -ENOMEM;

	values->len = 0;
	for (i = 0; i < slot->n_values && len >= 0; i++) {
		len = values_line(slot, cred, i, values->text + values->len);
		if (len > 0)
			values->len += len;
	}
	return min(len, 0);
}

static ssize_t values_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct procfs_slot *slot = pde_data(file_inode(file));
	struct procfs_values *values = file->private_data;
	ssize_t ret = 0;

	if (mutex_lock_interruptible(&values->lock))
		return -EINTR;
	if (*pos == 0)
		ret = values_fill(slot, file->f_cred, values);
	if (!ret)
		ret = simple_read_from_buffer(buf, size, pos, values->text, values->len);
	mutex_unlock(&values->lock);
	return ret;
}

static int values_store(struct procfs_slot *slot, const struct cred *cred, char *line,
			size_t len)
{
	size_t name = strcspn(line, " \t\n");
	char *text = line + min(name + 1, len);
	int i;

	if (!name)
		return -EINVAL;
	line[name] = '\0';
	i = kulink_resolve(slot->service, cred, MAY_READ | MAY_WRITE, KULINK_VALUES, line,
			   MAY_WRITE);
	if (i < 0)
		return i;
	return kulink_value_store(slot->service, i, text, line + len - text);
}

static ssize_t values_write(struct file *file, const char __user *buf, size_t size,
			    loff_t *pos)
{
	char *line;
	int err;

	if (size > PROCFS_WRITE_MAX)
		return -EMSGSIZE;
	line = memdup_user_nul(buf, size);
	if (IS_ERR(line))
		return PTR_ERR(line);

	err = values_store(pde_data(file_inode(file)), file->f_cred, line, size);
	kfree(line);
	if (err)
		return err;
	*pos += size;
	return size;
}

static const struct proc_ops values_ops = {
	.proc_open = values_open,
	.proc_read = values_read,
	.proc_write = values_write,
	.proc_lseek = default_llseek,
	.proc_release = values_release,
};

static int table_open(struct inode *inode, struct file *file)
{
	struct procfs_table *table = pde_data(inode);
	const struct kulink_desc *desc = kulink_desc_of(table->service);
	int err;

	err = kulink_permit_file(table->service, file, desc->tables[table->index].mode & 0444);
	if (err)
		return err;
	return kulink_seq_open(file, table->service, table->index);
}

static const struct proc_ops table_ops = {
	.proc_open = table_open,
	.proc_read_iter = seq_read_iter,
	.proc_lseek = seq_lseek,
	.proc_release = kulink_seq_release,
};

static int procfs_file(struct procfs_slot *slot, const char *name, umode_t mode,
		       const struct proc_ops *ops, void *data)
{
	struct proc_dir_entry *entry;

	entry = proc_create_data(name, mode, slot->dir, ops, data);
	if (!entry)
		return -ENOMEM;
	proc_set_user(entry, kulink_service_uid(slot->service),
		      kulink_service_gid(slot->service));
	return 0;
}

static int procfs_tables(struct procfs_slot *slot, const struct kulink_table *tables)
{
	unsigned int i, n = kulink_count_tables(slot->service);
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		slot->tables[i].service = slot->service;
		slot->tables[i].index = i;
		err = procfs_file(slot, tables[i].name, tables[i].mode & 0444, &table_ops,
				  &slot->tables[i]);
	}
	return err;
}

static void procfs_remove(struct kulink_service *service, void *data)
{
	struct procfs_slot *slot = data;

	proc_remove(slot->dir);
	kfree(slot);
}

static int procfs_add(struct kulink_service *service, void **data)
{
	const struct kulink_desc *desc = kulink_desc_of(service);
	struct procfs_slot *slot;
	unsigned int i;
	int err;

	slot = kzalloc(struct_size(slot, tables, kulink_count_tables(service)), GFP_KERNEL);
	if (!slot)
		return -ENOMEM;
	slot->service = service;
	slot->n_values = kulink_count_values(service);
	for (i = 0; i < slot->n_values; i++)
		slot->mode |= desc->values[i].mode;

	slot->dir = proc_mkdir(kulink_service_name(service), *data ?: procfs_root);
	err = slot->dir ? 0 : -ENOMEM;
	if (!err && slot->n_values)
		err = procfs_file(slot, "values", slot->mode, &values_ops, slot);
	if (!err)
		err = procfs_tables(slot, desc->tables);
	if (err) {
		procfs_remove(service, slot);
		return err;
	}
	*data = slot;
	return 0;
}

static struct kulink_channel procfs_channel = {
	.name = "procfs",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES | KULINK_TABLES,
	.inodes = true,
	.add = procfs_add,
	.remove = procfs_remove,
};

int kulink_own_procfs(struct kulink_own *own, struct proc_dir_entry *parent)
{
	return kulink_own_begin(own, &procfs_channel, parent);
}
EXPORT_SYMBOL_GPL(kulink_own_procfs);

static int __init procfs_start(void)
{
	int err;

	procfs_root = proc_mkdir(KULINK_ROOT, NULL);
	if (!procfs_root)
		return -ENOMEM;
	err = kulink_channel_register(&procfs_channel);
	if (err)
		proc_remove(procfs_root);
	return err;
}

static void __exit procfs_stop(void)
{
	kulink_channel_unregister(&procfs_channel);
	proc_remove(procfs_root);
}

KULINK_MODULE(procfs, procfs_start, procfs_stop);

MODULE_DESCRIPTION("kulink over procfs");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
