// SPDX-License-Identifier: MIT
/* One message and its reply over a descriptor: a write(), then what read() gives. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dev.h"

/* The beginning of a message: all of it, unless it carries much */
union first {
	struct kulink_msg msg;
	unsigned char bytes[KULINK_MESSAGE_MAX];
};

/* Bytes, or -errno. What is not taken stays there, in the next request's way: it is asked for again. */
static ssize_t read_some(int fd, void *buf, size_t size)
{
	unsigned int tries = 3;
	ssize_t n;

	do {
		n = read(fd, buf, size);
	} while (n < 0 && (errno == EINTR || ((errno == ENOMEM || errno == EFAULT) && --tries)));
	return n < 0 ? -errno : n;
}

static int read_rest(int fd, unsigned char *buf, size_t size)
{
	ssize_t n;

	while (size) {
		n = read_some(fd, buf, size);
		if (n <= 0)
			return n ? n : -EPROTO;
		buf += n;
		size -= n;
	}
	return 0;
}

static int read_first(int fd, union first *first, size_t *len)
{
	ssize_t n = read_some(fd, first, sizeof(*first));

	*len = 0;
	if (n < 0)
		return n;
	*len = n;
	n = kulink_message_check(&first->msg, *len);
	if (n)
		return n;
	return *len < sizeof(*first) && *len != first->msg.len ? -EPROTO : 0;
}

static int send_request(int fd, const struct kulink_msg *head, const void *payload)
{
	union first small;
	struct kulink_msg *msg = &small.msg;
	int error = 0;

	if (head->len > sizeof(small))
		msg = malloc(head->len);
	if (!msg)
		return -ENOMEM;

	*msg = *head;
	if (head->len > sizeof(*head))
		memcpy(msg + 1, payload, head->len - sizeof(*head));
	while (write(fd, msg, head->len) < 0) {
		error = -errno;
		if (error != -EINTR)
			break;
		error = 0;
	}
	if (msg != &small.msg)
		free(msg);
	return error;
}

/* Ask; the reply's beginning, *@len bytes of it. A failed operation leaves nothing to read */
static int ask(int fd, uint16_t op, const char *part, const void *payload, size_t payload_len,
	       union first *first, size_t *len)
{
	struct kulink_msg head;
	int error = kulink_message_build(&head, op, op, "", part, payload_len);

	if (!error)
		error = send_request(fd, &head, payload);
	if (!error)
		error = read_first(fd, first, len);
	return error ? error : kulink_message_status(&head, &first->msg);
}

/* What does not fit is taken all the same: the next request must find nothing there */
static int drain(int fd, size_t size)
{
	unsigned char buf[KULINK_MESSAGE_MAX];
	size_t n;
	int error = 0;

	for (; size && !error; size -= n) {
		n = size < sizeof(buf) ? size : sizeof(buf);
		error = read_rest(fd, buf, n);
	}
	return error ? error : -EMSGSIZE;
}

int kulink_exchange(int fd, uint16_t op, const char *part, const void *payload,
		    size_t payload_len, void *reply, size_t *reply_len)
{
	size_t size, len, room = reply_len ? *reply_len : 0;
	union first first;
	int error;

	error = ask(fd, op, part, payload, payload_len, &first, &len);
	if (error)
		return error;
	size = first.msg.len - sizeof(first.msg);
	if (reply_len)
		*reply_len = size;
	if (size > room)
		return drain(fd, first.msg.len - len);

	len -= sizeof(first.msg);
	if (len)
		memcpy(reply, &first.msg + 1, len);
	return size > len ? read_rest(fd, (unsigned char *)reply + len, size - len) : 0;
}

int kulink_exchange_alloc(int fd, uint16_t op, const char *part, void **reply, size_t *reply_len)
{
	union first first;
	size_t size, len;
	int error;

	error = ask(fd, op, part, NULL, 0, &first, &len);
	if (error)
		return error;
	size = first.msg.len - sizeof(first.msg);
	*reply = malloc(size ? size : 1);
	if (!*reply) {
		error = drain(fd, first.msg.len - len);
		return error == -EMSGSIZE ? -ENOMEM : error;
	}
	len -= sizeof(first.msg);
	memcpy(*reply, &first.msg + 1, len);
	error = read_rest(fd, (unsigned char *)*reply + len, size - len);
	if (error)
		free(*reply);
	*reply_len = size;
	return error;
}

int kulink_message_read(int fd, struct kulink_msg *msg)
{
	size_t len;
	int error = read_first(fd, (union first *)msg, &len);

	return error ? error : len == msg->len ? 0 : -EPROTO;
}
