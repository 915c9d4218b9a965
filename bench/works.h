/* SPDX-License-Identifier: MIT */
/* One line each: BENCH_WORK(NAME), of a const struct bench_work bench_NAME. No include guard: read more than once. */
BENCH_WORK(growth_register)
BENCH_WORK(call_uring_batch)
