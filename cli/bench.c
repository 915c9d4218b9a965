// SPDX-License-Identifier: MIT
/* kulink bench: what each channel costs. The program that measures is kulink-bench, beside us or in libexec. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const char *const places[] = { "../libexec/kulink-bench", "kulink-bench" };

/* Where we lie ourselves, however we were started */
static ssize_t own_folder(char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	if (n < 0)
		return -errno;
	path[n] = '\0';
	slash = strrchr(path, '/');
	return slash ? slash + 1 - path : -ENOENT;
}

static int bench_run(const struct options *o, int argc, char **argv)
{
	char path[PATH_MAX + sizeof("../libexec/kulink-bench")];
	char **args = calloc(argc + 2, sizeof(*args));
	ssize_t n = own_folder(path, PATH_MAX);
	size_t i;

	(void)o;
	if (!args || n < 0) {
		free(args);
		return report_usage(NULL, "cannot find kulink-bench");
	}
	args[0] = (char *)"kulink-bench";
	memcpy(args + 1, argv, argc * sizeof(*args));
	for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
		strcpy(path + n, places[i]);
		execv(path, args);
	}
	fprintf(stderr, "kulink: kulink-bench is not installed: %s\n", strerror(errno));
	free(args);
	return STATUS_FAILED;
}

const struct verb bench_verb = {
	.name = "bench",
	.arguments = "[OPTION...]",
	.summary = "what each channel costs here, beside the bare mechanisms and what others have",
	.details = "Needs the drivers that are measured: modprobe kulink_bench, and bench_bare for the bare "
		   "mechanisms.\nIts options: kulink bench --help.\n",
	.options = "",
	.max_args = -1,
	.raw = true,
	.run = bench_run,
};
