/* SPDX-License-Identifier: MIT */
/*
 * Between the handle and its channels: one struct a channel, in the file of its name, in the
 * list in channels.c. An operation that is NULL is not carried: the handle says -EOPNOTSUPP.
 */
#ifndef KULINK_LIB_CHANNEL_H
#define KULINK_LIB_CHANNEL_H

#include <kulink.h>

#define KULINK_HIDDEN __attribute__((visibility("hidden")))

/**
 * struct kulink_session - a service opened over one channel
 * @service: its name
 * @root: "" or, in unit tests, a directory that stands for /
 * @info: its declaration, parsed
 * @private: the channel's
 * @message: a channel's sentence about its last error (an extended ack); "" if it has none
 */
struct kulink_session {
	const char *service;
	const char *root;
	const struct kulink_info *info;
	void *private;
	char message[256];
};

/**
 * struct kulink_table - a table as it arrived: rows of cells in declared order
 *
 * A channel starts it with kulink_table_init(), then for each record calls kulink_table_row() and
 * fills its cells; strings are copied with kulink_table_string(). Or kulink_table_records() decodes
 * wire records.
 */
struct kulink_table {
	const struct kulink_part *part;
	uint64_t generation;
	size_t n_rows;
	size_t room;
	struct kulink_cell *cells;	/* n_rows × part->n_cells */
	struct kulink_arena *arena;
};

/**
 * struct kulink_raw_event - an event as a channel gives it
 * @part: the event's declaration; NULL with @gone and @overrun
 * @gone: no event: the service is gone, the last there is
 * @overrun: no event: the mechanism dropped some. The handle derives losses from gaps, and asks
 *	@sequence for the tail
 * @cells: part->n_cells of them, valid until the next call
 */
struct kulink_raw_event {
	const struct kulink_part *part;
	uint64_t seq;
	uint64_t ns;
	bool gone;
	bool overrun;
	const struct kulink_cell *cells;
};

/**
 * struct kulink_channel - a mechanism
 *
 * All return 0 or -errno in the contract's meaning; a channel translates what its mechanism says
 * otherwise.
 *
 * @info: what kulink_channels() tells
 * @available: whether it can be used here at all; a sentence in @why
 * @open: open @s->service; -ENOENT if it is not published here
 * @close: release
 * @dump: one attempt; -EAGAIN: interrupted by a change of the rows, the handle tries again
 * @subscribe: @event NULL for all; @seq: one for each declared event, in declared order, comes filled
 *	with UINT64_MAX: give the sequence so far where now subscribed. Events that arrive with that or
 *	a lower one are dropped by the handle, so join first and ask then
 * @fd: a descriptor that becomes POLLIN
 * @next: take one; -EAGAIN
 * @sequence: last sequence of an event that has left for the readers (not: that waits in the kernel to
 *	be sent); closes the tail after an overrun. -ENODEV: the service is gone. NULL when the channel
 *	cannot lose the tail
 */
struct kulink_channel {
	struct kulink_channel_info info;
	int (*available)(char *why, size_t size);
	int (*open)(struct kulink_session *s);
	void (*close)(struct kulink_session *s);
	int (*get)(struct kulink_session *s, const struct kulink_part *value,
		   struct kulink_datum *datum);
	int (*set)(struct kulink_session *s, const struct kulink_part *value,
		   const struct kulink_datum *datum);
	int (*call)(struct kulink_session *s, const struct kulink_part *call,
		    const void *request, size_t request_len, void *reply, size_t *reply_len);
	int (*dump)(struct kulink_session *s, struct kulink_table *table);
	int (*subscribe)(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq);
	int (*unsubscribe)(struct kulink_session *s, const struct kulink_part *event);
	int (*fd)(struct kulink_session *s);
	int (*next)(struct kulink_session *s, struct kulink_raw_event *event);
	int (*sequence)(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq);
	int (*map)(struct kulink_session *s, const struct kulink_part *region, void **address,
		   size_t *length);
};

/* channels.c: best first, NULL-terminated */
extern const struct kulink_channel *const kulink_channel_list[] KULINK_HIDDEN;

extern const struct kulink_channel kulink_procfs KULINK_HIDDEN;
extern const struct kulink_channel kulink_sysfs KULINK_HIDDEN;
extern const struct kulink_channel kulink_debugfs KULINK_HIDDEN;
extern const struct kulink_channel kulink_sysctl KULINK_HIDDEN;
extern const struct kulink_channel kulink_chardev KULINK_HIDDEN;
extern const struct kulink_channel kulink_ioctl KULINK_HIDDEN;
extern const struct kulink_channel kulink_genl KULINK_HIDDEN;

/* table.c */
KULINK_HIDDEN int kulink_table_init(struct kulink_table *table, const struct kulink_part *part);
KULINK_HIDDEN void kulink_table_free(struct kulink_table *table);
/* a new row of zeroed cells with names, units and types filled; NULL: no memory */
KULINK_HIDDEN struct kulink_cell *kulink_table_row(struct kulink_table *table);
KULINK_HIDDEN const char *kulink_table_string(struct kulink_table *table, const char *s, size_t len);
/* struct kulink_table_head and records, as in the ABI */
KULINK_HIDDEN int kulink_table_records(struct kulink_table *table, const void *wire, size_t len);

/* record.c: decode one wire record; strings point into @record or the labels */
KULINK_HIDDEN size_t kulink_record_size(const struct kulink_part *part);
KULINK_HIDDEN int kulink_record_decode(const struct kulink_part *part, const void *record, size_t len,
				       struct kulink_cell *cells);

/* text.c: a value's text, as the kernel formats and parses it */
KULINK_HIDDEN int kulink_text_parse(const struct kulink_part *value, const char *text,
				    struct kulink_datum *datum);
KULINK_HIDDEN int kulink_text_format(const struct kulink_datum *datum, char *text, size_t size);

/* info.c */
KULINK_HIDDEN const struct kulink_part *kulink_part_find(const struct kulink_info *info,
							 uint32_t kind, const char *name);

/* file.c: shared by channels that are files */
KULINK_HIDDEN int kulink_file_read(const char *path, char **data, size_t *len);
KULINK_HIDDEN int kulink_file_write(const char *path, const void *data, size_t len);

/* exchange.c: one message and its reply over a descriptor (chardev, debugfs) */
KULINK_HIDDEN int kulink_exchange(int fd, uint16_t op, const char *part, const void *payload,
				  size_t payload_len, void *reply, size_t *reply_len);

#endif /* KULINK_LIB_CHANNEL_H */
