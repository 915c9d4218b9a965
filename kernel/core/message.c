// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages: a request is checked, run and answered, whatever brought it. It comes whole and in
 * kernel memory, and the reply is kernel memory: the driver never sees user space.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "core.h"
#include "../message.h"

/* Most bytes of the answer to KULINK_OP_LIST */
#define KULINK_LIST_ROOM	((size_t)64 << 10)

/* A request in kernel memory, with what comes of it */
struct request {
	const struct kulink_peer *peer;
	struct kulink_service *service;
	const struct kulink_msg *msg;
	const void *payload;
	size_t payload_len;
	size_t room;			/* most bytes of the reply's payload */
	/* the reply's payload: one of these, or neither */
	void *reply;
	size_t reply_len;
	struct kulink_snapshot *snapshot;
};

static int resolve(const struct request *rq, u32 kind, int want)
{
	return kulink_resolve(rq->service, rq->peer->cred, MAY_READ | MAY_WRITE, kind,
			      rq->msg->part, want);
}

static int run_get(struct request *rq)
{
	struct kulink_datum *datum;
	int i, err;

	if (rq->payload_len)
		return -EINVAL;
	i = resolve(rq, KULINK_VALUES, MAY_READ);
	if (i < 0)
		return i;
	datum = kvzalloc(sizeof(*datum), GFP_KERNEL_ACCOUNT);
	if (!datum)
		return -ENOMEM;
	rq->reply = datum;
	err = kulink_value_get(rq->service, i, datum);
	if (!err)
		rq->reply_len = sizeof(*datum);
	return err;
}

static int run_set(struct request *rq)
{
	struct kulink_datum datum;
	int i;

	if (rq->payload_len < sizeof(datum))
		return -EINVAL;
	if (memchr_inv(rq->payload + sizeof(datum), 0, rq->payload_len - sizeof(datum)))
		return -E2BIG;
	memcpy(&datum, rq->payload, sizeof(datum));

	i = resolve(rq, KULINK_VALUES, MAY_WRITE);
	if (i < 0)
		return i;
	return kulink_value_set(rq->service, i, &datum);
}

static int run_call(struct request *rq)
{
	int i = resolve(rq, KULINK_CALLS, 0);

	if (i < 0)
		return i;
	return kulink_call_run(rq->service, i, rq->payload, rq->payload_len,
			       &rq->reply, &rq->reply_len);
}

static int run_dump(struct request *rq)
{
	struct kulink_snapshot *snapshot;
	int i;

	if (rq->payload_len)
		return -EINVAL;
	i = resolve(rq, KULINK_TABLES, 0);
	if (i < 0)
		return i;
	snapshot = kulink_snapshot_take(rq->service, i);
	if (IS_ERR(snapshot))
		return PTR_ERR(snapshot);
	rq->snapshot = snapshot;
	rq->reply_len = snapshot->size;
	return 0;
}

static int run_page(struct request *rq)
{
	struct kulink_page page;
	int i;

	if (rq->payload_len != sizeof(page))
		return -EINVAL;
	memcpy(&page, rq->payload, sizeof(page));
	if (page.size || (page.offset && !page.snapshot))
		return -EINVAL;
	i = resolve(rq, KULINK_TABLES, 0);
	if (i < 0)
		return i;
	return kulink_page_take(rq->service, i, &page, rq->room, &rq->reply, &rq->reply_len);
}

static int run_info(struct request *rq)
{
	const char *text;
	size_t len;

	if (rq->payload_len || rq->msg->part[0])
		return -EINVAL;
	text = kulink_declaration(rq->service, &len);
	rq->reply = kvmalloc(len, GFP_KERNEL_ACCOUNT);
	if (!rq->reply)
		return -ENOMEM;
	memcpy(rq->reply, text, len);
	rq->reply_len = len;
	return 0;
}

