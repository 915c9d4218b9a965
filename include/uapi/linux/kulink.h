/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * kulink: what crosses the boundary between a driver and a program.
 *
 * This is the only definition; kernel and library compile this same file. It
 * reads as the protocol's specification: first the words all channels share,
 * then the byte message (chardev, debugfs and others), the ioctl, the system call and
 * generic netlink.
 *
 * Rules: fixed-width types, native byte order, no holes, no pointers (an
 * address travels as __aligned_u64). Unknown flags and non-zero reserved fields
 * are -EINVAL. Structs only grow: one that is shorter than today's, but no
 * shorter than in ABI 1, is extended with zeros; a longer one is accepted if its
 * unknown tail is zero, else -E2BIG.
 */
#ifndef _UAPI_LINUX_KULINK_H
#define _UAPI_LINUX_KULINK_H

#include <linux/ioctl.h>
#include <linux/types.h>

/** KULINK_ABI - number of this ABI; told by sysfs, ioctl, genl and each message */
#define KULINK_ABI		1

/** KULINK_NAME_SIZE - a service's or part's name with its NUL: [a-z][a-z0-9_]* */
#define KULINK_NAME_SIZE	32

/** KULINK_STRING_SIZE - a string with its NUL: UTF-8, no newline */
#define KULINK_STRING_SIZE	256

/** KULINK_CALL_MAX - bytes of a call's request and of its reply, on any channel */
#define KULINK_CALL_MAX		(1U << 20)

/**
 * enum kulink_type - type of a value, of a table's column, of an event's field
 * @KULINK_TYPE_BOOL: 0 or 1
 * @KULINK_TYPE_S64: signed
 * @KULINK_TYPE_U64: unsigned
 * @KULINK_TYPE_ENUM: index into the declared labels; by name in text
 * @KULINK_TYPE_STRING: at most 255 bytes
 */
enum kulink_type {
	KULINK_TYPE_BOOL = 1,
	KULINK_TYPE_S64,
	KULINK_TYPE_U64,
	KULINK_TYPE_ENUM,
	KULINK_TYPE_STRING,
};

/**
 * enum kulink_kind - kinds of parts, as bits
 * @KULINK_VALUES: named scalars and strings
 * @KULINK_TABLES: named sets of records
 * @KULINK_CALLS: request and reply, bytes
 * @KULINK_EVENTS: messages from the driver
 * @KULINK_REGIONS: shared memory
 */
enum kulink_kind {
	KULINK_VALUES	= 1 << 0,
	KULINK_TABLES	= 1 << 1,
	KULINK_CALLS	= 1 << 2,
	KULINK_EVENTS	= 1 << 3,
	KULINK_REGIONS	= 1 << 4,
};

/**
 * struct kulink_datum - one value in flight
 * @type: enum kulink_type; when setting it must be the declared type
 * @len: bytes of @string without its NUL; 0 for bool, s64, u64
 * @number: the bool, s64 (two's complement), u64, or the enum's index
 * @string: NUL-terminated; for an enum its label. Setting an enum: the label if
 *          @len is not 0, else the index in @number
 */
struct kulink_datum {
	__u32 type;
	__u32 len;
	__aligned_u64 number;
	char string[KULINK_STRING_SIZE];
};

/*
 * A record (a table's row, an event's fields) is its cells one after the other in
 * declared order: bool, s64, u64, enum as eight bytes; a string NUL-padded in its
 * declared size, which is a multiple of eight.
 */

/**
 * struct kulink_table_head - what precedes a table's records
 * @len: bytes of this head; the first record follows at this offset
 * @record_size: bytes of one record
 * @generation: counts changes of the set of rows; starts at 1
 * @count: number of records
 * @ns: CLOCK_MONOTONIC when the reading began, nanoseconds
 */
struct kulink_table_head {
	__u32 len;
	__u32 record_size;
	__aligned_u64 generation;
	__aligned_u64 count;
	__aligned_u64 ns;
};

/**
 * struct kulink_event_head - what precedes an event's record
 * @seq: sequence number of this (service, event); the first is 1
 * @ns: CLOCK_MONOTONIC when it was emitted, nanoseconds
 */
struct kulink_event_head {
	__aligned_u64 seq;
	__aligned_u64 ns;
};

/*
 * The declaration is text, one line a part, tab-separated: in sysfs as
 * /sys/class/kulink/SERVICE/kulink/declaration, by KULINK_IOC_INFO and by genl.
 *
 *	kulink	ABI
 *	service	NAME	uid=U	gid=G	channels=LIST	[module=NAME]
 *	value	NAME	TYPE	MODE	[min=N	max=N]	[unit=U]	[labels=A,B,C]	[size=N]
 *	table	NAME	MODE
 *	column	NAME	TYPE	[unit=U]	[labels=A,B,C]	[size=N]
 *	call	NAME	MODE	request=MAX	reply=MAX
 *	event	NAME	MODE
 *	field	NAME	TYPE	[unit=U]	[labels=A,B,C]	[size=N]
 *	region	NAME	MODE	size=N
 *
 * TYPE is bool s64 u64 enum string; MODE is octal as in stat(2); size is the
 * bytes that a string takes in a record (a multiple of eight), or those of a region; columns belong to
 * the table above them, fields to the event. MODULE is the driver's, as in /sys/module. An unknown line
 * or key is skipped.
 *
 * A table as text (procfs, debugfs): a header line
 *	# GENERATION<TAB>NAME:TYPE[:UNIT]<TAB>NAME:TYPE[:UNIT]...
 * then a line a record, cells tab-separated, strings escaped as seq_escape(" \t\n\\").
 */

