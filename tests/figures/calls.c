// SPDX-License-Identifier: GPL-2.0-only
/* What a program asks with one or two system calls: files, ioctl, socket options, a signal, a mapping, a call of one's own. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "../../examples/howto/ioctl/ioctl_kinds.h"
#include "../../examples/howto/sockopt/sockopt_ex.h"
#include "figures.h"

#define MYSYSCALL	1000
#define READ_MESSAGE	_IOR('G', 0, int)
#define WRITE_MESSAGE	_IOW('G', 1, int)

static char text[200] = "sixty-four bytes of payload, as every other mechanism carries too";
static volatile sig_atomic_t handled;

static int parent(void *unused)
{
	(void)unused;
	return getppid() < 0;
}

/* An empty text is not logged. */
static int mysyscall(void *unused)
{
	char buffer[160] = "";

	(void)unused;
	return syscall(MYSYSCALL, buffer, 10) != 12;
}

static int swap(void *fd)
{
	__u32 value = 7;

	return ioctl(*(int *)fd, KINDS_SWAP, &value) < 0;
}

static int messages(void *fd)
{
	char answer[200];

	return ioctl(*(int *)fd, WRITE_MESSAGE, text) < 0 || ioctl(*(int *)fd, READ_MESSAGE, answer) < 0;
}

static int write_and_read(void *fd)
{
	char answer[64];

	return pwrite(*(int *)fd, text, 64, 0) != 64 || pread(*(int *)fd, answer, 64, 0) != 64;
}

static int read_one(void *fd)
{
	char answer[64];

	return pread(*(int *)fd, answer, sizeof(answer), 0) <= 0;
}

static int open_and_read(void *file)
{
	int fd = open(file, O_RDONLY), status;

	status = fd < 0 || read_one(&fd);
	close(fd);
	return status;
}

static int option(void *fd)
{
	char answer[EXAMPLE_TEXT_MAX];
	socklen_t length = sizeof(answer);

	return setsockopt(*(int *)fd, SOL_IP, EXAMPLE_SO_TEXT, text, 64) ||
	       getsockopt(*(int *)fd, SOL_IP, EXAMPLE_SO_TEXT, answer, &length);
}

static void handler(int number)
{
	(void)number;
	handled++;
}

static int signal_to_me(void *fd)
{
	int before = handled;
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", getpid());
	return write(*(int *)fd, pid, strlen(pid)) < 0 || handled == before;
}

static int store_and_load(void *page)
{
	char answer[64];

	memcpy(page, text, 64);
	asm volatile("" ::: "memory");
	memcpy(answer, page, 64);
	asm volatile("" :: "r"(answer) : "memory");
	return 0;
}

static int log_line(void *fd)
{
	static const char line[] = "<6>figures: message len: 64 message: a line as long as those of the examples\n";

	return write(*(int *)fd, line, sizeof(line) - 1) < 0;
}

static int null_write(void *fd)
{
	return write(*(int *)fd, text, 78) != 78;
}

static void device_files(void)
{
	int fd;

	if ((fd = open_or_skip("/dev/ioctl_kinds", O_RDWR)) >= 0)
		figure("ioctl", "ioctl: 4 bytes to the kernel and 4 back, one call", 200, swap, &fd);
	if ((fd = open_or_skip("/dev/cdev_example", O_RDWR)) >= 0)
		figure("ioctl_messages", "ioctl: 200 bytes there and 200 back, two calls", 100, messages, &fd);
	if ((fd = open_or_skip("/dev/cdev_node", O_RDWR)) >= 0)
		figure("cdev", "character device: write 64 bytes and read 64", 100, write_and_read, &fd);
	if ((fd = open_or_skip("/sys/kernel/debug/mydirectory/myfile", O_RDWR)) >= 0)
		figure("debugfs", "debugfs: write 64 bytes and read 64", 100, write_and_read, &fd);
}

static void value_files(void)
{
	static const struct {
		const char *name, *file, *what, *what_open;
	} files[] = {
		{ "procfs", "/proc/example/first", "procfs: read a line", "procfs: open, read, close" },
		{ "sysfs", "/sys/fs/myfs/first", "sysfs: read a value", "sysfs: open, read, close" },
		{ "sysctl", "/proc/sys/net/test/value1", "sysctl: read a value", "sysctl: open, read, close" },
	};
	char name[32];
	unsigned int i;
	int fd;

	for (i = 0; i < 3; i++) {
		fd = open_or_skip(files[i].file, O_RDONLY);
		if (fd < 0)
			continue;
		figure(files[i].name, files[i].what, 100, read_one, &fd);
		snprintf(name, sizeof(name), "%s_open", files[i].name);
		figure(name, files[i].what_open, 50, open_and_read, (void *)files[i].file);
		close(fd);
	}
}

static void a_signal(void)
{
	int fd = open_or_skip("/sys/kernel/debug/signalconfpid", O_WRONLY);

	if (fd < 0)
		return;
	signal(44, handler);
	figure("signal", "signal: ask for one, handler has run", 50, signal_to_me, &fd);
}

static void a_page(void)
{
	int fd = open_or_skip("/dev/mmap_example", O_RDWR);
	char *page;

	if (fd < 0)
		return;
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	figure("mmap", "mmap: store 64 bytes and load them", 1000, store_and_load, page);
}

static void the_log(void)
{
	int log = open_or_skip("/dev/kmsg", O_WRONLY), null = open("/dev/null", O_WRONLY);

	figure_value("log_line", "a line in the kernel's log",
		     median_of(20, log_line, &log) - median_of(200, null_write, &null));
}

void figures_calls(const char *unused)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)unused;
	figure("getppid", "the least that a system call costs", 1000, parent, NULL);
	if (mysyscall(NULL))
		fprintf(stderr, "figures: left out: mysyscall\n");
	else
		figure("mysyscall", "a system call of one's own: 12 bytes back", 500, mysyscall, NULL);
	device_files();
	if (option(&fd))
		fprintf(stderr, "figures: left out: sockopt\n");
	else
		figure("sockopt", "socket option: set 64 bytes and get 64", 100, option, &fd);
	value_files();
	a_signal();
	a_page();
	the_log();
}
