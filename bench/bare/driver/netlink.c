// SPDX-License-Identifier: GPL-2.0-only
/* A netlink protocol of its own that answers each message with the same */
#include <linux/netlink.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

#include "driver.h"

static struct sock *sock;

static int echo(struct sk_buff *skb, struct nlmsghdr *request, struct netlink_ext_ack *extack)
{
	int len = nlmsg_len(request);
	struct sk_buff *reply = nlmsg_new(len, GFP_KERNEL);
	struct nlmsghdr *head;

	if (!reply)
		return -ENOMEM;
	head = nlmsg_put(reply, 0, request->nlmsg_seq, request->nlmsg_type, len, 0);
	memcpy(nlmsg_data(head), nlmsg_data(request), len);
	nlmsg_unicast(skb->sk, reply, NETLINK_CB(skb).portid);
	return 0;
}

static void input(struct sk_buff *skb)
{
	netlink_rcv_skb(skb, echo);
}

static int start(void)
{
	struct netlink_kernel_cfg cfg = { .input = input };

	sock = netlink_kernel_create(&init_net, BARE_NETLINK, &cfg);
	return sock ? 0 : -EADDRINUSE;
}

static void stop(void)
{
	netlink_kernel_release(sock);
}

const struct bare_part bare_netlink = { start, stop };
