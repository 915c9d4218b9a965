// SPDX-License-Identifier: GPL-2.0-only
/*
 * Areas of memory that programs map: the sequence count that their readers go by, and the
 * mappings themselves, whose references keep the memory when everybody else has left.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "compat.h"
#include "mmap.h"

static unsigned long map_max_bytes = 256UL << 20;
module_param(map_max_bytes, ulong, 0644);
MODULE_PARM_DESC(map_max_bytes, "most bytes of all values and tables that are mapped");

static atomic_long_t map_bytes;

static struct kulink_map_head *head_of(struct kulink_memory *memory)
{
	return memory->address;
}

void kulink_area_init(struct kulink_memory *memory)
{
	struct kulink_map_head *head = head_of(memory);

	head->abi = KULINK_ABI;
	head->size = memory->size;
}

void kulink_area_begin(struct kulink_memory *memory)
{
	struct kulink_map_head *head = head_of(memory);

	WRITE_ONCE(head->seq, head->seq + 1);
	/* who sees what follows sees the odd number */
	smp_wmb();
}

void kulink_area_end(struct kulink_memory *memory)
{
	struct kulink_map_head *head = head_of(memory);

	head->ns = ktime_get_ns();
	/* who sees the even number sees what is before */
	smp_wmb();
	WRITE_ONCE(head->seq, head->seq + 1);
}

void kulink_area_mark(struct kulink_memory *memory, u32 state)
{
	struct kulink_map_head *head = head_of(memory);

	kulink_area_begin(memory);
	WRITE_ONCE(head->state, head->state | state);
	kulink_area_end(memory);
}

struct kulink_memory *kulink_area_alloc(size_t size)
{
	struct kulink_memory *memory;

	if (size > KULINK_AREA_PAGES << PAGE_SHIFT)
		return ERR_PTR(-ENOBUFS);
	if (atomic_long_add_return(size, &map_bytes) > READ_ONCE(map_max_bytes)) {
		atomic_long_sub(size, &map_bytes);
		return ERR_PTR(-ENOBUFS);
	}
	memory = kulink_memory_alloc(size, true);
	if (!memory) {
		atomic_long_sub(size, &map_bytes);
		return ERR_PTR(-ENOMEM);
	}
	memory->charged = &map_bytes;
	return memory;
}

static void area_open(struct vm_area_struct *vma)
{
	struct kulink_memory *memory = vma->vm_private_data;

	refcount_inc(&memory->ref);
}

static void area_close(struct vm_area_struct *vma)
{
	kulink_memory_put(vma->vm_private_data);
}

/* One page after the other as it is touched, and again after madvise(MADV_DONTNEED) */
static vm_fault_t area_fault(struct vm_fault *vmf)
{
	struct kulink_memory *memory = vmf->vma->vm_private_data;
	unsigned long i = vmf->pgoff & (KULINK_AREA_PAGES - 1);

	if (i >= memory->n_pages)
		return VM_FAULT_SIGBUS;
	vmf->page = kulink_memory_page(memory, i);
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct area_ops = {
	.open = area_open,
	.close = area_close,
	.fault = area_fault,
};

/*
 * VM_MAYSHARE, not VM_SHARED: the kernel has taken that one from a mapping of a file that cannot
 * be written, together with VM_MAYWRITE.
 */
static int check_mapping(struct vm_area_struct *vma, const struct kulink_memory *memory,
			 bool write)
{
	unsigned long first = vma->vm_pgoff & (KULINK_AREA_PAGES - 1);

	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (first >= memory->n_pages || vma_pages(vma) > memory->n_pages - first)
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC)
		return -EACCES;
	return vma->vm_flags & VM_WRITE && !write ? -EACCES : 0;
}

int kulink_area_map(struct vm_area_struct *vma, struct kulink_memory *memory, bool write)
{
	int err = check_mapping(vma, memory, write);

	if (err)
		return err;
	kulink_vm_flags_mod(vma, VM_DONTEXPAND | VM_DONTDUMP,
			    VM_MAYEXEC | (write ? 0 : VM_MAYWRITE));
	refcount_inc(&memory->ref);
	vma->vm_private_data = memory;
	vma->vm_ops = &area_ops;
	return 0;
}
