// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink: multi-part dumps, of the services and of a table's records. A dump goes on
 * in the reader's recvmsg(), so permission is decided once, in start(), and what is told is the
 * snapshot taken there.
 */
#include <linux/cred.h>

#include "genl.h"

struct services_dump {
	struct kulink_genl_family *family;
	const struct cred *cred;		/* a reference, or NULL */
	struct kulink_service *next;		/* a reference; NULL at the end */
};

struct table_dump {
	struct kulink_genl_family *family;
	struct kulink_snapshot *snapshot;	/* a reference */
	u64 next;
	bool started;
	bool packed;
};

static_assert(sizeof(struct services_dump) <= sizeof_field(struct netlink_callback, ctx));
static_assert(sizeof(struct table_dump) <= sizeof_field(struct netlink_callback, ctx));

static void *header(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct kulink_genl_family *family, u8 cmd)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				&family->genl, NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

static bool listed(const struct services_dump *dump, struct kulink_service *service)
{
	return kulink_genl_reaches(dump->family, service) &&
	       !kulink_permit(service, dump->cred, 0444, MAY_READ);
}

int kulink_genl_services_start(struct netlink_callback *cb)
{
	struct services_dump *dump = (void *)cb->ctx;
	struct kulink_genl *genl = kulink_genl_of(cb->nlh);
	struct nlattr *attr = kulink_genl_dump_attrs(cb)[KULINK_A_SERVICE];
	const struct cred *cred = kulink_nl_cred(cb->skb);
	struct kulink_service *service;
	size_t size = 0;

	if (attr) {
		NL_SET_ERR_MSG_ATTR(cb->extack, attr, "a dump lists every service");
		return -EINVAL;
	}
	dump->family = genl->family;
	dump->cred = cred ? get_cred(cred) : NULL;
	/* What does not fit in an empty message would end the dump. */
	for (service = kulink_service_next(NULL); service; service = kulink_service_next(service))
		size = max(size, kulink_genl_service_size(service));
	cb->min_dump_alloc = nlmsg_total_size(size);
	dump->next = kulink_service_next(NULL);
	return 0;
}

static int put_service(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct services_dump *dump = (void *)cb->ctx;
	void *hdr = header(skb, cb, dump->family, KULINK_CMD_GET_SERVICE);

	if (!hdr)
		return -EMSGSIZE;
	if (kulink_genl_put_service(skb, dump->next)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int kulink_genl_services_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct services_dump *dump = (void *)cb->ctx;

	while (dump->next) {
		if (listed(dump, dump->next) && put_service(skb, cb))
			return skb->len ?: -EMSGSIZE;
		dump->next = kulink_service_next(dump->next);
	}
	return skb->len;
}

int kulink_genl_services_done(struct netlink_callback *cb)
{
	struct services_dump *dump = (void *)cb->ctx;

	if (dump->next)
		kulink_service_put(dump->next);
	put_cred(dump->cred);
	return 0;
}

static int take(struct netlink_callback *cb, struct kulink_service *service, int table)
{
	struct table_dump *dump = (void *)cb->ctx;
	struct kulink_snapshot *snapshot = kulink_snapshot_take(service, table);
	size_t size;

	if (IS_ERR(snapshot))
		return kulink_nl_refusal(cb->extack, kulink_genl_dump_attrs(cb)[KULINK_A_PART],
					   PTR_ERR(snapshot));
	size = dump->packed ? nla_total_size(snapshot->layout->record_size) :
			      kulink_genl_record_size(snapshot->layout);
	if (size > U16_MAX) {
		kulink_snapshot_put(snapshot);
		NL_SET_ERR_MSG(cb->extack, "a record of this table is over 64 KiB");
		return -EMSGSIZE;
	}
	dump->snapshot = snapshot;
	/* A record that does not fit in an empty message would end the dump, silently. */
	cb->min_dump_alloc = nlmsg_total_size(GENL_HDRLEN + nla_total_size_64bit(sizeof(u64)) +
					      size);
	cb->seq = (u32)snapshot->head.generation ?: 1;
	return 0;
}

int kulink_genl_table_start(struct netlink_callback *cb)
{
	struct table_dump *dump = (void *)cb->ctx;
	struct kulink_service *service;
	int err, table;

	table = kulink_genl_part(cb->skb, cb->nlh, kulink_genl_dump_attrs(cb), cb->extack,
				 KULINK_TABLES, MAY_READ, &service);
	if (table < 0)
		return table;
	dump->family = kulink_genl_of(cb->nlh)->family;
	dump->packed = kulink_genl_dump_attrs(cb)[KULINK_A_PACKED];
	err = take(cb, service, table);
	kulink_service_put(service);
	return err;
}

/* As many of the next records as fit */
static void put_records(struct sk_buff *skb, struct table_dump *dump)
{
	const struct kulink_snapshot *snapshot = dump->snapshot;
	const struct kulink_layout *layout = snapshot->layout;
	const void *records = kulink_snapshot_record(snapshot, dump->next);
	u64 count = snapshot->head.count;

	if (dump->packed) {
		dump->next += kulink_genl_put_records(skb, records, layout->record_size,
						      count - dump->next);
		return;
	}
	while (dump->next < count &&
	       !kulink_genl_put_record(skb, layout, kulink_snapshot_record(snapshot, dump->next)))
		dump->next++;
}

/* A message with the generation and as many records as fit; an empty table has one too. */
int kulink_genl_table_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct table_dump *dump = (void *)cb->ctx;
	const struct kulink_snapshot *snapshot = dump->snapshot;
	u64 first = dump->next;
	void *hdr;

	if (dump->started && first == snapshot->head.count)
		return 0;

	hdr = header(skb, cb, dump->family, KULINK_CMD_GET_TABLE);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, KULINK_A_GENERATION, snapshot->head.generation, KULINK_A_PAD))
		goto cancel;
	put_records(skb, dump);
	if (dump->next == first && first < snapshot->head.count)
		goto cancel;
	dump->started = true;
	genlmsg_end(skb, hdr);
	return skb->len;

cancel:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

int kulink_genl_table_done(struct netlink_callback *cb)
{
	struct table_dump *dump = (void *)cb->ctx;

	kulink_snapshot_put(dump->snapshot);
	return 0;
}
