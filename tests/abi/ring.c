// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event ring without the library: malformed commands and mappings, reading where the kernel wrote, full
 * rings and overwritten ones, wake-ups, and a program that writes nonsense where it may write.
 *
 *	ring ktest0
 */
#define _FILE_OFFSET_BITS 64
#include "ring_raw.h"

#define DATA	0	/* position among the declared events */

/* What the test driver's events begin with */
struct payload {
	__u64 index;
	__u64 pattern;
};

static int removed(int fd, const char *name)
{
	struct kulink_ioc_ring args = { .size = 0 };

	return change(fd, KULINK_IOC_RING_REMOVE, name, &args);
}

static int map(int fd, __u64 offset, size_t len, int prot, int flags)
{
	void *at = mmap(NULL, len, prot, flags, fd, (off_t)offset);

	if (at == MAP_FAILED)
		return -errno;
	munmap(at, len);
	return 0;
}

struct account {
	__u64 got, lost, wrong, last;
};

static void drain(struct ring *ring, struct account *account)
{
	const struct kulink_ring_record *record;
	const struct payload *payload;

	while ((record = take(ring))) {
		payload = (const void *)(record + 1);
		account->got++;
		account->lost += record->lost;
		account->wrong += record->event != DATA || payload->index != record->head.seq ||
				  (account->last && record->head.seq != account->last + record->lost + 1);
		account->last = record->head.seq;
	}
	give_back(ring);
}

static void commands(void)
{
	struct { struct kulink_ioc_ring args; __u64 tail; } longer = { .args.size = 0 };
	const unsigned long longest = _IOWR(KULINK_IOC_MAGIC, 0x09, longer);
	const unsigned long shorter = _IOWR(KULINK_IOC_MAGIC, 0x09, char[72]);
	int fd = open(path, O_RDWR), reader = open(path, O_RDONLY);
	struct kulink_ioc_ring args = { .size = 0 };

	report("nothing added yet: removing", removed(fd, "data"), -ESRCH);
	report("nothing added yet: its page", map(fd, 0x300ULL << 32, PAGE, PROT_READ, MAP_SHARED), -EINVAL);
	report("a node that is open to read", add(reader, "data", 0, 0, 0), -EACCES);
	report("no such event", add(fd, "nosuch", 0, 0, 0), -ENOENT);
	report("a value's name", add(fd, "num_u64", 0, 0, 0), -ENOENT);
	report("no name", add(fd, "", 0, 0, 0), -ENOENT);
	memset(args.name, 'a', sizeof(args.name));
	report("a name without an end", ioctl(fd, KULINK_IOC_RING_ADD, &args) ? -errno : 0, -EINVAL);
	report("an unknown flag", add(fd, "data", 0, 2, 0), -EINVAL);
	report("too large", add(fd, "data", (1ULL << 30) + 1, 0, 0), -EINVAL);
	report("much too large", add(fd, "data", ~0ULL, 0, 0), -EINVAL);
	report("a watermark above half of it", add(fd, "data", 65536, 0, 32769), -EINVAL);
	report("none of these made a ring", removed(fd, "data"), -ESRCH);
	report("a shorter struct", ioctl(fd, shorter, &args) ? -errno : 0, -EINVAL);
	strcpy(longer.args.name, "data");
	longer.tail = 1;
	report("a longer one, not zeros", ioctl(fd, longest, &longer) ? -errno : 0, -E2BIG);
	longer.tail = 0;
	longer.args.size = 60000;
	report("a longer one, zeros", ioctl(fd, longest, &longer) ? -errno : 0, 0);
	report("its size is a power of two", (long)longer.args.size, 65536);
	report("another event", add(fd, "other", 0, 0, 0), 0);
	report("the same size", add(fd, "other", 65536, 0, 0), 0);
	report("another size", add(fd, "other", 32768, 0, 0), -EBUSY);
	report("another kind", add(fd, "other", 0, KULINK_RING_OVERWRITE, 0), -EBUSY);
	report("removing", removed(fd, "other"), 0);
	close(fd);
	close(reader);
}

static void mappings(void)
{
	struct ring ring;
	__u64 user, data;
	size_t len;

	report("a ring", open_ring(&ring, "data", 1, 0, 0), 0);
	report("room for two of the largest", ring.args.size >= 2 * 2048, 1);
	user = ring.args.user_offset;
	data = ring.args.data_offset;
	len = ring.args.data_len;
	report("the kernel's pages to write", map(ring.fd, data, len, PROT_READ | PROT_WRITE, MAP_SHARED), -EACCES);
	report("the kernel's pages made to be written", mprotect((void *)ring.head, len, PROT_READ | PROT_WRITE)
	       ? -errno : 0, -EACCES);
	report("the kernel's pages, private", map(ring.fd, data, len, PROT_READ, MAP_PRIVATE), -EINVAL);
	report("the kernel's pages and one more", map(ring.fd, data, len + PAGE, PROT_READ, MAP_SHARED), -EINVAL);
	report("the program's page and one more", map(ring.fd, user, 2 * PAGE, PROT_READ, MAP_SHARED), -EINVAL);
	report("the program's page to execute", map(ring.fd, user, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED), -EACCES);
	report("a third area", map(ring.fd, data + (1ULL << 32), PAGE, PROT_READ, MAP_SHARED), -EINVAL);
	report("the head's ABI", ring.head->map.abi, KULINK_ABI);
	report("the head's size", (long)ring.head->size, (long)ring.args.size);
	report("the head's events", ring.head->n_events, 3);
	close_ring(&ring);
}

