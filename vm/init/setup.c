// SPDX-License-Identifier: GPL-2.0-only
/* File systems, the loopback interface, the ports to the host. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"

static const struct {
	const char *type, *target, *options;
} mounts[] = {
	{ "devtmpfs", "/dev", "mode=0755" },
	{ "devpts", "/dev/pts", "mode=0620,ptmxmode=0666" },
	{ "tmpfs", "/dev/shm", "mode=1777" },
	{ "proc", "/proc", "" },
	{ "sysfs", "/sys", "" },
	{ "debugfs", "/sys/kernel/debug", "" },
	{ "tracefs", "/sys/kernel/tracing", "" },
	{ "tmpfs", "/tmp", "mode=1777" },
	{ "tmpfs", "/run", "mode=0755" },
	{ "configfs", "/sys/kernel/config", "" },
};

void write_all(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t done = write(fd, data, length);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;
		data += done;
		length -= (size_t)done;
	}
}

void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	write_all(fd, text, strlen(text));
	close(fd);
}

/* The file's text, cut at the buffer's size; its length or -errno. */
int read_file(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	while (length < size - 1 && (got = read(fd, buffer + length, size - 1 - length)) > 0)
		length += (size_t)got;
	buffer[length] = '\0';
	close(fd);
	return (int)length;
}

void setup_mounts(void)
{
	char *const modprobe[] = { "/sbin/modprobe", "-qa", "virtio_pci", "virtio_console", "configfs", NULL };
	size_t i;

	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		if (!strcmp(mounts[i].type, "configfs"))
			run_program(modprobe);
		mkdir(mounts[i].target, 0755);
		mount(mounts[i].type, mounts[i].target, mounts[i].type, 0, mounts[i].options);
	}
	mkdir("/out", 01777);
	if (symlink("/proc/self/fd", "/dev/fd") || symlink("fd/0", "/dev/stdin") ||
	    symlink("fd/1", "/dev/stdout") || symlink("fd/2", "/dev/stderr"))
		log_note("no /dev/fd");
	/* A provoked failure is no report. */
	write_file("/sys/kernel/debug/failslab/verbose", "0");
	write_file("/sys/kernel/debug/fail_page_alloc/verbose", "0");
	write_file("/sys/kernel/debug/fail_usercopy/verbose", "0");
}

void setup_network(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
	sethostname("kulink-vm", strlen("kulink-vm"));
}

/* What udev would do: /dev/virtio-ports/NAME for each port, by the name that QEMU was given. */
static void link_ports(DIR *dir)
{
	struct dirent *entry;
	char path[512], name[64], target[300];

	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", entry->d_name);
		if (entry->d_name[0] == '.' || read_file(path, name, sizeof(name)) <= 0)
			continue;
		name[strcspn(name, "\n")] = '\0';
		snprintf(path, sizeof(path), "/dev/virtio-ports/%s", name);
		snprintf(target, sizeof(target), "../%s", entry->d_name);
		if (symlink(target, path) && errno != EEXIST)
			log_note("%s: %s", path, strerror(errno));
	}
}

/* False when the ports do not come: they are announced one by one, vm.ready last. */
bool setup_ports(void)
{
	int tries;

	mkdir("/dev/virtio-ports", 0755);
	for (tries = 0; tries < 1000; tries++) {
		DIR *dir = opendir("/sys/class/virtio-ports");

		if (dir) {
			link_ports(dir);
			closedir(dir);
		}
		if (!access("/dev/virtio-ports/vm.ready", F_OK))
			return true;
		usleep(10000);
	}
	return false;
}

/* A port has one opener at a time. */
int port_error(void)
{
	static int port = -1;

	if (port < 0)
		port = port_open("vm.err");
	return port;
}

int port_open(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/dev/virtio-ports/%s", name);
	return open(path, O_WRONLY | O_CLOEXEC);
}
