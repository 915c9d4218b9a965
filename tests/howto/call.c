// SPDX-License-Identifier: GPL-2.0-only
/*
 * A system call by its number, with a text: prints what it returned, or the errno's name, and the text as it is then.
 *
 *	call NUMBER STRING	with the string in a buffer of 256 bytes
 *	call NUMBER -fill SIZE	a text of SIZE bytes with its NUL; prints no text
 *	call NUMBER -null	no buffer
 *	call NUMBER -open	a text without a NUL, up to where memory ends
 *	call NUMBER -tight STRING	a text that memory ends behind; prints no text
 *	call NUMBER -fixed STRING	a text in memory that is not to be written
 *	call NUMBER -32 STRING	by the gate for 32-bit programs
 *	call FIRST -to LAST	prints the numbers that are implemented, called without arguments
 *	call howto		what the HOWTO's program does
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

/* The third argument is what mlock2 refuses, if the number is its. */
static int call(long number, char *text, int show)
{
	long n = syscall(number, text, 10, -1L, -1L, -1L, -1L);

	if (n < 0)
		puts(strerrorname_np(errno));
	else
		printf("%ld\n", n);
	if (show)
		puts(text);
	return n < 0;
}

/* Below 4 GB, with nothing behind it. */
static char *page(void)
{
	char *memory = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (memory == MAP_FAILED || munmap(memory + PAGE, PAGE))
		abort();
	return memory;
}

static int call_32(long number, char *text)
{
	int n = number;

	asm volatile("int $0x80" : "+a"(n) : "b"(text), "c"(10), "d"(-1), "S"(-1), "D"(-1)
		     : "memory", "r8", "r9", "r10", "r11");
	if (n < 0)
		puts(strerrorname_np(-n));
	else
		printf("%d\n", n);
	puts(text);
	return n < 0;
}

static int scan(long first, long last)
{
	for (; first <= last; first++)
		if (syscall(first, 0L, 0L, 0L, 0L, 0L, 0L) >= 0 || errno != ENOSYS)
			printf("%ld\n", first);
	return 0;
}

/* The number, the buffer and the length of 2008, and not a look at the result. */
static int howto(void)
{
	char buffer[160];

	strcpy(buffer, "hi kernel");
	syscall(325, buffer, 10);
	printf("kernel said %s\n", buffer);
	return 0;
}

static int special(long number, const char *kind, const char *value)
{
	char *memory = page();
	size_t size = strlen(value) + 1;

	if (!strcmp(kind, "-fill")) {
		memset(memory, 'x', atol(value) - 1);
		return call(number, memory, 0);
	}
	if (!strcmp(kind, "-null"))
		return call(number, NULL, 0);
	if (!strcmp(kind, "-open"))
		return call(number, memset(memory + PAGE - 8, 'x', 8), 0);
	if (!strcmp(kind, "-tight"))
		return call(number, memcpy(memory + PAGE - size, value, size), 0);
	if (!strcmp(kind, "-fixed")) {
		memcpy(memory, value, size);
		mprotect(memory, PAGE, PROT_READ);
		return call(number, memory, 1);
	}
	if (!strcmp(kind, "-32"))
		return call_32(number, strcpy(memory, value));
	return scan(number, atol(value));
}

int main(int argc, char **argv)
{
	char buffer[256] = "";

	if (argc == 2)
		return howto();
	if (argc < 3)
		return 2;
	if (argv[2][0] == '-')
		return special(atol(argv[1]), argv[2], argc > 3 ? argv[3] : "");
	strncpy(buffer, argv[2], sizeof(buffer) - 1);
	return call(atol(argv[1]), buffer, 1);
}
