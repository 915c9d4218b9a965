/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the core and its channels. A channel is one file: it registers a struct
 * kulink_channel, is told of each service that it may publish (add, remove), and
 * asks the core for everything else. The core decides permission, checks input, calls
 * the driver and keeps it loaded meanwhile; a channel only moves bytes.
 */
#ifndef _KULINK_CHANNEL_H
#define _KULINK_CHANNEL_H

#include <linux/cred.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kulink.h>

#include "root.h"

/** KULINK_CHANNELS_MAX - how many channels can be registered at once */
#define KULINK_CHANNELS_MAX	32

/**
 * struct kulink_channel - a mechanism that carries parts
 * @name: "procfs"; in a declaration's list of channels
 * @owner: THIS_MODULE
 * @carries: enum kulink_kind bits
 * @inodes: it makes inodes, which have an owner: published anew when that is another
 * @add: publish @service, which has a part that the channel carries; *@slot is the channel's
 *	to use until remove. An error leaves the service unpublished here (logged), the others
 *	are not touched. May sleep.
 * @remove: unpublish; afterwards nothing of this channel reaches the service but through
 *	references taken with kulink_service_get(). Not called for a failed @add.
 * @changed: a value is another now (its index); NULL if nobody can wait. Process context,
 *	between add and remove
 * @only: publish the services of this declaration, whatever channels it names, and no others; for
 *	a channel that is a driver's own (its own netlink family). NULL: by the declaration's list
 * @private: *@slot holds this when @add is called; tells a driver's own channels apart
 * @intf: the core's
 * @id: the core's, index of the channel's slot in each service
 * @going: the core's, publishes nothing more
 *
 * add, remove and changed of one service never run at the same time. They run under the
 * class's mutex or under the service's own: registering a service there hangs.
 */
struct kulink_channel {
	const char *name;
	struct module *owner;
	u32 carries;
	bool inodes;
	int (*add)(struct kulink_service *service, void **slot);
	void (*remove)(struct kulink_service *service, void *slot);
	void (*changed)(struct kulink_service *service, void *slot, unsigned int value);
	const struct kulink_desc *only;
	void *private;

	struct class_interface intf;
	int id;
	bool going;
};

int kulink_channel_register(struct kulink_channel *channel);
void kulink_channel_unregister(struct kulink_channel *channel);

/**
 * struct kulink_factory_listener - lets programs make services
 * @add: a factory is there; *@slot is the listener's to use. An error is logged
 * @remove: it goes; none of its services is left. Not called for a failed @add
 */
struct kulink_factory_listener {
	int (*add)(struct kulink_factory *factory, void **slot);
	void (*remove)(struct kulink_factory *factory, void *slot);
};

int kulink_factories_listen(const struct kulink_factory_listener *listener);
void kulink_factories_unlisten(void);
/* -EINVAL the name, -ENODEV the driver leaves, -EEXIST, what the driver says. Pins the driver. */
struct kulink_service *kulink_factory_make(struct kulink_factory *factory, const char *name);
void kulink_factory_end(struct kulink_factory *factory, struct kulink_service *service);

/*
 * A channel on a driver's own objects: a copy of @like, which finds @private in its slot at add.
 * Errors as <linux/kulink_own.h> says.
 */
struct kulink_own;
int kulink_own_begin(struct kulink_own *own, const struct kulink_channel *like, void *private);

/*
 * Services. A reference keeps the object (name, declaration, device), not the driver:
 * every function below answers -ENODEV once the service is unregistered. The
 * declaration's memory goes with the driver's module, so between two such functions
 * touch kulink_desc_of()'s parts only inside kulink_enter() and kulink_exit(), or
 * between add and remove.
 */
struct kulink_service *kulink_service_get(struct kulink_service *service);
void kulink_service_put(struct kulink_service *service);
/** kulink_service_find() - by name, with a reference; NULL if there is none */
struct kulink_service *kulink_service_find(const char *name);
/** kulink_service_of() - the service whose class device has this parent, with a reference */
struct kulink_service *kulink_service_of(struct device *parent);
/** kulink_service_next() - iterate with references: put @prev, get the next; NULL at the end */
struct kulink_service *kulink_service_next(struct kulink_service *prev);
struct device *kulink_service_device(struct kulink_service *service);
const struct kulink_desc *kulink_desc_of(const struct kulink_service *service);
kuid_t kulink_service_uid(const struct kulink_service *service);
kgid_t kulink_service_gid(const struct kulink_service *service);
/** kulink_published() - whether this channel publishes it now */
bool kulink_published(struct kulink_service *service, const struct kulink_channel *channel);

