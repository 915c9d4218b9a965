// SPDX-License-Identifier: GPL-2.0-only
/*
 * A part by name for a peer: found, permitted, or the reason why not. Channels that
 * decide by credentials ask here; sysfs, sysctl and procfs have an inode for that.
 */
#include <linux/export.h>

#include "../channel.h"

/* What using the part asks for, and its mode; -ENOENT. Inside kulink_enter() */
static int resolve(struct kulink_service *service, u32 kind, const char *name,
		   umode_t *mode, int *want)
{
	const struct kulink_desc *desc = kulink_desc_of(service);
	int i = kulink_find(service, kind, name);

	if (i < 0)
		return i;
	switch (kind) {
	case KULINK_VALUES:
		*mode = desc->values[i].mode;
		break;
	case KULINK_TABLES:
		*mode = desc->tables[i].mode;
		*want = MAY_READ;
		break;
	case KULINK_CALLS:
		*mode = desc->calls[i].mode;
		*want = kulink_call_want(&desc->calls[i]);
		break;
	case KULINK_EVENTS:
		*mode = desc->events[i].mode;
		*want = MAY_READ;
		break;
	case KULINK_REGIONS:
		*mode = desc->regions[i].mode;
		break;
	}
	return i;
}

int kulink_resolve(struct kulink_service *service, const struct cred *cred, int may,
		   u32 kind, const char *name, int want)
{
	umode_t mode = 0;
	int i, err, idx;

	err = kulink_enter(service, &idx);
	if (err)
		return err;

	i = resolve(service, kind, name, &mode, &want);
	if (i >= 0) {
		err = kulink_permit(service, cred, mode, want);
		if (!err && (want & ~may))
			err = -EACCES;
	}
	kulink_exit(service, idx);
	return err ? err : i;
}
EXPORT_SYMBOL_GPL(kulink_resolve);
