/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The test driver: services ktest0, ktest1 … with one of everything a declaration can
 * say. Values, tables, calls, events and regions have a file each; what tests steer goes
 * beside kulink, by /sys/module/kulink_test/parameters/ (control.c), so that each channel
 * can be tested alone.
 */
#ifndef KTEST_H
#define KTEST_H

#include <linux/irq_work.h>
#include <linux/completion.h>
#include <linux/kulink.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "log.h"

struct ktest {
	struct kulink_service *service;
	unsigned int id;
	spinlock_t lock;		/* the driver's: guards the members of values */

	/* values.c */
	bool flag;
	s8 num_s8;
	s16 num_s16;
	s32 num_s32;
	s64 num_s64;
	long num_long;
	u8 num_u8;
	u16 num_u16;
	u32 num_u32;
	u64 num_u64;
	unsigned long num_ulong;
	s16 ranged_s;
	u32 ranged_u;
	s64 edge_s;
	u64 edge_u;
	u8 choice;
	char label[32];
	char text[KULINK_STRING_SIZE];
	char sized[16];
	u64 ticks;
	u64 fixed;
	char title[16];
	u64 mode_0600;
	u64 mode_0660;
	u64 mode_0640;
	u64 mode_0604;
	u64 mode_0664;
	u64 mode_0400;
	u64 mode_0200;
	u64 mode_0220;
	u64 changes;
	u64 insmod_only;
	struct mutex fn_lock;		/* guards what follows */
	u64 written;
	u64 counted;
	bool fn_bool;
	s64 fn_s64;
	u64 fn_u64;
	char fn_string[KULINK_STRING_SIZE];
	u64 refused;
	u64 slept;

	/* tables.c */
	struct mutex rows_lock;		/* the driver's: guards what follows */
	u64 rows;
	u64 rows_generation;

	/* churn.c */
	spinlock_t churn_lock;		/* the driver's: guards what follows */
	struct list_head churn_rows;
	u64 churn_count;
	u64 churn_generation;
	u64 churn_id;
	struct task_struct *churner;

	/* calls.c */
	wait_queue_head_t release_wait;
	unsigned int release;		/* changes: what sleeps wakes */
	bool leaving;			/* nothing sleeps any more */
	struct delayed_work leave;

	/* events.c */
	spinlock_t emit_lock;		/* so that the log has the order of the seqs */
	u64 emitted[KTEST_EVENTS];
	struct irq_work irq_work;
	struct completion irq_done;
	unsigned int irq_left;
	struct mutex flood_lock;	/* one flood at a time */

	/* regions.c */
	struct page *pages[KTEST_REGION_PAGES];
};

extern struct kulink_desc ktest_desc;
extern struct kulink_value ktest_values[];
extern const struct kulink_table ktest_tables[];
extern struct kulink_call ktest_calls[];
extern const struct kulink_event ktest_events[];
extern const struct kulink_region ktest_regions[];

/* control.c */
extern unsigned int ktest_delay_ms;
extern int ktest_errno;
extern unsigned long ktest_rows;
extern unsigned long ktest_churn;

/* main.c: on every instance that there is */
int ktest_each(int (*fn)(struct ktest *kt, unsigned long arg), unsigned long arg);

/* values.c */
void ktest_values_init(struct ktest *kt);
int ktest_tick(struct ktest *kt, unsigned long from_irq);

/* tables.c */
void ktest_tables_init(struct ktest *kt);
int ktest_rows_set(struct ktest *kt, unsigned long rows);

/* churn.c */
struct ktest_churn_told {
	u64 id;
	u64 generation;
	u64 count;
};

extern const struct kulink_field ktest_churn_columns[];
void ktest_churn_init(struct ktest *kt);
int ktest_churn_set(struct ktest *kt, unsigned long on);
void ktest_churn_exit(struct ktest *kt);
void *ktest_churn_start(void *priv);
void *ktest_churn_next(void *priv, void *item);
void ktest_churn_stop(void *priv);
int ktest_churn_row(void *priv, void *item, void *to);
u64 ktest_churn_generation(void *priv);

/* calls.c: sleep @ms (0: no limit) or until released; -EINTR by a signal */
int ktest_sleep(struct ktest *kt, u64 ms);
/* as long as the parameter delay_ms says */
int ktest_delay(struct ktest *kt);
int ktest_release(struct ktest *kt, unsigned long arg);
void ktest_leave(struct work_struct *work);

/* events.c: emit @n of each event or of one, from this context, or of each from hard interrupts */
void ktest_events_init(struct ktest *kt);
int ktest_flood(struct ktest *kt, unsigned long n);
int ktest_flood_data(struct ktest *kt, unsigned long n);
int ktest_flood_irq(struct ktest *kt, unsigned long n);
void ktest_events_exit(struct ktest *kt);

/* regions.c: fill each by a seed; -EBADMSG if a program did not */
int ktest_regions_init(struct ktest *kt);
int ktest_region_fill(struct ktest *kt, unsigned long seed);
int ktest_region_check(struct ktest *kt, unsigned long seed);
void ktest_regions_exit(struct ktest *kt);

#endif