/**
 * kulink_enter() - hold off the driver's unloading; SRCU read side, may sleep inside
 * @service: the service
 * @idx: for kulink_exit()
 *
 * Never copy to or from user space inside: a page fault would hold up the unload.
 *
 * Return: 0 or -ENODEV
 */
int kulink_enter(struct kulink_service *service, int *idx);
void kulink_exit(struct kulink_service *service, int idx);
/** kulink_live() - whether it is registered, at this moment; any context */
bool kulink_live(const struct kulink_service *service);

/**
 * kulink_permit() - contract 1, the only place that decides
 * @service: owner and group
 * @cred: the opener's or the sending socket's; NULL: a peer without credentials, "others"
 * @mode: the part's mode
 * @want: MAY_READ or MAY_WRITE
 *
 * Return: 0; -EACCES (also for root where no bit of the mode allows it); -ENOENT from a
 * user namespace other than the initial one
 */
int kulink_permit(const struct kulink_service *service, const struct cred *cred,
		  umode_t mode, int want);
/** kulink_permit_file() - kulink_permit() of all that an open file's mode lets one do */
int kulink_permit_file(const struct kulink_service *service, const struct file *file,
		       umode_t mode);
/** kulink_mode_any() - what at least one of owner, group and others may: MAY_READ, MAY_WRITE */
static inline umode_t kulink_mode_any(umode_t mode)
{
	return (mode >> 6 | mode >> 3 | mode) & (MAY_READ | MAY_WRITE);
}

/** kulink_call_want() - MAY_READ for a read-only call, else MAY_WRITE */
int kulink_call_want(const struct kulink_call *call);

/* How many parts of a kind it has; lives as long as the service's object. */
unsigned int kulink_count_values(const struct kulink_service *service);
unsigned int kulink_count_tables(const struct kulink_service *service);
unsigned int kulink_count_calls(const struct kulink_service *service);
unsigned int kulink_count_events(const struct kulink_service *service);
unsigned int kulink_count_regions(const struct kulink_service *service);

/**
 * kulink_find() - a part by name
 * @service: for as long as there is a reference
 * @kind: one of enum kulink_kind
 * @name: NUL-terminated
 *
 * Return: its index, which need not be checked where an index is asked for; -ENOENT
 */
int kulink_find(const struct kulink_service *service, u32 kind, const char *name);

/** kulink_index() - a part by the index that a program says: that, bounded for speculation too; -ENOENT */
int kulink_index(const struct kulink_service *service, u32 kind, u32 index);

/**
 * kulink_resolve() - a part by name, if this peer may use it
 * @service: enters it by itself
 * @cred: as for kulink_permit()
 * @may: MAY_READ and MAY_WRITE as the open file allows, an upper bound; both where there is
 *	none
 * @kind: one of enum kulink_kind
 * @name: NUL-terminated
 * @want: for a value or a region MAY_READ or MAY_WRITE; for others 0, the part itself says what
 *	it asks
 *
 * Return: the index; -ENOENT no such part; -EACCES; -ENODEV
 */
int kulink_resolve(struct kulink_service *service, const struct cred *cred, int may,
		   u32 kind, const char *name, int want);

/**
 * kulink_part_use() - the same of a part that was found
 *
 * Return: 0; -EACCES; -ENODEV
 */
int kulink_part_use(struct kulink_service *service, const struct cred *cred, int may,
		    u32 kind, unsigned int part, int want);

/*
 * Values, by index. They enter the service themselves; permission is the caller's (an
 * inode's mode decides on sysfs and sysctl, kulink_permit() elsewhere). kulink_value_get()
 * of a write-only value and kulink_value_set() of a read-only one are -EACCES.
 */
