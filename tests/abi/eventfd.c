// SPDX-License-Identifier: GPL-2.0-only
/*
 * Eventfds that are bumped by events of the test driver, by the ABI alone: kinds of them, full ones, wrong ones,
 * too many, copies of descriptors; the administrator, and at last the driver's leaving. The driver and
 * kulink_dev are gone when this ends.
 *
 *	eventfd ktest0
 */
#include <stddef.h>
#include <sys/eventfd.h>

#include "raw.h"

#define FULL	(~0ULL)

static int node;
static struct kulink_ioc_eventfd args;

static int ask_of(int fd, unsigned long cmd, const char *name, int counter)
{
	args = (struct kulink_ioc_eventfd){ .fd = counter };
	memcpy(args.name, name, strlen(name));
	return ioctl(fd, cmd, &args) < 0 ? -errno : 0;
}

static int add(const char *name, int counter)
{
	return ask_of(node, KULINK_IOC_EVENTFD_ADD, name, counter);
}

static int removed(const char *name, int counter)
{
	return ask_of(node, KULINK_IOC_EVENTFD_REMOVE, name, counter);
}

static int state(const char *name, int counter)
{
	return ask_of(node, KULINK_IOC_EVENTFD_STATE, name, counter);
}

/* What it has counted, 0 if nothing */
static __u64 count(int counter)
{
	__u64 n = 0;

	return read(counter, &n, sizeof(n)) == sizeof(n) ? n : 0;
}

static void test_counts(void)
{
	int counter = eventfd(0, EFD_NONBLOCK), one = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE);
	__u64 first;

	control("flood", 2);
	report("add", add("data", counter), 0);
	first = args.first;
	report("add: two were before", first >= 2, 1);
	report("add: the sequence now is the same", args.seq, first);
	report("nothing was counted", count(counter), 0);
	control("flood", 7);
	report("seven", count(counter), 7);
	control("flood_irq", 40);
	report("forty from hard interrupts", count(counter), 40);
	report("state", state("data", counter), 0);
	report("state: the sequence says as many", args.seq - args.first, 47);
	report("state: the first is as it was", args.first, first);
	report("state: none missed, goes on", args.missed + args.ended, 0);
	report("poll: nothing", events_of(counter, 0), 0);
	report("a semaphore", add("data", one), 0);
	control("flood", 3);
	report("a semaphore: one at a time", count(one) + count(one), 2);
	report("a semaphore: the last", count(one), 1);
	report("a semaphore: no more", count(one), 0);
	report("of two events", add("other", counter), 0);
	count(counter);
	control("flood", 5);
	report("of two events: their sum", count(counter), 10);
	report("one removed", removed("data", counter), 0);
	report("one removed: it had not ended before", args.ended, 0);
	control("flood", 5);
	report("one removed: the other goes on", count(counter), 5);
	report("both removed", removed("other", counter), 0);
	control("flood", 5);
	report("both removed: nothing", count(counter), 0);
	report("the semaphore removed", removed("data", one), 0);
	close(counter);
	close(one);
}

static void test_full(void)
{
	__u64 much = FULL - 1 - 2;
	int counter = eventfd(0, EFD_NONBLOCK);

	report("nearly full", write(counter, &much, sizeof(much)), sizeof(much));
	report("nearly full: add", add("data", counter), 0);
	control("flood", 10);
	report("full: poll says so", events_of(counter, 0), POLLIN | POLLERR);
	report("full: the count that says so", count(counter) == FULL, 1);
	state("data", counter);
	report("full: the sequence says how many there were", args.seq - args.first, 10);
	control("flood", 2);
	report("full: then it goes on", count(counter), 2);
	report("full: removed", removed("data", counter), 0);
	close(counter);
}

