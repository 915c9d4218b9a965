// SPDX-License-Identifier: MIT
/*
 * Values: each is read and held against another channel; each that can be set is set to another
 * allowed value, read back over both, refused what is out of its range, and restored.
 */
#include <errno.h>
#include <string.h>
#include "tour.h"

#define ROUNDS	16
#define GETS	101
#define SETS	31

static bool same(const struct kulink_datum *a, const struct kulink_datum *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == KULINK_TYPE_ENUM || a->type == KULINK_TYPE_STRING)
		return !strcmp(a->string, b->string);
	return a->number == b->number;
}

/* Whether @b, read between @a and @c, can be what it was then */
static bool between(const struct kulink_datum *a, const struct kulink_datum *b,
		    const struct kulink_datum *c)
{
	if (same(a, b) || same(b, c))
		return true;
	if (a->type == KULINK_TYPE_U64)
		return a->number < b->number && b->number < c->number;
	if (a->type == KULINK_TYPE_S64)
		return (int64_t)a->number < (int64_t)b->number &&
		       (int64_t)b->number < (int64_t)c->number;
	return false;
}

/* As of now, where values are memory that is only written on a change */
static int get(struct kulink *k, const char *value, struct kulink_datum *datum)
{
	int err = kulink_refresh(k);

	return err ? err : kulink_get(k, value, datum);
}

/* Read over the channel, over the other and again: 0 they agree; 1 they do not; -errno */
static int agree(struct visit *v, const char *value)
{
	struct kulink_datum a, b, c;
	int i, err = 0;

	for (i = 0; i < ROUNDS; i++) {
		err = get(v->k, value, &a);
		if (!err)
			err = get(v->other, value, &b);
		if (!err)
			err = get(v->k, value, &c);
		if (err || between(&a, &b, &c))
			return err;
	}
	return 1;
}

static bool value_read(struct visit *v, const struct kulink_part *part)
{
	struct kulink_datum datum;
	int err;

	err = get(v->k, part->name, &datum);
	if (!(part->mode & 0444)) {
		if (err == -EACCES || err == -EPERM)
			visit_passed(v, part->name, "cannot be read, as declared");
		else
			visit_failed(v, part->name, "is write-only, but reading gave %s",
				     err ? error_name(err) : "a value");
		return false;
	}
	if (visit_refused(v, err)) {
		visit_skipped(v, part->name, "we may not read it");
		return false;
	}
	if (err == -EOPNOTSUPP) {
		visit_skipped(v, part->name, "it is not on this channel");
		return false;
	}
	if (err) {
		visit_failed(v, part->name, "get: %s", error_meaning(err));
		return false;
	}
	if (datum.type != part->type) {
		visit_failed(v, part->name, "is a %s, declared %s", type_name(datum.type),
			     type_name(part->type));
		return false;
	}
	err = v->other ? agree(v, part->name) : 0;
	if (err < 0)
		visit_failed(v, part->name, "get: %s", error_meaning(err));
	else if (err)
		visit_failed(v, part->name, "reads otherwise over %s", kulink_channel(v->other));
	else
		visit_passed(v, part->name, v->other ? "read, the same over another" : "read");
	return !err;
}

static bool other_number(const struct kulink_part *part, struct kulink_datum *datum)
{
	uint64_t top = part->type == KULINK_TYPE_S64 ? (uint64_t)INT64_MAX : UINT64_MAX;
	uint64_t min = part->type == KULINK_TYPE_S64 ? (uint64_t)INT64_MIN : 0;

	if (part->ranged) {
		top = part->max;
		min = part->min;
	}
	if (top == min)
		return false;
	datum->number += datum->number == top ? -1 : 1;
	return true;
}

static bool other_label(const struct kulink_part *part, struct kulink_datum *datum)
{
	size_t i;

	for (i = 0; part->labels && part->labels[i]; i++) {
		if (!strcmp(part->labels[i], datum->string))
			continue;
		datum->number = i;
		datum->len = snprintf(datum->string, sizeof(datum->string), "%s", part->labels[i]);
		return true;
	}
	return false;
}

static bool other_string(const struct kulink_part *part, struct kulink_datum *datum)
{
	size_t min = part->ranged ? part->min : 0;
	size_t max = part->ranged ? part->max : KULINK_STRING_SIZE - 1;
	size_t len = max < 4 ? max : min > 4 ? min : 4;

	if (!len || len >= sizeof(datum->string))
		return false;
	memset(datum->string, *datum->string == 'k' ? 't' : 'k', len);
	datum->string[len] = '\0';
	datum->len = len;
	return true;
}

/* Make it another allowed one, as near as can be: a rate of one is no flood */
bool tour_other_value(const struct kulink_part *part, struct kulink_datum *datum)
{
	switch (part->type) {
	case KULINK_TYPE_BOOL:
		datum->number = !datum->number;
		return true;
	case KULINK_TYPE_S64:
	case KULINK_TYPE_U64:
		return other_number(part, datum);
	case KULINK_TYPE_ENUM:
		return other_label(part, datum);
	case KULINK_TYPE_STRING:
		return other_string(part, datum);
	}
	return false;
}

static bool reads_as(struct kulink *k, const char *value, const struct kulink_datum *expected)
{
	struct kulink_datum datum;

	return !get(k, value, &datum) && same(&datum, expected);
}

