// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * What libbpf's users would write to send events: a program that is run as often as one likes by BPF_PROG_TEST_RUN, and
 * fills a record in place (ring buffer), on its stack (perf buffer), or reads what the program sent (user ring buffer).
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "../../pattern.h"

char _license[] SEC("license") = "Dual MIT/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(int));
} perf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 1 << 20);
} user SEC(".maps");

/* The next event's, those without room, and in the other direction those that came, and those that were wrong */
__u64 turn;
__u64 lost;
__u64 came;
__u64 wrong;
bool verify;

static __always_inline void fill(__u64 *words, __u64 of, int n)
{
	int i;

#pragma unroll
	for (i = 0; i < n; i++)
		words[i] = bench_word(of, i);
}

/* So many events each time the program runs: that it is run is not what is measured. */
#define EVENTS 32

static __always_inline int to_ring(int bytes)
{
	__u64 *words;
	int i;

	for (i = 0; i < EVENTS; i++) {
		words = bpf_ringbuf_reserve(&ring, bytes, 0);
		if (!words) {
			lost++;
			continue;
		}
		fill(words, turn++, bytes / 8);
		bpf_ringbuf_submit(words, 0);
	}
	return 0;
}

SEC("tc")
int ring_8(struct __sk_buff *skb)
{
	return to_ring(8);
}

SEC("tc")
int ring_64(struct __sk_buff *skb)
{
	return to_ring(64);
}

SEC("tc")
int ring_512(struct __sk_buff *skb)
{
	return to_ring(512);
}

/* Several producers, each on a processor of its own: whose an event is stands above its number. */
#define CPUS 8

__u64 turn_of[CPUS];
__u64 lost_of[CPUS];

SEC("tc")
int ring_shared(struct __sk_buff *skb)
{
	__u64 cpu = bpf_get_smp_processor_id() % CPUS;
	__u64 *words;
	int i;

	for (i = 0; i < EVENTS; i++) {
		words = bpf_ringbuf_reserve(&ring, 64, 0);
		if (!words) {
			lost_of[cpu]++;
			continue;
		}
		fill(words, cpu << 40 | turn_of[cpu]++, 8);
		bpf_ringbuf_submit(words, 0);
	}
	return 0;
}

static __always_inline int to_perf(struct __sk_buff *skb, int bytes)
{
	__u64 words[8];
	int i;

	for (i = 0; i < EVENTS; i++) {
		fill(words, turn++, bytes / 8);
		if (bpf_perf_event_output(skb, &perf, BPF_F_CURRENT_CPU, words, bytes))
			lost++;
	}
	return 0;
}

SEC("tc")
int perf_8(struct __sk_buff *skb)
{
	return to_perf(skb, 8);
}

SEC("tc")
int perf_64(struct __sk_buff *skb)
{
	return to_perf(skb, 64);
}

static long take(struct bpf_dynptr *sample, void *unused)
{
	const __u64 *words = bpf_dynptr_data(sample, 0, 64);
	int i;

	if (!words)
		return 1;
	if (words[0] != bench_word(turn, 0))
		wrong++;
	if (verify)
		for (i = 1; i < 8; i++)
			if (words[i] != bench_word(turn, i))
				wrong++;
	turn++;
	came++;
	return 0;
}

SEC("tc")
int drain(struct __sk_buff *skb)
{
	bpf_user_ringbuf_drain(&user, take, NULL, 0);
	return 0;
}
