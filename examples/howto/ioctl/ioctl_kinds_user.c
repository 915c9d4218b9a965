// SPDX-License-Identifier: GPL-2.0-only
/* One command of each kind to the device of ioctl_kinds_ex.c. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "ioctl_kinds.h"

static void must(int status, const char *what)
{
	if (status >= 0)
		return;
	perror(what);
	exit(1);
}

int main(void)
{
	char hello[] = "hello world";
	struct kinds_text text = { .address = (uintptr_t)hello, .size = strlen(hello) };
	__u32 value;
	int fd;

	fd = open("/dev/ioctl_kinds", O_RDWR);
	must(fd, "/dev/ioctl_kinds");

	must(ioctl(fd, KINDS_RESET), "reset");
	printf("none: reset\n");

	value = 7;
	must(ioctl(fd, KINDS_SET, &value), "set");
	printf("to the kernel: 7\n");

	must(ioctl(fd, KINDS_GET, &value), "get");
	printf("from the kernel: %u\n", value);

	value = 9;
	must(ioctl(fd, KINDS_SWAP, &value), "swap");
	printf("exchange: 9 for %u\n", value);

	must(ioctl(fd, KINDS_UPPER, &text), "upper");
	printf("any size: %s\n", hello);
	return 0;
}
