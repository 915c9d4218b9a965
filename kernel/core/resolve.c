// SPDX-License-Identifier: GPL-2.0-only
/*
 * A part by name for a peer: found, permitted, or the reason why not. Channels that
 * decide by credentials ask here; sysfs, sysctl and procfs have an inode for that.
 */
#include <linux/export.h>

#include "core.h"

/* What using the part asks for, and its mode */
static umode_t look(const struct kulink_desc *desc, u32 kind, unsigned int i, int *want)
{
	switch (kind) {
	case KULINK_VALUES:
		return desc->values[i].mode;
	case KULINK_TABLES:
		*want = MAY_READ;
		return desc->tables[i].mode;
	case KULINK_CALLS:
		*want = kulink_call_want(&desc->calls[i]);
		return desc->calls[i].mode;
	case KULINK_EVENTS:
		*want = MAY_READ;
		return desc->events[i].mode;
	default:
		return desc->regions[i].mode;
	}
}

int kulink_part_permit(const struct kulink_service *service, const struct cred *cred, int may,
		       u32 kind, unsigned int part, int want)
{
	umode_t mode = look(service->desc, kind, part, &want);
	int err = kulink_permit(service, cred, mode, want);

	return !err && want & ~may ? -EACCES : err;
}

int kulink_part_use(struct kulink_service *service, const struct cred *cred, int may,
		    u32 kind, unsigned int part, int want)
{
	int err, idx;

	err = kulink_enter(service, &idx);
	if (err)
		return err;
	err = kulink_part_permit(service, cred, may, kind, part, want);
	kulink_exit(service, idx);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_part_use);

int kulink_resolve(struct kulink_service *service, const struct cred *cred, int may,
		   u32 kind, const char *name, int want)
{
	int i, err, idx;

	err = kulink_enter(service, &idx);
	if (err)
		return err;
	i = kulink_find(service, kind, name);
	if (i >= 0)
		err = kulink_part_permit(service, cred, may, kind, i, want);
	kulink_exit(service, idx);
	return err ? err : i;
}
EXPORT_SYMBOL_GPL(kulink_resolve);
