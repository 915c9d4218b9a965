// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a mapping of a file of the mmap example does: map VERB FILE. Each verb prints what it saw, a line a fact.
 *
 *	both	what one side stores, the other finds
 *	alone	a process that may make no system call sees the kernel's store and answers it
 *	quiet	what neither side hears of the other's stores
 *	touch	faults: the example's count, and getrusage's
 *	bad	mappings that are refused
 *	beyond	a mapping grown past the page, touched there
 *	right	what a descriptor that only reads may map
 *	fork	what a child does to its mapping, and the parent to its
 *	move	mremap to another place, and mprotect
 *	private	MAP_PRIVATE before and after a store
 *	two	two opens, a page each
 *	full	writing and reading up to the end of the page, and there
 *	late	close before unmap, and a reference to the page that outlives both
 *	churn	whether 400 opens and mappings in turn get the same pages of memory again
 *	hold	map, close, say "mapped", print the text when a line arrives
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define CHURNED 400
#define BOTH (PROT_READ | PROT_WRITE)

static const char *path;

static int open_file(int flags)
{
	int fd = open(path, flags);

	if (fd < 0) {
		printf("open: %s\n", strerrorname_np(errno));
		exit(1);
	}
	return fd;
}

static char *map(int fd, size_t size, int prot, int flags)
{
	char *page = mmap(NULL, size, prot, flags, fd, 0);

	if (page == MAP_FAILED) {
		printf("mmap: %s\n", strerrorname_np(errno));
		exit(1);
	}
	return page;
}

/* The kernel's look at the page. */
static const char *kernel_sees(int fd)
{
	static char text[PAGE + 1];
	ssize_t n = pread(fd, text, PAGE, 0);

	text[n < 0 ? 0 : n] = 0;
	return text;
}

static void kernel_stores(int fd, const char *text)
{
	if (pwrite(fd, text, strlen(text) + 1, 0) < 0)
		perror("pwrite");
}

static void child_ended(pid_t pid)
{
	int status;

	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		printf("%s\n", sigabbrev_np(WTERMSIG(status)));
}

static int both(void)
{
	int fd = open_file(O_RDWR);
	char *page = map(fd, PAGE, BOTH, MAP_SHARED);

	strcpy(page, "from the process");
	printf("kernel: %s\n", kernel_sees(fd));
	kernel_stores(fd, "from the kernel");
	printf("process: %s\n", page);
	return 0;
}

/* From here on the process may end, and nothing else. */
static void no_calls(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = { .len = 4, .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		perror("seccomp");
}

static int alone(void)
{
	int fd = open_file(O_RDWR);
	volatile char *page = map(fd, PAGE, BOTH, MAP_SHARED);
	int tries = 10000;
	pid_t child;

	page[0] = 'w';
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		no_calls();
		page[0] = 'r';
		while (page[0] != 'g')
			;
		page[0] = 'd';
		syscall(SYS_exit, 0);
	}
	while (kernel_sees(fd)[0] != 'r' && tries--)
		usleep(1000);
	kernel_stores(fd, "go");
	child_ended(child);
	printf("%.1s\n", kernel_sees(fd));
	return 0;
}

static int faults(void)
{
	FILE *counter = fopen("/sys/kernel/debug/mmap_ex/faults", "r");
	int n = -1;

	if (!counter || fscanf(counter, "%d", &n) != 1)
		perror("faults");
	if (counter)
		fclose(counter);
	return n;
}

static int quiet(void)
{
	int fd = open_file(O_RDWR), watch = inotify_init1(IN_NONBLOCK), before, i;
	volatile char *page = map(fd, PAGE, BOTH, MAP_SHARED);
	struct pollfd event = { .fd = watch, .events = POLLIN };
	struct timespec second = { .tv_nsec = 200000000 };
	sigset_t all;

	page[0] = 'x';
	before = faults();
	inotify_add_watch(watch, path, IN_MODIFY);
	for (i = 0; i < 1000; i++)
		page[i] = 'x';
	printf("calls of the module: %d\n", faults() - before);
	printf("events after a store: %d\n", poll(&event, 1, 0));
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	kernel_stores(fd, "news");
	printf("events after write(): %d\n", poll(&event, 1, 0));
	printf("signal: %s\n", sigtimedwait(&all, NULL, &second) < 0 ? strerrorname_np(errno) : "one");
	event.fd = fd;
	printf("poll says ready, always: %d\n", poll(&event, 1, 0));
	return 0;
}