/**
 * enum kulink_op - operations of a message
 * @KULINK_OP_GET: part names a value; reply: struct kulink_datum
 * @KULINK_OP_SET: payload: struct kulink_datum; reply: none
 * @KULINK_OP_CALL: payload: the request's bytes; reply: the reply's bytes
 * @KULINK_OP_DUMP: part names a table; reply: struct kulink_table_head, records
 * @KULINK_OP_SUBSCRIBE: part names an event, or is empty for every event that the
 *	opener may read; reply: __u64 sequence so far, for the one event or for each
 *	declared event in order (all ones: not subscribed)
 * @KULINK_OP_UNSUBSCRIBE: part names an event or is empty for all; reply: none
 * @KULINK_OP_EVENT: kernel to program, unasked, id 0: struct kulink_event_head,
 *	the record. Before an overrun gives up the last event of a name, it is kept: a
 *	gap in the sequences shows each loss, at the tail too
 * @KULINK_OP_GONE: kernel to program, unasked, id 0: the service is gone; the last
 *	message of a stream that has subscribed
 * @KULINK_OP_INFO: reply: the declaration's text, without a NUL
 * @KULINK_OP_LIST: service and part are empty; reply: the names of the services that are
 *	published on this channel, each with a newline
 * @KULINK_OP_PAGE: part names a table; payload: struct kulink_page; reply: struct kulink_page,
 *	bytes of the table
 * @KULINK_OP_SEQUENCE: part names an event; reply: __u64, the last sequence that left for
 *	the readers of this channel, or was lost on the way; what was emitted before the
 *	request has left by then
 * @KULINK_OP_PROVE: over udp, from beyond loopback, before anything else: payload: __u64, 0 or
 *	the token that came; reply: __u64, the token to send back, or 0: it is proven that the
 *	sender's address receives what is sent to it. Service and part are empty
 * @KULINK_OP_LOST: kernel to program, unasked, the first message of a sub-buffer of relay: payload:
 *	__u64, how many events this processor had no room for since the former one. The sequences
 *	say which
 * @KULINK_OP_STREAMS: of relay: service and part are empty; reply: the name of the directory, beside the
 *	control file, where this session's streams are; -ENOENT before the first SUBSCRIBE
 * @KULINK_OP_REPLY: set in the op of a reply that travels as a datagram or a frame, so that it
 *	is never taken for a request
 *
 * Which channel carries which: its chapter in docs/channels.
 */
enum kulink_op {
	KULINK_OP_GET = 1,
	KULINK_OP_SET,
	KULINK_OP_CALL,
	KULINK_OP_DUMP,
	KULINK_OP_SUBSCRIBE,
	KULINK_OP_UNSUBSCRIBE,
	KULINK_OP_EVENT,
	KULINK_OP_GONE,
	KULINK_OP_INFO,
	KULINK_OP_LIST,
	KULINK_OP_PAGE,
	KULINK_OP_SEQUENCE,
	KULINK_OP_PROVE,
	KULINK_OP_LOST,
	KULINK_OP_STREAMS,
	KULINK_OP_REPLY = 0x8000,
};

/**
 * struct kulink_page - a piece of a table, for channels whose messages are small
 * @snapshot: which reading of the table; 0 in a request: a new one. In a reply: what to ask
 *	for on, or 0: that was all of it
 * @offset: bytes of the table (struct kulink_table_head, records) before this piece
 * @size: in a request 0; in a reply the bytes of the table in all
 *
 * A reading is kept some seconds for who asks on, and not longer when many do: -EAGAIN, begin
 * afresh.
 */
struct kulink_page {
	__aligned_u64 snapshot;
	__aligned_u64 offset;
	__aligned_u64 size;
};

/**
 * struct kulink_msg - header of a message on a byte channel
 * @len: bytes of the whole message, this header included
 * @abi: KULINK_ABI; another number is -EPROTONOSUPPORT
 * @op: enum kulink_op
 * @id: chosen by the asker, returned in the reply; of an event over relay: counts those of the session
 *	on all processors, from 1, so that their streams can be merged
 * @status: 0 in a request; 0 or -errno in a reply, or a positive errno: the channel's own word, the
 *	driver has not been asked (udp, packets)
 * @service: the service, NUL-padded; may be empty where the file names it already
 * @part: the part, NUL-padded
 *
 * The payload follows. On chardev and debugfs one write() is one whole request
 * (else -EINVAL); its reply is read() before the next request (else -EBUSY). A read()
 * may take a message in pieces, never parts of two messages.
 */
struct kulink_msg {
	__u32 len;
	__u16 abi;
	__u16 op;
	__u32 id;
	__s32 status;
	char service[KULINK_NAME_SIZE];
	char part[KULINK_NAME_SIZE];
};

