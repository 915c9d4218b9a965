// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's side of the proof in abi.h. */
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <uapi/linux/kulink.h>

#include "abi.h"
