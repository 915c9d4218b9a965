// SPDX-License-Identifier: GPL-2.0-only
/* kmemleak, where the kernel has it. What was allocated before our start is not ours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

static const char kmemleak[] = "/sys/kernel/debug/kmemleak";

/* The modules' functions, by address, for the leaks of modules that are gone when kmemleak reports them. */
static struct symbol {
	unsigned long address;
	char name[56], module[40];
} symbols[8192];
static size_t symbol_count;

static bool have_kmemleak(void)
{
	return !access(kmemleak, W_OK);
}

static unsigned long start;	/* in jiffies, which is how kmemleak dates an object */

void leaks_start(void)
{
	FILE *file = have_kmemleak() ? fopen("/proc/timer_list", "re") : NULL;
	char line[256];

	if (!file)
		return;
	while (!start && fgets(line, sizeof(line), file))
		sscanf(line, "jiffies: %lu", &start);
	fclose(file);
}

void leaks_remember_symbols(void)
{
	FILE *file = have_kmemleak() ? fopen("/proc/kallsyms", "re") : NULL;
	char line[512];

	if (!file)
		return;
	while (symbol_count < sizeof(symbols) / sizeof(symbols[0]) && fgets(line, sizeof(line), file)) {
		struct symbol *symbol = &symbols[symbol_count];

		if (strchr(line, '[') && sscanf(line, "%lx %*[tT] %55s [%39[^]]]", &symbol->address, symbol->name,
						symbol->module) == 3)
			symbol_count++;
	}
	fclose(file);
}

/* A trace line that is a bare address, as "name+0x12 [module]". */
static void note_line(const char *line)
{
	const char *text = line + strspn(line, " ");
	const struct symbol *best = NULL;
	unsigned long address = strncmp(text, "0xffff", 6) ? 0 : strtoul(text, NULL, 16);
	size_t i;

	for (i = 0; address && i < symbol_count; i++)
		if (symbols[i].address <= address && (!best || symbols[i].address > best->address))
			best = &symbols[i];
	if (best && address - best->address < 0x4000)
		log_note("kmemleak:     %s+0x%lx [%s]", best->name, address - best->address, best->module);
	else
		log_note("kmemleak: %s", line);
}

/*
 * How many objects of ours the report names; their lines noted in the log, if asked. An object is
 * "unreferenced object 0x… (size 128):" and then, indented, "comm "modprobe", pid 44, jiffies 4294905901" and more.
 */
static unsigned int report(bool note)
{
	FILE *file = fopen(kmemleak, "re");
	unsigned int found = 0, lines = 0;
	char line[512], object[512] = "";
	bool ours = false;

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		const char *date = strstr(line, ", jiffies ");

		line[strcspn(line, "\n")] = '\0';
		if (line[0] != ' ') {
			strcpy(object, line);
			ours = false;
		} else if (date && !ours) {
			ours = strtoul(date + strlen(", jiffies "), NULL, 10) >= start;
			found += ours;
			if (ours && note && lines++ < 200)
				note_line(object);
		}
		if (ours && note && lines++ < 200)
			note_line(line);
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
	if (!have_kmemleak())
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
