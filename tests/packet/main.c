// SPDX-License-Identifier: GPL-2.0-only
/* The packet channel by hand; all on one processor, where one frame comes in after the other. */
#include <sched.h>
#include <unistd.h>

#include "raw.h"

static int setup(void **state)
{
	(void)state;
	wire_open();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_close();
	return 0;
}

static size_t add(struct CMUnitTest *to, const struct CMUnitTest *tests, size_t n)
{
	memcpy(to, tests, n * sizeof(*tests));
	return n;
}

/* One group, for TAP has one plan. */
int main(void)
{
	struct CMUnitTest tests[64];
	cpu_set_t first;
	size_t n = 0;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(0, sizeof(first), &first))
		return 1;
	alarm(600);
	n += add(tests + n, frame_tests, n_frame_tests);
	n += add(tests + n, once_tests, n_once_tests);
	n += add(tests + n, link_tests, n_link_tests);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("packet", tests, n, setup, teardown) ? 1 : 0;
}
