/* SPDX-License-Identifier: MIT */
/* The device node /dev/kulink/SERVICE: what its channels share. */
#ifndef KULINK_LIB_DEV_H
#define KULINK_LIB_DEV_H

#include "message.h"

/* Pages that are not used cost nothing. */
#define KULINK_DEV_GUESS	((size_t)1 << 20)

/* dev.c: open the node to read and write or, with @any, as we are allowed to */
KULINK_HIDDEN int kulink_dev_open(const struct kulink_session *s, bool any, int *fd);
/* the contracts' errno for what the node said */
KULINK_HIDDEN int kulink_dev_error(int error);

/**
 * struct kulink_dev_parts - the parts as this node's commands know them
 * @run: make a command of an ioctl's, with its struct
 * @known: of each declared part: its index and one; 0: not asked for yet; -1: the kernel says none
 */
struct kulink_dev_parts {
	int (*run)(struct kulink_session *s, unsigned long cmd, void *args);
	int *known;
};

/* -ENOMEM */
KULINK_HIDDEN int kulink_dev_parts_init(const struct kulink_session *s, struct kulink_dev_parts *parts,
					int (*run)(struct kulink_session *s, unsigned long cmd, void *args));
/*
 * Into a command's struct which part is meant: its index, which the node is asked for once, for what is behind it may be
 * another service than the one whose declaration we have; or its name, where there is a kernel that knows no index
 */
KULINK_HIDDEN int kulink_dev_name(struct kulink_session *s, struct kulink_dev_parts *parts,
				  const struct kulink_part *part, char *name, __u32 *flags, __u32 *index);

/* whether a channel publishes the service: what @cmd, with a struct of zeros, says; -ENOENT */
KULINK_HIDDEN int kulink_dev_probe(int fd, unsigned long cmd);
/*
 * Subscribe to each of @n events that we may read, by @one, which gives seq[i]; -EACCES if there is none of them,
 * -ENOENT if there is none at all
 */
KULINK_HIDDEN int kulink_dev_subscribe_all(struct kulink_session *s, size_t n, uint64_t *seq,
					   int (*one)(struct kulink_session *s, size_t i,
						      uint64_t *seq));

/*
 * Operation dump, by KULINK_IOC_DUMP; *@guess: bytes that the last one took, with some room, begin with
 * KULINK_DEV_GUESS
 */
KULINK_HIDDEN int kulink_dev_dump(struct kulink_session *s, struct kulink_table *table, size_t *guess,
				  struct kulink_dev_parts *parts);

/* exchange.c: as kulink_exchange() without a payload, for a reply of any size; free(*reply) */
KULINK_HIDDEN int kulink_exchange_alloc(int fd, uint16_t op, const char *part, void **reply,
					size_t *reply_len);
/* a message that came unasked, whole, at most KULINK_MESSAGE_MAX bytes at @msg; -EAGAIN, -ENODEV */
KULINK_HIDDEN int kulink_message_read(int fd, struct kulink_msg *msg);

#endif /* KULINK_LIB_DEV_H */
