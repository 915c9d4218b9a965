// SPDX-License-Identifier: MIT
/* What went wrong, in two lines: what and where, the errno and its meaning here; then what to do. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli.h"

/* Tests name another */
#ifndef KULINK_CLASS
#define KULINK_CLASS "/sys/class/kulink"
#endif

static const struct meaning {
	int error;
	const char *name;
	const char *meaning;
} meanings[] = {
	{ ENOENT, "ENOENT", "there is none of that name" },
	{ EINVAL, "EINVAL", "malformed, or of the wrong type" },
	{ ERANGE, "ERANGE", "outside the range it takes" },
	{ EMSGSIZE, "EMSGSIZE", "too large" },
	{ E2BIG, "E2BIG", "the kernel side is older and does not know what was asked" },
	{ EACCES, "EACCES", "not allowed" },
	{ EPERM, "EPERM", "refused by the kernel before kulink was asked" },
	{ ENODEV, "ENODEV", "the driver is gone" },
	{ EOPNOTSUPP, "EOPNOTSUPP", "this channel does not carry that" },
	{ EPROTONOSUPPORT, "EPROTONOSUPPORT", "the kernel's kulink speaks another ABI" },
	{ EAGAIN, "EAGAIN", "it kept changing while it was read" },
	{ EBUSY, "EBUSY", "in use" },
	{ EEXIST, "EEXIST", "the name is taken" },
	{ ETIMEDOUT, "ETIMEDOUT", "it did not come in time" },
	{ ENOBUFS, "ENOBUFS", "the kernel has reached its limit of memory for this" },
	{ ENOMEM, "ENOMEM", "out of memory" },
	{ EIO, "EIO", "the device or its driver failed" },
	{ EINTR, "EINTR", "interrupted" },
};

const char *error_name(int error)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (meanings[i].error == abs(error))
			return meanings[i].name;
	return "";
}

const char *error_meaning(int error)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (meanings[i].error == abs(error))
			return meanings[i].meaning;
	return strerror(abs(error));
}

bool kulink_in_kernel(void)
{
	return access(KULINK_CLASS, F_OK) == 0;
}

void hint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("  ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

int report_usage(const struct verb *verb, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "kulink%s%s: ", verb ? " " : "", verb ? verb->name : "");
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	if (verb)
		hint("usage: kulink %s%s%s (kulink help %s)", verb->name,
		     *verb->arguments ? " " : "", verb->arguments, verb->name);
	else
		hint("kulink help lists the verbs");
	return STATUS_USAGE;
}

/* Why it cannot be used here, if that is so */
static bool hint_unavailable(const char *channel)
{
	char why[256] = "";

	if (!kulink_available(channel, why, sizeof(why)) || !*why)
		return false;
	hint("%s cannot be used here: %s", channel, why);
	return true;
}

static void hint_channel(const char *channel)
{
	if (!hint_unavailable(channel))
		hint("over which channels each service can be reached: kulink list");
}

static void hint_missing(const struct place *at)
{
	if (!kulink_in_kernel())
		hint("kulink is not in this kernel: sudo modprobe kulink (kulink doctor says more)");
	else if (at->part)
		hint("what it has: kulink info %s", at->service);
	else if (at->channel)
		hint_channel(at->channel);
	else
		hint("the services here: kulink list");
}

static void hint_value(const struct kulink_part *part)
{
	char min[32], max[32];
	size_t i;

	if (part->type == KULINK_TYPE_STRING && part->ranged) {
		hint("%s takes %" PRIu64 " to %" PRIu64 " bytes", part->name, part->min, part->max);
	} else if (part->ranged) {
		number_text(part->type, part->min, NULL, min, sizeof(min));
		number_text(part->type, part->max, NULL, max, sizeof(max));
		hint("%s takes %s to %s", part->name, min, max);
	} else if (part->labels) {
		fprintf(stderr, "  %s takes", part->name);
		for (i = 0; part->labels[i]; i++)
			fprintf(stderr, " %s", part->labels[i]);
		fputc('\n', stderr);
	} else {
		hint("%s is of type %s", part->name, type_name(part->type));
	}
}

static void hint_access(const struct place *at, const struct kulink_part *part)
{
	bool setting = !strcmp(at->doing, "set");

	/* before it was open nobody can have asked the service */
	if (!at->k && at->channel && hint_unavailable(at->channel))
		return;
	if (part && setting && !(part->mode & 0222))
		hint("%s is read-only, for root too", part->name);
	else if (part && at->kind == KULINK_VALUES && !setting && !(part->mode & 0444))
		hint("%s is write-only, for root too", part->name);
	else if (geteuid())
		hint("try it as root, with sudo; owner, group and modes: kulink info %s",
		     at->service);
	else
		hint("owner, group and modes: kulink info %s", at->service);
}

static void hint_size(const struct place *at, const struct kulink_part *part,
		      const char *channel)
{
	const struct kulink_channel_info *c = channel_find(channel);

	if (part && part->kind == KULINK_VALUES)
		hint_value(part);
	else if (part && part->kind == KULINK_CALLS)
		hint("%s takes %zu bytes and replies with %zu at most; %s carries %zu",
		     part->name, part->request_max, part->reply_max, c ? c->name : "a channel",
		     c ? c->call_max : (size_t)KULINK_CALL_MAX);
	else
		hint("what it takes: kulink info %s", at->service);
}

static void hint_for(const struct place *at, int error, const char *channel)
{
	const struct kulink_info *info = NULL;
	const struct kulink_part *part = NULL;

	if (at->k && at->kind && at->part && !kulink_info(at->k, &info))
		part = part_find(info, at->kind, at->part);

	switch (abs(error)) {
	case ENOENT:
		hint_missing(at);
		break;
	case EINVAL:
	case ERANGE:
		if (part && part->kind == KULINK_VALUES)
			hint_value(part);
		else
			hint("what it takes: kulink info %s", at->service);
		break;
	case EMSGSIZE:
		hint_size(at, part, channel);
		break;
	case EACCES:
	case EPERM:
		hint_access(at, part);
		break;
	case ENODEV:
		hint("its driver was unloaded or its device removed: kulink list");
		break;
	case EOPNOTSUPP:
		if (at->k || !at->channel || !hint_unavailable(at->channel))
			hint("which channel carries what, and which can be used here: kulink channels");
		break;
	case EPROTONOSUPPORT:
		hint("this command speaks ABI %u: install the modules and the library of one release",
		     kulink_abi());
		break;
	case EAGAIN:
	case EBUSY:
		hint("try again");
		break;
	default:
		hint("what this kernel allows: kulink doctor; its log: sudo dmesg");
	}
}

int report(const struct place *at, int error)
{
	const char *message = at->k ? kulink_message(at->k) : "";
	const char *channel = at->channel;

	if (!channel || !*channel)
		channel = at->k ? kulink_channel(at->k) : "";
	fprintf(stderr, "kulink: cannot %s %s%s%s%s%s: %s", at->doing, at->service,
		at->part ? " " : "", at->part ? at->part : "",
		*channel ? " over " : "", channel, error_meaning(error));
	if (*error_name(error))
		fprintf(stderr, " (%s)", error_name(error));
	fprintf(stderr, "%s%s\n", *message ? ": " : "", message);
	hint_for(at, error, channel);
	return STATUS_FAILED;
}
