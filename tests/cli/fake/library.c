// SPDX-License-Identifier: GPL-2.0-only
/* The API of kulink.h over fake0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include "fake.h"

struct kulink {
	const struct kulink_channel_info *channel;	/* NULL: the best */
	const char *last;
	const char *message;
	int fd;
	uint64_t seq;
	const char *script;
	struct kulink_cell cells[2];
	const struct kulink_part *watched;
	struct kulink_datum seen;
};

static const struct kulink_channel_info channels[] = {
	{ "alpha", KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS, KULINK_CALL_MAX,
	  true, false, false, "/dev/SERVICE", "everyone", "none" },
	{ "beta", KULINK_VALUES | KULINK_TABLES, 0, false, false, false, "/sys/SERVICE/PART, SERVICE", "root", "no calls" },
	{ "gamma", KULINK_CALLS, 1000, false, false, false, "nowhere", "nobody", "small calls" },
	{ "delta", KULINK_VALUES, 0, false, false, false, "nowhere", "nobody", "it is never here" },
	{}
};

const struct kulink_channel_info *kulink_channels(void)
{
	return channels;
}

int kulink_available(const char *channel, char *why, size_t size)
{
	if (strcmp(channel, "delta"))
		return 0;
	if (why)
		snprintf(why, size, "kulink_delta is not loaded: modprobe kulink_delta");
	return -ENOENT;
}

unsigned int kulink_abi(void)
{
	return KULINK_ABI;
}

const char *kulink_version(void)
{
	return "0.0.0-fake";
}

int kulink_list(int (*each)(void *ctx, const char *service), void *ctx)
{
	return getenv("FAKE_NONE") ? 0 : each(ctx, "fake0");
}

int kulink_factory_list(int (*each)(void *ctx, const char *factory), void *ctx)
{
	return getenv("FAKE_NONE") ? -ENOENT : each(ctx, "fakes");
}

/* fake1 is there, fake2 can be made */
int kulink_instance_list(const char *factory, int (*each)(void *ctx, const char *name), void *ctx)
{
	return strcmp(factory, "fakes") ? -ENOENT : each(ctx, "fake1");
}

int kulink_instance_new(const char *factory, const char *name)
{
	if (strcmp(factory, "fakes"))
		return -ENOENT;
	return !strcmp(name, "fake1") ? -EEXIST : strcmp(name, "fake2") ? -EINVAL : 0;
}

int kulink_instance_remove(const char *factory, const char *name)
{
	return strcmp(factory, "fakes") || strcmp(name, "fake1") ? -ENOENT : 0;
}

int kulink_open(struct kulink **k, const char *service, const char *channel)
{
	const struct kulink_channel_info *c;

	if (strcmp(service, "fake0") || getenv("FAKE_NONE"))
		return -ENOENT;
	for (c = channels; channel && c->name && strcmp(c->name, channel); c++)
		;
	if (channel && (!c->name || !strcmp(channel, "delta")))
		return -ENOENT;
	*k = calloc(1, sizeof(**k));
	if (!*k)
		return -ENOMEM;
	(*k)->channel = channel ? c : NULL;
	(*k)->last = "";
	(*k)->message = "";
	(*k)->fd = -EINVAL;
	return 0;
}

void kulink_close(struct kulink *k)
{
	if (k && k->fd >= 0)
		close(k->fd);
	free(k);
}

const char *kulink_channel(const struct kulink *k)
{
	return k->last;
}

const char *kulink_message(const struct kulink *k)
{
	return k->message;
}

int kulink_info(struct kulink *k, const struct kulink_info **info)
{
	(void)k;
	*info = &fake_info;
	return 0;
}

/* Whether @k carries the kind; notes which channel it goes over */
static int carry(struct kulink *k, uint32_t kind)
{
	const struct kulink_channel_info *c = k->channel ? k->channel : channels;

	k->last = c->name;
	return c->carries & kind ? 0 : -EOPNOTSUPP;
}

