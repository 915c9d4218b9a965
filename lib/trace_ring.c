// SPDX-License-Identifier: MIT
/*
 * trace: the tracer's rings, one a processor, read as they are (trace_pipe_raw) and merged. A page begins with a time
 * and how many bytes are in it; entries follow, each with a word that tells its kind and length
 * (include/linux/ring_buffer.h, enum ring_buffer_type); then the tracer's own fields, then ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "trace.h"

/* An entry's kind, in its first word; less: a record of so many words, 0: its length follows */
enum {
	ENTRY_PADDING = 29,
	ENTRY_TIME_EXTEND,
	ENTRY_TIME_STAMP,
};

#define COMMIT_BYTES	((1u << 27) - 1)
#define COMMIT_MISSED	(1u << 31)

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ENTRY_KIND(word)	((word) & 31)
#define ENTRY_DELTA(word)	((word) >> 5)
#else
#define ENTRY_KIND(word)	((word) >> 27)
#define ENTRY_DELTA(word)	((word) & ((1u << 27) - 1))
#endif

/* "…NAME;<tab>offset:N;<tab>size:N;…" */
static int parse_field(const char *text, const char *name, struct trace_field *field)
{
	char key[64];
	const char *at;

	snprintf(key, sizeof(key), " %s;\toffset:", name);
	at = strstr(text, key);
	if (!at || sscanf(at + strlen(key), "%u;\tsize:%u;", &field->offset, &field->size) != 2)
		return -EPROTO;
	return 0;
}

/*
 * Not from the tracepoint's own "format": Linux 6.1 lets a reader of that follow a pointer into a module that has been
 * unloaded meanwhile. Its number is in the file itself; where the tracer's fields end, and ours begin, a tracepoint of the
 * kernel's own tells; and ours are as kernel/trace.h has them.
 */
static int read_id(int dir, const char *file, unsigned int *id)
{
	char *text;
	size_t len;
	int error = kulink_file_read(dir, file, &text, &len);

	if (error)
		return error;
	error = sscanf(text, "%u", id) == 1 ? 0 : -EPROTO;
	free(text);
	return error;
}

static int read_first_offset(unsigned int *offset)
{
	struct trace_field first;
	char *text;
	size_t len;
	int error = kulink_file_read(AT_FDCWD, "/sys/kernel/tracing/events/ftrace/print/format", &text, &len);

	if (error)
		return error;
	error = parse_field(text, "ip", &first);
	*offset = error ? 0 : first.offset;
	free(text);
	return error;
}

#define FIELD(record, member)						\
	{ first + offsetof(record, member), sizeof(((record *)NULL)->member) }

static int read_formats(struct trace_rings *r, int dir)
{
	unsigned int first;
	int error = read_first_offset(&first);

	if (error)
		return error;
	r->event = (struct trace_format){
		.seq = FIELD(struct trace_event_record, seq),
		.ns = FIELD(struct trace_event_record, ns),
		.service = FIELD(struct trace_event_record, service),
		.event = FIELD(struct trace_event_record, event),
		.record = FIELD(struct trace_event_record, record),
	};
	r->gone = (struct trace_format){
		.ns = FIELD(struct trace_gone_record, ns),
		.service = FIELD(struct trace_gone_record, service),
	};
	error = read_id(dir, "events/kulink/kulink_event/id", &r->event.id);
	return error ? error : read_id(dir, "events/kulink/kulink_gone/id", &r->gone.id);
}

static int read_header(struct trace_rings *r, int dir)
{
	char *text;
	size_t len;
	int error = kulink_file_read(dir, "events/header_page", &text, &len);

	if (error)
		return error;
	error = parse_field(text, "commit", &r->commit);
	if (!error)
		error = parse_field(text, "data", &r->data);
	free(text);
	if (error || r->commit.size > sizeof(uint64_t) ||
	    r->commit.offset + r->commit.size > r->data.offset || r->data.size > COMMIT_BYTES)
		return -EPROTO;
	r->page_size = r->data.offset + r->data.size;
	return 0;
}

