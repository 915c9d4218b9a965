// SPDX-License-Identifier: MIT
/*
 * genl: events. A subscription is a multicast group joined: the events of all services come, and
 * ours are taken. What the socket had no room for netlink drops: it says ENOBUFS once, then nothing
 * more until the socket is empty. Only then are the sequences asked for, or the next drop would
 * hide behind this one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "genl.h"

static int take_seq(void *ctx, const struct nlmsghdr *nlh)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];
	int error = kulink_genl_attrs(nlh, attrs);

	if (error)
		return error;
	if (!attrs[KULINK_A_SEQ])
		return -EPROTO;
	*(uint64_t *)ctx = mnl_attr_get_u64(attrs[KULINK_A_SEQ]);
	return 0;
}

int kulink_genl_sequence(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	return kulink_genl_ask(s, kulink_genl_begin(s, KULINK_CMD_GET_SEQUENCE, NLM_F_ACK,
						    event->name),
			       take_seq, seq);
}

static int events_open(struct genl *g)
{
	if (g->events)
		return 0;
	if (!g->datagram)
		g->datagram = malloc(GENL_BUFFER);
	if (!g->datagram)
		return -ENOMEM;
	g->events = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!g->events)
		return -errno;
	return mnl_socket_bind(g->events, 0, MNL_SOCKET_AUTOPID) < 0 ? -errno : 0;
}

/* Index of the group that carries an event */
static int group_of(const struct kulink_part *event)
{
	return !(event->mode & 0004);
}

static int join(struct kulink_session *s, int group)
{
	struct genl *g = s->private;
	int error;

	if (g->joined[group])
		return 0;
	error = events_open(g);
	if (error)
		return error;
	if (mnl_socket_setsockopt(g->events, NETLINK_ADD_MEMBERSHIP, &g->request.groups[group],
				  sizeof(g->request.groups[group])) < 0) {
		if (errno != EPERM)
			return -errno;
		snprintf(s->message, sizeof(s->message),
			 "before Linux 6.8 events that are not for everyone take CAP_NET_ADMIN");
		return -EACCES;
	}
	g->joined[group] = true;
	return 0;
}

/* Asked first for permission, then, as a member, for the baseline. */
static int subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct genl *g = s->private;
	int error = kulink_genl_sequence(s, event, seq);

	if (!error && !g->joined[group_of(event)]) {
		error = join(s, group_of(event));
		if (!error)
			error = kulink_genl_sequence(s, event, seq);
	}
	return error;
}

int kulink_genl_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	const struct kulink_info *info = s->info;
	struct genl *g = s->private;
	size_t i, index = 0;
	uint64_t so_far;
	int error;

	error = events_open(g);
	for (i = 0; i < info->n_parts && !error; i++) {
		if (info->parts[i].kind != KULINK_EVENTS)
			continue;
		if (!event || event == &info->parts[i]) {
			error = subscribe(s, &info->parts[i], &so_far);
			if (!error) {
				g->wanted[index] = true;
				seq[index] = so_far;
			}
			if (!event && error == -EACCES)
				error = 0;
		}
		index++;
	}
	return error;
}

int kulink_genl_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	const struct kulink_info *info = s->info;
	struct genl *g = s->private;
	bool needed[2] = { false };
	size_t i, index = 0;

	for (i = 0; i < info->n_parts; i++) {
		if (info->parts[i].kind != KULINK_EVENTS)
			continue;
		if (!event || event == &info->parts[i])
			g->wanted[index] = false;
		needed[group_of(&info->parts[i])] |= g->wanted[index++];
	}
	for (i = 0; i < 2; i++) {
		if (needed[i] || !g->joined[i])
			continue;
		if (mnl_socket_setsockopt(g->events, NETLINK_DROP_MEMBERSHIP, &g->request.groups[i],
					  sizeof(g->request.groups[i])) < 0)
			return -errno;
		g->joined[i] = false;
	}
	return 0;
}

int kulink_genl_fd(struct kulink_session *s)
{
	struct genl *g = s->private;

	return g->events ? mnl_socket_get_fd(g->events) : -EINVAL;
}

