// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink, as a protocol of its own: kulink's messages over a socket, requests and replies,
 * multi-part dumps, multicast events.
 *
 * Choose it where generic netlink's attributes are more than both sides want and a program still
 * wants a socket: one struct there, one back. The price is a number of the 32 that all of Linux
 * shares; what is new and public should take generic netlink (genl).
 *
 * Creates the protocol, number "unit", and its multicast groups KULINK_NETLINK_EVENTS and
 * KULINK_NETLINK_RESTRICTED in the initial network namespace. Values rw, tables, calls up to
 * 60 KiB, events; no regions. Permission: the core decides, from the part's mode and the
 * credentials of the socket's opener (where that was root: of the sender too). A socket of this
 * protocol, whoever opened it, keeps the module loaded. docs/channels/netlink.md
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "compat.h"
#include "message.h"
#include "nl.h"

/* The numbers above those of linux/netlink.h. 31, which every example takes, comes last. */
#define UNIT_FIRST	30
#define UNIT_LAST	23
#define UNIT_OTHER	31

#define OPS	(BIT(KULINK_OP_GET) | BIT(KULINK_OP_SET) | BIT(KULINK_OP_CALL) |	\
		 BIT(KULINK_OP_INFO) | BIT(KULINK_OP_LIST) | BIT(KULINK_OP_SEQUENCE))

#define MESSAGE_MAX	(sizeof(struct kulink_msg) + KULINK_NETLINK_PAYLOAD_MAX)

static int unit = -1;
module_param(unit, int, 0444);
MODULE_PARM_DESC(unit, "netlink protocol number, 0 to 31; -1: one that is free. Tells which it is");

static struct sock *kernel_sk;
static struct kulink_streams streams;

static int netlink_add(struct kulink_service *service, void **slot);

static void netlink_remove(struct kulink_service *service, void *slot)
{
	struct kulink_nl_stream *stream = slot;

	kulink_stream_destroy(&stream->stream);
	kfree(stream);
}

static struct kulink_channel channel = {
	.name = "netlink",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
	.add = netlink_add,
	.remove = netlink_remove,
};

/* Events */

static int put(struct sk_buff *skb, const struct kulink_nl_stream *stream,
	       const struct kulink_event_buffer *event)
{
	struct kulink_service *service = stream->stream.service;
	size_t len = event ? sizeof(event->head) + event->len : 0;
	struct kulink_msg *msg;
	struct nlmsghdr *nlh;

	nlh = nlmsg_put(skb, 0, 0, KULINK_NETLINK_MESSAGE, sizeof(*msg) + len, 0);
	if (!nlh)
		return -EMSGSIZE;
	msg = nlmsg_data(nlh);
	kulink_message_head(msg, event ? KULINK_OP_EVENT : KULINK_OP_GONE, service,
			    event ? kulink_event_name(service, event->event) : "", len);
	if (event) {
		memcpy(msg + 1, &event->head, sizeof(event->head));
		memcpy((void *)(msg + 1) + sizeof(event->head), event->record, event->len);
	}
	return 0;
}

static int netlink_add(struct kulink_service *service, void **slot)
{
	const size_t room = NLMSG_SPACE(sizeof(struct kulink_msg) +
					sizeof(struct kulink_event_head) + KULINK_EVENT_MAX);
	struct kulink_nl_stream *stream = kzalloc(sizeof(*stream), GFP_KERNEL);
	int err;

	if (!stream)
		return -ENOMEM;
	stream->sk = kernel_sk;
	stream->first = KULINK_NETLINK_EVENTS;
	stream->room = max(room, NLMSG_DEFAULT_SIZE);
	stream->put = put;
	err = kulink_stream_init(&stream->stream, &streams, service);
	if (err) {
		kfree(stream);
		return err;
	}
	*slot = stream;
	return 0;
}

/* Tables: one snapshot, however slowly it is read. The request's skb stays until the end. */

struct dump {
	struct kulink_snapshot *snapshot;	/* a reference */
	u64 next;
	bool started;
};

static_assert(sizeof(struct dump) <= sizeof_field(struct netlink_callback, ctx));

/* Bytes of a message before its records */
#define DUMP_HEAD	(sizeof(struct kulink_msg) + sizeof(struct kulink_table_head))

