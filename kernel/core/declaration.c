// SPDX-License-Identifier: GPL-2.0-only
/* The declaration as the ABI's text. */
#include <linux/align.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core.h"

/* Written twice: once to count, once into memory of that size. */
struct out {
	char *text;
	size_t size;
	size_t len;
};

static __printf(2, 3) void put(struct out *out, const char *format, ...)
{
	size_t left = out->size > out->len ? out->size - out->len : 0;
	va_list args;

	va_start(args, format);
	out->len += vsnprintf(left ? out->text + out->len : NULL, left, format, args);
	va_end(args);
}

static void put_details(struct out *out, const struct kulink_field *field)
{
	int i;

	if (field->unit)
		put(out, "\tunit=%s", field->unit);
	for (i = 0; field->labels && field->labels[i]; i++)
		put(out, "%s%s", i ? "," : "\tlabels=", field->labels[i]);
	if (field->type == KULINK_TYPE_STRING)
		put(out, "\tsize=%u", (u32)ALIGN(field->size ?: KULINK_STRING_SIZE, 8));
	put(out, "\n");
}

static void put_fields(struct out *out, const char *kind, const struct kulink_field *field)
{
	for (; field && field->name; field++) {
		put(out, "%s\t%s\t%s", kind, field->name, kulink_type_name(field->type));
		put_details(out, field);
	}
}

static void put_value(struct out *out, const struct kulink_value *value)
{
	put(out, "value\t%s\t%s\t0%03o", value->field.name,
	    kulink_type_name(value->field.type), value->mode);
	if (value->ranged && value->field.type == KULINK_TYPE_S64)
		put(out, "\tmin=%lld\tmax=%lld", (s64)value->min, (s64)value->max);
	else if (value->ranged)
		put(out, "\tmin=%llu\tmax=%llu", value->min, value->max);
	put_details(out, &value->field);
}

static void put_declaration(struct out *out, const struct kulink_service *service)
{
	const char *module = kulink_params_module(service->desc);
	const struct kulink_desc *desc = service->desc;
	unsigned int i;

	put(out, "kulink\t%u\n", KULINK_ABI);
	put(out, "service\t%s\tuid=%u\tgid=%u\tchannels=%s", service->name,
	    from_kuid(&init_user_ns, service->uid), from_kgid(&init_user_ns, service->gid),
	    service->channels);
	if (module)
		put(out, "\tmodule=%s", module);
	put(out, "\n");
	for (i = 0; i < service->n_values; i++)
		put_value(out, &desc->values[i]);
	for (i = 0; i < service->n_tables; i++) {
		put(out, "table\t%s\t0%03o\n", desc->tables[i].name, desc->tables[i].mode);
		put_fields(out, "column", desc->tables[i].columns);
	}
	for (i = 0; i < service->n_calls; i++)
		put(out, "call\t%s\t0%03o\trequest=%zu\treply=%zu\n", desc->calls[i].name,
		    desc->calls[i].mode, desc->calls[i].request_max, desc->calls[i].reply_max);
	for (i = 0; i < service->n_events; i++) {
		put(out, "event\t%s\t0%03o\n", desc->events[i].name, desc->events[i].mode);
		put_fields(out, "field", desc->events[i].fields);
	}
	for (i = 0; i < service->n_regions; i++)
		put(out, "region\t%s\t0%03o\tsize=%zu\n", desc->regions[i].name,
		    desc->regions[i].mode, service->regions[i]->size);
}

/* Take a new text unless one of the service's says the same. */
static void text_take(struct kulink_service *service, struct kulink_text *new)
{
	struct kulink_text *old;

	list_for_each_entry(old, &service->texts, node)
		if (old->len == new->len && !memcmp(old->text, new->text, new->len)) {
			kvfree(new);
			new = old;
			goto found;
		}
	list_add(&new->node, &service->texts);
found:
	/* Pairs with kulink_declaration(): who sees the pointer sees the text. */
	smp_store_release(&service->text, new);
}

/**
 * kulink_text_update() - write the text anew, after owner, group or channels changed
 * @service: registered, not yet unregistered; under its publish mutex
 *
 * Readers hold no reference on a text, so the old ones are kept as long as the service:
 * an administrator changes them a few times in its life.
 */
int kulink_text_update(struct kulink_service *service)
{
	struct kulink_text *text;
	struct out out = {};

	put_declaration(&out, service);
	text = kvmalloc(struct_size(text, text, out.len + 1), GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	text->len = out.len;
	out = (struct out){ .text = text->text, .size = text->len + 1 };
	put_declaration(&out, service);
	text_take(service, text);
	return 0;
}

void kulink_text_free(struct kulink_service *service)
{
	struct kulink_text *text, *next;

	list_for_each_entry_safe(text, next, &service->texts, node)
		kvfree(text);
}

const char *kulink_declaration(const struct kulink_service *service, size_t *len)
{
	/* Pairs with text_take(). */
	const struct kulink_text *text = smp_load_acquire(&service->text);

	*len = text->len;
	return text->text;
}
EXPORT_SYMBOL_GPL(kulink_declaration);
