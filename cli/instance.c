// SPDX-License-Identifier: MIT
/* kulink factories, new-instance, remove-instance: services that programs make and remove */
#include <errno.h>
#include <string.h>
#include <libsmartcols/libsmartcols.h>
#include "cli.h"

enum { FACTORY, INSTANCES };

static const struct column columns[] = {
	[FACTORY] = { "FACTORY", 0 },
	[INSTANCES] = { "INSTANCES", 0 },
};

struct factories {
	const struct options *o;
	struct libscols_table *table;
	struct json json;
	unsigned int listed;
	char names[1024];
};

static void hint_configfs(void)
{
	char why[256] = "";

	if (kulink_available("configfs", why, sizeof(why)) && *why)
		hint("configfs cannot be used here: %s", why);
	else
		hint("the factories here: kulink factories");
}

static int add_name(void *ctx, const char *name)
{
	struct factories *f = ctx;
	size_t len = strlen(f->names);

	snprintf(f->names + len, sizeof(f->names) - len, "%s%s", len ? " " : "", name);
	return 0;
}

static int each_factory(void *ctx, const char *factory)
{
	struct factories *f = ctx;
	struct libscols_line *line;

	*f->names = '\0';
	if (kulink_instance_list(factory, add_name, f))
		return 0;	/* it left meanwhile */
	f->listed++;
	if (f->o->json) {
		json_begin(&f->json, NULL, '{');
		json_string(&f->json, "factory", factory);
		json_words(&f->json, "instances", f->names);
		json_end(&f->json);
		return 0;
	}
	line = table_line(f->table, NULL);
	table_cell(line, FACTORY, "%s", factory);
	table_cell(line, INSTANCES, "%s", f->names);
	return 0;
}

static int factories_run(const struct options *o, int argc, char **argv)
{
	struct factories f = { .o = o, .json.out = stdout };

	(void)argc;
	(void)argv;
	if (o->json)
		json_begin(&f.json, NULL, '[');
	else
		f.table = table_new(columns, sizeof(columns) / sizeof(*columns));
	kulink_factory_list(each_factory, &f);
	if (o->json)
		json_end(&f.json);
	else if (f.listed)
		table_print(f.table);
	else
		scols_unref_table(f.table);
	/* None is no failure. */
	if (!f.listed) {
		fputs("kulink: there are no factories\n", stderr);
		hint_configfs();
	}
	return STATUS_DONE;
}

static int failed(const char *doing, char **argv, int err)
{
	fprintf(stderr, "kulink: cannot %s %s of factory %s: %s", doing, argv[1], argv[0],
		error_meaning(err));
	if (*error_name(err))
		fprintf(stderr, " (%s)", error_name(err));
	fputc('\n', stderr);
	if (err == -ENOENT)
		hint_configfs();
	else if (err == -EINVAL)
		hint("a name has small letters, digits and _, begins with a letter, and is no longer than 31");
	else if (err == -EACCES)
		hint("try it as root, with sudo");
	else if (err == -EEXIST)
		hint("the services here: kulink list");
	return STATUS_FAILED;
}

static int done(const struct options *o, char **argv)
{
	struct json j = { .out = stdout };

	if (!o->json)
		return STATUS_DONE;
	json_begin(&j, NULL, '{');
	json_string(&j, "factory", argv[0]);
	json_string(&j, "service", argv[1]);
	json_end(&j);
	return STATUS_DONE;
}

static int new_run(const struct options *o, int argc, char **argv)
{
	int err = kulink_instance_new(argv[0], argv[1]);

	(void)argc;
	return err ? failed("make", argv, err) : done(o, argv);
}

static int remove_run(const struct options *o, int argc, char **argv)
{
	int err = kulink_instance_remove(argv[0], argv[1]);

	(void)argc;
	return err ? failed("remove", argv, err) : done(o, argv);
}

const struct verb factories_verb = {
	.name = "factories",
	.arguments = "",
	.summary = "drivers that make services, and what they made",
	.details = "None is no failure: exit status 0, and a line on stderr that says why.\n",
	.options = "",
	.no_channel = true,
	.run = factories_run,
};

const struct verb new_instance_verb = {
	.name = "new-instance",
	.arguments = "FACTORY NAME",
	.summary = "make a service, which stays until it is removed",
	.details = "The same as mkdir /sys/kernel/config/kulink/FACTORY/NAME.\n",
	.options = "",
	.min_args = 2,
	.max_args = 2,
	.no_channel = true,
	.run = new_run,
};

const struct verb remove_instance_verb = {
	.name = "remove-instance",
	.arguments = "FACTORY NAME",
	.summary = "end a service that was made so",
	.details = "The same as rmdir /sys/kernel/config/kulink/FACTORY/NAME.\n",
	.options = "",
	.min_args = 2,
	.max_args = 2,
	.no_channel = true,
	.run = remove_run,
};
