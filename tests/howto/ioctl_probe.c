// SPDX-License-Identifier: GPL-2.0-only
/*
 * The devices of the ioctl example, in ways that io does not know. The same as a 32-bit program: ioctl_probe32.
 *
 *	ioctl_probe write NODE TEXT	the HOWTO's write of 200 bytes, and what it returned
 *	ioctl_probe read NODE		its read, and what it returned; nothing behind the 200 bytes may change
 *	ioctl_probe bytes NODE		200 bytes of every kind, there and back
 *	ioctl_probe edge NODE		a short string, and the buffer to read into, at the very end of memory
 *	ioctl_probe memory NODE		the errors of bad addresses
 *	ioctl_probe unknown NODE	what perror() would say of a number that it does not know
 *	ioctl_probe kinds NODE		each command of ioctl_kinds.h
 *	ioctl_probe sizes NODE		texts of many sizes, and what is refused
 *	ioctl_probe swap NODE ROUNDS	several processes exchange values; each must come out once
 *	ioctl_probe ask NODE ROUNDS	one process sets, another has to ask
 *	ioctl_probe elsewhere NODE	numbers of files and sockets, on those and on the device
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/fs.h>
#include <linux/sockios.h>
#include <net/if.h>

#include "../../examples/howto/ioctl/ioctl_kinds.h"

#define SIZE		200
#define READ_MESSAGE	0x80044700
#define WRITE_MESSAGE	0x40044701
#define PROCESSES	4

static int fd;

/* What the call returned, or the error's name */
static const char *call(int file, unsigned int number, void *argument)
{
	static char said[4][16];
	static int turn;
	int n = ioctl(file, number, argument);

	if (n < 0)
		return strerrorname_np(errno);
	turn = (turn + 1) % 4;
	sprintf(said[turn], "%d", n);
	return said[turn];
}

static void must(int good, const char *what)
{
	if (good)
		return;
	printf("not so: %s\n", what);
	exit(1);
}

/* SIZE bytes that end where memory ends */
static char *edge(size_t size, int protection)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memset(two, 'e', page);
	mprotect(two, page, protection);
	mprotect(two + page, page, PROT_NONE);
	return two + page - size;
}

static void write_text(const char *text)
{
	char message[SIZE] = "";

	strncpy(message, text, SIZE - 1);
	puts(call(fd, WRITE_MESSAGE, message));
}

static void read_text(void)
{
	char around[SIZE + 64];
	const char *returned;
	int i;

	memset(around, '!', sizeof(around));
	returned = call(fd, READ_MESSAGE, around);
	printf("%s %.*s\n", returned, SIZE, around);
	for (i = SIZE; i < SIZE + 64; i++)
		must(around[i] == '!', "only 200 bytes were written");
}

static void bytes(void)
{
	unsigned char out[SIZE], in[SIZE] = "";
	int i;

	for (i = 0; i < SIZE; i++)
		out[i] = (unsigned char)(i * 7);
	must(ioctl(fd, WRITE_MESSAGE, out) == SIZE, "200 bytes are taken");
	must(ioctl(fd, READ_MESSAGE, in) == SIZE, "200 bytes are given");
	must(!memcmp(in, out, SIZE), "they are the same");
}

static void at_the_edge(void)
{
	static const char hello[] = "hello world";
	char *literal = edge(sizeof(hello), PROT_READ | PROT_WRITE);
	char *buffer = edge(SIZE, PROT_READ | PROT_WRITE);

	memcpy(literal, hello, sizeof(hello));
	must(ioctl(fd, WRITE_MESSAGE, literal) == SIZE, "a string of 12 bytes is enough");
	must(ioctl(fd, READ_MESSAGE, buffer) == SIZE, "a buffer of 200 bytes is enough");
	must(!memcmp(buffer, hello, sizeof(hello)), "the string comes back");
}

/* Not a byte can be read; no NUL before the end; no room for 200 bytes; room, but not for writing. */
static void memory(void)
{
	printf("%s ", call(fd, WRITE_MESSAGE, edge(0, PROT_READ)));
	printf("%s ", call(fd, WRITE_MESSAGE, edge(SIZE - 1, PROT_READ)));
	printf("%s ", call(fd, READ_MESSAGE, edge(SIZE - 1, PROT_READ | PROT_WRITE)));
	printf("%s\n", call(fd, READ_MESSAGE, edge(SIZE, PROT_READ)));
}

/* The command, what it returned, and what became of the value */
static void kind(const char *name, unsigned int number, __u32 value)
{
	__u32 around[3] = { 1, value, 3 };
	const char *returned = call(fd, number, &around[1]);

	printf("%s, size %u: %s, %u\n", name, (unsigned int)_IOC_SIZE(number), returned, around[1]);
	must(around[0] == 1 && around[2] == 3, "nothing beside the value was written");
}

static void kinds(void)
{
	kind("set", KINDS_SET, 7);
	kind("get", KINDS_GET, 1);
	kind("swap", KINDS_SWAP, 9);
	kind("get", KINDS_GET, 1);
	kind("reset", KINDS_RESET, 5);
	kind("get", KINDS_GET, 1);
	printf("%s %s %s\n", call(fd, KINDS_SET, NULL), call(fd, KINDS_GET, NULL), call(fd, KINDS_SWAP, NULL));
	printf("%s\n", call(fd, KINDS_GET, edge(4, PROT_READ)));
}

static const char *upper(void *address, __u32 size, __u32 zero)
{
	struct kinds_text text = { .address = (uintptr_t)address, .size = size, .zero = zero };

	return call(fd, KINDS_UPPER, &text);
}

