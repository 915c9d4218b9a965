// SPDX-License-Identifier: GPL-2.0-only
/*
 * A part by name for a peer: found, permitted, or the reason why not. Channels that
 * decide by credentials ask here; sysfs, sysctl and procfs have an inode for that.
 */
#include <linux/export.h>

#include "core.h"

/* What using the part asks for, and its mode; -ENOENT */
static int look(const struct kulink_service *service, u32 kind, unsigned int i,
		umode_t *mode, int *want)
{
	const struct kulink_desc *desc = service->desc;

	switch (kind) {
	case KULINK_VALUES:
		if (i >= service->n_values)
			return -ENOENT;
		*mode = desc->values[i].mode;
		return 0;
	case KULINK_TABLES:
		if (i >= service->n_tables)
			return -ENOENT;
		*mode = desc->tables[i].mode;
		*want = MAY_READ;
		return 0;
	case KULINK_CALLS:
		if (i >= service->n_calls)
			return -ENOENT;
		*mode = desc->calls[i].mode;
		*want = kulink_call_want(&desc->calls[i]);
		return 0;
	case KULINK_EVENTS:
		if (i >= service->n_events)
			return -ENOENT;
		*mode = desc->events[i].mode;
		*want = MAY_READ;
		return 0;
	case KULINK_REGIONS:
		if (i >= service->n_regions)
			return -ENOENT;
		*mode = desc->regions[i].mode;
		return 0;
	}
	return -ENOENT;
}

int kulink_part_permit(const struct kulink_service *service, const struct cred *cred, int may,
		       u32 kind, unsigned int part, int want)
{
	umode_t mode;
	int err;

	err = look(service, kind, part, &mode, &want) ?:
	      kulink_permit(service, cred, mode, want);
	if (!err && (want & ~may))
		err = -EACCES;
	return err;
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
