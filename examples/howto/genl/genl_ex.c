// SPDX-License-Identifier: GPL-2.0-only
/*
 * genl: generic netlink, commands with typed attributes over a socket
 *
 * A program asks the controller (family "nlctrl", always number 16) which id the family's name has today, and sends its
 * command there. The kernel holds the attributes against the policy and calls the command's doit, still inside the
 * sender's sendmsg(). What doit sends is in the sender's queue before the ACK, if one was asked for.
 *
 * Choose it for control and for events: types are checked, attributes can be added later without breaking a program,
 * and every language has a client. For bulk data there are a device's read() and mmap().
 *
 * Creates	the family CONTROL_EXMPL with one command, echo, for anybody and in every network namespace
 *
 * What goes wrong: the id is remembered over a reload of the module; an attribute is used that did not come; a string's
 * policy forgets that NLA_STRING need not end in NUL; new commands trust the header's reserved field; the log is filled
 * by whoever likes to.
 */
#include <linux/genetlink.h>
#include <linux/module.h>
#include <net/genetlink.h>

#include "genl.h"

#define MAX_TEXT 255	/* without NUL */

static struct genl_family family;

static const struct nla_policy policy[] = {
	[DOC_EXMPL_A_MSG] = { .type = NLA_NUL_STRING, .len = MAX_TEXT },
};

/*
 * The message comes first in the answer, which old programs take for granted, and the answer's number is the request's
 * and one, as it was in 2008; genlmsg_put_reply() would repeat the request's, which is today's way.
 */
static int answer(struct genl_info *info, const char *text)
{
	struct sk_buff *reply = genlmsg_new(nla_total_size(strlen(text) + 1), GFP_KERNEL);
	void *header;

	if (!reply)
		return -ENOMEM;
	header = genlmsg_put(reply, 0, info->snd_seq + 1, &family, 0, DOC_EXMPL_C_ECHO);
	if (!header || nla_put_string(reply, DOC_EXMPL_A_MSG, text)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

/* In the sender's context, one request of this family at a time. */
static int echo(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *message = info->attrs[DOC_EXMPL_A_MSG];

	if (message)
		pr_info_ratelimited("received: %s\n", (const char *)nla_data(message));
	else
		pr_info_ratelimited("no info->attrs %d\n", DOC_EXMPL_A_MSG);
	return answer(info, "hello world from kernel space");
}

/* No .flags: GENL_ADMIN_PERM would keep ordinary users out. No .validate: the strict checks of today. */
static const struct genl_small_ops ops[] = {
	{ .cmd = DOC_EXMPL_C_ECHO, .doit = echo },
};

static struct genl_family family = {
	.name		= DOC_EXMPL_NAME,
	.version	= DOC_EXMPL_VERSION,
	.maxattr	= DOC_EXMPL_A_MSG,
	.policy		= policy,
	.small_ops	= ops,
	.n_small_ops	= ARRAY_SIZE(ops),
	.netnsok	= true,
	.module		= THIS_MODULE,
	/* Programs of 2008 leave the header's reserved field as they found it: from this command on it must be 0. */
	.resv_start_op	= DOC_EXMPL_C_ECHO + 1,
};

static int __init genl_ex_init(void)
{
	pr_info("INIT GENERIC NETLINK EXEMPLE MODULE\n");
	return genl_register_family(&family);
}

/* Waits for a request that is under way. Sockets stay open and hear -ENOENT. */
static void __exit genl_ex_exit(void)
{
	genl_unregister_family(&family);
	pr_info("EXIT GENERIC NETLINK EXEMPLE MODULE\n");
}

module_init(genl_ex_init);
module_exit(genl_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a generic netlink family");