static long minor(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

static int touch(void)
{
	int fd = open_file(O_RDWR), before = faults();
	volatile char *page = map(fd, PAGE, BOTH, MAP_SHARED);
	long first, second;

	printf("mapped: %d\n", faults() - before);
	minor();
	first = minor();
	page[0] = 'x';
	second = minor();
	printf("touched: %d, %ld\n", faults() - before, second - first);
	first = minor();
	page[PAGE - 1] = page[0];
	second = minor();
	printf("again: %d, %ld\n", faults() - before, second - first);
	madvise((void *)page, PAGE, MADV_DONTNEED);
	printf("given back: %c", page[0]);
	printf(", %d\n", faults() - before);
	map(fd, PAGE, BOTH, MAP_SHARED | MAP_POPULATE);
	printf("populated: %d\n", faults() - before);
	return 0;
}

static void attempt(const char *what, size_t size, off_t offset)
{
	int fd = open_file(O_RDWR);
	char *page = mmap(NULL, size, BOTH, MAP_SHARED, fd, offset);

	printf("%s: %s\n", what, page == MAP_FAILED ? strerrorname_np(errno) : "mapped");
	close(fd);
}

static int bad(void)
{
	attempt("one byte", 1, 0);
	attempt("one byte more than a page", PAGE + 1, 0);
	attempt("second page", PAGE, PAGE);
	attempt("last page there is", PAGE, 0x7ffffffffffff000);
	attempt("not on a page", PAGE, 1);
	attempt("nothing", 0, 0);
	return 0;
}

static int beyond(void)
{
	int fd = open_file(O_RDWR);
	volatile char *page = mremap(map(fd, PAGE, BOTH, MAP_SHARED), PAGE, 2 * PAGE, MREMAP_MAYMOVE);
	pid_t child = fork();

	if (!child) {
		page[PAGE - 1] = 'x';
		page[PAGE] = 'x';
		_exit(0);
	}
	child_ended(child);
	printf("%c\n", page[PAGE - 1]);
	return 0;
}

static int right(void)
{
	int fd = open_file(O_RDONLY);
	char *page = map(fd, PAGE, PROT_READ, MAP_SHARED);

	printf("%.17s\n", page);
	printf("write: %s\n", mprotect(page, PAGE, BOTH) ? strerrorname_np(errno) : "allowed");
	if (mmap(NULL, PAGE, BOTH, MAP_SHARED, fd, 0) == MAP_FAILED)
		printf("map to write: %s\n", strerrorname_np(errno));
	return 0;
}

static int forked(void)
{
	int fd = open_file(O_RDWR);
	char *page = map(fd, PAGE, BOTH, MAP_SHARED);
	pid_t child = fork();

	if (!child) {
		strcpy(page, "from the child");
		munmap(page, PAGE);
		_exit(0);
	}
	child_ended(child);
	printf("%s\n%s\n", page, kernel_sees(fd));
	return 0;
}

static int move(void)
{
	int fd = open_file(O_RDWR);
	char *page = map(fd, PAGE, BOTH, MAP_SHARED), *there = map(-1, PAGE, BOTH, MAP_PRIVATE | MAP_ANONYMOUS);
	pid_t child;

	strcpy(page, "before");
	page = mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, there);
	printf("%d %s\n", page == there, page);
	strcpy(page, "after");
	printf("%s\n", kernel_sees(fd));
	mprotect(page, PAGE, PROT_READ);
	child = fork();
	if (!child) {
		page[0] = 'x';
		_exit(0);
	}
	child_ended(child);
	kernel_stores(fd, "the kernel still may");
	printf("%s\n", page);
	return 0;
}