/* @datum comes zeroed */
int kulink_value_get(struct kulink_service *service, unsigned int value,
		     struct kulink_datum *datum);
/* The same, if this peer may read it: kulink_part_use() in one */
int kulink_value_read(struct kulink_service *service, const struct cred *cred, int may,
		      unsigned int value, struct kulink_datum *datum);
/* -EINVAL wrong type, malformed string or unknown label; -ERANGE; the driver's refusal */
int kulink_value_set(struct kulink_service *service, unsigned int value,
		     const struct kulink_datum *datum);

/**
 * kulink_members_get() - every readable value without .get, as of one moment
 * @take: given each, an enum by its index, a string without its NUL; under the driver's lock, in
 *	one go: it only copies
 *
 * Return: 0 or -ENODEV
 */
int kulink_members_get(struct kulink_service *service,
		       void (*take)(void *ctx, unsigned int value, u64 number, const char *string,
				    size_t len),
		       void *ctx);

/** KULINK_TEXT_SIZE - a value as text with newline and NUL */
#define KULINK_TEXT_SIZE	(KULINK_STRING_SIZE + 2)

/* A value as text with a newline; the length, or -errno */
int kulink_value_show(struct kulink_service *service, unsigned int value,
		      char text[KULINK_TEXT_SIZE]);
/* Parse text (surrounding white space ignored, need not be NUL-terminated) and set; 0 or -errno */
int kulink_value_store(struct kulink_service *service, unsigned int value,
		       const char *text, size_t len);

/* Format and parse without a service: the pure parts, tested by KUnit */
int kulink_datum_format(const struct kulink_datum *datum, char text[KULINK_TEXT_SIZE]);
int kulink_datum_parse(const struct kulink_field *field, const char *text, size_t len,
		       struct kulink_datum *datum);
int kulink_datum_check(const struct kulink_value *value, struct kulink_datum *datum);

/**
 * struct kulink_snapshot - a table as it was, in wire form; read-only, refcounted
 * @changes: of a table that is told: its count when the reading began
 * @head: as in the ABI; the records follow it directly
 *
 * It outlives service and driver, but its columns do not: to print text or attributes use
 * kulink_snapshot_text() or kulink_cells() inside kulink_enter(), or @layout.
 */
struct kulink_snapshot {
	refcount_t ref;
	struct kulink_layout *layout;
	size_t size;			/* bytes of head and records */
	size_t charged;			/* the core's */
	u64 changes;
	struct kulink_table_head head;
	/* records */
};

/**
 * struct kulink_layout - how records are laid out; refcounted, owns copies of all names, so it
 *	outlives the driver
 */
struct kulink_cell {
	char name[KULINK_NAME_SIZE];
	char unit[KULINK_NAME_SIZE];
	u32 type;
	u32 offset;			/* in the record */
	u32 size;			/* bytes in the record: 8, or a string's */
	u32 n_labels;
	const char *const *labels;	/* copies, or NULL */
};

struct kulink_layout {
	struct kref ref;
	u32 record_size;
	u32 n_cells;
	struct kulink_cell cells[];
};

/**
 * kulink_snapshot_take() - read a table, whole, under the driver's lock
 *
 * Readers who wait at the same time share one, and so do all while a table that is told has not
 * changed. Charged to the caller's memory cgroup, or to that of somebody who read the table less
 * than a second ago, whose memory this one takes over; the sum of all live ones is capped (module
 * parameter snapshot_max_bytes): -ENOBUFS.
 *
 * Return: a reference or ERR_PTR
 */
struct kulink_snapshot *kulink_snapshot_take(struct kulink_service *service,
					     unsigned int table);
void kulink_snapshot_put(struct kulink_snapshot *snapshot);
/**
 * kulink_table_changes() - a table's count of changes, a u64 at the beginning of a page
 *
 * Return: a reference; NULL: its driver does not tell
 */
struct kulink_memory *kulink_table_changes(struct kulink_service *service, unsigned int table);
/** kulink_snapshot_record() - the record at @i, which is below head.count */
const void *kulink_snapshot_record(const struct kulink_snapshot *snapshot, u64 i);
/* The header line and a record as text into @m; for seq_file channels */
struct seq_file;
void kulink_seq_header(struct seq_file *m, const struct kulink_snapshot *snapshot);
void kulink_seq_record(struct seq_file *m, const struct kulink_layout *layout,
		       const void *record);
