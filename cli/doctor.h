/* SPDX-License-Identifier: MIT */
/* Between kulink doctor and its checks. */
#ifndef KULINK_CLI_DOCTOR_H
#define KULINK_CLI_DOCTOR_H

#include <sys/utsname.h>
#include "cli.h"

/**
 * enum level - how much a finding matters
 * @FINE: as it should be, or of no matter here
 * @WARNING: some of kulink will be missing
 * @PROBLEM: kulink cannot be loaded or used until it is remedied
 */
enum level { FINE, WARNING, PROBLEM };

/**
 * struct doctor - what is known of this machine
 * @here: kulink is in the kernel
 * @config: the kernel's configuration as text, or NULL
 * @config_path: where it was found
 */
struct doctor {
	const struct options *o;
	struct utsname uts;
	bool here;
	char *config;
	char config_path[256];
	struct json json;
	unsigned int warnings;
	unsigned int problems;
};

/* @remedy: a command to paste, or NULL */
void found(struct doctor *d, enum level level, const char *check, const char *remedy,
	   const char *format, ...) __attribute__((format(printf, 5, 6)));

/* 'y', 'm', 'n', or '?' where the configuration is not known */
char config(const struct doctor *d, const char *option);
/* "", or where a test has its /proc, /sys and so on; for what follows */
extern const char *doctor_root;
FILE *open_file(const char *path);
bool exists(const char *path, int mode);
/* The file's text up to @size, without a newline at the end; false: it cannot be read */
bool slurp(const char *path, char *text, size_t size);
/* Whether a file has a line that begins or, with @any, has @what in it */
bool line_has(const char *path, const char *what);
bool capable(unsigned int capability);
/* The command that installs what is called so on Debian, by this machine's package manager */
const char *install_command(const char *debian, const char *fedora, const char *arch);

/* doctor_kernel.c */
void doctor_kernel(struct doctor *d);
void doctor_config(struct doctor *d);
void doctor_module(struct doctor *d);
void doctor_ia32(struct doctor *d);

/* doctor_security.c */
void doctor_modules_disabled(struct doctor *d);
void doctor_lockdown(struct doctor *d);
void doctor_signatures(struct doctor *d);

/* doctor_access.c */
void doctor_mounts(struct doctor *d);
void doctor_privileges(struct doctor *d);
void doctor_namespaces(struct doctor *d);
void doctor_nodes(struct doctor *d);

/* doctor_kulink.c */
void doctor_channels(struct doctor *d);
void doctor_services(struct doctor *d);
void doctor_headers(struct doctor *d);
void doctor_tools(struct doctor *d);

#endif /* KULINK_CLI_DOCTOR_H */
