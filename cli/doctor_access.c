// SPDX-License-Identifier: MIT
/* kulink doctor: what we may do and see: privileges, namespaces, mounts, device nodes */
#include <dirent.h>
#include <linux/capability.h>
#include <mntent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "doctor.h"

/* Inode numbers of the initial namespaces: include/linux/proc_ns.h; of net since 6.18 */
#define USER_INIT	4026531837UL
#define NET_INIT	4026531833UL

static bool initial_user(void)
{
	struct stat st;

	return stat("/proc/self/ns/user", &st) || st.st_ino == USER_INIT;
}

void doctor_privileges(struct doctor *d)
{
	bool root = !geteuid();

	if (root && !initial_user())
		found(d, d->here ? WARNING : PROBLEM, "privileges", NULL,
		      "root of a user namespace only: load the modules outside of it");
	else if (root && capable(CAP_SYS_MODULE) && capable(CAP_NET_ADMIN))
		found(d, FINE, "privileges", NULL, "root: modules can be loaded, every part reached");
	else if (root && !capable(CAP_SYS_MODULE))
		found(d, d->here ? WARNING : PROBLEM, "privileges", NULL,
		      "root without CAP_SYS_MODULE, as in a container: load the modules on its host");
	else if (root)
		found(d, WARNING, "privileges", NULL,
		      "root without CAP_NET_ADMIN: restricted events do not come over genl and netlink");
	else
		found(d, WARNING, "privileges", "sudo kulink doctor",
		      "not root (uid %u): no modules can be loaded, parts may be closed to us",
		      geteuid());
}

/* 1 initial, 0 not, -1 it cannot be told */
static int initial_net(void)
{
	char ours[64] = "", theirs[64] = "", name[32];
	struct stat st;

	if (!stat("/proc/self/ns/net", &st) && st.st_ino == NET_INIT)
		return 1;
	/* kthreadd is in it, and is process 2 where the initial process namespace is seen */
	if (!slurp("/proc/2/comm", name, sizeof(name)) || strcmp(name, "kthreadd"))
		return -1;
	if (readlink("/proc/self/ns/net", ours, sizeof(ours) - 1) < 0 ||
	    readlink("/proc/2/ns/net", theirs, sizeof(theirs) - 1) < 0)
		return -1;
	return !strcmp(ours, theirs);
}

void doctor_namespaces(struct doctor *d)
{
	int net = initial_net();
	bool user = initial_user();

	if (!user)
		found(d, PROBLEM, "namespaces", NULL,
		      "not in the initial user namespace: services are not to be seen. Leave the "
		      "container, or start it without a user namespace");
	if (!net)
		found(d, PROBLEM, "namespaces", "sudo nsenter -t 1 -n kulink list",
		      "not in the initial network namespace: services are not to be seen");
	if (user && net > 0)
		found(d, FINE, "namespaces", NULL, "the initial ones");
	else if (user && net < 0)
		found(d, FINE, "namespaces", NULL, "user: the initial one; network: cannot be told%s",
		      geteuid() ? " without root" : " from here");
}

static const struct {
	const char *type;
	const char *where;
	enum level level;
	const char *what;
} mounts[] = {
	{ "proc", "/proc", PROBLEM, "no channels procfs and sysctl, and this command is half blind" },
	{ "sysfs", "/sys", PROBLEM, "no service can be found" },
	{ "debugfs", "/sys/kernel/debug", WARNING, "no channel debugfs" },
	{ "configfs", "/sys/kernel/config", FINE, "no channel configfs" },
	{ "tracefs", "/sys/kernel/tracing", FINE, "no channel of today needs it" },
};

static bool mounted(const char *type, char *where, size_t size, bool *read_only)
{
	FILE *f = open_file("/proc/self/mounts");
	struct mntent *m;
	bool is = false;

	if (!f)
		return false;
	while (!is && (m = getmntent(f))) {
		is = !strcmp(m->mnt_type, type);
		if (!is)
			continue;
		snprintf(where, size, "%s", m->mnt_dir);
		*read_only = hasmntopt(m, "ro");
	}
	endmntent(f);
	return is;
}

static void doctor_mount(struct doctor *d, size_t i)
{
	bool read_only = false;
	char text[256], word[64];

	snprintf(word, sizeof(word), "\t%s\n", mounts[i].type);
	if (!mounted(mounts[i].type, text, sizeof(text), &read_only)) {
		if (!line_has("/proc/filesystems", word) && !exists(mounts[i].where, F_OK)) {
			found(d, mounts[i].level, mounts[i].type, NULL, "not in this kernel: %s",
			      mounts[i].what);
			return;
		}
		snprintf(text, sizeof(text), "sudo mount -t %s %s %s", mounts[i].type,
			 mounts[i].type, mounts[i].where);
		found(d, mounts[i].level, mounts[i].type, text, "not mounted: %s", mounts[i].what);
	} else if (read_only) {
		char remedy[512];

		snprintf(remedy, sizeof(remedy), "sudo mount -o remount,rw %s", text);
		found(d, WARNING, mounts[i].type, remedy,
		      "mounted read-only, as in a container: nothing can be set over it");
	} else if (strcmp(text, mounts[i].where)) {
		char remedy[512];

		snprintf(remedy, sizeof(remedy), "sudo mount -t %s %s %s", mounts[i].type,
			 mounts[i].type, mounts[i].where);
		found(d, mounts[i].level, mounts[i].type, remedy, "mounted on %s, looked for on %s",
		      text, mounts[i].where);
	} else {
		found(d, FINE, mounts[i].type, NULL, "mounted on %s", text);
	}
}

void doctor_mounts(struct doctor *d)
{
	size_t i;

	for (i = 0; i < sizeof(mounts) / sizeof(*mounts); i++)
		doctor_mount(d, i);
}

void doctor_nodes(struct doctor *d)
{
	unsigned int nodes = 0, closed = 0;
	char path[512], remedy[400] = "";
	struct dirent *entry;
	DIR *dir;

	if (!d->here)
		return;
	snprintf(path, sizeof(path), "%s/dev/kulink", doctor_root);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		nodes++;
		snprintf(path, sizeof(path), "/dev/kulink/%s", entry->d_name);
		if (exists(path, R_OK | W_OK))
			continue;
		closed++;
		snprintf(remedy, sizeof(remedy),
			 "echo %u | sudo tee /sys/class/kulink/%s/kulink/group", getegid(),
			 entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (closed)
		found(d, WARNING, "nodes", remedy, "%u of %u in /dev/kulink are closed to us: no "
		      "channel of the node there", closed, nodes);
	else
		found(d, FINE, "nodes", NULL, "%u in /dev/kulink%s", nodes,
		      nodes ? ", open to us" : "");
}