/*
 * UDP: a message is a datagram, and so is its reply, to the port it came from, with the same id.
 * The first id is any number; those of SET and CALL then count up, the next only when the former
 * has been answered or given up. A request that was not answered is sent again under its id: a SET
 * or CALL that was run is answered again, not run again. Statuses of the channel's own:
 * EINPROGRESS it is still running, ask again; ENOKEY KULINK_OP_PROVE comes first; and -EBUSY too
 * many are running, it was not run; -EIO it was run, and the reply is not kept any more. A subscriber is
 * the port that a SUBSCRIBE came from, for KULINK_UDP_LEASE seconds; another SUBSCRIBE renews it
 * and tells how far the events have come.
 */
/** KULINK_UDP_PORT - the port that is meant where none is named */
#define KULINK_UDP_PORT		9185
/** KULINK_UDP_MAX - most bytes of a message: IPv4's largest datagram */
#define KULINK_UDP_MAX		65507
/** KULINK_UDP_CALL_MAX - most bytes of a call's request or reply */
#define KULINK_UDP_CALL_MAX	(KULINK_UDP_MAX - sizeof(struct kulink_msg))
/** KULINK_UDP_PIECE - most bytes of a message with a piece of a table, beyond loopback */
#define KULINK_UDP_PIECE	1400
/** KULINK_UDP_LEASE - seconds until a subscription ends unless it is renewed */
#define KULINK_UDP_LEASE	30

/**
 * struct kulink_ioc_info - KULINK_IOC_INFO: the declaration
 * @buffer: address that takes the text, without a NUL
 * @len: in: bytes at @buffer; out: bytes of the declaration. -EMSGSIZE if it does
 *       not fit: nothing is copied but this
 * @abi: out: KULINK_ABI
 * @flags: must be 0
 */
struct kulink_ioc_info {
	__aligned_u64 buffer;
	__aligned_u64 len;
	__u32 abi;
	__u32 flags;
};

/**
 * KULINK_IOC_BY_INDEX - in the flags of KULINK_IOC_GET, _SET, _DUMP and _CALL: @index says which part, and
 *	@name is not looked at. -ENOENT: the service has no such part of the kind that the command asks for
 */
#define KULINK_IOC_BY_INDEX	(1U << 0)

/**
 * struct kulink_ioc_find - KULINK_IOC_FIND: a part's index, for KULINK_IOC_BY_INDEX
 * @name: the part's name, NUL-terminated
 * @kind: one of enum kulink_kind; else -EINVAL
 * @index: out: its position among the declared parts of its kind
 *
 * It holds for this open file, and for as long as that is open: another service of the same name may be
 * declared otherwise. It asks for no permission, as the declaration does not; using the part does.
 */
struct kulink_ioc_find {
	char name[KULINK_NAME_SIZE];
	__u32 kind;
	__u32 index;
};

/**
 * struct kulink_ioc_value - KULINK_IOC_GET, KULINK_IOC_SET
 * @name: the value's name, NUL-terminated
 * @flags: KULINK_IOC_BY_INDEX or 0
 * @index: of the value, with KULINK_IOC_BY_INDEX; else must be 0
 * @datum: the value. KULINK_IOC_GET looks at nothing in it, and writes no further than its string's NUL
 */
struct kulink_ioc_value {
	char name[KULINK_NAME_SIZE];
	__u32 flags;
	__u32 index;
	struct kulink_datum datum;
};

/**
 * struct kulink_ioc_table - KULINK_IOC_DUMP: a table, head and records
 * @name: the table's name, NUL-terminated
 * @buffer: address that takes struct kulink_table_head and the records
 * @len: in: bytes at @buffer; out: bytes of the table. -EMSGSIZE if it does not fit:
 *       nothing is copied but this
 * @flags: KULINK_IOC_BY_INDEX or 0
 * @index: of the table, with KULINK_IOC_BY_INDEX; else must be 0
 */
struct kulink_ioc_table {
	char name[KULINK_NAME_SIZE];
	__aligned_u64 buffer;
	__aligned_u64 len;
	__u32 flags;
	__u32 index;
};

/**
 * struct kulink_ioc_call - KULINK_IOC_CALL
 * @name: the call's name, NUL-terminated
 * @request: address of the request
 * @reply: address that takes the reply
 * @request_len: bytes at @request
 * @reply_len: in: bytes at @reply; out: bytes of the reply. A reply that does not fit
 *             is -EMSGSIZE, known only after the call was made
 * @flags: KULINK_IOC_BY_INDEX or 0
 * @index: of the call, with KULINK_IOC_BY_INDEX; else must be 0
 */
struct kulink_ioc_call {
	char name[KULINK_NAME_SIZE];
	__aligned_u64 request;
	__aligned_u64 reply;
	__u32 request_len;
	__u32 reply_len;
	__u32 flags;
	__u32 index;
};

/**
 * struct kulink_syscall - argument of kulink(2): long kulink(struct kulink_syscall *args, size_t size)
 * @request: address of a message (KULINK_OP_GET, _SET, _CALL, _DUMP, _PAGE, _INFO, _LIST) that
 *	names its service
 * @reply: address that takes the reply, a message
 * @request_len: bytes at @request
 * @reply_len: bytes at @reply. A reply that does not fit is one of -EMSGSIZE in place of it, in a
 *	header alone; a call has been made by then. No room for a header is -EMSGSIZE at once
 * @flags: must be 0
 *
 * The call returns the reply's bytes, whatever its status; or -errno and no reply: -EINVAL, -E2BIG,
 * -EFAULT, -EMSGSIZE, -ENOMEM, -EPROTONOSUPPORT, or -ENOSYS without the module. A reply that could
 * not be copied is -EFAULT when all is done. The number is only in a kernel with our patch: read it in
 * /sys/module/kulink_syscall/parameters/number, and call no other to find it.
 */
