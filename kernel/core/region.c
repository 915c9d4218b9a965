// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions: pages that the driver and programs share. Each page has a reference of ours, and one
 * more of each page table it is in, so that it stays what it is whoever leaves first.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "core.h"

static struct kulink_memory *memory_new(size_t size, unsigned long pages)
{
	struct kulink_memory *memory = kvzalloc(struct_size(memory, pages, pages), GFP_KERNEL);

	if (!memory)
		return NULL;
	refcount_set(&memory->ref, 1);
	memory->size = size;
	memory->n_pages = DIV_ROUND_UP(size, PAGE_SIZE);
	return memory;
}

struct kulink_memory *kulink_memory_alloc(size_t size, bool account)
{
	struct kulink_memory *memory = memory_new(size, 0);

	if (!memory)
		return NULL;
	/* who asks is told, and not the log: it may be any program */
	memory->address = __vmalloc(size, (account ? GFP_KERNEL_ACCOUNT : GFP_KERNEL) |
					  __GFP_ZERO | __GFP_NOWARN);
	if (memory->address)
		return memory;
	kvfree(memory);
	return NULL;
}
EXPORT_SYMBOL_GPL(kulink_memory_alloc);

void kulink_memory_put(struct kulink_memory *memory)
{
	unsigned long i;

	if (!memory || !refcount_dec_and_test(&memory->ref))
		return;
	for (i = 0; !memory->address && i < memory->n_pages && memory->pages[i]; i++)
		put_page(memory->pages[i]);
	vfree(memory->address);
	if (memory->charged)
		atomic_long_sub(memory->size, memory->charged);
	kvfree(memory);
}
EXPORT_SYMBOL_GPL(kulink_memory_put);

struct page *kulink_memory_page(const struct kulink_memory *memory, unsigned long i)
{
	if (memory->address)
		return vmalloc_to_page(memory->address + (i << PAGE_SHIFT));
	return memory->pages[i];
}
EXPORT_SYMBOL_GPL(kulink_memory_page);

/* A page that lives by its own count: not the slab's, nor the middle of a bigger block. */
static bool page_fits(struct page *page)
{
	return page && !PageSlab(page) && page_count(page) > 0;
}

static struct kulink_memory *drivers_pages(const struct kulink_region *region, void *priv,
					   size_t size)
{
	struct kulink_memory *memory = memory_new(size, DIV_ROUND_UP(size, PAGE_SIZE));
	unsigned long i;

	if (!memory)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < memory->n_pages; i++) {
		struct page *page = region->page(priv, i);

		if (!page_fits(page)) {
			pr_err("kulink: region %s: page %lu cannot be shared\n", region->name, i);
			kulink_memory_put(memory);
			return ERR_PTR(-EINVAL);
		}
		get_page(page);
		memory->pages[i] = page;
	}
	return memory;
}

static struct kulink_memory *region_make(const struct kulink_region *region, void *priv)
{
	size_t size = region->bytes ? region->bytes(priv) : region->size;

	if (!size || size > KULINK_REGION_MAX) {
		pr_err("kulink: region %s: size %zu is not of 1 byte to 1 GiB\n", region->name,
		       size);
		return ERR_PTR(-EINVAL);
	}
	if (region->page)
		return drivers_pages(region, priv, size);
	return kulink_memory_alloc(size, false) ?: ERR_PTR(-ENOMEM);
}

int kulink_regions_init(struct kulink_service *service)
{
	struct kulink_memory *memory;
	unsigned int i;

	if (!service->n_regions)
		return 0;
	service->regions = kcalloc(service->n_regions, sizeof(*service->regions), GFP_KERNEL);
	if (!service->regions)
		return -ENOMEM;
	for (i = 0; i < service->n_regions; i++) {
		memory = region_make(&service->desc->regions[i], service->priv);
		if (IS_ERR(memory))
			return PTR_ERR(memory);
		service->regions[i] = memory;
	}
	return 0;
}

void kulink_regions_free(struct kulink_service *service)
{
	unsigned int i;

	for (i = 0; service->regions && i < service->n_regions; i++)
		kulink_memory_put(service->regions[i]);
	kfree(service->regions);
}

struct kulink_memory *kulink_region_memory(struct kulink_service *service, unsigned int region)
{
	refcount_inc(&service->regions[region]->ref);
	return service->regions[region];
}
EXPORT_SYMBOL_GPL(kulink_region_memory);

void *kulink_region_address(struct kulink_service *service, unsigned int region)
{
	if (IS_ERR_OR_NULL(service) || WARN_ON_ONCE(region >= service->n_regions))
		return NULL;
	return service->regions[region]->address;
}
EXPORT_SYMBOL_GPL(kulink_region_address);
