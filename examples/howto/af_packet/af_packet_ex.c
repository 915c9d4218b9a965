// SPDX-License-Identifier: GPL-2.0-only
/*
 * AF_PACKET: a program makes whole frames, and the kernel answers those of one EtherType, on one interface
 *
 * The program's side is a packet socket: what it sends is the frame, all headers included. The kernel's side is a
 * protocol handler, the same hook that IPv4 is: dev_add_pack(), here for one device only.
 *
 * Choose it for a protocol of your own beside IP, on a wire or between virtual machines. It needs CAP_NET_RAW, knows no
 * port and no process, and a frame may get lost: between programs and the kernel of one machine it is seldom the best.
 *
 * Creates	a handler for EtherType 0x88b6 on the interface that the parameter names, as soon as there is one of
 *		that name in the first network namespace, and until it goes
 *
 * What goes wrong: a handler without a device hears every network namespace; frames of a VLAN that nobody made arrive
 * too, as PACKET_OTHERHOST; the frame may be shared with other listeners: it is read and copied here, and whoever
 * changes it calls skb_share_check() first; it may lie in fragments, so skb->data is not all of it; an answer to an
 * answer never ends; what this machine itself sends by the interface does not come here (try lo, or a veth pair's end).
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>
#include "af_packet_ex.h"

static char *interface = "";
module_param(interface, charp, 0444);
MODULE_PARM_DESC(interface, "the network interface to answer on");

/* The text, copied into a frame that goes where the question came from; NULL if there is no memory. */
static struct sk_buff *make_answer(struct sk_buff *question, struct net_device *dev, size_t length)
{
	struct example_header header = { .kind = EXAMPLE_ANSWER, .length = htons(length) };
	struct sk_buff *answer;

	answer = alloc_skb(LL_RESERVED_SPACE(dev) + sizeof(header) + length + dev->needed_tailroom, GFP_ATOMIC);
	if (!answer)
		return NULL;
	skb_reserve(answer, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(answer);
	skb_put_data(answer, &header, sizeof(header));
	answer->dev = dev;
	answer->protocol = htons(EXAMPLE_ETHERTYPE);
	if (skb_copy_bits(question, sizeof(header), skb_put(answer, length), length) ||
	    dev_hard_header(answer, dev, EXAMPLE_ETHERTYPE, eth_hdr(question)->h_source, NULL, answer->len) < 0) {
		kfree_skb(answer);
		return NULL;
	}
	return answer;
}

/* How long the question's text is; negative if it is none that we answer. Nothing of it is trusted. */
static int question_length(struct sk_buff *skb, struct net_device *dev, struct packet_type *type)
{
	struct example_header space, *header;

	/* A known VLAN's frames pass here, too, on their way to its own device. */
	if (dev != type->dev || skb->pkt_type == PACKET_OTHERHOST)
		return -EINVAL;
	if (is_multicast_ether_addr(eth_hdr(skb)->h_source))
		return -EINVAL;
	header = skb_header_pointer(skb, 0, sizeof(space), &space);
	if (!header || header->kind != EXAMPLE_QUESTION)
		return -EINVAL;
	if (ntohs(header->length) > min_t(size_t, EXAMPLE_TEXT_MAX, skb->len - sizeof(space)))
		return -EINVAL;
	return ntohs(header->length);
}

/* In softirq. The Ethernet header is behind us; the frame is ours to release, and others' to read. */
static int receive(struct sk_buff *question, struct net_device *dev, struct packet_type *type,
		   struct net_device *original)
{
	int length = question_length(question, dev, type);
	struct sk_buff *answer = length < 0 ? NULL : make_answer(question, dev, length);

	if (answer)
		dev_queue_xmit(answer);
	consume_skb(question);
	return NET_RX_SUCCESS;
}

static struct packet_type handler = {
	.type	= cpu_to_be16(EXAMPLE_ETHERTYPE),
	.func	= receive,
};

static void leave(void)
{
	pr_info("no longer answering on %s\n", handler.dev->name);
	dev_remove_pack(&handler);	/* returns when nobody is in receive() any more */
	handler.dev = NULL;
}

/*
 * Told of each interface, also of those that were there before us; the kernel's RTNL lock is held. When the notifier is
 * taken away, each is reported as gone.
 */
static int device_event(struct notifier_block *block, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	bool wanted = net_eq(dev_net(dev), &init_net) && !strcmp(dev->name, interface) &&
		      (dev->type == ARPHRD_ETHER || dev->type == ARPHRD_LOOPBACK);

	if (event != NETDEV_REGISTER && event != NETDEV_UNREGISTER && event != NETDEV_CHANGENAME)
		return NOTIFY_DONE;
	if (handler.dev == dev && (event == NETDEV_UNREGISTER || !wanted))
		leave();
	if (!handler.dev && wanted && event != NETDEV_UNREGISTER) {
		handler.dev = dev;
		dev_add_pack(&handler);
		pr_info("answering on %s\n", dev->name);
	}
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = device_event };

static int __init af_packet_ex_init(void)
{
	if (!*interface || strlen(interface) >= IFNAMSIZ)
		return -EINVAL;
	return register_netdevice_notifier(&notifier);
}

static void __exit af_packet_ex_exit(void)
{
	unregister_netdevice_notifier(&notifier);
}

module_init(af_packet_ex_init);
module_exit(af_packet_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a protocol handler that answers frames");
