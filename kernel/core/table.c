// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables: always a snapshot, taken in one go under the driver's lock. Memory is got outside
 * of it; a table that has grown meanwhile is read again with more. The next reading writes over
 * the last one if nobody else holds it: to get memory, zeroed by the allocator, costs as much as to
 * fill it.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "core.h"

/* How often a table may outgrow its memory in one reading */
#define ATTEMPTS	16

/* How long a reading's memory is kept, then to be charged to somebody else */
#define KEPT_FOR	HZ

static unsigned long snapshot_max_bytes = 256UL << 20;
module_param(snapshot_max_bytes, ulong, 0644);
MODULE_PARM_DESC(snapshot_max_bytes, "most bytes of all snapshots of tables that are in use");

static atomic_long_t snapshot_bytes;

/* Under the table's mutex */
static void forget(struct kulink_table_state *state)
{
	kulink_snapshot_put(state->last);
	state->last = NULL;
}

static void forget_work(struct work_struct *work)
{
	struct kulink_table_state *state =
		container_of(work, struct kulink_table_state, forget.work);

	mutex_lock(&state->lock);
	forget(state);
	mutex_unlock(&state->lock);
}

static int state_init(struct kulink_table_state *state, const struct kulink_table *table)
{
	mutex_init(&state->lock);
	INIT_DELAYED_WORK(&state->forget, forget_work);
	state->layout = kulink_layout_make(table->columns);
	if (!state->layout)
		return -ENOMEM;
	if (!table->told)
		return 0;
	state->changes = kulink_memory_alloc(sizeof(atomic64_t), false);
	return state->changes ? 0 : -ENOMEM;
}

int kulink_tables_init(struct kulink_service *service)
{
	unsigned int i;
	int err = 0;

	if (!service->n_tables)
		return 0;
	service->tables = kcalloc(service->n_tables, sizeof(*service->tables), GFP_KERNEL);
	if (!service->tables)
		return -ENOMEM;
	for (i = 0; i < service->n_tables && !err; i++)
		err = state_init(&service->tables[i], &service->desc->tables[i]);
	return err;
}

/* Nobody reads any more: what is kept goes now */
void kulink_tables_end(struct kulink_service *service)
{
	unsigned int i;

	for (i = 0; i < service->n_tables; i++)
		flush_delayed_work(&service->tables[i].forget);
}

void kulink_tables_free(struct kulink_service *service)
{
	unsigned int i;

	for (i = 0; service->tables && i < service->n_tables; i++) {
		kulink_layout_put(service->tables[i].layout);
		kulink_memory_put(service->tables[i].changes);
	}
	kfree(service->tables);
}

static u64 changes_of(const struct kulink_table_state *state)
{
	return state->changes ? atomic64_read_acquire(state->changes->address) : 0;
}

void kulink_table_changed(struct kulink_service *service, unsigned int table)
{
	if (IS_ERR_OR_NULL(service) ||
	    WARN_ON_ONCE(table >= service->n_tables || !service->tables[table].changes))
		return;
	/* who sees the new count sees what the driver has changed */
	smp_mb__before_atomic();
	atomic64_inc(service->tables[table].changes->address);
}
EXPORT_SYMBOL_GPL(kulink_table_changed);

struct kulink_memory *kulink_table_changes(struct kulink_service *service, unsigned int table)
{
	struct kulink_memory *changes = service->tables[table].changes;

	if (changes)
		refcount_inc(&changes->ref);
	return changes;
}
EXPORT_SYMBOL_GPL(kulink_table_changes);

/* Of all tables but those that are being read */
static void forget_all(void)
{
	struct kulink_service *service;
	unsigned int i;

	for (service = kulink_service_next(NULL); service; service = kulink_service_next(service)) {
		for (i = 0; i < service->n_tables; i++) {
			struct kulink_table_state *state = &service->tables[i];

			if (!mutex_trylock(&state->lock))
				continue;
			forget(state);
			mutex_unlock(&state->lock);
		}
	}
}

