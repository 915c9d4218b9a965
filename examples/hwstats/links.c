// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network devices of the initial namespace: the table links, the values that sum them up, and events when
 * they come and go. Each service watches those that match its pattern.
 */
#include <linux/glob.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include "hwstats.h"

/* Guarded by RTNL, like the list of devices itself. */
static LIST_HEAD(hwstats_all);
static u64 generation = 1;
static bool muted = true;

/* Table links: the network devices of the initial namespace that match, under RTNL. */

static bool hwstats_watches(const struct hwstats *hw, const struct net_device *dev)
{
	return glob_match(hw->pattern, dev->name);
}

static struct net_device *links_from(const struct hwstats *hw, struct net_device *dev)
{
	while (dev && !hwstats_watches(hw, dev))
		dev = next_net_device(dev);
	return dev;
}

void *hwstats_links_start(void *priv)
{
	rtnl_lock();
	return links_from(priv, first_net_device(&init_net));
}

void *hwstats_links_next(void *priv, void *item)
{
	return links_from(priv, next_net_device(item));
}

void hwstats_links_stop(void *priv)
{
	rtnl_unlock();
}

int hwstats_links_row(void *priv, void *item, void *row)
{
	struct hwstats_link_row *r = row;
	struct net_device *dev = item;

	strscpy(r->name, dev->name, sizeof(r->name));
	r->ifindex = dev->ifindex;
	dev_get_stats(dev, &r->stats);
	return 0;
}

u64 hwstats_links_generation(void *priv)
{
	const struct hwstats *hw = priv;

	return generation + hw->patterns;
}

/* Another pattern is another set of rows: the two change together. */
int hwstats_pattern_get(void *priv, struct kulink_datum *datum)
{
	struct hwstats *hw = priv;

	rtnl_lock();
	strscpy(datum->string, hw->pattern, sizeof(datum->string));
	rtnl_unlock();
	return 0;
}

int hwstats_pattern_set(void *priv, const struct kulink_datum *datum)
{
	struct hwstats *hw = priv;

	rtnl_lock();
	strscpy(hw->pattern, datum->string, sizeof(hw->pattern));
	hw->patterns++;
	rtnl_unlock();
	return 0;
}

/* A value that takes the driver's lock by itself, and may sleep for it: all bytes received */
int hwstats_rx_bytes_get(void *priv, struct kulink_datum *datum)
{
	struct rtnl_link_stats64 stats;
	struct net_device *dev;

	rtnl_lock();
	for_each_netdev(&init_net, dev)
		if (hwstats_watches(priv, dev))
			datum->number += dev_get_stats(dev, &stats)->rx_bytes;
	rtnl_unlock();
	return 0;
}

int hwstats_link_count_get(void *priv, struct kulink_datum *datum)
{
	struct net_device *dev;

	rtnl_lock();
	for_each_netdev(&init_net, dev)
		datum->number += hwstats_watches(priv, dev);
	rtnl_unlock();
	return 0;
}

#define LINK_STAT(member, ...) \
	KULINK_FIELD(struct rtnl_link_stats64, member, __VA_ARGS__)

const struct kulink_field hwstats_link_columns[] = {
	KULINK_FIELD(struct hwstats_link_row, name),
	KULINK_FIELD(struct hwstats_link_row, ifindex),
	LINK_STAT(rx_packets), LINK_STAT(tx_packets),
	LINK_STAT(rx_bytes, .unit = "bytes"), LINK_STAT(tx_bytes, .unit = "bytes"),
	LINK_STAT(rx_errors), LINK_STAT(tx_errors),
	LINK_STAT(rx_dropped), LINK_STAT(tx_dropped),
	LINK_STAT(multicast), LINK_STAT(collisions),
	LINK_STAT(rx_length_errors), LINK_STAT(rx_over_errors),
	LINK_STAT(rx_crc_errors), LINK_STAT(rx_frame_errors),
	LINK_STAT(rx_fifo_errors), LINK_STAT(rx_missed_errors),
	LINK_STAT(tx_aborted_errors), LINK_STAT(tx_carrier_errors),
	LINK_STAT(tx_fifo_errors), LINK_STAT(tx_heartbeat_errors),
	LINK_STAT(tx_window_errors),
	LINK_STAT(rx_compressed), LINK_STAT(tx_compressed),
	LINK_STAT(rx_nohandler), LINK_STAT(rx_otherhost_dropped),
	{}
};

static int links_netdev(struct notifier_block *nb, unsigned long what, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct hwstats_link link = { .ifindex = dev->ifindex };
	struct hwstats *hw;
	int event = -1;

	/* One that is long gone but still referenced is reported again every second. */
	if (muted || !net_eq(dev_net(dev), &init_net) ||
	    dev->reg_state == NETREG_UNREGISTERED)
		return NOTIFY_DONE;

	if (what == NETDEV_REGISTER || what == NETDEV_UNREGISTER || what == NETDEV_CHANGENAME)
		generation++;

	if (what == NETDEV_REGISTER)
		event = LINK_ADDED;
	else if (what == NETDEV_UNREGISTER)
		event = LINK_REMOVED;
	else if (what == NETDEV_UP)
		event = LINK_UP;
	else if (what == NETDEV_DOWN)
		event = LINK_DOWN;

	strscpy(link.name, dev->name, sizeof(link.name));
	if (event < 0)
		return NOTIFY_DONE;
	list_for_each_entry(hw, &hwstats_all, node)
		if (hwstats_watches(hw, dev))
			hwstats_tell(hw, event, &link);
	return NOTIFY_DONE;
}

static struct notifier_block links_notifier = { .notifier_call = links_netdev };

/* Registering and unregistering a notifier replays what is there: not events of ours. */
static void links_mute(bool on)
{
	rtnl_lock();
	muted = on;
	rtnl_unlock();
}

int hwstats_links_init(void)
{
	int err = register_netdevice_notifier(&links_notifier);

	if (!err)
		links_mute(false);
	return err;
}

void hwstats_links_exit(void)
{
	links_mute(true);
	unregister_netdevice_notifier(&links_notifier);
}

void hwstats_links_add(struct hwstats *hw)
{
	rtnl_lock();
	list_add_tail(&hw->node, &hwstats_all);
	rtnl_unlock();
}

void hwstats_links_remove(struct hwstats *hw)
{
	rtnl_lock();
	list_del(&hw->node);
	rtnl_unlock();
}

struct hwstats *hwstats_links_first(void)
{
	return list_first_entry_or_null(&hwstats_all, struct hwstats, node);
}
