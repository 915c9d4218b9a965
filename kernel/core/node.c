// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device nodes /dev/kulink/SERVICE. The core owns numbers and nodes; what an open file does
 * is kulink_dev's, which is loaded by the first open.
 */
#include <linux/cdev.h>
#include <linux/export.h>
#include <linux/kdev_t.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "core.h"

static dev_t first;
static struct cdev cdev;
static const struct file_operations *dev_fops;
static DEFINE_MUTEX(dev_fops_lock);

/* The node's mode is an upper bound; each part's decides. */
char *kulink_node_name(KULINK_DEVNODE_CONST struct device *dev, umode_t *mode)
{
	if (mode)
		*mode = 0666;
	return kasprintf(GFP_KERNEL, KULINK_ROOT "/%s", dev_name(dev));
}

dev_t kulink_node_devt(unsigned int minor)
{
	return MKDEV(MAJOR(first), MINOR(first) + minor);
}

unsigned int kulink_node_minor(dev_t devt)
{
	return MINOR(devt) - MINOR(first);
}

int kulink_dev_set_fops(const struct file_operations *fops)
{
	int err = 0;

	mutex_lock(&dev_fops_lock);
	if (fops && dev_fops)
		err = -EBUSY;
	else
		dev_fops = fops;
	mutex_unlock(&dev_fops_lock);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_dev_set_fops);

static const struct file_operations *dev_fops_get(void)
{
	const struct file_operations *fops;

	mutex_lock(&dev_fops_lock);
	fops = fops_get(dev_fops);
	mutex_unlock(&dev_fops_lock);
	return fops;
}

/* Whether an inode is of a service that is there */
static bool is_live(const struct inode *inode)
{
	struct kulink_service *service = kulink_service_at(inode);

	kulink_service_put(service);
	return service;
}

static int node_open(struct inode *inode, struct file *file)
{
	const struct file_operations *fops;

	if (!is_live(inode))
		return -ENODEV;
	fops = dev_fops_get();
	if (!fops) {
		request_module(KULINK_ROOT "_dev");
		fops = dev_fops_get();
	}
	if (!fops)
		return -ENXIO;
	replace_fops(file, fops);
	return file->f_op->open ? file->f_op->open(inode, file) : 0;
}

static const struct file_operations node_fops = {
	.owner = THIS_MODULE,
	.open = node_open,
	.llseek = noop_llseek,
};

int kulink_node_init(void)
{
	int err = alloc_chrdev_region(&first, 0, MINORMASK + 1, KULINK_ROOT);

	if (err)
		return err;
	cdev_init(&cdev, &node_fops);
	cdev.owner = THIS_MODULE;
	err = cdev_add(&cdev, first, MINORMASK + 1);
	if (err)
		unregister_chrdev_region(first, MINORMASK + 1);
	return err;
}

void kulink_node_exit(void)
{
	cdev_del(&cdev);
	unregister_chrdev_region(first, MINORMASK + 1);
}
