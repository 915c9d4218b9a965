// SPDX-License-Identifier: GPL-2.0-only
/* Contract 1: who may do what. */
#include <linux/export.h>
#include <linux/user_namespace.h>

#include "core.h"

static bool in_group(const struct cred *cred, kgid_t gid)
{
	const struct group_info *groups = cred->group_info;
	int i;

	if (gid_eq(cred->fsgid, gid))
		return true;
	for (i = 0; groups && i < groups->ngroups; i++)
		if (gid_eq(groups->gid[i], gid))
			return true;
	return false;
}

/* The three bits of the mode that count for this peer, as a file's would. */
static umode_t class_bits(const struct kulink_service *service, const struct cred *cred,
			  umode_t mode)
{
	if (!cred)
		return mode & 7;
	if (uid_eq(cred->fsuid, kulink_service_uid(service)))
		return mode >> 6 & 7;
	if (in_group(cred, kulink_service_gid(service)))
		return mode >> 3 & 7;
	return mode & 7;
}

int kulink_permit(const struct kulink_service *service, const struct cred *cred,
		  umode_t mode, int want)
{
	if (cred && cred->user_ns != &init_user_ns)
		return -ENOENT;
	want &= MAY_READ | MAY_WRITE;
	if ((kulink_mode_any(mode) & want) != want)
		return -EACCES;
	if (cred && cap_raised(cred->cap_effective, CAP_DAC_OVERRIDE))
		return 0;
	return (class_bits(service, cred, mode) & want) == want ? 0 : -EACCES;
}
EXPORT_SYMBOL_GPL(kulink_permit);

int kulink_permit_file(const struct kulink_service *service, const struct file *file,
		       umode_t mode)
{
	int err = 0;

	if (file->f_mode & FMODE_READ)
		err = kulink_permit(service, file->f_cred, mode, MAY_READ);
	if (!err && (file->f_mode & FMODE_WRITE))
		err = kulink_permit(service, file->f_cred, mode, MAY_WRITE);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_permit_file);

int kulink_call_want(const struct kulink_call *call)
{
	return call->mode & 0222 ? MAY_WRITE : MAY_READ;
}
EXPORT_SYMBOL_GPL(kulink_call_want);