struct kulink_syscall {
	__aligned_u64 request;
	__aligned_u64 reply;
	__aligned_u64 request_len;
	__aligned_u64 reply_len;
	__aligned_u64 flags;
};

/** KULINK_SYSCALL_SIZE_1 - bytes of it in ABI 1, the least there may be */
#define KULINK_SYSCALL_SIZE_1	40

/*
 * Memory of the node: KULINK_IOC_MAP says at which offset of the file a part is, mmap(2) maps it,
 * shared. Values and tables lie in areas that begin with struct kulink_map_head and can only be
 * read; a region is nothing but the driver's pages. The kernel never reads what it wrote there.
 */

/**
 * enum kulink_map_state - what a head says of its area, bits
 * @KULINK_MAP_GONE: nothing is written here any more: the driver has left, or the service is
 *	not published on this channel now. The memory stays valid
 * @KULINK_MAP_MOVED: of a table that has outgrown the area: ask for the new one
 */
enum kulink_map_state {
	KULINK_MAP_GONE		= 1 << 0,
	KULINK_MAP_MOVED	= 1 << 1,
};

/**
 * struct kulink_map_head - the beginning of an area
 * @abi: KULINK_ABI
 * @seq: odd while the kernel writes. To read: an even one, then the data, then the same one
 *	again; else anew. The areas of one service's values always step together: the same one in
 *	each is one moment in all
 * @state: enum kulink_map_state bits
 * @reserved: 0
 * @ns: CLOCK_MONOTONIC of the last writing, nanoseconds
 * @size: bytes in use, this head included
 */
struct kulink_map_head {
	__u32 abi;
	__u32 seq;
	__u32 state;
	__u32 reserved;
	__aligned_u64 ns;
	__aligned_u64 size;
};

/**
 * struct kulink_map_table - the beginning of a table's area
 * @map: as of any area
 * @changes: of a table whose driver tells when it changes: the table's count of changes when it
 *	was read from the driver. While KULINK_MAP_CHANGES shows the same, so would a refresh
 */
struct kulink_map_table {
	struct kulink_map_head map;
	__aligned_u64 changes;
};

/** KULINK_MAP_STALE - in a value's flags: it has changed since, or was never read: refresh it */
#define KULINK_MAP_STALE	1

/**
 * struct kulink_map_value - a value in an area
 * @number: bool, s64 (two's complement), u64, the index of an enum
 * @ns: CLOCK_MONOTONIC when it was read from the driver, nanoseconds
 * @error: 0, or the -errno that the driver gave: then there is no value
 * @flags: KULINK_MAP_STALE
 * @len: bytes of the string, without a NUL
 * @reserved: 0
 *
 * A string follows, with a NUL.
 *
 * A value that is a member of the driver's struct is written when it was set over any channel
 * and when the driver says that it has changed, all members at once, as of one moment. One that
 * the driver computes is only marked then, and read when a refresh asks for it.
 */
struct kulink_map_value {
	__aligned_u64 number;
	__aligned_u64 ns;
	__s32 error;
	__u32 flags;
	__u32 len;
	__u32 reserved;
};

/** KULINK_MAP_REFRESH - read it from the driver now, and write it */
#define KULINK_MAP_REFRESH	1
/**
 * KULINK_MAP_CHANGES - of a table that was read: where its count of changes is, a __u64 that all
 * who have the service open share, in a page without a head. -EOPNOTSUPP: the driver does not tell
 */
#define KULINK_MAP_CHANGES	2

/**
 * struct kulink_ioc_map - KULINK_IOC_MAP: where a part is in the node's memory
 * @name: the part's, NUL-terminated
 * @kind: KULINK_VALUES, KULINK_TABLES, KULINK_REGIONS; KULINK_VALUES without a name: every
 *	value that the opener may read, to refresh them; 0 without a name: nothing but the head of
 *	an area, by which the user of a region sees its end
 * @flags: KULINK_MAP_REFRESH or 0, which for a table that was never read is the same; or
 *	KULINK_MAP_CHANGES
 * @offset: out: the area's, for mmap(2)
 * @len: out: bytes of the area, whole pages
 * @at: out: where the part begins in the area: struct kulink_map_value; struct
 *	kulink_table_head and the records; a region's bytes at 0
 * @size: out: bytes of the part now
 * @mode: out: 04, and 02 for a region that this file may write
 * @reserved: must be 0
 *
 * A table is each open file's own, as of its last refresh; values are shared by all who may read
 * the same of them.
 */
struct kulink_ioc_map {
	char name[KULINK_NAME_SIZE];
	__u32 kind;
	__u32 flags;
	__aligned_u64 offset;
	__aligned_u64 len;
	__aligned_u64 at;
	__aligned_u64 size;
	__u32 mode;
	__u32 reserved;
};

