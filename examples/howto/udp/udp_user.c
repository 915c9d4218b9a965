// SPDX-License-Identifier: GPL-2.0-only
/*
 * One question, one answer: 12 bytes from port 9999 to port 5555, where the kernel listens. Without the module it waits
 * for ever, for nobody says that nobody is there: only a connected socket would learn of it.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

int main(void)
{
	struct sockaddr_in ours = { .sin_family = AF_INET, .sin_port = htons(9999) };
	struct sockaddr_in kernel = { .sin_family = AF_INET, .sin_port = htons(5555) };
	char text[] = "hello world", answer[5096];
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ssize_t n;

	kernel.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return fail("socket");
	if (bind(fd, (struct sockaddr *)&ours, sizeof(ours)))
		return fail("port 9999");
	if (sendto(fd, text, sizeof(text), 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return fail("sendto");
	n = recv(fd, answer, sizeof(answer) - 1, 0);
	if (n < 0)
		return fail("recv");
	answer[n] = '\0';
	printf("message received: %s\n", answer);
	return 0;
}
