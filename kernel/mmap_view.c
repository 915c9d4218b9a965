// SPDX-License-Identifier: GPL-2.0-only
/*
 * The values of a service as memory. They lie in an area for each class of readers (the read bits
 * of their modes), so that a program maps those areas that it may read and never sees another; and
 * however many programs look, the kernel writes once. All areas of a service step together: a
 * reader who finds the same count in two of them has one moment of both.
 */
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mmap.h"

/**
 * struct view_cell - what the kernel knows of a value
 * @place: where it is
 * @string: bytes for a string with its NUL; 0: a number
 * @computed: by the driver's get; else a member
 * @changes: told so far; under the view's lock
 */
struct view_cell {
	struct kulink_view_place place;
	u32 string;
	bool computed;
	u32 changes;
};

/**
 * struct kulink_view - the values of a service, while an open file has asked for them
 * @ref: of each such file; under @views_lock to be taken from the list
 * @node: in @views until it has ended
 * @service: the files' reference keeps it
 * @lock: one writer at a time
 * @ended: nothing is written any more; under @lock
 * @areas: by class; NULL: no value is of that class
 * @shadow: the kernel's own copy of each: programs could not, but it never reads theirs
 * @n_cells: values of the service
 * @cells: of each
 */
struct kulink_view {
	refcount_t ref;
	struct list_head node;
	struct kulink_service *service;
	struct mutex lock;		/* one writer at a time */
	bool ended;
	struct kulink_memory *areas[KULINK_VIEW_AREAS];
	void *shadow[KULINK_VIEW_AREAS];
	unsigned int n_cells;
	struct view_cell cells[];
};

static LIST_HEAD(views);
static DEFINE_MUTEX(views_lock);

/* The three read bits of a mode, next to each other */
static unsigned int class_of(umode_t mode)
{
	return (mode >> 6 & 4) | (mode >> 4 & 2) | (mode >> 2 & 1);
}

umode_t kulink_view_mode(unsigned int area)
{
	return (area & 4) << 6 | (area & 2) << 4 | (area & 1) << 2;
}

static void view_free(struct kulink_view *view)
{
	unsigned int i;

	for (i = 0; i < KULINK_VIEW_AREAS; i++) {
		kulink_memory_put(view->areas[i]);
		kvfree(view->shadow[i]);
	}
	kvfree(view);
}

static int make_areas(struct kulink_view *view, const size_t sizes[KULINK_VIEW_AREAS])
{
	struct kulink_memory *memory;
	unsigned int i;

	for (i = 0; i < KULINK_VIEW_AREAS; i++) {
		if (!sizes[i])
			continue;
		memory = kulink_area_alloc(sizes[i]);
		if (IS_ERR(memory))
			return PTR_ERR(memory);
		view->areas[i] = memory;
		view->shadow[i] = kvzalloc(sizes[i], GFP_KERNEL_ACCOUNT);
		if (!view->shadow[i])
			return -ENOMEM;
		kulink_area_init(memory);
	}
	return 0;
}

static struct kulink_map_value *shadow_of(struct kulink_view *view, const struct view_cell *cell)
{
	return view->shadow[cell->place.area] + cell->place.at;
}

/* Where each value goes; a value that nobody may read goes nowhere. Inside kulink_enter() */
static void place_cells(struct kulink_view *view, size_t sizes[KULINK_VIEW_AREAS])
{
	const struct kulink_value *values = kulink_desc_of(view->service)->values;
	unsigned int i;

	sizes[0] = sizeof(struct kulink_map_head);
	for (i = 0; i < view->n_cells; i++) {
		const struct kulink_value *value = &values[i];
		struct view_cell *cell = &view->cells[i];
		unsigned int class = class_of(value->mode);

		if (!class)
			continue;
		if (value->field.type == KULINK_TYPE_STRING)
			cell->string = ALIGN(value->field.size ?: KULINK_STRING_SIZE, 8);
		cell->computed = value->get;
		sizes[class] = max(sizes[class], sizeof(struct kulink_map_head));
		cell->place.area = class;
		cell->place.at = sizes[class];
		cell->place.size = sizeof(struct kulink_map_value) + cell->string;
		sizes[class] += cell->place.size;
	}
}

