// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysctl: the kernel's own settings in /proc/sys, set at boot from /etc/sysctl.d.
 * Choose it for a few settings of the whole system that an administrator keeps in
 * configuration files. docs/channels/sysctl.md
 *
 * Creates /proc/sys/kulink/SERVICE/VALUE. Values only: no poll(), because a wait queue
 * in the table would go away under those who wait.
 *
 * The kernel knows root, root's group and others here, and checks the caller, not the
 * opener, at each operation. A service that belongs to someone else therefore opens its
 * files to others as far as its owner or group may go, and the handler decides.
 */
#include <linux/cred.h>
#include <linux/kulink_own.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysctl.h>

#include "channel.h"
#include "compat.h"

/* A published service: its table, freed when nobody can look at it any more */
struct sysctl_slot {
	struct kulink_service *service;
	struct ctl_table_header *header;
	struct rcu_head rcu;
	struct ctl_table table[];
};

/* The index of the value is hidden in extra2: a table has no room for a number. */
static int sysctl_value(KULINK_CTL_CONST struct ctl_table *ctl, int write, void *buffer,
			size_t *len, loff_t *pos)
{
	struct kulink_service *service = ctl->extra1;
	unsigned int i = (unsigned long)ctl->extra2;
	char text[KULINK_TEXT_SIZE];
	int err, n;

	/* Between add and remove: unregister_sysctl_table() waits for us. */
	err = kulink_permit(service, current_cred(), kulink_desc_of(service)->values[i].mode,
			    write ? MAY_WRITE : MAY_READ);
	if (err)
		return err;

	if (write) {
		if (*pos)
			return -EINVAL;
		err = kulink_value_store(service, i, buffer, *len);
		if (!err)
			*pos += *len;
		return err;
	}

	n = kulink_value_show(service, i, text);
	if (n < 0)
		return n;
	*len = *pos < n ? min_t(size_t, *len, n - *pos) : 0;
	memcpy(buffer, text + *pos, *len);
	*pos += *len;
	return 0;
}

/*
 * The kernel gives root the owner's bits, not all, and knows no other owner or group:
 * where there is one, everyone gets as far as the handler.
 */
static umode_t sysctl_mode(const struct kulink_service *service, umode_t mode)
{
	umode_t any = kulink_mode_any(mode);

	if (uid_eq(kulink_service_uid(service), GLOBAL_ROOT_UID) &&
	    gid_eq(kulink_service_gid(service), GLOBAL_ROOT_GID))
		return mode | any << 6;
	return any * 0111;
}

static void sysctl_remove(struct kulink_service *service, void *data)
{
	struct sysctl_slot *slot = data;

	unregister_sysctl_table(slot->header);
	kfree_rcu(slot, rcu);
}

static int sysctl_add(struct kulink_service *service, void **data)
{
	const struct kulink_value *values = kulink_desc_of(service)->values;
	struct sysctl_slot *slot;
	char *path;
	unsigned int i, n = kulink_count_values(service);

	/* One empty entry more: older kernels look for it. */
	slot = kzalloc(struct_size(slot, table, n + 1), GFP_KERNEL);
	if (!slot)
		return -ENOMEM;

	slot->service = service;
	for (i = 0; i < n; i++)
		slot->table[i] = (struct ctl_table){
			.procname = values[i].field.name,
			.mode = sysctl_mode(service, values[i].mode),
			.maxlen = KULINK_TEXT_SIZE,
			.proc_handler = sysctl_value,
			.extra1 = service,
			.extra2 = (void *)(unsigned long)i,
		};
	path = kasprintf(GFP_KERNEL, "%s/%s", (const char *)*data ?: KULINK_ROOT,
			 kulink_service_name(service));
	if (path)
		slot->header = kulink_register_sysctl(path, slot->table, n);
	kfree(path);
	if (!slot->header) {
		kfree(slot);
		return -ENOMEM;
	}
	*data = slot;
	return 0;
}

static struct kulink_channel sysctl_channel = {
	.name = "sysctl",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES,
	.inodes = true,
	.add = sysctl_add,
	.remove = sysctl_remove,
};

int kulink_own_sysctl(struct kulink_own *own, const char *path)
{
	return kulink_own_begin(own, &sysctl_channel, (void *)path);
}
EXPORT_SYMBOL_GPL(kulink_own_sysctl);

static int __init sysctl_start(void)
{
	return kulink_channel_register(&sysctl_channel);
}

static void __exit sysctl_stop(void)
{
	kulink_channel_unregister(&sysctl_channel);
}

KULINK_MODULE(sysctl, sysctl_start, sysctl_stop);

MODULE_DESCRIPTION("kulink over sysctl");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
