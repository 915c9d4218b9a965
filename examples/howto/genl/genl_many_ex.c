// SPDX-License-Identifier: GPL-2.0-only
/*
 * genl_many: many families, several commands, numbers as attributes
 *
 * Generic netlink is one protocol of netlink's 32, and all its families share it: each gets an id of its own, and a
 * program talks to any of them over one socket. Each command has its own doit and its own policy, and finds its
 * attributes by their number, in whatever order they came.
 *
 * Choose a command of your family for a new thing to do, and a new family for a new subject.
 *
 * Creates	families HOWTO_0, HOWTO_1, ..., as many as the parameter families says
 *
 * What goes wrong: a family that failed to register leaves the ones before it behind; an attribute's number is used
 * again for another type.
 */
#include <linux/genetlink.h>
#include <linux/module.h>
#include <net/genetlink.h>

#include "genl.h"

#define MAX_FAMILIES 256

static uint count = 2;
module_param_named(families, count, uint, 0444);
MODULE_PARM_DESC(families, "how many families, 1 to 256");

static struct genl_family families[MAX_FAMILIES];

static const struct nla_policy subtract_policy[] = {
	[HOWTO_A_FROM] = { .type = NLA_U32 },
	[HOWTO_A_TAKE] = { .type = NLA_U32 },
};

/* The family that a request was sent to; it is registered while its request runs. */
static const struct genl_family *family_of(const struct genl_info *info)
{
	unsigned int i = 0;

	while (families[i].id != info->nlhdr->nlmsg_type)
		i++;
	return &families[i];
}

static struct sk_buff *begin(struct genl_info *info, void **header)
{
	struct sk_buff *reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!reply)
		return NULL;
	*header = genlmsg_put_reply(reply, info, family_of(info), 0, info->genlhdr->cmd);
	return reply;
}

static int finish(struct genl_info *info, struct sk_buff *reply, void *header, int err)
{
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

static int who(struct sk_buff *skb, struct genl_info *info)
{
	void *header;
	struct sk_buff *reply = begin(info, &header);

	if (!reply)
		return -ENOMEM;
	return finish(info, reply, header, nla_put_string(reply, HOWTO_A_NAME, family_of(info)->name));
}

/* The policy says what an attribute must be if it is there; that it must be there, the command says. */
static int subtract(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *header;
	u32 rest;

	if (GENL_REQ_ATTR_CHECK(info, HOWTO_A_FROM) || GENL_REQ_ATTR_CHECK(info, HOWTO_A_TAKE))
		return -EINVAL;
	rest = nla_get_u32(info->attrs[HOWTO_A_FROM]) - nla_get_u32(info->attrs[HOWTO_A_TAKE]);
	reply = begin(info, &header);
	if (!reply)
		return -ENOMEM;
	return finish(info, reply, header, nla_put_u32(reply, HOWTO_A_REST, rest));
}

/* A command without a policy takes no attributes at all. */
static const struct genl_ops ops[] = {
	{ .cmd = HOWTO_C_WHO, .doit = who },
	{
		.cmd = HOWTO_C_SUBTRACT,
		.doit = subtract,
		.policy = subtract_policy,
		.maxattr = ARRAY_SIZE(subtract_policy) - 1,
	},
};

static void unregister(unsigned int n)
{
	while (n--)
		genl_unregister_family(&families[n]);
}

static int __init genl_many_ex_init(void)
{
	unsigned int i;
	int err;

	if (!count || count > MAX_FAMILIES)
		return -EINVAL;
	for (i = 0; i < count; i++) {
		families[i] = (struct genl_family){
			.version = HOWTO_VERSION,
			.ops = ops,
			.n_ops = ARRAY_SIZE(ops),
			.netnsok = true,
			.module = THIS_MODULE,
		};
		snprintf(families[i].name, sizeof(families[i].name), HOWTO_NAME, (u8)i);
		err = genl_register_family(&families[i]);
		if (err) {
			unregister(i);
			return err;
		}
	}
	return 0;
}

static void __exit genl_many_ex_exit(void)
{
	unregister(count);
}

module_init(genl_many_ex_init);
module_exit(genl_many_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: many generic netlink families");
