// SPDX-License-Identifier: MIT
/* Bursts of events, and a reader that takes them out: from mapped memory, a kfifo, relay, generic netlink's group */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlink.h"
#include "user.h"

#define PAGE	4096UL
#define BURST	1024

struct events {
	int node;
	int fd;
	uint64_t burst_ioctl;
	uint32_t batch;
	struct bare_ring_user *user;
	const struct bare_ring_head *head;
	const char *records;
	char *to;
	cpu_set_t anywhere;
};

static int open_events(struct bench *b, const char *node, unsigned long burst_ioctl)
{
	struct events *e = bare_state(b, sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->fd = -1;
	e->burst_ioctl = burst_ioctl;
	e->node = bare_open(b, node, O_RDWR);
	if (e->node < 0)
		return e->node;
	e->to = bare_pages(BURST * (b->bytes + 256));
	return e->to ? 0 : -ENOMEM;
}

static void close_events(struct bench *b)
{
	struct events *e = b->state;

	if (!e)
		return;
	if (e->user)
		munmap(e->user, 2 * PAGE + BARE_RING);
	if (e->to)
		munmap(e->to, BURST * (b->bytes + 256));
	if (e->fd >= 0)
		close(e->fd);
	if (e->node >= 0)
		close(e->node);
	free(e);
}

static int produce(struct bench *b, struct events *e, unsigned int n)
{
	struct bare_burst burst = { .turn = b->turn, .n = n, .bytes = b->bytes, .batch = e->batch };

	if (ioctl(e->node, e->burst_ioctl, &burst))
		return -errno;
	b->emitted += n;
	b->lost += burst.lost;
	return burst.lost ? -ENOBUFS : 0;
}

static int open_ring(struct bench *b)
{
	int err = open_events(b, "/dev/bench_ring", BARE_EMIT);
	struct events *e = b->state;
	char *at;

	if (err)
		return err;
	at = mmap(NULL, 2 * PAGE + BARE_RING, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, e->node, 0);
	if (at == MAP_FAILED)
		return -errno;
	e->user = (void *)at;
	e->head = (void *)(at + PAGE);
	e->records = at + 2 * PAGE;
	return 0;
}

/* Each is given back as it was read: who produces meanwhile has the room at once. */
static int run_ring(struct bench *b, unsigned int n)
{
	struct events *e = b->state;
	uint64_t tail = e->user->tail, head, turn = b->turn, mask;
	int err = produce(b, e, n);

	if (err)
		return err;
	mask = BARE_RING / (2ULL << (63 - __builtin_clzll(b->bytes - 1))) - 1;
	head = __atomic_load_n(&e->head->head, __ATOMIC_ACQUIRE);
	for (; tail != head; turn++) {
		if (bare_seen(b, e->records + (tail & mask) * b->bytes, turn))
			return -EBADMSG;
		__atomic_store_n(&e->user->tail, ++tail, __ATOMIC_RELEASE);
	}
	b->delivered += turn - b->turn;
	return turn - b->turn == n ? 0 : -EBADMSG;
}

const struct bench_work bench_ring_bare_events = {
	.work = "events", .channel = "ring-bare", .kind = BENCH_BARE, .batch = BURST,
	.sizes = BENCH_SIZES(8, 64, 512),
	.open = open_ring, .run = run_ring, .close = close_events,
};

/* Bytes as they come, whole records */
static int read_events(struct bench *b, struct events *e, int fd, unsigned int n)
{
	size_t at = 0, all = (size_t)n * b->bytes;
	unsigned int i;
	ssize_t got;

	while (at < all) {
		got = read(fd, e->to + at, all - at);
		if (got <= 0)
			return got ? -errno : -EBADMSG;
		at += got;
	}
	for (i = 0; i < n; i++)
		if (bare_seen(b, e->to + i * b->bytes, b->turn + i))
			return -EBADMSG;
	b->delivered += n;
	return 0;
}

static int open_kfifo(struct bench *b)
{
	return open_events(b, "/dev/bench_kfifo", BARE_EMIT);
}

static int run_kfifo(struct bench *b, unsigned int n)
{
	struct events *e = b->state;
	int err = produce(b, e, n);

	return err ? err : read_events(b, e, e->node, n);
}

const struct bench_work bench_kfifo_peer_events = {
	.work = "events", .channel = "kfifo-peer", .kind = BENCH_PEER, .batch = BURST,
	.sizes = BENCH_SIZES(8, 64),
	.open = open_kfifo, .run = run_kfifo, .close = close_events,
};

static int open_relay(struct bench *b)
{
	int err = open_events(b, "/dev/bench_wake", BARE_EMIT_RELAY);
	struct events *e = b->state;
	cpu_set_t there;

	if (err)
		return err;
	/* a file is one processor's: who emits stays there */
	CPU_ZERO(&there);
	CPU_SET(0, &there);
	if (sched_getaffinity(0, sizeof(e->anywhere), &e->anywhere) || sched_setaffinity(0, sizeof(there), &there))
		return -errno;
	e->fd = bare_open(b, "/sys/kernel/debug/bench_relay0", O_RDONLY);
	return e->fd < 0 ? e->fd : 0;
}

static void close_relay(struct bench *b)
{
	struct events *e = b->state;

	if (e && CPU_COUNT(&e->anywhere))
		sched_setaffinity(0, sizeof(e->anywhere), &e->anywhere);
	close_events(b);
}

static int run_relay(struct bench *b, unsigned int n)
{
	struct events *e = b->state;
	int err = produce(b, e, n);

	return err ? err : read_events(b, e, e->fd, n);
}

const struct bench_work bench_relay_peer_events = {
	.work = "events", .channel = "relay-peer", .kind = BENCH_PEER, .batch = BURST,
	.sizes = BENCH_SIZES(8, 64),
	.open = open_relay, .run = run_relay, .close = close_relay,
};

static int open_genl(struct bench *b, uint32_t batch)
{
	int err = open_events(b, "/dev/bench_wake", BARE_EMIT_GENL), queue = 16 << 20;
	struct events *e = b->state;
	unsigned int group = 0;

	if (err)
		return err;
	e->batch = batch;
	e->fd = bare_netlink_socket(NETLINK_GENERIC);
	if (e->fd < 0)
		return e->fd;
	err = bare_genl_family(e->fd, &group);
	if (err < 0)
		return err;
	if (setsockopt(e->fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof(queue)) ||
	    setsockopt(e->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		return -errno;
	return 0;
}

static int open_genl_one(struct bench *b)
{
	return open_genl(b, 1);
}

static int open_genl_many(struct bench *b)
{
	return open_genl(b, 32);
}

static int run_genl(struct bench *b, unsigned int n)
{
	struct events *e = b->state;
	const struct nlattr *attr;
	uint64_t turn = b->turn;
	const char *at;
	ssize_t len;
	int err = produce(b, e, n);

	if (err)
		return err;
	while (turn < b->turn + n) {
		len = recv(e->fd, e->to, BURST * (b->bytes + 256), 0);
		if (len < 0)
			return -errno;
		attr = (const void *)(e->to + NLMSG_LENGTH(GENL_HDRLEN));
		if (attr->nla_type != BARE_A_DATA)
			return -EBADMSG;
		for (at = (const char *)(attr + 1); at < e->to + len; at += b->bytes)
			if (bare_seen(b, at, turn++))
				return -EBADMSG;
	}
	b->delivered += n;
	return 0;
}

const struct bench_work bench_genl_bare_events = {
	.work = "events", .channel = "genl-bare", .kind = BENCH_BARE, .batch = BURST,
	.sizes = BENCH_SIZES(8, 64, 512),
	.open = open_genl_one, .run = run_genl, .close = close_events,
};

const struct bench_work bench_genl_batch_bare_events = {
	.work = "events", .channel = "genl-batch-bare", .kind = BENCH_BARE, .batch = BURST,
	.sizes = BENCH_SIZES(8, 64, 512),
	.open = open_genl_many, .run = run_genl, .close = close_events,
};
