// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink: typed attributes over a socket, requests and replies, multi-part dumps,
 * multicast events, and an errno that comes with a sentence.
 *
 * Choose it for control and for events to several programs at once: both sides check types, it
 * grows without breaking programs, every language has a client. It moves bulk slower than a
 * device node, and a slow subscriber loses events (it is told).
 *
 * Creates the family "kulink" with the multicast groups "events" and "restricted", and of the same
 * events, many a message, "packed" and "packedrestrict", in the initial network namespace. Values rw,
 * tables, calls up to 60 KiB, events; no regions.
 * Permission: the core decides, from the part's mode and the credentials of the socket's opener
 * (where that was root: of the sender too). Commands and attributes: include/uapi/linux/kulink.h.
 *
 * This file: the families and their commands.
 */
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "genl.h"

static LIST_HEAD(families);
static DEFINE_MUTEX(families_lock);

#define NAME_POLICY { .type = NLA_NUL_STRING, .len = KULINK_NAME_SIZE - 1 }

static const struct nla_policy service_policy[] = {
	[KULINK_A_SERVICE] = NAME_POLICY,
};

static const struct nla_policy part_policy[] = {
	[KULINK_A_SERVICE] = NAME_POLICY,
	[KULINK_A_PART] = NAME_POLICY,
};

static const struct nla_policy table_policy[] = {
	[KULINK_A_SERVICE] = NAME_POLICY,
	[KULINK_A_PART] = NAME_POLICY,
	[KULINK_A_PACKED] = { .type = NLA_FLAG },
};

static const struct nla_policy set_policy[] = {
	[KULINK_A_SERVICE] = NAME_POLICY,
	[KULINK_A_PART] = NAME_POLICY,
	[KULINK_A_BOOL] = { .type = NLA_U8 },
	[KULINK_A_S64] = { .type = NLA_S64 },
	[KULINK_A_U64] = { .type = NLA_U64 },
	[KULINK_A_STRING] = { .type = NLA_NUL_STRING },
};

static const struct nla_policy call_policy[] = {
	[KULINK_A_SERVICE] = NAME_POLICY,
	[KULINK_A_PART] = NAME_POLICY,
	[KULINK_A_PAYLOAD] = { .type = NLA_BINARY },
};

/* No .validate flags anywhere: the strict checks of new families, dumps included. */
static const struct genl_ops ops[] = {
	{
		.cmd = KULINK_CMD_GET_SERVICE,
		.policy = service_policy,
		.maxattr = ARRAY_SIZE(service_policy) - 1,
		.doit = kulink_genl_get_service,
		.start = kulink_genl_services_start,
		.dumpit = kulink_genl_services_dump,
		.done = kulink_genl_services_done,
	},
	{
		.cmd = KULINK_CMD_GET_VALUE,
		.policy = part_policy,
		.maxattr = ARRAY_SIZE(part_policy) - 1,
		.doit = kulink_genl_get_value,
	},
	{
		.cmd = KULINK_CMD_SET_VALUE,
		.policy = set_policy,
		.maxattr = ARRAY_SIZE(set_policy) - 1,
		.doit = kulink_genl_set_value,
	},
	{
		.cmd = KULINK_CMD_GET_TABLE,
		.policy = table_policy,
		.maxattr = ARRAY_SIZE(table_policy) - 1,
		.start = kulink_genl_table_start,
		.dumpit = kulink_genl_table_dump,
		.done = kulink_genl_table_done,
	},
	{
		.cmd = KULINK_CMD_CALL,
		.policy = call_policy,
		.maxattr = ARRAY_SIZE(call_policy) - 1,
		.doit = kulink_genl_call,
	},
	{
		.cmd = KULINK_CMD_GET_SEQUENCE,
		.policy = part_policy,
		.maxattr = ARRAY_SIZE(part_policy) - 1,
		.doit = kulink_genl_get_sequence,
	},
};

static const struct genl_multicast_group groups[KULINK_NL_ALL_GROUPS] = {
	[KULINK_NL_EVENTS] = { .name = KULINK_GENL_EVENTS },
	[KULINK_NL_RESTRICTED] = {
		.name = KULINK_GENL_EVENTS_RESTRICTED,
		.flags = KULINK_GENL_RESTRICTED_FLAGS,
	},
	[KULINK_NL_PACKED + KULINK_NL_EVENTS] = { .name = KULINK_GENL_PACKED },
	[KULINK_NL_PACKED + KULINK_NL_RESTRICTED] = {
		.name = KULINK_GENL_PACKED_RESTRICTED,
		.flags = KULINK_GENL_RESTRICTED_FLAGS,
	},
};

