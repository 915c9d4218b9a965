/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of kulink.ko.
 *
 * Locks, outermost first: the class's mutex (device_add, channels) - service
 * publish - channels_lock. A value's set takes service set, then the member lock
 * or the driver's. A table's mutex takes another table's if that is free. The ring's
 * spinlock stands alone.
 */
#ifndef _KULINK_CORE_H
#define _KULINK_CORE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>

#include "../channel.h"
#include "../compat.h"

/* How many parts of a kind a declaration may have, and cells a record */
#define KULINK_VALUES_MAX	256
#define KULINK_TABLES_MAX	64
#define KULINK_CALLS_MAX	64
#define KULINK_EVENTS_MAX	64
#define KULINK_REGIONS_MAX	64
#define KULINK_CELLS_MAX	512

/* Most bytes of a list of channels: every one that can be registered, by name */
#define KULINK_LIST_MAX		(KULINK_CHANNELS_MAX * KULINK_NAME_SIZE)

/* Most bytes of a region */
#define KULINK_REGION_MAX	(1024UL << 20)

#define KULINK_RING_MIN		4096
#define KULINK_RING_MAX		(16 << 20)
#define KULINK_RING_DEFAULT	(64 << 10)

/**
 * struct kulink_ring - records one after the other, the oldest overwritten
 * @data: @size bytes
 * @size: a power of two
 * @head: bytes ever written; an entry's position is @head before it
 * @tail: position of the oldest entry
 */
struct kulink_ring {
	u8 *data;
	u32 size;
	u64 head;
	u64 tail;
};

/**
 * struct kulink_ring_entry - an event in the ring
 * @size: bytes of the entry, a multiple of eight
 * @event: its index, or KULINK_ENTRY_PAD: nothing up to the end of the memory
 * @seq: sequence number
 * @ns: when
 * @record: wire form
 */
struct kulink_ring_entry {
	u32 size;
	u32 event;
	u64 seq;
	u64 ns;
	u8 record[];
};

#define KULINK_ENTRY_PAD		U32_MAX

/**
 * struct kulink_event_state - what the core keeps of an event, longer than the driver
 * @layout: of its record
 * @name: as declared
 * @mode: as declared
 * @size: bytes of its record
 * @stride: of the driver's struct
 * @flat: its struct is its record already
 * @refused: emitted in an NMI since: lost, and counted with the next one
 * @head: of the one emitted last
 * @pos: its position in the ring
 * @kept_ns: of the last one when it has left the ring
 * @kept: its record. So the last of each event is never lost, however many others
 *	follow: a reader finds its losses without waiting for the next one
 */
struct kulink_event_state {
	struct kulink_layout *layout;
	char name[KULINK_NAME_SIZE];
	umode_t mode;
	u32 size;
	u32 stride;
	bool flat;
	atomic_t refused;
	struct kulink_event_head head;
	u64 pos;
	u64 kept_ns;
	u8 *kept;
};

/**
 * struct kulink_table_state - readings of a table
 * @lock: one reading at a time
 * @layout: of its records
 * @begun: readings begun; a reader may share one that began after it asked
 * @last: the last reading, kept for a while: its memory is the next one's
 * @last_number: the value of @begun that it began with
 * @forget: ends that
 * @changes: how often the driver has told of a change, in a page that programs may map; NULL: it
 *	does not tell
 * @rows: how many there were
 */
struct kulink_table_state {
	struct mutex lock;		/* one reading at a time */
	struct kulink_layout *layout;
	atomic64_t begun;
	struct kulink_snapshot *last;
	u64 last_number;
	struct delayed_work forget;
	struct kulink_memory *changes;
	u64 rows;
};

/**
 * struct kulink_text - a version of the declaration's text
 * @node: in the service's list; a reader may hold any of them
 */
struct kulink_text {
	struct list_head node;
	size_t len;
	char text[];
};

