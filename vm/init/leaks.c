// SPDX-License-Identifier: GPL-2.0-only
/* kmemleak, where the kernel has it. What boot left behind is not ours. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

static const char kmemleak[] = "/sys/kernel/debug/kmemleak";

void leaks_start(void)
{
	if (access(kmemleak, W_OK))
		return;
	write_file(kmemleak, "scan");
	write_file(kmemleak, "clear");
}

/* The report, each line noted in the log; how many objects it names. */
static unsigned int report(bool note)
{
	FILE *file = fopen(kmemleak, "re");
	unsigned int found = 0, lines = 0;
	char line[512];

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		found += !strncmp(line, "unreferenced object", 19);
		if (note && lines++ < 200)
			log_note("kmemleak: %s", line);
	}
	fclose(file);
	return found;
}

/*
 * kmemleak reports only objects older than 5 seconds that did not change between two scans; what it then suspects may
 * only have been on the move, so a third scan decides.
 */
unsigned int leaks_count(void)
{
	if (access(kmemleak, W_OK))
		return 0;
	write_file(kmemleak, "scan");
	sleep(6);
	write_file(kmemleak, "scan");
	if (!report(false))
		return 0;
	sleep(1);
	write_file(kmemleak, "scan");
	return report(true);
}
