/* SPDX-License-Identifier: GPL-2.0-only */
/* The device node's channels among themselves: one open file, one file of code each. */
#ifndef _KULINK_DEV_H
#define _KULINK_DEV_H

#include <linux/poll.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "message.h"

struct io_uring_cmd;
struct vm_area_struct;

/**
 * struct kulink_file - an open device node; each channel's own state follows it
 * @service: a reference; the driver is not kept
 * @cred: the opener's, held by the file
 * @may: MAY_READ and MAY_WRITE as it was opened
 * @own: of the driver whose own node it is; NULL: /dev/kulink/SERVICE, or that has ended
 * @node: in dev.c's list of open files
 * @wait: whoever waits for something to read. Here and not in the service: it must live
 *	as long as the file that is polled
 * @fasync: whoever wants SIGIO
 */
struct kulink_file {
	struct kulink_service *service;
	const struct cred *cred;
	int may;
	const struct kulink_own *own;
	struct list_head node;
	wait_queue_head_t wait;
	struct fasync_struct *fasync;
};

/**
 * struct kulink_dev_ioctl - a command
 * @cmd: with the size of its struct as it is now
 * @gone_too: it is answered after the driver has left, too
 * @run: do it; the size that the program knows is in @cmd: kulink_ioctl_args()
 */
struct kulink_dev_ioctl {
	unsigned int cmd;
	bool gone_too;
	long (*run)(struct kulink_file *file, unsigned int cmd, void __user *arg);
};

/**
 * struct kulink_dev_channel - a channel of the node; one line in dev.c's list
 * @base: name and what it carries; the rest is dev.c's
 * @state: bytes that an open file has for this channel: kulink_file_state()
 * @open: prepare the state, which comes zeroed; NULL: nothing to prepare
 * @release: of what opened; NULL: nothing
 * @unpublished: the service is not published here any more, or gone: tell who waits. May
 *	sleep; kulink_file_check() says so from before on
 * @ioctls: ended by {}; dev.c makes kulink_file_check() first
 * @read: the node's read(), for one channel at most, and so on
 * @write: likewise
 * @poll: what this channel has for poll(), whoever else has something
 * @mmap: as @read
 * @uring: likewise a command by io_uring
 * @at: dev.c's, where the state begins
 */
struct kulink_dev_channel {
	struct kulink_channel base;
	size_t state;
	int (*open)(struct kulink_file *file);
	void (*release)(struct kulink_file *file);
	void (*unpublished)(struct kulink_file *file);
	const struct kulink_dev_ioctl *ioctls;
	ssize_t (*read)(struct kulink_file *file, char __user *buf, size_t len, bool nonblock);
	ssize_t (*write)(struct kulink_file *file, const char __user *buf, size_t len);
	__poll_t (*poll)(struct kulink_file *file);
	int (*mmap)(struct kulink_file *file, struct vm_area_struct *vma);
	int (*uring)(struct kulink_file *file, struct io_uring_cmd *cmd, unsigned int flags);
	size_t at;
};

extern struct kulink_dev_channel kulink_chardev;
extern struct kulink_dev_channel kulink_ioctl;
extern struct kulink_dev_channel kulink_mmap;
extern struct kulink_dev_channel kulink_eventfd;
extern struct kulink_dev_channel kulink_signal;
extern struct kulink_dev_channel kulink_uring;

static inline void *kulink_file_state(struct kulink_file *file,
				      const struct kulink_dev_channel *channel)
{
	return (void *)file + channel->at;
}

/* Whether the service is published on this channel, or the file is of the driver's own node */
bool kulink_file_published(struct kulink_file *file, const struct kulink_dev_channel *channel);
/* 0; -ENODEV the service is gone; -EOPNOTSUPP it is not published on this channel */
int kulink_file_check(struct kulink_file *file, const struct kulink_dev_channel *channel);

/* The channel's command of this direction, type and number, whatever its size; or NULL */
const struct kulink_dev_ioctl *kulink_find_ioctl(const struct kulink_dev_channel *channel,
						 unsigned int cmd);
/* 0: of a command's struct of @size bytes today its @given bytes may be taken, of which we know no more */
long kulink_ioctl_fits(size_t size, size_t given, const void __user *arg);

/*
 * Of a command's struct of @size bytes today the first @head, from a program that knows fewer or more of
 * them. Inline: a copy whose length the compiler knows needs no look at the memory that it goes to.
 */
static __always_inline long kulink_ioctl_head(void *args, size_t head, size_t size,
					      unsigned int cmd, const void __user *arg)
{
	long err = _IOC_SIZE(cmd) == size ? 0 : kulink_ioctl_fits(size, _IOC_SIZE(cmd), arg);

	if (err)
		return err;
	return copy_from_user(args, arg, head) ? -EFAULT : 0;
}

/* The same of all of it */
static __always_inline long kulink_ioctl_args(void *args, size_t size, unsigned int cmd,
					      const void __user *arg)
{
	return kulink_ioctl_head(args, size, size, cmd, arg);
}

/* Whether it ends within its array */
bool kulink_name_ends(const char name[KULINK_NAME_SIZE]);

/*
 * dev_event.c: KULINK_OP_SUBSCRIBE and _UNSUBSCRIBE for what a file reads, as a peer's hook does them;
 * -EOPNOTSUPP: another operation. Subscribing again changes nothing and tells the sequence so far
 */
int kulink_file_subscribe(struct kulink_file *file, struct kulink_subscription *sub,
			  const struct kulink_msg *msg, void **reply, size_t *reply_len);

/**
 * struct kulink_registration - someone is told of one event, as it is emitted
 * @node: in the file's list
 * @sub: for the one event
 * @lock: for @seq and the channel's counts; inside the ring's lock
 * @event: its index
 * @first: sequence when it began
 * @seq: the last one told of; 0: none yet
 * @live: it goes on: the service is published here still
 */
struct kulink_registration {
	struct list_head node;
	struct kulink_subscription sub;
	spinlock_t lock;	/* what was told */
	unsigned int event;
	u64 first;
	u64 seq;
	bool live;
};

/**
 * struct kulink_registrations - those of an open file for one channel
 * @lock: for the list; may be held while registering and when the channel is unpublished
 * @list: of them
 * @n: how many
 */
struct kulink_registrations {
	struct mutex lock;	/* the list */
	struct list_head list;
	unsigned int n;
};

/* dev_event.c; everything but the first one under all->lock */
void kulink_registrations_init(struct kulink_registrations *all);
/* The event's index; -ENOENT, -EACCES, -EOPNOTSUPP, -ENODEV, -ENOSPC: no room for one more */
int kulink_registration_may(struct kulink_file *file, const struct kulink_dev_channel *channel,
			    const struct kulink_registrations *all, const char *name);
/* @emitted: as in struct kulink_subscription; @reg comes zeroed */
int kulink_registration_add(struct kulink_file *file, struct kulink_registrations *all,
			    struct kulink_registration *reg, unsigned int event,
			    void (*emitted)(struct kulink_subscription *sub, unsigned int event,
					    const struct kulink_event_head *head,
					    const void *record));
/* Afterwards @emitted runs no more */
void kulink_registration_stop(struct kulink_registration *reg);
void kulink_registration_remove(struct kulink_registrations *all, struct kulink_registration *reg);

#endif /* _KULINK_DEV_H */