static bool over_beta(const struct kulink *k, const char *fault)
{
	return k->channel == &channels[1] && fake_fault(fault);
}

int kulink_get(struct kulink *k, const char *value, struct kulink_datum *datum)
{
	const struct kulink_part *part = fake_part(KULINK_VALUES, value);
	struct fake_state state;
	int err = carry(k, KULINK_VALUES);

	if (err)
		return err;
	if (!(part->mode & 0444))
		return -EACCES;
	fake_load(&state);
	memset(datum, 0, sizeof(*datum));
	datum->type = part->type;
	datum->number = state.numbers[part - fake_parts];
	if (part->labels)
		strcpy(datum->string, part->labels[datum->number]);
	if (part == &fake_parts[V_LABEL])
		strcpy(datum->string, state.label);
	datum->len = strlen(datum->string);
	if (over_beta(k, "get") && part == &fake_parts[V_THRESHOLD])
		datum->number++;
	return 0;
}

int kulink_set(struct kulink *k, const char *value, const struct kulink_datum *datum)
{
	const struct kulink_part *part = fake_part(KULINK_VALUES, value);
	struct fake_state state;
	int err = carry(k, KULINK_VALUES);

	if (err)
		return err;
	if (!(part->mode & 0222))
		return -EACCES;
	if (fake_fault("slow"))
		usleep(100000);
	if (part->ranged && part->type == KULINK_TYPE_U64 && !over_beta(k, "range") &&
	    (datum->number < part->min || datum->number > part->max))
		return -ERANGE;
	if (part->ranged && part->type == KULINK_TYPE_S64 &&
	    ((int64_t)datum->number < (int64_t)part->min ||
	     (int64_t)datum->number > (int64_t)part->max))
		return -ERANGE;
	if (over_beta(k, "set"))
		return 0;
	fake_load(&state);
	state.numbers[part - fake_parts] = datum->number;
	if (part == &fake_parts[V_LABEL])
		snprintf(state.label, sizeof(state.label), "%.63s", datum->string);
	fake_save(&state);
	return 0;
}

int kulink_set_text(struct kulink *k, const char *value, const char *text)
{
	const struct kulink_part *part = fake_part(KULINK_VALUES, value);
	struct kulink_datum datum = { .type = part->type };
	char *end = "";
	size_t i;

	k->message = "";
	if (part->labels) {
		for (i = 0; part->labels[i] && strcmp(part->labels[i], text); i++)
			;
		datum.number = i;
		end = part->labels[i] ? "" : "x";
	} else if (part->type == KULINK_TYPE_STRING) {
		datum.len = snprintf(datum.string, sizeof(datum.string), "%s", text);
	} else {
		datum.number = strtoll(text, &end, 10);
	}
	if (*end) {
		k->message = "the kernel's sentence";
		return -EINVAL;
	}
	return kulink_set(k, value, &datum);
}

/* Nothing here is memory */
int kulink_refresh(struct kulink *k)
{
	(void)k;
	return 0;
}

int kulink_map(struct kulink *k, const char *region, void **address, size_t *length)
{
	(void)region;
	(void)address;
	(void)length;
	return carry(k, KULINK_REGIONS);
}

int kulink_call(struct kulink *k, const char *call, const void *request, size_t request_len,
		void *reply, size_t *reply_len)
{
	int err = carry(k, KULINK_CALLS);

	if (err)
		return err;
	if (!strcmp(call, "break"))
		return -EIO;
	if (k->channel && request_len > k->channel->call_max)
		return -EMSGSIZE;
	if (request_len > *reply_len)
		return -EMSGSIZE;
	memcpy(reply, request, request_len);
	*reply_len = request_len;
	if (fake_fault("echo") && request_len > 255)
		--*reply_len;
	return 0;
}

