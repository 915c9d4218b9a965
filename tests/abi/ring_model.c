// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event ring against a model of it: the program says what is emitted, reads when it likes, and knows from
 * the sizes alone which events must lie where and which are lost. Then without the model: several producers at
 * once, a reader that stalls, one that writes nonsense beside it, and the sums.
 *
 *	ring_model bursts0 ROUNDS
 */
#define _FILE_OFFSET_BITS 64
#include "ring_raw.h"
#include "../driver/bursts.h"

static const char *const names[BURST_EVENTS] = { "one", "three", "eight", "mixed" };
static const __u32 lens[BURST_EVENTS] = { 8, 24, 64, 16 + BURST_TEXT };

#define HEAD	sizeof(struct kulink_ring_record)

/* What the kernel should have done */
struct model {
	__u64 size, at, tail;		/* positions: of the next record, of the oldest */
	__u64 count[BURST_EVENTS];	/* emitted; the next one's own count is one more */
	__u64 last[BURST_EVENTS];	/* the last one that was told of */
	__u64 first[BURST_EVENTS];	/* sequence before the first */
	int overwrite;
	struct { __u64 pos; __u32 event; __u64 index, lost; } *records;	/* those not yet read */
	size_t oldest, from, to;	/* in the ring still; not yet read; emitted */
};

static __u64 state;

static __u32 any(__u32 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 20) % below;
}

static int request(int fd, const char *name, struct burst_request request)
{
	struct kulink_ioc_call args = { .request = (uintptr_t)&request, .request_len = sizeof(request) };

	strcpy(args.name, name);
	return ioctl(fd, KULINK_IOC_CALL, &args) < 0 ? -errno : 0;
}

/* The oldest make room for @len bytes */
static void model_give_up(struct model *m, __u64 len)
{
	while (m->at + len - m->tail > m->size) {
		m->oldest++;
		/* a pad is the space up to the next one */
		m->tail = m->oldest < m->to ? m->records[m->oldest].pos : m->at;
	}
	m->from = m->from < m->oldest ? m->oldest : m->from;
}

static void model_emit(struct model *m, __u32 event, __u64 read_to, int refused)
{
	__u32 size = HEAD + lens[event], left = m->size - (m->at & (m->size - 1)), pad = left < size ? left : 0;

	m->count[event]++;
	if (refused)
		return;
	if (m->overwrite)
		model_give_up(m, pad + size);
	else if (m->at - read_to > m->size - pad - size)
		return;
	m->at += pad;
	m->records[m->to].pos = m->at;
	m->records[m->to].event = event;
	m->records[m->to].index = m->count[event];
	m->records[m->to].lost = m->count[event] - m->last[event] - 1;
	m->to++;
	m->last[event] = m->count[event];
	m->at += size;
}

static int same_bytes(const struct kulink_ring_record *record, __u64 index)
{
	const __u64 *words = (const void *)(record + 1);
	const char *text = (const void *)(words + 2);
	__u32 i, n = record->event == BURST_MIXED ? 2 : lens[record->event] / 8;

	if (words[0] != index)
		return 0;
	for (i = 1; i < n; i++) {
		if (words[i] != burst_word(index, record->event, i))
			return 0;
	}
	if (record->event != BURST_MIXED)
		return 1;
	n = 1 + (__u32)(index % (BURST_TEXT - 1));
	for (i = 0; i < BURST_TEXT; i++) {
		if (text[i] != (i < n ? (char)('a' + index % 26) : 0))
			return 0;
	}
	return 1;
}

static long wrong;

static void expect(int good, const char *what, __u64 got, __u64 wanted)
{
	if (good || wrong++ > 10)
		return;
	printf("# %s: %llu, expected %llu\n", what, (unsigned long long)got, (unsigned long long)wanted);
}

