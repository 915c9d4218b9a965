// SPDX-License-Identifier: GPL-2.0-only
/*
 * UDP: proof that an address receives what is sent to it. Anybody may write any sender into a
 * datagram; who beyond loopback has not sent back a token that was sent to that address and port
 * gets nothing done and nothing sent. The token is computed, not kept: asking for one costs no
 * memory. Who has proven it is kept, for a while, and so many of them.
 */
#include <linux/inetdevice.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "udp.h"

/* A token is good for one to two of these. */
#define SLOT_SECONDS	30
/* How long a proof is good after its last use */
#define KEEP		(KULINK_UDP_KEEP_SECONDS * HZ)

struct proven {
	struct list_head node;		/* the longest unused first */
	union kulink_udp_address address;
	unsigned long used;
};

static siphash_key_t secret;
static DEFINE_MUTEX(lock);		/* guards what follows */
static LIST_HEAD(all);
static unsigned int count;

bool kulink_udp_is_near(const union kulink_udp_address *address)
{
	const struct in6_addr *in6 = &address->in6.sin6_addr;

	if (address->sa.sa_family == AF_INET)
		return ipv4_is_loopback(address->in.sin_addr.s_addr);
	return ipv6_addr_loopback(in6) ||
	       (ipv6_addr_v4mapped(in6) && ipv4_is_loopback(in6->s6_addr32[3]));
}

static u64 token_of(const union kulink_udp_address *address, u64 slot)
{
	struct {
		union kulink_udp_address address;
		u64 slot;
	} data;

	memset(&data, 0, sizeof(data));
	data.address = *address;
	data.slot = slot;
	return siphash(&data, sizeof(data), &secret) | 1;	/* never 0 */
}

static struct proven *find(const union kulink_udp_address *address)
{
	struct proven *proven;

	lockdep_assert_held(&lock);
	list_for_each_entry(proven, &all, node) {
		if (!memcmp(&proven->address, address, sizeof(*address)))
			return proven;
	}
	return NULL;
}

static void use(struct proven *proven)
{
	proven->used = jiffies;
	list_move_tail(&proven->node, &all);
}

static void forget(struct proven *proven)
{
	list_del(&proven->node);
	count--;
	kfree(proven);
}

/* Those that have not been used for long and, when there are too many, one more */
static void forget_some(unsigned int most)
{
	struct proven *proven, *next;

	list_for_each_entry_safe(proven, next, &all, node) {
		if (count < most && time_before(jiffies, proven->used + KEEP))
			break;
		forget(proven);
	}
}

bool kulink_udp_is_proven(const union kulink_udp_address *address)
{
	struct proven *proven;

	if (kulink_udp_is_near(address))
		return true;
	mutex_lock(&lock);
	forget_some(KULINK_UDP_PROVEN + 1);
	proven = find(address);
	if (proven)
		use(proven);
	mutex_unlock(&lock);
	return proven;
}

static bool add(const union kulink_udp_address *address)
{
	struct proven *proven;

	mutex_lock(&lock);
	proven = find(address);
	if (!proven) {
		forget_some(KULINK_UDP_PROVEN);
		proven = kzalloc(sizeof(*proven), GFP_KERNEL);
		if (proven) {
			proven->address = *address;
			list_add_tail(&proven->node, &all);
			count++;
		}
	}
	if (proven)
		use(proven);
	mutex_unlock(&lock);
	return proven;
}

u64 kulink_udp_prove(const union kulink_udp_address *address, u64 token)
{
	u64 slot = ktime_get_seconds() / SLOT_SECONDS;

	if (kulink_udp_is_near(address))
		return 0;
	if (token && (token == token_of(address, slot) || token == token_of(address, slot - 1)) &&
	    add(address))
		return 0;
	return token_of(address, slot);
}

void kulink_udp_proof_init(void)
{
	get_random_bytes(&secret, sizeof(secret));
}

void kulink_udp_proof_exit(void)
{
	struct proven *proven, *next;

	list_for_each_entry_safe(proven, next, &all, node)
		forget(proven);
}
