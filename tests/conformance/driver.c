// SPDX-License-Identifier: GPL-2.0-only
/* Steers the test driver and reads its log, beside every channel. */
#include <fcntl.h>
#include <unistd.h>

#include "suite.h"

#define PARAMETERS "/sys/module/kulink_test/parameters/"
#define STATS "/sys/module/kulink_test_log/parameters/stats"
#define LOG "/dev/kulink_test_log"

void control(const char *name, unsigned long value)
{
	char path[128], text[32];
	int fd, len = snprintf(text, sizeof(text), "%lu", value);

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, (size_t)len) != len)
		fail_msg("%s: %s", path, strerror(errno));
	close(fd);
}

uint64_t counter(const char *name)
{
	char line[64];
	FILE *file = fopen(STATS, "re");
	uint64_t n = UINT64_MAX;
	size_t len = strlen(name);

	if (!file)
		fail_msg(STATS ": %s", strerror(errno));
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, name, len) && line[len] == ' ')
			n = strtoull(line + len, NULL, 10);
	fclose(file);
	if (n == UINT64_MAX)
		fail_msg(STATS " has no %s", name);
	return n;
}

void await_counter(const char *name, uint64_t least)
{
	unsigned int tries;

	for (tries = 0; counter(name) < least; tries++) {
		if (tries == 6000)
			fail_msg("%s is %ju, not %ju, after a minute", name,
				 (uintmax_t)counter(name), (uintmax_t)least);
		usleep(10000);
	}
}

size_t read_log(struct ktest_entry *entries, uint64_t first, size_t count)
{
	size_t n = 0;
	ssize_t got = 1;
	int fd = open(LOG, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail_msg(LOG ": %s", strerror(errno));
	while (n < count && got > 0) {
		got = pread(fd, entries + n, (count - n) * sizeof(*entries),
			    (off_t)((first + n) * sizeof(*entries)));
		n += got > 0 ? (size_t)got / sizeof(*entries) : 0;
	}
	close(fd);
	return n;
}
