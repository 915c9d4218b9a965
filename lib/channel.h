/* SPDX-License-Identifier: MIT */
/*
 * Between the handle and its channels: one struct a channel, in the file of its name, in the
 * list in channels.c. An operation that is NULL is not carried: the handle says -EOPNOTSUPP.
 */
#ifndef KULINK_LIB_CHANNEL_H
#define KULINK_LIB_CHANNEL_H

#include <kulink.h>

struct kulink_arena;

#define KULINK_HIDDEN __attribute__((visibility("hidden")))
/* A rare way, whose registers the frequent one shall not save */
#define KULINK_RARE __attribute__((noinline))

/**
 * struct kulink_session - a service opened over one channel
 * @service: its name
 * @root: "" or, in unit tests, a directory that stands for /
 * @host: the other machine, as the channel writes it; NULL: this one
 * @info: its declaration, parsed
 * @private: the channel's; NULL before open
 * @message: a channel's sentence about its last error (an extended ack); "" if it has none
 */
struct kulink_session {
	const char *service;
	const char *root;
	const char *host;
	const struct kulink_info *info;
	void *private;
	char message[256];
};

/**
 * struct kulink_table - a table as it arrived
 *
 * A channel calls kulink_table_row() for each record and fills the cells' number and string; strings
 * are copied with kulink_table_string(). Or kulink_table_take() takes wire records, or the channel writes
 * them where kulink_table_more() says. The handle starts it with kulink_table_init(), zeroed or used before,
 * and frees it.
 *
 * @part: the table's declaration
 * @generation: the channel's to set when it adds rows itself
 * @n_rows: so far
 * @room: rows that @cells has memory for
 * @cells: n_rows × part->n_cells; NULL with @records
 * @wire: what came, malloc()ed; kept from one reading to the next
 * @wire_room: bytes there
 * @records: in @wire, decoded row by row
 * @record_size: bytes of one of them
 * @arena: memory of the strings; NULL: there is none yet
 * @changes: how often the driver had told of a change, for a channel with @same; with @told only
 * @told: the driver tells of each
 */
struct kulink_table {
	const struct kulink_part *part;
	uint64_t generation;
	size_t n_rows;
	size_t room;
	struct kulink_cell *cells;
	unsigned char *wire;
	size_t wire_room;
	const unsigned char *records;
	size_t record_size;
	struct kulink_arena *arena;
	uint64_t changes;
	bool told;
};

/**
 * struct kulink_raw_event - an event as a channel gives it
 * @part: the event's declaration; NULL with @gone and @overrun
 * @gone: no event: the service is gone, the last there is
 * @overrun: no event: the mechanism dropped some. The handle derives losses from gaps, and asks
 *	@sequence for the tail
 * @cut: it came without its fields, for which the mechanism had no room
 * @cells: part->n_cells of them, valid until the next call; NULL: the channel carries no fields
 * @record: likewise, as the ABI has it, @len bytes; NULL: it came in another form
 */
struct kulink_raw_event {
	const struct kulink_part *part;
	uint64_t seq;
	uint64_t ns;
	bool gone;
	bool overrun;
	bool cut;
	const struct kulink_cell *cells;
	const void *record;
	size_t len;
};

