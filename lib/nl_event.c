// SPDX-License-Identifier: MIT
/*
 * Netlink: events. A subscription is a multicast group joined: the events of all services come, and
 * ours are taken. What the socket had no room for netlink drops: it says ENOBUFS once, then nothing
 * more until the socket is empty. Only then are the sequences asked for, or the next drop would
 * hide behind this one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "nl.h"

int kulink_nl_events_init(struct kulink_nl_events *e, const struct kulink_info *info)
{
	e->wanted = calloc(kulink_part_count(info, KULINK_EVENTS) + 1, sizeof(*e->wanted));
	e->cells = kulink_event_cells(info);
	return e->wanted && e->cells ? 0 : -ENOMEM;
}

void kulink_nl_events_free(struct kulink_nl_events *e)
{
	if (e->socket)
		mnl_socket_close(e->socket);
	free(e->wanted);
	free(e->cells);
	free(e->datagram);
}

static int events_open(struct kulink_nl_events *e)
{
	int error;

	if (e->socket)
		return 0;
	if (!e->datagram)
		e->datagram = malloc(NL_BUFFER);
	if (!e->datagram)
		return -ENOMEM;
	e->socket = mnl_socket_open2(e->protocol, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!e->socket)
		return -errno;
	if (mnl_socket_bind(e->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		error = -errno;
		mnl_socket_close(e->socket);
		e->socket = NULL;
		return error;
	}
	return 0;
}

/* Index of the group that carries an event */
static int group_of(const struct kulink_part *event)
{
	return !(event->mode & 0004);
}

static int join(struct kulink_session *s, struct kulink_nl_events *e, int group)
{
	int error;

	if (e->joined[group])
		return 0;
	error = events_open(e);
	if (error)
		return error;
	if (mnl_socket_setsockopt(e->socket, NETLINK_ADD_MEMBERSHIP, &e->groups[group],
				  sizeof(e->groups[group])) < 0) {
		if (errno != EPERM)
			return -errno;
		snprintf(s->message, sizeof(s->message),
			 "before Linux 6.8 events that are not for everyone take CAP_NET_ADMIN");
		return -EACCES;
	}
	e->joined[group] = true;
	return 0;
}

/* Asked first for permission, then, as a member, for the baseline. */
static int subscribe(struct kulink_session *s, struct kulink_nl_events *e,
		     const struct kulink_part *event, uint64_t *seq)
{
	int error = e->sequence(s, event, seq);

	if (!error && !e->joined[group_of(event)]) {
		error = join(s, e, group_of(event));
		if (!error)
			error = e->sequence(s, event, seq);
	}
	return error;
}

int kulink_nl_subscribe(struct kulink_session *s, struct kulink_nl_events *e,
			const struct kulink_part *event, uint64_t *seq)
{
	const struct kulink_info *info = s->info;
	size_t i, index = 0;
	uint64_t so_far;
	int error;

	error = events_open(e);
	for (i = 0; i < info->n_parts && !error; i++) {
		if (info->parts[i].kind != KULINK_EVENTS)
			continue;
		if (!event || event == &info->parts[i]) {
			error = subscribe(s, e, &info->parts[i], &so_far);
			if (!error) {
				e->wanted[index] = true;
				seq[index] = so_far;
			}
			if (!event && error == -EACCES)
				error = 0;
		}
		index++;
	}
	return error;
}

int kulink_nl_unsubscribe(struct kulink_session *s, struct kulink_nl_events *e,
			  const struct kulink_part *event)
{
	const struct kulink_info *info = s->info;
	bool needed[2] = { false };
	size_t i, index = 0;

	for (i = 0; i < info->n_parts; i++) {
		if (info->parts[i].kind != KULINK_EVENTS)
			continue;
		if (!event || event == &info->parts[i])
			e->wanted[index] = false;
		needed[group_of(&info->parts[i])] |= e->wanted[index++];
	}
	for (i = 0; i < 2; i++) {
		if (needed[i] || !e->joined[i])
			continue;
		if (mnl_socket_setsockopt(e->socket, NETLINK_DROP_MEMBERSHIP, &e->groups[i],
					  sizeof(e->groups[i])) < 0)
			return -errno;
		e->joined[i] = false;
	}
	return 0;
}

int kulink_nl_fd(const struct kulink_nl_events *e)
{

	return e->socket ? mnl_socket_get_fd(e->socket) : -EINVAL;
}

/* A datagram from the kernel; @size 0: throw away the one that was looked at. */
static int receive(struct kulink_nl_events *e, size_t size, int flags)
{
	struct sockaddr_nl from = { .nl_family = AF_NETLINK };
	struct iovec iov = { .iov_base = e->datagram, .iov_len = size };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1,
	};
	ssize_t n;

	for (;;) {
		n = recvmsg(mnl_socket_get_fd(e->socket), &msg, flags | MSG_DONTWAIT);
		if (n >= 0)
			break;
		if (errno == ENOBUFS)
			e->overrun = true;
		else if (errno != EINTR)
			return -errno;
	}
	if (size && (from.nl_pid || msg.msg_flags & MSG_TRUNC)) {
		e->overrun |= !from.nl_pid;	/* ours, and too long */
		n = 0;
	}
	return n;
}

/*
 * The next message, or NULL and *@error. A datagram stays in the socket until its last message is
 * taken, so that the descriptor remains readable as long as there is something.
 */
static const struct nlmsghdr *next_message(struct kulink_nl_events *e, int *error)
{
	const struct nlmsghdr *nlh;

	while (!mnl_nlmsg_ok(e->at, e->left)) {
		e->left = receive(e, NL_BUFFER, MSG_PEEK);
		if (e->left < 0) {
			*error = e->left;
			e->left = 0;
			return NULL;
		}
		e->at = (const struct nlmsghdr *)e->datagram;
		if (!mnl_nlmsg_ok(e->at, e->left))
			receive(e, 0, 0);
	}
	nlh = e->at;
	e->at = mnl_nlmsg_next(nlh, &e->left);
	if (!mnl_nlmsg_ok(e->at, e->left))
		receive(e, 0, 0);
	return nlh;
}

int kulink_nl_next(struct kulink_session *s, struct kulink_nl_events *e,
		   struct kulink_raw_event *event)
{
	const struct nlmsghdr *nlh;
	int error;

	*event = (struct kulink_raw_event){ 0 };
	if (!e->socket)
		return -EAGAIN;
	error = e->more ? e->more(s, event) : -EAGAIN;
	if (error != -EAGAIN)
		return error;
	do {
		nlh = next_message(e, &error);
		if (nlh)
			error = e->take(s, nlh, event);
	} while (nlh && error == -EAGAIN);
	if (error != -EAGAIN || !e->overrun)
		return error;
	e->overrun = false;
	event->overrun = true;
	return 0;
}
