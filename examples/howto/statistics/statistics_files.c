// SPDX-License-Identifier: GPL-2.0-only
/* The ways that go through a file: text, ioctl, mmap. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "statistics_read.h"

static int open_file(const char *file)
{
	int fd = open(file, O_RDONLY);

	if (fd < 0)
		perror(file);
	return fd;
}

/* A read may give less than there is; only 0 is the end. */
long statistics_read_text(const char *file, char **text)
{
	size_t size = 65536, length = 0;
	int fd = open_file(file);
	ssize_t n;

	*text = fd < 0 ? NULL : malloc(size);
	if (!*text)
		return -1;
	while ((n = read(fd, *text + length, size - length)) > 0) {
		length += n;
		if (size - length < 4096)
			*text = realloc(*text, size *= 2);
	}
	if (n < 0)
		perror(file);
	close(fd);
	return n < 0 ? -1 : (long)length;
}

/* The first call is told how much there is. */
long statistics_read_ioctl(struct statistics_record **records)
{
	int fd = open_file(STATISTICS_DEVICE), status;
	struct statistics_get get = { 0 };

	*records = NULL;
	if (fd < 0)
		return -1;
	while ((status = ioctl(fd, STATISTICS_GET, &get)) < 0 && errno == ENOSPC) {
		*records = realloc(*records, get.needed);
		get.buffer = (uintptr_t)*records;
		get.size = get.needed;
	}
	if (status < 0)
		perror("ioctl");
	close(fd);
	return status < 0 ? -1 : (long)(get.needed / sizeof(**records));
}

/* The number of records is in the table, so the first page is mapped first. */
const struct statistics_area *statistics_map(int fd)
{
	struct statistics_area *area = mmap(NULL, sizeof(*area), PROT_READ, MAP_SHARED, fd, 0);
	size_t size;

	if (area == MAP_FAILED)
		return NULL;
	size = sizeof(*area) + area->records * sizeof(area->record[0]);
	munmap(area, sizeof(*area));
	area = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	return area == MAP_FAILED ? NULL : area;
}

static int try_copy(const struct statistics_area *area, struct statistics_record *to, unsigned int first,
		    unsigned int count)
{
	unsigned int before = __atomic_load_n(&area->sequence, __ATOMIC_ACQUIRE);

	if (before & 1)
		return 0;
	memcpy(to, &area->record[first], count * sizeof(*to));
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&area->sequence, __ATOMIC_RELAXED) == before;
}

/* As the module does: all of one moment if a few tries give that; else each record of a moment of its own. */
void statistics_copy_area(const struct statistics_area *area, struct statistics_record *to)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (try_copy(area, to, 0, area->records))
			return;
	for (i = 0; i < area->records; i++)
		while (!try_copy(area, &to[i], i, 1))
			;
}

long statistics_read_mmap(struct statistics_record **records)
{
	int fd = open_file(STATISTICS_DEVICE);
	const struct statistics_area *area;
	long count;

	*records = NULL;
	if (fd < 0)
		return -1;
	area = statistics_map(fd);
	close(fd);
	if (!area) {
		perror("mmap");
		return -1;
	}
	count = area->records;
	*records = malloc(count * sizeof(**records));
	statistics_copy_area(area, *records);
	munmap((void *)area, sizeof(*area) + count * sizeof(area->record[0]));
	return count;
}
