// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet: requests. Each gets a work item, so that a slow driver keeps nobody else waiting, and so
 * many at most. One that comes again is not run again.
 */
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "once.h"
#include "packet.h"

#define OPS	(BIT(KULINK_OP_CALL) | BIT(KULINK_OP_INFO) | BIT(KULINK_OP_LIST) |	\
		 BIT(KULINK_OP_SEQUENCE))

struct packet_request {
	struct work_struct work;
	struct kulink_packet_from from;
	struct sk_buff *skb;		/* the message and no more; it may lie in pieces */
};

/* Who asks: a station, and of its programs the one that the upper half of the id names */
struct asker {
	u8 address[ETH_ALEN];
	u16 program;
	int ifindex;
};

static struct kulink_once *once;
static struct workqueue_struct *queue;
static atomic_t waiting = ATOMIC_INIT(0);

static unsigned long requests_dropped;
module_param(requests_dropped, ulong, 0444);
MODULE_PARM_DESC(requests_dropped, "requests that came while too many were there; who asked asks again");

static const struct kulink_once_limits limits = {
	.peers = KULINK_PACKET_PEERS,
	.running = KULINK_PACKET_REQUESTS,
	.running_each = KULINK_PACKET_REQUESTS_EACH,
	.bytes = KULINK_PACKET_KEEP_BYTES,
	.seconds = KULINK_PACKET_KEEP_SECONDS,
};

/* To all was asked who has it: those who have not are silent */
static bool may_answer(const struct kulink_packet_from *from, int status)
{
	return !from->broadcast || status != -ENOENT;
}

/* Frames may have become shorter than the reply is. */
static void answer(const struct kulink_packet_from *from, const struct kulink_msg *head,
		   const void *payload)
{
	struct kulink_msg too_long;

	if (!may_answer(from, head->status) ||
	    kulink_packet_send(from, head, payload) != -EMSGSIZE)
		return;
	too_long = kulink_message_reply(head, -EMSGSIZE, 0);
	kulink_packet_send(from, &too_long, NULL);
}

static void run_once(const struct kulink_packet_from *from, const struct kulink_msg *msg,
		     size_t len, struct kulink_once_request *rq)
{
	struct kulink_peer peer = {
		.channel = &kulink_packet_channel,
		.ops = OPS,
		.reply_max = max(kulink_packet_room(), sizeof(*msg)),
		.streams = &kulink_packet_streams,
	};
	struct kulink_reply reply = {};
	int err = kulink_message_run(&peer, NULL, msg, len, &reply);

	if (err)
		reply.head = kulink_message_reply(msg, err, 0);
	reply.head.op |= KULINK_OP_REPLY;
	kulink_once_end(once, rq, &reply);
	answer(from, &reply.head, kulink_reply_payload(&reply));
	kulink_reply_free(&reply);
}

static void run(const struct kulink_packet_from *from, const struct kulink_msg *msg, size_t len)
{
	struct asker asker = { .program = msg->id >> 16, .ifindex = from->ifindex };
	struct kulink_once_request *rq;
	struct kulink_once_reply *reply;
	const struct kulink_msg *head;
	struct kulink_msg refusal;
	int err;

	memcpy(asker.address, from->address, sizeof(asker.address));
	err = kulink_once_begin(once, &asker, sizeof(asker), msg, len, &rq, &reply);
	switch (err) {
	case 0:
		run_once(from, msg, len, rq);
		break;
	case -EALREADY:
		head = (const struct kulink_msg *)reply->bytes;
		answer(from, head, head + 1);
		kulink_once_put(reply);
		break;
	default:
		refusal = kulink_message_reply(msg, kulink_once_status(err), 0);
		answer(from, &refusal, NULL);
	}
}

static void request_work(struct work_struct *work)
{
	struct packet_request *rq = container_of(work, struct packet_request, work);
	size_t len = rq->skb->len;
	struct kulink_msg *msg = kvmalloc(len, GFP_KERNEL);

	if (msg && !skb_copy_bits(rq->skb, 0, msg, len)) {
		consume_skb(rq->skb);
		/* its pages may be the sender's (PACKET_TX_RING), who has written to them since */
		if (!(msg->op & KULINK_OP_REPLY))
			run(&rq->from, msg, len);
	} else {
		kfree_skb(rq->skb);
	}
	kvfree(msg);
	kfree(rq);
	atomic_dec(&waiting);
}

void kulink_packet_take(struct sk_buff *skb, const struct kulink_packet_from *from)
{
	struct packet_request *rq = NULL;

	if (atomic_inc_return(&waiting) <= KULINK_PACKET_REQUESTS)
		rq = kmalloc(sizeof(*rq), GFP_ATOMIC);
	if (!rq) {
		atomic_dec(&waiting);
		WRITE_ONCE(requests_dropped, READ_ONCE(requests_dropped) + 1);
		kfree_skb(skb);
		return;
	}
	skb_orphan(skb);	/* whoever sent it need not wait for us */
	rq->skb = skb;
	rq->from = *from;
	INIT_WORK(&rq->work, request_work);
	queue_work(queue, &rq->work);
}

int kulink_packet_requests_init(void)
{
	once = kulink_once_new(&limits);
	if (!once)
		return -ENOMEM;
	queue = alloc_workqueue("kulink_packet", WQ_UNBOUND, KULINK_PACKET_REQUESTS);
	if (queue)
		return 0;
	kulink_once_free(once);
	return -ENOMEM;
}

void kulink_packet_requests_exit(void)
{
	destroy_workqueue(queue);
	kulink_once_free(once);
}