static int run_sequence(struct request *rq)
{
	u64 *seq;
	int i;

	if (!rq->peer->streams)
		return -EOPNOTSUPP;
	if (rq->payload_len)
		return -EINVAL;
	i = resolve(rq, KULINK_EVENTS, 0);
	if (i < 0)
		return i;
	seq = kvmalloc(sizeof(*seq), GFP_KERNEL_ACCOUNT);
	if (!seq)
		return -ENOMEM;
	rq->reply = seq;
	rq->reply_len = sizeof(*seq);
	return kulink_stream_seq(rq->peer->streams, rq->service, i, seq);
}

static int run_hook(struct request *rq)
{
	const struct kulink_peer *peer = rq->peer;

	if (!peer->hook)
		return -EOPNOTSUPP;
	return peer->hook(peer->ctx, rq->service, rq->msg, &rq->reply, &rq->reply_len);
}

static int run(struct request *rq)
{
	u16 op = rq->msg->op;
	int err = run_hook(rq);

	if (err != -EOPNOTSUPP)
		return err;
	if (op >= BITS_PER_TYPE(rq->peer->ops) || !(rq->peer->ops & BIT(op)))
		return -EOPNOTSUPP;

	switch (op) {
	case KULINK_OP_GET:
		return run_get(rq);
	case KULINK_OP_SET:
		return run_set(rq);
	case KULINK_OP_CALL:
		return run_call(rq);
	case KULINK_OP_DUMP:
		return run_dump(rq);
	case KULINK_OP_PAGE:
		return run_page(rq);
	case KULINK_OP_INFO:
		return run_info(rq);
	case KULINK_OP_SEQUENCE:
		return run_sequence(rq);
	default:
		return -EOPNOTSUPP;
	}
}

/* Published here, and not for another user namespace than this peer's */
static bool reached(const struct request *rq, struct kulink_service *service)
{
	const struct kulink_peer *peer = rq->peer;

	if (peer->channel && !kulink_published(service, peer->channel))
		return false;
	return !kulink_permit(service, peer->cred, 0444, MAY_READ);
}

/* Names, as far as there is room: a list of services is short, and who asks sees that it is cut. */
static int run_list(struct request *rq)
{
	struct kulink_service *service = NULL;
	size_t room = min(rq->room, KULINK_LIST_ROOM);
	char *names;
	int len = 0;

	if (rq->payload_len || rq->msg->part[0])
		return -EINVAL;
	names = kvmalloc(room + 1, GFP_KERNEL_ACCOUNT);
	if (!names)
		return -ENOMEM;
	rq->reply = names;
	while ((service = kulink_service_next(service))) {
		if (!reached(rq, service))
			continue;
		len += snprintf(names + len, room + 1 - len, "%s\n", kulink_service_name(service));
		if (len > room) {
			kulink_service_put(service);
			return -EMSGSIZE;
		}
	}
	rq->reply_len = len;
	return 0;
}

/* The service that is meant, which an empty name says is the file's own */
static int run_named(struct request *rq, struct kulink_service *own)
{
	const char *name = rq->msg->service;
	int err;

	if (!own && !name[0] && rq->msg->op == KULINK_OP_LIST &&
	    rq->peer->ops & BIT(KULINK_OP_LIST))
		return run_list(rq);
	if (own && name[0] && strcmp(name, kulink_service_name(own)))
		return -ENOENT;
	rq->service = own ? kulink_service_get(own) : kulink_service_find(name);
	if (!rq->service)
		return -ENOENT;
	err = own || reached(rq, rq->service) ? run(rq) : -ENOENT;
	kulink_service_put(rq->service);
	return err;
}

static bool name_ok(const char name[KULINK_NAME_SIZE])
{
	const char *end = memchr(name, 0, KULINK_NAME_SIZE);

	return end && !memchr_inv(end, 0, name + KULINK_NAME_SIZE - end);
}

static int check(const struct kulink_msg *msg, size_t len)
{
	if (len < sizeof(*msg))
		return -EINVAL;
	if (len - sizeof(*msg) > KULINK_CALL_MAX)
		return -EMSGSIZE;
	if (msg->abi != KULINK_ABI)
		return -EPROTONOSUPPORT;
	if (msg->len != len || msg->status)
		return -EINVAL;
	if (!name_ok(msg->service) || !name_ok(msg->part))
		return -EINVAL;
	return 0;
}

