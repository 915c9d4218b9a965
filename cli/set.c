// SPDX-License-Identifier: MIT
/* kulink set: change values, one after the other, up to the first that fails */
#include <stdlib.h>
#include <string.h>
#include "cli.h"

struct set {
	const struct options *o;
	struct kulink *k;
	const char *service;
	struct json json;
};

static void set_json(struct set *set, const char *value, const char *text, int err)
{
	struct json *j = &set->json;

	json_begin(j, NULL, '{');
	json_string(j, "value", value);
	json_string(j, "text", text);
	json_bool(j, "ok", !err);
	json_string(j, "channel", *kulink_channel(set->k) ? kulink_channel(set->k) : NULL);
	json_string(j, "error", err ? error_name(err) : NULL);
	json_end(j);
}

static int set_one(struct set *set, const char *value, const char *text)
{
	struct place at = { .doing = "set", .k = set->k, .service = set->service, .part = value,
			    .kind = KULINK_VALUES, .channel = set->o->channel };
	int err;

	if (!session_part(set->k, set->service, KULINK_VALUES, value, at.doing))
		return STATUS_FAILED;
	err = kulink_set_text(set->k, value, text);
	session_say(set->o, set->k);
	if (set->o->json)
		set_json(set, value, text, err);
	return err ? report(&at, err) : STATUS_DONE;
}

static int set_each(struct set *set, int argc, char **argv)
{
	int i, status = STATUS_DONE;
	char *name;

	for (i = 0; i < argc && !status; i++) {
		name = strndup(argv[i], strcspn(argv[i], "="));
		status = name ? set_one(set, name, strchr(argv[i], '=') + 1) : STATUS_FAILED;
		free(name);
	}
	if (status && argc > 1)
		hint("of %d values %d %s set before that one; %d %s not tried", argc, i - 1,
		     i == 2 ? "was" : "were", argc - i, argc - i == 1 ? "was" : "were");
	return status;
}

static int set_run(const struct options *o, int argc, char **argv)
{
	struct set set = { .o = o, .service = argv[0], .json.out = stdout };
	int i, status;

	for (i = 1; i < argc; i++)
		if (*argv[i] == '=' || !strchr(argv[i], '='))
			return report_usage(&set_verb, "'%s' is not VALUE=TEXT", argv[i]);
	status = session_open(&set.k, o, argv[0]);
	if (status)
		return status;
	if (o->json)
		json_begin(&set.json, NULL, '[');
	status = set_each(&set, argc - 1, argv + 1);
	if (o->json)
		json_end(&set.json);
	kulink_close(set.k);
	return status;
}

const struct verb set_verb = {
	.name = "set",
	.arguments = "SERVICE VALUE=TEXT...",
	.summary = "change values, in order, up to the first that fails",
	.details = "A refused value is as it was; those before it are set, those after it are not "
		   "tried.\n",
	.options = "",
	.min_args = 2,
	.max_args = -1,
	.run = set_run,
};
