// SPDX-License-Identifier: GPL-2.0-only
/* Whether a declaration holds together; what is wrong with it, in words. */
#include <kunit/visibility.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "core.h"

/* Names that a channel uses beside the parts in the service's directory */
static const char *const reserved[] = {
	"call", "dev", "device", "driver", "kulink", "physical_location", "power",
	"removable", "subsystem", "uevent", "values", "waiting_for_supplier", "wakeup",
};

/* Where a sentence goes */
struct why {
	char *text;
	size_t size;
	const char *kind;
	const char *part;
};

static int fault(const struct why *why, const char *sentence)
{
	snprintf(why->text, why->size, "%s %.40s: %s", why->kind, why->part, sentence);
	return -EINVAL;
}

static bool is_reserved(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reserved); i++)
		if (!strcmp(reserved[i], name))
			return true;
	return false;
}

static bool unit_ok(const char *unit)
{
	size_t i;

	for (i = 0; unit[i]; i++)
		if (!isgraph(unit[i]) || unit[i] == ':')
			return false;
	return i && i < KULINK_NAME_SIZE;
}

static const char *labels_fault(const char *const *labels)
{
	size_t i, j, len;

	if (!labels || !labels[0])
		return "an enum needs labels";
	for (i = 0; labels[i]; i++) {
		len = strlen(labels[i]);
		if (!len || len >= KULINK_NAME_SIZE || i >= 256)
			return "a label is too long, or there are too many";
		for (j = 0; j < len; j++)
			if (!isalnum(labels[i][j]) && !strchr("_.+-", labels[i][j]))
				return "a label has a character other than [A-Za-z0-9_.+-]";
		for (j = 0; j < i; j++)
			if (!strcmp(labels[i], labels[j]))
				return "two labels are the same";
	}
	return NULL;
}

static const char *size_fault(const struct kulink_field *field)
{
	switch (field->type) {
	case KULINK_TYPE_STRING:
		return field->size < 2 || field->size > KULINK_STRING_SIZE ?
		       "a string's array is of 2 to 256 bytes" : NULL;
	case KULINK_TYPE_BOOL:
		return field->size != sizeof(bool) ? "a bool is of one byte" : NULL;
	}
	return field->size != 1 && field->size != 2 && field->size != 4 && field->size != 8 ?
	       "a number is of 1, 2, 4 or 8 bytes" : NULL;
}

/* Name, unit, type and labels; the member's size when there is a member */
static const char *field_fault(const struct kulink_field *field, bool member)
{
	if (!kulink_name_ok(field->name, strlen(field->name)))
		return "the name is not [a-z][a-z0-9_]*, at most 31";
	if (field->unit && !unit_ok(field->unit))
		return "the unit has white space or a colon, or is too long";
	if (field->type < KULINK_TYPE_BOOL || field->type > KULINK_TYPE_STRING)
		return "no such type";
	if (field->type == KULINK_TYPE_ENUM) {
		const char *why = labels_fault(field->labels);

		if (why)
			return why;
	} else if (field->labels) {
		return "labels are for enums";
	}
	return member ? size_fault(field) : NULL;
}

/* The members of a record, within @size bytes of the driver's struct */
static int check_fields(const struct kulink_field *fields, size_t size, u32 most,
			struct why *why)
{
	const struct kulink_field *f, *g;
	const char *what;
	u32 total = 0;

	for (f = fields; f && f->name; f++) {
		what = field_fault(f, true);
		if (what) {
			why->part = f->name;
			return fault(why, what);
		}
		if (f->offset > size || f->size > size - f->offset)
			return fault(why, "a member is outside of the struct");
		for (g = fields; g < f; g++)
			if (!strcmp(f->name, g->name))
				return fault(why, "two members have one name");
		total += f->type == KULINK_TYPE_STRING ? ALIGN(f->size, 8) : 8;
		if (total > most || f - fields >= KULINK_CELLS_MAX)
			return fault(why, "the record is too large");
	}
	return 0;
}

static const char *range_fault(const struct kulink_value *v)
{
	u32 bits = (v->field.size ?: 8) * 8;

	if (!v->ranged)
		return NULL;
	switch (v->field.type) {
	case KULINK_TYPE_S64:
		if ((s64)v->min > (s64)v->max)
			return "min is above max";
		if ((s64)v->min < S64_MIN >> (64 - bits) || (s64)v->max > S64_MAX >> (64 - bits))
			return "the range is wider than the member";
		return NULL;
	case KULINK_TYPE_U64:
		if (v->min > v->max)
			return "min is above max";
		if (v->max > U64_MAX >> (64 - bits))
			return "the range is wider than the member";
		return NULL;
	case KULINK_TYPE_STRING:
		if (v->min > v->max)
			return "min is above max";
		return v->max >= (v->field.size ?: KULINK_STRING_SIZE) ?
		       "max is more than the array holds" : NULL;
	}
	return "only numbers and strings have a range";
}

