// SPDX-License-Identifier: GPL-2.0-only
/* Write a message to the device of ioctl_ex.c and read it back, both by ioctl. Prints "message: hello world". */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MESSAGE_SIZE	200
#define READ_MESSAGE	_IOR('G', 0, int)
#define WRITE_MESSAGE	_IOW('G', 1, int)

int main(void)
{
	char message[MESSAGE_SIZE] = "hello world", answer[MESSAGE_SIZE] = "";
	int fd;

	fd = open("/dev/cdev_example", O_RDWR);
	if (fd < 0) {
		perror("open");
		return -1;
	}
	if (ioctl(fd, WRITE_MESSAGE, message) < 0) {
		perror("write by ioctl");
		return -1;
	}
	if (ioctl(fd, READ_MESSAGE, answer) < 0) {
		perror("read by ioctl");
		return -1;
	}
	printf("message: %.*s\n", MESSAGE_SIZE, answer);
	close(fd);
	return 0;
}
