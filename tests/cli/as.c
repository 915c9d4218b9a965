// SPDX-License-Identifier: GPL-2.0-only
/* as UID COMMAND...: run it as that user and group, with no other groups; busybox's setpriv cannot */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	unsigned int id = argc > 2 ? atoi(argv[1]) : 0;

	if (!id || setgroups(0, NULL) || setgid(id) || setuid(id)) {
		fprintf(stderr, "as: cannot become user %u\n", id);
		return 125;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