/* A datagram from the kernel; @size 0: throw away the one that was looked at. */
static int receive(struct genl *g, size_t size, int flags)
{
	struct sockaddr_nl from = { .nl_family = AF_NETLINK };
	struct iovec iov = { .iov_base = g->datagram, .iov_len = size };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1,
	};
	ssize_t n;

	for (;;) {
		n = recvmsg(mnl_socket_get_fd(g->events), &msg, flags | MSG_DONTWAIT);
		if (n >= 0)
			break;
		if (errno == ENOBUFS)
			g->overrun = true;
		else if (errno != EINTR)
			return -errno;
	}
	if (size && (from.nl_pid || msg.msg_flags & MSG_TRUNC)) {
		g->overrun |= !from.nl_pid;	/* ours, and too long */
		n = 0;
	}
	return n;
}

/*
 * The next message, or NULL and *@error. A datagram stays in the socket until its last message is
 * taken, so that the descriptor remains readable as long as there is something.
 */
static const struct nlmsghdr *next_message(struct genl *g, int *error)
{
	const struct nlmsghdr *nlh;

	while (!mnl_nlmsg_ok(g->at, g->left)) {
		g->left = receive(g, GENL_BUFFER, MSG_PEEK);
		if (g->left < 0) {
			*error = g->left;
			g->left = 0;
			return NULL;
		}
		g->at = (const struct nlmsghdr *)g->datagram;
		if (!mnl_nlmsg_ok(g->at, g->left))
			receive(g, 0, 0);
	}
	nlh = g->at;
	g->at = mnl_nlmsg_next(nlh, &g->left);
	if (!mnl_nlmsg_ok(g->at, g->left))
		receive(g, 0, 0);
	return nlh;
}

static int take_event(struct kulink_session *s, const struct nlattr **attrs,
		      struct kulink_raw_event *event)
{
	struct genl *g = s->private;
	const struct kulink_part *part = NULL;

	if (attrs[KULINK_A_PART])
		part = kulink_part_find(s->info, KULINK_EVENTS,
					mnl_attr_get_str(attrs[KULINK_A_PART]));
	if (!part || !g->wanted[kulink_part_index(s->info, part)])
		return -EAGAIN;
	if (!attrs[KULINK_A_SEQ] || !attrs[KULINK_A_NS] || !attrs[KULINK_A_RECORD])
		return -EPROTO;
	event->part = part;
	event->seq = mnl_attr_get_u64(attrs[KULINK_A_SEQ]);
	event->ns = mnl_attr_get_u64(attrs[KULINK_A_NS]);
	event->cells = g->cells;
	kulink_record_names(part, g->cells);
	return kulink_genl_cells(part, attrs[KULINK_A_RECORD], g->cells, NULL);
}

/* -EAGAIN: not for us */
static int take(struct kulink_session *s, const struct nlmsghdr *nlh,
		struct kulink_raw_event *event)
{
	const struct nlattr *attrs[KULINK_A_MAX + 1];
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct genl *g = s->private;

	if (nlh->nlmsg_type != g->request.family)
		return -EAGAIN;
	if (kulink_genl_attrs(nlh, attrs))
		return -EPROTO;
	if (!attrs[KULINK_A_SERVICE] ||
	    strcmp(mnl_attr_get_str(attrs[KULINK_A_SERVICE]), s->service))
		return -EAGAIN;
	if (genl->cmd == KULINK_CMD_EVENT)
		return take_event(s, attrs, event);
	event->gone = genl->cmd == KULINK_CMD_GONE;
	return event->gone ? 0 : -EAGAIN;
}

int kulink_genl_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct genl *g = s->private;
	const struct nlmsghdr *nlh;
	int error;

	*event = (struct kulink_raw_event){ 0 };
	if (!g->events)
		return -EAGAIN;
	do {
		nlh = next_message(g, &error);
		if (nlh)
			error = take(s, nlh, event);
	} while (nlh && error == -EAGAIN);
	if (error != -EAGAIN || !g->overrun)
		return error;
	g->overrun = false;
	event->overrun = true;
	return 0;
}