/* A ring that fills: what comes then is lost, and told in the next that fits, or by the head */
static void full(void)
{
	struct account account = { .got = 0 };
	struct ring ring;
	__u64 first;
	int i;

	report("full: a ring", open_ring(&ring, "data", 16384, 0, 0), 0);
	first = ring.args.seq;
	account.last = first;
	control("flood_data", 1000);
	drain(&ring, &account);
	report("full: some are there", account.got > 10 && account.got < 1000, 1);
	report("full: none is told as lost yet", (long)account.lost, 0);
	report("full: the head tells how many there were", (long)(ring.head->seq[DATA] - first), 1000);
	control("flood_data", 1);
	drain(&ring, &account);
	report("full: the next one tells", (long)(account.got + account.lost), 1001);
	for (i = 0; i < 300; i++) {
		control("flood_data", 7);
		drain(&ring, &account);
	}
	report("full: no other is lost, around the end a hundred times", (long)(account.got + account.lost), 1001 + 2100);
	report("full: in order, with the emitter's own count", (long)account.wrong, 0);
	close_ring(&ring);
}

/* The oldest go: what is left is the end */
static void overwritten(void)
{
	struct account account = { .got = 0 };
	struct ring ring;
	__u64 tail;

	report("overwrite: a ring", open_ring(&ring, "data", 16384, KULINK_RING_OVERWRITE, 0), 0);
	control("flood_data", 1000);
	tail = ring.head->tail;
	report("overwrite: the oldest are gone", tail > 0, 1);
	ring.at = tail;
	account.last = 0;
	drain(&ring, &account);
	report("overwrite: some are there", account.got > 10 && account.got < 1000, 1);
	report("overwrite: in order", (long)account.wrong, 0);
	report("overwrite: up to the last", (long)(account.last - ring.args.seq), 1000);
	close_ring(&ring);
}

static int edges(int epoll, int timeout)
{
	struct epoll_event event;

	return epoll_wait(epoll, &event, 1, timeout);
}

static void wakes(void)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	struct account account = { .got = 0 };
	int epoll = epoll_create1(0);
	struct ring ring;
	__u64 before;

	report("wake: a ring", open_ring(&ring, "data", 0, 0, 0), 0);
	report("wake: nothing yet", events_of(ring.fd, 0) & POLLIN, 0);
	control("flood_data", 1);
	report("wake: something", events_of(ring.fd, 0) & POLLIN, POLLIN);
	before = ring.head->wakeups;
	control("flood_data", 1000);
	report("wake: who looked once is woken once", (long)(ring.head->wakeups - before), 1);
	drain(&ring, &account);
	report("wake: nothing again", events_of(ring.fd, 0) & POLLIN, 0);
	epoll_ctl(epoll, EPOLL_CTL_ADD, ring.fd, &event);
	report("wake: no edge", edges(epoll, 0), 0);
	control("flood_irq", 1);
	report("wake: an edge, from a hard interrupt", edges(epoll, 60000), 1);
	report("wake: one edge", edges(epoll, 0), 0);
	control("flood_data", 1);
	report("wake: another one, with what is unread still there", edges(epoll, 60000), 1);
	drain(&ring, &account);
	report("wake: a watermark", add(ring.fd, "data", 0, 0, 4096), 0);
	control("flood_data", 2);
	report("wake: below it", events_of(ring.fd, 0) & POLLIN, 0);
	control("flood_data", 100);
	report("wake: above it", events_of(ring.fd, 0) & POLLIN, POLLIN);
	close(epoll);
	close_ring(&ring);
}

static int waited(int fd, int timeout)
{
	struct kulink_ioc_wait args = { .timeout_ms = timeout };

	return ioctl(fd, KULINK_IOC_RING_WAIT, &args) < 0 ? -errno : 0;
}

static int waiting_fd;

static int waiter(void)
{
	ready();
	return -waited(waiting_fd, 60000);
}

static void caught(int signal)
{
	(void)signal;
}

/* While @waiter sleeps */
static pid_t sleeper(const struct ring *ring)
{
	pid_t pid;

	waiting_fd = ring->fd;
	pid = start(waiter);
	await_ready(1);
	return pid;
}

