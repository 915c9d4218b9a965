// SPDX-License-Identifier: MIT
/* kulink get: values */
#include <errno.h>
#include <string.h>
#include <libsmartcols/libsmartcols.h>
#include "cli.h"

enum { VALUE, IS, UNIT };

static const struct column columns[] = {
	[VALUE] = { "VALUE", 0 },
	[IS] = { "IS", 0 },
	[UNIT] = { "UNIT", 0 },
};

/**
 * struct get - @all: none was named: what we may not read is left open instead of a failure
 * @plain: one was named: only its text
 */
struct get {
	const struct options *o;
	struct kulink *k;
	const char *service;
	bool all;
	bool plain;
	struct json json;
	struct libscols_table *table;
};

static void get_show(struct get *get, const struct kulink_part *part,
		     const struct kulink_datum *datum)
{
	struct libscols_line *line;
	char text[KULINK_STRING_SIZE];

	if (get->o->json) {
		if (datum)
			json_number(&get->json, part->name, datum->type, datum->number,
				    datum->string);
		else
			json_null(&get->json, part->name);
		return;
	}
	if (datum)
		number_text(datum->type, datum->number, datum->string, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "-");
	if (get->plain) {
		puts(text);
		return;
	}
	line = table_line(get->table, NULL);
	table_cell(line, VALUE, "%s", part->name);
	table_cell(line, IS, "%s", text);
	table_cell(line, UNIT, "%s", part->unit ? part->unit : "");
}

/* The channel carries values, but not this one */
static bool is_elsewhere(const struct get *get, int err)
{
	return err == -EOPNOTSUPP && get->o->channel &&
	       channel_find(get->o->channel)->carries & KULINK_VALUES;
}

static int get_one(struct get *get, const char *name)
{
	struct place at = { .doing = "get", .k = get->k, .service = get->service, .part = name,
			    .kind = KULINK_VALUES, .channel = get->o->channel };
	const struct kulink_part *part;
	struct kulink_datum datum;
	int err;

	part = session_part(get->k, get->service, KULINK_VALUES, name, at.doing);
	if (!part)
		return STATUS_FAILED;
	err = kulink_get(get->k, name, &datum);
	session_say(get->o, get->k);
	if (!err) {
		get_show(get, part, &datum);
		return STATUS_DONE;
	}
	if (get->all && (err == -EACCES || err == -EPERM || is_elsewhere(get, err))) {
		get_show(get, part, NULL);
		return STATUS_DONE;
	}
	return report(&at, err);
}

static int get_values(struct get *get, int argc, char **argv)
{
	const struct kulink_info *info;
	int i, status = STATUS_DONE;
	size_t n;

	for (i = 0; i < argc; i++)
		if (get_one(get, argv[i]))
			status = STATUS_FAILED;
	if (argc)
		return status;
	if (kulink_info(get->k, &info))
		return STATUS_FAILED;
	for (n = 0; n < info->n_parts; n++)
		if (info->parts[n].kind == KULINK_VALUES && get_one(get, info->parts[n].name))
			status = STATUS_FAILED;
	return status;
}

static int get_run(const struct options *o, int argc, char **argv)
{
	struct get get = { .o = o, .service = argv[0], .all = argc == 1,
			   .plain = argc == 2 && !o->json, .json.out = stdout };
	int status;

	status = session_open(&get.k, o, argv[0]);
	if (status)
		return status;
	if (o->json)
		json_begin(&get.json, NULL, '{');
	else if (!get.plain)
		get.table = table_new(columns, sizeof(columns) / sizeof(*columns));
	status = get_values(&get, argc - 1, argv + 1);
	if (o->json)
		json_end(&get.json);
	else if (get.table && table_print(get.table))
		status = STATUS_FAILED;
	kulink_close(get.k);
	return status;
}

const struct verb get_verb = {
	.name = "get",
	.arguments = "SERVICE [VALUE...]",
	.summary = "values: all, or those named; of one named, only its text",
	.details = "Where all are asked for, one that we may not read is shown as -, in JSON null.\n",
	.options = "",
	.min_args = 1,
	.max_args = -1,
	.run = get_run,
};
