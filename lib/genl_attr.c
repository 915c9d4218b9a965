// SPDX-License-Identifier: MIT
/* genl: attributes as the library's data. Nothing is believed before it is checked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>

#include "genl.h"

static const enum mnl_attr_data_type types[KULINK_A_MAX + 1] = {
	[KULINK_A_SERVICE] = MNL_TYPE_NUL_STRING,
	[KULINK_A_PART] = MNL_TYPE_NUL_STRING,
	[KULINK_A_ABI] = MNL_TYPE_U32,
	[KULINK_A_DECLARATION] = MNL_TYPE_NUL_STRING,
	[KULINK_A_BOOL] = MNL_TYPE_U8,
	[KULINK_A_S64] = MNL_TYPE_U64,
	[KULINK_A_U64] = MNL_TYPE_U64,
	[KULINK_A_STRING] = MNL_TYPE_NUL_STRING,
	[KULINK_A_PAYLOAD] = MNL_TYPE_BINARY,
	[KULINK_A_GENERATION] = MNL_TYPE_U64,
	[KULINK_A_RECORD] = MNL_TYPE_NESTED,
	[KULINK_A_SEQ] = MNL_TYPE_U64,
	[KULINK_A_NS] = MNL_TYPE_U64,
	[KULINK_A_EVENTS] = MNL_TYPE_BINARY,
	[KULINK_A_RECORDS] = MNL_TYPE_BINARY,
};

static bool well_formed(const struct nlattr *attr)
{
	enum mnl_attr_data_type type = types[mnl_attr_get_type(attr)];

	return type == MNL_TYPE_UNSPEC || mnl_attr_validate(attr, type) >= 0;
}

int kulink_genl_attrs(const struct nlmsghdr *nlh, const struct nlattr **attrs)
{
	const struct nlattr *attr;

	memset(attrs, 0, (KULINK_A_MAX + 1) * sizeof(*attrs));
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct genlmsghdr))
		return -EPROTO;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) > KULINK_A_MAX)
			continue;
		if (!well_formed(attr))
			return -EPROTO;
		attrs[mnl_attr_get_type(attr)] = attr;
	}
	return 0;
}

static int enum_cell(const struct kulink_column *column, const char *label,
		     struct kulink_cell *cell)
{
	int index = kulink_label_index(column->labels, label);

	/* An index without a label comes as its number. */
	cell->number = index < 0 ? strtoull(label, NULL, 10) : (uint64_t)index;
	cell->string = kulink_label(column->labels, cell->number);
	return 0;
}

static int string_cell(const char *string, struct kulink_cell *cell, struct kulink_table *table)
{
	cell->string = table ? kulink_table_string(table, string, strlen(string)) : string;
	return cell->string ? 0 : -ENOMEM;
}

static int decode(const struct kulink_column *column, const struct nlattr *attr,
		  struct kulink_cell *cell, struct kulink_table *table)
{
	static const uint16_t wanted[] = {
		[KULINK_TYPE_BOOL] = KULINK_A_BOOL, [KULINK_TYPE_S64] = KULINK_A_S64,
		[KULINK_TYPE_U64] = KULINK_A_U64, [KULINK_TYPE_ENUM] = KULINK_A_STRING,
		[KULINK_TYPE_STRING] = KULINK_A_STRING,
	};

	if (mnl_attr_get_type(attr) != wanted[column->type] || !well_formed(attr))
		return -EPROTO;
	switch (column->type) {
	case KULINK_TYPE_BOOL:
		cell->number = mnl_attr_get_u8(attr);
		return 0;
	case KULINK_TYPE_ENUM:
		return enum_cell(column, mnl_attr_get_str(attr), cell);
	case KULINK_TYPE_STRING:
		return string_cell(mnl_attr_get_str(attr), cell, table);
	default:
		cell->number = mnl_attr_get_u64(attr);
		return 0;
	}
}

int kulink_genl_cells(const struct kulink_part *part, const struct nlattr *nest,
		      struct kulink_cell *cells, struct kulink_table *table)
{
	const struct nlattr *attr;
	size_t i = 0;
	int error;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == KULINK_A_PAD)
			continue;
		if (i == part->n_cells)
			return -EPROTO;
		error = decode(&part->cells[i], attr, &cells[i], table);
		if (error)
			return error;
		i++;
	}
	return i == part->n_cells ? 0 : -EPROTO;
}
