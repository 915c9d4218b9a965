// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmap: memory of the device node, mapped by programs.
 *
 * When to choose it: regions, memory that a driver and its programs share: samples, frames, a
 * buffer for DMA. And values that are read so often that a system call each is too much.
 *
 * It creates nothing of its own: the node /dev/kulink/SERVICE is the core's. KULINK_IOC_MAP tells
 * where a part is. Permission is decided when it is mapped: by the part's mode and the opener's
 * credentials, and by how the node was opened (to write takes O_RDWR). Values and tables are
 * only read: values in areas that the kernel writes when one changes, a table in an area of the
 * open file's own, written when it asks (mmap_view.c, and below). docs/channels/mmap.md
 *
 * A mapping holds this module, not the driver, and stays valid memory when the driver leaves:
 * the areas' heads say so. It cannot carry sets and calls: those are the ioctl channel's, on the
 * same node. Private mappings and executable ones are refused.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mmap.h"

/* Which area, in an offset's upper bits */
#define AREA_VALUES	0x000		/* and the class */
#define AREA_REGIONS	0x100		/* and the index */
#define AREA_TABLES	0x200		/* likewise */
#define AREA_CHANGES	0x400		/* likewise, of a table */
#define AREA_KIND	(~0xffUL)

/* Values */

/* The one that the file has, with a reference, if it still serves */
static struct kulink_view *view_had(struct kulink_map_file *state)
{
	struct kulink_view *view;

	mutex_lock(&state->lock);
	view = state->view && !kulink_view_ended(state->view) ? kulink_view_hold(state->view) : NULL;
	mutex_unlock(&state->lock);
	return view;
}

/* The view, with a reference */
static struct kulink_view *view_of(struct kulink_file *file)
{
	struct kulink_map_file *state = kulink_map_file(file);
	struct kulink_view *view = view_had(state), *old;

	if (view)
		return view;
	view = kulink_view_get(file->service);
	if (IS_ERR(view))
		return view;
	mutex_lock(&state->lock);
	old = state->view;
	state->view = kulink_view_hold(view);
	mutex_unlock(&state->lock);
	kulink_view_put(old);
	return view;
}

static int map_value(struct kulink_file *file, struct kulink_ioc_map *args)
{
	struct kulink_view_place place;
	struct kulink_view *view;
	int i, err = 0;

	i = kulink_resolve(file->service, file->cred, file->may, KULINK_VALUES, args->name, MAY_READ);
	if (i < 0)
		return i;
	view = view_of(file);
	if (IS_ERR(view))
		return PTR_ERR(view);
	if (args->flags & KULINK_MAP_REFRESH)
		err = kulink_view_refresh(view, i);
	place = kulink_view_find(view, i);
	args->offset = (u64)(AREA_VALUES + place.area) << 32;
	args->len = kulink_view_area(view, place.area)->n_pages << PAGE_SHIFT;
	args->at = place.at;
	args->size = place.size;
	kulink_view_put(view);
	return err;
}

/* A head, and every value that may be read as of now */
static int map_head(struct kulink_file *file, struct kulink_ioc_map *args)
{
	struct kulink_view *view = view_of(file);
	int err = 0;

	if (IS_ERR(view))
		return PTR_ERR(view);
	args->offset = (u64)AREA_VALUES << 32;
	args->len = PAGE_SIZE;
	args->size = sizeof(struct kulink_map_head);
	if (args->flags & KULINK_MAP_REFRESH)
		err = kulink_view_refresh_all(view, file->cred);
	kulink_view_put(view);
	return err;
}

/* Tables */

static struct kulink_map_head *head_of(struct kulink_memory *memory)
{
	return memory->address;
}

/* An area with room for a table, and for more of it. Under the lock */
static struct kulink_memory *table_area(struct kulink_map_file *state, unsigned int table, size_t size)
{
	struct kulink_memory *memory = state->tables[table];

