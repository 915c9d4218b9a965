/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside kulink_genl: what its files share. */
#ifndef _KULINK_GENL_H
#define _KULINK_GENL_H

#include <linux/kulink_genl.h>
#include <net/genetlink.h>

#include "channel.h"
#include "compat.h"
#include "nl.h"

/**
 * struct kulink_genl - a registered family, kulink or a driver's own
 * @family: outlives this
 * @channel: the core's
 * @node: in the list of families
 * @streams: of events, one a published service
 */
struct kulink_genl {
	struct kulink_genl_family *family;
	struct kulink_channel channel;
	struct list_head node;
	struct kulink_streams streams;
};

/* genl.c */
struct kulink_genl *kulink_genl_of(const struct nlmsghdr *nlh);

/* genl_part.c */
bool kulink_genl_reaches(const struct kulink_genl_family *family, struct kulink_service *service);
struct kulink_service *kulink_genl_service(const struct nlmsghdr *nlh, struct nlattr **attrs,
					   struct netlink_ext_ack *extack);
int kulink_genl_part(struct sk_buff *skb, const struct nlmsghdr *nlh, struct nlattr **attrs,
		     struct netlink_ext_ack *extack, u32 kind, int want,
		     struct kulink_service **service);

/* genl_put.c: attributes */
int kulink_genl_put_string(struct sk_buff *skb, int attr, const char *s, size_t len);
size_t kulink_genl_service_size(struct kulink_service *service);
int kulink_genl_put_service(struct sk_buff *skb, struct kulink_service *service);
int kulink_genl_put_datum(struct sk_buff *skb, const struct kulink_datum *datum);
size_t kulink_genl_record_size(const struct kulink_layout *layout);
int kulink_genl_put_record(struct sk_buff *skb, const struct kulink_layout *layout,
			   const void *record);
/* As many of @n records as there is room for, in one attribute; how many */
u64 kulink_genl_put_records(struct sk_buff *skb, const void *records, size_t size, u64 n);

/* genl_do.c: requests */
int kulink_genl_get_service(struct sk_buff *skb, struct genl_info *info);
int kulink_genl_get_value(struct sk_buff *skb, struct genl_info *info);
int kulink_genl_set_value(struct sk_buff *skb, struct genl_info *info);
int kulink_genl_call(struct sk_buff *skb, struct genl_info *info);
int kulink_genl_get_sequence(struct sk_buff *skb, struct genl_info *info);

/* genl_dump.c */
int kulink_genl_services_start(struct netlink_callback *cb);
int kulink_genl_services_dump(struct sk_buff *skb, struct netlink_callback *cb);
int kulink_genl_services_done(struct netlink_callback *cb);
int kulink_genl_table_start(struct netlink_callback *cb);
int kulink_genl_table_dump(struct sk_buff *skb, struct netlink_callback *cb);
int kulink_genl_table_done(struct netlink_callback *cb);

/* genl_event.c */
int kulink_genl_stream_add(struct kulink_service *service, void **slot);
void kulink_genl_stream_remove(struct kulink_service *service, void *slot);
int kulink_genl_streams_init(struct kulink_genl *genl);

#endif /* _KULINK_GENL_H */
