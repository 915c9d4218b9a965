// SPDX-License-Identifier: GPL-2.0-only
/* Records: the driver's struct to wire form, wire form to datum and to text. */
#include <kunit/visibility.h>
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "core.h"
#include "digits.h"

#define SEQ_ESCAPED	" \t\n\\"

/* A string cell is padded with zeros, with at least one at its end. */
static void encode_string(const struct kulink_cell *cell, const struct kulink_field *field,
			  const void *object, u8 *record)
{
	const char *from = object + field->offset;
	size_t len = strnlen(from, min(field->size, cell->size - 1));

	memcpy(record + cell->offset, from, len);
	memset(record + cell->offset + len, 0, cell->size - len);
}

/**
 * kulink_record_encode() - a driver's struct in wire form
 * @layout: made of @fields
 * @fields: the members
 * @object: the struct
 * @record: gets @layout->record_size bytes, each of them written
 *
 * Any context.
 */
void kulink_record_encode(const struct kulink_layout *layout,
			  const struct kulink_field *fields, const void *object, u8 *record)
{
	u32 i;

	for (i = 0; i < layout->n_cells; i++) {
		const struct kulink_cell *cell = &layout->cells[i];
		u64 number;

		if (cell->type == KULINK_TYPE_STRING) {
			encode_string(cell, &fields[i], object, record);
			continue;
		}
		number = kulink_member_load(&fields[i], object);
		if (cell->type == KULINK_TYPE_BOOL)
			number = !!number;
		memcpy(record + cell->offset, &number, sizeof(number));
	}
}
EXPORT_SYMBOL_IF_KUNIT(kulink_record_encode);

static u64 cell_number(const struct kulink_cell *cell, const void *record)
{
	u64 number;

	memcpy(&number, record + cell->offset, sizeof(number));
	return number;
}

void kulink_cell_datum(const struct kulink_cell *cell, const void *record,
		       struct kulink_datum *datum)
{
	struct kulink_field field = { .type = cell->type, .labels = cell->labels };

	memset(datum, 0, sizeof(*datum));
	if (cell->type == KULINK_TYPE_STRING) {
		datum->type = KULINK_TYPE_STRING;
		datum->len = strscpy(datum->string, record + cell->offset,
				     min_t(size_t, cell->size, sizeof(datum->string)));
		return;
	}
	datum->number = cell_number(cell, record);
	kulink_datum_complete(&field, datum);
}
EXPORT_SYMBOL_GPL(kulink_cell_datum);

/* "bool", "s64", "u64", "enum", "string" */
const char *kulink_type_name(u32 type)
{
	static const char *const names[] = {
		[KULINK_TYPE_BOOL] = "bool",
		[KULINK_TYPE_S64] = "s64",
		[KULINK_TYPE_U64] = "u64",
		[KULINK_TYPE_ENUM] = "enum",
		[KULINK_TYPE_STRING] = "string",
	};

	return type < ARRAY_SIZE(names) && names[type] ? names[type] : "unknown";
}

void kulink_seq_header(struct seq_file *m, const struct kulink_snapshot *snapshot)
{
	const struct kulink_layout *layout = snapshot->layout;
	u32 i;

	seq_printf(m, "# %llu", snapshot->head.generation);
	for (i = 0; i < layout->n_cells; i++) {
		const struct kulink_cell *cell = &layout->cells[i];

		seq_printf(m, "\t%s:%s", cell->name, kulink_type_name(cell->type));
		if (cell->unit[0])
			seq_printf(m, ":%s", cell->unit);
	}
	seq_putc(m, '\n');
}
EXPORT_SYMBOL_GPL(kulink_seq_header);

/* What there is to escape is seldom there */
static void seq_string(struct seq_file *m, const char *string)
{
	size_t len = strcspn(string, SEQ_ESCAPED);

	if (string[len])
		seq_escape(m, string, SEQ_ESCAPED);
	else
		seq_write(m, string, len);
}

#define NUMBER_MAX	(1 + KULINK_DIGITS_MAX)	/* behind a separator */

/* Not seq_put_decimal_ull(), which takes twice as long: a table of text is little else. */
static void seq_number(struct seq_file *m, char before, u64 number, bool negative)
{
	char *start, *to;

	if (seq_get_buf(m, &start) < NUMBER_MAX) {
		seq_commit(m, -1);	/* shown again when there is room */
		return;
	}
	to = start;
	if (before)
		*to++ = before;
	to = kulink_put_number(to, number, negative);
	seq_commit(m, to - start);
}

static void seq_cell(struct seq_file *m, const struct kulink_cell *cell, const void *record,
		     char before)
{
	bool is_string = cell->type == KULINK_TYPE_STRING;
	u64 number = is_string ? 0 : cell_number(cell, record);

	if (!is_string && (cell->type != KULINK_TYPE_ENUM || number >= cell->n_labels)) {
		seq_number(m, before, number, cell->type == KULINK_TYPE_S64 && (s64)number < 0);
		return;
	}
	if (before)
		seq_putc(m, before);
	if (is_string)
		seq_string(m, record + cell->offset);
	else
		seq_puts(m, cell->labels[number]);
}

void kulink_seq_record(struct seq_file *m, const struct kulink_layout *layout,
		       const void *record)
{
	u32 i;

	for (i = 0; i < layout->n_cells; i++)
		seq_cell(m, &layout->cells[i], record, i ? '\t' : '\0');
	seq_putc(m, '\n');
}
EXPORT_SYMBOL_GPL(kulink_seq_record);
