// SPDX-License-Identifier: GPL-2.0-only
/* Read the module's text, set another, read that. Setting it takes CAP_NET_ADMIN. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "sockopt_ex.h"

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int print_text(int fd)
{
	char text[EXAMPLE_TEXT_MAX];
	socklen_t length = sizeof(text);

	if (getsockopt(fd, SOL_IP, EXAMPLE_SO_TEXT, text, &length))
		return fail("getsockopt");
	printf("kernel has: %.*s\n", (int)length, text);
	return 0;
}

int main(void)
{
	static const char text[] = "hello from user";
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);	/* any IPv4 socket; it need not be connected */

	if (fd < 0)
		return fail("socket");
	if (print_text(fd))
		return 1;
	if (setsockopt(fd, SOL_IP, EXAMPLE_SO_TEXT, text, strlen(text)))
		return fail("setsockopt");
	return print_text(fd);
}
