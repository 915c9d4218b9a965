/* SPDX-License-Identifier: GPL-2.0-only */
/* PID 1 of the virtual machine, one subject a file: setup, command, log, modules, leaks. */
#ifndef VM_INIT_H
#define VM_INIT_H

#include <stdbool.h>
#include <stddef.h>

/* What vm/run asks for: /vm/settings, one word a line. */
struct settings {
	bool tap;		/* the command's output is TAP whatever it looks like */
	bool interactive;	/* the command runs on the terminal hvc0 */
	bool deterministic;	/* nothing may reach the host while the command runs */
	bool collect;		/* send /out to the host when done */
};

/* What came of it: one line on the second serial port, read by vm/run. */
struct verdict {
	int status;		/* the command's, as a shell counts it */
	int modules_failed;	/* a module to load did not load */
	bool tap;		/* TAP was seen, or announced */
	unsigned long tests;	/* test points */
	unsigned long failed;	/* those not ok */
	unsigned long taint;	/* new bits, those of out-of-tree modules and unit tests left out */
	unsigned int leaks;	/* kmemleak's unreferenced objects */
};

/* setup.c */
void setup_mounts(void);
void setup_network(void);
bool setup_ports(void);
int port_open(const char *name);
int port_error(void);
void write_file(const char *path, const char *text);
int read_file(const char *path, char *buffer, size_t size);
void write_all(int fd, const char *data, size_t length);

/* log.c */
void log_start(bool deferred);
int log_fd(void);
void log_forward(void);
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
unsigned long log_taint(void);

/* command.c */
void command_run(const struct settings *settings, struct verdict *verdict);
int run_program(char *const argv[]);

/* modules.c */
int modules_load(void);
void modules_unload(void);

/* leaks.c */
void leaks_start(void);
void leaks_remember_symbols(void);
unsigned int leaks_count(void);

#endif
