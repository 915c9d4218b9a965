// SPDX-License-Identifier: MIT
/* genl: the family's numbers, a request and its answers, the sentence that comes with an error. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "genl.h"

static void say(struct genl_request *r, const char *text)
{
	snprintf(r->message, sizeof(r->message), "%s", text);
}

static struct nlmsghdr *header(struct genl_request *r, uint16_t type, uint16_t flags, uint8_t cmd,
			       uint8_t version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(r->buffer);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++r->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

struct nlmsghdr *kulink_genl_request(struct genl_request *r, uint8_t cmd, uint16_t flags,
				     const char *service, const char *part)
{
	struct nlmsghdr *nlh = header(r, r->family, flags, cmd, KULINK_GENL_VERSION);

	if (service)
		mnl_attr_put_strz(nlh, KULINK_A_SERVICE, service);
	if (part)
		mnl_attr_put_strz(nlh, KULINK_A_PART, part);
	return nlh;
}

/* The sentence is behind the error: after the request's copy, unless that was left out. */
static void take_sentence(struct genl_request *r, const struct nlmsghdr *nlh, size_t offset)
{
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || offset > mnl_nlmsg_get_payload_len(nlh))
		return;
	mnl_attr_for_each(attr, nlh, offset) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			say(r, mnl_attr_get_str(attr));
	}
}

static int take_error(struct genl_request *r, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	size_t offset = sizeof(*error);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*error))
		return -EPROTO;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) && error->msg.nlmsg_len > sizeof(error->msg))
		offset += MNL_ALIGN(error->msg.nlmsg_len - sizeof(error->msg));
	if (error->error)
		take_sentence(r, nlh, offset);
	return error->error;
}

static int take_done(struct genl_request *r, const struct nlmsghdr *nlh)
{
	const int *error = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*error))
		return 0;
	if (*error < 0)
		take_sentence(r, nlh, sizeof(*error));
	return *error < 0 ? *error : 0;
}

static int receive(struct genl_request *r, int *len)
{
	do {
		*len = mnl_socket_recvfrom(r->socket, r->buffer, GENL_BUFFER);
	} while (*len < 0 && errno == EINTR);
	return *len < 0 ? -errno : 0;
}

/* One message of an answer. True: the last one */
static bool take(struct genl_request *r, const struct nlmsghdr *nlh,
		 int (*each)(void *ctx, const struct nlmsghdr *nlh), void *ctx, int *result)
{
	int error = 0;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR && !*result)
		*result = -EAGAIN;
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		error = take_error(r, nlh);
		break;
	case NLMSG_DONE:
		error = take_done(r, nlh);
		break;
	default:
		if (!*result && each && nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			*result = each(ctx, nlh);
		return false;
	}
	if (error)
		*result = error;
	return true;
}

int kulink_genl_transact(struct genl_request *r, struct nlmsghdr *request,
			 int (*each)(void *ctx, const struct nlmsghdr *nlh), void *ctx)
{
	const struct nlmsghdr *nlh;
	int len, error, result = 0;

	r->message[0] = '\0';
	while (mnl_socket_sendto(r->socket, request, request->nlmsg_len) < 0)
		if (errno != EINTR)
			return -errno;
	for (;;) {
		error = receive(r, &len);
		if (error)
			return error;
		nlh = (const struct nlmsghdr *)r->buffer;
		for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
			/* What an earlier request left behind is not ours. */
			if (nlh->nlmsg_seq == r->seq && take(r, nlh, each, ctx, &result))
				return result;
		}
	}
}

static int take_group(struct genl_request *r, const struct nlattr *nest)
{
	const struct nlattr *attr;
	const char *name = "";
	uint32_t id = 0;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			name = mnl_attr_get_str(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			id = mnl_attr_get_u32(attr);
	}
	if (!strcmp(name, KULINK_GENL_EVENTS))
		r->groups[0] = id;
	if (!strcmp(name, KULINK_GENL_EVENTS_RESTRICTED))
		r->groups[1] = id;
	return 0;
}

static int take_family(void *ctx, const struct nlmsghdr *nlh)
{
	const struct nlattr *attr, *group;
	struct genl_request *r = ctx;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
			r->family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(group, attr)
			take_group(r, group);
	}
	return r->family ? 0 : -EPROTO;
}

/* Asking by name loads the module if there is one. */
static int resolve(struct genl_request *r)
{
	struct nlmsghdr *nlh = header(r, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY, 1);
	int error;

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, KULINK_GENL_NAME);
	error = kulink_genl_transact(r, nlh, take_family, r);
	if (error == -ENOENT)
		say(r, "the kernel has no generic netlink family " KULINK_GENL_NAME);
	return error;
}

int kulink_genl_request_open(struct genl_request *r)
{
	int on = 1;
	int error;

	r->buffer = malloc(GENL_BUFFER);
	if (!r->buffer)
		return -ENOMEM;
	r->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!r->socket || mnl_socket_bind(r->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	/* Better answers; an older kernel gives the plain ones. */
	mnl_socket_setsockopt(r->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(r->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(r->socket, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	error = resolve(r);
	return error;
}

void kulink_genl_request_close(struct genl_request *r)
{
	if (r->socket)
		mnl_socket_close(r->socket);
	free(r->buffer);
	r->socket = NULL;
	r->buffer = NULL;
}