	if (memory && memory->n_pages << PAGE_SHIFT >= size)
		return memory;
	memory = kulink_area_alloc(PAGE_ALIGN(size + size / 4));
	if (IS_ERR(memory))
		return memory;
	kulink_area_init(memory);
	if (state->tables[table]) {
		kulink_area_mark(state->tables[table], KULINK_MAP_MOVED);
		kulink_memory_put(state->tables[table]);
	}
	state->tables[table] = memory;
	return memory;
}

/* Under the lock */
static void write_table(struct kulink_memory *memory, const struct kulink_snapshot *snapshot)
{
	struct kulink_map_table *area = memory->address;
	struct kulink_table_head *table = (void *)(area + 1);

	/* another thread asked later and was faster */
	if (table->ns > snapshot->head.ns)
		return;
	kulink_area_begin(memory);
	WRITE_ONCE(area->changes, snapshot->changes);
	memcpy(table, &snapshot->head, snapshot->size);
	area->map.size = sizeof(*area) + snapshot->size;
	kulink_area_end(memory);
}

static int take_table(struct kulink_file *file, unsigned int table)
{
	struct kulink_map_file *state = kulink_map_file(file);
	struct kulink_snapshot *snapshot;
	struct kulink_memory *memory;
	int err;

	snapshot = kulink_snapshot_take(file->service, table);
	if (IS_ERR(snapshot))
		return PTR_ERR(snapshot);
	mutex_lock(&state->lock);
	memory = table_area(state, table, sizeof(struct kulink_map_table) + snapshot->size);
	err = PTR_ERR_OR_ZERO(memory);
	if (!err)
		write_table(memory, snapshot);
	mutex_unlock(&state->lock);
	kulink_snapshot_put(snapshot);
	return err;
}

static int prepare_tables(struct kulink_file *file)
{
	struct kulink_map_file *state = kulink_map_file(file);
	unsigned int n = kulink_count_tables(file->service);

	if (state->tables)
		return 0;
	state->tables = kcalloc(n, sizeof(*state->tables), GFP_KERNEL_ACCOUNT);
	return state->tables ? 0 : -ENOMEM;
}

static int map_changes(struct kulink_file *file, unsigned int table, struct kulink_ioc_map *args)
{
	struct kulink_memory *changes = kulink_table_changes(file->service, table);

	if (!changes)
		return -EOPNOTSUPP;
	args->offset = (u64)(AREA_CHANGES + table) << 32;
	args->len = changes->n_pages << PAGE_SHIFT;
	args->size = sizeof(u64);
	kulink_memory_put(changes);
	return 0;
}

static int map_table(struct kulink_file *file, struct kulink_ioc_map *args)
{
	struct kulink_map_file *state = kulink_map_file(file);
	struct kulink_memory *memory;
	bool there;
	int i, err;

	i = kulink_resolve(file->service, file->cred, file->may, KULINK_TABLES, args->name, 0);
	if (i < 0)
		return i;
	if (args->flags == KULINK_MAP_CHANGES)
		return map_changes(file, i, args);
	mutex_lock(&state->lock);
	err = prepare_tables(file);
	there = !err && state->tables[i];
	mutex_unlock(&state->lock);
	if (!err && (!there || args->flags & KULINK_MAP_REFRESH))
		err = take_table(file, i);
	if (err)
		return err;

	mutex_lock(&state->lock);
	memory = state->tables[i];
	args->offset = (u64)(AREA_TABLES + i) << 32;
	args->len = memory->n_pages << PAGE_SHIFT;
	args->at = sizeof(struct kulink_map_table);
	args->size = head_of(memory)->size - args->at;
	mutex_unlock(&state->lock);
	return 0;
}

/* Regions */

static int map_region(struct kulink_file *file, struct kulink_ioc_map *args)
{
	struct kulink_memory *memory;
	int i;

	i = kulink_resolve(file->service, file->cred, file->may, KULINK_REGIONS, args->name,
			   MAY_READ);
	if (i < 0)
		return i;
	memory = kulink_region_memory(file->service, i);
	args->offset = (u64)(AREA_REGIONS + i) << 32;
	args->len = memory->n_pages << PAGE_SHIFT;
	args->size = memory->size;
	kulink_memory_put(memory);
	i = kulink_resolve(file->service, file->cred, file->may, KULINK_REGIONS, args->name,
			   MAY_WRITE);
	if (i >= 0)
		args->mode |= MAY_WRITE;
	return 0;
}

