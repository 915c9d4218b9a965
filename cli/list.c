// SPDX-License-Identifier: MIT
/* kulink list: the services, and over which channels each can be reached */
#include <errno.h>
#include <string.h>
#include <libsmartcols/libsmartcols.h>
#include "cli.h"

enum { SERVICE, VALUES, TABLES, CALLS, EVENTS, CHANNELS };

static const struct column columns[] = {
	[SERVICE] = { "SERVICE", 0 },
	[VALUES] = { "VALUES", SCOLS_FL_RIGHT },
	[TABLES] = { "TABLES", SCOLS_FL_RIGHT },
	[CALLS] = { "CALLS", SCOLS_FL_RIGHT },
	[EVENTS] = { "EVENTS", SCOLS_FL_RIGHT },
	[CHANNELS] = { "CHANNELS", 0 },
};

struct list {
	const struct options *o;
	struct libscols_table *table;
	struct json json;
	unsigned int listed;
	int status;
};

static unsigned int count(const struct kulink_info *info, uint32_t kind)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < info->n_parts; i++)
		n += info->parts[i].kind == kind;
	return n;
}

static void list_json(struct json *j, const char *service, const struct kulink_info *info)
{
	json_begin(j, NULL, '{');
	json_string(j, "service", service);
	json_u64(j, "values", count(info, KULINK_VALUES));
	json_u64(j, "tables", count(info, KULINK_TABLES));
	json_u64(j, "calls", count(info, KULINK_CALLS));
	json_u64(j, "events", count(info, KULINK_EVENTS));
	json_u64(j, "regions", count(info, KULINK_REGIONS));
	json_words(j, "channels", info->published);
	json_end(j);
}

static void list_line(struct libscols_table *table, const char *service,
		      const struct kulink_info *info)
{
	struct libscols_line *line = table_line(table, NULL);

	table_cell(line, SERVICE, "%s", service);
	table_cell(line, VALUES, "%u", count(info, KULINK_VALUES));
	table_cell(line, TABLES, "%u", count(info, KULINK_TABLES));
	table_cell(line, CALLS, "%u", count(info, KULINK_CALLS));
	table_cell(line, EVENTS, "%u", count(info, KULINK_EVENTS));
	table_cell(line, CHANNELS, "%s", info->published);
}

static int list_each(void *ctx, const char *service)
{
	struct place at = { .doing = "open", .service = service };
	const struct kulink_info *info;
	struct list *list = ctx;
	struct kulink *k = NULL;
	int err;

	err = kulink_open(&k, service, NULL);
	if (!err)
		err = kulink_info(k, &info);
	if (err == -ENODEV || err == -ENOENT)
		goto out;	/* it left meanwhile */
	if (err) {
		at.k = k;
		list->status = report(&at, err);
		goto out;
	}
	if (list->o->channel && !list_holds(info->published, list->o->channel))
		goto out;
	list->listed++;
	if (list->o->json)
		list_json(&list->json, service, info);
	else
		list_line(list->table, service, info);
out:
	kulink_close(k);
	return 0;
}

/* None is no failure: the answer is that there are none. */
static void say_none(const struct options *o)
{
	if (!kulink_in_kernel())
		fputs("kulink: kulink is not in this kernel\n"
		      "  load it: sudo modprobe kulink; what stands in the way: kulink doctor\n",
		      stderr);
	else if (o->channel)
		fprintf(stderr, "kulink: no service can be reached over %s\n"
			"  all of them: kulink list\n", o->channel);
	else
		fputs("kulink: there are no services: no driver that is loaded offers one\n"
		      "  load one, as an example: sudo modprobe hwstats\n", stderr);
}

static int list_run(const struct options *o, int argc, char **argv)
{
	struct list list = { .o = o, .json.out = stdout };
	int err;

	(void)argc;
	(void)argv;
	if (o->json)
		json_begin(&list.json, NULL, '[');
	else
		list.table = table_new(columns, sizeof(columns) / sizeof(*columns));
	err = kulink_list(list_each, &list);
	if (o->json)
		json_end(&list.json);
	else if (list.listed)
		table_print(list.table);
	else
		scols_unref_table(list.table);
	if (err && kulink_in_kernel()) {
		fprintf(stderr, "kulink: cannot list the services: %s\n", strerror(-err));
		hint("what this kernel allows: kulink doctor");
		return STATUS_FAILED;
	}
	if (!list.listed && !list.status)
		say_none(o);
	return list.status;
}

const struct verb list_verb = {
	.name = "list",
	.arguments = "",
	.summary = "services, and over which channels each can be reached",
	.details = "None is no failure: exit status 0, and a line on stderr that says why.\n",
	.options = "",
	.run = list_run,
};
