/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ioctl_kinds_ex.c and its programs agree upon: a number for each command, which says the letter, the command, the
 * direction and the true size of the argument.
 *
 * A driver should take a letter and numbers that nobody has yet (Documentation/userspace-api/ioctl/ioctl-number.rst).
 * 'G' is taken, by two drivers of the kernel and by the HOWTO's device: KINDS_GET is the very number of its
 * READ_MESSAGE. Here that is on purpose, to show that only the descriptor keeps the two apart.
 */
#ifndef IOCTL_KINDS_H
#define IOCTL_KINDS_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define KINDS_TEXT_MAX	1048576

/*
 * A text of any size up to KINDS_TEXT_MAX, of which only the address is in the argument. The address takes 64 bits in a
 * program of 32 bits, too, so that the struct is one and the same; zero must be zero, until it means something.
 */
struct kinds_text {
	__u64 address;
	__u32 size;
	__u32 zero;
};

#define KINDS_GET	_IOR('G', 0, __u32)		/* from the kernel: the value */
#define KINDS_SET	_IOW('G', 1, __u32)		/* to the kernel: a new value */
#define KINDS_RESET	_IO('G', 2)			/* no argument: the value becomes 0 */
#define KINDS_SWAP	_IOWR('G', 3, __u32)		/* exchange: a new value in, the old one out */
#define KINDS_UPPER	_IOW('G', 4, struct kinds_text)	/* the text is put into capitals where it lies */

#endif