static int map_part(struct kulink_file *file, struct kulink_ioc_map *args)
{
	/* there is nothing to read in what has no values */
	if (args->flags && args->kind != KULINK_VALUES && args->kind != KULINK_TABLES)
		return -EINVAL;
	if (args->flags & KULINK_MAP_CHANGES &&
	    (args->flags != KULINK_MAP_CHANGES || args->kind != KULINK_TABLES))
		return -EINVAL;
	switch (args->kind) {
	case KULINK_VALUES:
		return args->name[0] ? map_value(file, args) : map_head(file, args);
	case KULINK_TABLES:
		return map_table(file, args);
	case KULINK_REGIONS:
		return map_region(file, args);
	default:
		return args->kind || args->name[0] ? -EINVAL : map_head(file, args);
	}
}

static void mark_tables(struct kulink_file *file, struct kulink_map_file *state)
{
	unsigned int i;

	for (i = 0; state->tables && i < kulink_count_tables(file->service); i++) {
		if (state->tables[i])
			kulink_area_mark(state->tables[i], KULINK_MAP_GONE);
	}
}

static void unpublished(struct kulink_file *file)
{
	struct kulink_map_file *state = kulink_map_file(file);

	mutex_lock(&state->lock);
	if (state->view)
		kulink_view_end(state->view);
	mark_tables(file, state);
	kulink_ring_end(state->ring);
	mutex_unlock(&state->lock);
}

/*
 * Whoever unpublishes the service looks at the open files afterwards; what this one got only then
 * is marked here, and so is what it has when the driver leaves while we ask it.
 */
int kulink_map_check(struct kulink_file *file)
{
	int err = kulink_file_check(file, &kulink_mmap);

	if (err)
		unpublished(file);
	return err;
}

static long ioctl_map(struct kulink_file *file, unsigned int cmd, void __user *arg)
{
	struct kulink_ioc_map args;
	long err;

	err = kulink_ioctl_args(&args, sizeof(args), cmd, arg);
	if (err)
		return err;
	if (args.flags & ~(KULINK_MAP_REFRESH | KULINK_MAP_CHANGES) || args.reserved ||
	    !kulink_name_ends(args.name))
		return -EINVAL;
	if (!(file->may & MAY_READ))
		return -EACCES;		/* nothing can be mapped */
	args.offset = 0;
	args.len = 0;
	args.at = 0;
	args.size = 0;
	args.mode = MAY_READ;
	err = map_part(file, &args);
	err = kulink_map_check(file) ?: err;
	if (err)
		return err;
	return copy_to_user(arg, &args, sizeof(args)) ? -EFAULT : 0;
}

/* Mappings */

/* What is mapped, with a reference; *@may is for what */
static struct kulink_memory *view_memory(struct kulink_file *file, unsigned int area, int *may)
{
	struct kulink_map_file *state = kulink_map_file(file);
	struct kulink_memory *memory = NULL;
	int err = 0;

	if (area)
		err = kulink_permit(file->service, file->cred, kulink_view_mode(area), MAY_READ);
	if (err)
		return ERR_PTR(err);
	mutex_lock(&state->lock);
	if (state->view)
		memory = kulink_view_area(state->view, area);
	if (memory)
		refcount_inc(&memory->ref);
	mutex_unlock(&state->lock);
	*may = MAY_READ;
	return memory ?: ERR_PTR(-EINVAL);
}

static struct kulink_memory *table_memory(struct kulink_file *file, unsigned int table, int *may)
{
	struct kulink_map_file *state = kulink_map_file(file);
	struct kulink_memory *memory = NULL;

