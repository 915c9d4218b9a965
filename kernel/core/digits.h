/* SPDX-License-Identifier: GPL-2.0-only */
/* A number as text, eight digits at a time: a third of what the kernel's formats take. */
#ifndef _KULINK_DIGITS_H
#define _KULINK_DIGITS_H

#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/types.h>

#define KULINK_DIGITS_MAX	(1 + 20)	/* a sign, digits */
#define KULINK_DIGITS_GROUP	100000000	/* numbers of eight digits are below */
#define KULINK_DIGITS_ZEROS	0x3030303030303030

/* The digits of a number below KULINK_DIGITS_GROUP, by halves, quarters and so on side by side in one word */
static inline u64 eight_digits(u32 number)
{
	u64 v = number / 10000 | (u64)(number % 10000) << 32, high;

	high = v * 5243 >> 19 & 0x0000007f0000007f;		/* v / 100 */
	v = high | (v - high * 100) << 16;
	high = v * 103 >> 10 & 0x000f000f000f000f;		/* v / 10 */
	return high | (v - high * 10) << 8;
}

static inline void put_text(char *to, u64 text)
{
	__le64 bytes = cpu_to_le64(text);

	memcpy(to, &bytes, sizeof(bytes));
}

static inline char *put_group(char *to, u32 number)
{
	put_text(to, eight_digits(number) | KULINK_DIGITS_ZEROS);
	return to + 8;
}

/* Without leading zeros; writes eight bytes nevertheless */
static inline char *put_head(char *to, u32 number)
{
	u64 digits = eight_digits(number);
	u32 zeros = number ? __ffs64(digits) / 8 : 7;

	put_text(to, (digits | KULINK_DIGITS_ZEROS) >> zeros * 8);
	return to + 8 - zeros;
}

static inline char *put_number(char *to, u64 number)
{
	u32 middle, low;

	if (number < KULINK_DIGITS_GROUP)
		return put_head(to, number);
	number = div_u64_rem(number, KULINK_DIGITS_GROUP, &low);
	if (number < KULINK_DIGITS_GROUP)
		return put_group(put_head(to, number), low);
	number = div_u64_rem(number, KULINK_DIGITS_GROUP, &middle);
	return put_group(put_group(put_head(to, number), middle), low);
}

/* At most KULINK_DIGITS_MAX bytes; eight may be written where the first digit is. Returns the end; no NUL */
static inline char *kulink_put_number(char *to, u64 number, bool negative)
{
	if (negative)
		*to++ = '-';
	return put_number(to, negative ? -number : number);
}

#endif /* _KULINK_DIGITS_H */
