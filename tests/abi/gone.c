// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of an open device node: the administrator takes the service off a channel and
 * gives it back; then the test driver is unloaded while programs wait in every way. The
 * service and kulink_dev are gone when this ends.
 *
 *	gone ktest0
 */
#include "raw.h"

#define GONE_EVENTS	(POLLIN | POLLHUP | POLLERR)

static char administered[96];

static int blocked_reader(void)
{
	int fd = subscriber(0, "data");
	struct message msg;

	ready();
	return next(fd, &msg) == -EOPNOTSUPP ? 0 : 1;
}

static void test_narrowed(void)
{
	struct kulink_ioc_value value = { .name = "num_u64" };
	int fd = subscriber(O_NONBLOCK, "data");
	pid_t pid = start(blocked_reader);

	await_ready(1);
	report("narrowed: to ioctl", write_text(administered, "ioctl"), 0);
	report("narrowed: who waits is told", finish(pid), 0);
	report("narrowed: poll", events_of(fd, 0), POLLERR);
	report("narrowed: a request", ask(fd, KULINK_OP_DUMP, "rows"), -EOPNOTSUPP);
	report("narrowed: ioctl works", ioctl(fd, KULINK_IOC_GET, &value), 0);
	report("narrowed: to chardev", write_text(administered, "chardev"), 0);
	report("narrowed: a request again", ask(fd, KULINK_OP_SUBSCRIBE, "data"), 0);
	report("narrowed: no ioctl", ioctl(fd, KULINK_IOC_GET, &value) ? errno : 0, EOPNOTSUPP);
	report("narrowed: to none", write_text(administered, "procfs"), 0);
	report("narrowed: no open", open(path, O_RDWR) < 0 ? errno : 0, ENOENT);
	report("narrowed: no more", write_text(administered, "*"), 0);
	report("narrowed: a request at last", ask(fd, KULINK_OP_SUBSCRIBE, "data"), 0);
	close(fd);
}

/* What those see who wait when the driver leaves: 0, or where it was wrong */
static int gone_read(void)
{
	int fd = subscriber(0, "data");
	struct message msg;

	ready();
	if (next(fd, &msg) != KULINK_OP_GONE)
		return 1;
	return next(fd, &msg) == -ENODEV ? 0 : 2;
}

static int gone_poll(void)
{
	int fd = subscriber(O_NONBLOCK, ""), events;
	struct message msg;

	ready();
	events = events_of(fd, -1);
	if ((events & ~POLLIN) && events != GONE_EVENTS)
		return 1;
	if (next(fd, &msg) != KULINK_OP_GONE || next(fd, &msg) != -ENODEV)
		return 2;
	return events_of(fd, -1) == GONE_EVENTS ? 0 : 3;
}

static int gone_epoll(void)
{
	int fd = subscriber(O_NONBLOCK, "data"), epoll = epoll_create1(0);
	struct epoll_event event = { .events = EPOLLIN };

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	ready();
	return epoll_wait(epoll, &event, 1, -1) == 1 ? 0 : 1;
}

/* Never subscribed: no stream, no end of it */
static int gone_idle(void)
{
	int fd = open(path, O_RDWR);
	struct message msg;

	ready();
	return next(fd, &msg) == -ENODEV ? 0 : 1;
}

/* In the driver when it leaves: the driver ends it */
static int gone_call(void)
{
	struct { struct kulink_msg head; __u64 ms; } msg = {
		.head = { .len = sizeof(msg), .abi = KULINK_ABI, .op = KULINK_OP_CALL,
			  .part = "slow" },
	};
	int fd = open(path, O_RDWR);
	struct message reply;

	ready();
	if (write(fd, &msg, sizeof(msg)) != sizeof(msg))
		return 1;
	if (next(fd, &reply) != KULINK_OP_CALL)
		return 2;
	return write(fd, &msg, sizeof(msg)) < 0 && errno == ENODEV ? 0 : 3;
}

static int gone_ioctl(void)
{
	struct kulink_ioc_value value = { .name = "num_u64" };
	int fd = open(path, O_RDONLY);

	ready();
	while (!ioctl(fd, KULINK_IOC_GET, &value))
		;
	return errno == ENODEV ? 0 : 1;
}

/* An index was of the service that this file was opened for, and is no other's */
static int gone_index(void)
{
	struct kulink_ioc_find find = { .name = "num_u64", .kind = KULINK_VALUES };
	struct kulink_ioc_value value = { .flags = KULINK_IOC_BY_INDEX };
	int fd = open(path, O_RDONLY);

	if (ioctl(fd, KULINK_IOC_FIND, &find))
		return 1;
	value.index = find.index;
	ready();
	while (!ioctl(fd, KULINK_IOC_GET, &value))
		;
	if (errno != ENODEV)
		return 2;
	return ioctl(fd, KULINK_IOC_FIND, &find) < 0 && errno == ENODEV ? 0 : 3;
}

/* A reply and events that nobody has read yet outlive the driver */
static void test_gone(void)
{
	static const struct {
		const char *what;
		int (*fn)(void);
	} cases[] = {
		{ "gone: in read()", gone_read }, { "gone: in poll()", gone_poll },
		{ "gone: in epoll_wait()", gone_epoll }, { "gone: not subscribed", gone_idle },
		{ "gone: in a call", gone_call }, { "gone: between commands", gone_ioctl },
		{ "gone: by index", gone_index },
	};
	enum { N = sizeof(cases) / sizeof(*cases) };
	struct kulink_msg dump = { .len = sizeof(dump), .abi = KULINK_ABI, .op = KULINK_OP_DUMP,
				   .part = "rows" };
	int i, fd = subscriber(O_NONBLOCK, "data");
	struct message msg;
	pid_t pids[N];

	control("rows", 1);
	for (i = 0; i < N; i++)
		pids[i] = start(cases[i].fn);
	await_ready(N);
	report("gone: a reply waits", write(fd, &dump, sizeof(dump)), sizeof(dump));
	report("the driver leaves", syscall(SYS_delete_module, "kulink_test", O_NONBLOCK), 0);
	for (i = 0; i < N; i++)
		report(cases[i].what, finish(pids[i]), 0);
	report("gone: kulink_dev stays while a file is open",
	       syscall(SYS_delete_module, "kulink_dev", O_NONBLOCK) ? errno : 0, EWOULDBLOCK);
	report("gone: the reply", next(fd, &msg), KULINK_OP_DUMP);
	report("gone: the end", next(fd, &msg), KULINK_OP_GONE);
	report("gone: after the end", next(fd, &msg), -ENODEV);
	report("gone: no open", open(path, O_RDWR) < 0 ? errno : 0, ENOENT);
	close(fd);
	report("gone: then kulink_dev goes",
	       syscall(SYS_delete_module, "kulink_dev", O_NONBLOCK) ? errno : 0, 0);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	begin(argv[1]);
	snprintf(administered, sizeof(administered), "/sys/class/kulink/%s/kulink/channels",
		 argv[1]);
	test_narrowed();
	test_gone();
	return end();
}
