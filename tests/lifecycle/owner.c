// SPDX-License-Identifier: GPL-2.0-only
/*
 * owner CHANNEL UID STRANGER: over a channel, UID may set a value that is its owner's alone, STRANGER may
 * not, and the value stays as it was. Run by root.
 */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kulink.h>

/* exit status 0, or the errno */
static int set_by(uid_t uid, const char *channel, uint64_t value)
{
	struct kulink *k;
	int status, err;
	pid_t pid = fork();

	if (!pid) {
		if (setgroups(0, NULL) || setresgid(9999, 9999, 9999) || setresuid(uid, uid, uid))
			_exit(255);
		err = kulink_open(&k, "ktest0", channel) ?: kulink_set_u64(k, "mode_0600", value);
		_exit(-err);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

static int expect(const char *who, int got, int expected)
{
	if (got == expected)
		return 0;
	fprintf(stderr, "%s: %s, expected %s\n", who, strerror(-got), strerror(-expected));
	return 1;
}

int main(int argc, char **argv)
{
	struct kulink *k;
	uint64_t u = 0;
	uid_t uid;

	if (argc != 4)
		return 2;
	uid = (uid_t)atoi(argv[2]);
	if (expect("the owner", set_by(uid, argv[1], uid + 1), 0) ||
	    expect("a stranger", set_by((uid_t)atoi(argv[3]), argv[1], 77), -EACCES))
		return 1;
	if (expect("open", kulink_open(&k, "ktest0", argv[1]), 0) ||
	    expect("get", kulink_get_u64(k, "mode_0600", &u), 0))
		return 1;
	kulink_close(k);
	if (u != uid + 1)
		fprintf(stderr, "the value is %ju, not %u\n", (uintmax_t)u, uid + 1);
	return u != uid + 1;
}