/*
 * The event ring: events as memory, a ring for each open file, which asks for its size. What the
 * program writes and what the kernel writes are two areas, and nothing that the program can write is
 * ever used as the kernel's own:
 *
 *	@user_offset, a page that the program writes	@data_offset, pages that the kernel writes
 *	+--------------------------+			+---------------------------+
 *	| struct kulink_ring_user  |			| struct kulink_ring_head   |
 *	|   tail                   |			|   head, ..., seq[]        |
 *	+--------------------------+			+---------------------------+ @records
 *							| struct kulink_ring_record |
 *							|   the event's record      |
 *							| struct kulink_ring_record |
 *							|   ...                     |
 *							+---------------------------+ @records + @size
 *
 * Positions only grow; a record lies at its position modulo @size, in one piece: what is left behind
 * the last one that fits is a pad. To read: head, with acquire; the records from tail to there, where
 * they are; then tail, with release. Nothing to read: poll(); whoever looks at the descriptor is
 * woken once, and again after the next look.
 */

/**
 * enum kulink_ring_flags - how a ring behaves
 * @KULINK_RING_OVERWRITE: when it is full the oldest records make room, instead of the new one being
 *	lost. What is read must be copied, and was there whole if @tail in the head has not passed it
 *	afterwards
 */
enum kulink_ring_flags {
	KULINK_RING_OVERWRITE	= 1 << 0,
};

/**
 * struct kulink_ring_user - the program's page
 * @tail: position up to which it has read. One that makes no sense is a ring that is full
 * @reserved: the program leaves it 0
 */
struct kulink_ring_user {
	__aligned_u64 tail;
	__aligned_u64 reserved;
};

/**
 * struct kulink_ring_head - the beginning of what the kernel writes
 * @map: as of any area; @map.state says when it has ended
 * @records: where the records begin, bytes from here
 * @n_events: of @seq
 * @size: bytes of records, a power of two
 * @head: position where the next record will be: what is before it is whole
 * @tail: with KULINK_RING_OVERWRITE: what is before it is no more. Else 0
 * @wakeups: how often somebody was woken
 * @seq: for each declared event, in order, the last sequence while it was in the ring: its record is in
 *	the ring, or it was lost. Read it first and then head: what is missing up to it was lost at the end
 */
struct kulink_ring_head {
	struct kulink_map_head map;
	__u32 records;
	__u32 n_events;
	__aligned_u64 size;
	__aligned_u64 head;
	__aligned_u64 tail;
	__aligned_u64 wakeups;
	__aligned_u64 seq[];
};

/** KULINK_RING_PAD - the event of a record that is none */
#define KULINK_RING_PAD		0xffffffff

/**
 * struct kulink_ring_record - before each record in a ring
 * @size: bytes to the next one, this head included; a multiple of eight
 * @event: position among the declared events, or KULINK_RING_PAD: then only these two are there
 * @lost: how many of this event were lost just before this one
 * @head: of the event; its record follows
 */
struct kulink_ring_record {
	__u32 size;
	__u32 event;
	__aligned_u64 lost;
	struct kulink_event_head head;
};

/**
 * struct kulink_ioc_ring - KULINK_IOC_RING_ADD, _REMOVE: an event is written into the ring of this
 *	open file from now on; with the first one the ring is made
 * @name: the event's, NUL-terminated
 * @flags: enum kulink_ring_flags; of a ring that is there: the same, else -EBUSY
 * @watermark: wake up only when so many bytes are unread; at most half of the ring; 0: any
 * @size: in: bytes for records, rounded up to a power of two and to what holds two of the largest;
 *	0: 256 KiB, or what the ring has. Another one than it has is -EBUSY. out: what it is
 * @user_offset: out: of the program's page, for mmap(2), shared, to read and to write: the node must
 *	be open for both
 * @data_offset: out: of the kernel's pages, to read
 * @data_len: out: bytes of these
 * @seq: out: the event's sequence when it was added
 *
 * Adding what is there changes nothing but @watermark. Removing: the name alone. A ring whose service
 * has ended stays as it is until an event is added, which makes another.
 */
struct kulink_ioc_ring {
	char name[KULINK_NAME_SIZE];
	__u32 flags;
	__u32 watermark;
	__aligned_u64 size;
	__aligned_u64 user_offset;
	__aligned_u64 data_offset;
	__aligned_u64 data_len;
	__aligned_u64 seq;
};

/**
 * struct kulink_ioc_wait - KULINK_IOC_RING_WAIT: sleep until there is something to read in the ring of
 *	this open file, or its service has ended: as poll(2) with POLLIN, for one file, and so for less
 * @timeout_ms: at most so long, rounded up to the kernel's next tick; negative: for ever; 0: look only
 * @flags: 0
 *
 * -ETIMEDOUT; -EINTR: a signal was handled; -ESRCH: no event was added. May sleep.
 */
struct kulink_ioc_wait {
	__s32 timeout_ms;
	__u32 flags;
};

/** KULINK_REGISTRATIONS_MAX - of eventfds, and of signals, on one open file; -ENOSPC */
#define KULINK_REGISTRATIONS_MAX	64

