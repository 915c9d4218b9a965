// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may what: for each kind of part, by whose bits of its mode each actor is judged. That is tried out with a part for its
 * owner alone, one for its group, too, and one for everyone, and held against the table in docs/security.md.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "suite.h"

#define DOCUMENT	"/tests/security.md"

enum rights { OWNERS, GROUPS, EVERYONES, RIGHTS };

static const struct kind {
	uint32_t kind;
	const char *title;
	const char *parts[RIGHTS];
} kinds[] = {
	{ KULINK_VALUES, "get", { "mode_0600", "mode_0640", "mode_0664" } },
	{ SETS, "set", { "mode_0200", "mode_0220", NULL } },
	{ KULINK_TABLES, "table", { "rows_0400", "rows_0440", "rows_0404" } },
	{ KULINK_CALLS, "call", { "mode_0400", "mode_0440", "echo" } },
	{ KULINK_EVENTS, "event", { "private", NULL, "data" } },
	{ KULINK_REGIONS, "region", { "region_0600", "region_0640", "region_0604" } },
};

/* The order of the table's columns */
static const struct actor {
	uid_t uid;
	gid_t gid;
	int namespace;		/* of its own: CLONE_NEW…, in a user namespace as its root */
} actors[] = {
	{ 0, 0, 0 }, { OWNER, STRANGER, 0 }, { STRANGER, GROUP, 0 }, { STRANGER, STRANGER, 0 },
	{ STRANGER, STRANGER, CLONE_NEWUSER }, { 0, 0, CLONE_NEWNET },
};

/* Whose bits count */
enum whose { ANY, OWNER_S, GROUP_S, OTHERS, PUBLIC, NOBODY_S, NOTHING, FAILED };

static const char *const whose_names[] = {
	[ANY] = "any", [OWNER_S] = "owner", [GROUP_S] = "group", [OTHERS] = "others", [PUBLIC] = "public",
	[NOBODY_S] = "none", [NOTHING] = "-", [FAILED] = "?",
};

struct attempt {
	const struct kind *kind;
	const struct actor *actor;
};

static int no_row(void *ctx, const struct kulink_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static int use(struct kulink *k, const struct kind *kind, const char *part)
{
	uint64_t number = 1;
	size_t len = sizeof(number), length;
	void *at;
	int err;

	switch (kind->kind) {
	case KULINK_VALUES:
		return kulink_get_u64(k, part, &number);
	case SETS:
		return kulink_set_u64(k, part, number);
	case KULINK_TABLES:
		return kulink_dump(k, part, no_row, NULL);
	case KULINK_CALLS:
		return kulink_call(k, part, &number, sizeof(number), &number, &len);
	case KULINK_EVENTS:
		return kulink_subscribe(k, part);
	default:
		err = kulink_map(k, part, &at, &length);
		return err ?: munmap(at, length);
	}
}

/* Once: the process stays. */
static int enter(int namespace)
{
	static int within;
	int fd, len;

	if (within == namespace)
		return 0;
	within = namespace;
	prctl(PR_SET_DUMPABLE, 1);
	if (unshare(namespace))
		return -ECHILD;
	if (namespace != CLONE_NEWUSER)
		return 0;
	fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
	len = dprintf(fd, "0 %d 1", STRANGER);
	close(fd);
	return len > 0 && !geteuid() ? 0 : -ECHILD;
}

/* No value is everyone's to set: that a file may not be written says nothing of the service behind it. */
static bool is_hidden(struct kulink *k)
{
	uint64_t number;
	int err = kulink_get_u64(k, "mode_0664", &number);

	return err && err != -EACCES;
}

static enum whose judged_by(const struct attempt *attempt, unsigned int may)
{
	if (may & 1 << OWNERS)
		return attempt->actor->uid ? OWNER_S : ANY;
	if (may & 1 << GROUPS)
		return GROUP_S;
	if (attempt->kind->kind == KULINK_EVENTS && may)
		return PUBLIC;
	return may || !attempt->kind->parts[EVERYONES] ? OTHERS : NOBODY_S;
}

static enum whose try_each(struct kulink *k, const struct attempt *attempt)
{
	const struct kind *kind = attempt->kind;
	unsigned int may = 0;
	int i, err;

	if (kind->kind == SETS && is_hidden(k))
		return NOTHING;
	for (i = 0; i < RIGHTS; i++) {
		err = kind->parts[i] ? use(k, kind, kind->parts[i]) : -EACCES;
		if (err && err != -EACCES)
			return NOTHING;
		may |= err ? 0 : 1 << i;
	}
	return judged_by(attempt, may);
}

/* In a process that is the actor: enum whose */
static int try_all(void *arg)
{
	const struct attempt *attempt = arg;
	enum whose whose;
	struct kulink *k;

	if (attempt->actor->namespace && enter(attempt->actor->namespace))
		return FAILED;
	if (kulink_open(&k, SERVICE, channel->name))
		return NOTHING;
	whose = try_each(k, attempt);
	kulink_close(k);
	return whose;
}

static void row_of(const struct kind *kind, char *row, size_t size)
{
	bool older = kind->kind == KULINK_EVENTS && only_admin_joins();
	int n = snprintf(row, size, "| %s | %s%s |", channel->name, kind->title, older ? " before 6.8" : "");
	size_t i;

	for (i = 0; i < COUNT(actors); i++) {
		struct attempt attempt = { kind, &actors[i] };
		const struct seat seat = { actors[i].uid, actors[i].gid, actors[i].namespace };
		int whose = -in_seat(&seat, try_all, &attempt, sizeof(attempt));

		assert_in_range(whose, 0, FAILED);
		n += snprintf(row + n, size - n, " %s |", whose_names[whose]);
	}
}

static char *read_document(void)
{
	static char text[1 << 16];
	int fd = open(DOCUMENT, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n <= 0)
		fail_msg(DOCUMENT ": %s", strerror(errno));
	close(fd);
	return text;
}

static void permission_matrix(void **state)
{
	const char *document = read_document();
	unsigned int missing = 0;
	char row[256];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		if (!carries(kinds[i].kind))
			continue;
		row_of(&kinds[i], row, sizeof(row));
		if (strstr(document, row))
			continue;
		print_error("docs/security.md has no row\n%s\n", row);
		missing++;
	}
	assert_int_equal(missing, 0);
}

static const struct CMUnitTest tests[] = { cmocka_unit_test(permission_matrix) };

const struct test_group matrix_group = { "matrix", 0, tests, COUNT(tests), NULL, 0, NULL };
