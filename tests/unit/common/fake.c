// SPDX-License-Identifier: GPL-2.0-only
/* Channels without a kernel: they do what the test told them, and count. */
#include <unistd.h>

#include "../unit.h"

struct fake fakes[3];

void fakes_reset(void)
{
	size_t i;

	for (i = 0; i < sizeof(fakes) / sizeof(*fakes); i++)
		free(fakes[i].wire);
	memset(fakes, 0, sizeof(fakes));
}

static struct fake *fake_of(const struct kulink_session *s)
{
	return s->private;
}

static int operate(struct kulink_session *s)
{
	struct fake *f = fake_of(s);

	f->requests++;
	if (!f->error || !f->errors_left)
		return 0;
	f->errors_left -= f->errors_left > 0;
	strcpy(s->message, f->message);
	return f->error;
}

static int open_fake(struct kulink_session *s, struct fake *f)
{
	f->opened++;
	strcpy(s->message, f->open_error ? f->message : "");
	s->private = f;
	return f->open_error;
}

static int open_fast(struct kulink_session *s)
{
	return open_fake(s, &fakes[0]);
}

static int open_slow(struct kulink_session *s)
{
	return open_fake(s, &fakes[1]);
}

static int open_values(struct kulink_session *s)
{
	return open_fake(s, &fakes[2]);
}

static void close_fake(struct kulink_session *s)
{
	fake_of(s)->closed++;
}

static int get(struct kulink_session *s, const struct kulink_part *value,
	       struct kulink_datum *datum)
{
	(void)value;
	*datum = fake_of(s)->datum;
	return operate(s);
}

static int set(struct kulink_session *s, const struct kulink_part *value,
	       const struct kulink_datum *datum)
{
	int error = operate(s);

	(void)value;
	if (!error)
		fake_of(s)->datum = *datum;
	return error;
}

static int call(struct kulink_session *s, const struct kulink_part *part, const void *request,
		size_t request_len, void *reply, size_t *reply_len)
{
	int error = operate(s);

	(void)part;
	if (error)
		return error;
	if (request_len > *reply_len)
		return -EMSGSIZE;
	if (request_len)
		memcpy(reply, request, request_len);
	*reply_len = request_len;
	return 0;
}

static int dump(struct kulink_session *s, struct kulink_table *table)
{
	int error = operate(s);

	return error ? error :
	       kulink_table_records(table, fake_of(s)->wire, fake_of(s)->wire_len);
}

static int subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct fake *f = fake_of(s);
	size_t i;

	if (f->subscribe_error)
		return f->subscribe_error;
	for (i = 0; i < 2; i++) {
		if (!event || kulink_part_index(s->info, event) == i)
			seq[i] = f->seq[i];
	}
	return operate(s);
}

static int watch(struct kulink_session *s, const struct kulink_part *value, uint64_t *seq)
{
	size_t i;

	for (i = 0; i < 6; i++) {
		if (!value || kulink_part_index(s->info, value) == i)
			seq[i] = 0;
	}
	return operate(s);
}

static int unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	(void)event;
	return operate(s);
}

static int fd(struct kulink_session *s)
{
	(void)s;
	return STDIN_FILENO;
}

static int next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct fake *f = fake_of(s);
	int i, error = operate(s);

	if (error)
		return error;
	if (f->script_at == f->script_len) {
		for (i = 0; i < 2; i++)
			f->seq[i] = f->seq_drained[i] ? f->seq_drained[i] : f->seq[i];
		return -EAGAIN;
	}
	*event = f->script[f->script_at++];
	return 0;
}

static int sequence(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	*seq = fake_of(s)->seq[kulink_part_index(s->info, event)];
	return fake_of(s)->sequence_error;
}

static int map(struct kulink_session *s, const struct kulink_part *region, void **address,
	       size_t *length)
{
	(void)region;
	*address = fake_of(s);
	*length = 1;
	return 0;
}

static const struct kulink_channel fast = {
	.info = { .name = "fast", .call_max = 8 },
	.open = open_fast, .close = close_fake, .get = get, .set = set, .call = call, .dump = dump,
	.subscribe = subscribe, .unsubscribe = unsubscribe, .fd = fd, .next = next,
	.sequence = sequence,
};

static const struct kulink_channel slow = {
	.info = { .name = "slow", .call_max = KULINK_CALL_MAX },
	.open = open_slow, .close = close_fake, .get = get, .set = set, .call = call, .dump = dump,
	.subscribe = subscribe, .unsubscribe = unsubscribe, .fd = fd, .next = next, .map = map,
};

static const struct kulink_channel values = {
	.info = { .name = "values" },
	.open = open_values, .close = close_fake, .get = get, .set = set, .watch = watch,
	.unsubscribe = unsubscribe, .fd = fd, .next = next,
};

const struct kulink_channel *const fake_list[] = { &fast, &slow, &values, NULL };