static const char *value_fault(const struct kulink_value *v)
{
	const char *what;

	if (!v->mode || v->mode & ~0666)
		return "the mode is of read and write bits, at least one";
	if (!v->field.size && v->mode & 0444 && !v->get)
		return "readable, but neither a member nor .get";
	if (!v->field.size && v->mode & 0222 && !v->set)
		return "writable, but neither a member nor .set";
	if (is_reserved(v->field.name))
		return "the name is taken by the directory it would be in";
	what = field_fault(&v->field, v->field.size);
	return what ?: range_fault(v);
}

static int check_values(const struct kulink_desc *desc, struct why *why)
{
	const struct kulink_value *v, *w;
	const char *what;

	why->kind = "value";
	for (v = desc->values; v && v->field.name; v++) {
		why->part = v->field.name;
		if (v - desc->values >= KULINK_VALUES_MAX)
			return fault(why, "too many");
		what = value_fault(v);
		if (what)
			return fault(why, what);
		for (w = desc->values; w < v; w++)
			if (!strcmp(v->field.name, w->field.name))
				return fault(why, "declared twice");
	}
	return 0;
}

static const char *callback_fault(const struct kulink_table *t)
{
	return t->start && t->next && t->stop && t->row ?
	       NULL : "start, next, stop and row are all needed, or rows";
}

static const char *flat_fault(const struct kulink_table *t)
{
	size_t n = 0;

	if (t->start || t->next || t->stop || t->row || t->generation || t->count)
		return "rows is in place of the other callbacks";
	while (t->columns[n].name)
		n++;
	if (!kulink_fields_flat(t->columns) || t->row_size != n * sizeof(u64))
		return "rows takes a struct of nothing but its columns, numbers of eight bytes in order";
	return NULL;
}

static const char *table_fault(const struct kulink_desc *desc, const struct kulink_table *t)
{
	const struct kulink_table *u;
	const struct kulink_value *v;
	const char *what;

	if (!kulink_name_ok(t->name, strlen(t->name)))
		return "the name is not [a-z][a-z0-9_]*, at most 31";
	if (is_reserved(t->name))
		return "the name is taken by the directory it would be in";
	if (!t->mode || t->mode & ~0444)
		return "the mode is of read bits, at least one";
	if (!t->columns || !t->columns[0].name)
		return "no columns";
	what = t->rows ? flat_fault(t) : callback_fault(t);
	if (what)
		return what;
	if (t->row_size > 4096)
		return "row_size is above 4096";
	for (u = desc->tables; u < t; u++)
		if (!strcmp(t->name, u->name))
			return "declared twice";
	for (v = desc->values; v && v->field.name; v++)
		if (!strcmp(t->name, v->field.name))
			return "a value has this name";
	return NULL;
}

static int check_tables(const struct kulink_desc *desc, struct why *why)
{
	const struct kulink_table *t;
	const char *what;
	int err;

	for (t = desc->tables; t && t->name; t++) {
		why->kind = "table";
		why->part = t->name;
		if (t - desc->tables >= KULINK_TABLES_MAX)
			return fault(why, "too many");
		what = table_fault(desc, t);
		if (what)
			return fault(why, what);
		why->kind = "column of table";
		err = check_fields(t->columns, t->row_size, 1 << 16, why);
		if (err)
			return err;
	}
	return 0;
}

static int check_calls(const struct kulink_desc *desc, struct why *why)
{
	const struct kulink_call *c, *d;

	why->kind = "call";
	for (c = desc->calls; c && c->name; c++) {
		why->part = c->name;
		if (c - desc->calls >= KULINK_CALLS_MAX)
			return fault(why, "too many");
		if (!kulink_name_ok(c->name, strlen(c->name)))
			return fault(why, "the name is not [a-z][a-z0-9_]*, at most 31");
		if (!c->mode || c->mode & ~0666)
			return fault(why, "the mode is of read and write bits, at least one");
		if (!c->call)
			return fault(why, "no .call");
		if (c->request_max > KULINK_CALL_MAX || c->reply_max > KULINK_CALL_MAX)
			return fault(why, "request or reply above KULINK_CALL_MAX");
		for (d = desc->calls; d < c; d++)
			if (!strcmp(c->name, d->name))
				return fault(why, "declared twice");
	}
	return 0;
}

