// SPDX-License-Identifier: MIT
/* Where a channel tells waiters that a value has changed, as sysfs does, a change has to be told. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include "tour.h"

#define WAIT_MS	5000

/* Whether the change arrives; others may come before it */
static bool told(struct kulink *k, const struct kulink_part *part,
		 const struct kulink_datum *datum)
{
	struct pollfd p = { .fd = kulink_fd(k), .events = POLLIN };
	uint64_t end = tour_now() + WAIT_MS * 1000000ULL;
	struct kulink_event event;
	int err;

	while (tour_now() < end && !tour_stopped()) {
		err = kulink_next(k, &event);
		if (err == -EAGAIN) {
			poll(&p, 1, WAIT_MS);
			continue;
		}
		if (err || event.gone)
			return false;
		if (strcmp(event.name, part->name) || event.n_cells != 1)
			continue;
		if (event.cells[0].string ? !strcmp(event.cells[0].string, datum->string) :
		    event.cells[0].number == datum->number)
			return true;
	}
	return false;
}

/* Whether to go on with the next */
static bool change_try(struct visit *v, struct kulink *waiter, const struct kulink_part *part)
{
	struct kulink_datum old, new;
	bool was_told;
	int err;

	err = kulink_get(v->k, part->name, &old);
	new = old;
	if (err || !tour_other_value(part, &new) || kulink_set(v->k, part->name, &new))
		return true;
	was_told = told(waiter, part, &new);
	err = kulink_set(v->k, part->name, &old);
	if (!was_told && !tour_stopped())
		visit_failed(v, part->name, "was changed, and who waited for it was not told");
	else if (err)
		visit_failed(v, part->name, "could not be restored: %s", error_meaning(err));
	else
		visit_passed(v, part->name, "its change was told");
	return was_told;
}

void tour_changes(struct visit *v)
{
	const struct kulink_part *part;
	struct kulink *waiter;
	bool more = true;
	size_t i;

	for (i = 0; i < v->info->n_parts && more && !tour_stopped(); i++) {
		part = &v->info->parts[i];
		if (part->kind != KULINK_VALUES || !(part->mode & 0222) || !(part->mode & 0444))
			continue;
		if (kulink_open(&waiter, v->service, v->tour->channel->name))
			return;
		if (!kulink_subscribe(waiter, part->name))
			more = change_try(v, waiter, part);
		kulink_close(waiter);
	}
}
