// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals for events of the test driver, by the ABI alone: what arrives, and what is lost and why. The driver and kulink_dev
 * are gone when this ends: signal ktest0
 */
#include <stddef.h>
#include <sys/resource.h>

#include "signals.h"

static void test_arrives(void)
{
	__u64 first;
	int i, wrong = 0;

	control("flood", 1);
	report("add", add("data", SIGNO), 0);
	first = args.first;
	report("add: one was before", first >= 1, 1);
	report("nothing yet", take(SIGNO), -EAGAIN);
	control("flood", 20);
	for (i = 1; i <= 20; i++)
		wrong += take(SIGNO) || (__u32)info.si_int != (__u32)(first + i) ||
			 info.si_code != SI_QUEUE || info.si_pid || info.si_errno;
	report("twenty, in order, with their numbers", wrong, 0);
	report("and no more", take(SIGNO), -EAGAIN);
	control("flood_irq", 20);
	report("twenty from hard interrupts", take_all(SIGNO), 20);
	report("state", state("data", SIGNO), 0);
	report("state: all queued", args.queued, 40);
	report("state: none lost", sum(), 40);
	report("state: the sequence", args.seq - first, 40);
	report("removed", removed("data", SIGNO), 0);
	control("flood", 1);
	report("removed: nothing", take(SIGNO), -EAGAIN);
}

static volatile sig_atomic_t handled, number;

static void handler(int signo, siginfo_t *si, void *context)
{
	(void)signo;
	(void)context;
	handled++;
	number = si->si_int;
}

static void test_handler(void)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	sigaction(OTHER, &action, NULL);
	add("other", OTHER);
	control("flood", 3);
	report("a handler runs for each", handled, 3);
	report("with the number of the last", (__u32)number, (__u32)(args.first + 3));
	removed("other", OTHER);
}

static void limit(rlim_t n)
{
	struct rlimit rlimit;

	getrlimit(RLIMIT_SIGPENDING, &rlimit);
	rlimit.rlim_cur = n;
	setrlimit(RLIMIT_SIGPENDING, &rlimit);
}

static void test_full(void)
{
	struct rlimit before;

	getrlimit(RLIMIT_SIGPENDING, &before);
	add("data", SIGNO);
	limit(5);
	control("flood", 12);
	state("data", SIGNO);
	report("full: five queued", args.queued, 5);
	report("full: the others counted", args.full, 7);
	report("full: the sequence says all", args.seq - args.first, 12);
	report("full: five arrive", take_all(SIGNO), 5);
	limit(0);
	control("flood_irq", 3);
	report("no room at all: one is pending all the same", take(SIGNO), 0);
	report("no room at all: without a number", info.si_code, SI_USER);
	report("no room at all: the kernel's", info.si_pid, 0);
	report("no room at all: once", take(SIGNO), -EAGAIN);
	limit(before.rlim_cur);
	control("flood", 2);
	report("room again", take_all(SIGNO), 2);
	state("data", SIGNO);
	report("room again: counted", args.queued * 100 + args.full, 7 * 100 + 10);
	removed("data", SIGNO);
}

static void test_ignored(void)
{
	add("data", SIGNO);
	signal(SIGNO, SIG_IGN);
	mask(SIG_UNBLOCK, SIGNO);
	control("flood", 4);
	control("flood_irq", 4);
	mask(SIG_BLOCK, SIGNO);
	control("flood", 1);
	state("data", SIGNO);
	report("ignored: counted", args.ignored, 8);
	report("ignored: but not what is blocked", args.queued, 1);
	take_all(SIGNO);
	signal(SIGNO, SIG_DFL);
	removed("data", SIGNO);
}

