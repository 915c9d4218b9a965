/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kulink for drivers: say once what there is to tell and to be told, and every
 * channel that is loaded carries it. examples/hwstats is the model to copy.
 *
 * Contexts. Every function may sleep unless its comment says otherwise.
 * Callbacks run in the context of whoever asked, a program's system call or a
 * kernel worker; unless said otherwise they may sleep, take the driver's locks, and
 * fail with -errno, which reaches the program as it is. None runs around a copy to
 * or from user space, and none runs any more once kulink_unregister() has returned.
 * Never register or unregister a service from a callback: it would wait for itself.
 */
#ifndef _LINUX_KULINK_H
#define _LINUX_KULINK_H

#include <linux/device.h>
#include <linux/list.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/kulink_type.h>
#include <uapi/linux/kulink.h>

struct kulink_service;
struct page;

/**
 * struct kulink_field - a typed member of one of the driver's structs
 * @name: [a-z][a-z0-9_]*, at most 31 characters; NULL ends an array
 * @unit: "bytes", "ns", …, without white space; or NULL
 * @labels: an enum's labels, NULL-terminated, [A-Za-z0-9_.+-]+ each; else NULL
 * @type: enum kulink_type
 * @size: bytes of the C member, 1 to 8; of a string its array; 0: a value without a member
 * @offset: in the struct
 */
struct kulink_field {
	const char *name;
	const char *unit;
	const char *const *labels;
	u32 type;
	u32 size;
	size_t offset;
};

/**
 * KULINK_FIELD() - a member of a struct as a column or an event's field
 * @strct: the struct's type
 * @member: its member; type and size follow from C's
 * @...: further initialisers, say .unit = "bytes"
 */
#define KULINK_FIELD(strct, member, ...)				\
	{								\
		.name = #member,					\
		.type = KULINK_TYPE_OF(((strct *)0)->member),		\
		.size = sizeof_field(strct, member),			\
		.offset = offsetof(strct, member),			\
		__VA_ARGS__						\
	}

/** KULINK_FIELD_ENUM() - an integer member that counts through labels */
#define KULINK_FIELD_ENUM(strct, member, ...)				\
	{								\
		.name = #member,					\
		.type = KULINK_TYPE_ENUM,				\
		.size = sizeof_field(strct, member),			\
		.offset = offsetof(strct, member),			\
		.labels = (const char *const[]){ __VA_ARGS__, NULL },	\
	}

/**
 * struct kulink_value - a named scalar or string
 * @field: name, type and, without @get and @set, where it lives in the driver's struct
 * @mode: permission bits: 0444 read-only, 0644, 0200 …
 * @ranged: @min and @max count
 * @min: least, inclusive; for S64 its two's complement; for STRING the least bytes
 * @max: greatest, inclusive; for STRING the most bytes (default: what @field holds)
 * @get: read it, say from a register; NULL: the member, read under the driver's lock.
 *	@datum comes zeroed with its type; fill number or string (len follows). May sleep.
 * @set: take a new value, or refuse with -errno before anything has changed; it comes
 *	checked for type, range and label. NULL: the member, written under the driver's
 *	lock. May sleep. One set at a time runs in a service.
 * @changed: after a set took effect; without the driver's lock. May sleep.
 */
struct kulink_value {
	struct kulink_field field;
	umode_t mode;
	bool ranged;
	u64 min;
	u64 max;
	int (*get)(void *priv, struct kulink_datum *datum);
	int (*set)(void *priv, const struct kulink_datum *datum);
	void (*changed)(void *priv);
};

/** KULINK_VALUE() - a member as a value; @... say .set = threshold_set */
#define KULINK_VALUE(strct, member, access, ...)			\
	{ .field = KULINK_FIELD(strct, member), .mode = (access), __VA_ARGS__ }

#define KULINK_VALUE_RO(strct, member, ...)				\
	KULINK_VALUE(strct, member, 0444, __VA_ARGS__)

#define KULINK_VALUE_RW(strct, member, ...)				\
	KULINK_VALUE(strct, member, 0644, __VA_ARGS__)

