/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module and the programs agree on. */
#ifndef STATISTICS_H
#define STATISTICS_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* A connection's counters: 32 bytes without a hole, the same for every program. */
struct statistics_record {
	__u64 id;
	__u64 packets;
	__u64 bytes;
	__u64 dropped;
};

/* The two files of text have a line for each; the program prints the other ways' records alike. */
#define STATISTICS_LINE		"%llu: %llu packets, %llu bytes, %llu dropped\n"
#define STATISTICS_PAGE		"/proc/statistics/page"
#define STATISTICS_SEQ		"/proc/statistics/seq"

/* ioctl and mmap */
#define STATISTICS_DEVICE	"/dev/statistics"

struct statistics_get {
	__u64 buffer;	/* address of the caller's memory */
	__u32 size;	/* its bytes */
	__u32 needed;	/* out: bytes of the whole table; with ENOSPC nothing else was written */
};

#define STATISTICS_GET		_IOWR('S', 0x70, struct statistics_get)
#define STATISTICS_TRAFFIC	_IO('S', 0x71)	/* the argument: that many packets arrive now */

/* What a mapping at offset 0 shows, read-only; the sequence is odd while a record is being changed. */
struct statistics_area {
	__u32 sequence;
	__u32 records;
	__u64 reserved[3];
	struct statistics_record record[];
};

/* Generic netlink: a dump of the table, and an alarm to whoever listens */
#define STATISTICS_FAMILY	"statistics"
#define STATISTICS_GROUP	"alarms"
#define STATISTICS_C_GET	1	/* dump: messages with many records each */
#define STATISTICS_C_ALARM	2	/* multicast: a message with the one record */
#define STATISTICS_A_RECORDS	1	/* struct statistics_record, one or more */

#endif
