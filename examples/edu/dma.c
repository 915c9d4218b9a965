// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device reads and writes by itself: a page that programs map, the region "buffer", and two
 * calls by which it copies the page's beginning into its own memory and back. The page is of
 * dma_alloc_pages(), not of dma_alloc_coherent(): a region's pages are ordinary ones, which stay with
 * whoever has mapped them. The device knows 28 bits of addresses, so they lie in the first 256 MiB.
 */
#include <linux/iopoll.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/time64.h>

#include "edu.h"

#define EDU_DMA_SOURCE		0x80
#define EDU_DMA_DESTINATION	0x88
#define EDU_DMA_COUNT		0x90
#define EDU_DMA_COMMAND		0x98
#define EDU_DMA_RUN		0x01
#define EDU_DMA_FROM_DEVICE	0x02
#define EDU_DMA_IRQ		0x04	/* interrupt, status 0x100, when it is done */

#define EDU_DMA_BITS		28
#define EDU_MEMORY		0x40000	/* where the device has its own, 4096 bytes */
#define EDU_TRANSFER_MAX	(SZ_4K - 1)	/* QEMU 7.2 ends itself at the last byte */
#define EDU_QUIET_US		USEC_PER_SEC

static void edu_dma_free(void *priv)
{
	struct edu *edu = priv;

	dma_free_pages(edu->dev, PAGE_SIZE, edu->page, edu->dma, DMA_BIDIRECTIONAL);
}

/* Called before pcim_enable_device(), so that it is freed when the device cannot write any more */
int edu_dma_init(struct edu *edu)
{
	int err;

	mutex_init(&edu->dma_lock);
	err = dma_set_mask_and_coherent(edu->dev, DMA_BIT_MASK(EDU_DMA_BITS));
	if (err)
		return dev_err_probe(edu->dev, err,
				     "no memory within %d bits here (CONFIG_ZONE_DMA)\n",
				     EDU_DMA_BITS);
	edu->page = dma_alloc_pages(edu->dev, PAGE_SIZE, &edu->dma, DMA_BIDIRECTIONAL,
				    GFP_KERNEL | __GFP_ZERO);
	if (!edu->page)
		return -ENOMEM;
	return devm_add_action_or_reset(edu->dev, edu_dma_free, edu);
}

int edu_dma_quiesce(struct edu *edu)
{
	u32 command;

	return readl_poll_timeout(edu->regs + EDU_DMA_COMMAND, command, !(command & EDU_DMA_RUN),
				  USEC_PER_MSEC, EDU_QUIET_US);
}

struct page *edu_dma_page(void *priv, unsigned long index)
{
	struct edu *edu = priv;

	return edu->page;
}

static int edu_start_transfer(struct edu *edu, u32 source, u32 destination, u32 count, u32 command)
{
	int err;

	err = edu_write(edu, EDU_DMA_SOURCE, source);
	if (!err)
		err = edu_write(edu, EDU_DMA_DESTINATION, destination);
	if (!err)
		err = edu_write(edu, EDU_DMA_COUNT, count);
	if (!err)
		err = edu_write(edu, EDU_DMA_COMMAND, command | EDU_DMA_RUN | EDU_DMA_IRQ);
	return err;
}

/* With dma_lock. One that a signal ended may still be under way: its registers cannot be written then */
static int edu_transfer_locked(struct edu *edu, bool from_device, u32 count)
{
	s64 seen;
	int err;

	err = edu_idle(edu, EDU_DMA_COMMAND, EDU_DMA_RUN);
	if (err)
		return err;
	seen = atomic64_read(&edu->interrupts);
	dma_sync_single_for_device(edu->dev, edu->dma, PAGE_SIZE, DMA_BIDIRECTIONAL);
	if (from_device)
		err = edu_start_transfer(edu, EDU_MEMORY, edu->dma, count, EDU_DMA_FROM_DEVICE);
	else
		err = edu_start_transfer(edu, edu->dma, EDU_MEMORY, count, 0);
	if (!err)
		err = edu_wait(edu, seen, EDU_DMA_COMMAND, EDU_DMA_RUN);
	dma_sync_single_for_cpu(edu->dev, edu->dma, PAGE_SIZE, DMA_BIDIRECTIONAL);
	return err;
}

/* "1000": that many bytes */
static int edu_transfer(struct edu *edu, bool from_device, const void *request, size_t len)
{
	u32 count;
	int err;

	err = edu_number(request, len, &count);
	if (err)
		return err;
	if (!count || count > EDU_TRANSFER_MAX)
		return -ERANGE;
	if (mutex_lock_interruptible(&edu->dma_lock))
		return -EINTR;
	err = edu_transfer_locked(edu, from_device, count);
	mutex_unlock(&edu->dma_lock);
	return err;
}

int edu_to_device(void *priv, const void *request, size_t request_len, void *reply,
		  size_t *reply_len)
{
	*reply_len = 0;
	return edu_transfer(priv, false, request, request_len);
}

int edu_from_device(void *priv, const void *request, size_t request_len, void *reply,
		    size_t *reply_len)
{
	*reply_len = 0;
	return edu_transfer(priv, true, request, request_len);
}
