// SPDX-License-Identifier: GPL-2.0-only
/*
 * UDP: requests. The receiver looks at a datagram and either answers it with a header at once or
 * gives it a work item of its own, so that a slow driver keeps nobody else waiting.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "udp.h"

#define OPS	(BIT(KULINK_OP_GET) | BIT(KULINK_OP_SET) | BIT(KULINK_OP_CALL) |	\
		 BIT(KULINK_OP_INFO) | BIT(KULINK_OP_LIST) | BIT(KULINK_OP_PAGE) |	\
		 BIT(KULINK_OP_SEQUENCE))

static struct kulink_once *once;
static struct workqueue_struct *queue;

static const struct kulink_once_limits limits = {
	.peers = KULINK_UDP_PEERS,
	.running = KULINK_UDP_REQUESTS,
	.running_each = KULINK_UDP_REQUESTS_EACH,
	.bytes = KULINK_UDP_KEEP_BYTES,
	.seconds = KULINK_UDP_KEEP_SECONDS,
};

/* At once: a header and at most one number, no longer than what was asked. Never waits */
static void answer(const union kulink_udp_address *to, const struct kulink_msg *msg, int status,
		   const u64 *number)
{
	struct kulink_msg head = kulink_message_reply(msg, status, number ? sizeof(*number) : 0);

	kulink_udp_send(to, &head, number, MSG_DONTWAIT);
}

static void run_work(struct work_struct *work)
{
	struct kulink_udp_request *rq = container_of(work, struct kulink_udp_request, work);
	const struct kulink_msg *msg = (const struct kulink_msg *)rq->message;
	bool small = msg->op == KULINK_OP_PAGE && !kulink_udp_is_near(&rq->from);
	struct kulink_peer peer = {
		.channel = &kulink_udp_channel,
		.ops = OPS,
		.reply_max = small ? KULINK_UDP_PIECE : KULINK_UDP_MAX,
		.streams = &kulink_udp_streams,
		.hook = kulink_udp_hook,
		.ctx = rq,
	};
	struct kulink_reply reply;
	int err;

	err = kulink_message_run(&peer, NULL, msg, rq->len, &reply);
	if (err)
		reply = (struct kulink_reply){ .head = kulink_message_reply(msg, err, 0) };
	reply.head.op |= KULINK_OP_REPLY;
	kulink_once_end(once, rq->once, &reply);
	kulink_udp_send(&rq->from, &reply.head, kulink_reply_payload(&reply), 0);
	kulink_reply_free(&reply);
	kvfree(rq);
	module_put(THIS_MODULE);
}

/* -ENOMEM; -ENODEV: this module is leaving */
static struct kulink_udp_request *new_request(const union kulink_udp_address *from,
					      const struct kulink_msg *msg, size_t len)
{
	struct kulink_udp_request *rq = kvmalloc(struct_size(rq, message, len), GFP_KERNEL);

	if (!rq)
		return ERR_PTR(-ENOMEM);
	if (!try_module_get(THIS_MODULE)) {
		kvfree(rq);
		return ERR_PTR(-ENODEV);
	}
	rq->from = *from;
	rq->len = len;
	memcpy(rq->message, msg, len);
	INIT_WORK(&rq->work, run_work);
	return rq;
}

static void drop_request(struct kulink_udp_request *rq)
{
	kvfree(rq);
	module_put(THIS_MODULE);
}

static void send_again(const union kulink_udp_address *to, struct kulink_once_reply *reply)
{
	const struct kulink_msg *head = (const struct kulink_msg *)reply->bytes;

	kulink_udp_send(to, head, head + 1, MSG_DONTWAIT);
	kulink_once_put(reply);
}

static void take_request(const union kulink_udp_address *from, const struct kulink_msg *msg,
			 size_t len)
{
	struct kulink_udp_request *rq = new_request(from, msg, len);
	struct kulink_once_reply *reply;
	int err;

	/* nobody listens here any more: who asks again is told so */
	if (rq == ERR_PTR(-ENODEV))
		return;
	if (IS_ERR(rq)) {
		answer(from, msg, PTR_ERR(rq), NULL);
		return;
	}
	err = kulink_once_begin(once, from, sizeof(*from), msg, len, &rq->once, &reply);
	if (!err) {
		queue_work(queue, &rq->work);
		return;
	}
	drop_request(rq);
	if (err == -EALREADY)
		send_again(from, reply);
	else if (err != -ESTALE)
		answer(from, msg, kulink_once_status(err), NULL);
}

static void take_proof(const union kulink_udp_address *from, const struct kulink_msg *msg,
		       size_t len)
{
	u64 token;

	if (len != sizeof(*msg) + sizeof(token)) {
		answer(from, msg, -EINVAL, NULL);
		return;
	}
	memcpy(&token, msg + 1, sizeof(token));
	token = kulink_udp_prove(from, token);
	answer(from, msg, 0, &token);
}

void kulink_udp_take(const union kulink_udp_address *from, const void *message, size_t len)
{
	const struct kulink_msg *msg = message;

	/* Never a reply to a reply: two of us would go on for ever. */
	if (msg->op & KULINK_OP_REPLY)
		return;
	if (msg->abi != KULINK_ABI)
		answer(from, msg, -EPROTONOSUPPORT, NULL);
	else if (msg->len != len || msg->status)
		answer(from, msg, -EINVAL, NULL);
	else if (msg->op == KULINK_OP_PROVE)
		take_proof(from, msg, len);
	else if (!kulink_udp_is_proven(from))
		answer(from, msg, ENOKEY, NULL);
	else
		take_request(from, msg, len);
}

int kulink_udp_requests_init(struct workqueue_struct *wq)
{
	queue = wq;
	once = kulink_once_new(&limits);
	return once ? 0 : -ENOMEM;
}

void kulink_udp_requests_exit(void)
{
	kulink_once_free(once);
}
