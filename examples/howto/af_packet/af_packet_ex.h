/* SPDX-License-Identifier: GPL-2.0-only */
/* What follows the Ethernet header: our own protocol, the same for the module and for the program. */
#ifndef AF_PACKET_EX_H
#define AF_PACKET_EX_H

#include <linux/types.h>

/* The second of the two EtherTypes that IEEE 802 keeps for experiments */
#define EXAMPLE_ETHERTYPE	0x88b6
#define EXAMPLE_TEXT_MAX	1496	/* with the header, what an Ethernet frame carries */

enum { EXAMPLE_QUESTION = 1, EXAMPLE_ANSWER = 2 };

/* The text follows; what is behind its length is padding, as Ethernet frames carry at least 46 bytes. */
struct example_header {
	__u8	kind;
	__u8	zero;
	__be16	length;
};

#endif
