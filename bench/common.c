// SPDX-License-Identifier: MIT
/* What every work over kulink begins with. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

uint64_t bench_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

void bench_fill(const struct bench *b, void *payload, size_t bytes, uint64_t turn)
{
	uint64_t *word = payload;
	size_t i, n = b->verify ? bytes / 8 : 1;

	for (i = 0; i < n; i++)
		word[i] = bench_word(turn, i);
}

int bench_check(const struct bench *b, const void *payload, size_t bytes, uint64_t turn)
{
	const uint64_t *word = payload;
	size_t i, n = b->verify ? bytes / 8 : 1;

	for (i = 0; i < n; i++)
		if (word[i] != bench_word(turn, i))
			return -EBADMSG;
	return 0;
}

const struct kulink_channel_info *channel_info(const char *name)
{
	const struct kulink_channel_info *info;

	for (info = kulink_channels(); info->name; info++)
		if (!strcmp(info->name, name))
			return info;
	return NULL;
}

int service_failed(struct bench *b, struct service *s, int error)
{
	if (error && !b->why[0])
		snprintf(b->why, sizeof(b->why), "%s", s->k ? kulink_message(s->k) : strerror(-error));
	return error;
}

int service_open_over(struct bench *b, struct service *s, const char *channel)
{
	char why[128];
	int error;

	s->k = NULL;
	s->control = open("/dev/kulink_bench", O_RDWR | O_CLOEXEC);
	if (s->control < 0) {
		snprintf(b->why, sizeof(b->why), "/dev/kulink_bench: %m (modprobe kulink_bench)");
		return -ENOENT;
	}
	error = kulink_available(channel, why, sizeof(why));
	if (error) {
		snprintf(b->why, sizeof(b->why), "%s", why);
		return error;
	}
	return service_failed(b, s, kulink_open(&s->k, BENCH_SERVICE, channel));
}

int service_open(struct bench *b, struct service *s)
{
	return service_open_over(b, s, b->work->channel);
}

void service_close(struct service *s)
{
	kulink_close(s->k);
	if (s->control >= 0)
		close(s->control);
}