/**
 * struct kulink_channel - a mechanism
 *
 * All return 0 or -errno in the contract's meaning; a channel translates what its mechanism says
 * otherwise.
 *
 * @info: what kulink_channels() tells
 * @partial: it may lack parts of a kind that it carries: a handle takes it by its name only
 * @available: whether it can be used here at all; a sentence in @why
 * @open: open @s->service; -ENOENT if it is not published here
 * @close: release
 * @declaration: the declaration's text of a service of @s->host, which has no sysfs here; free() it. Opens
 *	and closes by itself. NULL: the channel reaches this machine only
 * @number: what @get gave last, a bool, s64 or u64, once more; *@number is written with 0 alone. Else: ask @get. NULL:
 *	always
 * @dump: one attempt; -EAGAIN: interrupted by a change of the rows, the handle tries again
 * @same: @table was dumped here as struct kulink_table's @changes says: 0: it would be dumped alike now. Else -EAGAIN. NULL: no
 *	channel of tables that knows without asking
 * @batch: many calls at once: @parts[i] is what @calls[i] names, or NULL: that one is not to be made. Fills
 *	each one's error and reply_len. NULL: one after the other
 * @subscribe: @event NULL for all; @seq: one for each declared event, in declared order, comes filled
 *	with UINT64_MAX: give the sequence so far where now subscribed. Events that arrive with that or
 *	a lower one are dropped by the handle, so join first and ask then
 * @watch: like @subscribe, for changes of values: of @value, NULL for all that we may read; @seq has
 *	one slot for each declared value. An event's @part is then the value, with one cell
 * @fd: a descriptor that becomes POLLIN
 * @await: until @fd is POLLIN, -ETIMEDOUT, -EINTR; @timeout_ms as poll()'s. NULL: poll() it is
 * @ring: before the first @subscribe: how much room for events to ask for, and what happens when it is
 *	full; NULL: there is nothing to choose
 * @next: take one; -EAGAIN
 * @take: the next one, if it is a plain event: wanted, and its sequence higher than the last; both by
 *	declared event. Else -EAGAIN, and @next says. NULL: @next alone
 * @records: @next gives @record
 * @refresh: what @get gives from now on is as of now; NULL: it always is
 * @alive: whether the service is there, without a system call; NULL: no such way
 * @sequence: last sequence of an event that has left for the readers (not: that waits in the kernel to
 *	be sent); closes the tail after an overrun. -ENODEV: the service is gone. NULL when the channel
 *	cannot lose the tail
 */
struct kulink_channel {
	struct kulink_channel_info info;
	bool partial;
	bool records;
	int (*available)(char *why, size_t size);
	int (*open)(struct kulink_session *s);
	void (*close)(struct kulink_session *s);
	int (*declaration)(struct kulink_session *s, char **text, size_t *len);
	int (*get)(struct kulink_session *s, const struct kulink_part *value,
		   struct kulink_datum *datum);
	int (*number)(struct kulink_session *s, uint64_t *number);
	int (*set)(struct kulink_session *s, const struct kulink_part *value,
		   const struct kulink_datum *datum);
	int (*call)(struct kulink_session *s, const struct kulink_part *call,
		    const void *request, size_t request_len, void *reply, size_t *reply_len);
	void (*batch)(struct kulink_session *s, const struct kulink_part *const *parts,
		      struct kulink_batched *calls, size_t n);
	int (*dump)(struct kulink_session *s, struct kulink_table *table);
	int (*same)(struct kulink_session *s, const struct kulink_table *table);
	int (*subscribe)(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq);
	int (*watch)(struct kulink_session *s, const struct kulink_part *value, uint64_t *seq);
	int (*unsubscribe)(struct kulink_session *s, const struct kulink_part *part);
	int (*ring)(struct kulink_session *s, size_t size, uint32_t flags, size_t watermark);
	int (*fd)(struct kulink_session *s);
	int (*await)(struct kulink_session *s, int timeout_ms);
	int (*next)(struct kulink_session *s, struct kulink_raw_event *event);
	int (*take)(struct kulink_session *s, const bool *wanted, uint64_t *last,
		    struct kulink_record *record);
	int (*sequence)(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq);
	int (*map)(struct kulink_session *s, const struct kulink_part *region, void **address,
		   size_t *length);
	int (*refresh)(struct kulink_session *s);
	int (*alive)(struct kulink_session *s);
};

/* channels.c: best first, NULL-terminated */
extern const struct kulink_channel *const kulink_channel_list[] KULINK_HIDDEN;

/* its position in that list, or -EINVAL */
KULINK_HIDDEN int kulink_channel_find(const struct kulink_channel *const *list, const char *name);
/* @available's common part: 0, or -ENOENT and a sentence when @module is not there */
KULINK_HIDDEN int kulink_module_available(const char *root, const char *module, const char *channel,
					  char *why, size_t size);
/* the same for one that is below debugfs at @path: -EACCES, -EOPNOTSUPP */
KULINK_HIDDEN int kulink_debugfs_available(const char *module, const char *channel, const char *path,
					   char *why, size_t size);
/* a parameter of a module's without its newline; -ENOENT: the module is not loaded, or has none such */
KULINK_HIDDEN int kulink_module_parameter(const char *root, const char *module, const char *name,
					  char *text, size_t size);