static void test_wrong(void)
{
	unsigned char bytes[sizeof(args) + 16] = "data";
	int counter = eventfd(0, EFD_NONBLOCK), writer = open(path, O_WRONLY), pipes[2];
	unsigned long bigger = _IOC(_IOC_READ | _IOC_WRITE, KULINK_IOC_MAGIC, 0x10, sizeof(bytes));
	unsigned long smaller = _IOC(_IOC_READ | _IOC_WRITE, KULINK_IOC_MAGIC, 0x10, sizeof(args) - 8);

	if (pipe(pipes))
		exit(1);
	report("no descriptor", add("data", -1), -EBADF);
	report("a closed one", add("data", 1000), -EBADF);
	report("the node itself", add("data", node), -EINVAL);
	report("a pipe", add("data", pipes[0]), -EINVAL);
	report("no such event", add("nosuch", counter), -ENOENT);
	report("no name", add("", counter), -ENOENT);
	report("a value's name", add("num_u8", counter), -ENOENT);
	report("not for reading", ask_of(writer, KULINK_IOC_EVENTFD_ADD, "data", counter), -EACCES);
	report("not registered: state", state("data", counter), -ESRCH);
	report("not registered: remove", removed("data", counter), -ESRCH);
	report("bad address", ioctl(node, KULINK_IOC_EVENTFD_ADD, (void *)8) ? errno : 0, EFAULT);

	args = (struct kulink_ioc_eventfd){ .name = "data", .fd = counter, .flags = 1 };
	report("a flag", ioctl(node, KULINK_IOC_EVENTFD_ADD, &args) ? errno : 0, EINVAL);
	args = (struct kulink_ioc_eventfd){ .name = "data", .fd = counter, .reserved = 1 };
	report("reserved", ioctl(node, KULINK_IOC_EVENTFD_ADD, &args) ? errno : 0, EINVAL);
	args = (struct kulink_ioc_eventfd){ .fd = counter };
	memset(args.name, 'd', sizeof(args.name));
	report("a name without end", ioctl(node, KULINK_IOC_EVENTFD_ADD, &args) ? errno : 0, EINVAL);

	memcpy(bytes + offsetof(struct kulink_ioc_eventfd, fd), &counter, sizeof(counter));
	report("a shorter struct", ioctl(node, smaller, bytes) ? errno : 0, EINVAL);
	bytes[sizeof(args) + 3] = 1;
	report("a longer one, not zero", ioctl(node, bigger, bytes) ? errno : 0, E2BIG);
	bytes[sizeof(args) + 3] = 0;
	report("a longer one of zeros", ioctl(node, bigger, bytes) ? errno : 0, 0);
	report("again", add("data", counter), -EEXIST);
	report("removed", removed("data", counter), 0);
	control("flood", 1);
	report("of all that failed nothing is registered", count(counter), 0);
	close(counter);
	close(writer);
	close(pipes[0]);
	close(pipes[1]);
}

static void test_many(void)
{
	int counters[KULINK_REGISTRATIONS_MAX + 1], i, failed = 0, counted = 0;

	for (i = 0; i <= KULINK_REGISTRATIONS_MAX; i++)
		counters[i] = eventfd(0, EFD_NONBLOCK);
	for (i = 0; i < KULINK_REGISTRATIONS_MAX; i++)
		failed += add("data", counters[i]) != 0;
	report("as many as may be", failed, 0);
	report("one more", add("data", counters[i]), -ENOSPC);
	report("one that is there", add("data", counters[0]), -EEXIST);
	control("flood_irq", 2);
	for (i = 0; i <= KULINK_REGISTRATIONS_MAX; i++)
		counted += count(counters[i]);
	report("each is bumped", counted, 2 * KULINK_REGISTRATIONS_MAX);
	report("one less", removed("data", counters[7]), 0);
	report("then one more", add("data", counters[KULINK_REGISTRATIONS_MAX]), 0);
	for (i = 0; i <= KULINK_REGISTRATIONS_MAX; i++) {
		removed("data", counters[i]);
		close(counters[i]);
	}
}

static int other_node;

static int wait_for_parent(void)
{
	char byte;

	return read(ready_pipe[0], &byte, 1) != 1;
}

static void test_copies(void)
{
	int counter = eventfd(0, EFD_NONBLOCK), copy = dup(counter), again;
	pid_t pid;

	other_node = open(path, O_RDONLY);
	report("copies: add", ask_of(other_node, KULINK_IOC_EVENTFD_ADD, "data", counter), 0);
	close(counter);
	control("flood", 1);
	report("copies: the eventfd's own end ends nothing", count(copy), 1);
	report("copies: it is known by any descriptor",
	       ask_of(other_node, KULINK_IOC_EVENTFD_STATE, "data", copy), 0);
	again = dup(other_node);
	close(other_node);
	control("flood", 2);
	report("copies: a copy of the node's goes on", count(copy), 2);
	other_node = again;
	pid = start(wait_for_parent);
	close(again);
	control("flood", 3);
	report("copies: the child's goes on", count(copy), 3);
	ready();
	report("copies: the child ends", finish(pid), 0);
	control("flood", 4);
	report("copies: with the last it ends", count(copy), 0);
	close(copy);
}

