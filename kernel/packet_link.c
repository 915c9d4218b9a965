// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet: the interface. It is found by its name when it comes, or is renamed to it, and left when it
 * goes; its frames of our EtherType are looked at here.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "packet.h"

/* What is in use changes under RTNL; whoever sends reads it under RCU */
static struct net_device __rcu *device;
static struct packet_type handler;
static char name[IFNAMSIZ];
static bool started;

static unsigned long bad_frames;
module_param(bad_frames, ulong, 0444);
MODULE_PARM_DESC(bad_frames, "frames of our EtherType that hold no request: cut short, malformed");

size_t kulink_packet_room(void)
{
	struct net_device *dev;
	size_t room;

	rcu_read_lock();
	dev = rcu_dereference(device);
	room = dev ? READ_ONCE(dev->mtu) : 0;
	rcu_read_unlock();
	return room;
}

/* The interface, with a reference that is given up soon: its unregistering waits for it */
static struct net_device *hold_device(int ifindex)
{
	struct net_device *dev;

	rcu_read_lock();
	dev = rcu_dereference(device);
	if (dev && (!netif_running(dev) || (ifindex && dev->ifindex != ifindex)))
		dev = NULL;
	dev_hold(dev);
	rcu_read_unlock();
	return dev;
}

static struct sk_buff *make_frame(struct net_device *dev, const u8 *to,
				  const struct kulink_msg *head, const void *payload)
{
	size_t room = LL_RESERVED_SPACE(dev);
	struct sk_buff *skb;

	skb = alloc_skb(room + head->len + dev->needed_tailroom, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	skb_reset_network_header(skb);
	skb_put_data(skb, head, sizeof(*head));
	if (head->len > sizeof(*head))
		skb_put_data(skb, payload, head->len - sizeof(*head));
	skb->dev = dev;
	skb->protocol = htons(KULINK_PACKET_ETHERTYPE);
	if (dev_hard_header(skb, dev, KULINK_PACKET_ETHERTYPE, to, NULL, skb->len) < 0) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

int kulink_packet_send(const struct kulink_packet_from *from, const struct kulink_msg *head,
		       const void *payload)
{
	struct net_device *dev = hold_device(from ? from->ifindex : 0);
	struct sk_buff *skb;
	int err = -EMSGSIZE;

	if (!dev)
		return -ENETDOWN;
	if (head->len > READ_ONCE(dev->mtu))
		goto put;
	skb = make_frame(dev, from ? from->address : dev->broadcast, head, payload);
	err = skb ? dev_queue_xmit(skb) : -ENOMEM;
	if (err > 0)
		err = err == NET_XMIT_CN ? 0 : -ENOBUFS;
put:
	dev_put(dev);
	return err;
}

/* Whether it is to us; a frame of a VLAN that has no interface comes as PACKET_OTHERHOST */
static bool is_ours(const struct sk_buff *skb, const struct net_device *dev,
		    const struct packet_type *type)
{
	/* What is on its way to an interface above this one (VLAN, bridge, bond) is that one's */
	if (dev != type->dev)
		return false;
	if (skb->pkt_type != PACKET_HOST && skb->pkt_type != PACKET_BROADCAST &&
	    skb->pkt_type != PACKET_MULTICAST)
		return false;
	return skb_mac_header_was_set(skb) && !is_multicast_ether_addr(eth_hdr(skb)->h_source);
}

/*
 * Its message's length counts: the frame may be longer, for the shortest that Ethernet knows is 60 bytes. What
 * is no request (a reply, an event, our own that come back) is no fault either.
 */
static bool is_request(const struct sk_buff *skb, u32 *len)
{
	struct kulink_msg space, *head = skb_header_pointer(skb, 0, sizeof(space), &space);

	if (!head || head->len < sizeof(*head) || head->len > skb->len) {
		WRITE_ONCE(bad_frames, READ_ONCE(bad_frames) + 1);
		return false;
	}
	*len = head->len;
	return !(head->op & KULINK_OP_REPLY) && head->op != KULINK_OP_EVENT &&
	       head->op != KULINK_OP_GONE;
}

/* In softirq. The Ethernet header is behind us, and others may be reading the same frame */
static int receive(struct sk_buff *skb, struct net_device *dev, struct packet_type *type,
		   struct net_device *original)
{
	struct kulink_packet_from from = { .ifindex = dev->ifindex };
	u32 len;

	if (!is_ours(skb, dev, type) || !is_request(skb, &len)) {
		consume_skb(skb);
		return NET_RX_SUCCESS;
	}
	ether_addr_copy(from.address, eth_hdr(skb)->h_source);
	from.broadcast = skb->pkt_type != PACKET_HOST;
	skb = skb_share_check(skb, GFP_ATOMIC);	/* ours alone: it is kept beyond this function */
	if (!skb)
		return NET_RX_DROP;
	if (pskb_trim(skb, len)) {
		kfree_skb(skb);
		return NET_RX_DROP;
	}
	kulink_packet_take(skb, &from);
	return NET_RX_SUCCESS;
}

static struct packet_type handler = {
	.type = cpu_to_be16(KULINK_PACKET_ETHERTYPE),
	.func = receive,
};

static bool is_wanted(const struct net_device *dev)
{
	return net_eq(dev_net(dev), &init_net) && !strcmp(dev->name, name) &&
	       (dev->type == ARPHRD_ETHER || dev->type == ARPHRD_LOOPBACK);
}

static void leave(void)
{
	struct net_device *dev = rtnl_dereference(device);

	if (!dev)
		return;
	RCU_INIT_POINTER(device, NULL);
	dev_remove_pack(&handler);	/* nobody is in receive() any more, nor finds the device */
	handler.dev = NULL;
	pr_info("kulink_packet: no longer on %s\n", dev->name);
}

static void use(struct net_device *dev)
{
	handler.dev = dev;
	dev_add_pack(&handler);
	rcu_assign_pointer(device, dev);
	pr_info("kulink_packet: on %s\n", dev->name);
}

/*
 * Under RTNL. Told of each interface, also of those that were there before; and when the notifier is
 * taken away each of them is reported as gone, in every network namespace.
 */
static int device_event(struct notifier_block *block, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	bool here = rtnl_dereference(device) == dev;

	if (event != NETDEV_REGISTER && event != NETDEV_UNREGISTER && event != NETDEV_CHANGENAME)
		return NOTIFY_DONE;
	if (here && (event == NETDEV_UNREGISTER || !is_wanted(dev)))
		leave();
	else if (!rtnl_dereference(device) && event != NETDEV_UNREGISTER && is_wanted(dev))
		use(dev);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = device_event };

/* The administrator names another interface, or "" for none; it need not be there yet */
static int set_interface(const char *text, const struct kernel_param *param)
{
	size_t len = strcspn(text, "\n");
	struct net_device *dev;

	if (len >= IFNAMSIZ || text[len + !!text[len]])
		return -EINVAL;
	rtnl_lock();
	memset(name, 0, sizeof(name));
	memcpy(name, text, len);
	if (started) {
		leave();
		dev = __dev_get_by_name(&init_net, name);
		if (dev && is_wanted(dev))
			use(dev);
	}
	rtnl_unlock();
	return 0;
}

static int get_interface(char *buffer, const struct kernel_param *param)
{
	int len;

	rtnl_lock();
	len = sysfs_emit(buffer, "%s\n", name);
	rtnl_unlock();
	return len;
}

static const struct kernel_param_ops interface_ops = {
	.set = set_interface,
	.get = get_interface,
};
module_param_cb(interface, &interface_ops, NULL, 0644);
MODULE_PARM_DESC(interface, "network interface to use, an Ethernet or lo; none: the channel is off");

int kulink_packet_link_init(void)
{
	int err;

	rtnl_lock();
	started = true;
	rtnl_unlock();
	err = register_netdevice_notifier(&notifier);
	if (!err && !name[0])
		pr_info("kulink_packet: off until an interface is named: echo NAME >/sys/module/kulink_packet/parameters/interface\n");
	return err;
}

void kulink_packet_link_exit(void)
{
	unregister_netdevice_notifier(&notifier);
	rtnl_lock();
	started = false;
	leave();
	rtnl_unlock();
}
