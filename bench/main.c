// SPDX-License-Identifier: MIT
/*
 * kulink bench: what each channel costs, beside the mechanism bare, the best that others have, and what nothing
 * can go below. docs/bench.md says what is measured and how to read it.
 */
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness.h"

#define BENCH_WORK(name)	extern const struct bench_work bench_##name;
#include "works.h"
#include "bare/works.h"
#include "peers/works.h"
#undef BENCH_WORK

#define BENCH_WORK(name)	&bench_##name,
static const struct bench_work *const fixed[] = {
#include "works.h"
#include "bare/works.h"
#include "peers/works.h"
	NULL
};
#undef BENCH_WORK

/* Of each channel */
static const struct bench_work *const each[] = {
	&bench_get, &bench_set, &bench_call, &bench_table, &bench_reread, &bench_events, &bench_bursts, &bench_cells, &bench_producers,
	&bench_wakeup, NULL
};

/* How much more a byte more costs is asked of those that carry much */
static const char *const growing[] = { "ioctl", "mmap", "genl", NULL };

struct run {
	const struct options *o;
	struct figures all;
	size_t room;
	int failed;
};

static bool cannot_be(int error)
{
	return error == -ENOENT || error == -EOPNOTSUPP || error == -EACCES || error == -EMSGSIZE ||
		error == -EPROTONOSUPPORT;
}

static struct figure *new_figure(struct run *run)
{
	size_t room = run->room ? run->room * 2 : 64;
	struct figure *more;

	if (run->all.n < run->room)
		return &run->all.figure[run->all.n];
	more = realloc(run->all.figure, room * sizeof(*more));
	if (!more)
		return NULL;
	run->all.figure = more;
	run->room = room;
	return &more[run->all.n];
}

static void name_figure(struct figure *f)
{
	int n = snprintf(f->name, sizeof(f->name), "%s/%s/%zu", f->work->work, f->work->channel, f->bytes);

	if (f->producers > 1)
		n += snprintf(f->name + n, sizeof(f->name) - n, "/p%u", f->producers);
	if (f->readers > 1)
		snprintf(f->name + n, sizeof(f->name) - n, "/r%u", f->readers);
}

/* 0 or -errno of one that cannot be at all; what fails is counted */
static int measure(struct run *run, const struct bench_work *w, size_t bytes, unsigned int producers,
		   unsigned int readers)
{
	struct figure *f = new_figure(run);
	char why[200];
	int error;

	if (!f)
		return -ENOMEM;
	*f = (struct figure){ .work = w, .bytes = bytes, .producers = producers, .readers = readers };
	name_figure(f);
	if (run->o->only && strncmp(f->name, run->o->only, strlen(run->o->only)))
		return 0;
	error = bench_measure(f, run->o, why, sizeof(why));
	if (!error) {
		run->all.n++;
		return 0;
	}
	free(f->samples);
	free(f->sorted);
	if (cannot_be(error)) {
		if (error != -EMSGSIZE && (!run->o->quiet || run->o->only))
			fprintf(stderr, "kulink bench: not %s: %s\n", f->name, why);
		return error;
	}
	fprintf(stderr, "kulink bench: %s: %s\n", f->name, why);
	run->failed++;
	return 0;
}

/* Of several producers, or readers, with one of the others */
static void measure_many(struct run *run, const struct bench_work *w, size_t bytes)
{
	const unsigned int *n;

	for (n = w->producers; n && *n; n++)
		if (*n > 1)
			measure(run, w, bytes, *n, 1);
	for (n = w->readers; n && *n; n++)
		if (*n > 1)
			measure(run, w, bytes, 1, *n);
}

/* A small one that each has */
static bool is_brief(const struct bench_work *w, size_t bytes)
{
	return !strcmp(w->work, "growth") ? false : bytes == (!strcmp(w->work, "get") ||
		!strcmp(w->work, "set") ? 8 : !strcmp(w->work, "table") || !strcmp(w->work, "reread") ? 65536 : 64);
}

/* Whether figures of the channel may be among those: -f has WORK/CHANNEL/BYTES, or how it begins */
static bool asked_for(const struct options *o, const char *channel)
{
	const char *at = o->only ? strchr(o->only, '/') : NULL;

	if (o->channel && strcmp(o->channel, channel))
		return false;
	return !at || !strncmp(at + 1, channel, strcspn(at + 1, "/"));
}

static void measure_work(struct run *run, const struct bench_work *w)
{
	const size_t *size;
	int error;

	if (!asked_for(run->o, w->channel))
		return;
	if (run->o->work && strcmp(run->o->work, w->work))
		return;
	for (size = w->sizes; *size; size++) {
		if (run->o->brief && !is_brief(w, *size))
			continue;
		error = measure(run, w, *size, 1, 1);
		if (error && error != -EMSGSIZE)
			return;
		if (!error && *size == 64 && !run->o->brief)
			measure_many(run, w, *size);
	}
}

static void measure_channel(struct run *run, const struct kulink_channel_info *info)
{
	struct bench_work *w;
	char why[160];
	size_t i;

	if (!asked_for(run->o, info->name))
		return;
	if (kulink_available(info->name, why, sizeof(why))) {
		if (!run->o->quiet)
			fprintf(stderr, "kulink bench: not %s: %s\n", info->name, why);
		return;
	}
	for (i = 0; each[i]; i++) {
		w = malloc(sizeof(*w));		/* stays as long as its figures */
		if (!w)
			return;
		*w = *each[i];
		w->channel = info->name;
		if (w->batch == bench_events.batch)
			w->batch = events_burst(info->name);
		measure_work(run, w);
	}
}