/* Whether the driver makes the same of it when it comes over the other channel */
static bool driver_did_it(struct visit *v, const char *value, const struct kulink_datum *new)
{
	struct kulink_datum ours, theirs;

	return v->other && !get(v->k, value, &ours) && !kulink_set(v->other, value, new) &&
	       !get(v->other, value, &theirs) && same(&ours, &theirs);
}

/* A channel that loses what it is told must not leave anything behind either */
static void value_restore(struct visit *v, const char *value, const struct kulink_datum *old)
{
	int err = kulink_set(v->k, value, old);

	if (v->other && (err || !reads_as(v->other, value, old)))
		err = kulink_set(v->other, value, old);
	if (err)
		visit_failed(v, value, "could not be restored: %s", error_meaning(err));
}

static void refused_range(struct visit *v, const struct kulink_part *part,
			  const struct kulink_datum *old, uint64_t number)
{
	struct kulink_datum datum = { .type = part->type, .number = number };
	char text[32];
	int err;

	number_text(part->type, number, NULL, text, sizeof(text));
	err = kulink_set(v->k, part->name, &datum);
	if (err != -ERANGE)
		visit_failed(v, part->name, "set to %s, out of its range: %s, not ERANGE", text,
			     err ? error_name(err) : "taken");
	else if (!reads_as(v->k, part->name, old))
		visit_failed(v, part->name, "changed by a refused %s", text);
	else
		visit_passed(v, part->name, "refused what is out of its range");
	if (!err)
		value_restore(v, part->name, old);
}

static void value_range(struct visit *v, const struct kulink_part *part,
			const struct kulink_datum *old)
{
	bool is_signed = part->type == KULINK_TYPE_S64;

	if (!part->ranged || (!is_signed && part->type != KULINK_TYPE_U64))
		return;
	if (part->max != (is_signed ? (uint64_t)INT64_MAX : UINT64_MAX))
		refused_range(v, part, old, part->max + 1);
	if (part->min != (is_signed ? (uint64_t)INT64_MIN : 0))
		refused_range(v, part, old, part->min - 1);
}

/* The channel refused what the declaration allows: is that the driver's will? */
static void value_refused(struct visit *v, const struct kulink_part *part, int err,
			  const struct kulink_datum *new, const struct kulink_datum *old)
{
	if (visit_refused(v, err)) {
		visit_skipped(v, part->name, "we may not set it");
		return;
	}
	if (err == -EOPNOTSUPP) {
		visit_skipped(v, part->name, "the channel only reads");
		return;
	}
	if (!v->other || kulink_set(v->other, part->name, new)) {
		visit_skipped(v, part->name, "the driver refused another value");
		return;
	}
	visit_failed(v, part->name, "set: %s, but %s took it", error_meaning(err),
		     kulink_channel(v->other));
	value_restore(v, part->name, old);
}

static void set_time(struct visit *v, const char *value, const struct kulink_datum *old)
{
	uint64_t ns[SETS], start;
	size_t i;

	if (v->tour->ns[TOUR_SET])
		return;
	for (i = 0; i < SETS; i++) {
		start = tour_now();
		if (kulink_set(v->k, value, old))
			return;
		ns[i] = tour_now() - start;
	}
	tour_time(v, TOUR_SET, ns, SETS);
}

static void value_write(struct visit *v, const struct kulink_part *part)
{
	struct kulink_datum old, new;
	int err;

	if (get(v->k, part->name, &old))
		return;
	new = old;
	if (!tour_other_value(part, &new))
		return;
	err = kulink_set(v->k, part->name, &new);
	if (err) {
		value_refused(v, part, err, &new, &old);
		return;
	}
	if (!reads_as(v->k, part->name, &new) && !driver_did_it(v, part->name, &new))
		visit_failed(v, part->name, "does not read back as it was set");
	else if (v->other && reads_as(v->k, part->name, &new) &&
		 !reads_as(v->other, part->name, &new))
		visit_failed(v, part->name, "was set, but not over %s", kulink_channel(v->other));
	else
		visit_passed(v, part->name, "set, read back");
	value_restore(v, part->name, &old);
	value_range(v, part, &old);
	set_time(v, part->name, &old);
}

static void get_time(struct visit *v, const char *value)
{
	struct kulink_datum datum;
	uint64_t ns[GETS], start;
	size_t i;

	if (v->tour->ns[TOUR_GET])
		return;
	for (i = 0; i < GETS; i++) {
		start = tour_now();
		if (kulink_get(v->k, value, &datum))
			return;
		ns[i] = tour_now() - start;
	}
	tour_time(v, TOUR_GET, ns, GETS);
}

void tour_values(struct visit *v)
{
	const struct kulink_part *part;
	size_t i;

	for (i = 0; i < v->info->n_parts && !tour_stopped(); i++) {
		part = &v->info->parts[i];
		if (part->kind != KULINK_VALUES || !value_read(v, part))
			continue;
		get_time(v, part->name);
		if ((part->mode & 0222) && !v->tour->o->read_only)
			value_write(v, part);
	}
	/* of a channel that lies nobody knows what to restore */
	if (!v->tour->o->read_only && v->tour->kinds[TOUR_VALUES] == PASSED &&
	    !(v->tour->channel->carries & KULINK_EVENTS))
		tour_changes(v);
}
