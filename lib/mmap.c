// SPDX-License-Identifier: MIT
/* mmap: regions, and values and tables as memory that the kernel writes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "mmap.h"

/* Readings of an area that is being written: without a pause, and with pauses until we give up, a second in all */
#define TRIES_BUSY	100
#define TRIES		(TRIES_BUSY + 10000)
#define PAUSE_NS	100000

/**
 * struct area - memory of the node, mapped to read
 * @next: another one
 * @offset: in the file
 * @len: bytes
 * @head: where it is mapped
 */
struct area {
	struct area *next;
	uint64_t offset;
	size_t len;
	const struct kulink_map_head *head;
};

/**
 * struct place - where a value is; by its position among the values
 * @head: its area's; NULL: not asked yet
 * @value: the value
 * @room: bytes for its string
 */
struct place {
	const struct kulink_map_head *head;
	const struct kulink_map_value *value;
	size_t room;
};

/**
 * struct shown - a table that was read; by its position among the tables
 * @area: its; NULL: not asked yet
 * @at: where the table begins there
 * @changes: how often the driver has told of a change; NULL: it does not tell
 */
struct shown {
	const struct area *area;
	size_t at;
	const uint64_t *changes;
};

/**
 * struct mmap_node - an open node
 * @ring: first, for mmap_ring.c; its descriptor is the node's
 * @areas: what is mapped of it, regions apart
 * @head: a head that everybody may read
 * @places: of the values
 * @last: of the value that was got last
 * @shown: of the tables
 */
struct mmap_node {
	struct kulink_mmap_ring ring;
	struct area *areas;
	const struct kulink_map_head *head;
	struct place *places;
	const struct place *last;
	struct shown *shown;
};

static bool is_gone(const struct kulink_map_head *head)
{
	return __atomic_load_n(&head->state, __ATOMIC_RELAXED) & KULINK_MAP_GONE;
}

/* Where a part is */
static int find(struct kulink_session *s, uint32_t kind, const char *name, uint32_t flags,
		struct kulink_ioc_map *args)
{
	struct mmap_node *node = s->private;
	int error;

	*args = (struct kulink_ioc_map){ .kind = kind, .flags = flags };
	error = kulink_name_put(args->name, name);
	if (!error && ioctl(node->ring.fd, KULINK_IOC_MAP, args) < 0)
		error = kulink_dev_error(-errno);
	return error;
}

/* The area that @args tell of. One that has grown takes the place of what it was. */
static int map_area(struct mmap_node *node, const struct kulink_ioc_map *args, struct area **out)
{
	struct area *area;
	void *address;

	for (area = node->areas; area && area->offset != args->offset; area = area->next)
		;
	*out = area;
	if (area && area->len == args->len)
		return 0;
	if (args->len < sizeof(*area->head) || args->len > SIZE_MAX)
		return -EPROTO;
	address = mmap(NULL, args->len, PROT_READ, MAP_SHARED, node->ring.fd, (off_t)args->offset);
	if (address == MAP_FAILED)
		return kulink_dev_error(-errno);
	if (area) {
		munmap((void *)area->head, area->len);
	} else {
		area = calloc(1, sizeof(*area));
		if (!area) {
			munmap(address, args->len);
			return -ENOMEM;
		}
		area->next = node->areas;
		node->areas = area;
	}
	area->offset = args->offset;
	area->len = args->len;
	area->head = address;
	*out = area;
	return 0;
}

static void mmap_close(struct kulink_session *s)
{
	struct mmap_node *node = s->private;
	struct area *area, *next;

	if (!node)
		return;
	for (area = node->areas; area; area = next) {
		next = area->next;
		munmap((void *)area->head, area->len);
		free(area);
	}
	kulink_mmap_ring_free(s);
	if (node->ring.fd >= 0)
		close(node->ring.fd);
	free(node->places);
	free(node->shown);
	free(node);
	s->private = NULL;
}

static int map_head(struct kulink_session *s)
{
	struct mmap_node *node = s->private;
	struct kulink_ioc_map args;
	struct area *area;
	int error;

	error = find(s, 0, "", 0, &args);
	if (error == -EOPNOTSUPP || error == -ENOTTY)
		return -ENOENT;
	if (!error)
		error = map_area(node, &args, &area);
	if (error)
		return error;
	node->head = area->head;
	return node->head->abi == KULINK_ABI ? 0 : -EPROTONOSUPPORT;
}

