/* SPDX-License-Identifier: MIT */
/*
 * libkulink: a program's side of kulink.
 *
 * Every function returns 0 or -errno unless said otherwise; handles come back through
 * out-parameters; close is NULL-safe; nothing prints. A handle is used by one thread at
 * a time; different handles do not share anything.
 *
 * The errnos mean the same over every channel: ENOENT no such service or part, EINVAL
 * malformed or of the wrong type, ERANGE outside the range, EMSGSIZE too large, EACCES not
 * allowed, ENODEV the driver or the channel is gone, EOPNOTSUPP the channel does not carry it,
 * EAGAIN nothing there now, EPROTO the kernel's side broke its own ABI.
 */
#ifndef KULINK_H
#define KULINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/kulink.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

struct kulink;

/**
 * kulink_open() - a handle to a service
 * @k: gets the handle; NULL on error
 * @service: "hwstats0"; of another machine "hwstats0@HOST", as a channel that reaches there has it:
 *	udp: "@192.0.2.1", "@host:9185", "@[2001:db8::1]:9185"
 * @channel: "genl": this channel and no other. NULL: for each request the best channel
 *	here that carries it and may be used by us
 *
 * It belongs to the service that it was opened for: -ENODEV once the driver has left, also when another
 * has taken the name.
 *
 * -ENOENT no such service, or it is not published on @channel; -EINVAL no such channel;
 * -EPROTONOSUPPORT a kernel side of another ABI; -ENOMEM; what the mechanism says.
 */
int kulink_open(struct kulink **k, const char *service, const char *channel);

/** kulink_close() - end it; NULL is fine */
void kulink_close(struct kulink *k);

/**
 * kulink_wait() - until a service is there and published on a channel
 * @channel: NULL: on any
 * @timeout_ms: -1: for ever. -ETIMEDOUT
 */
int kulink_wait(const char *service, const char *channel, int timeout_ms);

/** kulink_channel() - name of the channel that the last request went over; "" before any */
const char *kulink_channel(const struct kulink *k);

/** kulink_message() - a sentence about the last error on this handle; "" if there is none */
const char *kulink_message(const struct kulink *k);

/* Values. The type must be the declared one (-EINVAL); an enum goes by its label as a string. */
int kulink_get(struct kulink *k, const char *value, struct kulink_datum *datum);
int kulink_get_bool(struct kulink *k, const char *value, bool *v);
int kulink_get_s64(struct kulink *k, const char *value, int64_t *v);
int kulink_get_u64(struct kulink *k, const char *value, uint64_t *v);
/* -EMSGSIZE if it does not fit in @size bytes with its NUL; KULINK_STRING_SIZE always does */
int kulink_get_string(struct kulink *k, const char *value, char *v, size_t size);
/* As text, whatever the type; at most KULINK_STRING_SIZE bytes with the NUL */
int kulink_get_text(struct kulink *k, const char *value, char *text, size_t size);

int kulink_set(struct kulink *k, const char *value, const struct kulink_datum *datum);
int kulink_set_bool(struct kulink *k, const char *value, bool v);
int kulink_set_s64(struct kulink *k, const char *value, int64_t v);
int kulink_set_u64(struct kulink *k, const char *value, uint64_t v);
int kulink_set_string(struct kulink *k, const char *value, const char *v);
/*
 * From text, parsed by the declared type as the kernel's text channels do; white space around is ignored.
 * A string that has some at its ends is -EINVAL over those channels.
 */
int kulink_set_text(struct kulink *k, const char *value, const char *text);

/**
 * kulink_call() - request and reply
 * @reply_len: in: bytes at @reply; out: bytes of the reply. -EMSGSIZE when it does not fit: the
 *	call has been made
 */
int kulink_call(struct kulink *k, const char *call, const void *request, size_t request_len,
		void *reply, size_t *reply_len);

/**
 * struct kulink_batched - one of many calls
 * @call: its name
 * @request: and its bytes in @request_len; @reply, with room for @reply_len: as for kulink_call()
 * @reply_len: out: bytes of the reply
 * @error: out: 0 or -errno, as of kulink_call()
 */
