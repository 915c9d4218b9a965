// SPDX-License-Identifier: GPL-2.0-only
/* The measured driver's events: from a program's context, from threads on several processors, from an interrupt. */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "compat.h"
#include "driver.h"

struct payload {
	u64 word[BENCH_WORDS_MAX];
};

static const size_t sizes[BENCH_EVENTS] = { 8, 64, 512 };
static char names[BENCH_WORDS_MAX][4];
static struct kulink_field fields[BENCH_EVENTS][BENCH_WORDS_MAX + 1];

const struct kulink_event bench_events[] = {
	[BENCH_EVENT_8] = { .name = "e8", .mode = 0444, .fields = fields[0], .size = 8 },
	[BENCH_EVENT_64] = { .name = "e64", .mode = 0444, .fields = fields[1], .size = 64 },
	[BENCH_EVENT_512] = { .name = "e512", .mode = 0444, .fields = fields[2], .size = 512 },
	{}
};

static DEFINE_MUTEX(emit_lock);		/* one burst at a time */

#define AT_ONCE		32ULL
static u64 at_once[AT_ONCE * BENCH_WORDS_MAX];	/* with emit_lock */

static u64 last[BENCH_EVENTS];		/* sequence of each event, as far as it was emitted */

static __always_inline void fill_words(u64 *word, u64 turn, size_t n)
{
	size_t i;

#pragma GCC unroll 8
	for (i = 0; i < n; i++)
		word[i] = bench_word(turn, i);
}

/* As a driver's own struct, of which the compiler knows the size. Eight words are what is measured most. */
static __always_inline void fill(u64 *word, u64 turn, size_t n)
{
	if (likely(n == 8))
		fill_words(word, turn, 8);
	else
		fill_words(word, turn, n);
}

static noinline u64 emit_8(u64 turn)
{
	const u64 word = bench_word(turn, 0);

	return kulink_emit(bench_service, BENCH_EVENT_8, &word);
}

/* Initialised, for the compiler's hardening zeroes what is not, and then it is written twice */
static noinline u64 emit_64(u64 turn)
{
	const u64 word[8] = {
		bench_word(turn, 0), bench_word(turn, 1), bench_word(turn, 2), bench_word(turn, 3),
		bench_word(turn, 4), bench_word(turn, 5), bench_word(turn, 6), bench_word(turn, 7),
	};

	return kulink_emit(bench_service, BENCH_EVENT_64, word);
}

static noinline u64 emit_512(u64 turn)
{
	u64 word[512 / sizeof(u64)];

	fill(word, turn, ARRAY_SIZE(word));
	return kulink_emit(bench_service, BENCH_EVENT_512, word);
}

static u64 emit_one(unsigned int event, u64 turn)
{
	if (event == BENCH_EVENT_64)
		return emit_64(turn);
	return event == BENCH_EVENT_8 ? emit_8(turn) : emit_512(turn);
}

static u64 emit_at_once(unsigned int event, u64 turn, unsigned int n)
{
	size_t i, words = sizes[event] / sizeof(u64);
	u64 *word = at_once;

	for (i = 0; i < n; i++, word += words)
		fill(word, turn + i, words);
	return kulink_emit_many(bench_service, event, at_once, n);
}

/* Each payload is of the turn of the sequence that it will have. */
static void emit_here(struct bench_emit *emit)
{
	u64 i, turn = last[emit->event], begun = ktime_get_ns();

	for (i = 0; i < emit->count && !emit->many; i++)
		turn = emit_one(emit->event, turn + 1);
	for (; i < emit->count; i += min(emit->count - i, AT_ONCE))
		turn = emit_at_once(emit->event, turn + 1, min(emit->count - i, AT_ONCE));
	emit->ns = ktime_get_ns() - begun;
	emit->cpu = emit->ns;
	last[emit->event] = turn;
}

/**
 * struct crew - producers that work at the same time
 * @emit: what each does
 * @ready: how many are not yet
 * @go: all may begin
 * @done: one has ended, and has no step in this module left
 * @cpu: nanoseconds that they ran, in all
 * @last: the greatest sequence number
 */
struct crew {
	struct bench_emit *emit;
	atomic_t ready;
	struct completion go;
	struct completion done;
	atomic64_t cpu;
	atomic64_t last;
};