/**
 * struct kulink_ioc_eventfd - KULINK_IOC_EVENTFD_ADD, _REMOVE, _STATE: an eventfd is bumped
 *	by one for each event emitted, until it is removed or the last copy of the node's
 *	descriptor is closed
 * @name: the event's name, NUL-terminated
 * @fd: an eventfd, -EBADF or -EINVAL if it is none. One that is registered for the event on this
 *	open file: -EEXIST when adding; one that is not: -ESRCH otherwise
 * @flags: must be 0
 * @first: out: the sequence when it was registered; the first bump is for the next one
 * @seq: out: the sequence now, taken at once with @missed. @seq - @first - @missed bumps were
 *	made; what is neither read nor in the counter was lost there, because it was full
 * @missed: out: bumps not made, because the event was emitted in the midst of waking up some
 *	eventfd's reader
 * @ended: out: 1: the service is gone, or was taken off this channel: a bump more than
 *	@seq says was the last one
 * @reserved: must be 0
 */
struct kulink_ioc_eventfd {
	char name[KULINK_NAME_SIZE];
	__s32 fd;
	__u32 flags;
	__aligned_u64 first;
	__aligned_u64 seq;
	__aligned_u64 missed;
	__u32 ended;
	__u32 reserved;
};

/**
 * struct kulink_ioc_signal - KULINK_IOC_SIGNAL_ADD, _REMOVE, _STATE: the calling thread gets a
 *	realtime signal for each event emitted, until it removes it, ends or makes an exec, or
 *	the last copy of the node's descriptor is closed
 * @name: the event's name, NUL-terminated
 * @signo: 32 to 64. Registered for the event by this thread on this open file: -EEXIST when
 *	adding; not registered: -ESRCH otherwise
 * @flags: must be 0
 * @first: out: the sequence when it was registered
 * @seq: out: the sequence now, taken at once with the counts: @seq - @first is their sum
 * @queued: out: signals that were queued
 * @full: out: not queued: the user has RLIMIT_SIGPENDING of them, or there was no memory
 * @ignored: out: not queued: the thread ignored the signal
 * @denied: out: not sent: the thread's credentials at that moment may not read the event
 * @absent: out: not sent: the thread had ended or made an exec
 * @ended: out: 1: the service is gone, or was taken off this channel: nothing follows
 * @reserved: must be 0
 *
 * The signal has si_code SI_QUEUE, si_pid 0 and in si_int the low 32 bits of the event's sequence;
 * si_uid means nothing. With si_errno ENODEV it is the last one: nothing was emitted, si_int is the
 * last sequence. One that could not be queued still becomes pending if no other of its number
 * is: with si_code SI_USER, si_pid 0 and no number: ask for the counts.
 */
struct kulink_ioc_signal {
	char name[KULINK_NAME_SIZE];
	__u32 signo;
	__u32 flags;
	__aligned_u64 first;
	__aligned_u64 seq;
	__aligned_u64 queued;
	__aligned_u64 full;
	__aligned_u64 ignored;
	__aligned_u64 denied;
	__aligned_u64 absent;
	__u32 ended;
	__u32 reserved;
};

#define KULINK_IOC_MAGIC	0xB5
#define KULINK_IOC_INFO		_IOWR(KULINK_IOC_MAGIC, 0x00, struct kulink_ioc_info)
#define KULINK_IOC_GET		_IOWR(KULINK_IOC_MAGIC, 0x01, struct kulink_ioc_value)
#define KULINK_IOC_SET		_IOW(KULINK_IOC_MAGIC, 0x02, struct kulink_ioc_value)
#define KULINK_IOC_DUMP		_IOWR(KULINK_IOC_MAGIC, 0x03, struct kulink_ioc_table)
#define KULINK_IOC_CALL		_IOWR(KULINK_IOC_MAGIC, 0x04, struct kulink_ioc_call)
#define KULINK_IOC_FIND		_IOWR(KULINK_IOC_MAGIC, 0x05, struct kulink_ioc_find)
#define KULINK_IOC_MAP		_IOWR(KULINK_IOC_MAGIC, 0x08, struct kulink_ioc_map)
#define KULINK_IOC_RING_ADD	_IOWR(KULINK_IOC_MAGIC, 0x09, struct kulink_ioc_ring)
#define KULINK_IOC_RING_REMOVE	_IOWR(KULINK_IOC_MAGIC, 0x0a, struct kulink_ioc_ring)
#define KULINK_IOC_RING_WAIT	_IOW(KULINK_IOC_MAGIC, 0x0b, struct kulink_ioc_wait)
#define KULINK_IOC_EVENTFD_ADD		_IOWR(KULINK_IOC_MAGIC, 0x10, struct kulink_ioc_eventfd)
#define KULINK_IOC_EVENTFD_REMOVE	_IOWR(KULINK_IOC_MAGIC, 0x11, struct kulink_ioc_eventfd)
#define KULINK_IOC_EVENTFD_STATE	_IOWR(KULINK_IOC_MAGIC, 0x12, struct kulink_ioc_eventfd)
#define KULINK_IOC_SIGNAL_ADD		_IOWR(KULINK_IOC_MAGIC, 0x18, struct kulink_ioc_signal)
#define KULINK_IOC_SIGNAL_REMOVE	_IOWR(KULINK_IOC_MAGIC, 0x19, struct kulink_ioc_signal)
#define KULINK_IOC_SIGNAL_STATE		_IOWR(KULINK_IOC_MAGIC, 0x1a, struct kulink_ioc_signal)

