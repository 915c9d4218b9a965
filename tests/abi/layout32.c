// SPDX-License-Identifier: GPL-2.0-only
/* The same proof with -m32. */
#include "layout.c"
