// SPDX-License-Identifier: MIT
/* kulink doctor: the channels and services that are there, and what building takes */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "doctor.h"

void doctor_channels(struct doctor *d)
{
	const struct kulink_channel_info *c;
	char why[256], module[64], remedy[128];
	int err;

	if (!d->here)
		return;
	for (c = kulink_channels(); c->name; c++) {
		*why = '\0';
		err = kulink_available(c->name, why, sizeof(why));
		if (!err) {
			found(d, FINE, c->name, NULL, "can be used");
			continue;
		}
		channel_module(c->name, module, sizeof(module));
		snprintf(remedy, sizeof(remedy), "sudo modprobe %s", module);
		/* few kernels have a system call of ours: nothing is amiss */
		found(d, err == -ENOSYS ? FINE : WARNING, c->name, err == -ENOENT ? remedy : NULL, "%s",
		      *why ? why : error_meaning(err));
	}
}

static int count(void *ctx, const char *service)
{
	struct kulink *k;
	unsigned int *n = ctx;
	int err;

	++*n;
	err = kulink_open(&k, service, NULL);
	if (!err)
		kulink_close(k);
	return err == -EPROTONOSUPPORT ? err : 0;
}

void doctor_services(struct doctor *d)
{
	unsigned int n = 0;

	if (!d->here)
		return;
	if (kulink_list(count, &n) == -EPROTONOSUPPORT)
		found(d, PROBLEM, "services", "sudo make install",
		      "the modules speak another ABI than this command (%u): install both from one "
		      "release", kulink_abi());
	else if (n)
		found(d, FINE, "services", NULL, "%u", n);
	else
		found(d, WARNING, "services", "sudo modprobe hwstats",
		      "none: no driver that is loaded offers one");
}

void doctor_headers(struct doctor *d)
{
	const char *release = d->uts.release;
	char path[256], debian[128];

	snprintf(path, sizeof(path), "/lib/modules/%s/build/Makefile", release);
	snprintf(debian, sizeof(debian), "linux-headers-%s", release);
	if (!exists(path, R_OK))
		found(d, WARNING, "headers",
		      install_command(debian, "kernel-devel", "linux-headers"),
		      "no headers of this kernel: modules cannot be built for it here");
	else
		found(d, FINE, "headers", NULL, "modules can be built: /lib/modules/%s/build",
		      release);
}

static bool in_path(const char *program)
{
	const char *path = getenv("PATH"), *s;
	char file[512];

	for (s = path ? path : "/usr/bin:/bin"; *s; s += *s == ':') {
		size_t n = strcspn(s, ":");

		snprintf(file, sizeof(file), "%.*s/%s", (int)n, s, program);
		if (!access(file, X_OK))
			return true;
		s += n;
	}
	return false;
}

void doctor_tools(struct doctor *d)
{
	if (in_path("make") && (in_path("gcc") || in_path("cc")))
		found(d, FINE, "tools", NULL, "make and a C compiler");
	else
		found(d, WARNING, "tools",
		      install_command("build-essential", "gcc make", "base-devel"),
		      "no make or no C compiler: modules cannot be built here");
}