	mutex_lock(&state->lock);
	if (state->tables && table < kulink_count_tables(file->service))
		memory = state->tables[table];
	if (memory)
		refcount_inc(&memory->ref);
	mutex_unlock(&state->lock);
	*may = MAY_READ;
	return memory ?: ERR_PTR(-EINVAL);
}

/* Who may map the table may know how often it has changed */
static struct kulink_memory *changes_memory(struct kulink_file *file, unsigned int table, int *may)
{
	struct kulink_memory *memory = table_memory(file, table, may);

	if (IS_ERR(memory))
		return memory;
	kulink_memory_put(memory);
	return kulink_table_changes(file->service, table) ?: ERR_PTR(-EINVAL);
}

static struct kulink_memory *region_memory(struct kulink_file *file, unsigned int region, int *may)
{
	struct kulink_service *service = file->service;
	umode_t mode;
	int err, idx;

	if (region >= kulink_count_regions(service))
		return ERR_PTR(-EINVAL);
	err = kulink_enter(service, &idx);
	if (err)
		return ERR_PTR(err);
	mode = kulink_desc_of(service)->regions[region].mode;
	kulink_exit(service, idx);
	err = kulink_permit(service, file->cred, mode, MAY_READ);
	if (err)
		return ERR_PTR(err);
	*may = MAY_READ;
	if (!kulink_permit(service, file->cred, mode, MAY_WRITE))
		*may |= file->may & MAY_WRITE;
	return kulink_region_memory(service, region);
}

static struct kulink_memory *memory_at(struct kulink_file *file, unsigned long area, int *may)
{
	unsigned int i = area & ~AREA_KIND;

	switch (area & AREA_KIND) {
	case AREA_VALUES:
		return view_memory(file, i, may);
	case AREA_REGIONS:
		return region_memory(file, i, may);
	case AREA_TABLES:
		return table_memory(file, i, may);
	case AREA_CHANGES:
		return changes_memory(file, i, may);
	case KULINK_AREA_RING:
		return kulink_ring_memory(file, i, may);
	default:
		return ERR_PTR(-EINVAL);
	}
}

static int map_area(struct kulink_file *file, struct vm_area_struct *vma)
{
	struct kulink_memory *memory;
	int err, may = 0;

	err = kulink_file_check(file, &kulink_mmap);
	if (err)
		return err;
	memory = memory_at(file, vma->vm_pgoff >> KULINK_AREA_SHIFT, &may);
	if (IS_ERR(memory))
		return PTR_ERR(memory);
	err = kulink_area_map(vma, memory, may & MAY_WRITE);
	kulink_memory_put(memory);
	return err;
}

/* Open files */

static int open_maps(struct kulink_file *file)
{
	mutex_init(&kulink_map_file(file)->lock);
	return 0;
}

static void release_maps(struct kulink_file *file)
{
	struct kulink_map_file *state = kulink_map_file(file);
	unsigned int i;

	for (i = 0; state->tables && i < kulink_count_tables(file->service); i++)
		kulink_memory_put(state->tables[i]);
	kfree(state->tables);
	kulink_view_put(state->view);
	kulink_ring_free(state->ring);
	mutex_destroy(&state->lock);
}

static const struct kulink_dev_ioctl commands[] = {
	{ KULINK_IOC_MAP, false, ioctl_map },
	{ KULINK_IOC_RING_ADD, false, kulink_ring_ioctl },
	{ KULINK_IOC_RING_REMOVE, false, kulink_ring_ioctl },
	{ KULINK_IOC_RING_WAIT, true, kulink_ring_wait },
	{}
};

struct kulink_dev_channel kulink_mmap = {
	.base = {
		.name = "mmap",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_EVENTS | KULINK_REGIONS,
		.changed = kulink_view_changed,
	},
	.state = sizeof(struct kulink_map_file),
	.open = open_maps,
	.release = release_maps,
	.unpublished = unpublished,
	.ioctls = commands,
	.poll = kulink_ring_poll,
	.mmap = map_area,
};