static void write_areas(struct kulink_view *view)
{
	const size_t head = sizeof(struct kulink_map_head);
	unsigned int i;

	for (i = 0; i < KULINK_VIEW_AREAS; i++) {
		if (view->areas[i])
			kulink_area_begin(view->areas[i]);
	}
	for (i = 0; i < KULINK_VIEW_AREAS; i++) {
		if (view->areas[i])
			memcpy(view->areas[i]->address + head, view->shadow[i] + head,
			       view->areas[i]->size - head);
	}
	for (i = 0; i < KULINK_VIEW_AREAS; i++) {
		if (view->areas[i])
			kulink_area_end(view->areas[i]);
	}
}

static void put_string(struct kulink_map_value *to, const struct view_cell *cell,
		       const char *string, size_t len)
{
	char *text = (char *)(to + 1);

	if (!cell->string)
		return;
	to->len = min_t(size_t, len, cell->string - 1);
	memcpy(text, string, to->len);
	memset(text + to->len, 0, cell->string - to->len);
	strreplace(text, '\n', '?');
}

/* Under the driver's lock */
static void take_member(void *ctx, unsigned int value, u64 number, const char *string, size_t len)
{
	struct kulink_view *view = ctx;
	struct view_cell *cell = &view->cells[value];
	struct kulink_map_value *to = shadow_of(view, cell);

	to->number = number;
	to->ns = ktime_get_ns();
	to->flags = 0;
	put_string(to, cell, string, len);
}

static int refresh_members(struct kulink_view *view)
{
	int err;

	mutex_lock(&view->lock);
	err = view->ended ? -ENODEV : kulink_members_get(view->service, take_member, view);
	if (!err)
		write_areas(view);
	mutex_unlock(&view->lock);
	return err;
}

static void write_computed(struct kulink_view *view, struct view_cell *cell, u64 asked, u32 changes,
			   const struct kulink_datum *datum, int error)
{
	struct kulink_map_value *to = shadow_of(view, cell);

	/* somebody who asked later was faster */
	if (to->ns > asked)
		return;
	to->ns = asked;
	to->error = error;
	to->number = error ? 0 : datum->number;
	to->flags = cell->changes == changes ? 0 : KULINK_MAP_STALE;
	put_string(to, cell, datum->string, error ? 0 : datum->len);
	write_areas(view);
}

/* An answer that is about the asker, not about the value */
static bool is_passing(int error)
{
	switch (error) {
	case -ENODEV:
	case -EINTR:
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
		return true;
	default:
		return false;
	}
}

/* The driver may take its time: no lock is held */
static int refresh_computed(struct kulink_view *view, unsigned int value)
{
	struct view_cell *cell = &view->cells[value];
	u32 changes = READ_ONCE(cell->changes);
	u64 asked = ktime_get_ns();
	struct kulink_datum datum = {};
	int error = kulink_value_get(view->service, value, &datum);

	if (is_passing(error))
		return error;
	mutex_lock(&view->lock);
	if (!view->ended)
		write_computed(view, cell, asked, changes, &datum, error);
	mutex_unlock(&view->lock);
	return 0;
}

int kulink_view_refresh(struct kulink_view *view, unsigned int value)
{
	if (view->cells[value].computed)
		return refresh_computed(view, value);
	return refresh_members(view);
}

int kulink_view_refresh_all(struct kulink_view *view, const struct cred *cred)
{
	int err = refresh_members(view);
	unsigned int i;

	for (i = 0; i < view->n_cells && !err; i++) {
		struct view_cell *cell = &view->cells[i];

		if (cell->computed && !kulink_permit(view->service, cred,
						     kulink_view_mode(cell->place.area), MAY_READ))
			err = refresh_computed(view, i);
	}
	return err;
}

static void mark_changed(struct kulink_view *view, struct view_cell *cell)
{
	mutex_lock(&view->lock);
	WRITE_ONCE(cell->changes, cell->changes + 1);
	if (!view->ended) {
		shadow_of(view, cell)->flags = KULINK_MAP_STALE;
		write_areas(view);
	}
	mutex_unlock(&view->lock);
}

