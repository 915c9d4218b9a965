// SPDX-License-Identifier: MIT
/* genl: the family's numbers, and a request to it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "genl.h"

static struct nlmsghdr *header(struct genl_request *r, uint16_t type, uint16_t flags, uint8_t cmd,
			       uint8_t version)
{
	struct nlmsghdr *nlh = kulink_nl_begin(&r->nl, type, flags);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

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
		r->groups[0] = r->groups[0] ? r->groups[0] : id;
	if (!strcmp(name, KULINK_GENL_EVENTS_RESTRICTED))
		r->groups[1] = r->groups[1] ? r->groups[1] : id;
	/* the same events for less, where the kernel has them */
	if (!strcmp(name, KULINK_GENL_PACKED))
		r->groups[0] = id;
	if (!strcmp(name, KULINK_GENL_PACKED_RESTRICTED))
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
	error = kulink_nl_transact(&r->nl, nlh, take_family, r);
	if (error == -ENOENT)
		snprintf(r->nl.message, sizeof(r->nl.message),
			 "the kernel has no generic netlink family " KULINK_GENL_NAME);
	return error;
}

int kulink_genl_request_open(struct genl_request *r)
{
	int error = kulink_nl_open(&r->nl, NETLINK_GENERIC);

	return error ? error : resolve(r);
}