static int open_ring(struct trace_rings *r, int dir, size_t cpu, int epoll)
{
	struct epoll_event wish = { .events = EPOLLIN };
	struct trace_ring *ring = &r->rings[cpu];
	char path[64];

	snprintf(path, sizeof(path), "per_cpu/cpu%zu/trace_pipe_raw", cpu);
	ring->fd = kulink_file_open(dir, path, O_RDONLY | O_NONBLOCK);
	if (ring->fd == -ENOENT || ring->fd == -ENODEV)
		return 0;	/* no such processor, and none behind it? there may be holes */
	if (ring->fd < 0)
		return ring->fd;
	ring->page = malloc(r->page_size);
	if (!ring->page)
		return -ENOMEM;
	return epoll_ctl(epoll, EPOLL_CTL_ADD, ring->fd, &wish) ? -errno : 0;
}

int kulink_rings_open(struct trace_rings *r, int dir, int epoll)
{
	long n = sysconf(_SC_NPROCESSORS_CONF);
	size_t i;
	int error;

	error = read_header(r, dir);
	if (!error)
		error = read_formats(r, dir);
	if (error)
		return error;
	r->rings = calloc(n < 1 ? 1 : n, sizeof(*r->rings));
	if (!r->rings)
		return -ENOMEM;
	r->n = n < 1 ? 1 : n;
	for (i = 0; i < r->n; i++)
		r->rings[i].fd = -1;
	for (i = 0; i < r->n && !error; i++)
		error = open_ring(r, dir, i, epoll);
	return error;
}

void kulink_rings_close(struct trace_rings *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (r->rings[i].fd >= 0)
			close(r->rings[i].fd);
		free(r->rings[i].page);
	}
	free(r->rings);
	memset(r, 0, sizeof(*r));
}

unsigned int kulink_trace_id(const struct trace_record *record)
{
	uint16_t id = 0;

	if (record->len >= sizeof(id))
		memcpy(&id, record->at, sizeof(id));
	return id;
}

int kulink_trace_u64(const struct trace_record *record, const struct trace_field *field,
		     uint64_t *number)
{
	if (field->size != sizeof(*number) || field->offset > record->len ||
	    record->len - field->offset < sizeof(*number))
		return -EPROTO;
	memcpy(number, record->at + field->offset, sizeof(*number));
	return 0;
}

/* Where the field is lies a word: how long it is, and where it really is */
int kulink_trace_bytes(const struct trace_record *record, const struct trace_field *field,
		       const void **bytes, size_t *len)
{
	uint32_t word, offset;

	if (field->size != sizeof(word) || field->offset > record->len ||
	    record->len - field->offset < sizeof(word))
		return -EPROTO;
	memcpy(&word, record->at + field->offset, sizeof(word));
	offset = word & 0xffff;
	*len = word >> 16;
	if (offset > record->len || record->len - offset < *len)
		return -EPROTO;
	*bytes = record->at + offset;
	return 0;
}

int kulink_trace_string(const struct trace_record *record, const struct trace_field *field,
			const char **string)
{
	const void *bytes;
	size_t len;
	int error = kulink_trace_bytes(record, field, &bytes, &len);

	if (error)
		return error;
	*string = bytes;
	return memchr(bytes, '\0', len) ? 0 : -EPROTO;
}

