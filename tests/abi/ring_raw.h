/* SPDX-License-Identifier: GPL-2.0-only */
/* An event ring without the library. */
#ifndef RING_RAW_H
#define RING_RAW_H

#include "raw.h"

#define PAGE	4096UL

struct ring {
	int fd;
	struct kulink_ioc_ring args;
	struct kulink_ring_user *user;
	const struct kulink_ring_head *head;
	__u64 at;
};

static inline int change(int fd, unsigned long cmd, const char *name, struct kulink_ioc_ring *args)
{
	memset(args->name, 0, sizeof(args->name));
	strcpy(args->name, name);
	return ioctl(fd, cmd, args) < 0 ? -errno : 0;
}

static inline int add(int fd, const char *name, __u64 size, __u32 flags, __u32 watermark)
{
	struct kulink_ioc_ring args = { .size = size, .flags = flags, .watermark = watermark };

	return change(fd, KULINK_IOC_RING_ADD, name, &args);
}

static inline int open_ring(struct ring *ring, const char *name, __u64 size, __u32 flags, __u32 watermark)
{
	int err;

	*ring = (struct ring){ .fd = open(path, O_RDWR | O_CLOEXEC) };
	ring->args = (struct kulink_ioc_ring){ .size = size, .flags = flags, .watermark = watermark };
	err = change(ring->fd, KULINK_IOC_RING_ADD, name, &ring->args);
	if (err)
		return err;
	ring->user = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
			  (off_t)ring->args.user_offset);
	ring->head = mmap(NULL, ring->args.data_len, PROT_READ, MAP_SHARED, ring->fd,
			  (off_t)ring->args.data_offset);
	return ring->user == MAP_FAILED || ring->head == MAP_FAILED ? -errno : 0;
}

static inline void close_ring(struct ring *ring)
{
	munmap(ring->user, PAGE);
	munmap((void *)ring->head, ring->args.data_len);
	close(ring->fd);
}

static inline const struct kulink_ring_record *record_at(const struct ring *ring, __u64 pos)
{
	return (const void *)((const char *)ring->head + ring->head->records + (pos & (ring->args.size - 1)));
}

static inline __u64 written(const struct ring *ring)
{
	return __atomic_load_n(&ring->head->head, __ATOMIC_ACQUIRE);
}

static inline void give_back(struct ring *ring)
{
	__atomic_store_n(&ring->user->tail, ring->at, __ATOMIC_RELEASE);
}

/* The next record that is one; NULL: none */
static inline const struct kulink_ring_record *take(struct ring *ring)
{
	const struct kulink_ring_record *record;

	while (ring->at != written(ring)) {
		record = record_at(ring, ring->at);
		ring->at += record->size;
		if (record->event != KULINK_RING_PAD)
			return record;
	}
	return NULL;
}

#endif
