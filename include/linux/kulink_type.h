/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_KULINK_TYPE_H
#define _LINUX_KULINK_TYPE_H

#include <uapi/linux/kulink.h>

/* The kulink type that carries a C lvalue's type; anything else does not compile. */
#define KULINK_TYPE_OF(lvalue)						\
	_Generic((lvalue),						\
		 bool: KULINK_TYPE_BOOL,				\
		 signed char: KULINK_TYPE_S64, short: KULINK_TYPE_S64,	\
		 int: KULINK_TYPE_S64, long: KULINK_TYPE_S64,		\
		 long long: KULINK_TYPE_S64,				\
		 unsigned char: KULINK_TYPE_U64,			\
		 unsigned short: KULINK_TYPE_U64,			\
		 unsigned int: KULINK_TYPE_U64,				\
		 unsigned long: KULINK_TYPE_U64,			\
		 unsigned long long: KULINK_TYPE_U64,			\
		 char *: KULINK_TYPE_STRING)

#endif /* _LINUX_KULINK_TYPE_H */