/* With the members in it, the rest marked. Inside kulink_enter() */
static struct kulink_view *view_new(struct kulink_service *service)
{
	unsigned int n = kulink_count_values(service), i;
	size_t sizes[KULINK_VIEW_AREAS] = {};
	struct kulink_view *view;
	int err;

	view = kvzalloc(struct_size(view, cells, n), GFP_KERNEL_ACCOUNT);
	if (!view)
		return ERR_PTR(-ENOMEM);
	refcount_set(&view->ref, 1);
	mutex_init(&view->lock);
	view->service = service;
	view->n_cells = n;
	place_cells(view, sizes);
	err = make_areas(view, sizes);
	for (i = 0; i < n && !err; i++) {
		if (view->cells[i].computed)
			shadow_of(view, &view->cells[i])->flags = KULINK_MAP_STALE;
	}
	if (!err)
		err = refresh_members(view);
	if (!err)
		return view;
	view_free(view);
	return ERR_PTR(err);
}

static struct kulink_view *view_find(struct kulink_service *service)
{
	struct kulink_view *view;

	list_for_each_entry(view, &views, node) {
		if (view->service == service)
			return view;
	}
	return NULL;
}

struct kulink_view *kulink_view_get(struct kulink_service *service)
{
	struct kulink_view *view;
	int err, idx;

	err = kulink_enter(service, &idx);
	if (err)
		return ERR_PTR(err);
	mutex_lock(&views_lock);
	view = view_find(service);
	if (view) {
		refcount_inc(&view->ref);
	} else {
		view = view_new(service);
		if (!IS_ERR(view))
			list_add(&view->node, &views);
	}
	mutex_unlock(&views_lock);
	kulink_exit(service, idx);
	return view;
}

struct kulink_view *kulink_view_hold(struct kulink_view *view)
{
	refcount_inc(&view->ref);
	return view;
}

void kulink_view_put(struct kulink_view *view)
{
	if (!view)
		return;
	mutex_lock(&views_lock);
	if (!refcount_dec_and_test(&view->ref)) {
		mutex_unlock(&views_lock);
		return;
	}
	list_del_init(&view->node);
	mutex_unlock(&views_lock);
	view_free(view);
}

/* The service's view with a reference, or NULL */
static struct kulink_view *view_of(struct kulink_service *service)
{
	struct kulink_view *view;

	mutex_lock(&views_lock);
	view = view_find(service);
	if (view)
		refcount_inc(&view->ref);
	mutex_unlock(&views_lock);
	return view;
}

/* A member is copied at once; what the driver computes is not asked for: it might sleep. */
void kulink_view_changed(struct kulink_service *service, void *slot, unsigned int value)
{
	struct kulink_view *view = view_of(service);

	if (!view)
		return;
	if (view->cells[value].computed)
		mark_changed(view, &view->cells[value]);
	else
		refresh_members(view);
	kulink_view_put(view);
}

void kulink_view_end(struct kulink_view *view)
{
	unsigned int i;

	mutex_lock(&views_lock);
	list_del_init(&view->node);
	mutex_unlock(&views_lock);
	mutex_lock(&view->lock);
	for (i = 0; i < KULINK_VIEW_AREAS && !view->ended; i++) {
		if (view->areas[i])
			kulink_area_mark(view->areas[i], KULINK_MAP_GONE);
	}
	view->ended = true;
	mutex_unlock(&view->lock);
}

bool kulink_view_ended(struct kulink_view *view)
{
	bool ended;

	mutex_lock(&view->lock);
	ended = view->ended;
	mutex_unlock(&view->lock);
	return ended;
}

struct kulink_memory *kulink_view_area(struct kulink_view *view, unsigned int area)
{
	return area < KULINK_VIEW_AREAS ? view->areas[area] : NULL;
}

struct kulink_view_place kulink_view_find(struct kulink_view *view, unsigned int value)
{
	return view->cells[value].place;
}
