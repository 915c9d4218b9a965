// SPDX-License-Identifier: GPL-2.0-only
/*
 * What strace would say of a program's ioctls with numbers of the letter G: the system call's number, the
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

#include <linux/ioctl.h>
#include <linux/ptrace.h>

/* One stop at a system call's begin or end; true while a call of ours is in progress */
static int stopped(pid_t child, int ours)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) <= 0)
		return ours;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY && _IOC_TYPE(info.entry.args[1]) == 'G' && _IOC_DIR(info.entry.args[1])) {
		printf("system call %llu, command %#llx", (unsigned long long)info.entry.nr, (unsigned long long)info.entry.args[1]);
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
