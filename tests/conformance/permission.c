// SPDX-License-Identifier: GPL-2.0-only
/*
 * Permission: root, the owner, a member of the group, somebody else, against each mode. The
 * driver was loaded with uid=OWNER and gid=GROUP.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "suite.h"

enum want { READ = 4, WRITE = 2 };

static const struct actor {
	const char *name;
	uid_t uid;
	gid_t gid;
} actors[] = {
	{ "root", 0, 0 }, { "owner", OWNER, STRANGER }, { "group", STRANGER, GROUP },
	{ "other", STRANGER, STRANGER },
};

/* The rule of contract 1, said once more. Over some channels root is nobody, too. */
static int allowed(const struct actor *actor, unsigned int mode, enum want want)
{
	unsigned int bits = mode & 7;

	if (channel->anonymous)
		bits = mode & 7;
	else if (!actor->uid)
		bits = mode >> 6 | mode >> 3 | mode;
	else if (actor->uid == OWNER)
		bits = mode >> 6;
	else if (actor->gid == GROUP)
		bits = mode >> 3;
	return bits & want ? 0 : -EACCES;
}

/* What the driver, loaded with everyone=1, makes of a value's or call's mode */
static unsigned int mode_of(const char *part, unsigned int mode)
{
	bool as_named = !strncmp(part, "mode_", 5);

	return channel->anonymous && !as_named ? mode | (mode >> 6 & 7) : mode;
}

/* The name is a literal: a process that was there before sees it, too. */
struct attempt {
	const char *part;
	uint64_t number;
};

static int as_actor(const struct actor *actor, int (*fn)(void *arg), struct attempt *attempt)
{
	const struct seat seat = { .uid = actor->uid, .gid = actor->gid };

	return in_seat(&seat, fn, attempt, sizeof(*attempt));
}

static void judge(const char *what, const struct actor *actor, const char *part, int got,
		  int expected)
{
	if (got != expected)
		fail_msg("%s of %s by %s: %s, expected %s", what, part, actor->name,
			 got ? strerror(-got) : "done", expected ? strerror(-expected) : "done");
}

/* What a process that is the actor gets and sets; bit 0 of its answer: may get, bit 1: may set. */
enum { GOT = 1, DID = 2, STRANGE = 4 };

static int get_and_set(void *arg)
{
	struct attempt *attempt = arg;
	struct kulink *k;
	int err, answer = 0;
	uint64_t u;

	if (kulink_open(&k, SERVICE, channel->name))
		return STRANGE;
	err = kulink_get_u64(k, attempt->part, &u);
	answer |= !err ? GOT : err == -EACCES ? 0 : STRANGE;
	err = kulink_set_u64(k, attempt->part, attempt->number);
	answer |= !err ? DID : err == (reads_only() ? -EOPNOTSUPP : -EACCES) ? 0 : STRANGE;
	kulink_close(k);
	return answer;
}

static int set(void *arg)
{
	struct attempt *attempt = arg;
	struct kulink *k;
	int err = kulink_open(&k, SERVICE, channel->name);

	err = err ?: kulink_set_u64(k, attempt->part, attempt->number);
	kulink_close(k);
	return err;
}

static const struct {
	const char *name;
	unsigned int mode;
} values[] = {
	{ "num_u64", 0644 }, { "mode_0664", 0664 }, { "mode_0660", 0660 }, { "mode_0640", 0640 },
	{ "mode_0604", 0604 }, { "mode_0600", 0600 }, { "mode_0400", 0400 }, { "mode_0200", 0200 },
	{ "mode_0220", 0220 }, { "fixed", 0444 }, { "write_only", 0200 },
};

/* What it holds, if root may read it. */
static uint64_t now(struct kulink *k, const char *value, unsigned int mode)
{
	uint64_t u = 0;

	if (!allowed(&actors[0], mode, READ))
		expect(kulink_get_u64(k, value, &u), 0);
	return u;
}

static void value_by(struct kulink *k, const struct actor *actor, const char *name, unsigned int mode)
{
	struct attempt attempt = { .part = name, .number = actor->uid + actor->gid + 5 };
	uint64_t before = now(k, name, mode), after;
	int may = reads_only() ? -EACCES : allowed(actor, mode, WRITE), answer = -as_actor(actor, get_and_set, &attempt);

	if (answer & ~(GOT | DID))
		fail_msg("%s by %s: an answer that is neither done nor -EACCES", name, actor->name);
	judge("get", actor, name, answer & GOT ? 0 : -EACCES, allowed(actor, mode, READ));
	judge("set", actor, name, answer & DID ? 0 : -EACCES, may);
	after = now(k, name, mode);
	if (!allowed(&actors[0], mode, READ))
		assert_int_equal(after, may ? before : attempt.number);
}

/* A channel may have no place for one of the values, and then says so, to root too. */
static bool is_there(struct kulink *k, const char *value)
{
	uint64_t u;
	bool there = kulink_get_u64(k, value, &u) != -EOPNOTSUPP;

	if (!there)
		print_message("# %s is not on this channel\n", value);
	return there;
}

