// SPDX-License-Identifier: GPL-2.0-only
/*
 * What upcall_ex calls: callee [N] has the machine beep N times, by beep(1). Nobody sees what is printed here, for the
 * kernel gives its programs no terminal and no open file; what beep does can be heard.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	char times = argc > 1 ? argv[1][0] : '1', command[16];

	/* One digit, for the shell reads it. */
	if (!isdigit((unsigned char)times)) {
		fprintf(stderr, "callee: %s is not a number of beeps\n", argv[1]);
		return 1;
	}
	snprintf(command, sizeof(command), "beep -r %c", times);
	if (system(command) < 0) {
		perror("system");
		return 1;
	}
	return 0;
}