/* 0: the service whose directory in the class this is, is published on @channel now; -ENOENT, -ENODEV: it has gone */
KULINK_HIDDEN int kulink_dir_publishes(int dir, const char *channel);
/* the same by name: whether it is */
KULINK_HIDDEN bool kulink_publishes(const char *root, const char *service, const char *channel);

/* where factories and what they made are */
#define KULINK_CONFIGFS	"/sys/kernel/config/kulink"

/* Every channel, best first: by what a request costs, as measured. A new one joins here */
#define KULINK_EACH_CHANNEL(X)							\
	X(ioctl) X(sockopt) X(syscall) X(chardev) X(uring) X(netlink) X(genl)	\
	X(sysfs) X(sysctl) X(configfs) X(procfs) X(debugfs) X(uevent)		\
	X(mmap) X(upcall) X(packet) X(udp) X(trace) X(relay) X(eventfd) X(signal) X(param)

#define KULINK_DECLARE_CHANNEL(name)	extern const struct kulink_channel kulink_##name KULINK_HIDDEN;
KULINK_EACH_CHANNEL(KULINK_DECLARE_CHANNEL)

/* table.c */
/* begin anew, in the memory of what was read before */
KULINK_HIDDEN void kulink_table_init(struct kulink_table *table, const struct kulink_part *part);
KULINK_HIDDEN void kulink_table_free(struct kulink_table *table);
/* a new row of zeroed cells with names, units and types filled; NULL: no memory */
KULINK_HIDDEN struct kulink_cell *kulink_table_row(struct kulink_table *table);
/* a copy with a NUL; NULL: no memory */
KULINK_HIDDEN const char *kulink_table_string(struct kulink_table *table, const char *s, size_t len);
/* struct kulink_table_head and records, as in the ABI; copied. -EPROTO if they do not fit together */
KULINK_HIDDEN int kulink_table_records(struct kulink_table *table, const void *wire, size_t len);
/* Memory for @len bytes of that, for kulink_table_take(); the table's. NULL: none */
KULINK_HIDDEN void *kulink_table_buffer(struct kulink_table *table, size_t len);
/* The same without a copy: @wire was malloc()ed, or is that, and is the table's from now on, whatever this answers */
KULINK_HIDDEN int kulink_table_take(struct kulink_table *table, void *wire, size_t len);
/* Records of a table that came as rows; the strings no longer than declared */
KULINK_HIDDEN int kulink_table_encode(struct kulink_table *table);
/* room behind its records for @n more; they count at once. NULL: no memory */
KULINK_HIDDEN void *kulink_table_more(struct kulink_table *table, size_t n);
/* table_text.c: the text of procfs and debugfs; -EPROTO */
KULINK_HIDDEN int kulink_table_text(struct kulink_table *table, const char *text, size_t len);
/* give each row to @row until it returns other than 0 */
KULINK_HIDDEN int kulink_table_each(const struct kulink_table *table,
				    int (*row)(void *ctx, const struct kulink_row *row), void *ctx);

/* record.c: decode one wire record; strings point into @record or the labels. What is decoded is @cells' only use: their
 * names stay from one to the next */
KULINK_HIDDEN size_t kulink_record_size(const struct kulink_part *part);
KULINK_HIDDEN int kulink_record_decode(const struct kulink_part *part, const void *record, size_t len,
				       struct kulink_cell *cells);
/* Likewise into @cells that have their names, of a record that is as long as it has to be */
KULINK_HIDDEN int kulink_record_cells(const struct kulink_part *part, const void *record,
				      struct kulink_cell *cells);
/* The other way round; @record is zeroed */
KULINK_HIDDEN void kulink_record_encode(const struct kulink_part *part, const struct kulink_cell *cells,
					void *record);
/* name, unit and type of @part's cells, all else zero */
KULINK_HIDDEN void kulink_record_names(const struct kulink_part *part, struct kulink_cell *cells);
/* room for any event's fields; free() it */
KULINK_HIDDEN struct kulink_cell *kulink_event_cells(const struct kulink_info *info);
/* label of an enum's index; "?" when there is none */
KULINK_HIDDEN const char *kulink_label(const char *const *labels, uint64_t index);
/* index of a label, or -EINVAL */
KULINK_HIDDEN int kulink_label_index(const char *const *labels, const char *label);

