/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_BARE_GENL_H
#define BENCH_BARE_GENL_H

#include <net/genetlink.h>

extern struct genl_family bare_family;

#endif