/*
 * io_uring: IORING_OP_URING_CMD on the node, whose cmd is a struct kulink_uring. The submission's cmd_op is
 *
 * - KULINK_IOC_INFO, _FIND, _GET, _SET, _DUMP or _CALL: as that ioctl(2), in the same struct; the completion's
 *   res is 0 or what would be -errno, and -EINTR when it was cancelled while it waited
 * - KULINK_URING_MESSAGE: a message, GET, SET, CALL, DUMP, PAGE, INFO, SUBSCRIBE or UNSUBSCRIBE, and its
 *   reply; the node is open to read and to write. res is the reply's bytes, whatever its status; or
 *   -errno, and no reply
 * - KULINK_URING_EVENTS: what has happened of what this open file has subscribed to by messages: EVENT
 *   and, at the end, GONE, one behind the other, as many as there are and fit. res is their bytes;
 *   -EAGAIN: none, poll the node; -EMSGSIZE: no room for the first; -ENODEV: after GONE; -EINVAL: the
 *   file has not subscribed
 */

/** KULINK_URING_MESSAGE - the command: a message and its reply */
#define KULINK_URING_MESSAGE	1
/** KULINK_URING_EVENTS - the command: the events that there are */
#define KULINK_URING_EVENTS	2

/**
 * struct kulink_uring - in the submission; read once
 * @buffer: address of the ioctl's struct; of the request, whose place the reply takes; or for events. With
 *	IORING_URING_CMD_FIXED, which is not for an ioctl's, it lies in the registered buffer that the
 *	submission names
 * @request_len: bytes of the request; else 0
 * @room: bytes at @buffer for the reply or for events; else 0
 */
struct kulink_uring {
	__aligned_u64 buffer;
	__u32 request_len;
	__u32 room;
};

/*
 * Packets: a message is an Ethernet frame of this type, and so is its reply, to the station it came
 * from, with the same id; what the frame has behind the message is padding. The upper half of an id
 * is the asking program's own number, the lower half counts up; both begin at random. A request that
 * was not answered is sent again under its id: a CALL that was run is answered again, not run again.
 * Statuses of the channel's own: EINPROGRESS it is still running, ask again; ESTALE it was not run,
 * another program has asked under this number: pick another one; and -EBUSY too many are running, it
 * was not run; -EIO it was run, and the reply is not kept any more. A request to all stations for a
 * service that is not there is not answered. CALL, INFO, LIST, SEQUENCE; EVENT and GONE go to all.
 * Numbers are in the sender's byte order: another abi than one's own is answered with
 * -EPROTONOSUPPORT, what comes from a machine of the other order is not answered.
 */
/** KULINK_PACKET_ETHERTYPE - IEEE 802's first one for local experiments */
#define KULINK_PACKET_ETHERTYPE	0x88b5
/** KULINK_PACKET_CALL_MAX - most bytes of a call's request or reply: what a frame of lo holds */
#define KULINK_PACKET_CALL_MAX	(65536 - sizeof(struct kulink_msg))

/*
 * Socket options at level SOL_IP, of any IPv4 socket of the initial network namespace. One range of
 * numbers for all that IPv4 and netfilter have; others' end below 2048.
 */

/** KULINK_SO_MIN - the first number that is ours */
#define KULINK_SO_MIN		0xb500
/** KULINK_SO_ABI - getsockopt(): a __u32, KULINK_ABI */
#define KULINK_SO_ABI		(KULINK_SO_MIN + 0)
/**
 * KULINK_SO_MESSAGE - a request, from the first byte on, as long as its own len says
 *
 * getsockopt(): the reply takes its place; the option's length is room for it on the way in, which is
 * no less than the request, and its bytes on the way out. GET, SET, CALL, DUMP, PAGE, INFO, LIST.
 * setsockopt(): the option's length is the request's; what would be the reply's status is the call's
 * errno, its payload is dropped. SET, CALL.
 */
#define KULINK_SO_MESSAGE	(KULINK_SO_MIN + 1)
/** KULINK_SO_MAX - the first number that is no longer ours; between them: reserved */
#define KULINK_SO_MAX		(KULINK_SO_MIN + 16)

/*
 * Netlink, a protocol of its own: its number is in /sys/module/kulink_netlink/parameters/unit.
 * After the nlmsghdr, whose type is KULINK_NETLINK_MESSAGE, comes a struct kulink_msg with its
 * payload: GET, SET, CALL, INFO, LIST, SEQUENCE, answered by one such message; DUMP, with
 * NLM_F_DUMP, by many, each with a struct kulink_table_head (of the whole table) and any number of
 * records. A failed operation is an NLMSG_ERROR, with an extended ack; a driver's -EINTR is
 * -ERESTART there. EVENT and GONE are multicast; several may share a datagram.
 */
/** KULINK_NETLINK_MESSAGE - nlmsg_type of every message of ours, both ways */
#define KULINK_NETLINK_MESSAGE		0x10
/** events whose mode lets others read; anyone may join */
#define KULINK_NETLINK_EVENTS		1
/** the other events, to whom each one's mode allows; before Linux 6.8 it takes CAP_NET_ADMIN to join */
#define KULINK_NETLINK_RESTRICTED	2
/** KULINK_NETLINK_PAYLOAD_MAX - bytes of a call's request and of its reply */
#define KULINK_NETLINK_PAYLOAD_MAX	(60U << 10)

/*
 * Generic netlink: family KULINK_GENL_NAME, or a driver's own of the same shape.
 * docs/specs/kulink.yaml says the same for YNL. Errors carry an extended ack.
 */