static void sizes(void)
{
	static const __u32 each[] = { 0, 1, 4095, 4096, 4097, 8193, 65537, KINDS_TEXT_MAX };
	char *text = malloc(KINDS_TEXT_MAX + 2);
	size_t i, j;

	for (i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		memset(text, 'x', KINDS_TEXT_MAX + 2);
		must(!strcmp(upper(text + 1, each[i], 0), "0"), "the size is taken");
		must(text[0] == 'x' && text[1 + each[i]] == 'x', "what is around stays");
		for (j = 0; j < each[i]; j++)
			must(text[1 + j] == 'X', "all is in capitals");
	}
	printf("%s %s ", upper(text, KINDS_TEXT_MAX + 1, 0), upper(text, UINT32_MAX, 0));
	printf("%s ", upper(text, 1, 1));
	printf("%s %s ", upper(NULL, 1, 0), upper(edge(5, PROT_READ), 5, 0));
	printf("%s\n", call(fd, KINDS_UPPER, NULL));
}

static void swap_many(__u32 first, __u32 rounds, unsigned char *seen)
{
	__u32 token, value;

	for (token = first; token < first + rounds; token++) {
		value = token;
		must(!ioctl(fd, KINDS_SWAP, &value), "the swap succeeds");
		__atomic_fetch_add(&seen[value], 1, __ATOMIC_RELAXED);
	}
}

static void swap(__u32 rounds)
{
	__u32 i, last, count = PROCESSES * rounds + 1;
	unsigned char *seen = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(!ioctl(fd, KINDS_RESET), "the value is 0");
	for (i = 0; i < PROCESSES; i++)
		if (!fork()) {
			swap_many(1 + i * rounds, rounds, seen);
			exit(0);
		}
	while (wait(NULL) > 0)
		;
	must(!ioctl(fd, KINDS_GET, &last), "the last one can be had");
	seen[last]++;
	for (i = 0; i < count; i++)
		must(seen[i] == 1, "each value came out once");
}

/* poll() says the same before and after a change; what the other process set is there as soon as its call returned. */
static void ask(__u32 rounds)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	int before = poll(&poller, 1, 0), after, other, ready[2], go[2];
	__u32 i, value;
	char byte = 0;

	must(!pipe(ready) && !pipe(go), "pipes");
	other = fork();
	for (i = 1; i <= rounds; i++)
		if (other) {
			must(!ioctl(fd, KINDS_SET, &i), "set");
			must(write(go[1], &byte, 1) == 1 && read(ready[0], &byte, 1) == 1, "the other one asks");
		} else {
			must(read(go[0], &byte, 1) == 1, "told by a pipe, for the device does not tell");
			must(!ioctl(fd, KINDS_GET, &value) && value == i, "the value is the one just set");
			must(write(ready[1], &byte, 1) == 1, "asked");
		}
	if (!other)
		exit(0);
	after = poll(&poller, 1, 0);
	must(wait(&other) > 0 && !other, "the other one saw every value");
	printf("poll %d, then %d\n", before, after);
}

static void elsewhere(const char *node)
{
	int file = open("/tmp/elsewhere", O_CREAT | O_TRUNC | O_RDWR, 0600), udp = socket(AF_INET, SOCK_DGRAM, 0), pipes[2];
	struct ifreq lo = { .ifr_name = "lo" };
	int pending = -1;

	must(write(file, "12345", 5) == 5 && lseek(file, 2, SEEK_SET) == 2, "a file");
	must(!pipe(pipes) && write(pipes[1], "123", 3) == 3, "a pipe");
	printf("FIONREAD: file %s", call(file, FIONREAD, &pending));
	printf(" %d", pending);
	printf(", pipe %s", call(pipes[0], FIONREAD, &pending));
	printf(" %d", pending);
	printf(", socket %s", call(udp, FIONREAD, &pending));
	printf(" %d, %s", pending, node);
	printf(" %s\n", call(fd, FIONREAD, &pending));
	printf("SIOCGIFINDEX: socket %s", call(udp, SIOCGIFINDEX, &lo));
	printf(" %d, file %s, %s %s\n", lo.ifr_ifindex, call(file, SIOCGIFINDEX, &lo), node, call(fd, SIOCGIFINDEX, &lo));
	printf("READ_MESSAGE: file %s, pipe %s, socket %s\n", call(file, READ_MESSAGE, &pending),
	       call(pipes[0], READ_MESSAGE, &pending), call(udp, READ_MESSAGE, &pending));
	unlink("/tmp/elsewhere");
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "", *third = argc > 3 ? argv[3] : "0";

	fd = argc > 2 ? open(argv[2], O_RDWR) : -1;
	if (fd < 0)
		return perror(argc > 2 ? argv[2] : "ioctl_probe"), 2;
	if (!strcmp(verb, "write"))
		write_text(third);
	else if (!strcmp(verb, "read"))
		read_text();
	else if (!strcmp(verb, "bytes"))
		bytes();
	else if (!strcmp(verb, "edge"))
		at_the_edge();
	else if (!strcmp(verb, "memory"))
		memory();
	else if (!strcmp(verb, "unknown"))
		puts(ioctl(fd, _IO('?', 0)) < 0 ? strerror(errno) : "known");
	else if (!strcmp(verb, "kinds"))
		kinds();
	else if (!strcmp(verb, "sizes"))
		sizes();
	else if (!strcmp(verb, "swap"))
		swap(atoi(third));
	else if (!strcmp(verb, "ask"))
		ask(atoi(third));
	else if (!strcmp(verb, "elsewhere"))
		elsewhere(argv[2]);
	else
		return 2;
	return 0;
}
