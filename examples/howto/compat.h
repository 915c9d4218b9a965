/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the kernels that these examples build on, 6.1 to 7.2; each name says what it stands for. The
 * examples themselves read as they would in the newest kernel's tree.
 */
#ifndef HOWTO_COMPAT_H
#define HOWTO_COMPAT_H

#include <linux/version.h>

/* 6.3 made a mapping's flags read-only but for functions: vm_flags_clear(). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#include <linux/mm.h>

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* A bus attribute's show() and store(), and bus_register(): the bus became const in 6.4 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define HOWTO_BUS_CONST	const
#else
#define HOWTO_BUS_CONST
#endif

/* What ends a sysctl table: nothing since 6.6, where its size is told; before that an empty entry */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define HOWTO_SYSCTL_END
#else
#define HOWTO_SYSCTL_END	{ }
#endif

/* An address whose length travels beside it, as kernel_bind() takes it: a type of its own since 6.19 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define sockaddr_unsized sockaddr
#endif

#endif
