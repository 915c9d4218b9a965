// SPDX-License-Identifier: GPL-2.0-only
/* Values: read, checked and set. */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/string.h>

#include "core.h"

static void member_lock(struct kulink_service *service)
{
	if (service->desc->lock)
		service->desc->lock(service->priv);
	else
		mutex_lock(&service->member);
}

static void member_unlock(struct kulink_service *service)
{
	if (service->desc->unlock)
		service->desc->unlock(service->priv);
	else
		mutex_unlock(&service->member);
}

/* Plain copies only: the driver's lock may be a spinlock. */
static void load(struct kulink_service *service, const struct kulink_field *field,
		 struct kulink_datum *datum)
{
	member_lock(service);
	if (field->type == KULINK_TYPE_STRING)
		memcpy(datum->string, service->priv + field->offset,
		       min_t(size_t, field->size, sizeof(datum->string) - 1));
	else
		datum->number = kulink_member_load(field, service->priv);
	member_unlock(service);
}

static void store(struct kulink_service *service, const struct kulink_field *field,
		  const struct kulink_datum *datum)
{
	member_lock(service);
	if (field->type == KULINK_TYPE_STRING) {
		void *to = service->priv + field->offset;

		memset(to, 0, field->size);
		memcpy(to, datum->string, datum->len);
	} else {
		kulink_member_store(field, service->priv, datum->number);
	}
	member_unlock(service);
}

/* A number that is a member is complete as it is; what a driver gives may be anything */
static int get(struct kulink_service *service, const struct kulink_value *value,
	       struct kulink_datum *datum)
{
	const struct kulink_field *field = &value->field;
	int err = 0;

	datum->type = field->type;
	if (value->get)
		err = value->get(service->priv, datum);
	else
		load(service, field, datum);
	if (err || (!value->get && (field->type == KULINK_TYPE_S64 || field->type == KULINK_TYPE_U64)))
		return err;
	kulink_datum_complete(field, datum);
	return 0;
}

int kulink_value_get(struct kulink_service *service, unsigned int value,
		     struct kulink_datum *datum)
{
	const struct kulink_value *v;
	int idx, err;

	err = kulink_enter(service, &idx);
	if (err)
		return err;
	v = &service->desc->values[value];
	err = v->mode & 0444 ? get(service, v, datum) : -EACCES;
	kulink_exit(service, idx);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_value_get);

int kulink_value_read(struct kulink_service *service, const struct cred *cred, int may,
		      unsigned int value, struct kulink_datum *datum)
{
	int idx, err;

	err = kulink_enter(service, &idx);
	if (err)
		return err;
	err = kulink_part_permit(service, cred, may, KULINK_VALUES, value, MAY_READ) ?:
	      get(service, &service->desc->values[value], datum);
	kulink_exit(service, idx);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_value_read);

/* Under the driver's lock */
static void take_member(struct kulink_service *service, unsigned int i,
			void (*take)(void *ctx, unsigned int value, u64 number,
				     const char *string, size_t len), void *ctx)
{
	const struct kulink_field *field = &service->desc->values[i].field;
	const char *string = service->priv + field->offset;
	u64 number;

	if (field->type == KULINK_TYPE_STRING) {
		take(ctx, i, 0, string, strnlen(string, field->size - 1));
		return;
	}
	number = kulink_member_load(field, service->priv);
	take(ctx, i, field->type == KULINK_TYPE_BOOL ? !!number : number, NULL, 0);
}

int kulink_members_get(struct kulink_service *service,
		       void (*take)(void *ctx, unsigned int value, u64 number, const char *string,
				    size_t len),
		       void *ctx)
{
	const struct kulink_value *values;
	unsigned int i;
	int idx, err;

	err = kulink_enter(service, &idx);
	if (err)
		return err;
	values = service->desc->values;
	member_lock(service);
	for (i = 0; i < service->n_values; i++)
		if (!values[i].get && values[i].mode & 0444)
			take_member(service, i, take, ctx);
	member_unlock(service);
	kulink_exit(service, idx);
	return 0;
}
EXPORT_SYMBOL_GPL(kulink_members_get);

static int set(struct kulink_service *service, const struct kulink_value *value,
	       struct kulink_datum *datum)
{
	int err;

	err = kulink_datum_check(value, datum);
	if (err)
		return err;
	err = mutex_lock_killable(&service->set);
	if (err)
		return err;
	if (value->set)
		err = value->set(service->priv, datum);
	else
		store(service, &value->field, datum);
	if (!err && value->changed)
		value->changed(service->priv);
	mutex_unlock(&service->set);
	return err;
}

int kulink_value_set(struct kulink_service *service, unsigned int value,
		     const struct kulink_datum *datum)
{
	struct kulink_datum copy = *datum;
	const struct kulink_value *v;
	int idx, err;

	err = kulink_enter(service, &idx);
	if (err)
		return err;
	v = &service->desc->values[value];
	err = v->mode & 0222 ? set(service, v, &copy) : -EACCES;
	if (!err)
		kulink_changed(service, value);
	kulink_exit(service, idx);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_value_set);

int kulink_value_show(struct kulink_service *service, unsigned int value,
		      char text[KULINK_TEXT_SIZE])
{
	struct kulink_datum datum = {};
	int err = kulink_value_get(service, value, &datum);

	return err ?: kulink_datum_format(&datum, text);
}
EXPORT_SYMBOL_GPL(kulink_value_show);

int kulink_value_store(struct kulink_service *service, unsigned int value,
		       const char *text, size_t len)
{
	struct kulink_datum datum;
	const struct kulink_value *v;
	int idx, err;

	err = kulink_enter(service, &idx);
	if (err)
		return err;
	v = &service->desc->values[value];
	err = v->mode & 0222 ? kulink_datum_parse(&v->field, text, len, &datum) : -EACCES;
	if (!err)
		err = set(service, v, &datum);
	if (!err)
		kulink_changed(service, value);
	kulink_exit(service, idx);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_value_store);

void kulink_changed(struct kulink_service *service, unsigned int value)
{
	/* An interrupt may come before kulink_register() has returned the service. */
	if (IS_ERR_OR_NULL(service) || WARN_ON_ONCE(value >= service->n_values))
		return;
	set_bit(value, service->changed);
	kulink_service_get(service);
	if (!schedule_work(&service->changed_work))
		kulink_service_put(service);
}
EXPORT_SYMBOL_GPL(kulink_changed);