/* Up to @most records, as the model has them */
static void read_some(struct ring *ring, struct model *m, __u32 most)
{
	const struct kulink_ring_record *record;

	while (most-- && m->from < m->to) {
		if (m->overwrite)
			ring->at = m->records[m->from].pos;
		record = take(ring);
		expect(!!record, "a record", 0, m->records[m->from].index);
		if (!record)
			return;
		expect(record->event == m->records[m->from].event, "event", record->event,
		       m->records[m->from].event);
		expect(ring->at - record->size == m->records[m->from].pos, "position", ring->at - record->size,
		       m->records[m->from].pos);
		expect(record->lost == m->records[m->from].lost, "lost", record->lost, m->records[m->from].lost);
		expect(record->head.seq == m->first[record->event] + m->records[m->from].index, "sequence",
		       record->head.seq, m->first[record->event] + m->records[m->from].index);
		expect(same_bytes(record, m->records[m->from].index), "bytes", record->event, 0);
		m->from++;
	}
	expect(m->from < m->to || ring->at == m->at || !take(ring), "nothing more", ring->at, m->at);
}

static void compare(const struct ring *ring, const struct model *m, const __u64 *told)
{
	__u32 event;

	expect(ring->head->head == m->at, "head", ring->head->head, m->at);
	if (m->overwrite)
		expect(ring->head->tail <= m->at && m->at - ring->head->tail <= m->size, "tail", ring->head->tail,
		       m->tail);
	for (event = 0; event < BURST_EVENTS; event++)
		expect(ring->head->seq[event] == m->first[event] + told[event], "the head's sequence",
		       ring->head->seq[event], m->first[event] + told[event]);
}

static void against_model(__u64 size, __u32 flags, int rounds)
{
	struct model m = { .overwrite = !!flags };
	struct ring ring;
	__u64 told[BURST_EVENTS] = { 0 }, read_to = 0;
	struct kulink_ioc_ring more;
	__u32 event, n, i, context;
	static __u64 total[BURST_EVENTS];
	char what[128];

	wrong = 0;
	snprintf(what, sizeof(what), "model: a ring%s", flags ? " where the oldest go" : "");
	report(what, open_ring(&ring, names[0], size, flags, 0), 0);
	m.size = ring.args.size;
	m.records = calloc(rounds * 256 + 1, sizeof(*m.records));
	m.first[0] = ring.args.seq;
	for (event = 1; event < BURST_EVENTS; event++) {
		more = (struct kulink_ioc_ring){ .flags = flags };
		wrong += !!change(ring.fd, KULINK_IOC_RING_ADD, names[event], &more);
		m.first[event] = more.seq;
	}
	/* the emitter's counts have gone on since it was loaded, as the sequences have */
	for (event = 0; event < BURST_EVENTS; event++) {
		m.count[event] = m.last[event] = told[event] = m.first[event];
		m.first[event] = 0;
		if (total[event])
			expect(m.count[event] == total[event], "the sequence so far", m.count[event], total[event]);
	}
	for (event = 0; event < BURST_EVENTS; event++)	/* of a new ring the head knows nothing */
		told[event] = 0;
	while (rounds--) {
		event = any(BURST_EVENTS);
		n = 1 + any(any(4) ? 8 : 256);
		context = any(16) ? any(2) : BURST_NMI;
		wrong += !!request(ring.fd, "burst",
				   (struct burst_request){ .event = event, .count = n, .many = any(2), .context = context });
		for (i = 0; i < n; i++)
			model_emit(&m, event, read_to, context == BURST_NMI);
		if (context != BURST_NMI)
			told[event] = m.count[event];
		compare(&ring, &m, told);
		if (!any(3))
			read_some(&ring, &m, 1 + any(64));
		if (!any(3) && !flags) {
			give_back(&ring);
			read_to = ring.at;
		}
	}
	read_some(&ring, &m, ~0U);
	for (event = 0; event < BURST_EVENTS; event++)
		total[event] = m.count[event];
	snprintf(what, sizeof(what), "model: %llu KiB%s: each record, loss and position is the model's",
		 (unsigned long long)m.size >> 10, flags ? ", the oldest go" : "");
	report(what, wrong, 0);
	free(m.records);
	close_ring(&ring);
}

