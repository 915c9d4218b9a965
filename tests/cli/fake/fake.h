/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A libkulink without a kernel: one service, fake0, on the channels alpha (everything), beta (values
 * and tables), gamma (calls) and delta (never here), kept in the file $FAKE_STATE from one command to
 * the next. $FAKE_FAULT names what shall go wrong; $FAKE_EVENTS scripts what comes; $FAKE_ROOT is where
 * doctor looks for /proc and /sys:
 *
 *	e  an event     l  one after 3 lost     L  2 lost, nothing follows     g  the driver leaves
 */
#ifndef FAKE_H
#define FAKE_H

#include <kulink.h>

enum { V_ENABLED, V_MODE, V_THRESHOLD, V_OFFSET, V_LABEL, V_RATE, V_BIG, V_LOW, V_SECRET, V_COUNT };

struct fake_state {
	uint64_t numbers[V_COUNT];
	char label[64];
};

extern const struct kulink_info fake_info;
extern const struct kulink_part fake_parts[];

const struct kulink_part *fake_part(uint32_t kind, const char *name);
bool fake_fault(const char *name);
void fake_load(struct fake_state *state);
void fake_save(const struct fake_state *state);

#endif /* FAKE_H */
