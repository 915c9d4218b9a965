// SPDX-License-Identifier: GPL-2.0-only
/* Events to the family's group: as many as one wants in a message, one behind the other in an attribute */
#include "driver.h"
#include "genl.h"

static int put_events(struct sk_buff *skb, const struct bare_burst *burst, u32 first, u32 n)
{
	void *head = genlmsg_put(skb, 0, 0, &bare_family, 0, BARE_C_EVENT);
	struct nlattr *attr;
	u32 i;

	if (!head)
		return -EMSGSIZE;
	attr = nla_reserve(skb, BARE_A_DATA, n * burst->bytes);
	if (!attr)
		return -EMSGSIZE;
	for (i = 0; i < n; i++)
		bare_fill(nla_data(attr) + i * burst->bytes, burst->turn + first + i, burst->bytes);
	genlmsg_end(skb, head);
	return 0;
}

/* -ESRCH: nobody listens */
static int send(const struct bare_burst *burst, u32 first, u32 n)
{
	struct sk_buff *skb = genlmsg_new(nla_total_size(n * burst->bytes), GFP_KERNEL);

	if (!skb)
		return -ENOMEM;
	if (put_events(skb, burst, first, n)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	return genlmsg_multicast(&bare_family, skb, 0, 0, GFP_KERNEL);
}

int bare_genl_burst(struct bare_burst *burst)
{
	u32 first, n;

	if (!burst->batch || burst->batch > 32)
		return -EINVAL;
	for (first = 0; first < burst->n; first += n) {
		n = min(burst->batch, burst->n - first);
		if (send(burst, first, n))
			burst->lost += n;
	}
	return 0;
}
