// SPDX-License-Identifier: GPL-2.0-only
/*
 * netlink_raw: a netlink protocol of one's own, messages to one process or to many
 *
 * netlink_kernel_create() takes one of 32 protocol numbers, and any process may open a socket of it. What a process
 * sends arrives here at once, in a function that runs inside its sendmsg(); what is sent from here waits in the
 * queue of each receiver, and who does not read loses messages and is told.
 *
 * Choose generic netlink (../genl) instead: the numbers are few and unassigned, and there is no policy, no name, no
 * discovery here. This is what lies below it.
 *
 * Creates	the netlink protocol 31 (parameter unit), in the initial network namespace, for anybody, with the groups
 *		NEWS, for anybody, and AUDIT, for CAP_NET_ADMIN; /proc/net/netlink shows who has a socket open
 *
 * What goes wrong: a number that someone else uses; lengths that are believed; a message that arrives before
 * netlink_kernel_create() has returned; a reply to a queue that is full.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

#include "netlink_raw.h"

static int unit = NETLINK_RAW_UNIT;
module_param(unit, int, 0444);
MODULE_PARM_DESC(unit, "netlink protocol number, 0 to 31, that is free");

static struct sock *kernel_socket;
static atomic_t news = ATOMIC_INIT(0);

/* The same message from the kernel, which is port 0. */
static struct sk_buff *copy_of(const struct nlmsghdr *message, u32 number)
{
	struct sk_buff *skb = nlmsg_new(nlmsg_len(message), GFP_KERNEL);
	struct nlmsghdr *header;

	if (!skb)
		return NULL;
	header = nlmsg_put(skb, 0, number, message->nlmsg_type, nlmsg_len(message), 0);
	memcpy(nlmsg_data(header), nlmsg_data(message), nlmsg_len(message));
	return skb;
}

/* Never waits. Losses are counted and told by the receiver's socket (ENOBUFS); nobody else needs to hear of them. */
static int send_group(struct sock *from, const struct nlmsghdr *message, u32 number, u32 group)
{
	struct sk_buff *copy;

	if (!netlink_has_listeners(from, group))
		return 0;
	copy = copy_of(message, number);
	if (!copy)
		return -ENOMEM;
	nlmsg_multicast(from, copy, 0, group, GFP_KERNEL);
	return 0;
}

static int echo(struct sock *from, const struct nlmsghdr *message, u32 port)
{
	struct sk_buff *copy = copy_of(message, message->nlmsg_seq);

	if (!copy)
		return -ENOMEM;
	nlmsg_unicast(from, copy, port);
	return 0;
}

/* One message, whose length has been checked. An error goes back to the sender, a 0 if it asked for an ACK. */
static int receive(struct sk_buff *skb, struct nlmsghdr *message, struct netlink_ext_ack *extack)
{
	u32 port = NETLINK_CB(skb).portid;
	int length = nlmsg_len(message);
	int err;

	if (!length) {
		NL_SET_ERR_MSG(extack, "a message of no bytes");
		return -EINVAL;
	}
	pr_info_ratelimited("%d bytes in %s[%d]: %.*s\n", length, current->comm, task_pid_nr(current),
			    min(length, 64), (const char *)nlmsg_data(message));
	switch (message->nlmsg_type) {
	case NETLINK_RAW_ECHO:
		err = echo(skb->sk, message, port);
		break;
	case NETLINK_RAW_TELL:
		err = send_group(skb->sk, message, atomic_inc_return(&news), NETLINK_RAW_NEWS);
		break;
	default:
		NL_SET_ERR_MSG(extack, "a type of message that does not exist");
		return -EOPNOTSUPP;
	}
	return err ?: send_group(skb->sk, message, message->nlmsg_seq, NETLINK_RAW_AUDIT);
}

/* A datagram may hold several messages; skb->sk is our socket, even before netlink_kernel_create() has returned it. */
static void input(struct sk_buff *skb)
{
	netlink_rcv_skb(skb, receive);
}

/* NL_CFG_F_NONROOT_RECV opens all 32 groups that a protocol has at least. */
static int join(struct net *net, int group)
{
	if (group == NETLINK_RAW_NEWS)
		return 0;
	if (group == NETLINK_RAW_AUDIT)
		return ns_capable(net->user_ns, CAP_NET_ADMIN) ? 0 : -EPERM;
	return -ENOENT;
}

/* Each socket that a process has open is a use of this module: it cannot go before they have. */
static int __init netlink_raw_ex_init(void)
{
	struct netlink_kernel_cfg cfg = {
		.groups	= NETLINK_RAW_AUDIT,
		.flags	= NL_CFG_F_NONROOT_RECV,
		.input	= input,
		.bind	= join,
	};

	kernel_socket = netlink_kernel_create(&init_net, unit, &cfg);
	if (!kernel_socket)	/* that is all it says */
		return unit >= 0 && unit < MAX_LINKS ? -EADDRINUSE : -EINVAL;
	return 0;
}

static void __exit netlink_raw_ex_exit(void)
{
	netlink_kernel_release(kernel_socket);
}

module_init(netlink_raw_ex_init);
module_exit(netlink_raw_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a netlink protocol");
