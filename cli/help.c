// SPDX-License-Identifier: MIT
/* kulink help: the verbs, or one of them */
#include <string.h>
#include "cli.h"

static int help_one(const struct verb *verb)
{
	printf("usage: kulink %s [OPTIONS]%s%s\n%s\n\n%s%s", verb->name,
	       *verb->arguments ? " " : "", verb->arguments, verb->summary, verb->details,
	       *verb->details ? "\n" : "");
	if (!verb->no_channel)
		puts("  -c, --channel CHANNEL  over this channel and no other; else the best one here");
	puts("  -J, --json             for programs; the shapes are in docs/json.md\n"
	     "  -v, --verbose          say on stderr which channel was taken");
	return STATUS_DONE;
}

static int help_all(void)
{
	size_t i;

	puts("usage: kulink [OPTIONS] VERB [ARGUMENTS]\n"
	     "What drivers offer through kulink: values, tables, calls, events.\n");
	for (i = 0; verbs[i]; i++)
		printf("  %-15s %-28s %s\n", verbs[i]->name, verbs[i]->arguments, verbs[i]->summary);
	puts("\n"
	     "  -c, --channel CHANNEL  over this channel and no other; else the best one here\n"
	     "  -J, --json             for programs\n"
	     "  -v, --verbose          say on stderr which channel was taken\n"
	     "  -h, --help             also: kulink help VERB\n"
	     "  -V, --version\n\n"
	     "Exit status: 0 done, 1 failed, 2 wrong usage.");
	return STATUS_DONE;
}

static int help_one_json(struct json *j, const struct verb *verb)
{
	json_begin(j, NULL, '{');
	json_string(j, "verb", verb->name);
	json_string(j, "arguments", verb->arguments);
	json_string(j, "summary", verb->summary);
	json_string(j, "details", verb->details);
	json_end(j);
	return STATUS_DONE;
}

static int help_json(struct json *j)
{
	size_t i;

	json_begin(j, NULL, '[');
	for (i = 0; verbs[i]; i++)
		help_one_json(j, verbs[i]);
	json_end(j);
	return STATUS_DONE;
}

static int help_run(const struct options *o, int argc, char **argv)
{
	struct json j = { .out = stdout };
	size_t i;

	for (i = 0; argc && verbs[i]; i++)
		if (!strcmp(verbs[i]->name, argv[0]))
			return o->json ? help_one_json(&j, verbs[i]) : help_one(verbs[i]);
	if (argc)
		return report_usage(NULL, "no verb '%s'", argv[0]);
	return o->json ? help_json(&j) : help_all();
}

const struct verb help_verb = {
	.name = "help",
	.arguments = "[VERB]",
	.summary = "the verbs, or one of them",
	.details = "",
	.options = "",
	.max_args = 1,
	.no_channel = true,
	.run = help_run,
};
