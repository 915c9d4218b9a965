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
 * Operation dump, by @ask for a struct kulink_ioc_table; *@guess: bytes that the last one took, with some room, begin with
 * KULINK_DEV_GUESS
 */
KULINK_HIDDEN int kulink_dev_dump(struct kulink_session *s, struct kulink_table *table, size_t *guess,
				  int (*ask)(struct kulink_session *s, struct kulink_ioc_table *args));

/* exchange.c: as kulink_exchange() without a payload, for a reply of any size; free(*reply) */
KULINK_HIDDEN int kulink_exchange_alloc(int fd, uint16_t op, const char *part, void **reply,
					size_t *reply_len);
/* a message that came unasked, whole, at most KULINK_MESSAGE_MAX bytes at @msg; -EAGAIN, -ENODEV */
KULINK_HIDDEN int kulink_message_read(int fd, struct kulink_msg *msg);

#endif /* KULINK_LIB_DEV_H */