static void permission_values(void **state)
{
	struct kulink *k = open_service();
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(values); i++) {
		if (!is_there(k, values[i].name))
			continue;
		for (j = 0; j < COUNT(actors); j++)
			value_by(k, &actors[j], values[i].name, mode_of(values[i].name, values[i].mode));
	}
	kulink_close(k);
}

static int no_row(void *ctx, const struct kulink_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static int dump(void *arg)
{
	struct attempt *attempt = arg;
	struct kulink *k;
	int err = kulink_open(&k, SERVICE, channel->name);

	err = err ?: kulink_dump(k, attempt->part, no_row, NULL);
	kulink_close(k);
	return err;
}

static void permission_tables(void **state)
{
	static const struct {
		const char *name;
		unsigned int mode;
	} tables[] = {
		{ "odd", 0444 }, { "rows_0400", 0400 }, { "rows_0440", 0440 }, { "rows_0404", 0404 },
	};
	struct attempt attempt;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(tables); i++)
		for (j = 0; j < COUNT(actors); j++) {
			attempt.part = tables[i].name;
			judge("dump", &actors[j], attempt.part, as_actor(&actors[j], dump, &attempt),
			      allowed(&actors[j], tables[i].mode, READ));
		}
}

static int call(void *arg)
{
	struct attempt *attempt = arg;
	uint8_t reply[64];
	size_t len = sizeof(reply);
	struct kulink *k;
	int err = kulink_open(&k, SERVICE, channel->name);

	err = err ?: kulink_call(k, attempt->part, &attempt->number, sizeof(attempt->number), reply,
				 &len);
	kulink_close(k);
	return err;
}

static uint64_t written(struct kulink *k)
{
	uint64_t number = 0;
	size_t len = sizeof(number);

	expect(kulink_call(k, "written", NULL, 0, &number, &len), 0);
	return number;
}

static void call_by(struct kulink *k, const struct actor *actor, const char *name, unsigned int mode)
{
	struct attempt attempt = { .part = name, .number = written(k) + 1 };
	bool writes = mode & 0222;
	int may = allowed(actor, mode, writes ? WRITE : READ);

	judge("call", actor, name, as_actor(actor, call, &attempt), may);
	assert_int_equal(written(k), attempt.number - (may || !writes));
}

static void permission_calls(void **state)
{
	static const struct {
		const char *name;
		unsigned int mode;
	} calls[] = {
		{ "echo", 0444 }, { "mode_0400", 0400 }, { "mode_0440", 0440 },
		{ "write", 0200 }, { "mode_0220", 0220 }, { "write_any", 0222 },
	};
	struct kulink *k = open_service();
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(calls); i++)
		for (j = 0; j < COUNT(actors); j++)
			call_by(k, &actors[j], calls[i].name, mode_of(calls[i].name, calls[i].mode));
	kulink_close(k);
}

static int subscribe(void *arg)
{
	struct attempt *attempt = arg;
	struct kulink *k;
	int err = kulink_open(&k, SERVICE, channel->name);

	err = err ?: kulink_subscribe(k, attempt->part);
	kulink_close(k);
	return err;
}

/* Before Linux 6.8 joining a restricted group of netlink takes CAP_NET_ADMIN: there the owner may not either. */
bool only_admin_joins(void)
{
	struct utsname name;
	int major = 0, minor = 0;

	uname(&name);
	sscanf(name.release, "%d.%d", &major, &minor);
	return (is_channel("genl") || is_channel("netlink")) && (major < 6 || (major == 6 && minor < 8));
}

/* Only root gets into tracefs, where the kernel asks nobody about an event: docs/channels/trace.md */
static bool only_root_reads(void)
{
	return is_channel("trace");
}

static void permission_events(void **state)
{
	struct attempt data = { .part = "data" }, private = { .part = "private" };
	const struct actor *actor;
	int may;

	(void)state;
	for (actor = actors; actor < actors + COUNT(actors); actor++) {
		may = allowed(actor, 0600, READ);
		if (only_admin_joins() && actor->uid)
			may = -EACCES;
		if (only_root_reads() && actor->uid)
			may = -EACCES;
		judge("subscription", actor, "data", as_actor(actor, subscribe, &data),
		      only_root_reads() ? may : 0);
		judge("subscription", actor, "private", as_actor(actor, subscribe, &private), may);
	}
}

/* All that a stranger may read: the private event is left out, silently. */
static int all_but_private(void *arg)
{
	struct kulink_event event;
	struct kulink *k;
	int err = kulink_open(&k, SERVICE, channel->name);
	int *ready = arg, i, private = 0;
	uint64_t others = 0;
	char byte = 0;

	err = err ?: kulink_subscribe(k, NULL);
	if (write(ready[0], &byte, 1) != 1 || read(ready[1], &byte, 1) != 1)
		err = -EPIPE;
	for (i = 0; i < 60000 && !err; i++) {
		err = kulink_next(k, &event);
		if (!err && !strcmp(event.name, "private"))
			private++;
		if (!err && !strcmp(event.name, "other"))
			others += event.lost + !event.only_lost;
		if (err != -EAGAIN)
			continue;
		err = 0;
		if (others == 2)
			break;
		usleep(1000);
	}
	kulink_close(k);
	if (!err && others != 2)
		err = -ETIMEDOUT;
	return private ? -EBADMSG : err;
}