static int mmap_open(struct kulink_session *s)
{
	struct mmap_node *node = calloc(1, sizeof(*node));
	int error;

	if (!node)
		return -ENOMEM;
	s->private = node;
	node->ring.fd = -1;
	node->places = calloc(s->info->n_parts + 1, sizeof(*node->places));
	node->shown = calloc(s->info->n_parts + 1, sizeof(*node->shown));
	error = node->places && node->shown ? kulink_mmap_ring_init(s) : -ENOMEM;
	if (!error)
		error = kulink_dev_open(s, true, &node->ring.fd);
	if (!error)
		error = map_head(s);
	if (error)
		mmap_close(s);
	return error;
}

/* Ask where a value is, and for its reading */
static int place_value(struct kulink_session *s, const struct kulink_part *value,
		       struct place *place)
{
	struct kulink_ioc_map args;
	struct area *area;
	int error;

	error = find(s, KULINK_VALUES, value->name, KULINK_MAP_REFRESH, &args);
	if (!error)
		error = map_area(s->private, &args, &area);
	if (error)
		return error;
	if (args.at % 8 || args.size < sizeof(*place->value) || args.at > area->len ||
	    args.size > area->len - args.at)
		return -EPROTO;
	place->head = area->head;
	place->value = (const void *)((const char *)area->head + args.at);
	place->room = args.size - sizeof(*place->value);
	return 0;
}

/* The even number before a reading; false: it is being written */
static bool read_begin(const struct kulink_map_head *head, uint32_t *seq)
{
	*seq = __atomic_load_n(&head->seq, __ATOMIC_ACQUIRE);
	return !(*seq & 1);
}

/* Whether nothing was written since */
static bool read_end(const struct kulink_map_head *head, uint32_t seq)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&head->seq, __ATOMIC_RELAXED) == seq;
}

static void copy_value(const struct place *place, const struct kulink_part *part,
		       struct kulink_map_value *value, struct kulink_datum *datum)
{
	*value = *place->value;
	datum->type = part->type;
	datum->number = value->number;
	if (part->type != KULINK_TYPE_STRING)
		return;
	datum->len = value->len < place->room ? value->len : 0;
	memcpy(datum->string, place->value + 1, datum->len);
	datum->string[datum->len] = '\0';
}

static int read_value(const struct place *place, const struct kulink_part *part,
		      struct kulink_map_value *value, struct kulink_datum *datum)
{
	uint32_t seq;
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		/* the writer may have lost its processor, in a guest even to nobody that we could see */
		if (tries >= TRIES_BUSY)
			nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
		if (!read_begin(place->head, &seq))
			continue;
		copy_value(place, part, value, datum);
		if (read_end(place->head, seq))
			return is_gone(place->head) ? -ENODEV : value->error;
	}
	return -EAGAIN;
}

static int mmap_get(struct kulink_session *s, const struct kulink_part *part,
		    struct kulink_datum *datum)
{
	struct mmap_node *node = s->private;
	struct place *place = &node->places[kulink_part_index(s->info, part)];
	struct kulink_map_value value = { 0 };
	int error = place->head ? 0 : place_value(s, part, place);

	if (!error)
		error = read_value(place, part, &value, datum);
	if (value.flags & KULINK_MAP_STALE && error != -ENODEV) {
		error = place_value(s, part, place);
		if (!error)
			error = read_value(place, part, &value, datum);
	}
	node->last = place;
	if (!error && part->type == KULINK_TYPE_ENUM) {
		strcpy(datum->string, kulink_label(part->labels, datum->number));
		datum->len = strlen(datum->string);
	}
	return error;
}

static int mmap_number(struct kulink_session *s, uint64_t *number)
{
	const struct mmap_node *node = s->private;
	const struct kulink_map_head *head = node->last->head;
	const struct kulink_map_value *value = node->last->value;
	uint32_t seq, doubt;
	uint64_t there;

	if (!read_begin(head, &seq))
		return -EAGAIN;
	doubt = value->flags | (uint32_t)value->error;
	there = value->number;
	if (!read_end(head, seq) || doubt || is_gone(head))
		return -EAGAIN;
	*number = there;
	return 0;
}

static int mmap_refresh(struct kulink_session *s)
{
	struct kulink_ioc_map args;

	return find(s, KULINK_VALUES, "", KULINK_MAP_REFRESH, &args);
}

static int mmap_alive(struct kulink_session *s)
{
	struct mmap_node *node = s->private;

	return is_gone(node->head) ? -ENODEV : 0;
}

/* Whether the driver would give the same rows, as it says */
static bool is_current(const struct shown *shown)
{
	const struct kulink_map_table *table;

	if (!shown->changes)
		return false;
	table = (const void *)shown->area->head;
	return !__atomic_load_n(&table->map.state, __ATOMIC_RELAXED) &&
	       __atomic_load_n(&table->changes, __ATOMIC_ACQUIRE) ==
	       __atomic_load_n(shown->changes, __ATOMIC_ACQUIRE);
}

