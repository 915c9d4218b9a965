/* SPDX-License-Identifier: MIT */
/* Between kulink tour and its parts, one file a kind: values, tables, calls, events, regions. */
#ifndef KULINK_CLI_TOUR_H
#define KULINK_CLI_TOUR_H

#include "cli.h"

enum { TOUR_VALUES, TOUR_TABLES, TOUR_CALLS, TOUR_EVENTS, TOUR_REGIONS, TOUR_KINDS };
enum { TOUR_GET, TOUR_SET, TOUR_DUMP, TOUR_CALL, TOUR_EVENT, TOUR_TIMES };

/** enum verdict - as JSON's null, false, true */
enum verdict { UNTRIED, FAILED, PASSED };

#define TOUR_FAILURES	16

/**
 * struct tour - what was found of one channel
 * @why: why it could not run; "" if it did
 * @failures: the first ones
 * @ns: medians of small operations; 0: not measured
 */
struct tour {
	const struct options *o;
	const struct kulink_channel_info *channel;
	enum verdict kinds[TOUR_KINDS];
	uint64_t ns[TOUR_TIMES];
	unsigned int services;
	size_t n_failures;
	char *failures[TOUR_FAILURES];
	char why[256];
};

/**
 * struct visit - a service over the channel
 * @other: the same service over another channel that carries the kind at hand, to hold the
 *	answers against; NULL if there is none
 */
struct visit {
	struct tour *tour;
	const struct kulink_info *info;
	const char *service;
	struct kulink *k;
	struct kulink *other;
	int kind;
};

void tour_values(struct visit *v);
void tour_tables(struct visit *v);
void tour_calls(struct visit *v);
void tour_events(struct visit *v);
void tour_regions(struct visit *v);

/* Part of the values: where a channel tells of their changes */
void tour_changes(struct visit *v);
/* Make it another allowed one; false: there is none */
bool tour_other_value(const struct kulink_part *part, struct kulink_datum *datum);

void visit_passed(struct visit *v, const char *part, const char *what);
void visit_failed(struct visit *v, const char *part, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Not tried and no failure: said with -v */
void visit_skipped(struct visit *v, const char *part, const char *why);
/* Whether an error only says that we are not root, or not over this channel */
bool visit_refused(const struct visit *v, int err);
/* Whether to stop: an interrupt came. What was changed is still restored. */
bool tour_stopped(void);

/* Shows all and frees their failures; the exit status */
int tour_show(const struct options *o, struct tour *tours, size_t n);

uint64_t tour_now(void);
/* The median, unless one is there already; sorts @ns */
void tour_time(struct visit *v, int what, uint64_t *ns, size_t n);

#endif /* KULINK_CLI_TOUR_H */
