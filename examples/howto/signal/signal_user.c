// SPDX-License-Identifier: GPL-2.0-only
/* Ask the kernel for a signal: hand it our pid, and say which value came with it. As root, with signal_ex loaded. */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "/sys/kernel/debug/signalconfpid"
#define SIGNAL 44 /* SIGRTMIN + 10; the C library keeps 32 and 33 for itself */

static atomic_int came, value;

/* It may interrupt anything, printf() too, so it only takes notes. */
static void receive(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	came = 1;
	value = info->si_int;
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = receive, .sa_flags = SA_SIGINFO };
	char text[12];
	int fd;

	if (sigaction(SIGNAL, &action, NULL) < 0) {
		perror("sigaction");
		return -1;
	}
	fd = open(FILE_NAME, O_WRONLY);
	if (fd < 0) {
		perror("open");
		return -1;
	}
	snprintf(text, sizeof(text), "%d", getpid());
	if (write(fd, text, strlen(text) + 1) < 0) {
		perror("write");
		return -1;
	}
	/* The handler has run: it did so before write() returned. */
	if (!came) {
		fprintf(stderr, "no signal came\n");
		return -1;
	}
	printf("received value %d\n", value);
	close(fd);
	return 0;
}