static int check_events(const struct kulink_desc *desc, struct why *why)
{
	const struct kulink_event *e, *f;
	int err;

	for (e = desc->events; e && e->name; e++) {
		why->kind = "event";
		why->part = e->name;
		if (e - desc->events >= KULINK_EVENTS_MAX)
			return fault(why, "too many");
		if (!kulink_name_ok(e->name, strlen(e->name)))
			return fault(why, "the name is not [a-z][a-z0-9_]*, at most 31");
		if (!e->mode || e->mode & ~0444)
			return fault(why, "the mode is of read bits, at least one");
		if (e->size > 512)
			return fault(why, "size is above 512");
		for (f = desc->events; f < e; f++)
			if (!strcmp(e->name, f->name))
				return fault(why, "declared twice");
		why->kind = "field of event";
		err = check_fields(e->fields, e->size, KULINK_EVENT_MAX, why);
		if (err)
			return err;
	}
	return 0;
}

static const char *region_fault(const struct kulink_region *r)
{
	if (!kulink_name_ok(r->name, strlen(r->name)))
		return "the name is not [a-z][a-z0-9_]*, at most 31";
	if (is_reserved(r->name))
		return "the name is taken by the directory it would be in";
	if (!r->mode || r->mode & ~0666)
		return "the mode is of read and write bits, at least one";
	if ((r->mode & 0222) & ~((r->mode & 0444) >> 1))
		return "who may write must be allowed to read: no machine maps for writing alone";
	if (!r->size == !r->bytes)
		return "either a size or .bytes";
	return r->size > KULINK_REGION_MAX ? "size is above 1 GiB" : NULL;
}

/* Tables and values share a directory on some channels, and regions with them */
static bool is_declared(const struct kulink_desc *desc, const char *name)
{
	const struct kulink_value *v;
	const struct kulink_table *t;

	for (v = desc->values; v && v->field.name; v++)
		if (!strcmp(v->field.name, name))
			return true;
	for (t = desc->tables; t && t->name; t++)
		if (!strcmp(t->name, name))
			return true;
	return false;
}

static int check_regions(const struct kulink_desc *desc, struct why *why)
{
	const struct kulink_region *r, *s;
	const char *what;

	why->kind = "region";
	for (r = desc->regions; r && r->name; r++) {
		why->part = r->name;
		if (r - desc->regions >= KULINK_REGIONS_MAX)
			return fault(why, "too many");
		what = region_fault(r);
		if (what)
			return fault(why, what);
		if (is_declared(desc, r->name))
			return fault(why, "a value or a table has this name");
		for (s = desc->regions; s < r; s++)
			if (!strcmp(r->name, s->name))
				return fault(why, "declared twice");
	}
	return 0;
}

static int check_service(const struct kulink_desc *desc, struct why *why)
{
	const char *percent = desc->name ? strchr(desc->name, '%') : NULL;

	why->kind = "service";
	why->part = desc->name ?: "(null)";
	if (!desc->name ||
	    !kulink_name_ok(desc->name, percent ? percent - desc->name : strlen(desc->name)) ||
	    (percent && strcmp(percent, "%d")))
		return fault(why, "the name is not [a-z][a-z0-9_]*, at most 31, and %d at the end");
	if (desc->channels && !kulink_list_ok(desc->channels))
		return fault(why, "channels is not \"*\" or names between spaces");
	if (!desc->lock != !desc->unlock)
		return fault(why, "lock and unlock go together");
	if (desc->event_ring > KULINK_RING_MAX)
		return fault(why, "event_ring is above 16 MiB");
	return 0;
}

/**
 * kulink_desc_check() - check a declaration
 * @desc: the declaration
 * @text: gets a sentence when it is wrong
 * @size: bytes of @text
 *
 * Return: 0 or -EINVAL
 */
int kulink_desc_check(const struct kulink_desc *desc, char *text, size_t size)
{
	struct why why = { .text = text, .size = size };

	return check_service(desc, &why) ?: check_values(desc, &why) ?:
	       check_tables(desc, &why) ?: check_calls(desc, &why) ?:
	       check_events(desc, &why) ?: check_regions(desc, &why);
}
EXPORT_SYMBOL_IF_KUNIT(kulink_desc_check);
