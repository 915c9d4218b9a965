// SPDX-License-Identifier: GPL-2.0-only
/* The same by a 32-bit program. */
#include "liburing32.h"
#include "uring_flight.c"
