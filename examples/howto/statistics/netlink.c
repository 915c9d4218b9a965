// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fourth way: generic netlink, a dump in several messages, and an alarm that nobody had to ask for
 *
 * A request with NLM_F_DUMP makes the kernel call dump() again and again: each call fills a buffer, the program reads
 * it, and reading asks for the next, until NLMSG_DONE. The alarm goes to all who joined the group "alarms".
 *
 * Choose it when the kernel has something to say by itself, or when attributes must be able to grow. For a table that
 * is only asked for, ioctl.c is quicker.
 *
 * Creates	the family "statistics", a dump command for all, the group "alarms" for all; the parameter batch
 *
 * What goes wrong: a message that does not fit into the first buffer (3.7 KB as long as the program has not read into
 * a larger one) would end the dump with nothing in it and no error; hence min_dump_alloc, and EMSGSIZE instead of 0.
 * A multicast to a full socket is lost, and that reader's next recv() says ENOBUFS; a dump waits and loses nothing.
 * Without parallel_ops, every dump would hold a mutex that all families share.
 */
#include <linux/module.h>
#include <net/genetlink.h>

#include "statistics_ex.h"

static unsigned int batch = 128;
module_param(batch, uint, 0444);
MODULE_PARM_DESC(batch, "records in one message of a dump, 1 to 1024; 1 is the usual form");

static struct genl_family family;

static int put_records(struct sk_buff *skb, struct netlink_callback *cb, unsigned int first, unsigned int count)
{
	struct nlattr *attribute;
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &family, NLM_F_MULTI,
			     STATISTICS_C_GET);
	if (!header)
		return -EMSGSIZE;
	attribute = nla_reserve(skb, STATISTICS_A_RECORDS, count * sizeof(struct statistics_record));
	if (!attribute) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	statistics_copy(nla_data(attribute), first, count);
	genlmsg_end(skb, header);
	return 0;
}

static int dump_start(struct netlink_callback *cb)
{
	int payload = nla_total_size(batch * sizeof(struct statistics_record));

	cb->min_dump_alloc = nlmsg_total_size(genlmsg_total_size(payload));
	return 0;
}

/* args[0] is ours: the first record of the next call. */
static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	while (cb->args[0] < statistics_records) {
		unsigned int count = min_t(unsigned int, batch, statistics_records - cb->args[0]);

		if (put_records(skb, cb, cb->args[0], count))
			return skb->len ? skb->len : -EMSGSIZE;
		cb->args[0] += count;
	}
	return skb->len;
}

static const struct genl_ops commands[] = {
	{ .cmd = STATISTICS_C_GET, .start = dump_start, .dumpit = dump, },
};

static const struct genl_multicast_group groups[] = {
	{ .name = STATISTICS_GROUP, },
};

static struct genl_family family = {
	.name		= STATISTICS_FAMILY,
	.version	= 1,
	.maxattr	= STATISTICS_A_RECORDS,
	.module		= THIS_MODULE,
	.parallel_ops	= true,
	.ops		= commands,
	.n_ops		= ARRAY_SIZE(commands),
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
	.resv_start_op	= STATISTICS_C_GET + 1,
};

/* For any context; if nobody listens, nothing is built. */
void statistics_alarm(const struct statistics_record *record)
{
	struct sk_buff *skb;
	void *header;

	if (!genl_has_listeners(&family, &init_net, 0))
		return;
	skb = genlmsg_new(nla_total_size(sizeof(*record)), GFP_ATOMIC);
	if (!skb)
		return;
	header = genlmsg_put(skb, 0, 0, &family, 0, STATISTICS_C_ALARM);
	if (!header || nla_put(skb, STATISTICS_A_RECORDS, sizeof(*record), record)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, header);
	genlmsg_multicast(&family, skb, 0, 0, GFP_ATOMIC);
}

int statistics_netlink_register(void)
{
	if (!batch || batch > 1024)
		return -EINVAL;
	return genl_register_family(&family);
}

void statistics_netlink_unregister(void)
{
	genl_unregister_family(&family);
}
