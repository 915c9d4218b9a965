/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the kernels that these examples build on, 6.1 to 7.2; each name says what it stands for. The
 * examples themselves read as they would in the newest kernel's tree.
 */
#ifndef HOWTO_COMPAT_H
#define HOWTO_COMPAT_H

#include <linux/version.h>

#endif
