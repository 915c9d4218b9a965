/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _EDU_H
#define _EDU_H

#include <linux/atomic.h>
#include <linux/dma-mapping.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>

struct kulink_service;

/**
 * struct edu - a device
 * @dev: of it, for what it writes by itself
 * @regs: its registers
 * @service: NULL: nobody is told of interrupts
 * @factorial_lock: one computation at a time
 * @liveness_lock: the register, while alive tries it
 * @dma_lock: one transfer at a time
 * @page: what it reads and writes by itself, the region "buffer"
 * @dma: where the device finds it
 * @wait: for an interrupt
 * @interrupts: how many there were
 * @leaving: nobody goes on waiting
 */
struct edu {
	struct device *dev;
	void __iomem *regs;
	struct kulink_service *service;
	struct mutex factorial_lock;
	struct mutex liveness_lock;
	struct mutex dma_lock;
	struct page *page;
	dma_addr_t dma;
	wait_queue_head_t wait;
	atomic64_t interrupts;
	bool leaving;
};

/* -ENODEV: the device is out, or the driver leaves */
int edu_read(struct edu *edu, u32 offset, u32 *value);
int edu_write(struct edu *edu, u32 offset, u32 value);

/*
 * Until this unit is idle: there was an interrupt after @seen of them, and register @offset has none of
 * the bits @busy. An interrupt may be another's: a late one, of what nobody waited for, or one that
 * raise_irq has made. -EINTR, -ETIMEDOUT
 */
int edu_wait(struct edu *edu, s64 seen, u32 offset, u32 busy);
/* The same, unless it is idle already */
int edu_idle(struct edu *edu, u32 offset, u32 busy);

/* A request's decimal number */
int edu_number(const void *request, size_t len, u32 *number);

/* dma.c: the page, for as long as the device may write into it */
int edu_dma_init(struct edu *edu);
/* Before it may: what it still does is of a driver before us */
int edu_dma_quiesce(struct edu *edu);
struct page *edu_dma_page(void *priv, unsigned long index);
int edu_to_device(void *priv, const void *request, size_t request_len, void *reply,
		  size_t *reply_len);
int edu_from_device(void *priv, const void *request, size_t request_len, void *reply,
		    size_t *reply_len);

#endif /* _EDU_H */
