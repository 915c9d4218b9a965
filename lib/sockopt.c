// SPDX-License-Identifier: MIT
/* sockopt: messages by getsockopt() and setsockopt() on an IPv4 socket. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"

/**
 * struct sockopt - a socket of any kind
 * @transport: first, for message.c
 * @fd: of it
 * @space: where a request goes that is longer than the room for its reply
 * @space_size: bytes of it
 */
struct sockopt {
	struct kulink_transport transport;
	int fd;
	void *space;
	size_t space_size;
};

static int open_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

/* 0 if the module is there, and in this network namespace */
static int ask_abi(int fd)
{
	uint32_t abi;
	socklen_t len = sizeof(abi);

	return getsockopt(fd, SOL_IP, KULINK_SO_ABI, &abi, &len) ? -errno : 0;
}

/* There is no such option any more; not asked again: meanwhile the module may be back */
static int option_error(int error)
{
	return error == ENOPROTOOPT ? -ENODEV : -error;
}

/* What has no payload to bring back: the status is errno */
static int exchange_set(struct sockopt *c, const struct kulink_msg *request,
			struct kulink_msg *reply, size_t *len)
{
	int status = 0;

	if (setsockopt(c->fd, SOL_IP, KULINK_SO_MESSAGE, request, request->len))
		status = option_error(errno);
	*reply = *request;
	reply->len = sizeof(*reply);
	reply->status = status;
	*len = reply->len;
	return 0;
}

static void *space_for(struct sockopt *c, size_t size)
{
	void *more;

	if (size > c->space_size) {
		more = realloc(c->space, size);
		if (!more)
			return NULL;
		c->space = more;
		c->space_size = size;
	}
	return c->space;
}

/* The request goes out from where the reply comes in */
static int exchange_get(struct sockopt *c, const struct kulink_msg *request,
			struct kulink_msg *reply, size_t *len)
{
	size_t room = *len;
	socklen_t size = room > request->len ? room : request->len;
	void *at = size > room ? space_for(c, size) : reply;

	if (!at)
		return -ENOMEM;
	memcpy(at, request, request->len);
	if (getsockopt(c->fd, SOL_IP, KULINK_SO_MESSAGE, at, &size))
		return option_error(errno);
	*len = size < room ? size : room;
	if (at != reply)
		memcpy(reply, at, *len);
	return size > room ? -EMSGSIZE : 0;
}

static int sockopt_exchange(void *ctx, struct kulink_msg *request, struct kulink_msg *reply,
			    size_t *len)
{
	return (request->op == KULINK_OP_SET ? exchange_set : exchange_get)(ctx, request, reply,
									    len);
}

static void sockopt_close(struct kulink_session *s)
{
	struct sockopt *c = s->private;

	if (!c)
		return;
	kulink_transport_free(&c->transport);
	if (c->fd >= 0)
		close(c->fd);
	free(c->space);
	free(c);
	s->private = NULL;
}

static int sockopt_open(struct kulink_session *s)
{
	struct sockopt *c = calloc(1, sizeof(*c));
	int error;

	if (!c)
		return -ENOMEM;
	c->transport = (struct kulink_transport){
		.exchange = sockopt_exchange,
		.ctx = c,
		.max = sizeof(struct kulink_msg) + KULINK_CALL_MAX,
		.service = s->service,
	};
	s->private = c;
	c->fd = open_socket();
	error = c->fd < 0 ? -errno : kulink_message_probe(s);
	if (error == -ENODEV || error == -EAFNOSUPPORT)
		error = -ENOENT;
	if (error)
		sockopt_close(s);
	return error;
}

static int sockopt_available(char *why, size_t size)
{
	int fd = open_socket(), error;

	if (fd < 0) {
		error = -errno;
		if (why)
			snprintf(why, size, "no IPv4 sockets here: %s", strerror(-error));
		return error == -EAFNOSUPPORT ? -ENOENT : error;
	}
	error = ask_abi(fd);
	close(fd);
	if (error != -ENOPROTOOPT)
		return error;
	error = kulink_module_available("", "kulink_sockopt", "sockopt", why, size);
	if (!error && why)
		snprintf(why, size, "only sockets of the first network namespace have it");
	return -ENOENT;
}

const struct kulink_channel kulink_sockopt = {
	.info = {
		.name = "sockopt",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS,
		.call_max = KULINK_CALL_MAX,
		.where = "getsockopt() and setsockopt() on any IPv4 socket, level SOL_IP, option 0xb501",
		.who = "each part's mode, by the caller's credentials; in the initial network namespace",
		.limits = "no events, no regions; the initial network namespace only",
	},
	.available = sockopt_available,
	.open = sockopt_open,
	.close = sockopt_close,
	.get = kulink_message_get,
	.set = kulink_message_set,
	.call = kulink_message_call,
	.dump = kulink_message_dump,
};
