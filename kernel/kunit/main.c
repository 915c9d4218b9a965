// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the core's pure parts. Loading the module runs them; the log has the KTAP,
 * /sys/kernel/debug/kunit/SUITE/results what each suite said.
 */
#include <linux/module.h>

#include "kunit.h"

kunit_test_suites(&kulink_check_suite, &kulink_datum_suite, &kulink_event_suite,
		  &kulink_parse_suite, &kulink_permit_suite,
		  &kulink_record_suite, &kulink_ring_suite);

KULINK_IMPORT_KUNIT;
MODULE_DESCRIPTION("Unit tests of kulink's core");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
