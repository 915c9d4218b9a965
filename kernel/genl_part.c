// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink: what a request names, whether its sender may, and why not. */
#include <linux/capability.h>
#include <linux/err.h>
#include <net/sock.h>

#include "genl.h"

/*
 * Whose permission counts: the socket's opener's, as with a file. What an opener may as root
 * needs a sender who is root as well, which is what netlink_capable() asks; else the sender's own
 * credentials decide. NULL: a socket without a file, "others".
 */
const struct cred *kulink_genl_cred(const struct sk_buff *skb)
{
	const struct sock *sk = NETLINK_CB(skb).sk;
	const struct file *file = sk && sk->sk_socket ? sk->sk_socket->file : NULL;

	if (!file)
		return NULL;
	if (file_ns_capable(file, &init_user_ns, CAP_DAC_OVERRIDE) &&
	    !netlink_capable(skb, CAP_DAC_OVERRIDE))
		return current_cred();
	return file->f_cred;
}

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

/*
 * What the driver said, with a sentence. To netlink -EINTR means that no answer is due, and the
 * program would wait for ever: a driver's sleep that a signal has ended is -ERESTART.
 */
int kulink_genl_refusal(struct netlink_ext_ack *extack, const struct nlattr *attr, int err)
{
	switch (err) {
	case -EINTR:
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
		NL_SET_ERR_MSG_ATTR(extack, attr, "interrupted by a signal");
		return -ERESTART;
	case -ENODEV:
		NL_SET_ERR_MSG_ATTR(extack, attr, "the service is gone");
		return err;
	case -ENOMEM:
	case -ENOBUFS:
		NL_SET_ERR_MSG_ATTR(extack, attr, "no memory for the answer");
		return err;
	default:
		NL_SET_ERR_MSG_ATTR(extack, attr, "the driver refused");
		return err;
	}
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
			part = kulink_resolve(*service, kulink_genl_cred(skb),
					      MAY_READ | MAY_WRITE, kind, name, want);
			if (part < 0)
				explain(extack, attr, kind, part);
		}
	}
	if (part < 0)
		kulink_service_put(*service);
	return part;
}
