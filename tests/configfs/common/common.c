// SPDX-License-Identifier: GPL-2.0-only
/* Files, modules and processes, as the tests of this folder use them. */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

#define STATS "/sys/module/kulink_test_log/parameters/stats"
#define TRIES 6000	/* of 10 ms: a minute */

int put_bytes(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, bytes, len) != (ssize_t)len)
		error = errno;
	close(fd);
	return error;
}

int put(const char *path, const char *text)
{
	return put_bytes(path, text, strlen(text));
}

int get(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = 0;
	ssize_t len;

	*text = '\0';
	if (fd < 0)
		return errno;
	len = read(fd, text, size - 1);
	if (len < 0)
		error = errno;
	else
		text[len] = '\0';
	close(fd);
	text[strcspn(text, "\n")] = '\0';
	return error;
}

void has_text(const char *path, const char *text, const char *file, int line)
{
	char said[512];
	int error = get(path, said, sizeof(said));

	if (error)
		print_error("%s: %s\n", path, strerror(error));
	else if (strcmp(said, text))
		print_error("%s: \"%s\", not \"%s\"\n", path, said, text);
	else
		return;
	_fail(file, line);
}

bool exists(const char *path)
{
	return !access(path, F_OK);
}

int make(const char *path)
{
	return mkdir(path, 0755) ? errno : 0;
}

int drop(const char *path)
{
	return rmdir(path) ? errno : 0;
}

int clean(void **state)
{
	const char *command = "for i in " FACTORIES "*/*/; do [ ! -d $i ] || rmdir $i || exit; done";

	(void)state;
	return put(PARAMETERS "delay_ms", "0") || put(PARAMETERS "errno", "0") || system(command);
}

/* Where it is, as modprobe knows */
static int path_of(const char *module, char *path, int size)
{
	char command[128];
	bool found;
	FILE *said;

	snprintf(command, sizeof(command), "modinfo -n %s", module);
	said = popen(command, "r");
	found = said && fgets(path, size, said);
	if (said)
		pclose(said);
	path[found ? strcspn(path, "\n") : 0] = '\0';
	return found ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

int load(const char *module, const char *parameters)
{
	char path[256];
	int fd = path_of(module, path, sizeof(path)), error = 0;

	if (fd < 0)
		fail_msg("module %s is not here", module);
	if (syscall(SYS_finit_module, fd, parameters, 0))
		error = errno;
	close(fd);
	return error;
}

int unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? errno : 0;
}

pid_t start(int (*fn)(const char *arg), const char *arg)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGSEGV, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	_exit(fn(arg));
}

int end(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* As in /proc/PID/stat, behind the name: it is ours, without a blank */
static char state_of(pid_t pid)
{
	char path[64], text[512];
	const char *name;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (get(path, text, sizeof(text)))
		return '?';
	name = strrchr(text, ')');
	return name ? name[2] : '?';
}

void await_stuck(pid_t pid)
{
	unsigned int tries;

	for (tries = 0; state_of(pid) != 'D'; tries++) {
		if (tries == TRIES || state_of(pid) == 'Z')
			fail_msg("process %d does not wait: %c", pid, state_of(pid));
		usleep(10000);
	}
}

void reset_begun(void)
{
	puts_in(STATS, "0");
}

static unsigned int begun(void)
{
	unsigned int n = 0;
	char line[64];
	FILE *file = fopen(STATS, "re");

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "begun %u", &n);
	if (file)
		fclose(file);
	return n;
}

void await_begun(unsigned int n)
{
	unsigned int tries;

	for (tries = 0; begun() < n; tries++) {
		if (tries == TRIES)
			fail_msg("%u begun, not %u", begun(), n);
		usleep(10000);
	}
}
