/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module's files know of each other. */
#ifndef STATISTICS_EX_H
#define STATISTICS_EX_H

#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "statistics.h"

/* counters.c */
extern struct statistics_area *statistics_area;
extern unsigned int statistics_records;
bool statistics_begin(u32 *sequence);
bool statistics_unchanged(u32 sequence);
void statistics_copy(struct statistics_record *to, unsigned int first, unsigned int count);
void statistics_traffic(unsigned long packets);
int statistics_table_create(void);
void statistics_table_free(void);
void statistics_producer_start(void);
void statistics_producer_stop(void);

/* page.c, seq.c */
extern const struct proc_ops statistics_page_ops;
extern const struct seq_operations statistics_seq_ops;

/* ioctl.c */
int statistics_device_register(void);
void statistics_device_unregister(void);

/* mmap.c */
struct vm_area_struct;
int statistics_mmap(struct file *file, struct vm_area_struct *vma);

/* netlink.c */
void statistics_alarm(const struct statistics_record *record);
int statistics_netlink_register(void);
void statistics_netlink_unregister(void);

#endif
