// SPDX-License-Identifier: MIT
/*
 * packet: a frame is a request, another one its reply. What is not answered is asked again, under
 * the same number, so that nothing is done twice.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "packet.h"

/* What cannot be sent now is lost like any other: it is sent again. */
static int send_frame(void *ctx, const struct kulink_msg *msg)
{
	struct packet *p = ctx;

	if (sendto(p->fd, msg, msg->len, MSG_NOSIGNAL, (const struct sockaddr *)&p->to,
		   sizeof(p->to)) >= 0)
		return 0;
	switch (errno) {
	case EINTR:
	case EWOULDBLOCK:
	case ENOBUFS:
		return 0;
	case ENETDOWN:
	case ENXIO:
		return -ENODEV;
	default:
		return -errno;
	}
}

static int receive(void *ctx, struct kulink_msg **msg)
{
	struct packet *p = ctx;
	int n = kulink_packet_receive(p, p->fd);

	*msg = &p->frame.msg;
	/* what is behind the message fills the frame up */
	return n >= (int)sizeof(**msg) && (*msg)->len < (unsigned int)n ? (int)(*msg)->len : n;
}

/* Our own number, as a port would be, and ids that count from anywhere: others may have the number, too */
static int begin(struct packet *p)
{
	if (getrandom(&p->transport.id, sizeof(p->transport.id), 0) < 0)
		return -errno;
	p->transport.id &= ~0x8000;	/* far from the end */
	return kulink_packet_hear_replies(p->fd, &p->to, p->transport.id >> 16);
}

/* The reply, in p->frame; asked again where the number has turned out to be another program's */
static int ask(struct packet *p, struct kulink_msg *request)
{
	const struct kulink_again again = {
		.send = send_frame, .receive = receive, .fd = p->fd, .ctx = p,
	};
	struct kulink_msg *got;
	int n, error;

	for (;;) {
		n = kulink_again(&again, request, &got);
		if (n < 0 || got->status != ESTALE)
			return n;
		error = begin(p);
		if (error)
			return error;
		request->id = ++p->transport.id;
	}
}

static int exchange(void *ctx, struct kulink_msg *request, struct kulink_msg *reply,
		    size_t *len)
{
	struct packet *p = ctx;
	int n = ask(p, request), error;

	if (n < 0)
		return n;
	memcpy(reply, &p->frame.msg, (size_t)n < *len ? (size_t)n : *len);
	error = (size_t)n > *len ? -EMSGSIZE : 0;
	*len = n;
	/* the next would be another program's */
	if ((p->transport.id & 0xffff) == 0xffff)
		error = begin(p) ? -EIO : error;
	return error;
}

static int mtu(struct packet *p)
{
	struct ifreq request = { .ifr_mtu = 0 };

	if (!if_indextoname(p->to.sll_ifindex, request.ifr_name) ||
	    ioctl(p->fd, SIOCGIFMTU, &request))
		return -errno;
	if (request.ifr_mtu < (int)sizeof(struct kulink_msg))
		return -EMSGSIZE;
	return request.ifr_mtu < KULINK_PACKET_ROOM ? request.ifr_mtu : KULINK_PACKET_ROOM;
}

static void packet_close(struct kulink_session *s)
{
	struct packet *p = s->private;

	if (!p)
		return;
	kulink_packet_events_close(p);
	kulink_transport_free(&p->transport);
	if (p->fd >= 0)
		close(p->fd);
	free(p);
	s->private = NULL;
}

/* Where the module listens, and how that is reached; -ENOENT and why not */
static int find_kernel(const char *root, struct sockaddr_ll *to, char *why, size_t size)
{
	char interface[IF_NAMESIZE];
	int error = kulink_module_parameter(root, "kulink_packet", "interface", interface,
					    sizeof(interface));

	if (error == -ENOENT && why)
		snprintf(why, size, "kulink_packet is not loaded: modprobe kulink_packet interface=NAME");
	if (error)
		return error;
	if (interface[0])
		return kulink_packet_route(root, interface, to, why, size);
	if (why)
		snprintf(why, size, "off until an interface is named: "
			 "echo NAME >/sys/module/kulink_packet/parameters/interface");
	return -ENOENT;
}

static int packet_connect(struct kulink_session *s, struct packet *p)
{
	int error = find_kernel(s->root, &p->to, s->message, sizeof(s->message)), n;

	if (error)
		return error;
	p->fd = kulink_packet_socket();
	if (p->fd < 0) {
		snprintf(s->message, sizeof(s->message), "a packet socket takes CAP_NET_RAW");
		return p->fd;
	}
	n = mtu(p);
	if (n < 0)
		return n;
	p->transport.max = n;
	error = begin(p);
	if (error)
		return error;
	error = kulink_message_probe(s);
	if (error == -ETIMEDOUT)
		snprintf(s->message, sizeof(s->message), "no answer: not of this network namespace?");
	return error == -ETIMEDOUT || error == -ENODEV ? -ENOENT : error;
}

static int packet_open(struct kulink_session *s)
{
	struct packet *p = calloc(1, sizeof(*p));
	int error;

	if (!p)
		return -ENOMEM;
	p->transport = (struct kulink_transport){
		.exchange = exchange, .ctx = p, .service = s->service,
	};
	p->fd = -1;
	p->events = -1;
	p->epoll = -1;
	p->timer = -1;
	s->private = p;
	error = packet_connect(s, p);
	if (error)
		packet_close(s);
	return error;
}

static int packet_available(char *why, size_t size)
{
	struct sockaddr_ll to;
	int error = find_kernel("", &to, why, size), fd;

	if (error)
		return error;
	fd = kulink_packet_socket();
	if (fd >= 0)
		return close(fd);
	if (why)
		snprintf(why, size, fd == -EACCES ? "a packet socket takes CAP_NET_RAW" :
			 "no packet sockets here: %s", strerror(-fd));
	return fd;
}

const struct kulink_channel kulink_packet = {
	.info = {
		.name = "packet",
		.carries = KULINK_CALLS | KULINK_EVENTS,
		.call_max = KULINK_PACKET_CALL_MAX,
		.lossy = true,
		.anonymous = true,
		.where = "frames of EtherType 0x88b5 on the interface that the administrator names",
		.who = "programs with CAP_NET_RAW, and every station on the wire: they are others",
		.limits = "off until an interface is named; one frame a call (the interface's MTU), an Ethernet's holds 1420 bytes",
	},
	.available = packet_available,
	.open = packet_open,
	.close = packet_close,
	.call = kulink_message_call,
	.subscribe = kulink_packet_subscribe,
	.unsubscribe = kulink_packet_unsubscribe,
	.fd = kulink_packet_fd,
	.next = kulink_packet_next,
	.sequence = kulink_message_sequence,
};
