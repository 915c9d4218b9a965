// SPDX-License-Identifier: MIT
/* Netlink: a request and its answers, the sentence that comes with an error. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "nl.h"

static void say(struct kulink_nl *nl, const char *text)
{
	snprintf(nl->message, sizeof(nl->message), "%s", text);
}

struct nlmsghdr *kulink_nl_begin(struct kulink_nl *nl, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(nl->buffer);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++nl->seq;
	return nlh;
}

/* The sentence is behind the error: after the request's copy, unless that was left out. */
static void take_sentence(struct kulink_nl *nl, const struct nlmsghdr *nlh, size_t offset)
{
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || offset > mnl_nlmsg_get_payload_len(nlh))
		return;
	mnl_attr_for_each(attr, nlh, offset) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			say(nl, mnl_attr_get_str(attr));
	}
}

static int take_error(struct kulink_nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	size_t offset = sizeof(*error);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*error))
		return -EPROTO;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) && error->msg.nlmsg_len > sizeof(error->msg))
		offset += MNL_ALIGN(error->msg.nlmsg_len - sizeof(error->msg));
	if (error->error)
		take_sentence(nl, nlh, offset);
	return error->error;
}

static int take_done(struct kulink_nl *nl, const struct nlmsghdr *nlh)
{
	const int *error = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*error))
		return 0;
	if (*error < 0)
		take_sentence(nl, nlh, sizeof(*error));
	return *error < 0 ? *error : 0;
}

static int receive(struct kulink_nl *nl, int *len)
{
	do {
		*len = mnl_socket_recvfrom(nl->socket, nl->buffer, NL_BUFFER);
	} while (*len < 0 && errno == EINTR);
	return *len < 0 ? -errno : 0;
}

/* One message of an answer, perhaps the @only one. True: the last one */
static bool take(struct kulink_nl *nl, const struct nlmsghdr *nlh, bool only,
		 int (*each)(void *ctx, const struct nlmsghdr *nlh), void *ctx, int *result)
{
	int error = 0;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR && !*result)
		*result = -EAGAIN;
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		error = take_error(nl, nlh);
		break;
	case NLMSG_DONE:
		error = take_done(nl, nlh);
		break;
	default:
		if (!*result && each && nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			*result = each(ctx, nlh);
		return only;
	}
	if (error)
		*result = error;
	return true;
}

static void close_socket(struct kulink_nl *nl)
{
	if (nl->socket)
		mnl_socket_close(nl->socket);
	nl->socket = NULL;
}

static int open_socket(struct kulink_nl *nl)
{
	int error, on = 1;

	nl->socket = mnl_socket_open2(nl->protocol, SOCK_CLOEXEC);
	if (!nl->socket)
		return -errno;
	if (mnl_socket_bind(nl->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		error = -errno;
		close_socket(nl);
		return error;
	}
	/* Better answers; an older kernel gives the plain ones. */
	mnl_socket_setsockopt(nl->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->socket, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return 0;
}

int kulink_nl_transact(struct kulink_nl *nl, struct nlmsghdr *request,
			 int (*each)(void *ctx, const struct nlmsghdr *nlh), void *ctx)
{
	bool only = !(request->nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP));
	const struct nlmsghdr *nlh;
	int len, error, result = 0;

	nl->message[0] = '\0';
	error = nl->socket ? 0 : open_socket(nl);
	if (error)
		return error;
	while (mnl_socket_sendto(nl->socket, request, request->nlmsg_len) < 0)
		if (errno != EINTR)
			return -errno;
	for (;;) {
		error = receive(nl, &len);
		if (error) {
			/* a dump that goes on would be in the next one's way */
			close_socket(nl);
			return error;
		}
		nlh = (const struct nlmsghdr *)nl->buffer;
		for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
			/* What an earlier request left behind is not ours. */
			if (nlh->nlmsg_seq == nl->seq && take(nl, nlh, only, each, ctx, &result))
				return result;
		}
	}
}

int kulink_nl_open(struct kulink_nl *nl, int protocol)
{
	nl->protocol = protocol;
	nl->buffer = malloc(NL_BUFFER);
	return nl->buffer ? open_socket(nl) : -ENOMEM;
}

void kulink_nl_close(struct kulink_nl *nl)
{
	close_socket(nl);
	free(nl->buffer);
	nl->buffer = NULL;
}