/**
 * struct kulink_service - a service; lives until its last reference is put
 * @dev: the class device
 * @node: in the core's list, while its name is taken
 * @order: position in that list
 * @by_name: while it is in that list, too
 * @name: its name
 * @numbers: of its name's template, if that had one
 * @number: its own
 * @desc: the declaration; the driver's, touched only while @live under @srcu
 * @priv: the driver's
 * @minor: of its device node
 * @uid: owner
 * @gid: group
 * @srcu: what unregister waits for
 * @live: between register and unregister; written under @publish
 * @publish: serialises add, remove and changed of its channels
 * @added: the class knows the device; under @publish
 * @channels: the administrator's list; under @publish
 * @published: by channel, under @publish for writing
 * @failed: channels whose add failed; not tried again by themselves
 * @publisher: by channel
 * @slot: by channel
 * @changed: values to tell the channels of
 * @changed_work: tells them
 * @set: one set at a time
 * @member: guards members when the driver gave no lock
 * @n_values: in @desc, and so on
 * @names: of them all: find.c
 * @kinds: enum kulink_kind bits of what there is
 * @tables: by table
 * @events: by event
 * @rooms: by call, zeroed memory for its reply, or NULL
 * @regions: by region, its memory
 * @ring_lock: guards @ring, @events' sequences, @subscriptions, @idle, @scratch and @gone
 * @ring: events, while there are @cursors
 * @cursors: subscriptions that take from it
 * @dozing: subscriptions that will when somebody listens
 * @subscriptions: readers who want an event
 * @idle: the others: they want none, or are @dozing
 * @scratch: for a record that goes into no ring of ours
 * @gone: no more events
 * @texts: versions of the declaration, the current one first; under @publish
 * @text: the current one
 */
struct kulink_service {
	struct device dev;
	struct list_head node;
	u64 order;
	struct hlist_node by_name;
	char name[KULINK_NAME_SIZE];
	struct numbers *numbers;
	int number;
	const struct kulink_desc *desc;
	void *priv;
	int minor;
	kuid_t uid;
	kgid_t gid;

	struct srcu_struct srcu;
	bool live;

	struct mutex publish;		/* add, remove, changed */
	bool added;
	char *channels;
	unsigned long published;
	unsigned long failed;
	struct kulink_channel *publisher[KULINK_CHANNELS_MAX];
	void *slot[KULINK_CHANNELS_MAX];
	unsigned long *changed;
	struct work_struct changed_work;

	struct mutex set;		/* one set at a time */
	struct mutex member;		/* in place of the driver's lock */
	unsigned int n_values;
	unsigned int n_tables;
	unsigned int n_calls;
	unsigned int n_events;
	unsigned int n_regions;
	u32 kinds;
	struct kulink_names *names;
	struct kulink_table_state *tables;
	struct kulink_event_state *events;
	void **rooms;
	struct kulink_memory **regions;

	spinlock_t ring_lock;		/* events */
	struct kulink_ring ring;
	unsigned int cursors;
	unsigned int dozing;
	struct list_head subscriptions;
	struct list_head idle;
	u8 *scratch;
	bool gone;

	struct list_head texts;
	struct kulink_text *text;
};

static inline struct kulink_service *to_service(struct device *dev)
{
	return container_of(dev, struct kulink_service, dev);
}

/* core.c */
extern KULINK_CLASS_CONST struct class kulink_class;

/* names.c, pure */
bool kulink_name_ok(const char *name, size_t len);
bool kulink_list_ok(const char *list);
bool kulink_list_has(const char *list, const char *name);
bool kulink_list_within(const char *list, const char *whole);

/* check.c, pure */
int kulink_desc_check(const struct kulink_desc *desc, char *why, size_t size);

/* datum.c, pure */
bool kulink_string_ok(const char *s, size_t len);
int kulink_label_index(const char *const *labels, const char *label);
void kulink_datum_complete(const struct kulink_field *field, struct kulink_datum *datum);
u64 kulink_member_load(const struct kulink_field *field, const void *object);
void kulink_member_store(const struct kulink_field *field, void *object, u64 number);

