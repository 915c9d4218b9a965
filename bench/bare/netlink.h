/* SPDX-License-Identifier: MIT */
/* Netlink by hand */
#ifndef KULINK_BENCH_BARE_NETLINK_H
#define KULINK_BENCH_BARE_NETLINK_H

#include <linux/genetlink.h>
#include <linux/netlink.h>

struct bare_genl_request {
	struct nlmsghdr head;
	struct genlmsghdr genl;
	struct nlattr attr;
	char payload[];
};

/* A socket of the unit, bound; or -errno */
int bare_netlink_socket(int unit);

/* The family's number, and its group's; or -errno. Also for the clients of libraries: it is asked once. */
int bare_genl_family(int fd, unsigned int *group);

#endif