static bool charge(size_t size)
{
	if (atomic_long_add_return(size, &snapshot_bytes) <= READ_ONCE(snapshot_max_bytes))
		return true;
	atomic_long_sub(size, &snapshot_bytes);
	return false;
}

static size_t snapshot_size(const struct kulink_layout *layout, u64 rows)
{
	return size_add(sizeof(struct kulink_snapshot), size_mul(rows, layout->record_size));
}

static struct kulink_snapshot *snapshot_alloc(struct kulink_layout *layout, u64 rows)
{
	size_t size = snapshot_size(layout, rows);
	struct kulink_snapshot *snapshot;

	if (size > INT_MAX)
		return ERR_PTR(-ENOBUFS);
	if (!charge(size)) {
		forget_all();
		if (!charge(size))
			return ERR_PTR(-ENOBUFS);
	}
	snapshot = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!snapshot) {
		atomic_long_sub(size, &snapshot_bytes);
		return ERR_PTR(-ENOMEM);
	}
	memset(snapshot, 0, sizeof(*snapshot));
	refcount_set(&snapshot->ref, 1);
	kref_get(&layout->ref);
	snapshot->layout = layout;
	snapshot->charged = size;
	return snapshot;
}

void kulink_snapshot_put(struct kulink_snapshot *snapshot)
{
	if (!snapshot || !refcount_dec_and_test(&snapshot->ref))
		return;
	atomic_long_sub(snapshot->charged, &snapshot_bytes);
	kulink_layout_put(snapshot->layout);
	kvfree(snapshot);
}
EXPORT_SYMBOL_GPL(kulink_snapshot_put);

const void *kulink_snapshot_record(const struct kulink_snapshot *snapshot, u64 i)
{
	return (const u8 *)(&snapshot->head + 1) + i * snapshot->head.record_size;
}
EXPORT_SYMBOL_GPL(kulink_snapshot_record);

/* Whether nobody else has it, and it is neither too small nor much too large */
static bool is_free(const struct kulink_snapshot *snapshot, size_t size)
{
	if (refcount_read(&snapshot->ref) > 1 || snapshot->charged < size ||
	    snapshot->charged / 4 > size ||
	    atomic_long_read(&snapshot_bytes) > READ_ONCE(snapshot_max_bytes))
		return false;
	/* who was the last to put it has done with it */
	smp_acquire__after_ctrl_dep();
	return true;
}

/* Memory for @rows, the last reading's if it can be. Under the table's mutex */
static struct kulink_snapshot *snapshot_get(struct kulink_table_state *state, u64 rows)
{
	struct kulink_snapshot *snapshot = state->last;

	state->last = NULL;
	if (snapshot && is_free(snapshot, snapshot_size(state->layout, rows)))
		return snapshot;
	kulink_snapshot_put(snapshot);
	return snapshot_alloc(state->layout, rows);
}

static u64 checked(const struct kulink_table *table, u64 generation)
{
	WARN_ONCE(!generation, "kulink: table %s: generations start at 1\n", table->name);
	return generation ?: 1;
}

/*
 * The rows into @snapshot, as far as @room goes; *@rows is how many there are. Between
 * the driver's start and stop: no sleeping here.
 */
static int fill(const struct kulink_table *table, void *priv, void *row,
		struct kulink_snapshot *snapshot, u64 room, u64 *rows)
{
	struct kulink_layout *layout = snapshot->layout;
	void *item;
	int err = 0;

	*rows = 0;
	item = table->start(priv);
	snapshot->head.generation = checked(table, table->generation ? table->generation(priv) : 1);
	for (; item && !err; item = table->next(priv, item)) {
		if (++*rows > room)
			continue;
		memset(row, 0, table->row_size);
		err = table->row(priv, item, row);
		kulink_record_encode(layout, table->columns, row,
				     (u8 *)kulink_snapshot_record(snapshot, *rows - 1));
	}
	table->stop(priv);
	return err;
}

/* The same where they lie as they are told */
static void copy(const struct kulink_table *table, void *priv, struct kulink_snapshot *snapshot,
		 u64 room, u64 *rows)
{
	u64 generation = 1;

	*rows = table->rows(priv, &snapshot->head + 1, room, &generation);
	snapshot->head.generation = checked(table, generation);
}

