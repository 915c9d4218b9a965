// SPDX-License-Identifier: MIT
/*
 * kulink: services, their values, tables, calls and events from the command line.
 * Exit status: 0 done, 1 failed, 2 wrong usage.
 */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include "cli.h"

const struct verb *const verbs[] = {
	&list_verb, &channels_verb, &info_verb, &get_verb, &set_verb, &call_verb, &dump_verb,
	&watch_verb, &factories_verb, &new_instance_verb, &remove_instance_verb, &tour_verb,
	&doctor_verb, &bench_verb, &pick_verb, &help_verb, NULL
};

/* What getopt_long() answers for one of a verb's own */
#define OWN		256
#define OWN_MAX		32

static const struct option long_options[] = {
	{ "channel", required_argument, NULL, 'c' },
	{ "json", no_argument, NULL, 'J' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ "count", required_argument, NULL, 'n' },
	{ "timeout", required_argument, NULL, 't' },
	{ "read-only", no_argument, NULL, 'r' },
	{}
};

/* A number of at least @least; seconds may have a fraction */
static bool number_option(const char *text, double least, double most, double *number)
{
	char *end;

	errno = 0;
	*number = strtod(text, &end);
	return end != text && !*end && !errno && *number >= least && *number <= most;
}

static int take_option(struct options *o, const struct verb *verb, int c)
{
	double number;

	if (strchr("ntr", c) && !(verb && strchr(verb->options, c)))
		return report_usage(verb, "no option -%c here", c);
	switch (c) {
	case 'c':
		if (!channel_find(optarg))
			return report_usage(verb, "no channel '%s': kulink channels lists them",
					    optarg);
		o->channel = optarg;
		return STATUS_DONE;
	case 'J':
		o->json = true;
		return STATUS_DONE;
	case 'v':
		o->verbose = true;
		return STATUS_DONE;
	case 'h':
		o->help = true;
		return STATUS_DONE;
	case 'V':
		o->version = true;
		return STATUS_DONE;
	case 'n':
		if (!number_option(optarg, 1, 1e15, &number) || number != (double)(long)number)
			return report_usage(verb, "-n takes a number from 1, not '%s'", optarg);
		o->count = (long)number;
		return STATUS_DONE;
	case 't':
		if (!number_option(optarg, 0, 1e6, &number))
			return report_usage(verb, "-t takes seconds, not '%s'", optarg);
		o->timeout_ms = (long)(number * 1000);
		return STATUS_DONE;
	case 'r':
		o->read_only = true;
		return STATUS_DONE;
	}
	return report_usage(verb, "no option -%c here", c);
}

/* Everybody's, and @verb's own behind them */
static void all_options(const struct verb *verb, struct option all[])
{
	size_t common = sizeof(long_options) / sizeof(*long_options) - 1, n;

	memcpy(all, long_options, sizeof(long_options));
	for (n = 0; verb && verb->longs && verb->longs[n].name && n < OWN_MAX; n++) {
		all[common + n] = verb->longs[n];
		all[common + n].val = OWN;
	}
	all[common + n] = (struct option){};
}

/* With @verb NULL: options before it, up to the first word */
static int take_options(struct options *o, const struct verb *verb, int argc, char **argv)
{
	struct option all[sizeof(long_options) / sizeof(*long_options) + OWN_MAX];
	int c, status, which = 0;

	all_options(verb, all);
	optind = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, verb ? ":c:Jvhn:t:r" : "+:c:JvhVn:t:r", all, &which)) != -1) {
		if (c == ':')
			return report_usage(verb, "%s needs something after it", argv[optind - 1]);
		if (c == '?' && optopt == OWN)
			return report_usage(verb, "%s takes nothing", argv[optind - 1]);
		if (c == '?' && optopt)
			return report_usage(verb, "no option -%c here", optopt);
		if (c == '?')
			return report_usage(verb, "no option %s here", argv[optind - 1]);
		status = c == OWN ? verb->take(all[which].name, optarg) : take_option(o, verb, c);
		if (status)
			return status;
	}
	return STATUS_DONE;
}

static const struct verb *verb_find(const char *name)
{
	size_t i;

	for (i = 0; verbs[i]; i++)
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

static int run_verb(struct options *o, const struct verb *verb, int argc, char **argv)
{
	int status, n;

	if (verb->raw)
		return verb->run(o, argc - 1, argv + 1);
	status = take_options(o, verb, argc, argv);
	n = argc - optind;
	if (status)
		return status;
	if (o->help)
		return help_verb.run(o, 1, (char *[]){ (char *)verb->name, NULL });
	if (o->channel && verb->no_channel)
		return report_usage(verb, "no option -c here");
	if (n < verb->min_args)
		return report_usage(verb, "something is missing");
	if (verb->max_args >= 0 && n > verb->max_args)
		return report_usage(verb, "'%s' is too much", argv[optind + verb->max_args]);
	return verb->run(o, n, argv + optind);
}

static int run(int argc, char **argv)
{
	struct options o = { .count = -1, .timeout_ms = -1 };
	const struct verb *verb;
	int status;

	status = take_options(&o, NULL, argc, argv);
	if (status)
		return status;
	if (o.version) {
		printf("kulink %s (ABI %u)\n", kulink_version(), kulink_abi());
		return STATUS_DONE;
	}
	argc -= optind;
	argv += optind;
	if (o.help)
		return help_verb.run(&o, argc > 1 ? 1 : argc, argv);
	if (!argc)
		return report_usage(NULL, "what shall be done?");
	verb = verb_find(argv[0]);
	if (!verb)
		return report_usage(NULL, "no verb '%s'", argv[0]);
	return run_verb(&o, verb, argc, argv);
}

int main(int argc, char **argv)
{
	int status;

	setlocale(LC_CTYPE, "");
	status = run(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "kulink: cannot write the output: %s\n", strerror(errno));
		return STATUS_FAILED;
	}
	return status;
}
