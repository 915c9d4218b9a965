// SPDX-License-Identifier: GPL-2.0-only
/*
 * One getsockopt() or setsockopt() of the HOWTO's sockopt example; an error is said by its name alone.
 *
 *	sockopt_io SOCKET get SIZE		into a buffer of SIZE bytes; prints the text
 *	sockopt_io SOCKET set TEXT
 *	sockopt_io SOCKET fill SIZE		set to SIZE bytes 'x'
 *	sockopt_io SOCKET badget | badset	memory that is not there
 *	sockopt_io SOCKET next			get the number after ours
 *	sockopt_io SOCKET churn COUNT		three processes set texts of one letter, a fourth sees none mixed
 *	sockopt_io SOCKET stuck			set from a page that never comes
 * SOCKET: udp tcp raw udp6 tcp6 raw6 unix
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../examples/howto/sockopt/sockopt_ex.h"

static char data[4096];

static int fail(void)
{
	fprintf(stderr, "%s\n", strerrorname_np(errno));
	return 1;
}

static int open_socket(const char *kind)
{
	int family = !strcmp(kind, "unix") ? AF_UNIX : strchr(kind, '6') ? AF_INET6 : AF_INET;
	int type = kind[0] == 't' ? SOCK_STREAM : kind[0] == 'r' ? SOCK_RAW : SOCK_DGRAM;

	return socket(family, type, type == SOCK_RAW ? IPPROTO_UDP : 0);
}

static int get(int fd, int option, void *where, int size)
{
	socklen_t length = size;

	if (getsockopt(fd, SOL_IP, option, where, &length))
		return fail();
	printf("%.*s\n", (int)length, (char *)where);
	return 0;
}

static int set(int fd, const void *from, size_t size)
{
	return setsockopt(fd, SOL_IP, EXAMPLE_SO_TEXT, from, size) ? fail() : 0;
}

static void set_for_ever(int fd, char letter)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	memset(data, letter, EXAMPLE_TEXT_MAX);
	for (;;)
		if (set(fd, data, letter - 'a' + 100))
			_exit(1);
}

static int churn(int fd, int count)
{
	for (char letter = 'a'; letter < 'd'; letter++)
		if (!fork())
			set_for_ever(fd, letter);
	for (int changes = 0, last = 0; changes < count;) {
		socklen_t length = sizeof(data);

		if (getsockopt(fd, SOL_IP, EXAMPLE_SO_TEXT, data, &length))
			return fail();
		if (data[0] < 'a' || data[0] > 'c')
			continue;	/* none has set it yet */
		for (unsigned int i = 0; i < length; i++)
			if (data[i] != data[0] || length != data[0] - 'a' + 100u)
				return printf("mixed: %.*s\n", (int)length, data);
		changes += data[0] != last;
		last = data[0];
	}
	return 0;
}

static int stuck(int fd)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register registration = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int faults = syscall(SYS_userfaultfd, O_CLOEXEC);
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	registration.range.start = (uintptr_t)at;
	registration.range.len = 4096;
	if (faults < 0 || ioctl(faults, UFFDIO_API, &api) || ioctl(faults, UFFDIO_REGISTER, &registration))
		return fail();
	return set(fd, at, 16);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[2] : "", *argument = argc > 3 ? argv[3] : "0";
	int fd = argc > 1 ? open_socket(argv[1]) : -1;

	if (fd < 0)
		return fail();
	if (!strcmp(verb, "get"))
		return get(fd, EXAMPLE_SO_TEXT, data, atoi(argument));
	if (!strcmp(verb, "set"))
		return set(fd, argument, strlen(argument));
	if (!strcmp(verb, "fill"))
		return set(fd, memset(data, 'x', sizeof(data)), atoi(argument));
	if (!strcmp(verb, "badget"))
		return get(fd, EXAMPLE_SO_TEXT, (void *)16, 200);
	if (!strcmp(verb, "badset"))
		return set(fd, (void *)16, 11);
	if (!strcmp(verb, "next"))
		return get(fd, EXAMPLE_SO_TEXT + 1, data, 200);
	if (!strcmp(verb, "churn"))
		return churn(fd, atoi(argument));
	if (!strcmp(verb, "stuck"))
		return stuck(fd);
	fprintf(stderr, "sockopt_io: what is %s?\n", verb);
	return 2;
}
