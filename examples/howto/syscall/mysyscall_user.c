// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hand a text to mysyscall() and print what is in the buffer afterwards.
 *	./mysyscall_user [NUMBER]
 * No library has a function for this call, so it is made by number: 1000, or 325 for a kernel with the HOWTO's of 2008.
 * Where the number is nobody's, the text is still ours.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MYSYSCALL 1000

int main(int argc, char **argv)
{
	char buffer[160] = "hi kernel";
	long number = argc > 1 ? atol(argv[1]) : MYSYSCALL;

	/* The kernel reads up to the NUL; the length is that of the text, as it was in 2008. */
	if (syscall(number, buffer, 10) < 0)
		perror("mysyscall");
	printf("kernel said %s\n", buffer);
	return 0;
}
