// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tracepoint by perf and by BPF: what perf(1), trace-cmd(1) and a BPF program get to see, by the system calls that they
 * make. Each event comes once, in order, with its names and its fields.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/point.h"

#define EVENTS	100	/* of each of the three names */
#define PAGES	128
#define PAGE	4096
#define RING	(PAGES * PAGE)

static const char *const names[] = { "data", "other", "private" };

struct seen {
	uint64_t seq[3];
	unsigned int n;
};

static const char *text_at(const struct point_record *record, uint32_t where)
{
	return (const char *)record + (where & 0xffff);
}

static void see(struct seen *seen, const struct point_record *record)
{
	const char *name = text_at(record, record->event);
	size_t i;

	for (i = 0; i < 3 && strcmp(name, names[i]); i++)
		;
	if (i == 3)
		fail_msg("an event called %s", name);
	assert_string_equal(text_at(record, record->service), "ktest0");
	assert_non_null(strstr(text_at(record, record->fields), "index="));
	assert_true(record->record >> 16);
	assert_true(!seen->seq[i] || record->seq == seen->seq[i] + 1);
	seen->seq[i] = record->seq;
	seen->n++;
}

/* One sample, which may lie around the ring's end */
static uint64_t take(struct seen *seen, const unsigned char *data, uint64_t at)
{
	static unsigned char sample[PAGE];
	struct perf_event_header head;
	size_t i;

	for (i = 0; i < sizeof(head); i++)
		((unsigned char *)&head)[i] = data[(at + i) % RING];
	assert_true(head.size <= sizeof(sample));
	for (i = 0; i < head.size; i++)
		sample[i] = data[(at + i) % RING];
	assert_int_equal(head.type, PERF_RECORD_SAMPLE);
	/* a header, a length, the record, which so begins at half an alignment */
	memmove(sample, sample + sizeof(head) + sizeof(uint32_t),
		head.size - sizeof(head) - sizeof(uint32_t));
	see(seen, (const struct point_record *)sample);
	return at + head.size;
}

static void drain(struct seen *seen, void *ring)
{
	struct perf_event_mmap_page *head = ring;
	uint64_t at = head->data_tail, end = __atomic_load_n(&head->data_head, __ATOMIC_ACQUIRE);

	while (at < end)
		at = take(seen, (unsigned char *)ring + PAGE, at);
	__atomic_store_n(&head->data_tail, at, __ATOMIC_RELEASE);
}

static void perf_sees_all(void **state)
{
	struct seen seen = { .n = 0 };
	struct point point;
	void *rings[POINT_CPUS];
	int i;

	(void)state;
	assert_int_equal(point_open(&point), 0);
	for (i = 0; i < point.n; i++) {
		rings[i] = mmap(NULL, RING + PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, point.fds[i], 0);
		assert_true(rings[i] != MAP_FAILED);
	}
	flood(EVENTS);
	/* one processor's are in order; the flood runs on that which wrote it, but may move */
	for (i = 0; i < point.n; i++) {
		memset(seen.seq, 0, sizeof(seen.seq));
		drain(&seen, rings[i]);
		munmap(rings[i], RING + PAGE);
	}
	point_close(&point);
	assert_int_equal(seen.n, 3 * EVENTS);
}

static int bpf(int command, union bpf_attr *attr)
{
	long ret = syscall(SYS_bpf, command, attr, sizeof(*attr));

	return ret < 0 ? -errno : (int)ret;
}

struct tally {
	uint64_t n;
	uint64_t last;
};

static int make_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(struct tally),
		.max_entries = 1,
	};

	return bpf(BPF_MAP_CREATE, &attr);
}

/* tally.n++, tally.last = seq: of a record, whose first eight bytes are not for programs */
static int load_program(int map)
{
	const struct bpf_insn program[] = {
		{ BPF_LDX | BPF_DW | BPF_MEM, 6, 1, offsetof(struct point_record, seq), 0 },
		{ BPF_ST | BPF_W | BPF_MEM, 10, 0, -4, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0 },
		{ BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4 },
		{ BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, map },
		{ 0, 0, 0, 0, 0 },
		{ BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 1 },
		{ BPF_STX | BPF_DW | BPF_ATOMIC, 0, 1, offsetof(struct tally, n), BPF_ADD },
		{ BPF_STX | BPF_DW | BPF_MEM, 0, 6, offsetof(struct tally, last), 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0 },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};
	static char log[16384];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_TRACEPOINT,
		.insns = (uintptr_t)program,
		.insn_cnt = sizeof(program) / sizeof(*program),
		.license = (uintptr_t)"GPL",
		.log_buf = (uintptr_t)log,
		.log_size = sizeof(log),
		.log_level = 1,
	};
	int fd = bpf(BPF_PROG_LOAD, &attr);

	if (fd < 0)
		fail_msg("the program is refused: %s\n%s", strerror(-fd), log);
	return fd;
}

static struct tally told(int map)
{
	uint32_t key = 0;
	struct tally tally;
	union bpf_attr attr = {
		.map_fd = (uint32_t)map,
		.key = (uintptr_t)&key,
		.value = (uintptr_t)&tally,
	};

	assert_int_equal(bpf(BPF_MAP_LOOKUP_ELEM, &attr), 0);
	return tally;
}

/* The three names have each a count of their own: all are as far */
static void bpf_sees_all(void **state)
{
	int map = make_map(), program, i;
	struct tally first, then;
	struct point point;

	(void)state;
	assert_true(map >= 0);
	program = load_program(map);
	assert_int_equal(point_open(&point), 0);
	/* the program is the tracepoint's: by one of its events it runs on every processor */
	assert_int_equal(ioctl(point.fds[0], PERF_EVENT_IOC_SET_BPF, program), 0);
	for (i = 0; i < point.n; i++)
		assert_int_equal(ioctl(point.fds[i], PERF_EVENT_IOC_ENABLE, 0), 0);
	flood(EVENTS);
	first = told(map);
	assert_int_equal(first.n, 3 * EVENTS);
	flood(1);
	then = told(map);
	assert_int_equal(then.n, 3 * EVENTS + 3);
	assert_int_equal(then.last, first.last + 1);
	point_close(&point);
	close(program);
	close(map);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(perf_sees_all),
		cmocka_unit_test(bpf_sees_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("trace", tests, NULL, NULL) ? 1 : 0;
}
