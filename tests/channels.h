/* SPDX-License-Identifier: GPL-2.0-only */
/* The channels that a test with all of them loaded goes through: those that the library knows. */
#ifndef TESTS_CHANNELS_H
#define TESTS_CHANNELS_H

#include <errno.h>
#include <string.h>

#include <kulink.h>

#define CHANNELS_MAX	32

struct channels {
	const char *names[CHANNELS_MAX];
	size_t n;
};

/* Not one that only a kernel with our patch can have, nor, to root, one that nobody has turned on */
static inline bool is_possible(const char *name)
{
	int err = kulink_available(name, NULL, 0);

	return !err || (err != -EACCES && strcmp(name, "syscall"));
}

/* Values that are there to read, by memory of the driver's that is mapped */
static inline bool reads_only(const char *name)
{
	return !strcmp(name, "mmap");
}

/* Not of every service: a driver declares a parameter, a program makes an instance. docs/channels has why */
static inline bool is_by_choice(const char *name)
{
	return !strcmp(name, "param") || !strcmp(name, "configfs");
}

/* Those that carry @kind; @fieldless: events that come without fields, too, which cannot be held against each other */
static inline struct channels channels_that(enum kulink_kind kind, bool fieldless)
{
	const struct kulink_channel_info *info;
	struct channels channels = { .n = 0 };

	for (info = kulink_channels(); info->name && channels.n < CHANNELS_MAX; info++)
		if (info->carries & kind && is_possible(info->name) &&
		    (fieldless || kind != KULINK_EVENTS || !info->fieldless))
			channels.names[channels.n++] = info->name;
	return channels;
}

static inline struct channels channels_with(enum kulink_kind kind)
{
	return channels_that(kind, false);
}

/* Whether its programs are others, whoever they are */
static inline bool is_anonymous(const char *name)
{
	const struct kulink_channel_info *info = kulink_channels();

	while (info->name && strcmp(info->name, name))
		info++;
	return info->anonymous;
}

#endif /* TESTS_CHANNELS_H */
