// SPDX-License-Identifier: GPL-2.0-only
/*
 * own: a driver that had users before kulink, and keeps the names they know. Its attributes
 * stay on its own device, /sys/devices/platform/fan.0/{target,speed}, its generic netlink
 * family stays "fan", its files are in /proc/driver/fan/fan0, /sys/kernel/debug/fan/fan0 and
 * /proc/sys/dev/fan/fan0, its node is /dev/fan with a command of its own; behind them all is
 * one declaration. It could name channels, too.
 *
 * The fan is made up: it reaches its target at once.
 */
#include <linux/debugfs.h>
#include <linux/kulink.h>
#include <linux/kulink_own.h>
#include <linux/kulink_genl.h>
#include <linux/kulink_sysfs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>

struct fan {
	u32 target;
	u32 speed;
	struct kulink_service *service;
	struct miscdevice misc;
};

struct fan_changed {
	u32 speed;
};

enum { FAN_CHANGED };

static void fan_turn(void *priv)
{
	struct fan *fan = priv;
	struct fan_changed changed = { .speed = READ_ONCE(fan->target) };

	WRITE_ONCE(fan->speed, changed.speed);
	kulink_emit(READ_ONCE(fan->service), FAN_CHANGED, &changed);
}

static const struct kulink_value fan_values[] = {
	{
		.field = KULINK_FIELD(struct fan, target, .unit = "rpm"), .mode = 0644,
		.ranged = true, .max = 5000, .changed = fan_turn,
	},
	{ .field = KULINK_FIELD(struct fan, speed, .unit = "rpm"), .mode = 0444 },
	{}
};

static const struct kulink_field fan_changed_fields[] = {
	KULINK_FIELD(struct fan_changed, speed, .unit = "rpm"),
	{}
};

static const struct kulink_event fan_events[] = {
	[FAN_CHANGED] = {
		.name = "changed", .mode = 0444, .fields = fan_changed_fields,
		.size = sizeof(struct fan_changed),
	},
	{}
};

static const struct kulink_desc fan_desc = {
	.name = "fan%d",
	.owner = THIS_MODULE,
	.channels = "",
	.values = fan_values,
	.events = fan_events,
};

/* On the driver's own device … */
static KULINK_SYSFS_ATTR(target, 0644);
static KULINK_SYSFS_ATTR(speed, 0444);

static struct attribute *fan_attrs[] = {
	&dev_attr_target.attr,
	&dev_attr_speed.attr,
	NULL
};
ATTRIBUTE_GROUPS(fan);

/* … over its own family … */
static struct kulink_genl_family fan_family = KULINK_GENL_FAMILY("fan", &fan_desc);

/* … and in its own directories */
static struct kulink_own fan_procfs = KULINK_OWN("fan_procfs", &fan_desc);
static struct kulink_own fan_debugfs = KULINK_OWN("fan_debugfs", &fan_desc);
static struct kulink_own fan_sysctl = KULINK_OWN("fan_sysctl", &fan_desc);
static struct kulink_own fan_dev = KULINK_OWN("fan_dev", &fan_desc);
static struct proc_dir_entry *fan_proc_root;
static struct dentry *fan_debug_root;

/* Each may be called whether or not the other has succeeded. */
static void fan_names_exit(void)
{
	kulink_own_end(&fan_dev);
	kulink_own_end(&fan_sysctl);
	kulink_own_end(&fan_debugfs);
	kulink_own_end(&fan_procfs);
	kulink_genl_family_unregister(&fan_family);
	debugfs_remove(fan_debug_root);
	proc_remove(fan_proc_root);
}

static int fan_names_init(void)
{
	int err;

	fan_proc_root = proc_mkdir("driver/fan", NULL);
	fan_debug_root = debugfs_create_dir("fan", NULL);
	err = kulink_genl_family_register(&fan_family) ?:
	      kulink_own_procfs(&fan_procfs, fan_proc_root) ?:
	      kulink_own_debugfs(&fan_debugfs, fan_debug_root) ?:
	      kulink_own_sysctl(&fan_sysctl, "dev/fan") ?:
	      kulink_own_dev(&fan_dev);
	if (err)
		fan_names_exit();
	return err;
}

/* The node, with a command that its programs know from before */
#define FAN_IOC_STOP	_IO('F', 1)

/* misc.c holds its mutex, so that the fan is there until devm has taken the node away. */
static int fan_open(struct inode *inode, struct file *file)
{
	struct fan *fan = container_of(file->private_data, struct fan, misc);

	return kulink_own_open(&fan_dev, fan->service, inode, file);
}

static long fan_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct fan *fan;
	int idx;

	if (cmd != FAN_IOC_STOP)
		return kulink_own_ioctl(file, cmd, arg);
	if (!(file->f_mode & FMODE_WRITE))
		return -EACCES;
	fan = kulink_own_enter(file, &idx);
	if (IS_ERR(fan))
		return PTR_ERR(fan);
	WRITE_ONCE(fan->target, 0);
	fan_turn(fan);
	kulink_own_exit(file, idx);
	return 0;
}

static const struct file_operations fan_fops = {
	.owner = THIS_MODULE,
	.open = fan_open,
	.unlocked_ioctl = fan_ioctl,
	KULINK_OWN_FOPS,
};

static void fan_no_node(void *misc)
{
	misc_deregister(misc);
}

static int fan_probe(struct platform_device *pdev)
{
	struct fan *fan = devm_kzalloc(&pdev->dev, sizeof(*fan), GFP_KERNEL);
	struct kulink_service *service;
	int err;

	if (!fan)
		return -ENOMEM;
	service = devm_kulink_register(&pdev->dev, &fan_desc, fan);
	if (IS_ERR(service))
		return PTR_ERR(service);
	WRITE_ONCE(fan->service, service);

	fan->misc = (struct miscdevice){
		.minor = MISC_DYNAMIC_MINOR,
		.name = "fan",
		.fops = &fan_fops,
		.mode = 0666,
	};
	err = misc_register(&fan->misc);
	return err ?: devm_add_action_or_reset(&pdev->dev, fan_no_node, &fan->misc);
}

static struct platform_driver fan_driver = {
	.driver = { .name = "fan", .dev_groups = fan_groups },
	.probe = fan_probe,
};

static struct platform_device *fan_device;

static int __init fan_init(void)
{
	int err = fan_names_init();

	if (err)
		return err;
	err = platform_driver_register(&fan_driver);
	if (err)
		goto names;
	fan_device = platform_device_register_simple("fan", 0, NULL, 0);
	err = PTR_ERR_OR_ZERO(fan_device);
	if (err)
		goto driver;
	return 0;
driver:
	platform_driver_unregister(&fan_driver);
names:
	fan_names_exit();
	return err;
}
module_init(fan_init);

static void __exit fan_exit(void)
{
	platform_device_unregister(fan_device);
	platform_driver_unregister(&fan_driver);
	fan_names_exit();
}
module_exit(fan_exit);

MODULE_ALIAS_GENL_FAMILY("fan");
MODULE_DESCRIPTION("kulink behind a driver's own names");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
