/* SPDX-License-Identifier: GPL-2.0-only */
/* The suites of kulink_kunit.ko, one a file */
#ifndef _KULINK_KUNIT_H
#define _KULINK_KUNIT_H

#include <kunit/test.h>

#include "../core/core.h"

extern struct kunit_suite kulink_datum_suite;
extern struct kunit_suite kulink_event_suite;
extern struct kunit_suite kulink_parse_suite;
extern struct kunit_suite kulink_permit_suite;
extern struct kunit_suite kulink_record_suite;
extern struct kunit_suite kulink_ring_suite;
extern struct kunit_suite kulink_check_suite;

#endif /* _KULINK_KUNIT_H */
