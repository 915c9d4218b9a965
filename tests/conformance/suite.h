/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The conformance suite: written once, run for each channel with no other one loaded.
 * The test driver (tests/driver) is steered beside kulink, so that a channel which
 * carries nothing but events is tested like any other.
 */
#ifndef SUITE_H
#define SUITE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>
#include <kulink.h>

#include "../driver/pattern.h"

#define SERVICE "ktest0"

/* Whom the driver was loaded for, and somebody else. */
enum { OWNER = 1000, GROUP = 2000, STRANGER = 3000 };

/* Kinds beside enum kulink_kind's: values that can be set, values that can only be read */
#define SETS		(1u << 16)
#define READINGS	(1u << 17)

/**
 * struct requirement - what DESIGN's table demands of a channel
 * @carries: enum kulink_kind bits; READINGS: values cannot be set over it
 * @call_max: most bytes of a request and of a reply
 * @anonymous: it has no credentials: whoever asks is "others"
 */
struct requirement {
	const char *name;
	uint32_t carries;
	size_t call_max;
	bool anonymous;
};

extern const struct requirement *channel;
/* Counts are divided by this: a kernel full of checkers is slow. */
extern unsigned int scale;

const struct requirement *requirement_of(const char *name);
static inline bool carries(uint32_t kind)
{
	if (kind == SETS)
		return channel->carries & KULINK_VALUES && !(channel->carries & READINGS);
	return channel->carries & kind;
}

static inline bool reads_only(void)
{
	return channel->carries & READINGS;
}

/* What the library says of it */
const struct kulink_channel_info *channel_info(void);

static inline bool is_fieldless(void)
{
	return channel_info()->fieldless;
}

static inline bool is_lossy(void)
{
	return channel_info()->lossy;
}

static inline bool is_channel(const char *name)
{
	return !strcmp(channel->name, name);
}

/* n divided by the scale, but at least least */
unsigned int scaled(unsigned int n, unsigned int least);

/* The test's service over its channel; the test fails if that does not work */
struct kulink *open_service(void);
/* The same to set values: over the channel or, where that only reads, one of the same module */
struct kulink *open_setter(void);
const char *setter_name(void);

/* An answer must be this very one. */
void expect_err(const char *what, int got, int expected, const char *file, int line);
#define expect(call, expected) expect_err(#call, (call), (expected), __FILE__, __LINE__)

/* driver.c: /sys/module/kulink_test/parameters/NAME, and the log's counters */
void control(const char *name, unsigned long value);
uint64_t counter(const char *name);
/* until a counter has reached a number; the test fails after a minute */
void await_counter(const char *name, uint64_t least);
/* the entries of the emitter's log from @first on; how many */
size_t read_log(struct ktest_entry *entries, uint64_t first, size_t count);

/* process.c: run it in a process of its own; what it returns, or -ECHILD when it died */
int in_child(int (*fn)(void *arg), void *arg);
/* this process becomes that user; 0 or -ECHILD */
int change_user(uid_t uid, gid_t gid);
int as_user(uid_t uid, gid_t gid, int (*fn)(void *arg), void *arg);
/*
 * A process that stays: it does one thing after another as that user, for a fork for each would be most of the work under a checker.
 * @fn gets a copy of *@arg, and what it opens it must close. @room tells two of the same user apart, for one that has unshared.
 */
struct seat {
	uid_t uid;
	gid_t gid;
	int room;
};

int in_seat(const struct seat *seat, int (*fn)(void *arg), const void *arg, size_t len);
void leave_seats(void);
/* n at once, held until all are there; the first answer other than 0 */
int together(unsigned int n, int (*fn)(unsigned int i));
pid_t start_child(int (*fn)(void *arg), void *arg);
int end_child(pid_t pid);

/* permission.c: whether this kernel lets nobody else join a restricted group of the channel's */
bool only_admin_joins(void);

/* check.c: rows and events against what the driver puts there */
struct rows_check {
	uint64_t n;
	uint64_t generation;
	int wrong;		/* the first thing that was, by line number */
};

int check_row(void *ctx, const struct kulink_row *row);
/* dump the table "rows" and check each; 0, -errno of the dump, -EBADMSG for a wrong row */
int dump_rows(struct kulink *k, struct rows_check *check);
int dump_churn(struct kulink *k, uint64_t *generation);
/* an event's payload; 0 or -EBADMSG */
int check_event(const struct kulink_event *event);

/* A group of tests: those of a kind that the channel carries, or that it does not. */
struct test_group {
	const char *name;
	uint32_t kind;		/* 0: any channel */
	const struct CMUnitTest *tests;
	size_t n_tests;
	const struct CMUnitTest *absent;
	size_t n_absent;
	const char *only;	/* channels that it is about; NULL: all */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

extern const struct test_group regions_group, blobs_group, readings_group, matrix_group;
extern const struct test_group values_group, calls_group, tables_group, events_group, text_group,
	changed_group, concurrent_group;
extern const struct test_group bad_services_group, bad_values_group, bad_tables_group, bad_calls_group,
	bad_events_group;
extern const struct test_group value_permission_group, table_permission_group, call_permission_group,
	event_permission_group, region_permission_group;
extern const struct test_group killed_values_group, killed_tables_group, killed_calls_group,
	killed_events_group, killed_sets_group;

#endif
