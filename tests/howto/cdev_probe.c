// SPDX-License-Identifier: GPL-2.0-only
/*
 * A character device, in ways that io does not know.
 *
 *	cdev_probe bad NODE	the errors of a read to and a write from a bad address
 *	cdev_probe torn NODE	a write while a read is half done; prints the first and the last byte that were read, and
 *				whether the write was done then, or had to wait
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE	200
#define TEXT	(SIZE - 1)

static int fd;
static char *half;	/* the buffer's second half begins a page that is not there yet */
static ssize_t got;

static int bad(void)
{
	char *nowhere = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const char *reading = read(fd, nowhere, SIZE) < 0 ? strerrorname_np(errno) : "read";
	const char *writing = write(fd, nowhere, SIZE / 2) < 0 ? strerrorname_np(errno) : "written";

	printf("%s %s\n", reading, writing);
	return 0;
}

static int write_letter(char letter)
{
	char text[TEXT];

	memset(text, letter, TEXT);
	return write(fd, text, TEXT) != TEXT;
}

static void *read_all(void *unused)
{
	got = pread(fd, half - SIZE / 2, SIZE, 0);
	return unused;
}

/* Who touches the page at half waits until copy() gives it its content. */
static int missing_page(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int faults = syscall(SYS_userfaultfd, O_CLOEXEC);

	half = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*half = 'x';
	half += page;
	area.range.start = (uintptr_t)half;
	area.range.len = page;
	if (faults < 0 || ioctl(faults, UFFDIO_API, &api) || ioctl(faults, UFFDIO_REGISTER, &area)) {
		perror("userfaultfd");
		exit(2);
	}
	return faults;
}

static int copy(int faults)
{
	static char content[1 << 16];
	struct uffdio_copy copying = {
		.dst = (uintptr_t)half, .src = (uintptr_t)content, .len = sysconf(_SC_PAGESIZE),
	};

	return ioctl(faults, UFFDIO_COPY, &copying);
}

/* Until the writer is done, or waits for a lock */
static const char *await_writer(pid_t pid)
{
	char path[32], state = 'R';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (state != 'Z' && state != 'D') {
		file = fopen(path, "r");
		if (!file || fscanf(file, "%*d %*s %c", &state) != 1)
			exit(2);
		fclose(file);
	}
	return state == 'Z' ? "done" : "waits";
}

static int torn(void)
{
	int faults = missing_page(), go[2], status;
	const char *writing;
	struct uffd_msg fault;
	pthread_t reader;
	pid_t writer;
	char byte = 0;

	if (write_letter('a') || pipe(go))
		return 2;
	writer = fork();
	if (!writer)
		_exit(read(go[0], &byte, 1) != 1 || write_letter('b'));
	pthread_create(&reader, NULL, read_all, NULL);
	if (read(faults, &fault, sizeof(fault)) != sizeof(fault) || write(go[1], &byte, 1) != 1)
		return 2;
	writing = await_writer(writer);
	if (copy(faults) || pthread_join(reader, NULL) || waitpid(writer, &status, 0) < 0 || status || got != SIZE)
		return 2;
	printf("%c %c %s\n", half[-SIZE / 2], half[TEXT - SIZE / 2 - 1], writing);
	return 0;
}

int main(int argc, char **argv)
{
	fd = argc > 2 ? open(argv[2], O_RDWR) : -1;
	if (fd < 0)
		return 2;
	return strcmp(argv[1], "torn") ? bad() : torn();
}