/* One attempt with memory for @room rows; @row: for one of them, if they are told one by one. */
static struct kulink_snapshot *attempt(struct kulink_table_state *state,
				       const struct kulink_table *table, void *priv, void *row,
				       u64 room, u64 *rows)
{
	struct kulink_snapshot *snapshot = snapshot_get(state, room);
	u32 size = state->layout->record_size;
	int err = 0;

	if (IS_ERR(snapshot))
		return snapshot;
	snapshot->head.len = sizeof(snapshot->head);
	snapshot->head.record_size = size;
	snapshot->head.ns = ktime_get_ns();
	snapshot->changes = changes_of(state);
	if (table->rows)
		copy(table, priv, snapshot, room, rows);
	else
		err = fill(table, priv, row, snapshot, room, rows);
	if (!err && *rows > room)
		err = -EAGAIN;
	if (err) {
		kulink_snapshot_put(snapshot);
		return ERR_PTR(err);
	}
	snapshot->head.count = *rows;
	snapshot->size = sizeof(snapshot->head) + *rows * size;
	return snapshot;
}

static u64 some_more(u64 rows)
{
	return rows + rows / 8 + 8;
}

static struct kulink_snapshot *take(struct kulink_service *service, unsigned int i)
{
	const struct kulink_table *table = &service->desc->tables[i];
	struct kulink_table_state *state = &service->tables[i];
	void *priv = service->priv, *row = NULL;
	struct kulink_snapshot *snapshot;
	u64 rows = table->count ? table->count(priv) : state->rows;
	int tries = 0;

	if (table->row) {
		row = kmalloc(table->row_size, GFP_KERNEL);
		if (!row)
			return ERR_PTR(-ENOMEM);
	}
	do {
		snapshot = attempt(state, table, priv, row, some_more(rows), &rows);
		cond_resched();
	} while (snapshot == ERR_PTR(-EAGAIN) && ++tries < ATTEMPTS);
	kfree(row);
	state->rows = IS_ERR(snapshot) ? 0 : rows;
	return snapshot;
}

/* Whether the last one is as good as a new one: begun after @asked, or nothing has changed */
static bool is_fresh(const struct kulink_table_state *state, u64 asked)
{
	return state->last && (state->last_number > asked ||
			       (state->changes && state->last->changes == changes_of(state)));
}

/* Under the table's mutex */
static struct kulink_snapshot *take_or_share(struct kulink_service *service, unsigned int i,
					     u64 asked)
{
	struct kulink_table_state *state = &service->tables[i];
	struct kulink_snapshot *snapshot = state->last;
	u64 number;

	if (!is_fresh(state, asked)) {
		number = atomic64_inc_return(&state->begun);
		snapshot = take(service, i);
		if (IS_ERR(snapshot))
			return snapshot;
		state->last = snapshot;
		state->last_number = number;
		schedule_delayed_work(&state->forget, KEPT_FOR);
	}
	refcount_inc(&snapshot->ref);
	return snapshot;
}

static struct kulink_snapshot *take_in_turn(struct kulink_service *service, unsigned int i)
{
	struct kulink_table_state *state = &service->tables[i];
	u64 asked = atomic64_read(&state->begun);
	struct kulink_snapshot *snapshot;
	int err;

	err = mutex_lock_killable(&state->lock);
	if (err)
		return ERR_PTR(err);
	snapshot = take_or_share(service, i, asked);
	mutex_unlock(&state->lock);
	return snapshot;
}

struct kulink_snapshot *kulink_snapshot_take(struct kulink_service *service, unsigned int table)
{
	struct kulink_snapshot *snapshot;
	int idx, err;

	err = kulink_enter(service, &idx);
	if (err)
		return ERR_PTR(err);
	snapshot = take_in_turn(service, table);
	kulink_exit(service, idx);
	return snapshot;
}
EXPORT_SYMBOL_GPL(kulink_snapshot_take);
