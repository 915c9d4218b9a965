// SPDX-License-Identifier: MIT
/* kulink channels: what each channel carries, its limits, who may use it, whether it is here */
#include <string.h>
#include <libsmartcols/libsmartcols.h>
#include "cli.h"

enum { CHANNEL, HERE, CARRIES, CALL_MAX, LOSSY, FIELDS, WHERE };

static const struct column columns[] = {
	[CHANNEL] = { "CHANNEL", 0 },
	[HERE] = { "HERE", 0 },
	[CARRIES] = { "CARRIES", 0 },
	[CALL_MAX] = { "CALL-MAX", SCOLS_FL_RIGHT },
	[LOSSY] = { "LOSSY", 0 },
	[FIELDS] = { "FIELDS", 0 },
	[WHERE] = { "WHERE", 0 },
};

static const struct {
	uint32_t kind;
	const char *plural;
} kinds[] = {
	{ KULINK_VALUES, "values" },
	{ KULINK_TABLES, "tables" },
	{ KULINK_CALLS, "calls" },
	{ KULINK_EVENTS, "events" },
	{ KULINK_REGIONS, "regions" },
};

static void carries_text(uint32_t carries, char *text, size_t size)
{
	size_t i, len = 0;

	*text = '\0';
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (carries & kinds[i].kind)
			len += snprintf(text + len, size - len, "%s%s", len ? " " : "",
					kinds[i].plural);
}

static void size_text(size_t bytes, char *text, size_t size)
{
	if (!bytes)
		snprintf(text, size, "-");
	else if (bytes % (1U << 20) == 0)
		snprintf(text, size, "%zu MiB", bytes >> 20);
	else if (bytes % (1U << 10) == 0)
		snprintf(text, size, "%zu KiB", bytes >> 10);
	else
		snprintf(text, size, "%zu B", bytes);
}

static void channel_json(struct json *j, const struct kulink_channel_info *c, const char *why)
{
	char text[64];

	carries_text(c->carries, text, sizeof(text));
	json_begin(j, NULL, '{');
	json_string(j, "channel", c->name);
	json_bool(j, "available", !why);
	json_string(j, "why", why);
	json_words(j, "carries", text);
	json_u64(j, "call_max", c->call_max);
	json_bool(j, "lossy", c->lossy);
	json_bool(j, "fields", c->carries & KULINK_EVENTS && !c->fieldless);
	json_string(j, "who", c->who);
	json_string(j, "where", c->where);
	json_string(j, "limits", c->limits);
	json_end(j);
}

static void channel_line(struct libscols_table *table, const struct kulink_channel_info *c,
			 const char *why)
{
	struct libscols_line *line = table_line(table, NULL);
	char text[64];

	table_cell(line, CHANNEL, "%s", c->name);
	table_cell(line, HERE, "%s", why ? "no" : "yes");
	table_color(line, HERE, why ? "red" : "green");
	carries_text(c->carries, text, sizeof(text));
	table_cell(line, CARRIES, "%s", text);
	size_text(c->call_max, text, sizeof(text));
	table_cell(line, CALL_MAX, "%s", text);
	table_cell(line, LOSSY, "%s", !(c->carries & KULINK_EVENTS) ? "-" : c->lossy ? "yes" : "no");
	table_cell(line, FIELDS, "%s", !(c->carries & KULINK_EVENTS) ? "-" : c->fieldless ? "no" : "yes");
	table_cell(line, WHERE, "%s", c->where);
}

/* Below the table: sentences are no columns */
static void say_rest(const struct options *o)
{
	const struct kulink_channel_info *c;
	char why[256];
	int err;

	for (c = kulink_channels(); c->name; c++) {
		if (o->channel && strcmp(o->channel, c->name))
			continue;
		*why = '\0';
		err = kulink_available(c->name, why, sizeof(why));
		printf("\n%-8s who       %s\n", c->name, c->who);
		printf("%-8s limits    %s\n", "", c->limits);
		if (err)
			printf("%-8s not here  %s\n", "", *why ? why : error_meaning(err));
	}
}

static int channels_run(const struct options *o, int argc, char **argv)
{
	struct libscols_table *table = NULL;
	const struct kulink_channel_info *c;
	struct json json = { .out = stdout };
	char text[256];

	(void)argc;
	(void)argv;
	if (o->json)
		json_begin(&json, NULL, '[');
	else
		table = table_new(columns, sizeof(columns) / sizeof(*columns));
	for (c = kulink_channels(); c->name; c++) {
		const char *why;
		int err;

		if (o->channel && strcmp(o->channel, c->name))
			continue;
		*text = '\0';
		err = kulink_available(c->name, text, sizeof(text));
		why = !err ? NULL : *text ? text : error_meaning(err);
		if (o->json)
			channel_json(&json, c, why);
		else
			channel_line(table, c, why);
	}
	if (o->json)
		json_end(&json);
	else if (table_print(table))
		return STATUS_FAILED;
	else
		say_rest(o);
	return STATUS_DONE;
}

const struct verb channels_verb = {
	.name = "channels",
	.arguments = "",
	.summary = "each channel: what it carries, limits, who may use it, whether it is here",
	.details = "LOSSY: events may be lost at a slow reader, who is told how many.\n"
		   "FIELDS: events come with their fields; no: with their sequence alone.\n",
	.options = "",
	.run = channels_run,
};
