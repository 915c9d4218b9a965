// SPDX-License-Identifier: MIT
/* kulink dump: a table, whole and of one generation */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <libsmartcols/libsmartcols.h>
#include "cli.h"

struct dump {
	const struct options *o;
	struct json json;
	struct libscols_table *table;
	uint64_t generation;
	uint64_t rows;
};

static int dump_row(void *ctx, const struct kulink_row *row)
{
	char text[KULINK_STRING_SIZE];
	struct libscols_line *line;
	struct dump *dump = ctx;
	size_t i;

	dump->generation = row->generation;
	dump->rows++;
	if (dump->o->json) {
		json_begin(&dump->json, NULL, '{');
		for (i = 0; i < row->n_cells; i++)
			json_cell(&dump->json, &row->cells[i]);
		json_end(&dump->json);
		return 0;
	}
	line = table_line(dump->table, NULL);
	for (i = 0; i < row->n_cells; i++) {
		cell_text(&row->cells[i], text, sizeof(text));
		table_cell(line, i, "%s", text);
	}
	return 0;
}

static struct libscols_table *dump_table(const struct kulink_part *part)
{
	struct libscols_table *table;
	struct column *columns;
	size_t i;

	columns = calloc(part->n_cells + 1, sizeof(*columns));
	if (!columns)
		return NULL;
	for (i = 0; i < part->n_cells; i++) {
		uint32_t type = part->cells[i].type;

		columns[i].title = part->cells[i].name;
		columns[i].flags = type == KULINK_TYPE_S64 || type == KULINK_TYPE_U64 ?
				   SCOLS_FL_RIGHT : 0;
	}
	table = table_new(columns, part->n_cells);
	free(columns);
	return table;
}

static int dump_show(struct dump *dump, const struct place *at)
{
	const struct kulink_part *part;
	int err;

	part = session_part(at->k, at->service, KULINK_TABLES, at->part, at->doing);
	if (!part)
		return STATUS_FAILED;
	if (dump->o->json) {
		json_begin(&dump->json, NULL, '[');
	} else {
		dump->table = dump_table(part);
		if (!dump->table)
			return report(at, -ENOMEM);
	}
	err = kulink_dump(at->k, at->part, dump_row, dump);
	session_say(dump->o, at->k);
	if (dump->o->json)
		json_end(&dump->json);
	if (err) {
		if (dump->table)
			scols_unref_table(dump->table);
		return report(at, err);
	}
	if (dump->o->verbose)
		fprintf(stderr, "kulink: %" PRIu64 " rows of generation %" PRIu64 "\n", dump->rows,
			dump->generation);
	return dump->table ? table_print(dump->table) : STATUS_DONE;
}

static int dump_run(const struct options *o, int argc, char **argv)
{
	struct place at = { .doing = "dump", .service = argv[0], .part = argv[1],
			    .kind = KULINK_TABLES, .channel = o->channel };
	struct dump dump = { .o = o, .json.out = stdout };
	int status;

	(void)argc;
	status = session_open(&at.k, o, argv[0]);
	if (status)
		return status;
	status = dump_show(&dump, &at);
	kulink_close(at.k);
	return status;
}

const struct verb dump_verb = {
	.name = "dump",
	.arguments = "SERVICE TABLE",
	.summary = "a table, whole and of one generation",
	.details = "With -v also how many rows, and of which generation.\n",
	.options = "",
	.min_args = 2,
	.max_args = 2,
	.run = dump_run,
};