/* From here on the snapshot is the dump's. */
static int dump_start(struct netlink_callback *cb)
{
	struct dump *dump = (void *)cb->ctx;
	struct kulink_reply *reply = cb->data;
	u32 size = reply->snapshot->layout->record_size;

	if (size > KULINK_NETLINK_PAYLOAD_MAX)
		return -EMSGSIZE;
	dump->snapshot = reply->snapshot;
	reply->snapshot = NULL;
	/* A record that does not fit in an empty message would end the dump, silently. */
	cb->min_dump_alloc = nlmsg_total_size(DUMP_HEAD + size);
	cb->seq = (u32)dump->snapshot->head.generation ?: 1;
	return 0;
}

/* As many records as fit; an empty table has a message too. */
static int dump_more(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = (void *)cb->ctx;
	const struct kulink_snapshot *snapshot = dump->snapshot;
	u64 left = snapshot->head.count - dump->next;
	size_t size = snapshot->layout->record_size, room = skb_tailroom(skb);
	struct kulink_table_head *head;
	struct kulink_msg *msg;
	struct nlmsghdr *nlh;

	if (dump->started && !left)
		return 0;
	if (room < nlmsg_total_size(DUMP_HEAD))
		return -EMSGSIZE;
	left = min_t(u64, left, (room - nlmsg_total_size(DUMP_HEAD)) / size);
	if (!left && dump->next < snapshot->head.count)
		return -EMSGSIZE;
	nlh = nlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			KULINK_NETLINK_MESSAGE, DUMP_HEAD + left * size, NLM_F_MULTI);
	if (!nlh)
		return -EMSGSIZE;
	nl_dump_check_consistent(cb, nlh);

	msg = nlmsg_data(nlh);
	memcpy(msg, nlmsg_data(cb->nlh), sizeof(*msg));
	msg->len = DUMP_HEAD + left * size;
	head = (void *)(msg + 1);
	*head = snapshot->head;
	if (left)
		memcpy(head + 1, kulink_snapshot_record(snapshot, dump->next), left * size);
	dump->next += left;
	dump->started = true;
	return skb->len;
}

static int dump_done(struct netlink_callback *cb)
{
	struct dump *dump = (void *)cb->ctx;

	kulink_snapshot_put(dump->snapshot);
	return 0;
}

static int dump_table(struct sk_buff *skb, const struct nlmsghdr *nlh, struct kulink_reply *reply)
{
	struct netlink_dump_control control = {
		.start = dump_start,
		.dump = dump_more,
		.done = dump_done,
		.data = reply,
		.module = THIS_MODULE,
	};

	return netlink_dump_start(kernel_sk, skb, nlh, &control);
}

/* Requests */

static int refuse(struct netlink_ext_ack *extack, int err)
{
	switch (err) {
	case -ENOENT:
		NL_SET_ERR_MSG(extack, "no such service or part, or not published over netlink");
		return err;
	case -EACCES:
		NL_SET_ERR_MSG(extack, "the part's mode does not allow this to you");
		return err;
	case -ERANGE:
		NL_SET_ERR_MSG(extack, "outside the value's range");
		return err;
	case -EINVAL:
		NL_SET_ERR_MSG(extack, "malformed");
		return err;
	case -EMSGSIZE:
		NL_SET_ERR_MSG(extack, "more than the call takes, or than 60 KiB of reply");
		return err;
	case -EOPNOTSUPP:
		NL_SET_ERR_MSG(extack, "no such operation here: tables, and only they, take NLM_F_DUMP");
		return err;
	case -EPROTONOSUPPORT:
		NL_SET_ERR_MSG(extack, "another ABI than KULINK_ABI");
		return err;
	default:
		return kulink_nl_refusal(extack, NULL, err);
	}
}

static int answer(const struct sk_buff *request, const struct nlmsghdr *nlh,
		  const struct kulink_reply *reply)
{
	const size_t len = reply->head.len;
	u32 portid = NETLINK_CB(request).portid;
	struct sk_buff *skb = nlmsg_new(len, GFP_KERNEL);
	struct nlmsghdr *to;

	if (!skb)
		return -ENOMEM;
	to = nlmsg_put(skb, portid, nlh->nlmsg_seq, KULINK_NETLINK_MESSAGE, len, 0);
	if (!to) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	memcpy(nlmsg_data(to), &reply->head, sizeof(reply->head));
	if (len > sizeof(reply->head))
		memcpy(nlmsg_data(to) + sizeof(reply->head), kulink_reply_payload(reply),
		       len - sizeof(reply->head));
	return nlmsg_unicast(kernel_sk, skb, portid);
}

