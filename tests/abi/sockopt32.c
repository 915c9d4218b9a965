// SPDX-License-Identifier: GPL-2.0-only
/* The same with -m32. */
#include "sockopt.c"