/* The page's next entry, taken; false: it has no more. A record's bytes are in *@record, else its length is 0 */
static bool take_entry(struct trace_ring *ring, struct trace_record *record)
{
	uint32_t word, words;
	size_t left = ring->end - ring->at, size = sizeof(word);

	*record = (struct trace_record){ .at = ring->page + ring->at + sizeof(word) };
	if (left < sizeof(word))
		return false;
	memcpy(&word, ring->page + ring->at, sizeof(word));
	words = ENTRY_KIND(word);
	if (words == ENTRY_TIME_EXTEND || words == ENTRY_TIME_STAMP) {
		size += sizeof(word);
	} else if (words && words < ENTRY_PADDING) {
		record->len = words * sizeof(word);
		size += record->len;
	} else if (words && !ENTRY_DELTA(word)) {
		return false;	/* padding to the end */
	} else {
		uint32_t length;

		if (left < sizeof(word) + sizeof(length))
			return false;
		memcpy(&length, record->at, sizeof(length));
		if (length < sizeof(length) || length > left - sizeof(word))
			return false;
		record->at += sizeof(length);
		record->len = words ? 0 : length - sizeof(length);
		size += length;
	}
	if (size > left)
		return false;
	ring->at += size;
	return true;
}

/* The page's next record of ours becomes the head */
static bool find_head(struct trace_rings *r, struct trace_ring *ring)
{
	const struct trace_format *format;
	struct trace_record record;
	unsigned int id;

	while (take_entry(ring, &record)) {
		id = record.len ? kulink_trace_id(&record) : 0;
		format = id == r->event.id ? &r->event : id == r->gone.id ? &r->gone : NULL;
		if (!id || !format || kulink_trace_u64(&record, &format->ns, &ring->ns))
			continue;
		ring->head = record;
		return true;
	}
	ring->at = ring->end;
	return false;
}

/* 0, or -EAGAIN */
static int read_page(struct trace_rings *r, struct trace_ring *ring)
{
	uint64_t commit = 0;
	uint32_t word;
	ssize_t n;

	do {
		n = read(ring->fd, ring->page, r->page_size);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 && errno != EAGAIN ? -errno : -EAGAIN;
	if ((size_t)n < r->data.offset)
		return -EPROTO;
	if (r->commit.size == sizeof(word)) {
		memcpy(&word, ring->page + r->commit.offset, sizeof(word));
		commit = word;
	} else {
		memcpy(&commit, ring->page + r->commit.offset, sizeof(commit));
	}
	r->lost |= !!(commit & COMMIT_MISSED);
	commit &= COMMIT_BYTES;
	ring->at = r->data.offset;
	ring->end = r->data.offset + commit;
	return ring->end <= (size_t)n ? 0 : -EPROTO;
}

/*
 * Every ring has its head, or is known to be empty. A service's events are committed one after the other, on
 * whatever processor: what is older than any record that was read is visible to a look at another ring after that
 * read. So when a page has come, all rings that were empty are looked at again.
 */
static int fill(struct trace_rings *r)
{
	size_t i, j;
	int error;

	for (i = 0; i < r->n; i++) {
		struct trace_ring *ring = &r->rings[i];

		if (ring->fd < 0 || ring->head.at || ring->empty || find_head(r, ring))
			continue;
		error = read_page(r, ring);
		if (error == -EAGAIN) {
			ring->empty = true;
			continue;
		}
		if (error)
			return error;
		for (j = 0; j < r->n; j++)
			r->rings[j].empty = false;
		i = -1;		/* from the first on again */
	}
	return 0;
}

int kulink_rings_next(struct trace_rings *r, struct trace_record *record)
{
	struct trace_ring *oldest = NULL;
	size_t i;
	int error = fill(r);

	if (error)
		return error;
	for (i = 0; i < r->n; i++) {
		if (r->rings[i].head.at && (!oldest || r->rings[i].ns < oldest->ns))
			oldest = &r->rings[i];
	}
	if (oldest) {
		*record = oldest->head;
		oldest->head.at = NULL;
		return 0;
	}
	for (i = 0; i < r->n; i++)
		r->rings[i].empty = false;
	return -EAGAIN;
}

bool kulink_rings_pending(const struct trace_rings *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (r->rings[i].head.at || r->rings[i].at < r->rings[i].end)
			return true;
	}
	return false;
}