/* A table, taken now, as text from the file's reads: seq_read(), seq_read_iter(), seq_lseek() */
int kulink_seq_open(struct file *file, struct kulink_service *service, unsigned int table);
int kulink_seq_release(struct inode *inode, struct file *file);
/* A cell of a record as a datum (an enum with its label) */
void kulink_cell_datum(const struct kulink_cell *cell, const void *record,
		       struct kulink_datum *datum);

/**
 * struct kulink_loan - a call whose reply is copied at once
 * @call: index
 * @request: kernel memory; NULL: none
 * @request_len: its bytes; more than the call takes is -EMSGSIZE
 * @reply: out: where the reply is, in memory that the next call needs; NULL: there is none
 * @reply_len: out: its bytes
 */
struct kulink_loan {
	unsigned int call;
	const void *request;
	size_t request_len;
	void *reply;
	size_t reply_len;
};

/* Make the call. Permission is the caller's. 0: then kulink_call_return() it soon */
int kulink_call_lend(struct kulink_service *service, struct kulink_loan *loan);
/* The same, if this peer may make it: kulink_part_use() in one */
int kulink_call_lend_to(struct kulink_service *service, const struct cred *cred, int may,
			struct kulink_loan *loan);
/** kulink_call_return() - the reply that was lent is not needed any more */
void kulink_call_return(struct kulink_service *service, struct kulink_loan *loan);

/**
 * kulink_call_run() - make a call
 * @service: the service
 * @call: index
 * @request: kernel memory
 * @request_len: its bytes; more than the call takes is -EMSGSIZE
 * @reply: gets a kvmalloc()ed buffer, kvfree() it; NULL when the reply is empty
 * @reply_len: its bytes
 *
 * Permission is the caller's.
 */
int kulink_call_run(struct kulink_service *service, unsigned int call,
		    const void *request, size_t request_len,
		    void **reply, size_t *reply_len);

/*
 * Events. The core keeps one ring a service; a subscription is a cursor in it. Emitters never
 * wait: they overwrite the oldest, and the cursor counts what it has lost per event.
 */

/**
 * struct kulink_subscription - a reader of a service's events
 * @wake: something to read, or the service is gone. Any context, hard interrupt included,
 *	under the ring's spinlock: wake up, or queue work; nothing else. NULL: not asked for
 * @emitted: given each wanted event as it is emitted, with its record, in the emitter's
 *	context, before @wake and under the ring's spinlock. Set before the first
 *	kulink_subscribe(); then kulink_event_next() has nothing. NULL: a cursor in the ring
 * @burst: in place of @n times @emitted: the records are kulink_event_stride() apart, the sequences
 *	count up from @first's, the time is one. NULL: not asked for
 * @listening: whether anybody is there to be told; asked before an event while the subscription
 *	dozes, in the same context as @wake. NULL: always. Set before kulink_subscription_doze()
 *
 * Embed it in what lives as long as the reader (an open file). All else is the core's.
 */
struct kulink_subscription {
	void (*wake)(struct kulink_subscription *sub);
	void (*emitted)(struct kulink_subscription *sub, unsigned int event,
			const struct kulink_event_head *head, const void *record);
	void (*burst)(struct kulink_subscription *sub, unsigned int event,
		      const struct kulink_event_head *first, const void *records, unsigned int n);
	bool (*listening)(struct kulink_subscription *sub);
	struct list_head node;
	struct kulink_service *service;	/* a reference */
	u64 cursor;
	u64 *last;			/* per event: last sequence seen or passed */
	unsigned long *wanted;		/* bitmap of events */
	unsigned int n_events;
	bool is_cursor;
	bool dozes;
	bool gone_told;
};

/** KULINK_EVENT_MAX - most bytes of an event's record */
#define KULINK_EVENT_MAX	2048