static void wait_commands(void)
{
	struct kulink_ioc_wait args = { .flags = 1 };
	int fd = open(path, O_RDWR);

	report("wait: no ring", waited(fd, 0), -ESRCH);
	report("wait: no ring, for ever", waited(fd, -1), -ESRCH);
	report("wait: an unknown flag", ioctl(fd, KULINK_IOC_RING_WAIT, &args) ? -errno : 0, -EINVAL);
	report("wait: a bad address", ioctl(fd, KULINK_IOC_RING_WAIT, 8) ? -errno : 0, -EFAULT);
	report("wait: a shorter struct", ioctl(fd, _IOW(KULINK_IOC_MAGIC, 0x0b, int), &args) ? -errno : 0, -EINVAL);
	close(fd);
}

static void waits(void)
{
	struct account account = { .got = 0 };
	struct ring ring;
	__u64 before;
	pid_t pid, other;

	wait_commands();
	signal(SIGUSR1, caught);
	report("wait: a ring", open_ring(&ring, "data", 0, 0, 0), 0);
	report("wait: nothing", waited(ring.fd, 0), -ETIMEDOUT);
	report("wait: nothing comes", waited(ring.fd, 30), -ETIMEDOUT);
	pid = sleeper(&ring);
	other = sleeper(&ring);
	before = ring.head->wakeups;
	control("flood_data", 100);
	report("wait: something comes", finish(pid), 0);
	report("wait: for both who sleep", finish(other), 0);
	report("wait: woken once", (long)(ring.head->wakeups - before), 1);
	report("wait: it is there", waited(ring.fd, -1), 0);
	control("flood_data", 100);
	report("wait: who found it is not to be woken", (long)(ring.head->wakeups - before), 1);
	drain(&ring, &account);
	report("wait: all of it", (long)account.got, 200);
	pid = sleeper(&ring);
	kill(pid, SIGUSR1);
	report("wait: a signal", finish(pid), EINTR);
	report("wait: a watermark", add(ring.fd, "data", 0, 0, 4096), 0);
	pid = sleeper(&ring);
	control("flood_data", 2);
	report("wait: below it", waited(ring.fd, 0), -ETIMEDOUT);
	control("flood_irq", 100);
	report("wait: above it", finish(pid), 0);
	close_ring(&ring);
}

static int flooding(void)
{
	int round, rounds = scaled(400);

	for (round = 0; round < rounds; round++)
		if (control(round & 1 ? "flood_irq" : "flood_data", 50))
			return 1;
	return 0;
}

/* Whatever stands where the program may write, it is its own loss */
static void nonsense(void)
{
	static const __u64 tails[] = { 1, 7, ~0ULL, 1ULL << 63, 0xfff8, 1 << 20 };
	struct ring ring, other;
	struct account account = { .got = 0 };
	__u64 state = 88172645463325252ULL;
	pid_t pid;
	int status;
	size_t i;

	report("nonsense: a ring", open_ring(&ring, "data", 16384, 0, 0), 0);
	report("nonsense: and another reader's", open_ring(&other, "data", 1 << 23, 0, 0), 0);
	account.last = other.args.seq;
	for (i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		ring.user->tail = tails[i];
		control("flood_data", 100);
		events_of(ring.fd, 0);
	}
	pid = start(flooding);
	while (!waitpid(pid, &status, WNOHANG)) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		__atomic_store_n(&ring.user->tail, state, __ATOMIC_RELAXED);
		__atomic_store_n(&ring.user->reserved, state, __ATOMIC_RELAXED);
		drain(&other, &account);
	}
	report("nonsense: the flood went on", status, 0);
	drain(&other, &account);
	report("nonsense: the other reader lost nothing", (long)account.lost, 0);
	report("nonsense: and has all",
	       (long)(account.last - other.args.seq), (long)account.got);
	report("nonsense: in order", (long)account.wrong, 0);
	ring.user->tail = ring.at = written(&ring);
	memset(&account, 0, sizeof(account));
	control("flood_data", 3);
	drain(&ring, &account);
	report("nonsense: with sense again, it works", (long)account.got, 3);
	close_ring(&ring);
	close_ring(&other);
}

/* A mapping outlives the file that made it, and an event comes into no ring that is closed */
static void lives(void)
{
	struct ring ring;
	__u64 head;

	report("closed: a ring", open_ring(&ring, "data", 0, 0, 0), 0);
	control("flood_data", 5);
	head = written(&ring);
	report("closed: something is there", head > 0, 1);
	report("removed", removed(ring.fd, "data"), 0);
	control("flood_data", 5);
	report("removed: nothing more", (long)(written(&ring) - head), 0);
	report("added again", add(ring.fd, "data", 0, 0, 0), 0);
	control("flood_data", 1);
	report("added again: one more", written(&ring) > head, 1);
	head = written(&ring);
	report("added again: none is lost", (long)record_at(&ring, head - record_at(&ring, 0)->size)->lost, 0);
	close(ring.fd);
	control("flood_data", 5);
	report("closed: it is still there", ring.head->map.abi, KULINK_ABI);
	munmap(ring.user, PAGE);
	munmap((void *)ring.head, ring.args.data_len);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	begin(argv[1]);
	commands();
	mappings();
	full();
	overwritten();
	wakes();
	waits();
	nonsense();
	lives();
	return end();
}
