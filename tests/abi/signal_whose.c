// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals for events of the test driver, by the ABI alone: whose they are, when credentials, programs, processes, threads
 * and descriptors change.
 *
 *	signal_whose ktest0
 *	signal_whose NODE PIPE	what it runs itself as, a setuid program
 */
#include <linux/sched.h>
#include <sys/stat.h>

#include "signals.h"

enum { STRANGER = 3000 };

/* Who is not permitted any more is not told, and is again when permitted again */
static int changes_credentials(void)
{
	if (add("private", SIGNO))
		return 1;
	control("flood", 1);
	if (take_all(SIGNO) != 1)
		return 2;
	if (seteuid(STRANGER))
		return 3;
	ready();
	while (state("private", SIGNO), args.seq - args.first < 3)
		usleep(1000);
	if (take(SIGNO) != -EAGAIN || args.denied != 2)
		return 4;
	if (add("private", OTHER) != -EACCES)
		return 5;
	if (seteuid(0))
		return 6;
	control("flood", 1);
	state("private", SIGNO);
	return take_all(SIGNO) == 1 && args.queued == 2 && sum() == 4 ? 0 : 7;
}

static void test_credentials(void)
{
	pid_t pid = start(changes_credentials);

	await_ready(1);
	control("flood", 2);
	report("other credentials: denied", finish(pid), 0);
}

/* The setuid program that follows: its thread's number and descriptor are the same, its rights are not */
static int after_exec(int fd, int to)
{
	node = fd;
	ready_pipe[1] = to;
	if (geteuid())
		return 10;
	ready();
	while (!state("data", SIGNO) && args.seq - args.first < 3)
		usleep(1000);
	return take(SIGNO) == -EAGAIN && args.absent == 2 && args.queued == 1 ? 0 : 11;
}

static int makes_an_exec(void)
{
	char numbers[2][12];

	snprintf(numbers[0], sizeof(numbers[0]), "%d", node);
	snprintf(numbers[1], sizeof(numbers[1]), "%d", ready_pipe[1]);
	if (setresuid(STRANGER, STRANGER, STRANGER))
		return 1;
	if (add("data", SIGNO))
		return 2;
	ready();
	while (take(SIGNO))
		usleep(1000);
	execl("/tmp/setuid", "signal", numbers[0], numbers[1], NULL);
	return 3;
}

static int copy_setuid(void)
{
	return system("cp /proc/$PPID/exe /tmp/setuid && chown 0:0 /tmp/setuid && chmod 4755 /tmp/setuid");
}

static void test_exec(void)
{
	pid_t pid;

	report("exec: a setuid program", copy_setuid(), 0);
	pid = start(makes_an_exec);
	await_ready(1);
	control("flood", 1);
	await_ready(1);
	control("flood", 2);
	report("exec: it is not for the next program", finish(pid), 0);
}

static int registers(void)
{
	return -add("data", SIGNO);
}

/* A process of this very number */
static pid_t start_as(pid_t number, int (*fn)(void))
{
	struct clone_args clone = { .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&number,
				    .set_tid_size = 1 };
	pid_t pid;

	fflush(stdout);
	pid = syscall(SYS_clone3, &clone, sizeof(clone));
	if (!pid)
		_exit(fn());
	return pid;
}

static int is_told_nothing(void)
{
	control("flood", 2);
	if (take(SIGNO) != -EAGAIN)
		return 1;
	return state("data", SIGNO) == -ESRCH ? 0 : 2;
}

static void test_process(void)
{
	pid_t pid = start(registers), again;

	report("exit: a process registers and ends", finish(pid), 0);
	control("flood_irq", 2);
	again = start_as(pid, is_told_nothing);
	report("exit: another of its number", again, pid);
	report("exit: it is told nothing", finish(again), 0);
	report("exit: nor are we", take(SIGNO), -EAGAIN);
	add("data", SIGNO);
	report("fork: the child is told nothing", finish(start(is_told_nothing)), 0);
	report("fork: the parent is", take_all(SIGNO), 2);
	removed("data", SIGNO);
}

/* A zombie is no receiver */
static void test_zombie(void)
{
	pid_t pid = start(registers);
	siginfo_t ended;

	waitid(P_PID, pid, &ended, WEXITED | WNOWAIT);
	control("flood_irq", 2);
	report("zombie: nothing happens", finish(pid), 0);
}