static int private(void)
{
	int fd = open_file(O_RDWR);
	char *page = map(fd, PAGE, BOTH, MAP_PRIVATE);

	printf("%.17s\n", page);
	kernel_stores(fd, "the kernel's");
	printf("%s\n", page);
	strcpy(page, "mine");
	printf("%s\n", kernel_sees(fd));
	kernel_stores(fd, "the kernel's again");
	printf("%s\n", page);
	return 0;
}

static int two(void)
{
	char *page = map(open_file(O_RDWR), PAGE, BOTH, MAP_SHARED);
	int other = open_file(O_RDWR);

	strcpy(page, "changed");
	printf("%.17s\n", kernel_sees(other));
	return 0;
}

static void counted(ssize_t n)
{
	if (n < 0)
		puts(strerrorname_np(errno));
	else
		printf("%zd\n", n);
}

static int full(void)
{
	static char data[PAGE + 1];
	int fd = open_file(O_RDWR);

	memset(data, 'x', sizeof(data));
	counted(pwrite(fd, data, sizeof(data), 0));
	counted(pread(fd, data, sizeof(data), 0));
	counted(pwrite(fd, data, 1, PAGE));
	counted(pread(fd, data, 1, PAGE));
	return 0;
}

static int late(void)
{
	int fd = open_file(O_RDWR), ends[2];
	char *page = map(fd, PAGE, BOTH, MAP_SHARED), copy[8] = "";
	struct iovec part = { .iov_base = page, .iov_len = 5 };

	close(fd);
	memcpy(page, "still", 6);
	printf("%s\n", page);
	/* The pipe takes the page itself. */
	if (pipe(ends) || vmsplice(ends[1], &part, 1, 0) != 5)
		perror("vmsplice");
	munmap(page, PAGE);
	memset(map(-1, 64 * PAGE, BOTH, MAP_PRIVATE | MAP_ANONYMOUS), 'y', 64 * PAGE);
	if (read(ends[0], copy, 5) == 5)
		printf("%s\n", copy);
	return 0;
}

/* The number of the page of memory that is mapped there; root's to know. */
static uint64_t frame(const void *page)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry = 0;

	if (fd < 0 || pread(fd, &entry, sizeof(entry), (uintptr_t)page / PAGE * sizeof(entry)) != sizeof(entry))
		perror("pagemap");
	close(fd);
	return entry & ((1ULL << 55) - 1);
}

/* A page that is freed soon comes again. */
static int churn(void)
{
	uint64_t seen[CHURNED];
	int i, before, fd, other = 0;
	char *page;

	for (i = 0; i < CHURNED; i++) {
		fd = open_file(O_RDWR);
		page = map(fd, PAGE, BOTH, MAP_SHARED);
		page[0] = 'x';
		seen[i] = frame(page);
		close(fd);
		munmap(page, PAGE);
		for (before = 0; seen[before] != seen[i]; before++)
			;
		other += before == i;
	}
	puts(other < CHURNED / 2 ? "pages come again" : "every page is a new one");
	return 0;
}

static int hold(void)
{
	int fd = open_file(O_RDWR);
	char *page = map(fd, PAGE, BOTH, MAP_SHARED), line[8];

	close(fd);
	puts("mapped");
	fflush(stdout);
	if (read(0, line, sizeof(line)) > 0)
		printf("%.17s\n", page);
	return 0;
}

static const struct verb {
	const char *name;
	int (*run)(void);
} verbs[] = {
	{ "both", both }, { "alone", alone }, { "quiet", quiet }, { "touch", touch }, { "bad", bad },
	{ "beyond", beyond }, { "right", right }, { "fork", forked }, { "move", move }, { "private", private },
	{ "two", two }, { "full", full }, { "late", late }, { "churn", churn }, { "hold", hold },
};

int main(int argc, char **argv)
{
	size_t i;

	setbuf(stdout, NULL);
	alarm(60);
	for (i = 0; argc == 3 && i < sizeof(verbs) / sizeof(*verbs); i++) {
		path = argv[2];
		if (!strcmp(verbs[i].name, argv[1]))
			return verbs[i].run();
	}
	return 2;
}
