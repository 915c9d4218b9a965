// SPDX-License-Identifier: MIT
/*
 * relay: a stream of messages for each processor, merged. The kernel numbers what it writes into them: whichever
 * stream has the next number is read on.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

#define RELAY	"/sys/kernel/debug/kulink_relay"
#define CONTROL	"control"
#define PREFIX	"cpu"
/* Taken with one read(): a sub-buffer as it is unless the administrator chose otherwise */
#define ROOM	16384

/**
 * struct stream - of one processor
 * @cpu: its number
 * @fd: of its file
 * @dry: it was looked at, and had nothing
 * @ended: nothing will come
 * @at: of the next message in @bytes
 * @end: bytes there
 */
struct stream {
	unsigned int cpu;
	int fd;
	bool dry;
	bool ended;
	size_t at;
	size_t end;
	unsigned char *bytes;
};

/**
 * struct relay - a session
 * @dir: the service's directory
 * @control: the session's file: what the program polls
 * @streams_dir: where the streams are; -1: not yet
 * @streams: of them
 * @n: how many
 * @current: the one that the last event came from
 * @id: of the next event, in whatever stream it is
 * @lost: the kernel has lost some
 * @ended: that is what the streams said
 * @message: the one at hand
 */
struct relay {
	int dir;
	int control;
	int streams_dir;
	struct stream *streams;
	size_t n;
	size_t current;
	uint32_t id;
	bool lost;
	bool ended;
	struct kulink_cell *cells;
	union {
		struct kulink_msg msg;
		unsigned char bytes[KULINK_MESSAGE_MAX];
	} message;
};

static void relay_close(struct kulink_session *s)
{
	struct relay *r = s->private;
	size_t i;

	if (!r)
		return;
	for (i = 0; i < r->n; i++) {
		close(r->streams[i].fd);
		free(r->streams[i].bytes);
	}
	free(r->streams);
	if (r->streams_dir >= 0)
		close(r->streams_dir);
	if (r->control >= 0)
		close(r->control);
	if (r->dir >= 0)
		close(r->dir);
	free(r->cells);
	free(r);
	s->private = NULL;
}

static int relay_open(struct kulink_session *s)
{
	struct relay *r = calloc(1, sizeof(*r));
	int error = 0;

	if (!r)
		return -ENOMEM;
	*r = (struct relay){ .control = -1, .streams_dir = -1, .id = 1 };
	s->private = r;
	r->dir = kulink_dir_open(s->root, RELAY, s->service);
	r->cells = kulink_event_cells(s->info);
	if (!r->cells)
		error = -ENOMEM;
	else if (r->dir < 0)
		error = r->dir;
	else
		r->control = kulink_file_open(r->dir, CONTROL, O_RDWR | O_NONBLOCK);
	if (!error && r->control < 0)
		error = r->control == -ENODEV ? -ENOENT : r->control;
	if (error)
		relay_close(s);
	return error;
}

static bool has_stream(const struct relay *r, unsigned int cpu)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (r->streams[i].cpu == cpu)
			return true;
	}
	return false;
}

static int add_stream(struct relay *r, const char *name, unsigned int cpu)
{
	struct stream *more = realloc(r->streams, (r->n + 1) * sizeof(*more));
	struct stream stream = { .cpu = cpu };

	if (!more)
		return -ENOMEM;
	r->streams = more;
	stream.bytes = malloc(ROOM);
	if (!stream.bytes)
		return -ENOMEM;
	stream.fd = kulink_file_open(r->streams_dir, name, O_RDONLY | O_NONBLOCK);
	if (stream.fd < 0) {
		free(stream.bytes);
		return stream.fd;
	}
	r->streams[r->n++] = stream;
	return 0;
}

/* Those that are not open yet: a processor may come later */
static int open_streams(struct relay *r)
{
	int copy = openat(r->streams_dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), error = 0;
	DIR *all = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	unsigned int cpu;

	if (!all) {
		error = -errno;
		if (copy >= 0)
			close(copy);
		return error == -ENOENT ? -ENODEV : error;
	}
	while (!error && (entry = readdir(all))) {
		if (sscanf(entry->d_name, PREFIX "%u", &cpu) == 1 && !has_stream(r, cpu))
			error = add_stream(r, entry->d_name, cpu);
	}
	closedir(all);
	return error;
}

/* The session's directory, in which it alone has anything */
static int find_streams(struct relay *r)
{
	char name[KULINK_NAME_SIZE] = "";
	size_t len = sizeof(name) - 1;
	int error = kulink_exchange(r->control, KULINK_OP_STREAMS, "", NULL, 0, name, &len);

	if (error)
		return error;
	r->streams_dir = openat(r->dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r->streams_dir < 0)
		return errno == ENOENT ? -ENODEV : -errno;
	return open_streams(r);
}

static int relay_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct relay *r = s->private;
	size_t want = event ? 1 : kulink_part_count(s->info, KULINK_EVENTS);
	size_t len = want * sizeof(*seq);
	int error;

	if (event)
		seq += kulink_part_index(s->info, event);
	error = kulink_exchange(r->control, KULINK_OP_SUBSCRIBE, event ? event->name : "", NULL, 0, seq,
				&len);
	if (!error && r->streams_dir < 0)
		error = find_streams(r);
	return error;
}

