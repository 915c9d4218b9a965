// SPDX-License-Identifier: MIT
/*
 * UDP: a datagram is a request, another one its reply. What is not answered is asked again, under
 * the same number, so that nothing is done twice; and given up after ten seconds of silence.
 */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "udp.h"

#define MODULE	"kulink_udp"
/* How often to send a token back, and to ask again after that: each may have crossed an older answer */
#define PROOFS	8

int kulink_udp_receive(struct udp_port *port)
{
	struct udp *u = port->udp;
	ssize_t n;

	do {
		n = recv(port->fd, u->datagram.bytes, sizeof(u->datagram.bytes), MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n >= 0)
		return n;
	if (errno == ECONNREFUSED) {
		port->refused = true;
		return -ENODEV;
	}
	return errno == EWOULDBLOCK ? -EAGAIN : -errno;
}

/* What cannot be sent now is lost like any other: it is sent again. */
static int send_message(void *ctx, const struct kulink_msg *msg)
{
	struct udp_port *port = ctx;
	ssize_t n;

	do {
		n = send(port->fd, msg, msg->len, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n >= 0 || errno == EAGAIN || errno == ENOBUFS)
		return 0;
	port->refused = errno == ECONNREFUSED;
	return port->refused ? -ENODEV : -errno;
}

static int receive_message(void *ctx, struct kulink_msg **msg)
{
	struct udp_port *port = ctx;

	*msg = &port->udp->datagram.msg;
	return kulink_udp_receive(port);
}

/* Events, on the socket that they come to */
static void keep_other(void *ctx, const struct kulink_msg *msg, size_t len)
{
	struct udp_port *port = ctx;

	if (port == &port->udp->events)
		kulink_udp_keep(port->udp, msg, len);
}

/* Bytes of the answer, in udp->datagram */
static int ask(struct udp_port *port, const struct kulink_msg *msg)
{
	const struct kulink_again again = {
		.send = send_message, .receive = receive_message, .other = keep_other,
		.fd = port->fd, .ctx = port,
	};
	struct kulink_msg *reply;

	return kulink_again(&again, msg, &reply);
}

/* Send the token back that is sent to us. Beyond loopback only */
static int prove(struct udp_port *port)
{
	struct {
		struct kulink_msg head;
		uint64_t token;
	} proof = { .token = 0 };
	int i, n;

	for (i = 0; i < PROOFS; i++) {
		kulink_message_build(&proof.head, KULINK_OP_PROVE, ++port->transport.id, "", "",
				     sizeof(proof.token));
		n = ask(port, &proof.head);
		if (n < 0)
			return n;
		if (n != sizeof(proof) || port->udp->datagram.msg.status)
			return -EPROTO;
		memcpy(&proof.token, port->udp->datagram.bytes + sizeof(proof.head),
		       sizeof(proof.token));
		if (!proof.token)
			return 0;
	}
	return -EACCES;
}

/*
 * A request that was sent twice before it was proven who we are is told twice that it was not run; the
 * second time may come when it has been proven: hence again, and under the same number.
 */
static int exchange(void *ctx, struct kulink_msg *request, struct kulink_msg *reply,
		    size_t *len)
{
	struct udp_port *port = ctx;
	int n = ask(port, request), error, i;

	for (i = 0; i < PROOFS && n >= 0 && port->udp->datagram.msg.status == ENOKEY; i++) {
		error = prove(port);
		if (error)
			return error;
		n = ask(port, request);
	}
	if (n < 0)
		return n;
	memcpy(reply, port->udp->datagram.bytes, (size_t)n < *len ? (size_t)n : *len);
	error = (size_t)n > *len ? -EMSGSIZE : 0;
	*len = n;
	return error;
}

int kulink_udp_port_open(struct kulink_session *s, struct udp_port *port)
{
	struct udp *u = s->private;
	const struct sockaddr *address = (const struct sockaddr *)u->address.bytes;

	port->udp = u;
	port->transport = (struct kulink_transport){
		.exchange = exchange, .ctx = port, .max = KULINK_UDP_MAX, .service = s->service,
	};
	/* another one may have had this port before us: far from its numbers */
	if (getrandom(&port->transport.id, sizeof(port->transport.id), 0) < 0)
		return -errno;
	port->fd = socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (port->fd < 0)
		return -errno;
	return connect(port->fd, address, u->address.len) ? -errno : 0;
}

void kulink_udp_port_close(struct udp_port *port)
{
	kulink_transport_free(&port->transport);
	if (port->fd >= 0)
		close(port->fd);
	port->fd = -1;
}

static int resolve(struct udp *u, const char *host, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *info;
	int error = getaddrinfo(host, port, &hints, &info);

	if (error)
		return error == EAI_MEMORY ? -ENOMEM : error == EAI_SYSTEM ? -errno : -EADDRNOTAVAIL;
	memcpy(u->address.bytes, info->ai_addr, info->ai_addrlen);
	u->address.len = info->ai_addrlen;
	freeaddrinfo(info);
	return 0;
}

/* HOST, HOST:PORT, [IPv6], [IPv6]:PORT */
static int resolve_peer(struct udp *u, const char *peer)
{
	char host[256], port[8];
	const char *end, *colon;

	snprintf(port, sizeof(port), "%d", KULINK_UDP_PORT);
	end = *peer == '[' ? strchr(++peer, ']') : peer + strcspn(peer, ":");
	if (!end || end == peer || end - peer >= (long)sizeof(host))
		return -EINVAL;
	snprintf(host, sizeof(host), "%.*s", (int)(end - peer), peer);
	colon = end + (*end == ']');
	if (*colon && (*colon != ':' || !colon[1] || strlen(colon + 1) >= sizeof(port)))
		return -EINVAL;
	if (*colon)
		snprintf(port, sizeof(port), "%s", colon + 1);
	if (port[strspn(port, "0123456789")])
		return -EINVAL;
	return resolve(u, host, port);
}

/* Where the kernel that we run on listens; "all addresses" has the loopback's among them */
static int resolve_here(struct udp *u, const char *root)
{
	char address[64], port[8];
	int error = kulink_module_parameter(root, MODULE, "port", port, sizeof(port));

	if (!error)
		error = kulink_module_parameter(root, MODULE, "bind", address, sizeof(address));
	if (error)
		return error;
	if (!strcmp(address, "0.0.0.0"))
		return resolve(u, "127.0.0.1", port);
	return resolve(u, strcmp(address, "::") ? address : "::1", port);
}

static void udp_close(struct kulink_session *s)
{
	struct udp *u = s->private;

	if (!u)
		return;
	kulink_udp_events_close(s);
	kulink_udp_port_close(&u->ask);
	free(u);
	s->private = NULL;
}

/* The socket for requests; nothing is sent */
static int open_ask(struct kulink_session *s)
{
	struct udp *u = calloc(1, sizeof(*u));
	int error;

	if (!u)
		return -ENOMEM;
	s->private = u;
	u->ask.fd = -1;
	u->events.fd = -1;
	u->epoll = -1;
	u->timer = -1;
	u->kept_tail = &u->kept;
	error = s->host ? resolve_peer(u, s->host) : resolve_here(u, s->root);
	return error ? error : kulink_udp_port_open(s, &u->ask);
}

static int said(struct kulink_session *s, int error)
{
	const struct udp *u = s->private;

	if (error == -ENODEV && u && u->ask.refused) {
		snprintf(s->message, sizeof(s->message), "nobody listens at %.200s",
			 s->host ? s->host : "the port that the module was given");
		return -ENOENT;
	}
	if (error == -ETIMEDOUT)
		snprintf(s->message, sizeof(s->message), "no answer from %.200s",
			 s->host ? s->host : "the kernel");
	return error;
}

static int udp_open(struct kulink_session *s)
{
	int error = open_ask(s);

	if (!error)
		error = said(s, kulink_message_probe(s));
	if (error)
		udp_close(s);
	return error;
}

static int udp_declaration(struct kulink_session *s, char **text, size_t *len)
{
	int error = open_ask(s);

	if (!error)
		error = said(s, kulink_message_text(s->private, KULINK_OP_INFO, text, len));
	udp_close(s);
	return error;
}

static int udp_available(char *why, size_t size)
{
	char port[8];

	if (!kulink_module_parameter("", MODULE, "port", port, sizeof(port)))
		return 0;
	if (why)
		snprintf(why, size, "off: modprobe kulink_udp port=%d (on 127.0.0.1, or bind=ADDRESS)",
			 KULINK_UDP_PORT);
	return -ENOENT;
}

const struct kulink_channel kulink_udp = {
	.info = {
		.name = "udp",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
		.call_max = KULINK_UDP_CALL_MAX,
		.lossy = true,
		.anonymous = true,
		.where = "a UDP port: SERVICE, or SERVICE@HOST:PORT from another machine",
		.who = "whoever reaches the port is others; beyond loopback an address echoes a token first",
		.limits = "off without a port; one datagram a call; lost datagrams are asked for again, lost events told",
	},
	.available = udp_available,
	.open = udp_open,
	.close = udp_close,
	.declaration = udp_declaration,
	.get = kulink_message_get,
	.set = kulink_message_set,
	.call = kulink_message_call,
	.dump = kulink_message_dump,
	.subscribe = kulink_udp_subscribe,
	.unsubscribe = kulink_udp_unsubscribe,
	.fd = kulink_udp_fd,
	.next = kulink_udp_next,
	.sequence = kulink_message_sequence,
};
