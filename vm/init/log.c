// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's log, from our start on, as it comes to a port of its own; vm/run looks for reports in it. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

/* Bits that say what kind of module was loaded, not that something went wrong: O, E, and N (a unit test ran). */
#define TAINT_HARMLESS ((1UL << 12) | (1UL << 13) | (1UL << 18))

static int kmsg = -1, port = -1;

void log_start(bool deferred)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg >= 0)
		lseek(kmsg, 0, SEEK_END);
	port = port_open("vm.log");
	if (deferred && port >= 0)
		log_note("the log follows when the command is done");
}

int log_fd(void)
{
	return kmsg;
}

/* "6,339,5140900,-;text\n key=value\n": only what the kernel itself says, as "[    5.140900] text". */
static void forward_record(char *record)
{
	char line[2300];
	unsigned long priority, microseconds;
	char *text = strchr(record, ';');

	if (!text || sscanf(record, "%lu,%*u,%lu", &priority, &microseconds) != 2)
		return;
	if (priority >> 3 && strncmp(text + 1, "vm: ", 4))
		return;
	text[1 + strcspn(text + 1, "\n")] = '\0';
	snprintf(line, sizeof(line), "[%5lu.%06lu] %s\n", microseconds / 1000000, microseconds % 1000000, text + 1);
	write_all(port, line, strlen(line));
}

void log_forward(void)
{
	char record[2200];
	ssize_t got;

	if (kmsg < 0 || port < 0)
		return;
	while ((got = read(kmsg, record, sizeof(record) - 1)) > 0 || (got < 0 && errno == EPIPE)) {
		static const char lost[] = "vm: part of the kernel's log was overwritten before it was read\n";

		if (got < 0) {
			write_all(port, lost, strlen(lost));
			continue;
		}
		record[got] = '\0';
		forward_record(record);
	}
}

/* A line of ours, in its place in the kernel's log. */
void log_note(const char *format, ...)
{
	char line[1000] = "<4>vm: ";
	size_t used = strlen(line);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line + used, sizeof(line) - used, format, arguments);
	va_end(arguments);
	write_file("/dev/kmsg", line);
}

unsigned long log_taint(void)
{
	char text[32];

	if (read_file("/proc/sys/kernel/tainted", text, sizeof(text)) <= 0)
		return 0;
	return strtoul(text, NULL, 10) & ~TAINT_HARMLESS;
}