static void test_wrong(void)
{
	static const unsigned int bad[] = { 0, 1, SIGKILL, 31, 65, 1000, -1 };
	unsigned char bytes[sizeof(args) + 16] = "data";
	unsigned long bigger = _IOC(_IOC_READ | _IOC_WRITE, KULINK_IOC_MAGIC, 0x18, sizeof(bytes));
	unsigned long smaller = _IOC(_IOC_READ | _IOC_WRITE, KULINK_IOC_MAGIC, 0x18, sizeof(args) - 8);
	int writer = open(path, O_WRONLY), signo = SIGNO;
	char what[40];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(what, sizeof(what), "signal %d", bad[i]);
		report(what, add("data", bad[i]), -EINVAL);
	}
	report("signal 32", add("data", 32) ?: removed("data", 32), 0);
	report("signal 64", add("data", 64) ?: removed("data", 64), 0);
	report("no such event", add("nosuch", SIGNO), -ENOENT);
	report("no name", add("", SIGNO), -ENOENT);
	report("not for reading", ask_of(writer, KULINK_IOC_SIGNAL_ADD, "data", SIGNO), -EACCES);
	report("not registered: state", state("data", SIGNO), -ESRCH);
	report("not registered: remove", removed("data", SIGNO), -ESRCH);
	report("bad address", ioctl(node, KULINK_IOC_SIGNAL_ADD, (void *)8) ? errno : 0, EFAULT);
	args = (struct kulink_ioc_signal){ .name = "data", .signo = SIGNO, .flags = 1 };
	report("a flag", ioctl(node, KULINK_IOC_SIGNAL_ADD, &args) ? errno : 0, EINVAL);
	args = (struct kulink_ioc_signal){ .name = "data", .signo = SIGNO, .reserved = 1 };
	report("reserved", ioctl(node, KULINK_IOC_SIGNAL_ADD, &args) ? errno : 0, EINVAL);
	args = (struct kulink_ioc_signal){ .signo = SIGNO };
	memset(args.name, 'd', sizeof(args.name));
	report("a name without end", ioctl(node, KULINK_IOC_SIGNAL_ADD, &args) ? errno : 0, EINVAL);
	memcpy(bytes + offsetof(struct kulink_ioc_signal, signo), &signo, sizeof(signo));
	report("a shorter struct", ioctl(node, smaller, bytes) ? errno : 0, EINVAL);
	bytes[sizeof(args) + 3] = 1;
	report("a longer one, not zero", ioctl(node, bigger, bytes) ? errno : 0, E2BIG);
	bytes[sizeof(args) + 3] = 0;
	report("a longer one of zeros", ioctl(node, bigger, bytes) ? errno : 0, 0);
	report("again", add("data", SIGNO), -EEXIST);
	report("another event on it", add("other", SIGNO), 0);
	report("both removed", removed("data", SIGNO) ?: removed("other", SIGNO), 0);
	control("flood", 1);
	report("of all that failed nothing is registered", take(SIGNO), -EAGAIN);
	close(writer);
}

/* One for each pair of event and signal, as many as may be */
static int add_many(void)
{
	int i, err = 0;

	for (i = 0; i < KULINK_REGISTRATIONS_MAX && !err; i++)
		err = add(i & 1 ? "data" : "other", 32 + i / 2);
	return -err;
}

static void test_many(void)
{
	int i;

	report("as many as may be, of a process that ends", finish(start(add_many)), 0);
	report("they make room", add("data", SIGNO) ?: removed("data", SIGNO), 0);
	report("as many as may be", add_many(), 0);
	report("one more", add("data", 64), -ENOSPC);
	report("one that is there", add("data", 32), -EEXIST);
	for (i = 0; i < KULINK_REGISTRATIONS_MAX; i++)
		removed(i & 1 ? "data" : "other", 32 + i / 2);
	report("room again", add("data", 64) ?: removed("data", 64), 0);
}

static void test_narrowed(void)
{
	char administered[96];

	snprintf(administered, sizeof(administered), "/sys/class/kulink/%s/kulink/channels",
		 strrchr(path, '/') + 1);
	add("data", SIGNO);
	report("narrowed: to ioctl", write_text(administered, "ioctl"), 0);
	report("narrowed: a last signal", take(SIGNO), 0);
	report("narrowed: that says so", info.si_errno, ENODEV);
	report("narrowed: state", state("data", SIGNO), -EOPNOTSUPP);
	control("flood", 1);
	report("narrowed: nothing more", take(SIGNO), -EAGAIN);
	report("narrowed: no more", write_text(administered, "*"), 0);
	report("narrowed: the old one", state("data", SIGNO), 0);
	report("narrowed: has ended", args.ended, 1);
	report("narrowed: a new one", add("data", SIGNO), 0);
	control("flood", 1);
	report("narrowed: arrives", take_all(SIGNO), 1);
	removed("data", SIGNO);
}

static void test_gone(void)
{
	__u64 last;

	add("data", SIGNO);
	control("flood", 2);
	last = args.first + 2;
	report("the driver leaves", syscall(SYS_delete_module, "kulink_test", O_NONBLOCK), 0);
	report("gone: what was sent", take(SIGNO) + take(SIGNO) + info.si_errno, 0);
	report("gone: a last one", take(SIGNO), 0);
	report("gone: it says so", info.si_errno, ENODEV);
	report("gone: with the last number", (__u32)info.si_int, (__u32)last);
	report("gone: state", state("data", SIGNO), 0);
	report("gone: it has ended", args.ended, 1);
	report("gone: with its count", sum(), 2);
	report("gone: add", add("other", SIGNO), -ENODEV);
	report("gone: remove", removed("data", SIGNO), 0);
	report("gone: kulink_dev stays while the node is open",
	       syscall(SYS_delete_module, "kulink_dev", O_NONBLOCK) ? errno : 0, EWOULDBLOCK);
	close(node);
	report("gone: then kulink_dev goes",
	       syscall(SYS_delete_module, "kulink_dev", O_NONBLOCK) ? errno : 0, 0);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	begin(argv[1]);
	node = open(path, O_RDONLY);
	mask(SIG_BLOCK, SIGNO);
	test_arrives();
	test_handler();
	test_full();
	test_ignored();
	test_wrong();
	test_many();
	test_narrowed();
	test_gone();
	return end();
}
