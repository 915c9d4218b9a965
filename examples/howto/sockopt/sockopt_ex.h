/* SPDX-License-Identifier: GPL-2.0-only */
/* The option, at level SOL_IP of any IPv4 socket: the same for the module and for the program */
#ifndef SOCKOPT_EX_H
#define SOCKOPT_EX_H

/*
 * One range of numbers for all of IPv4. Taken in 7.2: IP itself up to 52, multicast routing from 200, and in netfilter
 * iptables from 64, the original destination 80, ipset 83, arptables from 96, ebtables from 128, IPVS from 1152.
 */
#define EXAMPLE_SO_TEXT		4096
#define EXAMPLE_TEXT_MAX	200	/* bytes; it is no string and has no NUL */

#endif