/* text.c: a value's text, as the kernel formats and parses it */
KULINK_HIDDEN int kulink_text_parse(const struct kulink_part *value, const char *text,
				    struct kulink_datum *datum);
/* what the kernel wrote: one newline at the end is dropped, a string is taken as it is */
KULINK_HIDDEN int kulink_text_read(const struct kulink_part *value, const char *text, size_t len,
				   struct kulink_datum *datum);
/* ASCII's white space */
KULINK_HIDDEN bool kulink_text_is_space(char c);
/* without a newline */
KULINK_HIDDEN int kulink_text_format(const struct kulink_datum *datum, char *text, size_t size);
/* undo seq_escape(); the bytes in @to, at most @room, or -EPROTO */
KULINK_HIDDEN int kulink_text_unescape(const char *text, size_t len, char *to, size_t room);
/* a decimal number at *@at, which moves behind its digits; -ERANGE, -EINVAL: there are none */
KULINK_HIDDEN int kulink_text_number(const char **at, const char *end, bool is_signed, uint64_t *number);

/* info.c */
KULINK_HIDDEN const struct kulink_part *kulink_part_find(const struct kulink_info *info,
							 uint32_t kind, const char *name);
KULINK_HIDDEN size_t kulink_part_count(const struct kulink_info *info, uint32_t kind);
/* position of a part among those of its kind */
KULINK_HIDDEN size_t kulink_part_index(const struct kulink_info *info,
				       const struct kulink_part *part);

/* file.c: shared by channels that are files in a directory */
/* an O_PATH descriptor that stays with this directory, whatever takes its name later; -errno */
KULINK_HIDDEN int kulink_dir_open(const char *root, const char *format, const char *service);
/* a session whose @private is its directory's descriptor and nothing else */
KULINK_HIDDEN int kulink_session_open_dir(struct kulink_session *s, const char *path);
/* the same where the directory has not the service's name */
KULINK_HIDDEN int kulink_session_open_at(struct kulink_session *s, const char *path,
					 const char *name);
KULINK_HIDDEN int kulink_session_dir(const struct kulink_session *s);
KULINK_HIDDEN void kulink_session_close_dir(struct kulink_session *s);
/* a descriptor, or the contracts' errno */
KULINK_HIDDEN int kulink_file_open(int dir, const char *name, int flags);
/* all of a file, NUL-terminated; free(*data) */
KULINK_HIDDEN int kulink_file_read(int dir, const char *name, char **data, size_t *len);
/* the first line of a file in the directory that kulink_dir_open() finds, without its newline; cut to @size */
KULINK_HIDDEN int kulink_file_line(const char *root, const char *format, const char *of,
				   const char *name, char *text, size_t size);
KULINK_HIDDEN int kulink_file_write(int dir, const char *name, const void *data, size_t len);
/* a value in a file of its own */
KULINK_HIDDEN int kulink_file_get(int dir, const char *name, const struct kulink_part *value,
				  struct kulink_datum *datum);
KULINK_HIDDEN int kulink_file_set(int dir, const char *name, const struct kulink_datum *datum);
/* what to write for @datum, a newline at its end; -EINVAL: white space at a string's ends */
KULINK_HIDDEN int kulink_file_text(const struct kulink_datum *datum, char *text, size_t size);
/* the contracts' errno for what the mechanism said: -ENODEV if the file has gone, EPERM is EACCES */
KULINK_HIDDEN int kulink_file_error(int dir, const char *name, int error);

/* exchange.c: one message and its reply over a descriptor (chardev, debugfs) */
KULINK_HIDDEN int kulink_exchange(int fd, uint16_t op, const char *part, const void *payload,
				  size_t payload_len, void *reply, size_t *reply_len);

/* arena.c: memory that is freed at once */
KULINK_HIDDEN struct kulink_arena *kulink_arena_new(void);
KULINK_HIDDEN void kulink_arena_free(struct kulink_arena *arena);
KULINK_HIDDEN void *kulink_arena_alloc(struct kulink_arena *arena, size_t size);
KULINK_HIDDEN char *kulink_arena_text(struct kulink_arena *arena, const char *s, size_t len);

#endif /* KULINK_LIB_CHANNEL_H */