/* The family that a request was sent to. While one of its requests runs it cannot go away. */
struct kulink_genl *kulink_genl_of(const struct nlmsghdr *nlh)
{
	struct kulink_genl *genl;

	rcu_read_lock();
	list_for_each_entry_rcu(genl, &families, node) {
		if (genl->family->genl.id == nlh->nlmsg_type) {
			rcu_read_unlock();
			return genl;
		}
	}
	rcu_read_unlock();
	return NULL;
}

static void prepare(struct kulink_genl_family *family, struct module *owner)
{
	family->genl = (struct genl_family){
		.version = KULINK_GENL_VERSION,
		.module = owner,
		.parallel_ops = true,
		.ops = ops,
		.n_ops = ARRAY_SIZE(ops),
		.mcgrps = groups,
		.n_mcgrps = ARRAY_SIZE(groups),
	};
	strscpy(family->genl.name, family->name, sizeof(family->genl.name));
}

static const struct kulink_channel channel = {
	.name = "genl",
	.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
	.add = kulink_genl_stream_add,
	.remove = kulink_genl_stream_remove,
};

static struct kulink_genl *alloc(struct kulink_genl_family *family, struct module *owner)
{
	struct kulink_genl *genl = kzalloc(sizeof(*genl), GFP_KERNEL);

	if (!genl)
		return NULL;
	genl->family = family;
	genl->channel = channel;
	genl->channel.owner = owner;
	genl->channel.private = genl;
	if (family->desc) {
		genl->channel.name = family->name;
		genl->channel.only = family->desc;
	}
	if (kulink_genl_streams_init(genl)) {
		kfree(genl);
		return NULL;
	}
	return genl;
}

static void forget(struct kulink_genl *genl)
{
	mutex_lock(&families_lock);
	list_del_rcu(&genl->node);
	mutex_unlock(&families_lock);
	synchronize_rcu();
	genl->family->impl = NULL;
	kulink_streams_destroy(&genl->streams);
	kfree(genl);
}

static int family_register(struct kulink_genl_family *family, struct module *owner)
{
	struct kulink_genl *genl = alloc(family, owner);
	int err;

	if (!genl)
		return -ENOMEM;
	family->impl = genl;
	prepare(family, owner);

	/* In the list first: netlink hands out the id and lets requests in, in one go. */
	mutex_lock(&families_lock);
	list_add_tail_rcu(&genl->node, &families);
	mutex_unlock(&families_lock);

	err = genl_register_family(&family->genl);
	if (err)
		goto err_forget;
	err = kulink_channel_register(&genl->channel);
	if (err)
		goto err_family;
	return 0;

err_family:
	genl_unregister_family(&family->genl);
err_forget:
	forget(genl);
	return err;
}

int kulink_genl_family_register(struct kulink_genl_family *family)
{
	const char *c = family->name;

	if (!family->desc || !c || strlen(c) >= GENL_NAMSIZ || *c < 'a' || *c > 'z')
		return -EINVAL;
	for (; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9') && *c != '_')
			return -EINVAL;
	return family_register(family, family->desc->owner);
}
EXPORT_SYMBOL_GPL(kulink_genl_family_register);

void kulink_genl_family_unregister(struct kulink_genl_family *family)
{
	if (!family->impl)
		return;
	kulink_channel_unregister(&family->impl->channel);
	genl_unregister_family(&family->genl);
	forget(family->impl);
}
EXPORT_SYMBOL_GPL(kulink_genl_family_unregister);

static struct kulink_genl_family kulink_family = { .name = KULINK_ROOT };

static int __init genl_start(void)
{
	return family_register(&kulink_family, THIS_MODULE);
}

static void __exit genl_stop(void)
{
	kulink_genl_family_unregister(&kulink_family);
}

KULINK_MODULE(genl, genl_start, genl_stop);
MODULE_DESCRIPTION("kulink over generic netlink");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY(KULINK_ROOT);