static void measure_growth(struct run *run, const char *channel)
{
	struct bench_work *w = malloc(sizeof(*w));

	if (!w || kulink_available(channel, NULL, 0)) {
		free(w);
		return;
	}
	*w = bench_growth;
	w->channel = channel;
	measure_work(run, w);
}

static int measure_all(struct run *run)
{
	const struct kulink_channel_info *info;
	size_t i;
	int error = 0;

	for (info = kulink_channels(); info->name; info++)
		measure_channel(run, info);
	for (i = 0; growing[i]; i++)
		measure_growth(run, growing[i]);
	for (i = 0; fixed[i]; i++)
		measure_work(run, fixed[i]);
	if (!run->all.n) {
		fprintf(stderr, "kulink bench: nothing was measured\n");
		return 1;
	}
	if (run->o->output || run->o->json)
		error = figures_write(&run->all, run->o);
	if (!error && !run->o->quiet && !run->o->json)
		error = figures_show(&run->all, run->o);
	if (error)
		fprintf(stderr, "kulink bench: %s\n", strerror(-error));
	return error || run->failed ? 1 : 0;
}

/* By the name that a hypervisor gives itself */
static const char *accelerator(void)
{
#if defined(__x86_64__) || defined(__i386__)
	unsigned int a, b, c, d;
	char name[13] = "";

	if (__get_cpuid(1, &a, &b, &c, &d) && c & 1U << 31) {
		__cpuid(0x40000000, a, b, c, d);
		memcpy(name, &b, 4);
		memcpy(name + 4, &c, 4);
		memcpy(name + 8, &d, 4);
		return !strcmp(name, "TCGTCGTCGTCG") ? "tcg" : !strcmp(name, "KVMKVMKVM") ? "kvm" : "hypervisor";
	}
#endif
	return "hardware";
}

/* Where the last whole run on this machine is kept */
static const char *kept_in(char *path, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n;

	if (state && state[0] == '/')
		n = snprintf(path, size, "%s/kulink", state);
	else if (home)
		n = snprintf(path, size, "%s/.local/state/kulink", home);
	else
		return NULL;
	if (n < 0 || (size_t)n + sizeof("/bench.json") > size)
		return NULL;
	for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0700);
		*at = '/';
	}
	mkdir(path, 0700);
	strcpy(path + n, "/bench.json");
	return path;
}

static const char usage[] =
	"usage: kulink bench [-j | -o FILE] [-s] [-q] [-v] [-b] [-c CHANNEL] [-w WORK] [-f FIGURE]\n"
	"  -j, --json             the figures as JSON on stdout, and no table\n"
	"  -o, --output FILE      the figures as JSON; a whole run with neither goes to\n"
	"                         ~/.local/state/kulink/bench.json, where kulink pick looks\n"
	"  -s, --samples          every sample, too\n"
	"  -q, --quiet            no table\n"
	"  -v, --verify           measure little, and look at every byte\n"
	"  -b, --brief            one size of each\n"
	"  -c, --channel CHANNEL  of this channel (or ioctl-bare, floor-getppid ...) alone\n"
	"  -w, --work WORK        get, set, call, table, reread, events, bursts, cells,\n"
	"                         producers, wakeup or growth alone\n"
	"  -f, --figure FIGURE    those alone whose name begins so: call/ioctl/64\n"
	"      --clock WORD       what is counted: instructions, if CLOCK_MONOTONIC does; else nanoseconds\n";

int main(int argc, char **argv)
{
	static const struct option names[] = {
		{ "output", required_argument, NULL, 'o' }, { "samples", no_argument, NULL, 's' },
		{ "quiet", no_argument, NULL, 'q' }, { "verify", no_argument, NULL, 'v' },
		{ "brief", no_argument, NULL, 'b' },
		{ "channel", required_argument, NULL, 'c' }, { "work", required_argument, NULL, 'w' },
		{ "figure", required_argument, NULL, 'f' }, { "clock", required_argument, NULL, 'C' },
		{ "json", no_argument, NULL, 'j' }, { "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct options o = { .clock = "nanoseconds", .accelerator = accelerator() };
	struct run run = { .o = &o };
	char path[PATH_MAX];
	int c;

	while ((c = getopt_long(argc, argv, "jo:sqvbc:w:f:h", names, NULL)) != -1) {
		switch (c) {
		case 'j': o.json = true; break;
		case 'o': o.output = optarg; break;
		case 's': o.samples = true; break;
		case 'q': o.quiet = true; break;
		case 'v': o.verify = true; break;
		case 'b': o.brief = true; break;
		case 'c': o.channel = optarg; break;
		case 'w': o.work = optarg; break;
		case 'f': o.only = optarg; break;
		case 'C': o.clock = optarg; break;
		case 'h': fputs(usage, stdout); return 0;
		default: fputs(usage, stderr); return 2;
		}
	}
	if (optind < argc || (o.json && o.output)) {
		fputs(usage, stderr);
		return 2;
	}
	if (!o.json && !o.output && !o.channel && !o.work && !o.only && !o.brief && !o.verify)
		o.output = kept_in(path, sizeof(path));
	return measure_all(&run);
}
