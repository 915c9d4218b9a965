// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmap: memory that the kernel and a process both see
 *
 * Each open of the file gets a page of its own. A process maps it; its first touch calls fault_page(), which hands out
 * the page, and from then on loads and stores go there without the kernel. Neither side learns what the other stores:
 * it looks, or is told by other means. read() and write() are the kernel's side here: read_page() finds what the
 * process stored, and the process what write_page() stored.
 *
 * Choose it for much data, or data that changes often; for all else a call is simpler, and says when.
 *
 * Creates	/sys/kernel/debug/mmap_example, 0644, and /dev/mmap_example, 0644: the same functions for both
 *		/sys/kernel/debug/mmap_ex/pages and faults, 0444: pages there are now, calls of fault_page() so far
 *
 * What goes wrong: debugfs forwards no mmap but for debugfs_create_file_unsafe(), which counts an open file as a use of
 * the module, as long as .owner says whose it is; without it, rmmod takes the functions away from under a mapping. The
 * other side may change the page between two looks: copy first, check then. A freed page that is still mapped is
 * everybody's memory: here a mapping holds the file, and the file the page.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

static struct dentry *file_entry, *counters;
static atomic_t pages, faults;

/* The first touch of a mapping, by load, store or system call. Beyond the page is what mremap() may have added. */
static vm_fault_t fault_page(struct vm_fault *vmf)
{
	if (vmf->pgoff > 0)
		return VM_FAULT_SIGBUS;
	atomic_inc(&faults);
	vmf->page = virt_to_page(vmf->vma->vm_file->private_data);
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct page_vm_ops = {
	.fault	= fault_page,
};

static int map_page(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff + vma_pages(vma) > 1)
		return -EINVAL;
	vma->vm_ops = &page_vm_ops;
	return 0;
}

/* The text in the page as it is now: a process may store while we look. */
static ssize_t read_page(struct file *file, char __user *buffer, size_t count, loff_t *offset)
{
	char *page = file->private_data;

	return simple_read_from_buffer(buffer, count, offset, page, strnlen(page, PAGE_SIZE));
}

static ssize_t write_page(struct file *file, const char __user *buffer, size_t count, loff_t *offset)
{
	if (*offset >= PAGE_SIZE)
		return -ENOSPC;
	return simple_write_to_buffer(file->private_data, PAGE_SIZE, offset, buffer, count);
}

static int open_page(struct inode *inode, struct file *file)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	atomic_inc(&pages);
	snprintf(page, PAGE_SIZE, "hello from kernel this is file: %pD", file);
	file->private_data = page;
	return 0;
}

/* After the last close and the last unmap. */
static int release_page(struct inode *inode, struct file *file)
{
	free_page((unsigned long)file->private_data);
	atomic_dec(&pages);
	return 0;
}

static const struct file_operations page_ops = {
	.owner		= THIS_MODULE,
	.open		= open_page,
	.release	= release_page,
	.mmap		= map_page,
	.read		= read_page,
	.write		= write_page,
	.llseek		= default_llseek,
};

static struct miscdevice device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "mmap_example",
	.mode	= 0644,
	.fops	= &page_ops,
};

static int __init mmap_ex_init(void)
{
	int err = misc_register(&device);

	if (err)
		return err;
	file_entry = debugfs_create_file_unsafe("mmap_example", 0644, NULL, NULL, &page_ops);
	counters = debugfs_create_dir("mmap_ex", NULL);
	debugfs_create_atomic_t("pages", 0444, counters, &pages);
	debugfs_create_atomic_t("faults", 0444, counters, &faults);
	return 0;
}

static void __exit mmap_ex_exit(void)
{
	debugfs_remove(counters);
	debugfs_remove(file_entry);
	misc_deregister(&device);
}

module_init(mmap_ex_init);
module_exit(mmap_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a page that the kernel and a process share");
