// SPDX-License-Identifier: MIT
/* kulink doctor: the kernel, its configuration, and whether kulink is in it */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "doctor.h"

#define OLDEST_MAJOR	6
#define OLDEST_MINOR	1

void doctor_kernel(struct doctor *d)
{
	unsigned int major = 0, minor = 0;

	sscanf(d->uts.release, "%u.%u", &major, &minor);
	if (major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR))
		found(d, PROBLEM, "kernel", install_command("linux-image-amd64", "kernel", "linux"),
		      "%s %s: older than %u.%u, the oldest that kulink is made for",
		      d->uts.release, d->uts.machine, OLDEST_MAJOR, OLDEST_MINOR);
	else if (strcmp(d->uts.machine, "x86_64"))
		found(d, WARNING, "kernel", NULL, "%s %s: only x86_64 is tested", d->uts.release,
		      d->uts.machine);
	else
		found(d, FINE, "kernel", NULL, "%s %s", d->uts.release, d->uts.machine);
}

/* What each needs; a kernel without it lacks that channel, or all of kulink */
static const struct {
	const char *option;
	enum level level;
	const char *what;
} needs[] = {
	{ "CONFIG_SYSFS", PROBLEM, "no service can be found" },
	{ "CONFIG_PROC_FS", WARNING, "no channel procfs, no sysctl" },
	{ "CONFIG_PROC_SYSCTL", WARNING, "no channel sysctl" },
	{ "CONFIG_DEBUG_FS", WARNING, "no channel debugfs" },
	{ "CONFIG_CONFIGFS_FS", WARNING, "no channel configfs" },
	{ "CONFIG_EVENTFD", WARNING, "no channel of the device node" },
	{ "CONFIG_IO_URING", WARNING, "no channel uring" },
	{ "CONFIG_RELAY", WARNING, "no channel relay" },
	{ "CONFIG_EVENT_TRACING", WARNING, "no channel trace" },
	{ "CONFIG_NET", WARNING, "no channel genl, no netlink, no uevent" },
	{ "CONFIG_INET", WARNING, "no channels sockopt, udp" },
	{ "CONFIG_NETFILTER", WARNING, "no channel sockopt" },
};

void doctor_config(struct doctor *d)
{
	unsigned int missing = 0;
	size_t i;

	if (!d->config) {
		found(d, FINE, "config", NULL,
		      "not published by this kernel: what follows is seen from outside");
		return;
	}
	if (config(d, "CONFIG_MODULES") == 'n') {
		missing++;
		found(d, d->here ? WARNING : PROBLEM, "config", NULL,
		      "CONFIG_MODULES is off: kulink would have to be built into the kernel");
	}
	for (i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		if (config(d, needs[i].option) != 'n')
			continue;
		missing++;
		found(d, needs[i].level, "config", NULL, "%s is off: %s", needs[i].option,
		      needs[i].what);
	}
	if (config(d, "CONFIG_DEBUG_FS_ALLOW_NONE") == 'y') {
		missing++;
		found(d, WARNING, "config", NULL, "CONFIG_DEBUG_FS_ALLOW_NONE: no channel debugfs");
	}
	if (!missing)
		found(d, FINE, "config", NULL, "all channels can be had (%s)", d->config_path);
}

static void doctor_autoload(struct doctor *d)
{
	char text[256];

	if (!slurp("/proc/sys/kernel/modprobe", text, sizeof(text)))
		return;
	if (!*text || !exists(text, X_OK))
		found(d, WARNING, "autoload", "sudo sysctl kernel.modprobe=/sbin/modprobe",
		      "the kernel cannot run '%s': a channel is not loaded when first asked for",
		      text);
}

void doctor_module(struct doctor *d)
{
	char path[256];

	if (d->here) {
		found(d, FINE, "kulink", NULL, "%s", exists("/sys/module/kulink", F_OK) ?
		      "loaded" : "built into the kernel");
		doctor_autoload(d);
		return;
	}
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", d->uts.release);
	if (config(d, "CONFIG_MODULES") == 'n')
		return;		/* said already */
	if (line_has(path, "/kulink.ko"))
		found(d, WARNING, "kulink", "sudo modprobe kulink", "installed, not loaded");
	else
		found(d, WARNING, "kulink", "make modules && sudo insmod build/kernel/*/kernel/kulink.ko",
		      "no module for this kernel in /lib/modules/%s; build it in kulink's sources",
		      d->uts.release);
}

void doctor_ia32(struct doctor *d)
{
	char on = config(d, "CONFIG_IA32_EMULATION");
	bool off = line_has("/proc/cmdline", "ia32_emulation=0") ||
		   line_has("/proc/cmdline", "ia32_emulation=off");

	if (strcmp(d->uts.machine, "x86_64") || on == '?')
		return;
	if (on == 'n')
		found(d, FINE, "32-bit", NULL, "no 32-bit programs: CONFIG_IA32_EMULATION is off");
	else if (off)
		found(d, FINE, "32-bit", NULL, "no 32-bit programs: ia32_emulation is off at boot");
	else
		found(d, FINE, "32-bit", NULL, "32-bit programs run too");
}
