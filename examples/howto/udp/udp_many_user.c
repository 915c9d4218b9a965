// SPDX-License-Identifier: GPL-2.0-only
/*
 * 300 datagrams on their way at once, without a NUL at their end; then as many answers are taken in. Each costs 768
 * bytes or more of the receiver's queue, whatever its length, and 300 are more than a socket has by default: so ask for
 * more.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

#define DATAGRAMS	300

static int fail(const char *what)
{
	perror(what);
	return 1;
}

int main(void)
{
	static const char text[] = "hello world";
	struct sockaddr_in kernel = { .sin_family = AF_INET, .sin_port = htons(5555) }, sender;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), room = 1024 * 1024, i;
	char answer[255];

	kernel.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return fail("socket");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)))
		return fail("SO_RCVBUF");
	for (i = 0; i < DATAGRAMS; i++)
		if (sendto(fd, text, sizeof(text) - 1, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
			return fail("sendto");
	for (i = 0; i < DATAGRAMS;) {
		socklen_t length = sizeof(sender);

		if (recvfrom(fd, answer, sizeof(answer), 0, (struct sockaddr *)&sender, &length) < 0)
			return fail("recvfrom");
		if (sender.sin_addr.s_addr == kernel.sin_addr.s_addr)
			i++;
	}
	puts("----------");
	return 0;
}
