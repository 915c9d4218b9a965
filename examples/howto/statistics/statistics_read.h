/* SPDX-License-Identifier: GPL-2.0-only */
/* The ways to read, for programs: each hands back the whole table, or says on stderr why not and gives -1. */
#ifndef STATISTICS_READ_H
#define STATISTICS_READ_H

#include <stddef.h>

#include "statistics.h"

/* All records, in memory that free() takes; their number. */
long statistics_read_ioctl(struct statistics_record **records);
long statistics_read_mmap(struct statistics_record **records);
long statistics_read_netlink(struct statistics_record **records);

/* One open and as many reads as it gives, into memory that free() takes; the length. */
long statistics_read_text(const char *file, char **text);

/* The parts of the mmap way, for who keeps the mapping. */
const struct statistics_area *statistics_map(int fd);
void statistics_copy_area(const struct statistics_area *area, struct statistics_record *to);

/* The parts of the netlink way, for who keeps the socket. */
struct statistics_family {
	int id;
	int alarms;
};

int statistics_netlink_open(struct statistics_family *family);
long statistics_netlink_dump(int fd, int family, struct statistics_record **records);
int statistics_netlink_wait(int fd, struct statistics_record *record);

#endif