struct kulink_batched {
	const char *call;
	const void *request;
	size_t request_len;
	void *reply;
	size_t reply_len;
	int error;
};

/**
 * kulink_call_batch() - make many calls, over uring by one system call for 32 of them
 * @calls: made in this order, each to its end or its error, whatever became of those before it
 * @n: of them
 *
 * Without a channel's name it takes uring if it can; over any other channel it is one kulink_call() after
 * the other. 0: see each one's @error. -errno: none was made.
 */
int kulink_call_batch(struct kulink *k, struct kulink_batched *calls, size_t n);

/**
 * struct kulink_cell - a column of a row, a field of an event
 * @name: as declared
 * @unit: or ""
 * @type: enum kulink_type
 * @number: bool, s64 (cast it), u64, an enum's index
 * @string: the string, an enum's label; else NULL
 */
struct kulink_cell {
	const char *name;
	const char *unit;
	uint32_t type;
	uint64_t number;
	const char *string;
};

/**
 * struct kulink_row - one record of a table
 * @generation: of the set of rows, the same for all of one dump
 * @index: from 0
 */
struct kulink_row {
	uint64_t generation;
	uint64_t index;
	size_t n_cells;
	const struct kulink_cell *cells;
};

/**
 * kulink_dump() - read a table, whole and of one generation
 * @row: called for each record, after all have arrived; what it returns other than 0 ends the dump
 *	and is returned. The row is valid until it returns
 *
 * A read that was interrupted by a change of the set of rows is made again, 16 times, then -EAGAIN.
 */
int kulink_dump(struct kulink *k, const char *table,
		int (*row)(void *ctx, const struct kulink_row *row), void *ctx);

/**
 * struct kulink_rows - a table as it lies in memory
 * @records: one after the other, each with its cells one after the other as declared: eight bytes for all but a
 *	string, that padded with NULs to its size (struct kulink_column). So a table whose columns are numbers
 *	is an array of a struct of them
 * @n: how many
 * @size: bytes of one
 * @generation: of the set of rows
 */
struct kulink_rows {
	const void *records;
	uint64_t n;
	size_t size;
	uint64_t generation;
};

/**
 * kulink_rows() - read a table, whole and of one generation, without a look at its cells
 * @rows: valid until the next kulink_rows() or kulink_close() of this handle
 *
 * For a program that knows the columns, and wants all of them at memcpy()'s cost. Otherwise as kulink_dump(). A table
 * whose driver tells of its changes costs next to nothing over mmap when there was none: it gives the same rows again.
 */
int kulink_rows(struct kulink *k, const char *table, struct kulink_rows *rows);

/**
 * kulink_subscribe() - want an event from now on
 * @event: its name, or NULL for all that we may read. Over sysfs, which has no events: a value's name,
 *	or NULL for all values: an event of the value's name, with the new value as its one field, for
 *	each change; changes in quick succession are one, and @seq counts what was seen
 *
 * The subscription holds one channel for the handle's life; other requests go on as before.
 */
int kulink_subscribe(struct kulink *k, const char *event);
int kulink_unsubscribe(struct kulink *k, const char *event);

/** KULINK_RING_OLDEST_GO - a full ring gives up its oldest events, not the new one */
#define KULINK_RING_OLDEST_GO	1U

/**
 * kulink_ring() - how much room for events there shall be, over mmap
 * @size: bytes, rounded up to a power of two; 0: 256 KiB. An event takes 32 and its fields
 * @flags: 0 or KULINK_RING_OLDEST_GO
 * @watermark: kulink_fd() becomes POLLIN when so many bytes are unread, at most half of @size; 0: any
 *
 * Before the first kulink_subscribe(), else -EBUSY. -EOPNOTSUPP over any other channel: there the kernel or the
 * administrator decides.
 */
int kulink_ring(struct kulink *k, size_t size, unsigned int flags, size_t watermark);

/**
 * kulink_fd() - a descriptor, or -errno; -EINVAL before kulink_subscribe()
 *
 * POLLIN: kulink_next() has something. Take until -EAGAIN before you wait: what a mechanism packs
 * together makes the descriptor readable once.
 */
