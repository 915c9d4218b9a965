// SPDX-License-Identifier: MIT
/* kulink info: a service's whole declaration */
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <libsmartcols/libsmartcols.h>
#include "cli.h"

enum { KIND, NAME, TYPE, MODE, UNIT, ALLOWED };

static const struct column columns[] = {
	[KIND] = { "KIND", 0 },
	[NAME] = { "NAME", SCOLS_FL_TREE },
	[TYPE] = { "TYPE", 0 },
	[MODE] = { "MODE", SCOLS_FL_RIGHT },
	[UNIT] = { "UNIT", 0 },
	[ALLOWED] = { "ALLOWED", SCOLS_FL_WRAP },
};

static void labels_cell(struct libscols_line *line, const char *const *labels)
{
	char text[1024] = "";
	size_t len = 0;

	for (; *labels && len < sizeof(text); labels++)
		len += snprintf(text + len, sizeof(text) - len, "%s%s", len ? " " : "", *labels);
	table_cell(line, ALLOWED, "%s", text);
}

static void range_cell(struct libscols_line *line, const struct kulink_part *part)
{
	char min[32], max[32];

	if (part->type == KULINK_TYPE_STRING) {
		table_cell(line, ALLOWED, "%ju to %ju bytes", (uintmax_t)part->min,
			   (uintmax_t)part->max);
		return;
	}
	number_text(part->type, part->min, NULL, min, sizeof(min));
	number_text(part->type, part->max, NULL, max, sizeof(max));
	table_cell(line, ALLOWED, "%s to %s", min, max);
}

static void part_lines(struct libscols_table *table, const struct kulink_part *part)
{
	struct libscols_line *child, *line = table_line(table, NULL);
	size_t i;

	table_cell(line, KIND, "%s", kind_name(part->kind));
	table_cell(line, NAME, "%s", part->name);
	table_cell(line, MODE, "%04o", part->mode);
	if (part->kind == KULINK_VALUES) {
		table_cell(line, TYPE, "%s", type_name(part->type));
		table_cell(line, UNIT, "%s", part->unit ? part->unit : "");
	}
	if (part->kind == KULINK_CALLS)
		table_cell(line, ALLOWED, "%zu bytes in, %zu out", part->request_max,
			   part->reply_max);
	else if (part->kind == KULINK_REGIONS)
		table_cell(line, ALLOWED, "%zu bytes", part->size);
	else if (part->labels)
		labels_cell(line, part->labels);
	else if (part->ranged)
		range_cell(line, part);
	for (i = 0; i < part->n_cells; i++) {
		child = table_line(table, line);
		table_cell(child, NAME, "%s", part->cells[i].name);
		table_cell(child, TYPE, "%s", type_name(part->cells[i].type));
		table_cell(child, UNIT, "%s", part->cells[i].unit ? part->cells[i].unit : "");
		if (part->cells[i].labels)
			labels_cell(child, part->cells[i].labels);
	}
}

static void id_text(char *text, size_t size, const char *name, uint32_t id)
{
	if (name)
		snprintf(text, size, "%s (%u)", name, id);
	else
		snprintf(text, size, "%u", id);
}

static int info_text(const struct kulink_info *info)
{
	struct libscols_table *table = table_new(columns, sizeof(columns) / sizeof(*columns));
	struct passwd *user = getpwuid(info->uid);
	struct group *group = getgrgid(info->gid);
	const struct kulink_channel_info *c;
	char text[256];
	size_t i;

	id_text(text, sizeof(text), user ? user->pw_name : NULL, info->uid);
	printf("service   %s\nabi       %u\nowner     %s\n", info->service, info->abi, text);
	id_text(text, sizeof(text), group ? group->gr_name : NULL, info->gid);
	printf("group     %s\nchannels  %s\n", text, info->channels);
	for (c = kulink_channels(); c->name; c++) {
		if (!list_holds(info->published, c->name))
			continue;
		where_text(c->where, info->service, text, sizeof(text));
		printf("%-8s  %s\n", c->name, text);
	}
	puts("");
	for (i = 0; i < info->n_parts; i++)
		part_lines(table, &info->parts[i]);
	return table_print(table);
}

static void labels_json(struct json *j, const char *const *labels)
{
	if (!labels) {
		json_null(j, "labels");
		return;
	}
	json_begin(j, "labels", '[');
	for (; *labels; labels++)
		json_string(j, NULL, *labels);
	json_end(j);
}

