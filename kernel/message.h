/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages, as the ABI defines them. One piece of code runs a request for every channel that
 * carries bytes, whether they come by a file, a socket, a frame or a system call.
 */
#ifndef _KULINK_MESSAGE_H
#define _KULINK_MESSAGE_H

#include "stream.h"

/**
 * struct kulink_peer - who asks, and over what
 * @channel: where a service must be published for this peer, else -ENOENT
 * @cred: the opener's or the sending socket's; NULL: a peer without credentials, "others"
 * @ops: bit 1 << KULINK_OP_… for each operation the channel carries; any other is answered
 *	with status -EOPNOTSUPP
 * @reply_max: most bytes of a reply, header included; 0: any size. A longer one becomes status
 *	-EMSGSIZE (a call has been made by then), a table's page is cut to it
 * @streams: the channel's, of its events: answers KULINK_OP_SEQUENCE. NULL: it has none
 * @hook: asked first, for operations that the core does not know (subscribe); -EOPNOTSUPP: not
 *	mine. May give a reply payload with kvmalloc(). NULL: none
 * @ctx: the hook's
 */
struct kulink_peer {
	const struct kulink_channel *channel;
	const struct cred *cred;
	u32 ops;
	size_t reply_max;
	struct kulink_streams *streams;
	int (*hook)(void *ctx, struct kulink_service *service, const struct kulink_msg *msg,
		    void **reply, size_t *reply_len);
	void *ctx;
};

/**
 * struct kulink_reply - what came of a request
 * @head: complete; @head.len says how long the reply is in all
 * @payload: kvmalloc()ed, or NULL
 * @snapshot: a whole table in place of @payload, or NULL
 */
struct kulink_reply {
	struct kulink_msg head;
	void *payload;
	struct kulink_snapshot *snapshot;
};

/**
 * kulink_message_run() - run one request
 * @peer: who asks
 * @service: the one that the file belongs to: an empty name in the message means it, another
 *	name is -ENOENT. NULL: the message must name one that is published on @peer's channel
 * @message: all of it, in kernel memory: header and payload
 * @len: its bytes; more payload than KULINK_CALL_MAX is -EMSGSIZE
 * @reply: filled when 0 is returned, its status included; kulink_reply_free() it
 *
 * May sleep, as long as the driver does. Not inside kulink_enter().
 *
 * Return: 0; -EINVAL, -EMSGSIZE or -EPROTONOSUPPORT for what is no message: there is no reply
 */
int kulink_message_run(const struct kulink_peer *peer, struct kulink_service *service,
		       const void *message, size_t len, struct kulink_reply *reply);
/* The bytes that follow the reply's header: head.len - sizeof(head) of them */
const void *kulink_reply_payload(const struct kulink_reply *reply);
void kulink_reply_free(struct kulink_reply *reply);

/** kulink_status() - -EINTR for what a driver that was interrupted says: nothing restarts */
int kulink_status(int err);

/** kulink_message_head() - a header of what is sent unasked (an event, the end), zeroed */
void kulink_message_head(struct kulink_msg *head, u16 op, const struct kulink_service *service,
			 const char *part, size_t payload_len);

/**
 * kulink_message_reply() - a reply's header, where a reply is a datagram or a frame
 * @request: the header that came
 * @status: of the reply
 * @payload_len: bytes that follow
 *
 * With KULINK_OP_REPLY in its op. Any context.
 */
struct kulink_msg kulink_message_reply(const struct kulink_msg *request, int status,
				       size_t payload_len);

/**
 * kulink_message_copy() - the next piece of a message to user space
 * @head: its header; head->len says how long it is in all
 * @payload: what follows the header
 * @taken: bytes of it copied so far; grows
 * @buf: where to
 * @len: room there
 *
 * Return: bytes copied, or -EFAULT
 */
ssize_t kulink_message_copy(const struct kulink_msg *head, const void *payload,
			    size_t *taken, char __user *buf, size_t len);

/*
 * Exchange: one request and its reply over a file; shared by every byte channel that is a file.
 */
struct kulink_exchange {
	struct mutex lock;		/* guards what follows */
	bool pending;			/* there is a reply: */
	struct kulink_reply reply;
	size_t taken;			/* bytes of it that were read */
};

void kulink_exchange_init(struct kulink_exchange *ex);
void kulink_exchange_destroy(struct kulink_exchange *ex);
/**
 * kulink_exchange_write() - take one request from user space, run it, keep the reply
 *
 * Return: @len, or -errno for what is no message at all (-EINVAL, -EBUSY, -EFAULT, -EMSGSIZE,
 * -EPROTONOSUPPORT); a failed operation is a reply with its status
 */
ssize_t kulink_exchange_write(struct kulink_exchange *ex, const struct kulink_peer *peer,
			      struct kulink_service *service, const char __user *buf, size_t len);
/* Bytes copied; 0 when there is no reply pending. A later read goes on in the same message */
ssize_t kulink_exchange_read(struct kulink_exchange *ex, char __user *buf, size_t len);
bool kulink_exchange_pending(struct kulink_exchange *ex);

#endif /* _KULINK_MESSAGE_H */
