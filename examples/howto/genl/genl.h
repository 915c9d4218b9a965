/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the genl example's two sides agree on. The families' ids are not here: each registration gets one, and a program
 * asks for it by the name.
 */
#ifndef HOWTO_GENL_H
#define HOWTO_GENL_H

#define DOC_EXMPL_NAME "CONTROL_EXMPL"
#define DOC_EXMPL_VERSION 1

/* attributes */
enum {
	DOC_EXMPL_A_UNSPEC,
	DOC_EXMPL_A_MSG,	/* a string with its NUL */
};

/* commands */
enum {
	DOC_EXMPL_C_UNSPEC,
	DOC_EXMPL_C_ECHO,	/* A_MSG, or nothing; the answer is C_ECHO with A_MSG */
};

/* The families of genl_many_ex.c: HOWTO_0, HOWTO_1, ... */
#define HOWTO_NAME "HOWTO_%u"
#define HOWTO_VERSION 1

enum {
	HOWTO_A_UNSPEC,
	HOWTO_A_NAME,		/* string */
	HOWTO_A_FROM,		/* u32 */
	HOWTO_A_TAKE,		/* u32 */
	HOWTO_A_REST,		/* u32 */
};

enum {
	HOWTO_C_UNSPEC,
	HOWTO_C_WHO,		/* no attributes; the answer has A_NAME */
	HOWTO_C_SUBTRACT,	/* A_FROM and A_TAKE; the answer has A_REST */
};

#endif
