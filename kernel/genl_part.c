// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink: what a request names, whether its sender may, and why not. */
#include <linux/err.h>

#include "genl.h"

/* By the declaration for a driver's own family: its dumps outlive struct kulink_genl. */
bool kulink_genl_reaches(const struct kulink_genl_family *family, struct kulink_service *service)
{
	if (family->desc)
		return kulink_desc_of(service) == family->desc;
	return kulink_published(service, &family->impl->channel);
}

/* Strings come NUL-terminated, by the policy; nothing may follow the NUL. */
static const char *name_of(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	const char *name = nla_data(attr);

	if (strlen(name) + 1 == nla_len(attr))
		return name;
	NL_SET_ERR_MSG_ATTR(extack, attr, "bytes after the string's NUL");
	return ERR_PTR(-EINVAL);
}

/* The service that a request names, with a reference, or ERR_PTR with a sentence. */
struct kulink_service *kulink_genl_service(const struct nlmsghdr *nlh, struct nlattr **attrs,
					   struct netlink_ext_ack *extack)
{
	struct kulink_genl *genl = kulink_genl_of(nlh);
	struct nlattr *attr = attrs[KULINK_A_SERVICE];
	struct kulink_service *service;
	const char *name;

	if (!attr) {
		NL_SET_ERR_ATTR_MISS(extack, NULL, KULINK_A_SERVICE);
		NL_SET_ERR_MSG(extack, "the service is missing (KULINK_A_SERVICE)");
		return ERR_PTR(-EINVAL);
	}
	name = name_of(attr, extack);
	if (IS_ERR(name))
		return ERR_CAST(name);

	service = kulink_service_find(name);
	if (service && genl && kulink_genl_reaches(genl->family, service))
		return service;
	if (service)
		kulink_service_put(service);
	NL_SET_ERR_MSG_ATTR(extack, attr, "no such service, or not published on this family");
	return ERR_PTR(-ENOENT);
}

static void explain(struct netlink_ext_ack *extack, const struct nlattr *attr, u32 kind, int err)
{
	if (err == -EACCES)
		NL_SET_ERR_MSG_ATTR(extack, attr, "the part's mode does not allow this to you");
	else if (err == -ENODEV)
		NL_SET_ERR_MSG_ATTR(extack, attr, "the service is gone");
	else if (kind == KULINK_VALUES)
		NL_SET_ERR_MSG_ATTR(extack, attr, "the service has no such value");
	else if (kind == KULINK_TABLES)
		NL_SET_ERR_MSG_ATTR(extack, attr, "the service has no such table");
	else if (kind == KULINK_CALLS)
		NL_SET_ERR_MSG_ATTR(extack, attr, "the service has no such call");
	else
		NL_SET_ERR_MSG_ATTR(extack, attr, "the service has no such event");
}

/*
 * The part of @kind that a request names, permitted for @want: its index and a reference in
 * *@service, or -errno with a sentence.
 */
int kulink_genl_part(struct sk_buff *skb, const struct nlmsghdr *nlh, struct nlattr **attrs,
		     struct netlink_ext_ack *extack, u32 kind, int want,
		     struct kulink_service **service)
{
	struct nlattr *attr = attrs[KULINK_A_PART];
	const char *name;
	int part;

	*service = kulink_genl_service(nlh, attrs, extack);
	if (IS_ERR(*service))
		return PTR_ERR(*service);

	if (!attr) {
		NL_SET_ERR_ATTR_MISS(extack, NULL, KULINK_A_PART);
		NL_SET_ERR_MSG(extack, "the part is missing (KULINK_A_PART)");
		part = -EINVAL;
	} else {
		name = name_of(attr, extack);
		part = PTR_ERR_OR_ZERO(name);
		if (!part) {
			part = kulink_resolve(*service, kulink_nl_cred(skb),
					      MAY_READ | MAY_WRITE, kind, name, want);
			if (part < 0)
				explain(extack, attr, kind, part);
		}
	}
	if (part < 0)
		kulink_service_put(*service);
	return part;
}