static int relay_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct relay *r = s->private;

	return kulink_exchange(r->control, KULINK_OP_UNSUBSCRIBE, event ? event->name : "", NULL, 0,
			       NULL, NULL);
}

static int relay_sequence(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct relay *r = s->private;
	size_t len = sizeof(*seq);

	return kulink_exchange(r->control, KULINK_OP_SEQUENCE, event->name, NULL, 0, seq, &len);
}

static int relay_fd(struct kulink_session *s)
{
	const struct relay *r = s->private;

	return r->control;
}

/* More bytes of a stream, behind those of a message that is cut; 0, -EAGAIN */
static int fill(struct relay *r, struct stream *stream)
{
	ssize_t n;

	memmove(stream->bytes, stream->bytes + stream->at, stream->end - stream->at);
	stream->end -= stream->at;
	stream->at = 0;
	do {
		n = read(stream->fd, stream->bytes + stream->end, ROOM - stream->end);
	} while (n < 0 && errno == EINTR);
	if (n > 0) {
		stream->end += n;
		return 0;
	}
	if (n < 0 && errno != EAGAIN)
		return -errno;
	stream->dry = true;
	stream->ended = !n;
	r->ended |= stream->ended;
	return stream->at == stream->end ? -EAGAIN : -EPROTO;
}

/* What a sub-buffer begins with: how many were lost */
static void take_lost(struct relay *r, const struct kulink_msg *msg, const void *payload)
{
	uint64_t lost = 0;

	if (msg->len == sizeof(*msg) + sizeof(lost))
		memcpy(&lost, payload, sizeof(lost));
	r->lost |= lost > 0;
}

/* The stream's next message that is an event: its header; -EAGAIN: there is none now */
static int peek(struct relay *r, struct stream *stream, struct kulink_msg *msg)
{
	size_t left;
	int error;

	for (;;) {
		left = stream->end - stream->at;
		if (left >= sizeof(*msg)) {
			memcpy(msg, stream->bytes + stream->at, sizeof(*msg));
			if (msg->abi != KULINK_ABI)
				return -EPROTONOSUPPORT;
			if (msg->len < sizeof(*msg) || msg->len > sizeof(r->message))
				return -EPROTO;
		}
		if (left < sizeof(*msg) || left < msg->len) {
			error = stream->dry ? -EAGAIN : fill(r, stream);
			if (error)
				return error;
			continue;
		}
		if (msg->op != KULINK_OP_LOST)
			return 0;
		take_lost(r, msg, stream->bytes + stream->at + sizeof(*msg));
		stream->at += msg->len;
	}
}

/*
 * The next event's stream becomes the current one. -EAGAIN: no stream has anything; -ESRCH: some have, but later events
 * only, so one that was dry has it by now, or a new one.
 */
static int find_next(struct relay *r)
{
	struct kulink_msg msg;
	bool later = false;
	size_t i, at;
	int error;

	for (i = 0; i < r->n; i++) {
		at = (r->current + i) % r->n;
		error = peek(r, &r->streams[at], &msg);
		if (error == -EAGAIN)
			continue;
		if (error)
			return error;
		if (msg.id == r->id) {
			r->current = at;
			return 0;
		}
		later = true;
	}
	return later ? -ESRCH : -EAGAIN;
}

static void look_again(struct relay *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		r->streams[i].dry = r->streams[i].ended;
}

static int find(struct relay *r)
{
	int error = find_next(r), tries;

	for (tries = 0; error == -ESRCH && tries < 2; tries++) {
		look_again(r);
		error = tries ? open_streams(r) : 0;
		if (!error)
			error = find_next(r);
	}
	return error == -ESRCH ? -EPROTO : error;
}

static int take(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct relay *r = s->private;
	struct stream *stream = &r->streams[r->current];
	uint32_t len;

	memcpy(&len, stream->bytes + stream->at, sizeof(len));
	memcpy(r->message.bytes, stream->bytes + stream->at, len);
	stream->at += len;
	r->id++;
	return kulink_message_event(s, &r->message.msg, len, r->cells, event);
}

static int relay_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct relay *r = s->private;
	int error;

	*event = (struct kulink_raw_event){ 0 };
	if (!r->n)
		return -EAGAIN;
	error = find(r);
	if (!error)
		return take(s, event);
	if (error != -EAGAIN)
		return error;
	look_again(r);
	/* at the end nobody says what was lost but the sequences */
	event->overrun = r->lost || r->ended;
	if (event->overrun) {
		r->lost = false;
		r->ended = false;
		return 0;
	}
	event->gone = r->streams[0].ended;
	return event->gone ? 0 : -EAGAIN;
}

static int relay_available(char *why, size_t size)
{
	return kulink_debugfs_available("kulink_relay", "relay", RELAY, why, size);
}

const struct kulink_channel kulink_relay = {
	.info = {
		.name = "relay",
		.carries = KULINK_EVENTS,
		.lossy = true,
		.where = RELAY "/SERVICE/control, " RELAY "/SERVICE/N/cpuN",
		.who = "root, who alone may enter the directory; then each event's mode",
		.limits = "needs a kernel with CONFIG_RELAY; a slow reader loses the newest events; 64 readers on a machine",
	},
	.available = relay_available,
	.open = relay_open,
	.close = relay_close,
	.subscribe = relay_subscribe,
	.unsubscribe = relay_unsubscribe,
	.fd = relay_fd,
	.next = relay_next,
	.sequence = relay_sequence,
};
