// SPDX-License-Identifier: MIT
/*
 * kulink-upcall: started by the kernel for each event (docs/channels/upcall.md); hands it to the
 * programs that have subscribed through the library, to each what the event's mode lets it read.
 *
 *	kulink-upcall			by the kernel, with the event in the environment
 *	kulink-upcall --on | --off	by the administrator: have the kernel start it, or nothing
 *
 * It runs as root, in a directory where everyone may make files. So it sends to nothing but sockets
 * that lie there themselves, with one name, and never follows a link; their owner is who is asked
 * for. It waits for nobody: a reader that is behind loses events, and finds it by their numbers.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../lib/upcall.h"

extern char **environ;

/* struct told - the event, and who may read it */
struct told {
	const char *service;
	unsigned long mode;
	unsigned long owner;
	unsigned long group;
	size_t len;
	char message[KULINK_UPCALL_MESSAGE_MAX];
};

static int number(const char *name, int base, unsigned long *to)
{
	const char *text = getenv(name);
	char *end;

	if (!text || *text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*to = strtoul(text, &end, base);
	return errno || *end ? -EINVAL : 0;
}

static int take_environment(struct told *told)
{
	char **variable;
	size_t n;

	told->service = getenv("SERVICE");
	if (!told->service || !getenv("EVENT") || number("MODE", 8, &told->mode) ||
	    number("OWNER", 10, &told->owner) || number("GROUP", 10, &told->group))
		return -EINVAL;
	for (variable = environ; *variable; variable++) {
		n = strlen(*variable) + 1;
		if (n > sizeof(told->message) - told->len)
			return -EMSGSIZE;
		memcpy(told->message + told->len, *variable, n);
		told->len += n;
	}
	return 0;
}

/* Contract 1, with the socket's owner and group: one who gives it a group is a member. */
static bool may_read(const struct told *told, const struct stat *st)
{
	unsigned long bits = told->mode;

	if (!st->st_uid)
		bits = told->mode >> 6 | told->mode >> 3 | told->mode;
	else if (st->st_uid == told->owner)
		bits = told->mode >> 6;
	else if (st->st_gid == told->group)
		bits = told->mode >> 3;
	return bits & 4;
}

/* "hwstats0.123.4" is a subscriber of "hwstats0" */
static bool is_for(const char *name, const char *service)
{
	size_t n = strlen(service);

	return !strncmp(name, service, n) && name[n] == '.';
}

static void send_to(int sock, int dir, const char *name, const struct told *told)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct stat st;
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	/* By the descriptor: what is sent to is what was looked at. */
	snprintf(to.sun_path, sizeof(to.sun_path), "/proc/self/fd/%d", fd);
	if (!fstat(fd, &st) && S_ISSOCK(st.st_mode) && st.st_nlink == 1 && may_read(told, &st) &&
	    sendto(sock, told->message, told->len, MSG_DONTWAIT | MSG_NOSIGNAL,
		   (struct sockaddr *)&to, sizeof(to)) < 0 && errno == ECONNREFUSED)
		unlinkat(dir, name, 0);	/* its program died */
	close(fd);
}

static int send_to_all(const struct told *told)
{
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	DIR *dir = opendir(KULINK_UPCALL_DIR);
	const struct dirent *entry;

	if (sock < 0)
		return 1;
	while (dir && (entry = readdir(dir)))
		if (is_for(entry->d_name, told->service))
			send_to(sock, dirfd(dir), entry->d_name, told);
	return 0;
}

static int write_path(const char *path)
{
	int fd = open(KULINK_UPCALL_PATH, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, path, strlen(path)) < 0) {
		perror(KULINK_UPCALL_PATH);
		return 1;
	}
	return 0;
}

static int switch_on(void)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return 1;
	self[n] = '\0';
	if ((mkdir("/run/kulink", 0755) && errno != EEXIST) ||
	    (mkdir(KULINK_UPCALL_DIR, 0700) && errno != EEXIST) ||
	    chmod(KULINK_UPCALL_DIR, 01777)) {
		perror(KULINK_UPCALL_DIR);
		return 1;
	}
	return write_path(self);
}

int main(int argc, char **argv)
{
	static struct told told;

	if (argc == 2 && !strcmp(argv[1], "--on"))
		return switch_on();
	if (argc == 2 && !strcmp(argv[1], "--off"))
		return write_path("\n");
	if (take_environment(&told)) {
		fprintf(stderr, "usage: kulink-upcall --on | --off; else the kernel starts it\n");
		return 2;
	}
	return send_to_all(&told);
}
