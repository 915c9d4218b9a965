// SPDX-License-Identifier: GPL-2.0-only
/*
 * One system call on a file, with the size and offset that a test wants; an error is said by its name alone.
 *
 *	io read FILE SIZE [OFFSET]	one pread(), its bytes to standard output
 *	io write FILE STRING		one write(); says "wrote N" if it took less
 *	io fill FILE SIZE		one write() of SIZE bytes 'x'
 *	io nul FILE STRING [SIZE]	one write() of the string with its NUL, padded with NULs to SIZE
 *	io seek FILE OFFSET		prints where lseek() went
 *	io badread FILE			one read() to memory that is not ours
 *	io badwrite FILE		one write() from there
 *	io ioctl FILE NUMBER [ARGUMENT]	prints what it returned
 *	io hold FILE			open read-write or read-only, say "open", keep it until standard input ends
 *	io late FILE			open, say "open", wait for a line, then one read()
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int fail(void)
{
	fprintf(stderr, "%s\n", strerrorname_np(errno));
	return 1;
}

static int put(int fd, const char *data, size_t size)
{
	ssize_t n = write(fd, data, size);

	if (n < 0)
		return fail();
	if ((size_t)n != size)
		printf("wrote %zd\n", n);
	return 0;
}

static int fill(int fd, size_t size)
{
	char *data = malloc(size + 1);

	memset(data, 'x', size);
	return put(fd, data, size);
}

static int nul(int fd, const char *string, size_t size)
{
	size_t length = strlen(string) + 1;
	char *data = calloc(1, size > length ? size : length);

	strcpy(data, string);
	return put(fd, data, size > length ? size : length);
}

static int get(int fd, size_t size, off_t offset)
{
	char *data = malloc(size + 1);
	ssize_t n = offset < 0 ? read(fd, data, size) : pread(fd, data, size, offset);

	if (n < 0)
		return fail();
	fwrite(data, 1, n, stdout);
	return 0;
}

static int wait_open(int fd, int then_read)
{
	char line[8];
	ssize_t n;

	puts("open");
	fflush(stdout);
	n = read(0, line, sizeof(line));
	return n > 0 && then_read ? get(fd, 4096, -1) : 0;
}

static int seek(int fd, off_t offset)
{
	offset = lseek(fd, offset, SEEK_SET);
	if (offset < 0)
		return fail();
	printf("%lld\n", (long long)offset);
	return 0;
}

static int bad(int fd, int writes)
{
	void *volatile nowhere = (void *)8;	/* the compiler knows better */
	ssize_t n = writes ? write(fd, nowhere, 16) : read(fd, nowhere, 16);

	if (n < 0)
		return fail();
	printf("%zd\n", n);
	return 0;
}

static int control(int fd, unsigned long number, unsigned long argument)
{
	int n = ioctl(fd, number, argument);

	if (n < 0)
		return fail();
	printf("%d\n", n);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";
	const char *third = argc > 3 ? argv[3] : "0", *fourth = argc > 4 ? argv[4] : NULL;
	int writes = strchr("wfn", verb[0]) != NULL;
	int fd = argc > 2 ? open(argv[2], writes ? O_WRONLY : O_RDWR) : -1;

	if (fd < 0 && !writes && argc > 2)
		fd = open(argv[2], O_RDONLY);
	if (fd < 0)
		return fail();
	if (!strcmp(verb, "read"))
		return get(fd, atol(third), fourth ? atol(fourth) : 0);
	if (!strcmp(verb, "write"))
		return put(fd, third, strlen(third));
	if (!strcmp(verb, "fill"))
		return fill(fd, atol(third));
	if (!strcmp(verb, "nul"))
		return nul(fd, third, fourth ? atol(fourth) : 0);
	if (!strcmp(verb, "seek"))
		return seek(fd, atoll(third));
	if (!strcmp(verb, "badread") || !strcmp(verb, "badwrite"))
		return bad(fd, verb[3] == 'w');
	if (!strcmp(verb, "ioctl"))
		return control(fd, strtoul(third, NULL, 0), fourth ? strtoul(fourth, NULL, 0) : 0);
	if (!strcmp(verb, "hold") || !strcmp(verb, "late"))
		return wait_open(fd, verb[0] == 'l');
	fprintf(stderr, "io: what is %s?\n", verb);
	return 2;
}