static int check(const struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	u16 flags = nlh->nlmsg_flags & ~(NLM_F_REQUEST | NLM_F_ACK);

	if (nlh->nlmsg_type != KULINK_NETLINK_MESSAGE) {
		NL_SET_ERR_MSG(extack, "the one type of messages here is KULINK_NETLINK_MESSAGE");
		return -EOPNOTSUPP;
	}
	if (flags && flags != NLM_F_DUMP) {
		NL_SET_ERR_MSG(extack, "unknown flags");
		return -EINVAL;
	}
	if (nlmsg_len(nlh) > MESSAGE_MAX) {
		NL_SET_ERR_MSG(extack, "the payload is over 60 KiB");
		return -EMSGSIZE;
	}
	return 0;
}

static int request(struct sk_buff *skb, struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	bool dump = nlh->nlmsg_flags & NLM_F_DUMP;
	struct kulink_peer peer = {
		.channel = &channel,
		.cred = kulink_nl_cred(skb),
		.ops = dump ? BIT(KULINK_OP_DUMP) : OPS,
		.reply_max = dump ? 0 : MESSAGE_MAX,
		.streams = &streams,
	};
	struct kulink_reply reply;
	int err = check(nlh, extack);

	if (err)
		return err;
	err = kulink_message_run(&peer, NULL, nlmsg_data(nlh), nlmsg_len(nlh), &reply);
	if (err)
		return refuse(extack, err);
	if (reply.head.status)
		err = refuse(extack, reply.head.status);
	else if (dump)
		err = dump_table(skb, nlh, &reply);
	else
		err = answer(skb, nlh, &reply);
	kulink_reply_free(&reply);
	return err;
}

/* In the sender's context, several at a time */
static void input(struct sk_buff *skb)
{
	netlink_rcv_skb(skb, request);
}

/* Where netlink cannot ask of each member what it may hear */
static int may_join(struct net *net, int group)
{
	if (KULINK_NL_FILTERED || group != KULINK_NETLINK_RESTRICTED || capable(CAP_NET_ADMIN))
		return 0;
	return -EPERM;
}

/* The protocol's number becomes this module's, if nobody has it. */
static bool take(int number)
{
	struct netlink_kernel_cfg config = {
		.groups = KULINK_NETLINK_RESTRICTED,
		.flags = NL_CFG_F_NONROOT_RECV,
		.input = input,
		.bind = may_join,
	};

	kernel_sk = netlink_kernel_create(&init_net, number, &config);
	if (kernel_sk)
		unit = number;
	return kernel_sk;
}

static int take_unit(void)
{
	int number;

	if (unit < -1 || unit >= MAX_LINKS) {
		pr_err("kulink_netlink: unit=%d: from 0 to %d, or -1\n", unit, MAX_LINKS - 1);
		return -EINVAL;
	}
	if (unit >= 0) {
		if (take(unit))
			return 0;
		pr_err("kulink_netlink: unit=%d is another's\n", unit);
		return -EBUSY;
	}
	for (number = UNIT_FIRST; number >= UNIT_LAST; number--)
		if (take(number))
			return 0;
	return take(UNIT_OTHER) ? 0 : -EBUSY;
}

static int __init netlink_start(void)
{
	int err = kulink_streams_init(&streams, "kulink_netlink", &kulink_nl_stream_ops);

	if (err)
		return err;
	err = take_unit();
	if (err)
		goto err_streams;
	err = kulink_channel_register(&channel);
	if (err)
		goto err_socket;
	return 0;

err_socket:
	netlink_kernel_release(kernel_sk);
err_streams:
	kulink_streams_destroy(&streams);
	return err;
}

static void __exit netlink_stop(void)
{
	kulink_channel_unregister(&channel);
	netlink_kernel_release(kernel_sk);
	kulink_streams_destroy(&streams);
}

KULINK_MODULE(netlink, netlink_start, netlink_stop);
MODULE_DESCRIPTION("kulink over a netlink protocol of its own");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