/** KULINK_VALUE_RANGE() - read-write, from @lo to @hi, both allowed */
#define KULINK_VALUE_RANGE(strct, member, lo, hi, ...)			\
	KULINK_VALUE(strct, member, 0644, .ranged = true,		\
		     .min = (u64)(lo), .max = (u64)(hi), __VA_ARGS__)

/** KULINK_VALUE_ENUM() - read-write, an integer member that counts through labels */
#define KULINK_VALUE_ENUM(strct, member, ...)				\
	{ .field = KULINK_FIELD_ENUM(strct, member, __VA_ARGS__), .mode = 0644 }

/** KULINK_VALUE_STRING() - read-write, a char array */
#define KULINK_VALUE_STRING(strct, member, ...)				\
	KULINK_VALUE(strct, member, 0644, __VA_ARGS__)

/** KULINK_VALUE_FN() - a value without a member, of type BOOL, S64, U64 or STRING */
#define KULINK_VALUE_FN(_name, _type, access, ...)			\
	{								\
		.field = { .name = (_name), .type = KULINK_TYPE_##_type }, \
		.mode = (access), __VA_ARGS__				\
	}

/**
 * struct kulink_table - a named set of records over the driver's own structures
 * @name: NULL ends an array
 * @mode: 0444, 0440 or 0400
 * @columns: the members of a row that are told, ended by {}
 * @row_size: bytes of the struct that @row fills, at most 4096
 * @start: take the driver's lock; the first object or NULL. Always paired with @stop.
 * @next: the object after @item, or NULL
 * @stop: release the lock; also after a NULL
 * @row: fill @row, which comes zeroed, from @item
 * @generation: number of changes of the set of rows plus 1; between @start and @stop.
 *	NULL: the set never changes
 * @count: about how many rows there are, to size the buffer; or NULL
 * @told: kulink_table_changed() is called after each change of a row or of the set of rows. Until
 *	then a reading is as good as a new one: readers share it, and a program that has mapped it
 *	makes no system call. The driver is asked once a second at most, while there are readers
 * @rows: in place of all of these, for rows that lie in memory as they are told: the columns are numbers
 *	of eight bytes, one after the other, and nothing else is in the struct. Take the lock, copy the
 *	first @room rows to @to or all, set *@generation, release it; how many rows there are. No
 *	encoding is done: a table costs a memcpy() here, and another one on its way out
 *
 * A read takes one snapshot: @start, @generation, rows, @stop, in one go, unless the last one of
 * a table that is @told is as good. What may be done between @start and @stop is up to the
 * driver's own lock. The core sleeps for memory only outside; when rows outgrow the buffer it
 * stops and starts afresh.
 */
struct kulink_table {
	const char *name;
	umode_t mode;
	const struct kulink_field *columns;
	size_t row_size;
	void *(*start)(void *priv);
	void *(*next)(void *priv, void *item);
	void (*stop)(void *priv);
	int (*row)(void *priv, void *item, void *row);
	u64 (*generation)(void *priv);
	size_t (*count)(void *priv);
	bool told;
	size_t (*rows)(void *priv, void *to, size_t room, u64 *generation);
};

/**
 * struct kulink_call - a named request and its reply
 * @name: NULL ends an array
 * @mode: 0444 and the like: it changes nothing and asks for read permission; with a
 *	write bit (0200, 0222 …) it asks for write permission
 * @request_max: most bytes of a request, at most KULINK_CALL_MAX; more is -EMSGSIZE
 * @reply_max: most bytes of a reply, likewise
 * @call: answer it. *@reply_len is @reply's size on entry and the reply's on return.
 *	May sleep, interruptibly if for long; several may run at once.
 */
struct kulink_call {
	const char *name;
	umode_t mode;
	size_t request_max;
	size_t reply_max;
	int (*call)(void *priv, const void *request, size_t request_len,
		    void *reply, size_t *reply_len);
};

/**
 * struct kulink_event - a named message to programs
 * @name: NULL ends an array
 * @mode: read bits: who may subscribe
 * @fields: the members of the struct given to kulink_emit() that are told; or NULL
 * @size: bytes of that struct, at most 512
 */
struct kulink_event {
	const char *name;
	umode_t mode;
	const struct kulink_field *fields;
	size_t size;
};

/**
 * struct kulink_region - memory that the driver shares with programs, page by page
 * @name: NULL ends an array
 * @mode: 0444 and the like: programs map it to read; 0644: its owner to write, too. Who may
 *	write may read: no machine maps memory for writing alone
 * @size: bytes, at most 1 GiB; a mapping is of whole pages, the last one is zero behind them
 * @bytes: its size where it differs from device to device; asked once, by kulink_register().
 *	NULL: @size
 * @page: the driver's own page @index, counted from 0; asked once for each, by kulink_register(),
 *	which takes a reference. Of alloc_page() or a vmalloc() (vmalloc_to_page()): no slab, no
 *	tail of a block that is not __GFP_COMP, no dma_alloc_coherent() memory: map such pages for
 *	the device with dma_map_page(). NULL: the core gets the memory, zeroed; the driver
 *	finds it by kulink_region_address()
 *
 * A program writes whenever it likes, while the driver looks, too: copy what is to be checked,
 * and never use an index, a length or a pointer from a region that was not checked in the copy.
 *
 * Mappings outlive the service and the driver: the memory stays until the last is gone, and
 * programs are told (struct kulink_map_head). The driver's part ends with kulink_unregister().
 */
struct kulink_region {
	const char *name;
	umode_t mode;
	size_t size;
	size_t (*bytes)(void *priv);
	struct page *(*page)(void *priv, unsigned long index);
};

/**
 * struct kulink_desc - a driver's declaration, shared by all its services
 * @name: the services' name; with "%d" the core counts them from 0
 * @owner: THIS_MODULE
 * @channels: names of the channels that publish it, space-separated, or "*" for all
 * @uid: owner of its services, in the initial user namespace
 * @gid: group
 * @values: ended by {}, or NULL
 * @tables: likewise
 * @calls: likewise
 * @events: likewise; kulink_emit() takes the index
 * @regions: likewise; kulink_region_address() takes the index
 * @lock: take the driver's lock that guards members of @values. May be a spinlock: only
 *	plain copies happen under it. NULL: a mutex of the core's
 * @unlock: its release; given exactly when @lock is
 * @event_ring: bytes of memory for events that no reader has taken yet; 0: 64 KiB. Rounded
 *	up to a power of two; the oldest are overwritten and counted as lost
 *
 * It must stay unchanged until the last service is unregistered.
 */
struct kulink_desc {
	const char *name;
	struct module *owner;
	const char *channels;
	u32 uid;
	u32 gid;
	const struct kulink_value *values;
	const struct kulink_table *tables;
	const struct kulink_call *calls;
	const struct kulink_event *events;
	const struct kulink_region *regions;
	void (*lock)(void *priv);
	void (*unlock)(void *priv);
	size_t event_ring;
};

/**
 * kulink_register() - make a service of a declaration
 * @parent: the device it belongs to, or NULL
 * @desc: the declaration; checked whole, -EINVAL with a line in the log
 * @priv: given to the callbacks; the struct that members are read from
 *
 * When it returns, every loaded channel that @desc names has published it. Not from a
 * callback, nor under a lock that a callback takes.
 *
 * Return: the service, or ERR_PTR: -EINVAL, -EEXIST (the name), -ENOMEM
 */
struct kulink_service *kulink_register(struct device *parent,
				       const struct kulink_desc *desc, void *priv);

/**
 * kulink_unregister() - take the service away
 * @service: may be NULL or an ERR_PTR
 *
 * Wakes its readers, waits for callbacks that run, and returns when none will any more.
 * Files that programs hold stay open and say -ENODEV. Not from a callback, nor under a
 * lock that a callback takes.
 */
void kulink_unregister(struct kulink_service *service);

/**
 * kulink_register_as() - kulink_register() under a name that somebody else chose
 * @parent: as above
 * @desc: as above, its name apart
 * @name: [a-z][a-z0-9_]*, at most 31 characters, else -EINVAL; copied
 * @priv: as above
 */
struct kulink_service *kulink_register_as(struct device *parent, const struct kulink_desc *desc,
					  const char *name, void *priv);

/** devm_kulink_register() - kulink_register() that ends with @parent's driver */
struct kulink_service *devm_kulink_register(struct device *parent,
					    const struct kulink_desc *desc, void *priv);

/**
 * kulink_emit() - send an event
 * @service: the service; NULL, as before kulink_register() has returned it: nothing happens
 * @event: index in the declaration's events
 * @fields: the event's struct; may be NULL when it has no fields
 *
 * Any context, hard interrupts included; any lock may be held. Never fails and never waits: a slow
 * reader loses the oldest events and is told how many. In an NMI no lock may be taken: the event is
 * lost, which its readers are told with the next one, or when they ask for the sequence.
 *
 * Return: the event's sequence number; 0 without a service, while it is being unregistered, in an NMI
 */
u64 kulink_emit(struct kulink_service *service, unsigned int event,
		const void *fields);

/**
 * kulink_emit_many() - send several events of one name
 * @service: as above
 * @event: as above
 * @fields: @n of the event's structs, an array
 * @n: how many
 *
 * As kulink_emit() of each, for less: those that come at once have one time, and no other event of
 * the service comes between them; of many, 32 at once. Where the struct is nothing but numbers of 64
 * bits in declared order it is copied as it is.
 *
 * Return: the last one's sequence number; 0 as above
 */
u64 kulink_emit_many(struct kulink_service *service, unsigned int event, const void *fields,
		     unsigned int n);

/**
 * kulink_changed() - say that a value is another now, to those who poll
 * @service: the service, or NULL as with kulink_emit()
 * @value: index in the declaration's values
 *
 * Any context but NMI. A set through a channel says so by itself.
 */
void kulink_changed(struct kulink_service *service, unsigned int value);

/**
 * kulink_table_changed() - say that a table's rows are others now
 * @service: the service, or NULL as with kulink_emit(); rows that change while kulink_register()
 *	runs are told of once it has returned
 * @table: index in the declaration's tables; of one that is told
 *
 * Any context, any lock may be held. After the change: a reading that begins when this has returned
 * sees it, over every channel.
 */
void kulink_table_changed(struct kulink_service *service, unsigned int table);

/**
 * kulink_region_address() - where the driver reads and writes a region
 * @service: the service, or NULL as with kulink_emit()
 * @region: index in the declaration's regions; of one without a @page of its own
 *
 * Any context. The memory is contiguous here, not for a device; it stays until
 * kulink_unregister() returns.
 *
 * Return: the address; NULL without a service, or when the pages are the driver's
 */
void *kulink_region_address(struct kulink_service *service, unsigned int region);

/**
 * struct kulink_factory - makes services when programs ask for one, by name (configfs)
 * @name: of the factory, a name like a service's
 * @owner: THIS_MODULE; stays loaded while a service is there that @make made
 * @make: a service of this name, by kulink_register_as(); or ERR_PTR, with nothing left behind.
 *	May sleep; nothing else is made or ended by programs meanwhile
 * @end: unregister it and free what belongs to it. May sleep
 * @node: the core's
 * @listed: the core's
 * @slot: the channel's
 *
 * Callbacks may not register or unregister factories.
 */
struct kulink_factory {
	const char *name;
	struct module *owner;
	struct kulink_service *(*make)(const char *name);
	void (*end)(struct kulink_service *service);

	struct list_head node;
	bool listed;
	void *slot;
};

/**
 * kulink_factory_register() - programs may ask from now on
 * @factory: stays until it is unregistered
 *
 * The last thing of a module's init: who has made a service keeps the module, which an init that
 * fails would not survive.
 *
 * Return: 0; -EINVAL, -EEXIST (the name)
 */
int kulink_factory_register(struct kulink_factory *factory);

/**
 * kulink_factory_unregister() - programs may no longer ask
 * @factory: registered; none of its services is there
 *
 * The first thing of a module's exit, which cannot run while a service of the factory is there; and
 * nowhere else.
 */
void kulink_factory_unregister(struct kulink_factory *factory);

/** kulink_service_name() - "hwstats0"; any context */
const char *kulink_service_name(const struct kulink_service *service);

/** kulink_service_priv() - what was given to kulink_register(); any context */
void *kulink_service_priv(const struct kulink_service *service);

#endif /* _LINUX_KULINK_H */
