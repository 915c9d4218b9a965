// SPDX-License-Identifier: MIT
/* call: an echo, one at a time and 32 at once. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

#define BATCH	32

struct calls {
	struct service s;
	char *request;
	char *reply;
};

struct batch {
	struct service s;
	struct kulink_batched calls[BATCH];
	char *bytes;
};

static int call_open(struct bench *b)
{
	struct calls *c = calloc(1, sizeof(*c));
	int error;

	if (!c)
		return -ENOMEM;
	b->state = c;
	c->request = calloc(1, b->bytes);
	c->reply = calloc(1, b->bytes);
	error = c->request && c->reply ? service_open(b, &c->s) : -ENOMEM;
	if (error)
		return error;
	if (!(channel_info(b->work->channel)->carries & KULINK_CALLS))
		return -EOPNOTSUPP;
	return b->bytes > channel_info(b->work->channel)->call_max ? -EMSGSIZE : 0;
}

static void call_close(struct bench *b)
{
	struct calls *c = b->state;

	if (!c)
		return;
	service_close(&c->s);
	free(c->request);
	free(c->reply);
	free(c);
}

static int call_run(struct bench *b, unsigned int n)
{
	struct calls *c = b->state;
	unsigned int i;
	size_t len;
	int error;

	for (i = 0; i < n; i++) {
		len = b->bytes;
		bench_fill(b, c->request, b->bytes, b->turn + i);
		error = kulink_call(c->s.k, "echo", c->request, b->bytes, c->reply, &len);
		if (error)
			return service_failed(b, &c->s, error);
		if (len != b->bytes || bench_check(b, c->reply, len, b->turn + i))
			return -EBADMSG;
	}
	return 0;
}

const struct bench_work bench_call = {
	.work = "call", .sizes = BENCH_SIZES(8, 64, 512, 4096, 16384, 65536, 1 << 20),
	.open = call_open, .run = call_run, .close = call_close,
};

static int batch_open(struct bench *b)
{
	struct batch *batch = calloc(1, sizeof(*batch));
	unsigned int i;

	if (!batch)
		return -ENOMEM;
	b->state = batch;
	batch->bytes = calloc(2 * BATCH, b->bytes);
	for (i = 0; i < BATCH && batch->bytes; i++)
		batch->calls[i] = (struct kulink_batched){
			.call = "echo", .request = batch->bytes + 2 * i * b->bytes, .request_len = b->bytes,
			.reply = batch->bytes + (2 * i + 1) * b->bytes,
		};
	return batch->bytes ? service_open_over(b, &batch->s, "uring") : -ENOMEM;
}

static void batch_close(struct bench *b)
{
	struct batch *batch = b->state;

	if (!batch)
		return;
	service_close(&batch->s);
	free(batch->bytes);
	free(batch);
}

static int batch_run(struct bench *b, unsigned int n)
{
	struct batch *batch = b->state;
	struct kulink_batched *call;
	unsigned int i;
	int error;

	for (i = 0; i < n; i++) {
		batch->calls[i].reply_len = b->bytes;
		bench_fill(b, (void *)batch->calls[i].request, b->bytes, b->turn + i);
	}
	error = kulink_call_batch(batch->s.k, batch->calls, n);
	if (error)
		return service_failed(b, &batch->s, error);
	for (i = 0; i < n; i++) {
		call = &batch->calls[i];
		if (call->error)
			return service_failed(b, &batch->s, call->error);
		if (call->reply_len != b->bytes || bench_check(b, call->reply, b->bytes, b->turn + i))
			return -EBADMSG;
	}
	return 0;
}

const struct bench_work bench_call_uring_batch = {
	.work = "call", .channel = "uring-batch", .kind = BENCH_KULINK, .sizes = BENCH_SIZES(8, 64, 512, 4096),
	.batch = BATCH, .open = batch_open, .run = batch_run, .close = batch_close,
};
