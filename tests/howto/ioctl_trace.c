// SPDX-License-Identifier: GPL-2.0-only
/*
 * What strace would say of a program's calls with one of the HOWTO's two command numbers: the system call's number, the
 * command's, and what it returned.
 *
 *	ioctl_trace PROGRAM
 */
#include <elf.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#define READ_MESSAGE	0x80044700
#define WRITE_MESSAGE	0x40044701

/* One stop at a system call's begin or end; true while a call of ours is in progress */
static int stopped(pid_t child, int ours)
{
	struct ptrace_syscall_info info;
	unsigned long long command;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) <= 0)
		return ours;
	command = info.op == PTRACE_SYSCALL_INFO_ENTRY ? info.entry.args[1] : 0;
	if (command == READ_MESSAGE || command == WRITE_MESSAGE) {
		printf("system call %llu, command %#llx", (unsigned long long)info.entry.nr, command);
		return 1;
	}
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && ours)
		printf(" = %lld\n", (long long)info.exit.rval);
	return 0;
}

int main(int argc, char **argv)
{
	pid_t child = argc > 1 ? fork() : -1;
	int status, ours = 0;

	setlinebuf(stdout);
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execv(argv[1], argv + 1);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 2;
	ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	while (!ptrace(PTRACE_SYSCALL, child, NULL, NULL) && waitpid(child, &status, 0) > 0 && WIFSTOPPED(status))
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			ours = stopped(child, ours);
	return !WIFEXITED(status) || WEXITSTATUS(status);
}
