/* SPDX-License-Identifier: GPL-2.0-only */
/* The mmap channel among its files: mmap.c maps, mmap_view.c has values, mmap_ring.c events, mmap_wait.c who waits. */
#ifndef _KULINK_MMAP_H
#define _KULINK_MMAP_H

#include "dev.h"

/* A class of values, those that the same of owner, group and others may read, is three bits */
#define KULINK_VIEW_AREAS	8

/* An offset's lower 32 bits are within an area */
#define KULINK_AREA_SHIFT	(32 - PAGE_SHIFT)
#define KULINK_AREA_PAGES	BIT(KULINK_AREA_SHIFT)

/* Which area, in an offset's upper bits, of the ring: 0, the program's page; 1, the kernel's */
#define KULINK_AREA_RING	0x300

struct kulink_view;
struct kulink_map_ring;

/** struct kulink_view_place - where a value is */
struct kulink_view_place {
	unsigned int area;
	u32 at;
	u32 size;
};

/* The view of a service's values that all its open files share; a reference, or ERR_PTR */
struct kulink_view *kulink_view_get(struct kulink_service *service);
struct kulink_view *kulink_view_hold(struct kulink_view *view);
void kulink_view_put(struct kulink_view *view);
/* Nothing is written any more; the next kulink_view_get() makes another */
void kulink_view_end(struct kulink_view *view);
bool kulink_view_ended(struct kulink_view *view);
/* Area 0 is a head alone, which everybody may read; NULL: there is no such */
struct kulink_memory *kulink_view_area(struct kulink_view *view, unsigned int area);
/* What its values' modes are for readers */
umode_t kulink_view_mode(unsigned int area);
struct kulink_view_place kulink_view_find(struct kulink_view *view, unsigned int value);
/* Read a value from the driver; those that are members come all at once */
int kulink_view_refresh(struct kulink_view *view, unsigned int value);
/* The same for each that the opener may read */
int kulink_view_refresh_all(struct kulink_view *view, const struct cred *cred);
/* The core says that a value is another now */
void kulink_view_changed(struct kulink_service *service, void *slot, unsigned int value);

/* The writer's side of an area's sequence count; one writer at a time */
void kulink_area_init(struct kulink_memory *memory);
void kulink_area_begin(struct kulink_memory *memory);
void kulink_area_end(struct kulink_memory *memory);
void kulink_area_mark(struct kulink_memory *memory, u32 state);
/* Zeroed memory for an area, counted and limited; or ERR_PTR */
struct kulink_memory *kulink_area_alloc(size_t size);

/**
 * struct kulink_map_file - an open file's part in this
 * @lock: guards the rest, and what is in the tables' areas
 * @view: the service's values, once asked for
 * @tables: by table, once asked for
 * @ring: of events, once one was added
 */
struct kulink_map_file {
	struct mutex lock;
	struct kulink_view *view;
	struct kulink_memory **tables;
	struct kulink_map_ring *ring;
};

static inline struct kulink_map_file *kulink_map_file(struct kulink_file *file)
{
	return kulink_file_state(file, &kulink_mmap);
}

/* 0, or what kulink_file_check() says, and what the file has is marked then; without its lock */
int kulink_map_check(struct kulink_file *file);

/* The file's ring of events, mmap_ring.c */
long kulink_ring_ioctl(struct kulink_file *file, unsigned int cmd, void __user *arg);
/* Under the file's lock: whether it is to be read, or has ended */
bool kulink_ring_readable(const struct kulink_map_ring *ring);
/* The same as EPOLLIN and EPOLLHUP; the next event wakes up whoever asked */
__poll_t kulink_ring_look(struct kulink_map_ring *ring);
/* Waiting for it, mmap_wait.c */
long kulink_ring_wait(struct kulink_file *file, unsigned int cmd, void __user *arg);
__poll_t kulink_ring_poll(struct kulink_file *file);
/* The program's page, 0, or the kernel's, 1, with a reference; *@may is for what */
struct kulink_memory *kulink_ring_memory(struct kulink_file *file, unsigned int which, int *may);
/* Nothing is written any more: mark it and wake who waits; under the file's lock */
void kulink_ring_end(struct kulink_map_ring *ring);
void kulink_ring_free(struct kulink_map_ring *ring);

/*
 * Map it, shared, for reading and, with @write, for writing; the mapping takes a reference.
 * -EINVAL: private, or outside of it; -EACCES: to write or to execute
 */
int kulink_area_map(struct vm_area_struct *vma, struct kulink_memory *memory, bool write);

#endif /* _KULINK_MMAP_H */