/* Room that was seen once is no more when the program takes it back, for a small record that would fit neither */
static void backwards(void)
{
	struct burst_request large = { .event = BURST_MIXED, .count = 1 };
	struct burst_request small = { .event = BURST_ONE, .count = 100 };
	struct ring ring;
	__u64 head;

	report("backwards: a ring", open_ring(&ring, "mixed", 1, 0, 0), 0);
	report("backwards: of two sizes", add(ring.fd, "one", 0, 0, 0), 0);
	do {
		head = written(&ring);
		request(ring.fd, "burst", large);
	} while (written(&ring) != head);
	ring.user->tail -= ring.args.size;
	request(ring.fd, "burst", large);
	request(ring.fd, "burst", small);
	report("backwards: nothing is written", (long)(written(&ring) - head), 0);
	ring.user->tail += ring.args.size;
	request(ring.fd, "burst", small);
	report("backwards: until there is room", written(&ring) > head, 1);
	close_ring(&ring);
}

enum { RACERS = 3, RACES = 3000 };
static int racer;

static int racing(void)
{
	int fd = open(path, O_RDWR), i, err = 0;

	for (i = 0; i < 10 && !err; i++)
		err = request(fd, "race", (struct burst_request){
			.event = BURST_EIGHT, .count = scaled(RACES) / 10, .context = 1 + racer * 10 + i });
	close(fd);
	return !!err;
}

/* Whatever a program can write, all of its page, at any time */
static int scribbling(struct ring *ring)
{
	volatile __u64 *page = (volatile __u64 *)ring->user;
	__u32 i;

	for (;;)
		for (i = 0; i < PAGE / 8; i++)
			page[i] = any(2) ? state : ring->head->head - any(1 << 16);
	return 0;
}

static void together(void)
{
	__u64 got = 0, lost = 0, unordered = 0, expected, last = 0, next[1 + RACERS * 10] = { 0 };
	const struct kulink_ring_record *record;
	struct ring ring, small;
	pid_t pids[RACERS], scribbler;
	int status, running = RACERS, i;

	expected = (__u64)RACERS * 10 * (scaled(RACES) / 10);
	report("together: a ring", open_ring(&ring, "eight", 1 << 16, 0, 0), 0);
	report("together: one that a hostile program has", open_ring(&small, "eight", 1, 0, 0), 0);
	last = ring.args.seq;
	scribbler = fork();
	if (!scribbler)
		_exit(scribbling(&small));
	for (racer = 0; racer < RACERS; racer++)
		pids[racer] = start(racing);
	while (running || ring.at != written(&ring)) {
		record = take(&ring);
		if (record) {
			const __u64 *words = (const void *)(record + 1);
			__u64 who = words[0] >> 32, index = (__u32)words[0];

			unordered += record->head.seq != last + record->lost + 1 || !same_bytes(record, words[0]) ||
				     who > RACERS * 10 || !who || index <= next[who];
			if (who <= RACERS * 10)
				next[who] = index;
			last = record->head.seq;
			got++;
			lost += record->lost;
		}
		/* a stall now and then */
		if (!record || !any(200))
			give_back(&ring);
		for (i = 0; !record && i < RACERS; i++) {
			if (pids[i] && waitpid(pids[i], &status, WNOHANG) == pids[i]) {
				unordered += !!status;
				pids[i] = 0;
				running--;
			}
		}
	}
	kill(scribbler, SIGKILL);
	waitpid(scribbler, &status, 0);
	lost += ring.head->seq[BURST_EIGHT] - last;
	report("together: each producer's in its order, whole", (long)unordered, 0);
	report("together: what came and what was lost is what was emitted", (long)(got + lost), (long)expected);
	report("together: some came", got > expected / 100, 1);
	report("together: the hostile program's ring ends where its memory does",
	       small.head->size == small.args.size && small.head->map.abi == KULINK_ABI, 1);
	close_ring(&ring);
	close_ring(&small);
}

int main(int argc, char **argv)
{
	int rounds;

	if (argc < 3)
		return 2;
	begin(argv[1]);
	rounds = atoi(argv[2]);
	state = 88172645463325252ULL;
	against_model(1, 0, rounds);
	against_model(1 << 16, 0, rounds);
	against_model(1, KULINK_RING_OVERWRITE, rounds);
	against_model(1 << 15, KULINK_RING_OVERWRITE, rounds);
	backwards();
	together();
	return end();
}
