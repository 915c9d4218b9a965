// SPDX-License-Identifier: MIT
/* get and set: an integer of eight bytes, strings of more. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "harness.h"

/**
 * struct values - a handle, and one that sees what a set did
 * @other: over ioctl
 * @turn: of what is set now
 */
struct values {
	struct service s;
	struct kulink *other;
	uint64_t turn;
	char text[KULINK_STRING_SIZE];
};

static void letters(char *text, size_t n, uint64_t turn)
{
	uint64_t word = bench_word(turn, 0);
	size_t i;

	for (i = 0; i < n; i++)
		text[i] = 'a' + (word >> i % 56 & 15);
	text[n] = '\0';
}

static int values_open(struct bench *b)
{
	struct values *v = calloc(1, sizeof(*v));
	int error;

	if (!v)
		return -ENOMEM;
	b->state = v;
	error = service_open(b, &v->s);
	if (error)
		return error;
	if (!(channel_info(b->work->channel)->carries & KULINK_VALUES))
		return -EOPNOTSUPP;
	return kulink_open(&v->other, BENCH_SERVICE, "ioctl");
}

static void values_close(struct bench *b)
{
	struct values *v = b->state;

	if (!v)
		return;
	kulink_close(v->other);
	service_close(&v->s);
	free(v);
}

static int get_prepare(struct bench *b)
{
	struct values *v = b->state;
	int error;

	v->turn = b->turn;
	if (b->bytes == 8) {
		error = ioctl(v->s.control, BENCH_IOC_NUMBER, &v->turn) ? -errno : 0;
	} else {
		letters(v->text, b->bytes, v->turn);
		error = kulink_set_string(v->other, "text", v->text);
	}
	/* Over mmap the kernel may yet be at writing it. */
	return error ? error : kulink_refresh(v->s.k);
}

static int get_text(struct bench *b, unsigned int n)
{
	struct values *v = b->state;
	char text[KULINK_STRING_SIZE];
	unsigned int i;
	int error;

	for (i = 0; i < n; i++) {
		error = kulink_get_string(v->s.k, "text", text, sizeof(text));
		if (error)
			return service_failed(b, &v->s, error);
		if (b->verify ? strcmp(text, v->text) : text[0] != v->text[0])
			return -EBADMSG;
	}
	return 0;
}

static int get_run(struct bench *b, unsigned int n)
{
	struct values *v = b->state;
	uint64_t number, want = bench_word(v->turn, 0);
	unsigned int i;
	int error;

	if (b->bytes != 8)
		return get_text(b, n);
	for (i = 0; i < n; i++) {
		error = kulink_get_u64(v->s.k, "number", &number);
		if (error)
			return service_failed(b, &v->s, error);
		if (number != want)
			return -EBADMSG;
	}
	return 0;
}

static int set_open(struct bench *b)
{
	int error = values_open(b);
	struct values *v = b->state;

	/* One that can only be read says so at the first. */
	return error ? error : service_failed(b, &v->s, kulink_set_u64(v->s.k, "number", 1));
}

static int set_prepare(struct bench *b)
{
	struct values *v = b->state;

	letters(v->text, b->bytes == 8 ? 8 : b->bytes, b->turn);
	return 0;
}

static int check_set(struct values *v, size_t bytes, uint64_t want)
{
	char text[KULINK_STRING_SIZE];
	uint64_t number;
	int error;

	if (bytes == 8) {
		error = kulink_get_u64(v->other, "number", &number);
		return error ? error : number == want ? 0 : -EBADMSG;
	}
	error = kulink_get_string(v->other, "text", text, sizeof(text));
	return error ? error : strcmp(text, v->text) ? -EBADMSG : 0;
}

static int set_run(struct bench *b, unsigned int n)
{
	struct values *v = b->state;
	uint64_t word = 0;
	unsigned int i;
	int error;

	for (i = 0; i < n; i++) {
		if (b->bytes == 8) {
			word = bench_word(b->turn + i, 0);
			error = kulink_set_u64(v->s.k, "number", word);
		} else {
			v->text[0] = 'a' + i % 26;
			error = kulink_set_string(v->s.k, "text", v->text);
		}
		if (error)
			return service_failed(b, &v->s, error);
		error = b->verify ? check_set(v, b->bytes, word) : 0;
		if (error)
			return error;
	}
	return 0;
}

const struct bench_work bench_get = {
	.work = "get", .sizes = BENCH_SIZES(8, 64, 255), .batch = 64,
	.open = values_open, .prepare = get_prepare, .run = get_run, .close = values_close,
};

const struct bench_work bench_set = {
	.work = "set", .sizes = BENCH_SIZES(8, 64, 255), .batch = 4,
	.open = set_open, .prepare = set_prepare, .run = set_run, .close = values_close,
};
