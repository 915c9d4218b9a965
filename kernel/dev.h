/* SPDX-License-Identifier: GPL-2.0-only */
/* The device node's channels among themselves: one open file, one file of code each. */
#ifndef _KULINK_DEV_H
#define _KULINK_DEV_H

#include <linux/poll.h>
#include <linux/wait.h>

#include "message.h"

/**
 * struct kulink_file - an open device node
 * @service: a reference; the driver is not kept
 * @cred: the opener's, held by the file
 * @may: MAY_READ and MAY_WRITE as it was opened
 * @node: in dev.c's list of open files
 * @wait: whoever waits for something to read. Here and not in the service: it must live
 *	as long as the file that is polled
 * @fasync: whoever wants SIGIO
 * @exchange: request and reply
 * @sub: the events; @subscribed once one was asked for
 * @lock: one reader at a time, for what follows
 * @head: header of the event being read, if @started
 * @taken: bytes of it that were read
 * @event: the event itself
 * @ended: the end of the stream was told
 */
struct kulink_file {
	struct kulink_service *service;
	const struct cred *cred;
	int may;
	struct list_head node;
	wait_queue_head_t wait;
	struct fasync_struct *fasync;
	struct kulink_exchange exchange;
	struct kulink_subscription sub;
	bool subscribed;

	struct mutex lock;	/* one reader at a time */
	bool started;
	bool ended;
	struct kulink_msg head;
	size_t taken;
	struct kulink_event_buffer event;
};

extern struct kulink_channel kulink_chardev_channel;
extern struct kulink_channel kulink_ioctl_channel;

/* 0; -ENODEV the service is gone; -EOPNOTSUPP it is not published on this channel */
int kulink_file_check(struct kulink_file *file, const struct kulink_channel *channel);

/* chardev.c */
int kulink_chardev_open(struct kulink_file *file);
void kulink_chardev_release(struct kulink_file *file);
ssize_t kulink_chardev_read(struct kulink_file *file, char __user *buf, size_t len,
			    bool nonblock);
ssize_t kulink_chardev_write(struct kulink_file *file, const char __user *buf, size_t len);
__poll_t kulink_chardev_poll(struct kulink_file *file);

/* ioctl.c */
long kulink_ioctl(struct kulink_file *file, unsigned int cmd, void __user *arg);

#endif /* _KULINK_DEV_H */
