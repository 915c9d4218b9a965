// SPDX-License-Identifier: GPL-2.0-only
/* What a service more costs, when there are many: services many0 … of one value. */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>

#include "driver.h"

#define SERVICES	1024

static struct kulink_service *services[SERVICES];
static unsigned int n_services;
static DEFINE_MUTEX(growth_lock);

struct many {
	u64 number;
};

static struct many many;

static const struct kulink_value many_values[] = {
	KULINK_VALUE_RO(struct many, number),
	{}
};

static const struct kulink_desc many_desc = {
	.name = "many%d",
	.owner = THIS_MODULE,
	.channels = "*",
	.values = many_values,
};

static int grow(struct bench_growth *growth)
{
	struct kulink_service *service;
	u64 begun;

	while (n_services > growth->services)
		kulink_unregister(services[--n_services]);
	while (n_services < growth->services) {
		begun = ktime_get_ns();
		service = kulink_register(NULL, &many_desc, &many);
		growth->ns = ktime_get_ns() - begun;
		if (IS_ERR(service))
			return PTR_ERR(service);
		services[n_services++] = service;
	}
	return 0;
}

int bench_growth(struct bench_growth *growth)
{
	int err;

	if (growth->services > SERVICES)
		return -EINVAL;
	mutex_lock(&growth_lock);
	err = grow(growth);
	mutex_unlock(&growth_lock);
	return err;
}

void bench_growth_exit(void)
{
	struct bench_growth none = {};

	bench_growth(&none);
}
