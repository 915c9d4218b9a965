// SPDX-License-Identifier: MIT
/* Records as the ABI lays them out: a table's rows, an event's fields. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shapes.h"

size_t kulink_record_size(const struct kulink_part *part)
{
	size_t i, size = 0;

	for (i = 0; i < part->n_cells; i++)
		size += part->cells[i].size;
	return size;
}

void kulink_record_names(const struct kulink_part *part, struct kulink_cell *cells)
{
	size_t i;

	for (i = 0; i < part->n_cells; i++) {
		cells[i] = (struct kulink_cell){
			.name = part->cells[i].name,
			.unit = part->cells[i].unit,
			.type = part->cells[i].type,
		};
	}
}

struct kulink_cell *kulink_event_cells(const struct kulink_info *info)
{
	size_t i, room = 1;

	for (i = 0; i < info->n_parts; i++) {
		if (info->parts[i].kind == KULINK_EVENTS && info->parts[i].n_cells > room)
			room = info->parts[i].n_cells;
	}
	return calloc(room, sizeof(struct kulink_cell));
}

const char *kulink_label(const char *const *labels, uint64_t index)
{
	uint64_t i;

	for (i = 0; labels && labels[i]; i++) {
		if (i == index)
			return labels[i];
	}
	return "?";
}

int kulink_label_index(const char *const *labels, const char *label)
{
	int i;

	for (i = 0; labels && labels[i]; i++) {
		if (!strcmp(labels[i], label))
			return i;
	}
	return -EINVAL;
}

static int decode(const struct kulink_column *column, const unsigned char *at,
		  struct kulink_cell *cell)
{
	if (column->type == KULINK_TYPE_STRING) {
		if (!memchr(at, '\0', column->size))
			return -EPROTO;
		cell->string = (const char *)at;
		return 0;
	}
	memcpy(&cell->number, at, sizeof(cell->number));
	if (column->type == KULINK_TYPE_ENUM)
		cell->string = kulink_label(column->labels, cell->number);
	if (column->type == KULINK_TYPE_BOOL && cell->number > 1)
		return -EPROTO;
	return 0;
}

int kulink_record_decode(const struct kulink_part *part, const void *record, size_t len,
			 struct kulink_cell *cells)
{
	if (len < kulink_record_size(part))
		return -EPROTO;
	/* the last event's, mostly, and so the names are there */
	if (part->n_cells && cells->name != part->cells->name)
		kulink_record_names(part, cells);
	return kulink_record_cells(part, record, cells);
}

void kulink_record_encode(const struct kulink_part *part, const struct kulink_cell *cells, void *record)
{
	unsigned char *at = record;
	size_t i;

	for (i = 0; i < part->n_cells; at += part->cells[i].size, i++) {
		if (cells[i].type == KULINK_TYPE_STRING)
			strncpy((char *)at, cells[i].string, part->cells[i].size - 1);
		else
			memcpy(at, &cells[i].number, sizeof(cells[i].number));
	}
}

int kulink_record_cells(const struct kulink_part *part, const void *record, struct kulink_cell *cells)
{
	const unsigned char *at = record;
	size_t i;
	int error;

	for (i = 0; i < part->n_cells; i++) {
		error = decode(&part->cells[i], at, &cells[i]);
		if (error)
			return error;
		at += part->cells[i].size;
	}
	return 0;
}

int kulink_shapes_init(struct kulink_shapes *shapes, const struct kulink_info *info)
{
	const struct kulink_part *part;
	size_t i, head = sizeof(struct kulink_ring_record);

	shapes->parts = calloc(info->n_parts + 1, sizeof(*shapes->parts));
	shapes->sizes = calloc(info->n_parts + 1, sizeof(*shapes->sizes));
	if (!shapes->parts || !shapes->sizes)
		return -ENOMEM;
	for (i = 0; i < info->n_parts; i++) {
		part = &info->parts[i];
		if (part->kind != KULINK_EVENTS)
			continue;
		shapes->parts[shapes->n] = part;
		shapes->sizes[shapes->n++] = (uint32_t)(head + ((kulink_record_size(part) + 7) & ~(size_t)7));
	}
	return 0;
}

void kulink_shapes_free(struct kulink_shapes *shapes)
{
	free(shapes->parts);
	free(shapes->sizes);
}