int kulink_status(int err)
{
	switch (err) {
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
		return -EINTR;
	default:
		return err;
	}
}
EXPORT_SYMBOL_GPL(kulink_status);

static void drop_payload(struct request *rq)
{
	kvfree(rq->reply);
	rq->reply = NULL;
	if (rq->snapshot)
		kulink_snapshot_put(rq->snapshot);
	rq->snapshot = NULL;
	rq->reply_len = 0;
}

static void answer(struct request *rq, struct kulink_service *own, int err,
		   struct kulink_reply *reply)
{
	const struct kulink_msg *msg = rq->msg;

	if (!err && rq->reply_len > rq->room)
		err = -EMSGSIZE;
	if (err)
		drop_payload(rq);
	*reply = (struct kulink_reply){
		.head = {
			.len = sizeof(reply->head) + rq->reply_len,
			.abi = KULINK_ABI,
			.op = msg->op,
			.id = msg->id,
			.status = kulink_status(err),
		},
		.payload = rq->reply,
		.snapshot = rq->snapshot,
	};
	strscpy_pad(reply->head.service, own ? kulink_service_name(own) : msg->service,
		    sizeof(reply->head.service));
	memcpy(reply->head.part, msg->part, sizeof(reply->head.part));
}

int kulink_message_run(const struct kulink_peer *peer, struct kulink_service *service,
		       const void *message, size_t len, struct kulink_reply *reply)
{
	struct request rq = {
		.peer = peer,
		.msg = message,
		.payload = message + sizeof(*rq.msg),
		.payload_len = len - sizeof(*rq.msg),
		.room = U32_MAX - sizeof(*rq.msg),
	};
	int err = check(message, len);

	if (err)
		return err;
	if (peer->reply_max)
		rq.room = peer->reply_max - min(peer->reply_max, sizeof(*rq.msg));
	answer(&rq, service, run_named(&rq, service), reply);
	return 0;
}
EXPORT_SYMBOL_GPL(kulink_message_run);

const void *kulink_reply_payload(const struct kulink_reply *reply)
{
	return reply->snapshot ? (const void *)&reply->snapshot->head : reply->payload;
}
EXPORT_SYMBOL_GPL(kulink_reply_payload);

void kulink_reply_free(struct kulink_reply *reply)
{
	kvfree(reply->payload);
	if (reply->snapshot)
		kulink_snapshot_put(reply->snapshot);
	*reply = (struct kulink_reply){};
}
EXPORT_SYMBOL_GPL(kulink_reply_free);

void kulink_message_head(struct kulink_msg *head, u16 op, const struct kulink_service *service,
			 const char *part, size_t payload_len)
{
	*head = (struct kulink_msg){
		.len = sizeof(*head) + payload_len,
		.abi = KULINK_ABI,
		.op = op,
	};
	strscpy_pad(head->service, kulink_service_name(service), sizeof(head->service));
	strscpy_pad(head->part, part, sizeof(head->part));
}
EXPORT_SYMBOL_GPL(kulink_message_head);

struct kulink_msg kulink_message_reply(const struct kulink_msg *request, int status,
				       size_t payload_len)
{
	struct kulink_msg head = *request;

	head.len = sizeof(head) + payload_len;
	head.abi = KULINK_ABI;
	head.op |= KULINK_OP_REPLY;
	head.status = status;
	return head;
}
EXPORT_SYMBOL_GPL(kulink_message_reply);

ssize_t kulink_message_copy(const struct kulink_msg *head, const void *payload,
			    size_t *taken, char __user *buf, size_t len)
{
	size_t n, done = 0;

	if (*taken < sizeof(*head)) {
		n = min(len, sizeof(*head) - *taken);
		if (copy_to_user(buf, (const void *)head + *taken, n))
			return -EFAULT;
		done = n;
	}
	n = min(len - done, head->len - (*taken + done));
	if (n && copy_to_user(buf + done, payload + (*taken + done - sizeof(*head)), n))
		return -EFAULT;
	done += n;
	*taken += done;
	return done;
}
EXPORT_SYMBOL_GPL(kulink_message_copy);
