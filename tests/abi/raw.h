/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages over the device node without the library; a TAP line a report(). */
#ifndef RAW_H
#define RAW_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kulink.h>
#include <linux/userfaultfd.h>

#include "../driver/pattern.h"

#define PARAMETERS	"/sys/module/kulink_test/parameters/"

struct message {
	struct kulink_msg head;
	struct kulink_event_head event;
	__u64 index;
	unsigned char rest[4096 - sizeof(struct kulink_msg) - sizeof(struct kulink_event_head) -
			   sizeof(__u64)];
} __attribute__((aligned(8)));

static char path[64];
static unsigned int tests, failures;

static inline void report(const char *what, long got, long expected)
{
	int good = got == expected;

	tests++;
	failures += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", tests, what);
	if (!good)
		printf("# expected %ld, got %ld\n", expected, got);
	fflush(stdout);
}

static inline int write_text(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static inline int control(const char *name, unsigned long number)
{
	char file[128], text[24];

	snprintf(file, sizeof(file), PARAMETERS "%s", name);
	snprintf(text, sizeof(text), "%lu", number);
	return write_text(file, text);
}

/* Ask without a payload; the reply's status */
static inline int ask(int fd, __u16 op, const char *part)
{
	struct kulink_msg msg = { .len = sizeof(msg), .abi = KULINK_ABI, .op = op };
	struct message reply;

	memcpy(msg.part, part, strlen(part));
	if (write(fd, &msg, sizeof(msg)) < 0)
		return -errno;
	if (read(fd, &reply, sizeof(reply)) < (ssize_t)sizeof(msg))
		return -EPROTO;
	return reply.head.op == op ? reply.head.status : -EPROTO;
}

static inline int subscriber(int flags, const char *event)
{
	int fd = open(path, O_RDWR | flags);

	if (fd >= 0 && ask(fd, KULINK_OP_SUBSCRIBE, event)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The operation of the next message, or -errno */
static inline int next(int fd, struct message *msg)
{
	ssize_t n = read(fd, msg, sizeof(*msg));

	if (n < 0)
		return -errno;
	return n == (ssize_t)msg->head.len ? msg->head.op : -EPROTO;
}

static inline int events_of(int fd, int timeout)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };

	return poll(&pollfd, 1, timeout) < 0 ? -errno : pollfd.revents;
}

/* A process tells that it is about to wait */
static int ready_pipe[2];

static inline void ready(void)
{
	if (write(ready_pipe[1], "", 1) != 1)
		_exit(99);
}

/* Until so many have, and have had the time to */
static inline void await_ready(int n)
{
	struct pollfd pollfd = { .fd = ready_pipe[0], .events = POLLIN };
	char byte;

	while (n && poll(&pollfd, 1, 30000) == 1 && read(ready_pipe[0], &byte, 1) == 1)
		n--;
	usleep(300000);
}

/* How many, divided by what the environment says: a kernel full of checkers is slow */
static inline int scaled(int n)
{
	const char *text = getenv("KULINK_TEST_SCALE");
	int scale = text ? atoi(text) : 1;

	return scale > 1 && n / scale > 1 ? n / scale : scale > 1 ? 1 : n;
}

/* One of the test driver's counters, or -1 */
static inline long counter(const char *name)
{
	FILE *file = fopen("/sys/module/kulink_test_log/parameters/stats", "re");
	size_t len = strlen(name);
	char line[64];
	long n = -1;

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, len) && line[len] == ' ')
			n = strtol(line + len, NULL, 10);
	if (file)
		fclose(file);
	return n;
}

/* Until it is so much; whether it came to that within a minute */
static inline int comes_to(const char *name, long least)
{
	unsigned int tries;

	for (tries = 0; counter(name) < least; tries++) {
		if (tries == 6000)
			return 0;
		usleep(10000);
	}
	return 1;
}

/* In a process of its own, with its answer as exit status */
static inline pid_t start(int (*fn)(void))
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(fn());
	return pid;
}

static inline int finish(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

#define PAGES	4

/* Memory that stops whoever touches it; NULL: no userfaultfd here */
static inline void *tar_pit(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register registration = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	size_t size = PAGES * sysconf(_SC_PAGESIZE);
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	void *at;

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api))
		return NULL;
	at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	registration.range.start = (uintptr_t)at;
	registration.range.len = size;
	if (at == MAP_FAILED || ioctl(fd, UFFDIO_REGISTER, &registration))
		return NULL;
	return at;
}

/* Before the first test; a test that hangs ends */
static inline void begin(const char *service)
{
	snprintf(path, sizeof(path), "/dev/kulink/%s", service);
	alarm(600);
	if (pipe(ready_pipe))
		exit(1);
}

static inline int end(void)
{
	printf("1..%u\n", tests);
	return !tests || failures;
}

#endif
