// SPDX-License-Identifier: GPL-2.0-only
/*
 * A call that stops half-way inside the kernel: the second half of its buffer is on a page that does not come until we say.
 *
 *	stuck read FILE SIZE		one read()
 *	stuck write FILE STRING		one write()
 *
 * Says "stuck" when the call waits for the page, has it go on at a line on standard input or its end, and then prints what
 * was read, or "wrote N", or the error's name. So a test sees the module with a call inside it, as long as it likes.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int faults;
static long page;
static char *memory, *second;	/* two pages, of which one is not there; what goes into it */

static void check(int failed, const char *what)
{
	if (!failed)
		return;
	fprintf(stderr, "%s: %s\n", what, strerrorname_np(errno));
	exit(1);
}

/* Called in a thread of its own: the other one waits in the kernel. */
static void *serve(void *unused)
{
	struct uffdio_copy copy = { .dst = (unsigned long)(memory + page), .src = (unsigned long)second, .len = page };
	struct uffd_msg message;
	char line[8];

	check(read(faults, &message, sizeof(message)) != sizeof(message), "userfaultfd");
	puts("stuck");
	fflush(stdout);
	if (read(0, line, sizeof(line)) < 0)
		perror("standard input");
	check(ioctl(faults, UFFDIO_COPY, &copy), "UFFDIO_COPY");
	return unused;
}

static void prepare(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	page = sysconf(_SC_PAGESIZE);
	second = calloc(1, page);
	memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(memory == MAP_FAILED, "mmap");
	faults = syscall(SYS_userfaultfd, O_CLOEXEC);
	check(faults < 0 || ioctl(faults, UFFDIO_API, &api), "userfaultfd");
	range.range.start = (unsigned long)(memory + page);
	range.range.len = page;
	check(ioctl(faults, UFFDIO_REGISTER, &range), "UFFDIO_REGISTER");
}

int main(int argc, char **argv)
{
	int writes = argc > 1 && !strcmp(argv[1], "write");
	size_t size, half;
	pthread_t thread;
	ssize_t n;
	int fd;

	if (argc != 4) {
		fprintf(stderr, "usage: stuck read FILE SIZE | stuck write FILE STRING\n");
		return 2;
	}
	fd = open(argv[2], writes ? O_WRONLY : O_RDONLY);
	check(fd < 0, argv[2]);
	size = writes ? strlen(argv[3]) : strtoul(argv[3], NULL, 10);
	half = size / 2;
	prepare();
	check(size > (size_t)page, "size");
	if (writes) {
		memcpy(memory + page - half, argv[3], half);
		memcpy(second, argv[3] + half, size - half);
	}
	check(pthread_create(&thread, NULL, serve, NULL), "thread");
	if (writes)
		n = write(fd, memory + page - half, size);
	else
		n = read(fd, memory + page - half, size);
	check(n < 0, "the call");
	if (writes)
		printf("wrote %zd\n", n);
	else
		fwrite(memory + page - half, 1, n, stdout);
	return 0;
}