/* text.c, pure */
bool kulink_is_space(char c);

/* layout.c */
struct kulink_layout *kulink_layout_make(const struct kulink_field *fields);
bool kulink_fields_flat(const struct kulink_field *fields);
void kulink_layout_put(struct kulink_layout *layout);

/* record.c, pure */
const char *kulink_type_name(u32 type);
void kulink_record_encode(const struct kulink_layout *layout,
			  const struct kulink_field *fields, const void *object, u8 *record);

/* ring.c, pure */
struct kulink_ring_entry *kulink_ring_reserve(struct kulink_ring *ring, u32 len,
					      void (*evict)(void *ctx, u64 pos,
							    struct kulink_ring_entry *entry),
					      void *ctx);
struct kulink_ring_entry *kulink_ring_at(const struct kulink_ring *ring, u64 *pos);

/* page.c */
int kulink_page_take(struct kulink_service *service, unsigned int table, struct kulink_page *page,
		     size_t room, void **reply, size_t *reply_len);
void kulink_pages_exit(void);

/* resolve.c: kulink_part_use() inside kulink_enter() */
int kulink_part_permit(const struct kulink_service *service, const struct cred *cred, int may,
		       u32 kind, unsigned int part, int want);

/* declaration.c */
int kulink_text_update(struct kulink_service *service);
void kulink_text_free(struct kulink_service *service);

/* call.c */
int kulink_calls_init(struct kulink_service *service);
void kulink_calls_free(struct kulink_service *service);

/* region.c */
int kulink_regions_init(struct kulink_service *service);
void kulink_regions_free(struct kulink_service *service);

/* event.c */
int kulink_events_init(struct kulink_service *service);
void kulink_events_gone(struct kulink_service *service);
void kulink_rouse(struct kulink_service *service);
u64 kulink_event_seq_locked(struct kulink_service *service, unsigned int event);
void kulink_events_free(struct kulink_service *service);

/* table.c */
int kulink_names_init(struct kulink_service *service);
void kulink_names_free(struct kulink_service *service);
int kulink_tables_init(struct kulink_service *service);
void kulink_tables_end(struct kulink_service *service);
void kulink_tables_free(struct kulink_service *service);

/* publish.c */
void kulink_publish_init(struct kulink_service *service);
void kulink_publish_added(struct kulink_service *service);
void kulink_publish_dead(struct kulink_service *service);
void kulink_publish_sync(struct kulink_service *service);
int kulink_publish_narrow(struct kulink_service *service, const char *list);
int kulink_publish_own(struct kulink_service *service, kuid_t uid, kgid_t gid);
ssize_t kulink_publish_list(struct kulink_service *service, char *text, size_t size);

/* channel.c: the registered channel, under the caller's publish mutex */
struct kulink_channel *kulink_channel_at(unsigned int id);
/* Before that, and after, its id may be another's */
bool kulink_channel_registered(const struct kulink_channel *channel);

/* registry.c */
int kulink_minor_take(struct kulink_service *service);
void kulink_minor_give(struct kulink_service *service);
int kulink_name_take(struct kulink_service *service, const char *template);
void kulink_name_give(struct kulink_service *service);

/* service.c */
void kulink_service_release(struct device *dev);
void kulink_services_wait(void);

/* node.c */
int kulink_node_init(void);
void kulink_node_exit(void);
dev_t kulink_node_devt(unsigned int minor);
unsigned int kulink_node_minor(dev_t devt);
char *kulink_node_name(KULINK_DEVNODE_CONST struct device *dev, umode_t *mode);

/* ../param.c */
int kulink_params_init(void);
void kulink_params_exit(void);
int kulink_params_apply(struct kulink_service *service);
void kulink_params_revert(struct kulink_service *service);
/* The name of the declaration's module; NULL: it is built in, and nobody says */
const char *kulink_params_module(const struct kulink_desc *desc);

/* admin.c */
extern const struct attribute_group *kulink_admin_groups[];

#endif /* _KULINK_CORE_H */
