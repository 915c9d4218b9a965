// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process sees of the signal that the kernel sends it; each verb prints one line.
 *
 *	signal_io early			a handler that looks whether write() has returned
 *	signal_io queue SIGNAL COUNT	block it, ask COUNT times, unblock
 *	signal_io full SIGNAL LIMIT	a child that may have LIMIT signals pending, asked until it fails, at most ten times
 *	signal_io wait SIGNAL		say "ready PID", then print what came with the signal
 *	signal_io fd SIGNAL		the same through a signalfd, asked by itself
 *	signal_io threads SIGNAL	which of two threads gets it, when each is named
 *	signal_io zombie		a child that has ended, before and after its parent knows
 *	signal_io nocap			without CAP_KILL
 *	signal_io fault			a write from an address that is not there
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t returned, came, good, early, value, code, sender, thread;
static int fd;

static void handler(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	early += !returned;
	value = info->si_int;
	code = info->si_code;
	sender = info->si_pid;
	thread = syscall(SYS_gettid);
	good += value == 1234 && code == SI_QUEUE;
	came++;
}

static void handle(int number)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	if (sigaction(number, &action, NULL) < 0) {
		perror("sigaction");
		exit(2);
	}
}

static void mask(int how, int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	pthread_sigmask(how, &set, NULL);
}

/* The name of the error, or "ok". */
static const char *ask(int pid)
{
	char text[12];
	int length = snprintf(text, sizeof(text), "%d", pid) + 1;
	ssize_t n = write(fd, text, length);

	returned = 1;
	if (n < 0)
		return strerrorname_np(errno);
	return n == length ? "ok" : "short";
}

static int do_early(void)
{
	const char *said;

	handle(44);
	said = ask(getpid());
	printf("%s came %d, %d of them before write() returned, value %d code %d from %d\n", said, came, early, value,
	       code, sender);
	return 0;
}

static int do_queue(int number, int count)
{
	int i, asked = 0;

	handle(number);
	mask(SIG_BLOCK, number);
	for (i = 0; i < count; i++)
		asked += !strcmp(ask(getpid()), "ok");
	i = came;
	mask(SIG_UNBLOCK, number);
	printf("asked %d, came %d while blocked, %d then, %d of them with 1234\n", asked, i, came - i, good);
	return 0;
}

/* The child is another user's, so that nothing else counts for its limit. */
static int do_full(int number, int limit)
{
	struct rlimit limits = { limit, limit };
	int i, status, ready[2], go[2];
	const char *said = "ok";
	char byte = 0;
	pid_t pid;

	if (pipe(ready) || pipe(go))
		return 2;
	pid = fork();
	if (!pid) {
		handle(number);
		mask(SIG_BLOCK, number);
		if (setrlimit(RLIMIT_SIGPENDING, &limits) || setuid(4321) || write(ready[1], &byte, 1) != 1)
			_exit(2);
		close(go[1]);
		if (read(go[0], &byte, 1) < 0)
			_exit(2);
		mask(SIG_UNBLOCK, number);
		printf(", came %d, %d of them with 1234\n", came, good);
		fflush(stdout);
		_exit(0);
	}
	if (read(ready[0], &byte, 1) != 1)
		return 2;
	for (i = 0; i < 10; i++) {
		said = ask(pid);
		if (strcmp(said, "ok"))
			break;
	}
	printf("sent %d %s", i, said);
	fflush(stdout);
	close(go[0]);
	close(go[1]);
	return waitpid(pid, &status, 0) == pid ? WEXITSTATUS(status) : 2;
}

static int do_wait(int number)
{
	sigset_t empty;

	mask(SIG_BLOCK, number);
	handle(number);
	printf("ready %d\n", getpid());
	fflush(stdout);
	sigemptyset(&empty);
	while (!came)
		sigsuspend(&empty);
	printf("value %d code %d from %d\n", value, code, sender);
	return 0;
}

static int do_fd(int number)
{
	struct signalfd_siginfo info;
	const char *said;
	sigset_t set;
	int from;

	mask(SIG_BLOCK, number);
	sigemptyset(&set);
	sigaddset(&set, number);
	from = signalfd(-1, &set, 0);
	said = ask(getpid());
	if (read(from, &info, sizeof(info)) != sizeof(info))
		return 2;
	printf("%s value %d code %d\n", said, info.ssi_int, info.ssi_code);
	return 0;
}

static int end[2];
static pthread_barrier_t begun;

/* Until the main thread closes the pipe. */
static void *idle(void *tid)
{
	char byte;

	*(int *)tid = syscall(SYS_gettid);
	pthread_barrier_wait(&begun);
	while (read(end[0], &byte, 1) < 0)
		;
	return NULL;
}

static const char *who(int main_thread)
{
	return !came ? "nobody" : thread == main_thread ? "main" : "other";
}

/* The main thread is asked for with the signal blocked in it; the other would take a signal for the process. */
static int do_threads(int number)
{
	int other = 0, self = getpid();
	pthread_t joined;

	handle(number);
	if (pipe(end) || pthread_barrier_init(&begun, NULL, 2) || pthread_create(&joined, NULL, idle, &other))
		return 2;
	pthread_barrier_wait(&begun);
	mask(SIG_BLOCK, number);
	printf("process %s: %s", ask(self), who(self));
	mask(SIG_UNBLOCK, number);
	printf(", unblocked: %s", who(self));
	came = 0;
	printf(", thread %s: ", ask(other));
	while (!came)
		usleep(1000);
	printf("%s\n", who(self));
	close(end[1]);
	pthread_join(joined, NULL);
	return 0;
}

static int do_zombie(void)
{
	pid_t pid = fork();
	siginfo_t info;

	if (!pid)
		_exit(0);
	waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
	printf("zombie %s", ask(pid));
	waitpid(pid, NULL, 0);
	printf(", gone %s\n", ask(pid));
	return 0;
}

static int do_nocap(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return 2;
	data[0].effective &= ~(1u << CAP_KILL);
	if (syscall(SYS_capset, &header, data))
		return 2;
	puts(ask(getpid()));
	return 0;
}

static int do_fault(void)
{
	puts(syscall(SYS_write, fd, 8L, 4L) < 0 ? strerrorname_np(errno) : "ok");
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	int number = argc > 2 ? atoi(argv[2]) : 44, count = argc > 3 ? atoi(argv[3]) : 1;

	fd = open("/sys/kernel/debug/signalconfpid", O_WRONLY);
	if (fd < 0) {
		perror("open");
		return 2;
	}
	if (!strcmp(verb, "early"))
		return do_early();
	if (!strcmp(verb, "queue"))
		return do_queue(number, count);
	if (!strcmp(verb, "full"))
		return do_full(number, count);
	if (!strcmp(verb, "wait"))
		return do_wait(number);
	if (!strcmp(verb, "fd"))
		return do_fd(number);
	if (!strcmp(verb, "threads"))
		return do_threads(number);
	if (!strcmp(verb, "zombie"))
		return do_zombie();
	if (!strcmp(verb, "nocap"))
		return do_nocap();
	if (!strcmp(verb, "fault"))
		return do_fault();
	fprintf(stderr, "signal_io: what is %s?\n", verb);
	return 2;
}
