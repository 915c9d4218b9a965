// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink: services, values and records as attributes. */
#include <linux/string.h>

#include "genl.h"

/* A string with its NUL, from memory that need not have one. */
int kulink_genl_put_string(struct sk_buff *skb, int attr, const char *s, size_t len)
{
	struct nlattr *nla;

	if (len >= U16_MAX - NLA_HDRLEN)
		return -EMSGSIZE;
	nla = nla_reserve(skb, attr, len + 1);
	if (!nla)
		return -EMSGSIZE;
	memcpy(nla_data(nla), s, len);
	((char *)nla_data(nla))[len] = '\0';
	return 0;
}

size_t kulink_genl_service_size(struct kulink_service *service)
{
	size_t len;

	kulink_declaration(service, &len);
	return GENL_HDRLEN + nla_total_size(KULINK_NAME_SIZE) + nla_total_size(sizeof(u32)) +
	       nla_total_size(len + 1);
}

int kulink_genl_put_service(struct sk_buff *skb, struct kulink_service *service)
{
	size_t len;
	const char *text = kulink_declaration(service, &len);

	if (nla_put_string(skb, KULINK_A_SERVICE, kulink_service_name(service)) ||
	    nla_put_u32(skb, KULINK_A_ABI, KULINK_ABI))
		return -EMSGSIZE;
	return kulink_genl_put_string(skb, KULINK_A_DECLARATION, text, len);
}

int kulink_genl_put_datum(struct sk_buff *skb, const struct kulink_datum *datum)
{
	switch (datum->type) {
	case KULINK_TYPE_BOOL:
		return nla_put_u8(skb, KULINK_A_BOOL, !!datum->number);
	case KULINK_TYPE_S64:
		return nla_put_s64(skb, KULINK_A_S64, (s64)datum->number, KULINK_A_PAD);
	case KULINK_TYPE_U64:
		return nla_put_u64_64bit(skb, KULINK_A_U64, datum->number, KULINK_A_PAD);
	default:
		return nla_put_string(skb, KULINK_A_STRING, datum->string);
	}
}

/* Most bytes that a cell takes, without the attribute's header. */
static size_t cell_size(const struct kulink_cell *cell)
{
	size_t size = 20;
	u32 i;

	switch (cell->type) {
	case KULINK_TYPE_BOOL:
		return sizeof(u8);
	case KULINK_TYPE_ENUM:
		for (i = 0; i < cell->n_labels; i++)
			size = max(size, strlen(cell->labels[i]));
		return size + 1;
	case KULINK_TYPE_STRING:
		return cell->size + 1;
	default:
		return sizeof(u64);
	}
}

/* Most bytes that a record takes, with its nest's header. */
size_t kulink_genl_record_size(const struct kulink_layout *layout)
{
	size_t size = 0;
	u32 i;

	for (i = 0; i < layout->n_cells; i++)
		size += nla_total_size_64bit(cell_size(&layout->cells[i]));
	return nla_total_size(size);
}

/* An index that has no label, which is the driver's mistake, shows as the number. */
static int put_enum(struct sk_buff *skb, const struct kulink_cell *cell, u64 number)
{
	char text[24];

	if (number < cell->n_labels)
		return nla_put_string(skb, KULINK_A_STRING, cell->labels[number]);
	snprintf(text, sizeof(text), "%llu", number);
	return nla_put_string(skb, KULINK_A_STRING, text);
}

static int put_cell(struct sk_buff *skb, const struct kulink_cell *cell, const void *at)
{
	u64 number = cell->type == KULINK_TYPE_STRING ? 0 : *(const u64 *)at;

	switch (cell->type) {
	case KULINK_TYPE_BOOL:
		return nla_put_u8(skb, KULINK_A_BOOL, !!number);
	case KULINK_TYPE_S64:
		return nla_put_s64(skb, KULINK_A_S64, (s64)number, KULINK_A_PAD);
	case KULINK_TYPE_U64:
		return nla_put_u64_64bit(skb, KULINK_A_U64, number, KULINK_A_PAD);
	case KULINK_TYPE_ENUM:
		return put_enum(skb, cell, number);
	default:
		return kulink_genl_put_string(skb, KULINK_A_STRING, at, strnlen(at, cell->size));
	}
}

int kulink_genl_put_record(struct sk_buff *skb, const struct kulink_layout *layout,
			   const void *record)
{
	struct nlattr *nest = nla_nest_start(skb, KULINK_A_RECORD);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < layout->n_cells; i++) {
		const struct kulink_cell *cell = &layout->cells[i];

		if (put_cell(skb, cell, record + cell->offset)) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
	}
	nla_nest_end(skb, nest);
	return 0;
}

u64 kulink_genl_put_records(struct sk_buff *skb, const void *records, size_t size, u64 n)
{
	size_t room = min_t(size_t, skb_tailroom(skb), U16_MAX);

	if (room < NLA_HDRLEN)
		return 0;
	/* what is added to align it must fit, too */
	n = min_t(u64, n, (ALIGN_DOWN(room, NLA_ALIGNTO) - NLA_HDRLEN) / size);
	if (!n || nla_put(skb, KULINK_A_RECORDS, n * size, records))
		return 0;
	return n;
}
