// SPDX-License-Identifier: GPL-2.0-only
/*
 * The programs' side of the proof in kernel/core/abi.h: this file is compiled for 64 and
 * for 32 bits (-m32). That it compiles is the test; when run it says so.
 */
#include <assert.h>
#include <stddef.h>
#include <stdio.h>

#include <linux/kulink.h>

#include "../../kernel/core/abi.h"

int main(void)
{
	printf("1..1\nok 1 - layout of the ABI with pointers of %zu bits\n",
	       8 * sizeof(void *));
	return 0;
}
