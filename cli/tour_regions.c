// SPDX-License-Identifier: MIT
/* Regions: each is mapped, is as long as declared, and every page of it can be read. Nothing is written. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>
#include "tour.h"

static void touch(const volatile unsigned char *at, size_t length)
{
	size_t i, page = (size_t)sysconf(_SC_PAGESIZE);

	for (i = 0; i < length; i += page)
		(void)at[i];
}

static void region_map(struct visit *v, const struct kulink_part *part)
{
	size_t length;
	void *at;
	int err = kulink_map(v->k, part->name, &at, &length);

	if (visit_refused(v, err)) {
		visit_skipped(v, part->name, "we may not map it");
		return;
	}
	if (err) {
		visit_failed(v, part->name, "map: %s", error_meaning(err));
		return;
	}
	if (length != part->size) {
		visit_failed(v, part->name, "has %zu bytes, declared %zu", length, part->size);
	} else {
		touch(at, length);
		visit_passed(v, part->name, "mapped, read");
	}
	munmap(at, length);
}

void tour_regions(struct visit *v)
{
	size_t i;

	for (i = 0; i < v->info->n_parts && !tour_stopped(); i++)
		if (v->info->parts[i].kind == KULINK_REGIONS)
			region_map(v, &v->info->parts[i]);
}
