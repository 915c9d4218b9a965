// SPDX-License-Identifier: MIT
/*
 * kulink tour: each channel at work on the services that are here. What it carries is exercised
 * and checked, and how long a small operation takes is shown. A channel that cannot run says why.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "tour.h"

#define SERVICES	64

/* Of a service that is made for the tour and removed */
#define INSTANCE	"kulink_tour"

static const struct {
	uint32_t kind;
	void (*run)(struct visit *v);
} kinds[TOUR_KINDS] = {
	[TOUR_VALUES] = { KULINK_VALUES, tour_values },
	[TOUR_TABLES] = { KULINK_TABLES, tour_tables },
	[TOUR_CALLS] = { KULINK_CALLS, tour_calls },
	[TOUR_EVENTS] = { KULINK_EVENTS, tour_events },
	[TOUR_REGIONS] = { KULINK_REGIONS, tour_regions },
};

struct services {
	char names[SERVICES][KULINK_NAME_SIZE];
	int n;
	bool all;			/* nobody named them */
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

bool tour_stopped(void)
{
	return stopped;
}

uint64_t tour_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int by_time(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void tour_time(struct visit *v, int what, uint64_t *ns, size_t n)
{
	if (v->tour->ns[what] || !n)
		return;
	qsort(ns, n, sizeof(*ns), by_time);
	v->tour->ns[what] = ns[n / 2] ? ns[n / 2] : 1;
}

bool visit_refused(const struct visit *v, int err)
{
	return (err == -EACCES || err == -EPERM) &&
	       (geteuid() || v->tour->channel->anonymous);
}

static void say(const struct visit *v, const char *part, const char *what)
{
	if (v->tour->o->verbose)
		fprintf(stderr, "kulink: %s %s %s: %s\n", v->tour->channel->name, v->service, part,
			what);
}

void visit_passed(struct visit *v, const char *part, const char *what)
{
	if (v->tour->kinds[v->kind] == UNTRIED)
		v->tour->kinds[v->kind] = PASSED;
	say(v, part, what);
}

void visit_skipped(struct visit *v, const char *part, const char *why)
{
	say(v, part, why);
}

void visit_failed(struct visit *v, const char *part, const char *format, ...)
{
	struct tour *tour = v->tour;
	va_list args;
	char *what;

	tour->kinds[v->kind] = FAILED;
	va_start(args, format);
	if (vasprintf(&what, format, args) < 0)
		what = NULL;
	va_end(args);
	fprintf(stderr, "kulink: tour: %s %s %s: %s\n", tour->channel->name, v->service, part,
		what ? what : "failed");
	if (tour->n_failures < TOUR_FAILURES &&
	    asprintf(&tour->failures[tour->n_failures], "%s %s: %s", v->service, part,
		     what ? what : "failed") >= 0)
		tour->n_failures++;
	free(what);
}

/* The service over another channel that carries this kind and can be used */
static struct kulink *other_open(const struct visit *v, uint32_t kind)
{
	const struct kulink_channel_info *c;
	struct kulink *k;

	for (c = kulink_channels(); c->name; c++) {
		if (c == v->tour->channel || !(c->carries & kind) ||
		    !list_holds(v->info->published, c->name) ||
		    kulink_available(c->name, NULL, 0))
			continue;
		if (!kulink_open(&k, v->service, c->name))
			return k;
	}
	return NULL;
}

static void visit_service(struct tour *tour, const char *service)
{
	struct visit v = { .tour = tour, .service = service };
	int err;

	err = kulink_open(&v.k, service, tour->channel->name);
	if (err == -ENOENT)
		return;		/* not published there */
	if (!err)
		err = kulink_info(v.k, &v.info);
	if (err) {
		visit_failed(&v, "", "open: %s", error_meaning(err));
		kulink_close(v.k);
		return;
	}
	tour->services++;
	for (v.kind = 0; v.kind < TOUR_KINDS && !stopped; v.kind++) {
		if (!(tour->channel->carries & kinds[v.kind].kind))
			continue;
		v.other = other_open(&v, kinds[v.kind].kind);
		kinds[v.kind].run(&v);
		kulink_close(v.other);
	}
	kulink_close(v.k);
}

/* Nothing is published on the channel: maybe it carries only what programs have made */
static int visit_instance(void *ctx, const char *factory)
{
	struct tour *tour = ctx;
	int err;

	if (kulink_instance_new(factory, INSTANCE))
		return 0;
	visit_service(tour, INSTANCE);
	err = kulink_instance_remove(factory, INSTANCE);
	if (err)
		fprintf(stderr, "kulink: tour: instance " INSTANCE " of %s stays: %s\n", factory,
			error_meaning(err));
	return tour->services || stopped;
}

static void tour_channel(struct tour *tour, const struct services *services)
{
	int i, err;

	err = kulink_available(tour->channel->name, tour->why, sizeof(tour->why));
	if (err) {
		if (!*tour->why)
			snprintf(tour->why, sizeof(tour->why), "%s", error_meaning(err));
		return;
	}
	*tour->why = '\0';
	for (i = 0; i < services->n && !stopped; i++)
		visit_service(tour, services->names[i]);
	if (!tour->services && services->all && !tour->o->read_only && !stopped)
		kulink_factory_list(visit_instance, tour);
	if (!tour->services && !tour->n_failures)
		snprintf(tour->why, sizeof(tour->why), "no service is published on it");
}

static int services_add(void *ctx, const char *service)
{
	struct services *services = ctx;

	if (services->n < SERVICES)
		snprintf(services->names[services->n++], KULINK_NAME_SIZE, "%s", service);
	return 0;
}

static int services_find(struct services *services, int argc, char **argv)
{
	struct place at = { .doing = "tour", .service = "the services" };
	int i, err;

	services->all = !argc;
	for (i = 0; i < argc; i++)
		services_add(services, argv[i]);
	if (!argc) {
		err = kulink_list(services_add, services);
		if (err && err != -ENOENT)
			return report(&at, err);
	}
	if (services->n)
		return STATUS_DONE;
	if (kulink_in_kernel()) {
		fputs("kulink: there is nothing to tour: no driver that is loaded offers a service\n",
		      stderr);
		hint("load one, as an example: sudo modprobe hwstats");
	} else {
		fputs("kulink: there is nothing to tour: kulink is not in this kernel\n", stderr);
		hint("load it: sudo modprobe kulink; what stands in the way: kulink doctor");
	}
	return STATUS_DONE;
}

static int tour_run(const struct options *o, int argc, char **argv)
{
	const struct kulink_channel_info *c;
	struct services services = {};
	size_t n = 0, i = 0;
	struct tour *tours;
	int status;

	status = services_find(&services, argc, argv);
	if (status)
		return status;
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	for (c = kulink_channels(); c->name; c++)
		n++;
	tours = calloc(n + 1, sizeof(*tours));
	for (c = kulink_channels(); tours && c->name && !stopped; c++) {
		if (o->channel && strcmp(o->channel, c->name))
			continue;
		tours[i].o = o;
		tours[i].channel = c;
		tour_channel(&tours[i++], &services);
	}
	status = tours ? tour_show(o, tours, i) : STATUS_FAILED;
	free(tours);
	if (stopped)
		fputs("kulink: the tour was interrupted; what it had changed is restored\n", stderr);
	return stopped ? STATUS_FAILED : status;
}

const struct verb tour_verb = {
	.name = "tour",
	.arguments = "[SERVICE...]",
	.summary = "each channel exercised, checked and timed on the services here",
	.details = "Each value that can be set is changed for a moment and restored. Where a channel "
		   "carries only\nservices that programs have made, one is made and removed.\n\n"
		   "  -r, --read-only        change nothing: reads only\n"
		   "Exit status 0 if no channel failed and at least one is ok.\n",
	.options = "r",
	.max_args = -1,
	.run = tour_run,
};
