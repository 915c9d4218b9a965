// SPDX-License-Identifier: MIT
/* BPF's ring buffer with several producers, each on a processor of its own, and a reader beside them */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "../bare/user.h"
#include "events.skel.h"

#define BURST		8192
#define EVENTS		32
#define PRODUCERS	4
/* 1 / the pattern's factor, of 64 bits: a first word tells its turn */
#define INVERSE		0xf1de83e19937733dULL

struct crew {
	struct events_bpf *object;
	struct ring_buffer *ring;
	pthread_t thread[PRODUCERS];
	uint64_t next[PRODUCERS];
	uint64_t seen;
	unsigned int each;
	int result[PRODUCERS];
	int err;
};

struct job {
	struct crew *crew;
	unsigned int cpu;
};

static int see(void *arg, void *record, size_t size)
{
	struct bench *b = arg;
	struct crew *c = b->state;
	uint64_t turn = *(uint64_t *)record * INVERSE, who = turn >> 40;

	c->seen++;
	/* each producer's own come in their order, and all of them */
	if (size != b->bytes || who >= PRODUCERS || (turn & ((1ULL << 40) - 1)) != c->next[who]++ ||
	    (b->verify && bench_check(b, record, size, turn)))
		c->err = -EBADMSG;
	return 0;
}

static int open_crew(struct bench *b)
{
	struct crew *c = bare_state(b, sizeof(*c));
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (!c)
		return -ENOMEM;
	if (processors < 2 || b->producers > processors) {
		snprintf(b->why, sizeof(b->why), "each producer needs a processor of its own, of two at least");
		return -EOPNOTSUPP;
	}
	c->object = events_bpf__open_and_load();
	if (!c->object)
		return errno == EPERM ? -EACCES : -EOPNOTSUPP;
	c->ring = ring_buffer__new(bpf_map__fd(c->object->maps.ring), see, b, NULL);
	return c->ring ? 0 : -errno;
}

static void close_crew(struct bench *b)
{
	struct crew *c = b->state;

	if (!c)
		return;
	ring_buffer__free(c->ring);
	events_bpf__destroy(c->object);
	free(c);
}

static void *produce(void *arg)
{
	struct job *job = arg;
	char packet[64] = "";
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = job->crew->each / EVENTS);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(job->cpu, &set);
	job->crew->result[job->cpu] = sched_setaffinity(0, sizeof(set), &set) ? -errno :
		bpf_prog_test_run_opts(bpf_program__fd(job->crew->object->progs.ring_shared), &options);
	return NULL;
}

static uint64_t lost(const struct crew *c)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < PRODUCERS; i++)
		sum += c->object->bss->lost_of[i];
	return sum;
}

static int run_crew(struct bench *b, unsigned int n)
{
	struct crew *c = b->state;
	struct job jobs[PRODUCERS];
	uint64_t was_lost = lost(c), seen = c->seen;
	unsigned int i;
	int err = 0;

	c->each = n / b->producers;
	for (i = 0; i < b->producers; i++) {
		jobs[i] = (struct job){ .crew = c, .cpu = i };
		if (pthread_create(&c->thread[i], NULL, produce, &jobs[i]))
			abort();
	}
	/* until all are there, or were lost, or one could not produce */
	while (err >= 0 && c->seen - seen + lost(c) - was_lost < n) {
		err = ring_buffer__poll(c->ring, 100);
		for (i = 0; i < b->producers && err >= 0; i++)
			err = __atomic_load_n(&c->result[i], __ATOMIC_RELAXED);
	}
	for (i = 0; i < b->producers; i++) {
		pthread_join(c->thread[i], NULL);
		err = err < 0 ? err : c->result[i];
	}
	b->emitted += n;
	b->delivered += c->seen - seen;
	b->lost += lost(c) - was_lost;
	return err < 0 ? err : c->err;
}

const struct bench_work bench_bpf_ringbuf_producers_peer_events = {
	.work = "producers", .channel = "bpf-ringbuf-peer", .kind = BENCH_PEER, .batch = BURST,
	.sizes = BENCH_SIZES(64), .producers = BENCH_COUNTS(1, 2, 4), .samples = 50,
	.open = open_crew, .run = run_crew, .close = close_crew,
};
