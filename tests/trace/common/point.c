// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoint as a perf event, and the driver that emits. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "point.h"

#define ID "/sys/kernel/tracing/events/kulink/kulink_event/id"
#define FLOOD "/sys/module/kulink_test/parameters/flood"

static uint64_t point_id(void)
{
	FILE *f = fopen(ID, "re");
	unsigned long id;

	if (!f || fscanf(f, "%lu", &id) != 1)
		fail_msg("%s: %s", ID, strerror(errno));
	fclose(f);
	return id;
}

int point_open(struct point *point)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = point_id(),
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_RAW,
	};
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	for (point->n = 0; point->n < cpus && point->n < POINT_CPUS; point->n++) {
		point->fds[point->n] = (int)syscall(SYS_perf_event_open, &attr, -1, point->n, -1,
						    PERF_FLAG_FD_CLOEXEC);
		if (point->fds[point->n] < 0)
			return -errno;
	}
	return 0;
}

void point_close(struct point *point)
{
	while (point->n)
		close(point->fds[--point->n]);
}

void flood(unsigned int n)
{
	char text[16];
	int fd = open(FLOOD, O_WRONLY | O_CLOEXEC), len = snprintf(text, sizeof(text), "%u", n);

	if (fd < 0 || write(fd, text, (size_t)len) != len)
		fail_msg("%s: %s", FLOOD, strerror(errno));
	close(fd);
}
