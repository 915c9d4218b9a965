// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fifth way: mmap, the table itself
 *
 * The program sees the kernel's own table in its memory, without a call and without a copy. It keeps the rule of the
 * readers: look at the sequence, copy what is wanted, look again.
 *
 * Choose it for a program that looks often, or at a large table of which it wants a little. No lock, and the packets
 * do not know that it looks.
 *
 * Creates	mmap() for /dev/statistics, read-only, from offset 0
 *
 * What goes wrong: a program that could write would change the sequence under the kernel's hands, so VM_WRITE is
 * refused, and VM_MAYWRITE taken away or mprotect() would give it back. The layout is fixed for ever. Nothing tells
 * the program that something changed: it looks, or waits for the alarm of netlink.c.
 */
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "../compat.h"
#include "statistics_ex.h"

int statistics_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	vm_flags_clear(vma, VM_MAYWRITE);
	return remap_vmalloc_range(vma, statistics_area, vma->vm_pgoff); /* EINVAL beyond its end */
}
