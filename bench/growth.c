// SPDX-License-Identifier: MIT
/* growth: what one service more costs to register and publish when there are so many; "bytes" counts them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness.h"

struct registered {
	int control;
	struct bench_growth growth;
};

/* Those before it are there already when it is measured, and nothing stays of all of them. */
static int register_open(struct bench *b)
{
	struct registered *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	b->state = r;
	r->control = open("/dev/kulink_bench", O_RDWR | O_CLOEXEC);
	r->growth.services = b->bytes - 1;
	return r->control < 0 || ioctl(r->control, BENCH_IOC_GROWTH, &r->growth) ? -errno : 0;
}

static int register_prepare(struct bench *b)
{
	struct registered *r = b->state;

	r->growth.services = b->bytes - 1;
	return ioctl(r->control, BENCH_IOC_GROWTH, &r->growth) ? -errno : 0;
}

static int register_run(struct bench *b, unsigned int n)
{
	struct registered *r = b->state;

	(void)n;
	r->growth.services = b->bytes;
	if (ioctl(r->control, BENCH_IOC_GROWTH, &r->growth))
		return -errno;
	b->spent = r->growth.ns;
	return 0;
}

static void register_close(struct bench *b)
{
	struct registered *r = b->state;

	if (!r)
		return;
	r->growth.services = 0;
	ioctl(r->control, BENCH_IOC_GROWTH, &r->growth);
	close(r->control);
	free(r);
}

const struct bench_work bench_growth_register = {
	.work = "growth", .channel = "register", .kind = BENCH_KULINK, .sizes = BENCH_SIZES(1, 10, 100, 1000),
	.samples = 9, .open = register_open, .prepare = register_prepare, .run = register_run,
	.close = register_close,
};
