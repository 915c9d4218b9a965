// SPDX-License-Identifier: GPL-2.0-only
/* The generic netlink family "bench_bare": an echo, and the table as a dump */
#include <linux/module.h>
#include <linux/mutex.h>

#include "compat.h"
#include "driver.h"
#include "genl.h"

static const struct nla_policy policy[] = {
	[BARE_A_DATA]	= { .type = NLA_BINARY },
	[BARE_A_CHUNK]	= NLA_POLICY_RANGE(NLA_U32, BARE_ROW, 16 << 10),
};

static int echo(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *data = info->attrs[BARE_A_DATA];
	struct sk_buff *reply;
	void *head;

	if (!data)
		return -EINVAL;
	reply = genlmsg_new(nla_total_size(nla_len(data)), GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	head = genlmsg_put_reply(reply, info, &bare_family, 0, BARE_C_ECHO);
	if (!head || nla_put(reply, BARE_A_DATA, nla_len(data), nla_data(data))) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, head);
	return genlmsg_reply(reply, info);
}

/* args[0]: how far it has come, args[1]: bytes a message */
static int table_start(struct netlink_callback *cb)
{
	const struct nlattr *chunk = kulink_genl_dump_attrs(cb)[BARE_A_CHUNK];

	cb->args[1] = chunk ? nla_get_u32(chunk) : 3000;
	/* the first message must fit before it is known how much the program can take */
	cb->min_dump_alloc = nla_total_size(cb->args[1]) + NLMSG_ALIGN(GENL_HDRLEN) + NLMSG_HDRLEN;
	return 0;
}

static int put_chunk(struct sk_buff *skb, struct netlink_callback *cb, const void *bytes, size_t len)
{
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &bare_family,
				 NLM_F_MULTI, BARE_C_TABLE);

	if (!head)
		return -EMSGSIZE;
	if (nla_put(skb, BARE_A_DATA, len, bytes)) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

static int table_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const void *rows;
	size_t bytes, len;

	mutex_lock(&bare_table_lock);
	rows = bare_table_rows(&bytes);
	while (cb->args[0] < bytes) {
		len = min_t(size_t, cb->args[1], bytes - cb->args[0]);
		if (put_chunk(skb, cb, rows + cb->args[0], len))
			break;
		cb->args[0] += len;
	}
	mutex_unlock(&bare_table_lock);
	return skb->len;
}

static const struct genl_ops ops[] = {
	{ .cmd = BARE_C_ECHO, .doit = echo },
	{ .cmd = BARE_C_TABLE, .start = table_start, .dumpit = table_dump },
};

static const struct genl_multicast_group groups[] = { { .name = BARE_GROUP } };

struct genl_family bare_family = {
	.name		= BARE_FAMILY,
	.version	= 1,
	.maxattr	= BARE_A_MAX,
	.policy		= policy,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.resv_start_op	= BARE_C_ECHO,
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
	.module		= THIS_MODULE,
};

static int start(void)
{
	return genl_register_family(&bare_family);
}

static void stop(void)
{
	genl_unregister_family(&bare_family);
}

const struct bare_part bare_genl = { start, stop };
