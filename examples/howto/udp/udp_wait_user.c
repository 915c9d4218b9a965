// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wait for what the kernel has to say: the process sleeps in recv() until a datagram comes. It asks for nothing.
 *	udp_wait_user PORT [DATAGRAMS]
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in ours = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), left = argc > 2 ? atoi(argv[2]) : 1;
	char text[256];
	ssize_t n;

	ours.sin_port = htons(argc > 1 ? atoi(argv[1]) : 9999);
	if (fd < 0)
		return fail("socket");
	if (bind(fd, (struct sockaddr *)&ours, sizeof(ours)))
		return fail("bind");
	for (; left > 0; left--) {
		n = recv(fd, text, sizeof(text) - 1, 0);
		if (n < 0)
			return fail("recv");
		text[n] = '\0';
		printf("message received: %s\n", text);
		fflush(stdout);
	}
	return 0;
}