static int close_loop(void)
{
	int round, rounds = scaled(200), counter = eventfd(0, EFD_NONBLOCK), fd;

	for (round = 0; round < rounds; round++) {
		fd = open(path, O_RDONLY);
		if (ask_of(fd, KULINK_IOC_EVENTFD_ADD, "data", counter) ||
		    ask_of(fd, KULINK_IOC_EVENTFD_ADD, "other", counter) ||
		    (round & 1 && ask_of(fd, KULINK_IOC_EVENTFD_REMOVE, "data", counter)))
			return 1;
		events_of(counter, 1);
		close(fd);
	}
	return 0;
}

/* How many are emitted beside those who come and go */
static __u64 together(void)
{
	return scaled(100) * 300;
}

/* Each reader's account is whole, whoever comes and goes beside it */
static int account(void)
{
	int counter = eventfd(0, EFD_NONBLOCK), fd = open(path, O_RDONLY);
	__u64 sum = 0;

	if (ask_of(fd, KULINK_IOC_EVENTFD_ADD, "data", counter))
		return 1;
	ready();
	while (sum < together() && events_of(counter, 60000) == POLLIN)
		sum += count(counter);
	if (ask_of(fd, KULINK_IOC_EVENTFD_REMOVE, "data", counter))
		return 2;
	return sum == together() && args.seq - args.first == sum && !args.missed ? 0 : 3;
}

static void test_together(void)
{
	pid_t pids[8];
	int i, wrong = 0;

	for (i = 0; i < 8; i++)
		pids[i] = start(i & 1 ? account : close_loop);
	await_ready(4);
	for (i = 0; i < scaled(100); i++)
		control(i & 1 ? "flood_irq" : "flood", 300);
	for (i = 0; i < 8; i++)
		wrong += finish(pids[i]) != 0;
	report("8 programs: counting, and closing under fire", wrong, 0);
}

static void test_narrowed(void)
{
	char administered[96];
	int counter = eventfd(0, EFD_NONBLOCK);

	snprintf(administered, sizeof(administered), "/sys/class/kulink/%s/kulink/channels",
		 strrchr(path, '/') + 1);
	add("data", counter);
	control("flood", 2);
	report("narrowed: to ioctl", write_text(administered, "ioctl"), 0);
	report("narrowed: a last bump", count(counter), 3);
	report("narrowed: state", state("data", counter), -EOPNOTSUPP);
	control("flood", 2);
	report("narrowed: nothing more", count(counter), 0);
	report("narrowed: no more", write_text(administered, "*"), 0);
	report("narrowed: the old one", state("data", counter), 0);
	report("narrowed: has ended", args.ended, 1);
	report("narrowed: with its count", args.seq - args.first, 2);
	report("narrowed: a new one", add("data", counter), 0);
	control("flood", 2);
	report("narrowed: counts", count(counter), 2);
	report("narrowed: removed", removed("data", counter), 0);
	close(counter);
}

static void test_gone(void)
{
	int counter = eventfd(0, EFD_NONBLOCK);

	add("data", counter);
	control("flood", 4);
	report("the driver leaves", syscall(SYS_delete_module, "kulink_test", O_NONBLOCK), 0);
	report("gone: poll", events_of(counter, 1000), POLLIN);
	report("gone: what was counted, and a last one", count(counter), 5);
	report("gone: state", state("data", counter), 0);
	report("gone: it has ended", args.ended, 1);
	report("gone: with its count", args.seq - args.first, 4);
	report("gone: add", add("other", counter), -ENODEV);
	report("gone: remove", removed("data", counter), 0);
	report("gone: kulink_dev stays while the node is open",
	       syscall(SYS_delete_module, "kulink_dev", O_NONBLOCK) ? errno : 0, EWOULDBLOCK);
	close(node);
	report("gone: then kulink_dev goes",
	       syscall(SYS_delete_module, "kulink_dev", O_NONBLOCK) ? errno : 0, 0);
	close(counter);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	begin(argv[1]);
	node = open(path, O_RDONLY);
	test_counts();
	test_full();
	test_wrong();
	test_many();
	test_copies();
	test_together();
	test_narrowed();
	test_gone();
	return end();
}