static void columns_json(struct json *j, const struct kulink_part *part)
{
	size_t i;

	json_begin(j, part->kind == KULINK_EVENTS ? "fields" : "columns", '[');
	for (i = 0; i < part->n_cells; i++) {
		json_begin(j, NULL, '{');
		json_string(j, "name", part->cells[i].name);
		json_string(j, "type", type_name(part->cells[i].type));
		json_string(j, "unit", part->cells[i].unit && *part->cells[i].unit ?
				       part->cells[i].unit : NULL);
		labels_json(j, part->cells[i].labels);
		json_end(j);
	}
	json_end(j);
}

static void value_json(struct json *j, const struct kulink_part *part)
{
	uint32_t type = part->type == KULINK_TYPE_S64 ? KULINK_TYPE_S64 : KULINK_TYPE_U64;

	json_string(j, "type", type_name(part->type));
	json_string(j, "unit", part->unit && *part->unit ? part->unit : NULL);
	if (part->ranged) {
		json_number(j, "min", type, part->min, NULL);
		json_number(j, "max", type, part->max, NULL);
	} else {
		json_null(j, "min");
		json_null(j, "max");
	}
	labels_json(j, part->labels);
}

static void parts_json(struct json *j, const char *key, const struct kulink_info *info,
		       uint32_t kind)
{
	const struct kulink_part *part;
	char mode[16];
	size_t i;

	json_begin(j, key, '[');
	for (i = 0; i < info->n_parts; i++) {
		part = &info->parts[i];
		if (part->kind != kind)
			continue;
		json_begin(j, NULL, '{');
		json_string(j, "name", part->name);
		snprintf(mode, sizeof(mode), "%04o", part->mode);
		json_string(j, "mode", mode);
		if (kind == KULINK_VALUES)
			value_json(j, part);
		if (kind == KULINK_TABLES || kind == KULINK_EVENTS)
			columns_json(j, part);
		if (kind == KULINK_CALLS) {
			json_u64(j, "request_max", part->request_max);
			json_u64(j, "reply_max", part->reply_max);
		}
		if (kind == KULINK_REGIONS)
			json_u64(j, "size", part->size);
		json_end(j);
	}
	json_end(j);
}

static void info_json(const struct kulink_info *info)
{
	struct json j = { .out = stdout };
	const struct kulink_channel_info *c;
	char text[256];

	json_begin(&j, NULL, '{');
	json_string(&j, "service", info->service);
	json_u64(&j, "abi", info->abi);
	json_u64(&j, "uid", info->uid);
	json_u64(&j, "gid", info->gid);
	json_string(&j, "module", info->module && *info->module ? info->module : NULL);
	json_words(&j, "channels", info->channels);
	json_begin(&j, "published", '[');
	for (c = kulink_channels(); c->name; c++) {
		if (!list_holds(info->published, c->name))
			continue;
		where_text(c->where, info->service, text, sizeof(text));
		json_begin(&j, NULL, '{');
		json_string(&j, "channel", c->name);
		json_string(&j, "where", text);
		json_end(&j);
	}
	json_end(&j);
	parts_json(&j, "values", info, KULINK_VALUES);
	parts_json(&j, "tables", info, KULINK_TABLES);
	parts_json(&j, "calls", info, KULINK_CALLS);
	parts_json(&j, "events", info, KULINK_EVENTS);
	parts_json(&j, "regions", info, KULINK_REGIONS);
	json_end(&j);
}

static int info_run(const struct options *o, int argc, char **argv)
{
	struct place at = { .doing = "read the declaration of", .service = argv[0] };
	const struct kulink_info *info;
	struct kulink *k;
	int err, status;

	(void)argc;
	status = session_open(&k, o, argv[0]);
	if (status)
		return status;
	at.k = k;
	err = kulink_info(k, &info);
	if (err)
		status = report(&at, err);
	else if (o->json)
		info_json(info);
	else
		status = info_text(info);
	kulink_close(k);
	return status;
}

const struct verb info_verb = {
	.name = "info",
	.arguments = "SERVICE",
	.summary = "a service's whole declaration",
	.details = "MODE is as in ls, in octal: owner, group, others; 4 read, 2 write.\n",
	.options = "",
	.min_args = 1,
	.max_args = 1,
	.run = info_run,
};
