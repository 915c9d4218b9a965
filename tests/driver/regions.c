// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test driver's regions: memory of the core's and pages of the driver's own, of one page and
 * of several, for each permission. Tests fill them, and ask whether what a program wrote is here.
 */
#include <linux/highmem.h>
#include <linux/mm.h>

#include "ktest.h"

enum { REGION_PAGES = 1, REGION_LAST_SHARED = 3 };

static struct page *own_page(void *priv, unsigned long index)
{
	struct ktest *kt = priv;

	return kt->pages[index];
}

static size_t odd_bytes(void *priv)
{
	return KTEST_ODD_SIZE;
}

#define MODE(bits)	{ .name = "region_" #bits, .mode = bits, .size = PAGE_SIZE }

const struct kulink_region ktest_regions[] = {
	{ .name = "memory", .mode = 0666, .size = KTEST_REGION_PAGES * PAGE_SIZE },
	[REGION_PAGES] = { .name = "pages", .mode = 0666, .size = KTEST_REGION_PAGES * PAGE_SIZE,
			   .page = own_page },
	{ .name = "fixed_memory", .mode = 0444, .size = KTEST_REGION_PAGES * PAGE_SIZE },
	[REGION_LAST_SHARED] = { .name = "odd_size", .mode = 0444, .bytes = odd_bytes },
	MODE(0600),
	MODE(0640),
	MODE(0660),
	MODE(0644),
	MODE(0604),
	MODE(0400),
	MODE(0440),
	{}
};

/* One page of a region, wherever it is; kunmap_local() it */
static u8 *map_page(struct ktest *kt, unsigned int region, unsigned long page)
{
	if (region == REGION_PAGES)
		return kmap_local_page(kt->pages[page]);
	return kulink_region_address(kt->service, region) + (page << PAGE_SHIFT);
}

static void unmap_page(unsigned int region, u8 *at)
{
	if (region == REGION_PAGES)
		kunmap_local(at);
}

static size_t region_size(unsigned int region)
{
	return ktest_regions[region].size ?: KTEST_ODD_SIZE;
}

int ktest_region_fill(struct ktest *kt, unsigned long seed)
{
	unsigned int region;
	size_t i, size;
	u8 *at = NULL;

	for (region = 0; region <= REGION_LAST_SHARED; region++) {
		size = region_size(region);
		for (i = 0; i < size; i++) {
			if (!(i & ~PAGE_MASK))
				at = map_page(kt, region, i >> PAGE_SHIFT);
			WRITE_ONCE(at[i & ~PAGE_MASK], ktest_byte(i + seed + region));
			if (!((i + 1) & ~PAGE_MASK))
				unmap_page(region, at);
		}
	}
	return 0;
}

/* Whether the two that can be written hold what ktest_region_fill() would put there */
int ktest_region_check(struct ktest *kt, unsigned long seed)
{
	unsigned int region;
	size_t i;
	int err = 0;
	u8 *at;

	for (region = 0; region <= REGION_PAGES && !err; region++) {
		for (i = 0; i < region_size(region) && !err; i++) {
			at = map_page(kt, region, i >> PAGE_SHIFT);
			if (READ_ONCE(at[i & ~PAGE_MASK]) != ktest_byte(i + seed + region))
				err = -EBADMSG;
			unmap_page(region, at);
		}
	}
	return err;
}

int ktest_regions_init(struct ktest *kt)
{
	int i;

	for (i = 0; i < KTEST_REGION_PAGES; i++) {
		kt->pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!kt->pages[i])
			return -ENOMEM;
	}
	return 0;
}

/* Ours alone: what is mapped stays */
void ktest_regions_exit(struct ktest *kt)
{
	int i;

	for (i = 0; i < KTEST_REGION_PAGES; i++)
		if (kt->pages[i])
			put_page(kt->pages[i]);
}
