/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the declaration (main.c) and the network devices that it tells of (links.c) */
#ifndef HWSTATS_H
#define HWSTATS_H

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/kulink.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

enum { MODE_OFF, MODE_SAMPLED, MODE_FULL };

struct hwstats {
	struct kulink_service *service;
	struct list_head node;		/* in the list of links.c; under RTNL, like the next two */
	char pattern[KULINK_STRING_SIZE]; /* it watches the devices whose names match */
	u64 patterns;			/* how many it has had */
	spinlock_t lock;		/* guards what follows */
	bool enabled;
	u32 mode;
	int threshold;
	char label[64];
	u32 rate;
	u64 ticks;
	u64 told;
	u64 changes;
	u32 seen;			/* link events, told or not */
	u64 tick_ns;			/* up to here ticks are emitted */
	bool leaving;			/* the work is not to be queued again */
	struct delayed_work tick;
};

/* A row of table links. The columns are offsets in @stats, so it comes first. */
struct hwstats_link_row {
	struct rtnl_link_stats64 stats;
	char name[IFNAMSIZ];
	int ifindex;
};

static_assert(offsetof(struct hwstats_link_row, stats) == 0);

struct hwstats_link {
	char name[IFNAMSIZ];
	int ifindex;
};

enum { LINK_ADDED, LINK_UP, LINK_DOWN, LINK_REMOVED, TICK };

/* main.c: as enabled, mode and threshold say */
void hwstats_tell(struct hwstats *hw, unsigned int event, const struct hwstats_link *link);

/* links.c: the first is on before any service, the last off before all have gone */
int hwstats_links_init(void);
void hwstats_links_exit(void);
void hwstats_links_add(struct hwstats *hw);
void hwstats_links_remove(struct hwstats *hw);
/* any one that is there, or NULL; while none is added or removed */
struct hwstats *hwstats_links_first(void);

extern const struct kulink_field hwstats_link_columns[];
void *hwstats_links_start(void *priv);
void *hwstats_links_next(void *priv, void *item);
void hwstats_links_stop(void *priv);
int hwstats_links_row(void *priv, void *item, void *row);
u64 hwstats_links_generation(void *priv);

int hwstats_pattern_get(void *priv, struct kulink_datum *datum);
int hwstats_pattern_set(void *priv, const struct kulink_datum *datum);
int hwstats_rx_bytes_get(void *priv, struct kulink_datum *datum);
int hwstats_link_count_get(void *priv, struct kulink_datum *datum);

#endif
