// SPDX-License-Identifier: MIT
/* What is asked of a channel: the words of the options and of the answers to --ask */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "pick.h"

#define ANSWERS_MAX	1e15

static bool refuse(char *why, const char *takes, const char *text)
{
	snprintf(why, PICK_WHY, "%s, not '%.60s'", takes, text);
	return false;
}

struct unit {
	const char *name;
	double factor;
};

static const struct unit sizes[] = {
	{ "", 1 }, { "B", 1 }, { "K", 1 << 10 }, { "KiB", 1 << 10 }, { "M", 1 << 20 }, { "MiB", 1 << 20 },
	{ "G", 1 << 30 }, { "GiB", 1 << 30 }, {}
};
static const struct unit counts[] = { { "", 1 }, { "K", 1e3 }, { "M", 1e6 }, { "G", 1e9 }, {} };
static const struct unit times[] = {
	{ "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 }, {}
};

/* More than 0, with one of @units behind it */
static bool quantity(const char *text, const struct unit *units, double *number)
{
	char *end;

	if (*text < '0' || *text > '9' || strpbrk(text, "xXpPeE"))
		return false;
	errno = 0;
	*number = strtod(text, &end);
	end += strspn(end, " ");
	for (; units->name; units++)
		if (!strcasecmp(end, units->name))
			break;
	if (!units->name || errno)
		return false;
	*number *= units->factor;
	return *number > 0 && *number <= ANSWERS_MAX;
}

bool pick_take_kind(struct pick_needs *needs, const char *text, char *why)
{
	uint32_t kind;

	for (kind = KULINK_VALUES; kind <= KULINK_REGIONS; kind <<= 1) {
		size_t len = strlen(kind_name(kind));

		if (!strncmp(text, kind_name(kind), len) && (!text[len] || !strcmp(text + len, "s"))) {
			needs->kind = kind;
			return true;
		}
	}
	return refuse(why, "what is carried is a value, table, call, event or region", text);
}

static bool take_direction(struct pick_needs *needs, const char *text, char *why)
{
	if (!strcmp(text, "from"))
		needs->direction = FROM_KERNEL;
	else if (!strcmp(text, "to"))
		needs->direction = TO_KERNEL;
	else if (!strcmp(text, "both"))
		needs->direction = FROM_KERNEL | TO_KERNEL;
	else
		return refuse(why, "--direction takes from (the kernel), to (it) or both", text);
	return true;
}

static bool take_size(struct pick_needs *needs, const char *text, char *why)
{
	double bytes;

	if (!quantity(text, sizes, &bytes) || bytes != floor(bytes))
		return refuse(why, "--size takes bytes, as 200, 16K or 1M", text);
	needs->size = (uint64_t)bytes;
	return true;
}

static bool take_rate(struct pick_needs *needs, const char *text, char *why)
{
	return quantity(text, counts, &needs->rate) ||
	       refuse(why, "--rate takes how many a second, as 20 or 100K", text);
}

static bool take_latency(struct pick_needs *needs, const char *text, char *why)
{
	return quantity(text, times, &needs->latency) ||
	       refuse(why, "--latency takes a time, as 500ns, 20us or 1ms", text);
}

static bool take_readers(struct pick_needs *needs, const char *text, char *why)
{
	double n;

	if (!quantity(text, counts, &n) || n != floor(n))
		return refuse(why, "--readers takes how many programs read it, from 1", text);
	needs->readers = (uint64_t)n;
	return true;
}

static bool version(const char **text, unsigned int *kernel)
{
	unsigned int major, minor;
	int len = 0;

	if (**text < '0' || **text > '9' || sscanf(*text, "%3u.%3u%n", &major, &minor, &len) != 2 || !len)
		return false;
	*text += len;
	*kernel = PICK_KERNEL(major, minor);
	return true;
}

static bool take_kernel(struct pick_needs *needs, const char *text, char *why)
{
	const char *s = text;
	bool known = version(&s, &needs->kernel_from);

	needs->kernel_to = needs->kernel_from;
	if (known && *s == '-') {
		s++;
		known = version(&s, &needs->kernel_to);
	}
	if (!known || *s || needs->kernel_to < needs->kernel_from)
		return refuse(why, "--kernel takes a version or two, as 6.12 or 6.1-7.2", text);
	if (needs->kernel_from < PICK_KERNEL_OLDEST)
		return refuse(why, "kulink runs on Linux 6.1 and later", text);
	return true;
}

static bool take_about(struct pick_needs *needs, const char *text, char *why)
{
	if (!*text)
		return refuse(why, "--about takes a word for the thing, as temperature or battery", text);
	needs->about = text;
	return true;
}

static bool take_bench(struct pick_needs *needs, const char *text, char *why)
{
	(void)why;
	needs->bench = text;
	return true;
}

#define FLAG(member)								\
	static bool take_##member(struct pick_needs *needs, const char *text, char *why) \
	{									\
		(void)text;							\
		(void)why;							\
		needs->member = true;						\
		return true;							\
	}

FLAG(no_loss)
FLAG(unprivileged)
FLAG(remote)
FLAG(interrupt)
FLAG(script)
FLAG(ask)

#define REQUESTS	(KULINK_VALUES | KULINK_TABLES | KULINK_CALLS)

const struct pick_need pick_need_list[] = {
	{ "about", "WORD", "What is it about, in a word (temperature, battery, camera)?", 0, take_about },
	{ "direction", "WAY", "Does it go from the kernel, to it, or both?", KULINK_VALUES | KULINK_REGIONS,
	  take_direction },
	{ "size", "BYTES", "How many bytes has one (200, 16K, 1M)?", 0, take_size },
	{ "rate", "N", "How many a second (20, 100K)?", REQUESTS | KULINK_EVENTS, take_rate },
	{ "latency", "TIME", "In what time must one be done (500ns, 20us, 1ms)?", REQUESTS | KULINK_EVENTS,
	  take_latency },
	{ "readers", "N", "How many programs read it?", 0, take_readers },
	{ "no-loss", NULL, "Must not one be lost (yes or no)?", KULINK_EVENTS, take_no_loss },
	{ "interrupt", NULL, "Does the kernel have it in interrupt context (yes or no)?",
	  KULINK_EVENTS | KULINK_REGIONS, take_interrupt },
	{ "unprivileged", NULL, "Must it work for programs without privileges (yes or no)?", 0, take_unprivileged },
	{ "script", NULL, "Must scripts be able to use it, with cat and echo (yes or no)?", 0, take_script },
	{ "remote", NULL, "Are the programs on another machine (yes or no)?", 0, take_remote },
	{ "kernel", "VERSIONS", "On which kernels must it work (6.12, 6.1-7.2)?", 0, take_kernel },
	{ "bench", "FILE", NULL, 0, take_bench },
	{ "ask", NULL, NULL, 0, take_ask },
	{}
};

void pick_size_text(uint64_t bytes, char *text, size_t size)
{
	if (bytes && bytes % (1U << 20) == 0)
		snprintf(text, size, "%" PRIu64 " MiB", bytes >> 20);
	else if (bytes && bytes % (1U << 10) == 0)
		snprintf(text, size, "%" PRIu64 " KiB", bytes >> 10);
	else
		snprintf(text, size, "%" PRIu64 " B", bytes);
}

bool pick_needs_check(const struct pick_needs *needs, char *why)
{
	uint64_t max = pick_kind_max(needs->kind);
	char most[32];

	if (!needs->kind && !needs->about) {
		snprintf(why, PICK_WHY, "say what is carried: value, table, call, event or region");
		return false;
	}
	if (needs->direction & TO_KERNEL && needs->kind & (KULINK_TABLES | KULINK_EVENTS)) {
		snprintf(why, PICK_WHY, "%s goes from the kernel alone: what goes to it is a value, a call or a region",
			 needs->kind == KULINK_TABLES ? "a table" : "an event");
		return false;
	}
	if (max && needs->size > max) {
		pick_size_text(max, most, sizeof(most));
		snprintf(why, PICK_WHY, "%s %s has %s at most: take a %s",
			 needs->kind == KULINK_EVENTS ? "an" : "a", kind_name(needs->kind), most,
			 needs->kind == KULINK_CALLS ? "region, or several calls" : "table or a region");
		return false;
	}
	return true;
}
