// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages: a table in pieces, for channels whose messages are smaller. All pieces are of one
 * reading, which is kept for a while under a number that nobody can guess; what that costs is
 * bounded, for the peer may be anybody: when it is too much the oldest reading goes, and who
 * asks on for it begins afresh.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "core.h"

/* How long a reading is kept after it was last asked for, and how many bytes of them in all */
#define KEPT_FOR	(5 * HZ)
#define KEPT_BYTES_MAX	(64UL << 20)
#define KEPT_MAX	64

/* A reading that somebody has seen a piece of */
struct kept {
	struct list_head node;		/* in order of expiry */
	u64 id;
	u64 order;			/* of its service */
	unsigned int table;
	unsigned long expires;
	struct kulink_snapshot *snapshot;
};

static DEFINE_MUTEX(kept_lock);
static LIST_HEAD(kept_list);
static unsigned int kept_count;
static size_t kept_bytes;

static void expire_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(expire, expire_work);

static void drop(struct kept *kept)
{
	list_del(&kept->node);
	kept_count--;
	kept_bytes -= kept->snapshot->charged;
	kulink_snapshot_put(kept->snapshot);
	kfree(kept);
}

static struct kept *oldest(void)
{
	return list_first_entry_or_null(&kept_list, struct kept, node);
}

static void expire_work(struct work_struct *work)
{
	struct kept *kept;

	mutex_lock(&kept_lock);
	while ((kept = oldest()) && time_after_eq(jiffies, kept->expires))
		drop(kept);
	if (kept)
		schedule_delayed_work(&expire, kept->expires - jiffies);
	mutex_unlock(&kept_lock);
}

void kulink_pages_exit(void)
{
	struct kept *kept;

	mutex_lock(&kept_lock);
	while ((kept = oldest()))
		drop(kept);
	mutex_unlock(&kept_lock);
	cancel_delayed_work_sync(&expire);
}

/* Last in the list: it is the one that goes last */
static void renew(struct kept *kept)
{
	kept->expires = jiffies + KEPT_FOR;
	list_move_tail(&kept->node, &kept_list);
	schedule_delayed_work(&expire, KEPT_FOR);
}

/* Under which number @snapshot is kept from now on; 0: no memory for that */
static u64 keep(const struct kulink_service *service, unsigned int table,
		struct kulink_snapshot *snapshot)
{
	struct kept *kept = kzalloc(sizeof(*kept), GFP_KERNEL_ACCOUNT);

	if (!kept)
		return 0;
	do {
		kept->id = get_random_u64();
	} while (!kept->id);
	kept->order = service->order;
	kept->table = table;
	refcount_inc(&snapshot->ref);
	kept->snapshot = snapshot;

	mutex_lock(&kept_lock);
	while (kept_count >= KEPT_MAX ||
	       (kept_count && kept_bytes + snapshot->charged > KEPT_BYTES_MAX))
		drop(oldest());
	kept_count++;
	kept_bytes += snapshot->charged;
	list_add_tail(&kept->node, &kept_list);
	renew(kept);
	mutex_unlock(&kept_lock);
	return kept->id;
}

/* The reading of that number, if it is of this table, with a reference; NULL: gone, or never was */
static struct kulink_snapshot *find(const struct kulink_service *service, unsigned int table,
				    u64 id)
{
	struct kulink_snapshot *snapshot = NULL;
	struct kept *kept;

	mutex_lock(&kept_lock);
	list_for_each_entry(kept, &kept_list, node) {
		if (kept->id != id || kept->order != service->order || kept->table != table)
			continue;
		snapshot = kept->snapshot;
		refcount_inc(&snapshot->ref);
		renew(kept);
		break;
	}
	mutex_unlock(&kept_lock);
	return snapshot;
}

/* Fill the reply with the piece at page->offset */
static int cut(const struct kulink_snapshot *snapshot, struct kulink_page *page, size_t room,
	       void **reply, size_t *reply_len)
{
	size_t n;

	if (page->offset > snapshot->size)
		return -EINVAL;
	if (room < sizeof(*page) + sizeof(u64))
		return -EMSGSIZE;
	n = min_t(size_t, snapshot->size - page->offset, room - sizeof(*page));
	*reply = kvmalloc(sizeof(*page) + n, GFP_KERNEL_ACCOUNT);
	if (!*reply)
		return -ENOMEM;
	page->size = snapshot->size;
	memcpy(*reply + sizeof(*page), (const void *)&snapshot->head + page->offset, n);
	*reply_len = sizeof(*page) + n;
	return 0;
}

/**
 * kulink_page_take() - a piece of a table
 * @service: entered by itself; permission is the caller's
 * @table: index
 * @page: the request
 * @room: most bytes of the reply
 * @reply: gets the reply, struct kulink_page and the piece; kvfree() it
 * @reply_len: its bytes
 *
 * Return: 0; -EAGAIN the reading that is asked for is gone; -EINVAL beyond its end; -EMSGSIZE no
 * room for a piece; what kulink_snapshot_take() says
 */
int kulink_page_take(struct kulink_service *service, unsigned int table, struct kulink_page *page,
		     size_t room, void **reply, size_t *reply_len)
{
	struct kulink_snapshot *snapshot;
	bool last;
	int err;

	if (page->snapshot) {
		snapshot = find(service, table, page->snapshot);
		if (!snapshot)
			return -EAGAIN;
	} else {
		snapshot = kulink_snapshot_take(service, table);
		if (IS_ERR(snapshot))
			return PTR_ERR(snapshot);
	}
	err = cut(snapshot, page, room, reply, reply_len);
	if (!err) {
		last = page->offset + *reply_len - sizeof(*page) == page->size;
		if (last)
			page->snapshot = 0;
		else if (!page->snapshot)
			page->snapshot = keep(service, table, snapshot);
		if (!last && !page->snapshot)
			err = -ENOMEM;
		memcpy(*reply, page, sizeof(*page));
	}
	kulink_snapshot_put(snapshot);
	return err;
}