/* Nobody writes it but on our own demand; after a fork() somebody else may demand, too */
static int copy_table(const struct shown *shown, struct kulink_table *table)
{
	const struct kulink_map_head *head = shown->area->head;
	uint64_t size;
	uint32_t seq;
	int error;

	if (!read_begin(head, &seq))
		return -EAGAIN;
	size = head->size;
	if (size < shown->at || size > shown->area->len)
		return -EPROTO;
	table->changes = ((const struct kulink_map_table *)(const void *)head)->changes;
	table->told = shown->changes;
	error = kulink_table_records(table, (const char *)head + shown->at, size - shown->at);
	return read_end(head, seq) ? error : -EAGAIN;
}

/* Where the count of changes is. An error: the next reading asks the kernel, too, and will be told */
static const uint64_t *find_changes(struct kulink_session *s, const struct kulink_part *part)
{
	struct kulink_ioc_map args;
	struct area *area;

	if (find(s, KULINK_TABLES, part->name, KULINK_MAP_CHANGES, &args) ||
	    map_area(s->private, &args, &area) || args.at % 8 || args.at > area->len - sizeof(uint64_t))
		return NULL;
	return (const uint64_t *)((const char *)area->head + args.at);
}

static int refresh_table(struct kulink_session *s, const struct kulink_part *part, struct shown *shown)
{
	bool first = !shown->area;
	struct kulink_ioc_map args;
	struct area *area;
	int error;

	error = find(s, KULINK_TABLES, part->name, KULINK_MAP_REFRESH, &args);
	if (!error)
		error = map_area(s->private, &args, &area);
	if (error)
		return error;
	shown->area = area;
	shown->at = args.at;
	if (first)
		shown->changes = find_changes(s, part);
	return 0;
}

static int mmap_dump(struct kulink_session *s, struct kulink_table *table)
{
	struct mmap_node *node = s->private;
	struct shown *shown = &node->shown[kulink_part_index(s->info, table->part)];
	int error = is_current(shown) ? 0 : refresh_table(s, table->part, shown);

	return error ? error : copy_table(shown, table);
}

/* Whoever shares the node may have had the area written again: what counts is what was copied */
static int mmap_same(struct kulink_session *s, const struct kulink_table *table)
{
	struct mmap_node *node = s->private;
	const struct shown *shown = &node->shown[kulink_part_index(s->info, table->part)];

	if (!table->told || __atomic_load_n(shown->changes, __ATOMIC_ACQUIRE) != table->changes)
		return -EAGAIN;
	return is_gone(shown->area->head) ? -EAGAIN : 0;
}

static int mmap_map(struct kulink_session *s, const struct kulink_part *region, void **address,
		    size_t *length)
{
	struct mmap_node *node = s->private;
	struct kulink_ioc_map args;
	void *at;
	int error;

	error = find(s, KULINK_REGIONS, region->name, 0, &args);
	if (error)
		return error;
	if (!args.size || args.size > args.len || args.len > SIZE_MAX)
		return -EPROTO;
	at = mmap(NULL, args.len, PROT_READ | (args.mode & 2 ? PROT_WRITE : 0), MAP_SHARED,
		  node->ring.fd, (off_t)args.offset);
	if (at == MAP_FAILED)
		return kulink_dev_error(-errno);
	*address = at;
	*length = args.size;
	return 0;
}

static int mmap_available(char *why, size_t size)
{
	return kulink_module_available("", "kulink_dev", "mmap", why, size);
}

const struct kulink_channel kulink_mmap = {
	.info = {
		.name = "mmap",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_EVENTS | KULINK_REGIONS,
		.lossy = true,
		.where = "/dev/kulink/SERVICE",
		.who = "who may open the node, to read or to read and write; then each part's mode",
		.limits = "values are read, not set, and as of their last change or kulink_refresh(); events take a node that is open to read and write",
	},
	.available = mmap_available,
	.open = mmap_open,
	.close = mmap_close,
	.get = mmap_get,
	.number = mmap_number,
	.dump = mmap_dump,
	.same = mmap_same,
	.subscribe = kulink_mmap_subscribe,
	.unsubscribe = kulink_mmap_unsubscribe,
	.ring = kulink_mmap_ring_shape,
	.fd = kulink_mmap_fd,
	.await = kulink_mmap_await,
	.records = true,
	.next = kulink_mmap_next,
	.take = kulink_mmap_take,
	.sequence = kulink_mmap_sequence,
	.map = mmap_map,
	.refresh = mmap_refresh,
	.alive = mmap_alive,
};