int kulink_dump(struct kulink *k, const char *table,
		int (*row)(void *ctx, const struct kulink_row *row), void *ctx)
{
	static const char *const names[] = { "plain", "quote\"\\\t\x01", "\xff\xc3\xa9" };
	const struct kulink_part *part = fake_part(KULINK_TABLES, table);
	struct kulink_cell cells[5] = {};
	struct kulink_row r = { .generation = 7, .n_cells = 5, .cells = cells };
	int err = carry(k, KULINK_TABLES);
	size_t i;

	for (i = 0; i < 5; i++) {
		cells[i].name = part->cells[i].name;
		cells[i].unit = part->cells[i].unit;
		cells[i].type = part->cells[i].type;
	}
	if (!err && fake_fault("dump"))
		err = -EAGAIN;
	for (; !err && r.index < 3 && strcmp(table, "none"); r.index++) {
		if (over_beta(k, "cut") && r.index == 2)
			break;
		cells[0].string = names[r.index];
		cells[1].number = UINT64_MAX - r.index + over_beta(k, "cell");
		cells[2].number = -r.index;
		cells[3].number = r.index & 1;
		cells[4].string = part->cells[4].labels[r.index];
		err = row(ctx, &r);
	}
	return err;
}

int kulink_subscribe(struct kulink *k, const char *event)
{
	int err = carry(k, KULINK_EVENTS);

	if (k->channel == &channels[1] && event) {	/* as sysfs: changes of a value */
		k->watched = fake_part(KULINK_VALUES, event);
		err = k->watched ? kulink_get(k, event, &k->seen) : err;
	}
	if (err)
		return err;
	k->script = getenv("FAKE_EVENTS");
	if (k->fd < 0)
		k->fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	return k->fd < 0 ? -errno : 0;
}

int kulink_unsubscribe(struct kulink *k, const char *event)
{
	(void)k;
	(void)event;
	return 0;
}

int kulink_fd(struct kulink *k)
{
	return k->fd;
}

static int event_script(struct kulink *k, struct kulink_event *event)
{
	eventfd_t drained;

	switch (*k->script) {
	case '\0':
		(void)!eventfd_read(k->fd, &drained);
		return -EAGAIN;
	case 'l':
		event->lost = 3;
		break;
	case 'L':
		event->lost = 2;
		event->only_lost = true;
		break;
	case 'g':
		event->gone = true;
		event->name = "gone";
		event->n_cells = 0;
	}
	k->script++;
	return 0;
}

static int event_change(struct kulink *k, struct kulink_event *event)
{
	struct kulink_datum now;

	if (kulink_get(k, k->watched->name, &now) || !memcmp(&now, &k->seen, sizeof(now)) ||
	    fake_fault("untold")) {
		usleep(10000);
		return -EAGAIN;
	}
	k->seen = now;
	k->cells[0] = (struct kulink_cell){ k->watched->name, "", now.type, now.number,
					    *k->seen.string ? k->seen.string : NULL };
	event->name = k->watched->name;
	event->n_cells = 1;
	event->seq = ++k->seq;
	return 0;
}

int kulink_next(struct kulink *k, struct kulink_event *event)
{
	struct fake_state state;
	struct timespec ts;
	int err;

	fake_load(&state);
	clock_gettime(CLOCK_MONOTONIC, &ts);
	*event = (struct kulink_event){ .service = "fake0", .name = "tick", .n_cells = 2,
					.ns = ts.tv_sec * 1000000000ULL + ts.tv_nsec,
					.cells = k->cells };
	if (k->watched)
		return event_change(k, event);
	if (!k->script && !state.numbers[V_RATE])
		return -EAGAIN;
	err = k->script ? event_script(k, event) : 0;
	if (err || event->gone)
		return err;
	k->seq += event->lost + 1 - event->only_lost + (k->seq == 3 && fake_fault("gap"));
	event->seq = k->seq;
	k->cells[0] = (struct kulink_cell){ "count", "", KULINK_TYPE_U64, k->seq, NULL };
	k->cells[1] = (struct kulink_cell){ "text", "", KULINK_TYPE_STRING, 0, "a \"b\"" };
	if (event->only_lost)
		event->n_cells = 0;
	return 0;
}
