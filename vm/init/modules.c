// SPDX-License-Identifier: GPL-2.0-only
/* Loads what vm/run lists, in order, and at the end takes every out-of-tree module out again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init.h"

/* /vm/modules: a module a line, its parameters behind its name. */
int modules_load(void)
{
	static char text[64 * 1024];
	char *line, *next;

	if (read_file("/vm/modules", text, sizeof(text)) < 0)
		return 0;
	for (line = text; *line; line = next) {
		char *argv[64] = { "/sbin/modprobe" };
		int count = 1;
		char *word;

		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		for (word = strtok(line, " "); word && count < 63; word = strtok(NULL, " "))
			argv[count++] = word;
		if (count > 1 && run_program(argv)) {
			log_note("%s: did not load", argv[1]);
			return 1;
		}
	}
	return 0;
}

/* One pass over /proc/modules, newest first: "name size refcount users state address (OE)". True if one left. */
static bool unload_pass(bool last)
{
	static char text[256 * 1024];
	char *line, *next;
	bool progress = false;

	if (read_file("/proc/modules", text, sizeof(text)) < 0)
		return false;
	for (line = text; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (!strchr(line, '(') || !strchr(strchr(line, '('), 'O'))
			continue;
		line[strcspn(line, " ")] = '\0';
		if (!syscall(SYS_delete_module, line, O_NONBLOCK))
			progress = true;
		else if (last)
			log_note("%s: stays loaded: %s", line, strerror(errno));
	}
	return progress;
}

void modules_unload(void)
{
	while (unload_pass(false))
		;
	unload_pass(true);
}
