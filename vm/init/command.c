// SPDX-License-Identifier: GPL-2.0-only
/* Runs the command, carries its two outputs to the host byte by byte, and counts the tests of a TAP stream. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "init.h"

enum { NOT_FOUND = 127, NOT_EXECUTABLE = 126 };

/* One output of the command: its pipe (or file) here, its port to the host. */
struct stream {
	int from, child, port;
	struct verdict *tap;	/* count this stream's test points */
	char head[16];		/* the start of the current line */
	size_t column;
};

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run_program(char *const argv[])
{
	pid_t pid = fork();
	int status = 0;

	if (!pid) {
		dup2(port_error(), STDERR_FILENO);
		execv(argv[0], argv);
		_exit(NOT_FOUND);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return NOT_FOUND;
	return exit_status(status);
}

/* /vm/argv: each argument ended by a NUL. */
static char **read_argv(void)
{
	static char text[128 * 1024];
	static char *argv[4096];
	int length = read_file("/vm/argv", text, sizeof(text)), count = 0;
	char *at;

	for (at = text; at < text + length && count < 4095; at += strlen(at) + 1)
		argv[count++] = at;
	return argv;
}

static void tap_line(struct verdict *verdict, const char *head)
{
	while (*head == ' ')
		head++;
	if (!strncmp(head, "TAP version", 11) || !strncmp(head, "KTAP version", 12) || !strncmp(head, "1..", 3))
		verdict->tap = true;
	if (!strncmp(head, "ok ", 3) || !strncmp(head, "not ok ", 7))
		verdict->tests++;
	if (!strncmp(head, "not ok ", 7))
		verdict->failed++;
}

static void tap_bytes(struct stream *stream, const char *data, size_t length)
{
	for (; length; data++, length--) {
		if (*data == '\n') {
			stream->head[stream->column] = '\0';
			tap_line(stream->tap, stream->head);
			stream->column = 0;
		} else if (stream->column < sizeof(stream->head) - 1 && (stream->column || *data != ' ')) {
			stream->head[stream->column++] = *data;
		}
	}
}

/* Moves what is there; false at the end of the stream. */
static bool pump(struct stream *stream)
{
	static char buffer[32 * 1024];
	ssize_t got;

	while ((got = read(stream->from, buffer, sizeof(buffer))) > 0) {
		write_all(stream->port, buffer, (size_t)got);
		if (stream->tap)
			tap_bytes(stream, buffer, (size_t)got);
	}
	return got < 0 && (errno == EAGAIN || errno == EINTR);
}

static void open_stream(struct stream *stream, int port, const char *file)
{
	int ends[2];

	stream->port = port;
	if (file) {
		stream->child = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		stream->from = open(file, O_RDONLY | O_CLOEXEC);
	} else if (!pipe2(ends, O_CLOEXEC)) {
		stream->from = ends[0];
		stream->child = ends[1];
		fcntl(stream->from, F_SETFL, O_NONBLOCK);
		/* Programs that become another user may still open /dev/stdout. */
		fchmod(ends[1], 0666);
	}
}

/* The user's terminal already adds carriage returns, and its size came with the environment. */
static void take_terminal(int fd)
{
	const char *rows = getenv("LINES"), *columns = getenv("COLUMNS");
	struct winsize size = { .ws_row = rows ? atoi(rows) : 0, .ws_col = columns ? atoi(columns) : 0 };
	struct termios settings;

	ioctl(fd, TIOCSCTTY, 0);
	if (!tcgetattr(fd, &settings)) {
		settings.c_oflag &= ~(tcflag_t)ONLCR;
		tcsetattr(fd, TCSANOW, &settings);
	}
	if (size.ws_row && size.ws_col)
		ioctl(fd, TIOCSWINSZ, &size);
	unsetenv("LINES");
	unsetenv("COLUMNS");
}

static void __attribute__((noreturn)) run_child(const struct settings *settings, const struct stream *out,
						const struct stream *err)
{
	char **argv = read_argv();
	sigset_t none;
	int in;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	in = open(settings->interactive ? "/dev/hvc0" : "/dev/null", O_RDWR);
	dup2(in, STDIN_FILENO);
	if (settings->interactive)
		take_terminal(STDIN_FILENO);
	dup2(settings->interactive ? in : out->child, STDOUT_FILENO);
	dup2(settings->interactive ? in : err->child, STDERR_FILENO);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
}

/* Until the command ends; PID 1 also buries every orphan. */
static int carry(pid_t command, int signals, struct stream *out, struct stream *err)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = out->from, .events = POLLIN },
		{ .fd = err->from, .events = POLLIN },
		{ .fd = log_fd(), .events = POLLIN },
	};
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	for (;;) {
		if (poll(fds, 4, -1) < 0 && errno != EINTR)
			return NOT_EXECUTABLE;
		if (fds[1].revents && !pump(out))
			fds[1].fd = -1;
		if (fds[2].revents && !pump(err))
			fds[2].fd = -1;
		if (fds[3].revents)
			log_forward();
		if (!fds[0].revents || read(signals, &info, sizeof(info)) < 0)
			continue;
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == command)
				return exit_status(status);
	}
}

void command_run(const struct settings *settings, struct verdict *verdict)
{
	struct stream out = { .from = -1, .child = -1, .tap = verdict }, err = { .from = -1, .child = -1 };
	bool deferred = settings->deterministic;
	int signals, status = 0;
	sigset_t mask;
	pid_t pid;

	verdict->tap = settings->tap;
	if (!settings->interactive) {
		open_stream(&out, port_open("vm.out"), deferred ? "/run/vm.out" : NULL);
		open_stream(&err, port_error(), deferred ? "/run/vm.err" : NULL);
	}
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signals = signalfd(-1, &mask, SFD_CLOEXEC);
	pid = fork();
	if (!pid)
		run_child(settings, &out, &err);
	close(out.child);
	close(err.child);
	if (deferred) {
		while (waitpid(-1, &status, 0) != pid)
			;
		verdict->status = exit_status(status);
	} else {
		verdict->status = carry(pid, signals, &out, &err);
	}
	if (!settings->interactive) {
		pump(&out);
		pump(&err);
	}
	sigprocmask(SIG_UNBLOCK, &mask, NULL);
	close(signals);
}
