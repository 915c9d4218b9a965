// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that are stopped in a page fault while the kernel copies to or from them, and
 * a driver that is unloaded all the same: nothing of a driver runs around such a copy. The
 * programs are then killed in the middle of it. userfaultfd makes the page that never comes.
 *
 *	stalled ktest0
 */
#include <time.h>

#include "raw.h"

/* Each answers only if it was not stopped, which is wrong */
static int in_write(void)
{
	int fd = open(path, O_RDWR);

	ready();
	return write(fd, tar_pit(), sizeof(struct kulink_msg)) < 0;
}

static int in_read(void)
{
	struct kulink_msg dump = { .len = sizeof(dump), .abi = KULINK_ABI, .op = KULINK_OP_DUMP,
				   .part = "rows" };
	int fd = open(path, O_RDWR);

	if (write(fd, &dump, sizeof(dump)) != sizeof(dump))
		return 1;
	ready();
	return read(fd, tar_pit(), 4096) < 0;
}

static int in_read_event(void)
{
	int fd = subscriber(0, "data");

	ready();
	return read(fd, tar_pit(), 4096) < 0;
}

static int in_get(void)
{
	int fd = open(path, O_RDWR);

	ready();
	return ioctl(fd, KULINK_IOC_GET, tar_pit()) < 0;
}

static int in_dump(void)
{
	struct kulink_ioc_table args = { .name = "rows", .buffer = (uintptr_t)tar_pit(),
					 .len = PAGES * 4096 };
	int fd = open(path, O_RDWR);

	ready();
	return ioctl(fd, KULINK_IOC_DUMP, &args) < 0;
}

static int in_request(void)
{
	struct kulink_ioc_call args = { .name = "echo", .request = (uintptr_t)tar_pit(),
					.request_len = 4096 };
	int fd = open(path, O_RDWR);

	ready();
	return ioctl(fd, KULINK_IOC_CALL, &args) < 0;
}

static int in_reply(void)
{
	char request[64] = "";
	struct kulink_ioc_call args = { .name = "echo", .request = (uintptr_t)request,
					.reply = (uintptr_t)tar_pit(), .request_len = 64,
					.reply_len = 64 };
	int fd = open(path, O_RDWR);

	ready();
	return ioctl(fd, KULINK_IOC_CALL, &args) < 0;
}

static const struct {
	const char *what;
	int (*fn)(void);
} cases[] = {
	{ "stalled: a request that is written", in_write },
	{ "stalled: a reply that is read", in_read },
	{ "stalled: an event that is read", in_read_event },
	{ "stalled: a command's struct", in_get },
	{ "stalled: a table", in_dump },
	{ "stalled: a call's request", in_request },
	{ "stalled: a call's reply", in_reply },
};

enum { N = sizeof(cases) / sizeof(*cases) };

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static int unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
}

/* Stopped until it is killed: 0 */
static int killed(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 1;
}

int main(int argc, char **argv)
{
	pid_t pids[N];
	double start_of_unload;
	int i;

	if (argc != 2)
		return 2;
	begin(argv[1]);
	if (!tar_pit()) {
		printf("1..0 # SKIP userfaultfd: %s\n", strerror(errno));
		return 0;
	}
	report("rows to read", control("rows", 10), 0);
	for (i = 0; i < N; i++)
		pids[i] = start(cases[i].fn);
	await_ready(N);
	report("an event to read", control("flood", 1), 0);
	usleep(300000);

	start_of_unload = now();
	report("the driver leaves", unload("kulink_test"), 0);
	report("within five seconds", now() - start_of_unload < 5, 1);
	report("kulink_dev stays", unload("kulink_dev"), -EWOULDBLOCK);
	for (i = 0; i < N; i++)
		report(cases[i].what, killed(pids[i]), 0);
	report("kulink_dev goes", unload("kulink_dev"), 0);
	return end();
}