static void *thread(void *ctx)
{
	int *wrong = ctx;

	*wrong = add("data", SIGNO);
	control("flood", 3);
	*wrong += take_all(SIGNO) != 3;
	control("flood", 2);	/* these stay pending, and end with the thread */
	return NULL;
}

static void test_thread(void)
{
	pthread_t id;
	int wrong = 1;

	add("data", OTHER);
	mask(SIG_BLOCK, OTHER);
	pthread_create(&id, NULL, thread, &wrong);
	pthread_join(id, NULL);
	report("a thread gets its own", wrong, 0);
	report("and nobody else", take(SIGNO), -EAGAIN);
	report("we get ours", take_all(OTHER), 5);
	control("flood", 1);
	report("the thread has ended, we go on", take_all(OTHER), 1);
	removed("data", OTHER);
	mask(SIG_UNBLOCK, OTHER);
}

static int wait_for_parent(void)
{
	char byte;

	return read(ready_pipe[0], &byte, 1) != 1;
}

static void test_copies(void)
{
	int fd = open(path, O_RDONLY), copy;
	pid_t pid;

	report("copies: add", ask_of(fd, KULINK_IOC_SIGNAL_ADD, "data", SIGNO), 0);
	copy = dup(fd);
	close(fd);
	control("flood", 1);
	report("copies: a copy goes on", take_all(SIGNO), 1);
	pid = start(wait_for_parent);
	close(copy);
	control("flood", 1);
	report("copies: the child's goes on", take_all(SIGNO), 1);
	ready();
	report("copies: the child ends", finish(pid), 0);
	control("flood", 1);
	report("copies: with the last it ends", take(SIGNO), -EAGAIN);
}

static int close_loop(void)
{
	int round, rounds = scaled(200), fd;

	for (round = 0; round < rounds; round++) {
		fd = open(path, O_RDONLY);
		if (ask_of(fd, KULINK_IOC_SIGNAL_ADD, "data", SIGNO) ||
		    ask_of(fd, KULINK_IOC_SIGNAL_ADD, "other", SIGNO) ||
		    (round & 1 && ask_of(fd, KULINK_IOC_SIGNAL_REMOVE, "data", SIGNO)))
			return 1;
		if (round & 2)
			take_all(SIGNO);
		close(fd);
	}
	return 0;
}

/* How many are emitted beside those who come and go */
static unsigned long together(void)
{
	return scaled(100) * 100;
}

/* Each reader's account is whole, whoever comes and goes beside it */
static int account(void)
{
	unsigned long got = 0, told = 0;
	int fd = open(path, O_RDONLY);

	if (ask_of(fd, KULINK_IOC_SIGNAL_ADD, "data", SIGNO))
		return 1;
	ready();
	do {
		if (ask_of(fd, KULINK_IOC_SIGNAL_STATE, "data", SIGNO))
			return 2;
		/* a signal that tells of a full queue is none of an event's */
		while (!take(SIGNO))
			*(info.si_code == SI_QUEUE ? &got : &told) += 1;
		usleep(1000);
	} while (args.seq - args.first < together());
	return sum() == together() && got == args.queued && told <= args.full ? 0 : 3;
}

static void test_together(void)
{
	pid_t pids[8];
	int i, wrong = 0;

	for (i = 0; i < 8; i++)
		pids[i] = start(i & 1 ? account : close_loop);
	await_ready(4);
	for (i = 0; i < scaled(100); i++)
		control(i & 1 ? "flood_irq" : "flood", 100);
	for (i = 0; i < 8; i++)
		wrong += finish(pids[i]) != 0;
	report("8 programs: counting, and closing under fire", wrong, 0);
}

int main(int argc, char **argv)
{
	if (argc == 3)
		return after_exec(atoi(argv[1]), atoi(argv[2]));
	if (argc != 2)
		return 2;
	begin(argv[1]);
	node = open(path, O_RDONLY);
	mask(SIG_BLOCK, SIGNO);
	test_credentials();
	test_exec();
	test_process();
	test_zombie();
	test_thread();
	test_copies();
	test_together();
	close(node);
	return end();
}