static void permission_all_events(void **state)
{
	int up[2], down[2], ends[2];
	char byte = 0;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(up, O_CLOEXEC) | pipe2(down, O_CLOEXEC), 0);
	ends[0] = up[1];
	ends[1] = down[0];
	pid = fork();
	if (!pid) {
		int err = change_user(STRANGER, STRANGER) ?: all_but_private(ends);

		_exit(-err);
	}
	assert_int_equal(read(up[0], &byte, 1), 1);
	control("flood", 2);
	assert_int_equal(write(down[1], &byte, 1), 1);
	expect(end_child(pid), only_root_reads() ? -EACCES : 0);
	close(up[0]);
	close(up[1]);
	close(down[0]);
	close(down[1]);
}

/* Root in a user namespace of its own is a stranger here. */
static int container_root(void *arg)
{
	int fd, len;

	struct attempt *attempt = arg;
	struct kulink *k;
	uint64_t u;

	prctl(PR_SET_DUMPABLE, 1);
	if (unshare(CLONE_NEWUSER))
		return -ECHILD;
	fd = open("/proc/self/uid_map", O_WRONLY);
	len = dprintf(fd, "0 %d 1", STRANGER);
	close(fd);
	if (len <= 0 || geteuid())
		return -ECHILD;
	if (!reads_only())
		return set(arg);
	return kulink_open(&k, SERVICE, channel->name) ?: kulink_get_u64(k, attempt->part, &u);
}

static void permission_container_root(void **state)
{
	struct kulink *k = open_service();
	struct attempt attempt = { .part = "mode_0600", .number = now(k, "mode_0600", 0600) + 1 };
	int err;

	(void)state;
	err = as_user(STRANGER, STRANGER, container_root, &attempt);
	if (err != -EACCES && err != -ENOENT)
		fail_msg("root of a container: %d", err);
	assert_int_equal(now(k, "mode_0600", 0600), attempt.number - 1);
	kulink_close(k);
}

/* What a process that is the actor maps; bit 0 of its answer: to read, bit 1: to write */
static int map_region(void *arg)
{
	struct attempt *attempt = arg;
	struct kulink *k;
	size_t length;
	int err, answer;
	void *at;

	if (kulink_open(&k, SERVICE, channel->name))
		return STRANGE;
	err = kulink_map(k, attempt->part, &at, &length);
	kulink_close(k);
	if (err)
		return err == -EACCES ? 0 : STRANGE;
	*(volatile uint8_t *)at;
	answer = mprotect(at, length, PROT_READ | PROT_WRITE) ? GOT : GOT | DID;
	munmap(at, length);
	return answer;
}

static void region_by(const struct actor *actor, const char *name, unsigned int mode)
{
	struct attempt attempt = { .part = name };
	int answer = -as_actor(actor, map_region, &attempt);

	if (answer & ~(GOT | DID))
		fail_msg("%s by %s: an answer that is neither done nor -EACCES", name, actor->name);
	judge("map", actor, name, answer & GOT ? 0 : -EACCES, allowed(actor, mode, READ));
	judge("map to write", actor, name, answer & DID ? 0 : -EACCES, allowed(actor, mode, WRITE));
}

static void permission_regions(void **state)
{
	static const struct {
		const char *name;
		unsigned int mode;
	} regions[] = {
		{ "region_0600", 0600 }, { "region_0640", 0640 }, { "region_0660", 0660 }, { "region_0644", 0644 },
		{ "region_0604", 0604 }, { "region_0400", 0400 }, { "region_0440", 0440 },
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(regions); i++)
		for (j = 0; j < COUNT(actors); j++)
			region_by(&actors[j], regions[i].name, regions[i].mode);
}

static const struct CMUnitTest region_tests[] = { cmocka_unit_test(permission_regions) };

const struct test_group region_permission_group = {
	"regions", KULINK_REGIONS, region_tests, COUNT(region_tests), NULL, 0, NULL
};

static const struct CMUnitTest value_tests[] = {
	cmocka_unit_test(permission_values), cmocka_unit_test(permission_container_root),
};

static const struct CMUnitTest table_tests[] = { cmocka_unit_test(permission_tables) };
static const struct CMUnitTest call_tests[] = { cmocka_unit_test(permission_calls) };

static const struct CMUnitTest event_tests[] = {
	cmocka_unit_test(permission_events), cmocka_unit_test(permission_all_events),
};

const struct test_group value_permission_group = {
	"values", KULINK_VALUES, value_tests, COUNT(value_tests), NULL, 0, NULL
};

const struct test_group table_permission_group = {
	"tables", KULINK_TABLES, table_tests, COUNT(table_tests), NULL, 0, NULL
};

const struct test_group call_permission_group = {
	"calls", KULINK_CALLS, call_tests, COUNT(call_tests), NULL, 0, NULL
};

const struct test_group event_permission_group = {
	"events", KULINK_EVENTS, event_tests, COUNT(event_tests), NULL, 0, NULL
};
