// SPDX-License-Identifier: MIT
/* BPF: ring buffer and perf buffer to the program, user ring buffer to the kernel, all by libbpf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "../bare/user.h"
#include "events.skel.h"

#define BURST		1024
#define EVENTS		32	/* each time the program runs */
#define PERF_PAGES	256

struct bpf {
	struct events_bpf *object;
	struct ring_buffer *ring;
	struct perf_buffer *perf;
	struct user_ring_buffer *user;
	int program;
	uint64_t turn;
	int err;
};

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level, (void)format, (void)arguments;
	return 0;
}

static int open_bpf(struct bench *b)
{
	struct bpf *bpf = bare_state(b, sizeof(*bpf));

	if (!bpf)
		return -ENOMEM;
	libbpf_set_print(quiet);
	bpf->object = events_bpf__open_and_load();
	if (bpf->object)
		return 0;
	snprintf(b->why, sizeof(b->why), "BPF: %m");
	return errno == EPERM ? -EACCES : -EOPNOTSUPP;
}

static void close_bpf(struct bench *b)
{
	struct bpf *bpf = b->state;

	if (!bpf)
		return;
	ring_buffer__free(bpf->ring);
	perf_buffer__free(bpf->perf);
	user_ring_buffer__free(bpf->user);
	events_bpf__destroy(bpf->object);
	free(bpf);
}

/* Runs the program @n times, on a packet that it does not look at */
static int run_program(struct bpf *bpf, unsigned int n)
{
	char packet[64] = "";
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet), .repeat = n);

	return bpf_prog_test_run_opts(bpf->program, &options);
}

static int see(struct bench *b, const void *record)
{
	struct bpf *bpf = b->state;

	bpf->err |= bare_seen(b, record, bpf->turn++);
	return 0;
}

/* What was produced for a burst, and seen; the rest of the sums of @b */
static int account(struct bench *b, uint64_t lost, unsigned int n)
{
	struct bpf *bpf = b->state;
	uint64_t seen = bpf->turn - b->turn;

	b->emitted += n;
	b->delivered += seen;
	b->lost += lost;
	return bpf->err ? -EBADMSG : seen + lost == n ? 0 : -EBADMSG;
}

static int from_ring(void *arg, void *record, size_t size)
{
	struct bench *b = arg;

	return size == b->bytes ? see(b, record) : -EBADMSG;
}

static int open_ring(struct bench *b)
{
	int err = open_bpf(b);
	struct bpf *bpf = b->state;
	struct bpf_program *program;

	if (err)
		return err;
	program = b->bytes == 8 ? bpf->object->progs.ring_8 : b->bytes == 64 ? bpf->object->progs.ring_64 :
		  bpf->object->progs.ring_512;
	bpf->program = bpf_program__fd(program);
	bpf->ring = ring_buffer__new(bpf_map__fd(bpf->object->maps.ring), from_ring, b, NULL);
	return bpf->ring ? 0 : -errno;
}

static int run_ring(struct bench *b, unsigned int n)
{
	struct bpf *bpf = b->state;
	uint64_t lost = bpf->object->bss->lost;
	int err;

	bpf->turn = bpf->object->bss->turn = b->turn;
	err = run_program(bpf, n / EVENTS);
	if (!err)
		err = ring_buffer__consume(bpf->ring);
	return err < 0 ? err : account(b, bpf->object->bss->lost - lost, n);
}

const struct bench_work bench_bpf_ringbuf_peer_events = {
	.work = "events", .channel = "bpf-ringbuf-peer", .kind = BENCH_PEER, .batch = BURST,
	.sizes = BENCH_SIZES(8, 64, 512),
	.open = open_ring, .run = run_ring, .close = close_bpf,
};

/* A raw sample is padded: at least what was sent */
static void from_perf(void *arg, int cpu, void *record, __u32 size)
{
	struct bench *b = arg;
	struct bpf *bpf = b->state;

	(void)cpu;
	if (size < b->bytes)
		bpf->err = -EBADMSG;
	else
		see(b, record);
}

static int open_perf(struct bench *b)
{
	int err = open_bpf(b);
	struct bpf *bpf = b->state;

	if (err)
		return err;
	bpf->program = bpf_program__fd(b->bytes == 8 ? bpf->object->progs.perf_8 : bpf->object->progs.perf_64);
	bpf->perf = perf_buffer__new(bpf_map__fd(bpf->object->maps.perf), PERF_PAGES, from_perf, NULL, b, NULL);
	return bpf->perf ? 0 : -errno;
}

static int run_perf(struct bench *b, unsigned int n)
{
	struct bpf *bpf = b->state;
	uint64_t lost = bpf->object->bss->lost;
	int err;

	bpf->turn = bpf->object->bss->turn = b->turn;
	err = run_program(bpf, n / EVENTS);
	if (!err)
		err = perf_buffer__consume(bpf->perf);
	return err < 0 ? err : account(b, bpf->object->bss->lost - lost, n);
}

const struct bench_work bench_bpf_perf_peer_events = {
	.work = "events", .channel = "bpf-perf-peer", .kind = BENCH_PEER, .batch = BURST,
	.sizes = BENCH_SIZES(8, 64),
	.open = open_perf, .run = run_perf, .close = close_bpf,
};

static int open_user(struct bench *b)
{
	int err = open_bpf(b);
	struct bpf *bpf = b->state;

	if (err)
		return err;
	bpf->program = bpf_program__fd(bpf->object->progs.drain);
	bpf->object->bss->verify = b->verify;
	bpf->user = user_ring_buffer__new(bpf_map__fd(bpf->object->maps.user), NULL);
	return bpf->user ? 0 : -errno;
}

/* The other way: the program produces, the kernel looks at what came. */
static int run_user(struct bench *b, unsigned int n)
{
	struct bpf *bpf = b->state;
	uint64_t came = bpf->object->bss->came, *words;
	unsigned int i, word;
	int err;

	bpf->object->bss->turn = b->turn;
	for (i = 0; i < n; i++) {
		words = user_ring_buffer__reserve(bpf->user, b->bytes);
		if (!words)
			return -errno;
		for (word = 0; word < 8; word++)
			words[word] = bench_word(b->turn + i, word);
		user_ring_buffer__submit(bpf->user, words);
	}
	err = run_program(bpf, 1);
	if (err)
		return err;
	b->emitted += n;
	b->delivered += bpf->object->bss->came - came;
	return bpf->object->bss->wrong || bpf->object->bss->came - came != n ? -EBADMSG : 0;
}

const struct bench_work bench_bpf_user_ringbuf_peer_events = {
	.work = "events", .channel = "bpf-user-ringbuf-peer", .kind = BENCH_PEER, .batch = BURST,
	.sizes = BENCH_SIZES(64),
	.open = open_user, .run = run_user, .close = close_bpf,
};
