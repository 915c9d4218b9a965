/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/* Between the bare mechanisms' module and the programs that measure it: names, ioctls, layouts. */
#ifndef KULINK_BENCH_BARE_H
#define KULINK_BENCH_BARE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#include "../pattern.h"

#define BARE_PAYLOAD_MAX	(1U << 20)

/*
 * /dev/bench_echo, /proc/bench_echo, a socket option, netlink, generic netlink, UDP: what comes goes back. By ioctl
 * and io_uring the answer is put behind the request, at @data + @len; in a socket option it is the second half.
 */
struct bare_echo {
	__u64 data;
	__u32 len;
	__u32 pad;
};

#define BARE_NULL	_IO('B', 0)
#define BARE_ECHO	_IOWR('B', 1, struct bare_echo)
/* A value that is one more each time it is read: likewise in sysfs, debugfs */
#define BARE_GET	_IOR('B', 2, __u64)
#define BARE_SET	_IOW('B', 3, __u64)

#define BARE_SOCKOPT		6400
#define BARE_NETLINK		28
#define BARE_NETLINK_ECHO	0x20
#define BARE_UDP_PORT		9186

/* Generic netlink */
#define BARE_FAMILY		"bench_bare"
#define BARE_GROUP		"events"

enum { BARE_C_ECHO = 1, BARE_C_TABLE, BARE_C_EVENT };
enum { BARE_A_UNSPEC, BARE_A_DATA, BARE_A_CHUNK, BARE_A_MAX = BARE_A_CHUNK };

/*
 * /dev/bench_table, /proc/bench_rows, /proc/bench_text: rows of eight words. Mapped, its first page has the
 * sequence, which is odd while the table changes, and the table begins on the second.
 */
#define BARE_ROW	64

struct bare_table {
	__u64 turn;
	__u64 bytes;
};

struct bare_table_page {
	__u32 sequence;
};

#define BARE_TABLE_FILL	_IOW('B', 8, struct bare_table)
#define BARE_TABLE_COPY	_IOWR('B', 9, struct bare_echo)

/*
 * Events: a burst of @n records of @bytes, the first of turn @turn. What found no room is told in @lost.
 * /dev/bench_ring, mapped: the program's page, the driver's page, and the records, BARE_RING bytes of them.
 */
struct bare_burst {
	__u64 turn;
	__u32 n;
	__u32 bytes;
	__u32 batch;		/* records a message */
	__u32 lost;
};

struct bare_ring_user {
	__u64 tail;
	__u32 waiting;
};

struct bare_ring_head {
	__u64 head;
};

#define BARE_RING	(1U << 20)
#define BARE_EVENT_MAX	4096
#define BARE_EMIT	_IOWR('B', 16, struct bare_burst)	/* bench_ring, bench_kfifo */
#define BARE_EMIT_GENL	_IOWR('B', 17, struct bare_burst)	/* bench_wake */
#define BARE_EMIT_RELAY	_IOWR('B', 18, struct bare_burst)

/* /dev/bench_wake: a timer in @delay nanoseconds that signals; when it began to is read afterwards */
struct bare_arm {
	__u64 delay;
	__s32 eventfd;		/* or -1: the attribute "woken" */
	__u32 pad;
};

#define BARE_ARM	_IOW('B', 24, struct bare_arm)
#define BARE_STAMP	_IOR('B', 25, __u64)

#endif
