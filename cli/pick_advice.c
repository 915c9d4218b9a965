// SPDX-License-Identifier: MIT
/* What kulink pick says beside the channel: each sentence for what was asked, and no other */
#include <string.h>
#include "pick.h"

/** struct situation - @first: NULL: no channel does it; @unmeasured: some that may do it have no figure */
struct situation {
	const struct pick_needs *needs;
	const struct pick_choice *first;
	bool unmeasured;
};

static bool loss_of_events(const struct situation *s)
{
	return s->needs->kind == KULINK_EVENTS && s->needs->no_loss;
}

static bool large_table(const struct situation *s)
{
	return s->first && s->needs->kind == KULINK_TABLES && s->needs->size > 4096;
}

static bool any_table(const struct situation *s)
{
	return s->first && s->needs->kind == KULINK_TABLES;
}

static bool no_script(const struct situation *s)
{
	return s->needs->script && !s->first;
}

static bool asked_in_interrupt(const struct situation *s)
{
	return s->needs->interrupt && s->needs->kind & (KULINK_VALUES | KULINK_TABLES | KULINK_CALLS);
}

static bool emitted_in_interrupt(const struct situation *s)
{
	return s->first && s->needs->interrupt && s->needs->kind == KULINK_EVENTS;
}

static bool written_in_interrupt(const struct situation *s)
{
	return s->first && s->needs->interrupt && s->needs->kind == KULINK_REGIONS;
}

static bool shared_page(const struct situation *s)
{
	return s->first && !strcmp(s->first->info->name, "mmap") && s->needs->kind == KULINK_VALUES;
}

static bool strangers(const struct situation *s)
{
	return s->first && s->first->info->anonymous;
}

static bool none_remote(const struct situation *s)
{
	return s->needs->remote && !s->first;
}

static bool speed_unknown(const struct situation *s)
{
	return s->unmeasured && (s->needs->rate || s->needs->latency);
}

static const struct {
	bool (*applies)(const struct situation *s);
	const char *sentence;
} advice[] = {
	{ loss_of_events,
	  "What must not be lost is a state, not an event: keep it in a table or value that programs read, "
	  "and let an event say only that it changed." },
	{ large_table, "It is read whole and of one generation, in one go: no page at a time, no second run." },
	{ any_table,
	  "Few locks: a read takes one snapshot under the driver's own lock; nothing is locked while a "
	  "program copies, prints or sleeps." },
	{ no_script, "A script can run the command kulink (--json) over any channel." },
	{ asked_in_interrupt,
	  "It is programs that ask, and who asks is answered in process context; the driver may change what it "
	  "shows from an interrupt, under its own spinlock. To say something from there, emit an event." },
	{ emitted_in_interrupt, "kulink_emit() works in any context but NMI, whatever the channels." },
	{ written_in_interrupt,
	  "A driver writes its region in any context, without a call of kulink's, and nobody is told: emit an event." },
	{ shared_page,
	  "A value read from memory is as of its last change that the driver told, or of kulink_refresh()." },
	{ strangers, "It brings no credentials: whoever uses it is \"others\" of each part's mode." },
	{ none_remote,
	  "From another machine udp carries values, tables, calls and events of a datagram each; a program on "
	  "this one can hand on more." },
	{ speed_unknown, "Whether a channel without a figure is quick enough is not known." },
};

const char *pick_advice(const struct pick_needs *needs, const struct pick_choice *choices, size_t n,
			size_t i)
{
	struct situation s = { .needs = needs };
	size_t k;

	if (n && choices[0].rank)
		s.first = &choices[0];
	for (k = 0; k < n && choices[k].rank; k++)
		if (!choices[k].figure)
			s.unmeasured = true;
	for (k = 0; k < COUNT(advice); k++)
		if (advice[k].applies(&s) && !i--)
			return advice[k].sentence;
	return NULL;
}