int kulink_fd(struct kulink *k);

/**
 * kulink_await() - sleep until kulink_next() may have something
 * @timeout_ms: at most so long; 0: look only; -1: for ever
 *
 * As poll() on kulink_fd(), for who waits for nothing else; over mmap it is less work than that. kulink_next() may still
 * say -EAGAIN: then wait again. -ETIMEDOUT; -EINTR: a signal was handled; -EINVAL before kulink_subscribe().
 */
int kulink_await(struct kulink *k, int timeout_ms);

/**
 * struct kulink_event - an event
 * @name: as declared; "gone" with @gone: the driver left, nothing follows
 * @seq: of this event of this service, from 1
 * @ns: CLOCK_MONOTONIC when emitted; 0 over a channel that is fieldless, where @n_cells is 0, too
 * @lost: how many of this event were lost just before it. A record that only tells of a loss at the
 *	end of the stream has n_cells 0 and @only_lost set
 * @n_cells: as many fields as declared; 0 where the channel had no room for them (uevent's limits)
 */
struct kulink_event {
	const char *service;
	const char *name;
	uint64_t seq;
	uint64_t ns;
	uint64_t lost;
	bool only_lost;
	bool gone;
	size_t n_cells;
	const struct kulink_cell *cells;
};

/**
 * kulink_next() - take an event, without waiting
 * @event: valid until the next kulink_next() or kulink_close()
 *
 * -EAGAIN: none; kulink_await(), or wait for kulink_fd(). After an event with @gone: -ENODEV.
 */
int kulink_next(struct kulink *k, struct kulink_event *event);

/**
 * struct kulink_record - an event as it lies in memory
 * @event: as declared: its name, its fields; NULL with @gone
 * @seq: as in struct kulink_event, as what follows
 * @ns: likewise
 * @lost: likewise
 * @only_lost: likewise: no @bytes
 * @gone: likewise
 * @bytes: the fields in declared order, eight bytes each, a string in its column's size: the ABI's record
 * @size: bytes of it
 */
struct kulink_record {
	const struct kulink_part *event;
	uint64_t seq;
	uint64_t ns;
	uint64_t lost;
	bool only_lost;
	bool gone;
	const void *bytes;
	size_t size;
};

/**
 * kulink_take() - kulink_next() for many events: nothing is decoded or copied
 * @record: valid until the next kulink_take(), kulink_next() or kulink_close(). Over mmap it is in the ring,
 *	where the kernel wrote it: look as long as you like, what comes meanwhile needs the rest of it
 *
 * As kulink_next(); -EOPNOTSUPP over a channel where events have another form. The two may take turns.
 */
int kulink_take(struct kulink *k, struct kulink_record *record);

/**
 * kulink_map() - map a region: memory that the driver and other programs see, too
 * @address: gets where it is: to be written if its mode lets us and we may open the node to write
 * @length: gets its bytes. munmap() it; it may outlive the handle
 *
 * It stays valid memory when the driver has left; kulink_alive() tells. Whoever may write does so at any
 * time: copy what you check. -EOPNOTSUPP where the channel has none.
 */
int kulink_map(struct kulink *k, const char *region, void **address, size_t *length);

/**
 * kulink_refresh() - what is got from now on is as of now
 *
 * Over mmap, values are memory that is written when one was set or the driver says that it has changed;
 * what it changes silently is as of the last refresh. Over any other channel there is nothing to do.
 */
int kulink_refresh(struct kulink *k);

/** kulink_alive() - 0, or -ENODEV: the driver has left. Over mmap without a system call */
int kulink_alive(struct kulink *k);

/* What there is. */

/**
 * struct kulink_column - a column of a table or a field of an event, as declared
 * @name: as declared
 * @unit: or ""
 * @type: enum kulink_type
 * @size: bytes in a record: 8, or what a string takes
 * @labels: of an enum, NULL-terminated; else NULL
 */
struct kulink_column {
	const char *name;
	const char *unit;
	uint32_t type;
	uint32_t size;
	const char *const *labels;
};