/** struct kulink_event_buffer - an event taken from the ring; from @head on a message's payload */
struct kulink_event_buffer {
	u32 event;			/* index */
	u32 len;			/* bytes of @record */
	u64 lost;			/* of this event, just before this one */
	struct kulink_event_head head;
	u8 record[KULINK_EVENT_MAX];
};

static_assert(offsetof(struct kulink_event_buffer, record) ==
	      offsetofend(struct kulink_event_buffer, head));

/* Start with no event wanted. -ENODEV, -ENOMEM */
int kulink_subscription_init(struct kulink_subscription *sub, struct kulink_service *service,
			     void (*wake)(struct kulink_subscription *sub));
void kulink_subscription_destroy(struct kulink_subscription *sub);
/* Want @event from now on; *@seq: sequence so far. Permission is the caller's. Any order. */
int kulink_subscribe(struct kulink_subscription *sub, unsigned int event, u64 *seq);
void kulink_unsubscribe(struct kulink_subscription *sub, unsigned int event);
/**
 * kulink_subscription_doze() - unless somebody listens, take no part until somebody does
 *
 * Events cost their emitter next to nothing for it meanwhile, and are no losses. Any context.
 */
void kulink_subscription_doze(struct kulink_subscription *sub);
/** kulink_event_passed() - last sequence of @event that was taken, or that nobody was to be told */
u64 kulink_event_passed(const struct kulink_subscription *sub,
			unsigned int event);
/**
 * kulink_event_next() - take the next wanted event; any context
 *
 * Return: 0; -EAGAIN nothing pending; -ENODEV once, after the last event, when the service is
 * gone, then -EAGAIN for ever
 */
int kulink_event_next(struct kulink_subscription *sub, struct kulink_event_buffer *buffer);
/** kulink_event_pending() - whether kulink_event_next() would not be -EAGAIN; any context */
bool kulink_event_pending(struct kulink_subscription *sub);
/** kulink_event_seq() - last sequence number emitted; any context */
u64 kulink_event_seq(struct kulink_service *service, unsigned int event);
/** kulink_event_layout() - of the event's record; lives as long as the service's object */
const struct kulink_layout *kulink_event_layout(const struct kulink_service *service,
						unsigned int event);
/** kulink_event_stride() - from one record of a burst to the next */
u32 kulink_event_stride(const struct kulink_service *service, unsigned int event);
/** kulink_event_name() - lives as long as the service's object, not the driver */
const char *kulink_event_name(const struct kulink_service *service, unsigned int event);
umode_t kulink_event_mode(const struct kulink_service *service, unsigned int event);

/**
 * struct kulink_memory - pages that programs may map; refcounted, outlives service and driver
 * @ref: of the region or area, and one of each mapping
 * @size: bytes that were asked for
 * @n_pages: whole pages
 * @address: contiguous in the kernel, or NULL when @pages are a driver's
 * @charged: a sum that @size is taken from in the end, or NULL
 * @pages: a reference of each; none with @address
 */
struct kulink_memory {
	refcount_t ref;
	size_t size;
	unsigned long n_pages;
	void *address;
	atomic_long_t *charged;
	struct page *pages[];
};

/** kulink_memory_alloc() - zeroed; @account: charged to the caller's memory cgroup. Or NULL */
struct kulink_memory *kulink_memory_alloc(size_t size, bool account);
void kulink_memory_put(struct kulink_memory *memory);
/** kulink_memory_page() - page @i, which is below n_pages; without a reference of its own */
struct page *kulink_memory_page(const struct kulink_memory *memory, unsigned long i);
/** kulink_region_memory() - a reference; never NULL */
struct kulink_memory *kulink_region_memory(struct kulink_service *service, unsigned int region);

/** kulink_declaration() - the ABI's text; kept by the service's object */
const char *kulink_declaration(const struct kulink_service *service, size_t *len);

/*
 * Device nodes. The core owns the numbers and the node; opening it loads kulink_dev, which
 * gives the file operations. Like sound's and misc's, the open is handed on.
 */
int kulink_dev_set_fops(const struct file_operations *fops);	/* NULL: takes them back */
/** kulink_service_at() - service of an inode of ours, with a reference; NULL if gone */
struct kulink_service *kulink_service_at(const struct inode *inode);

#endif /* _KULINK_CHANNEL_H */