#define KULINK_GENL_NAME		"kulink"
#define KULINK_GENL_VERSION		1
/** events whose mode lets others read; anyone may join */
#define KULINK_GENL_EVENTS		"events"
/** the other events, to whom each one's mode allows; before Linux 6.8 it takes CAP_NET_ADMIN to join */
#define KULINK_GENL_EVENTS_RESTRICTED	"restricted"
/** the same events as KULINK_GENL_EVENTS, as KULINK_CMD_EVENTS; join the one or the other */
#define KULINK_GENL_PACKED		"packed"
/** likewise those of KULINK_GENL_EVENTS_RESTRICTED */
#define KULINK_GENL_PACKED_RESTRICTED	"packedrestrict"

/**
 * enum kulink_cmd - commands
 * @KULINK_CMD_GET_SERVICE: do: SERVICE; reply: SERVICE, ABI, DECLARATION. dump: all
 * @KULINK_CMD_GET_VALUE: do: SERVICE, PART; reply: SERVICE, PART, and U64, S64, BOOL or
 *	STRING (an enum's label)
 * @KULINK_CMD_SET_VALUE: do: SERVICE, PART, and U64, S64, BOOL or STRING by type (an enum: its
 *	label, or U64 its index)
 * @KULINK_CMD_GET_TABLE: dump: SERVICE, PART; each message: GENERATION, any number of
 *	RECORD; with PACKED: GENERATION, and RECORDS unless the table is empty
 * @KULINK_CMD_CALL: do: SERVICE, PART, PAYLOAD (none: an empty request); reply: SERVICE, PART,
 *	PAYLOAD. A driver's -EINTR comes as -ERESTART: to netlink it means that no answer is due
 * @KULINK_CMD_GET_SEQUENCE: do: SERVICE, PART (an event); reply: SERVICE, PART, SEQ, the
 *	last multicast; what was emitted before the request is multicast by then
 * @KULINK_CMD_EVENT: multicast: SERVICE, PART, SEQ, NS, RECORD; several may share a datagram
 * @KULINK_CMD_GONE: multicast, to each group: SERVICE is no more, here
 * @KULINK_CMD_EVENTS: multicast, to KULINK_GENL_PACKED and _RESTRICTED: SERVICE, EVENTS: as many
 *	as came within half a millisecond after the last message and fit; one after a pause comes at once.
 *	Who joined the groups of KULINK_CMD_EVENT goes on with one event a message
 */
enum kulink_cmd {
	KULINK_CMD_UNSPEC,
	KULINK_CMD_GET_SERVICE,
	KULINK_CMD_GET_VALUE,
	KULINK_CMD_SET_VALUE,
	KULINK_CMD_GET_TABLE,
	KULINK_CMD_CALL,
	KULINK_CMD_GET_SEQUENCE,
	KULINK_CMD_EVENT,
	KULINK_CMD_GONE,
	KULINK_CMD_EVENTS,
	__KULINK_CMD_MAX,
};

#define KULINK_CMD_MAX (__KULINK_CMD_MAX - 1)

/**
 * enum kulink_attr - attributes
 * @KULINK_A_PAD: alignment of 64-bit attributes
 * @KULINK_A_SERVICE: string, a service's name
 * @KULINK_A_PART: string, a part's name
 * @KULINK_A_ABI: u32
 * @KULINK_A_DECLARATION: string, the declaration's text
 * @KULINK_A_BOOL: u8, 0 or 1
 * @KULINK_A_S64: s64
 * @KULINK_A_U64: u64
 * @KULINK_A_STRING: string
 * @KULINK_A_PAYLOAD: binary, at most 60 KiB
 * @KULINK_A_GENERATION: u64
 * @KULINK_A_RECORD: nest of KULINK_A_BOOL, _S64, _U64, _STRING: the cells in declared
 *	order; an enum as its label
 * @KULINK_A_SEQ: u64
 * @KULINK_A_NS: u64, CLOCK_MONOTONIC nanoseconds
 * @KULINK_A_EVENTS: binary: struct kulink_ring_record and the event's record as in a ring, without
 *	pads, one after the other, from an address that is a multiple of eight on
 * @KULINK_A_PACKED: flag: RECORDS in place of RECORD
 * @KULINK_A_RECORDS: binary: whole records of a table one after the other, as behind struct
 *	kulink_table_head
 */
enum kulink_attr {
	KULINK_A_UNSPEC,
	KULINK_A_PAD,
	KULINK_A_SERVICE,
	KULINK_A_PART,
	KULINK_A_ABI,
	KULINK_A_DECLARATION,
	KULINK_A_BOOL,
	KULINK_A_S64,
	KULINK_A_U64,
	KULINK_A_STRING,
	KULINK_A_PAYLOAD,
	KULINK_A_GENERATION,
	KULINK_A_RECORD,
	KULINK_A_SEQ,
	KULINK_A_NS,
	KULINK_A_EVENTS,
	KULINK_A_PACKED,
	KULINK_A_RECORDS,
	__KULINK_A_MAX,
};

#define KULINK_A_MAX (__KULINK_A_MAX - 1)

/** KULINK_GENL_PAYLOAD_MAX - an attribute's length is 16 bits */
#define KULINK_GENL_PAYLOAD_MAX		(60U << 10)

#endif /* _UAPI_LINUX_KULINK_H */
