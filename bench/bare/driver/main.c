// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_bare: each mechanism as a driver would use it that has nothing of kulink, for "kulink bench".
 *
 * No permissions beyond the files' own, no loss accounting, no versions, one user at a time: it is what the
 * mechanism itself costs. Not for production: it gives whoever can open its files memory and timers.
 */
#include <linux/module.h>

#include "driver.h"

static const struct bare_part *const parts[] = {
	&bare_echo, &bare_files, &bare_sockopt, &bare_netlink, &bare_genl, &bare_udp, &bare_table,
	&bare_rows, &bare_ring, &bare_kfifo, &bare_relay, &bare_wake,
};

static void stop(unsigned int n)
{
	while (n--)
		parts[n]->stop();
}

static int __init bench_bare_init(void)
{
	unsigned int n;
	int err;

	for (n = 0; n < ARRAY_SIZE(parts); n++) {
		err = parts[n]->start();
		if (err) {
			stop(n);
			return err;
		}
	}
	return 0;
}

static void __exit bench_bare_exit(void)
{
	stop(ARRAY_SIZE(parts));
}

module_init(bench_bare_init);
module_exit(bench_bare_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The mechanisms below kulink's channels, bare, to measure them");
