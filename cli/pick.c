// SPDX-License-Identifier: MIT
/*
 * kulink pick: which channel should I use? What the library and pick_facts.c say rules out, what
 * kulink bench has measured ranks.
 */
#include <getopt.h>
#include <string.h>
#include "pick.h"

static struct pick_needs needs;

/* Those of pick_need_list[], as getopt_long() wants them */
static const struct option longs[] = {
	{ "about", required_argument, NULL, 0 },
	{ "direction", required_argument, NULL, 0 },
	{ "size", required_argument, NULL, 0 },
	{ "rate", required_argument, NULL, 0 },
	{ "latency", required_argument, NULL, 0 },
	{ "readers", required_argument, NULL, 0 },
	{ "no-loss", no_argument, NULL, 0 },
	{ "interrupt", no_argument, NULL, 0 },
	{ "unprivileged", no_argument, NULL, 0 },
	{ "script", no_argument, NULL, 0 },
	{ "remote", no_argument, NULL, 0 },
	{ "kernel", required_argument, NULL, 0 },
	{ "bench", required_argument, NULL, 0 },
	{ "ask", no_argument, NULL, 0 },
	{}
};

static int take(const char *name, const char *argument)
{
	const struct pick_need *need = pick_need_list;
	char why[PICK_WHY];

	while (strcmp(need->name, name))
		need++;
	if (need->take(&needs, argument, why))
		return STATUS_DONE;
	return report_usage(&pick_verb, "%s", why);
}

static int answer(const struct options *o)
{
	struct pick_choice choices[PICK_CHANNELS];
	struct pick_figures figures;
	char why[PICK_WHY];
	size_t n = 0;

	if (!pick_figures_load(&figures, needs.bench, why))
		return report_usage(&pick_verb, "no figures from %s: %s", needs.bench, why);
	if (needs.kind)
		n = pick_judge(&needs, &figures, choices);
	(o->json ? pick_json : pick_show)(&needs, &figures, choices, n);
	pick_figures_free(&figures);
	return !needs.kind || (n && choices[0].rank) ? STATUS_DONE : STATUS_FAILED;
}

static int pick_run(const struct options *o, int argc, char **argv)
{
	char why[PICK_WHY];
	int status;

	if (argc && !pick_take_kind(&needs, argv[0], why))
		return report_usage(&pick_verb, "%s", why);
	if (needs.ask) {
		status = pick_ask(&needs);
		if (status)
			return status;
	}
	if (!pick_needs_check(&needs, why))
		return report_usage(&pick_verb, "%s", why);
	return answer(o);
}

const struct verb pick_verb = {
	.name = "pick",
	.arguments = "[KIND] [NEEDS]",
	.summary = "which channel should I use?",
	.details = "Channels that do it, best first, each with what kulink bench measured on this machine, or\n"
		   "with the shipped baseline; and why the others do not. None: exit status 1.\n"
		   "KIND is what is carried: value, table, call, event or region.\n\n"
		   "      --about WORD       what it is about: perhaps a subsystem of the kernel has it\n"
		   "      --direction WAY    from the kernel, to it, or both\n"
		   "      --size BYTES       of one: 200, 16K, 1M\n"
		   "      --rate N           so many a second: 20, 100K\n"
		   "      --latency TIME     99 of 100 are done in that: 500ns, 20us, 1ms\n"
		   "      --readers N        so many programs read it\n"
		   "      --no-loss          not one may be lost\n"
		   "      --interrupt        the kernel has it in interrupt context\n"
		   "      --unprivileged     by programs without root and capabilities\n"
		   "      --script           with cat and echo, without the library\n"
		   "      --remote           by programs on another machine\n"
		   "      --kernel VERSIONS  on which it must work: 6.12, 6.1-7.2\n"
		   "      --bench FILE       with these figures\n"
		   "      --ask              ask for all this\n",
	.options = "",
	.longs = longs,
	.take = take,
	.max_args = 1,
	.no_channel = true,
	.run = pick_run,
};
