/* SPDX-License-Identifier: MIT */
/* One line each: BENCH_WORK(NAME), of a const struct bench_work bench_NAME. No include guard: read more than once. */
BENCH_WORK(bpf_ringbuf_peer_events)
BENCH_WORK(bpf_perf_peer_events)
BENCH_WORK(bpf_user_ringbuf_peer_events)
BENCH_WORK(libmnl_peer_call)
BENCH_WORK(libnl_peer_call)
BENCH_WORK(bpf_ringbuf_producers_peer_events)
