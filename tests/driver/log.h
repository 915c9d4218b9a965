/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the test driver and its log, a module of its own that outlives the driver. */
#ifndef KTEST_LOG_H
#define KTEST_LOG_H

#include "pattern.h"

/* An operation of the driver runs; any context. */
void ktest_log_begin(void);
/* It has ended; @done: it was not interrupted */
void ktest_log_end(bool done);
/* From here on operations that end count as having ended inside the unloading */
void ktest_log_unloading(bool on);
void ktest_log_emitted(const struct ktest_entry *entry, bool hardirq);

#endif
