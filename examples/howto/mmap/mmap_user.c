// SPDX-License-Identifier: GPL-2.0-only
/* Map the page of the debugfs file, show what the kernel put there, store into it and show it again. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILENAME "/sys/kernel/debug/mmap_example"
#define SIZE 4096

int main(void)
{
	int fd = open(FILENAME, O_RDWR);
	char *page;

	if (fd < 0) {
		perror("open");
		return -1;
	}
	page = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED) {
		perror("mmap");
		return -1;
	}
	printf("initial message: %s\n", page);
	memcpy(page + 11, "*user*", 6);
	printf("changed message: %s\n", page);
	/* The mapping holds the file, so the order of these two does not matter. */
	close(fd);
	munmap(page, SIZE);
	return 0;
}