/**
 * struct kulink_part - a part of a declaration
 * @kind: one of enum kulink_kind
 * @type: of a value
 * @unit: of a value; or ""
 * @ranged: @min and @max count (of an s64: cast them; of a string: its bytes)
 * @labels: of an enum, NULL-terminated; else NULL
 * @request_max: of a call; @reply_max
 * @cells: columns of a table, fields of an event
 * @size: bytes of a region
 */
struct kulink_part {
	uint32_t kind;
	const char *name;
	uint32_t mode;
	uint32_t type;
	const char *unit;
	bool ranged;
	uint64_t min;
	uint64_t max;
	const char *const *labels;
	size_t request_max;
	size_t reply_max;
	size_t n_cells;
	const struct kulink_column *cells;
	size_t size;
};

/** struct kulink_info - a service's declaration */
struct kulink_info {
	const char *service;
	uint32_t abi;
	uint32_t uid;
	uint32_t gid;
	const char *channels;		/* as declared, or as the administrator narrowed them */
	const char *published;		/* where it can be reached now, space-separated */
	size_t n_parts;
	const struct kulink_part *parts;
	const char *module;		/* the driver's module; "" where the kernel does not say */
};

/** kulink_info() - of an open handle; lives as long as the handle */
int kulink_info(struct kulink *k, const struct kulink_info **info);

/**
 * kulink_list() - each service here
 * @each: what it returns other than 0 ends it and is returned
 *
 * -ENOENT: kulink is not loaded at all.
 */
int kulink_list(int (*each)(void *ctx, const char *service), void *ctx);

/*
 * Instances: services that programs make and remove, of the factories that drivers offer. What is made
 * is a service like any other, on every channel, and stays until it is removed.
 */

/** kulink_factory_list() - each factory here; as kulink_list(). -ENOENT: kulink_configfs is not loaded */
int kulink_factory_list(int (*each)(void *ctx, const char *factory), void *ctx);
/** kulink_instance_list() - each service that a factory has made */
int kulink_instance_list(const char *factory, int (*each)(void *ctx, const char *name), void *ctx);

/**
 * kulink_instance_new() - make a service
 * @factory: of a driver
 * @name: the new service's: [a-z][a-z0-9_]*, at most 31 characters
 *
 * When it returns, every channel here has published it. Root may.
 *
 * -ENOENT no such factory; -EEXIST the name is taken, by whatever service; -EINVAL; -EACCES; what the
 * driver says.
 */
int kulink_instance_new(const char *factory, const char *name);
/**
 * kulink_instance_remove() - end a service that was made so
 *
 * It waits for those who read or set one of its values over configfs at this moment. Programs that use
 * the service are told -ENODEV. -ENOENT; -EACCES
 */
int kulink_instance_remove(const char *factory, const char *name);

/**
 * struct kulink_channel_info - a channel, as a program sees it
 * @carries: enum kulink_kind bits
 * @call_max: most bytes of a call's request or reply; 0: carries none
 * @lossy: events may be lost at the reader (it is told)
 * @anonymous: it brings no credentials: whoever uses it is "others" of each part's mode
 * @fieldless: events come with their name and sequence alone: no fields, no time. Taken only when asked for
 *	by name
 * @where: path or name that carries it, with SERVICE in it
 * @who: a sentence: who may use it
 * @limits: a sentence: what to know
 */
struct kulink_channel_info {
	const char *name;
	uint32_t carries;
	size_t call_max;
	bool lossy;
	bool anonymous;
	bool fieldless;
	const char *where;
	const char *who;
	const char *limits;
};

/** kulink_channels() - every channel this library knows, best first; NULL-name-terminated */
const struct kulink_channel_info *kulink_channels(void);

/**
 * kulink_available() - whether a channel can be used here
 * @why: gets a sentence when not; may be NULL
 *
 * 0; -ENOENT its module is not loaded; -EACCES; -EOPNOTSUPP the kernel lacks the mechanism;
 * -EINVAL no such channel
 */
int kulink_available(const char *channel, char *why, size_t why_size);

/** kulink_abi() - ABI number this library speaks; kulink_version() - "0.1.0" */
unsigned int kulink_abi(void);
const char *kulink_version(void);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* KULINK_H */
