// SPDX-License-Identifier: GPL-2.0-only
/* Layouts of records, with their own copies of the driver's names. */
#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core.h"

static u32 wire_size(const struct kulink_field *field)
{
	return field->type == KULINK_TYPE_STRING ? ALIGN(field->size, 8) : 8;
}

/* Pointers and strings in one piece of memory */
static const char *const *copy_labels(const char *const *labels, u32 *n_labels)
{
	size_t n, size = 0;
	char **copy, *p;

	for (n = 0; labels[n]; n++)
		size += strlen(labels[n]) + 1;
	copy = kmalloc((n + 1) * sizeof(*copy) + size, GFP_KERNEL);
	if (!copy)
		return NULL;
	*n_labels = n;
	p = (char *)&copy[n + 1];
	for (n = 0; labels[n]; n++) {
		size = strlen(labels[n]) + 1;
		copy[n] = memcpy(p, labels[n], size);
		p += size;
	}
	copy[n] = NULL;
	return (const char *const *)copy;
}

static void layout_free(struct kref *ref)
{
	struct kulink_layout *layout = container_of(ref, struct kulink_layout, ref);
	u32 i;

	for (i = 0; i < layout->n_cells; i++)
		kfree(layout->cells[i].labels);
	kfree(layout);
}

void kulink_layout_put(struct kulink_layout *layout)
{
	if (layout)
		kref_put(&layout->ref, layout_free);
}
EXPORT_SYMBOL_IF_KUNIT(kulink_layout_put);

static int fill_cell(struct kulink_cell *cell, const struct kulink_field *field, u32 offset)
{
	strscpy(cell->name, field->name, sizeof(cell->name));
	strscpy(cell->unit, field->unit ?: "", sizeof(cell->unit));
	cell->type = field->type;
	cell->offset = offset;
	cell->size = wire_size(field);
	if (!field->labels)
		return 0;
	cell->labels = copy_labels(field->labels, &cell->n_labels);
	return cell->labels ? 0 : -ENOMEM;
}

/* Whether a struct with these members is what a record of them would be, as far as they go */
bool kulink_fields_flat(const struct kulink_field *fields)
{
	u32 i;

	for (i = 0; fields && fields[i].name; i++) {
		if (fields[i].type == KULINK_TYPE_STRING || fields[i].type == KULINK_TYPE_BOOL ||
		    fields[i].size != sizeof(u64) || fields[i].offset != i * sizeof(u64))
			return false;
	}
	return true;
}

/**
 * kulink_layout_make() - the layout of a record with these members
 * @fields: checked; NULL: an empty record
 *
 * Return: a reference, or NULL: no memory
 */
struct kulink_layout *kulink_layout_make(const struct kulink_field *fields)
{
	struct kulink_layout *layout;
	u32 n, i;

	for (n = 0; fields && fields[n].name; n++)
		;
	layout = kzalloc(struct_size(layout, cells, n), GFP_KERNEL);
	if (!layout)
		return NULL;
	kref_init(&layout->ref);
	layout->n_cells = n;
	for (i = 0; i < n; i++) {
		if (fill_cell(&layout->cells[i], &fields[i], layout->record_size)) {
			kulink_layout_put(layout);
			return NULL;
		}
		layout->record_size += layout->cells[i].size;
	}
	return layout;
}
EXPORT_SYMBOL_IF_KUNIT(kulink_layout_make);
