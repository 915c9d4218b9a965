// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/bench_ring: events in mapped memory: one producer, records of one size, nothing promised
 *
 * Pages: the program's (how far it has read, whether it sleeps), the driver's (how far it has written), the records.
 * A record never wraps: bytes divide the ring or its rest is left over.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "driver.h"

static DEFINE_MUTEX(lock);	/* one producer */
static DECLARE_WAIT_QUEUE_HEAD(wait);
static struct bare_ring_user *user;
static struct bare_ring_head *head;
static void *records;

/* Who wants to sleep says so, and then looks at the head once more. */
static void wake(void)
{
	/* the head first, then who sleeps: the other way round there */
	smp_mb();
	if (READ_ONCE(user->waiting))
		wake_up_interruptible_poll(&wait, EPOLLIN);
}

/* Positions count records: the ring holds a power of two of them. */
static void emit(struct bare_burst *burst)
{
	u64 at = head->head, turn = burst->turn, end = turn + burst->n, tail = READ_ONCE(user->tail);
	u32 room = BARE_RING / roundup_pow_of_two(burst->bytes);

	for (; turn < end; turn++) {
		if (unlikely(at - tail >= room)) {
			tail = READ_ONCE(user->tail);
			if (at - tail >= room) {
				burst->lost++;
				continue;
			}
		}
		bare_fill(records + (at & (room - 1)) * burst->bytes, turn, burst->bytes);
		/* who sees the head sees the record */
		smp_store_release(&head->head, ++at);
		wake();
	}
}

static long ring_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct bare_burst burst;

	if (cmd != BARE_EMIT)
		return -ENOTTY;
	if (copy_from_user(&burst, (void __user *)arg, sizeof(burst)))
		return -EFAULT;
	if (!bare_burst_ok(&burst))
		return -EINVAL;
	burst.lost = 0;
	mutex_lock(&lock);
	emit(&burst);
	mutex_unlock(&lock);
	return copy_to_user((void __user *)arg, &burst, sizeof(burst)) ? -EFAULT : 0;
}

static __poll_t ring_poll(struct file *file, poll_table *table)
{
	poll_wait(file, &wait, table);
	return READ_ONCE(head->head) != READ_ONCE(user->tail) ? EPOLLIN : 0;
}

static int ring_mmap(struct file *file, struct vm_area_struct *vma)
{
	return remap_vmalloc_range(vma, user, vma->vm_pgoff);
}

static int ring_open(struct inode *inode, struct file *file)
{
	mutex_lock(&lock);
	memset(user, 0, 2 * PAGE_SIZE);
	mutex_unlock(&lock);
	return 0;
}

static const struct file_operations fops = {
	.owner		= THIS_MODULE,
	.open		= ring_open,
	.unlocked_ioctl	= ring_ioctl,
	.poll		= ring_poll,
	.mmap		= ring_mmap,
};

static struct miscdevice node = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "bench_ring",
	.fops	= &fops,
};

static int start(void)
{
	int err;

	user = vmalloc_user(2 * PAGE_SIZE + BARE_RING);
	if (!user)
		return -ENOMEM;
	head = (void *)user + PAGE_SIZE;
	records = (void *)user + 2 * PAGE_SIZE;
	err = misc_register(&node);
	if (err)
		vfree(user);
	return err;
}

static void stop(void)
{
	misc_deregister(&node);
	vfree(user);
}

const struct bare_part bare_ring = { start, stop };