static void keep_largest(atomic64_t *to, u64 value)
{
	s64 was = atomic64_read(to);

	while ((u64)was < value && !atomic64_try_cmpxchg(to, &was, value))
		;
}

static int produce(void *arg)
{
	struct crew *crew = arg;
	u64 begun, seq = 0, i;

	if (!atomic_dec_return(&crew->ready))
		complete_all(&crew->go);
	wait_for_completion(&crew->go);
	begun = ktime_get_ns();
	for (i = 0; i < crew->emit->count; i++) {
		seq = emit_one(crew->emit->event, i);
		if (!(i & 1023))
			cond_resched();
	}
	atomic64_add(ktime_get_ns() - begun, &crew->cpu);
	keep_largest(&crew->last, seq);
	kthread_complete_and_exit(&crew->done, 0);
}

static unsigned int nth_cpu(unsigned int n)
{
	unsigned int cpu;

	n %= num_online_cpus();
	for_each_online_cpu(cpu)
		if (!n--)
			return cpu;
	return 0;
}

/* All or none run: one that cannot be made leaves the others unstarted. */
static int hire(struct crew *crew, struct task_struct **tasks, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		tasks[i] = kthread_create(produce, crew, "kulink_bench/%u", i);
		if (IS_ERR(tasks[i]))
			break;
		kthread_bind(tasks[i], nth_cpu(i));
	}
	if (i == n)
		return 0;
	for (n = i; n; n--)
		kthread_stop(tasks[n - 1]);
	return PTR_ERR(tasks[i]);
}

static int emit_by_crew(struct bench_emit *emit)
{
	struct task_struct *tasks[BENCH_PRODUCERS];
	struct crew crew = { .emit = emit };
	unsigned int i;
	u64 begun;
	int err;

	atomic_set(&crew.ready, emit->producers);
	init_completion(&crew.go);
	init_completion(&crew.done);
	err = hire(&crew, tasks, emit->producers);
	if (err)
		return err;
	begun = ktime_get_ns();
	for (i = 0; i < emit->producers; i++)
		wake_up_process(tasks[i]);
	for (i = 0; i < emit->producers; i++)
		wait_for_completion(&crew.done);
	emit->ns = ktime_get_ns() - begun;
	emit->cpu = atomic64_read(&crew.cpu);
	last[emit->event] = atomic64_read(&crew.last);
	return 0;
}

int bench_emit(struct bench_emit *emit)
{
	int err = 0;

	if (emit->event >= BENCH_EVENTS || emit->pad || !emit->producers || emit->producers > BENCH_PRODUCERS)
		return -EINVAL;
	mutex_lock(&emit_lock);
	if (emit->producers == 1)
		emit_here(emit);
	else
		err = emit_by_crew(emit);
	mutex_unlock(&emit_lock);
	return err;
}

static struct hrtimer timer;
static u32 timer_event;
static u64 timer_ns;

static enum hrtimer_restart ring(struct hrtimer *unused)
{
	timer_ns = ktime_get_ns();
	if (timer_event == BENCH_EVENTS)
		kulink_changed(bench_service, BENCH_VALUE_NUMBER);
	else
		last[timer_event] = emit_one(timer_event, last[timer_event] + 1);
	return HRTIMER_NORESTART;
}

int bench_later(const struct bench_later *later)
{
	if (later->event > BENCH_EVENTS || later->pad || later->delay > NSEC_PER_SEC)
		return -EINVAL;
	mutex_lock(&emit_lock);
	hrtimer_cancel(&timer);
	timer_event = later->event;
	hrtimer_start(&timer, ns_to_ktime(later->delay), HRTIMER_MODE_REL_HARD);
	mutex_unlock(&emit_lock);
	return 0;
}

u64 bench_when(void)
{
	return timer_ns;
}

void bench_events_init(void)
{
	unsigned int i, j;

	for (i = 0; i < BENCH_WORDS_MAX; i++)
		snprintf(names[i], sizeof(names[i]), "w%u", i);
	for (i = 0; i < BENCH_EVENTS; i++)
		for (j = 0; j < sizes[i] / sizeof(u64); j++) {
			fields[i][j] = (struct kulink_field)KULINK_FIELD(struct payload, word[j]);
			fields[i][j].name = names[j];
		}
	kulink_hrtimer_setup(&timer, ring, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
}

void bench_events_exit(void)
{
	hrtimer_cancel(&timer);
}
