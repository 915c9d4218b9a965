// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who tells a reader that a file has changed?	watch FILE
 *
 * Reads the file to its end (64 KiB at most) and says "watching"; at a line on standard input, or its end, says what poll() and
 * inotify have to tell about the time between, and whether the file now reads differently:
 *	readable|- priority|- modified|- changed|same
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

static char before[65536], after[65536];

static ssize_t all(int fd, char *text)
{
	ssize_t length = 0, n;

	while ((n = pread(fd, text + length, sizeof(before) - length, length)) > 0)
		length += n;
	return length;
}

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1, notify = inotify_init1(IN_NONBLOCK);
	struct pollfd events = { .fd = fd, .events = POLLIN | POLLPRI };
	char event[4096], line[8];
	ssize_t length, length_now;
	const char *modified;

	if (fd < 0 || notify < 0)
		return 1;
	length = all(fd, before);
	poll(&events, 1, 0);	/* forgets what was before */
	if (inotify_add_watch(notify, argv[1], IN_MODIFY) < 0)
		return 1;
	puts("watching");
	fflush(stdout);
	if (read(0, line, sizeof(line)) < 0)
		return 1;
	poll(&events, 1, 0);
	modified = read(notify, event, sizeof(event)) > 0 ? "modified" : "-";
	length_now = all(fd, after);
	printf("%s %s %s %s\n", events.revents & POLLIN ? "readable" : "-", events.revents & POLLPRI ? "priority" : "-", modified,
	       length == length_now && !memcmp(before, after, length) ? "same" : "changed");
	return 0;
}
