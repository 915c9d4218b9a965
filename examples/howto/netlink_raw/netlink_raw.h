/* SPDX-License-Identifier: GPL-2.0-only */
/* What the netlink_raw example's two sides agree on. */
#ifndef HOWTO_NETLINK_RAW_H
#define HOWTO_NETLINK_RAW_H

/* A protocol number that no header names: <linux/netlink.h> leaves 23 to 31 free, but nobody keeps them apart. */
#define NETLINK_RAW_UNIT 31

/* Message types; those below 16 are netlink's own. The payload is whatever bytes, at least one. */
enum {
	NETLINK_RAW_ECHO = 16,	/* comes back to its sender */
	NETLINK_RAW_TELL = 17,	/* goes to the group NEWS, numbered */
};

/* Multicast groups */
enum {
	NETLINK_RAW_NEWS = 1,	/* for anybody */
	NETLINK_RAW_AUDIT = 2,	/* what anybody sent; for who has CAP_NET_ADMIN */
};

#endif
