// SPDX-License-Identifier: GPL-2.0-only
/*
 * Listen to the kernel's events and print those of uevent_ex: uevent_user [COUNT], after so many (1) it ends. Needs no
 * privilege. Says "listening" first; who makes events after that knows that none is missed.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LEVEL "/sys/class/howto_uevent/gauge/level"
#define KERNELS_GROUP 1 /* 2 is what udev sends on, with its own header, once its rules have run */

/* Printed in this order, whatever the message's. SEQNUM and DEVPATH would be in it, too. */
static const char *const names[] = { "ACTION", "SUBSYSTEM", "EXAMPLE_LEVEL", "EXAMPLE_BEFORE", "EXAMPLE_NOTE", NULL };

static int listen_to_kernel(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = KERNELS_GROUP };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return fd;
}

/* The value of a variable; they follow each other, each with a NUL at its end. */
static const char *value_of(const char *message, size_t size, const char *name)
{
	size_t length = strlen(name);
	const char *at;

	for (at = message; at < message + size; at += strlen(at) + 1)
		if (!strncmp(at, name, length) && at[length] == '=')
			return at + length + 1;
	return NULL;
}

/* True if it was one of ours. */
static bool print(const char *message, size_t size)
{
	const char *subsystem = value_of(message, size, "SUBSYSTEM"), *value;
	const char *devpath = value_of(message, size, "DEVPATH");
	size_t i;

	if (!subsystem || strcmp(subsystem, "howto_uevent") || !devpath || !strstr(devpath, "/gauge"))
		return false;
	for (i = 0; names[i]; i++) {
		value = value_of(message, size, names[i]);
		if (value)
			printf("%s%s=%s", i ? " " : "", names[i], value);
	}
	putchar('\n');
	fflush(stdout);
	return true;
}

/* Some were lost, nobody knows how many: look at the state itself. */
static void look_again(void)
{
	FILE *file = fopen(LEVEL, "re");
	int level;

	if (file && fscanf(file, "%d", &level) == 1)
		printf("events were lost; the level is %d now\n", level);
	else
		printf("events were lost; there is no level\n");
	fflush(stdout);
	if (file)
		fclose(file);
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 1, fd = listen_to_kernel();
	struct sockaddr_nl from;
	socklen_t length;
	char message[8192]; /* 2048 of variables and a header with the path */
	ssize_t size;

	if (fd < 0) {
		perror("listen");
		return 1;
	}
	puts("listening");
	fflush(stdout);
	while (count > 0) {
		length = sizeof(from);
		size = recvfrom(fd, message, sizeof(message) - 1, 0, (struct sockaddr *)&from, &length);
		if (size < 0 && errno == ENOBUFS) {
			look_again();
		} else if (size < 0 && errno != EINTR) {
			perror("recvfrom");
			return 1;
		} else if (size > 0 && !from.nl_pid) { /* 0: the kernel sent it, no process */
			message[size] = '\0';
			count -= print(message, size);
		}
	}
	close(fd);
	return 0;
}
