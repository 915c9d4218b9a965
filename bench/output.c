// SPDX-License-Identifier: MIT
/* The figures as JSON, and as a table for people. */
#include <errno.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

static const char *const kinds[] = {
	[BENCH_KULINK] = "kulink", [BENCH_BARE] = "bare", [BENCH_PEER] = "peer", [BENCH_FLOOR] = "floor",
};

/* An integer as one; else two digits are enough. */
static void write_number(FILE *to, const char *name, double value)
{
	if (value == (double)(uint64_t)value)
		fprintf(to, ", \"%s\": %" PRIu64, name, (uint64_t)value);
	else
		fprintf(to, ", \"%s\": %.2f", name, value);
}

static void write_counts(FILE *to, const struct figure *f)
{
	if (!f->emitted)
		return;
	fprintf(to, ", \"emitted\": %" PRIu64 ", \"delivered\": %" PRIu64 ", \"lost\": %" PRIu64, f->emitted,
		f->delivered, f->lost);
	fprintf(to, ", \"wakeups\": %" PRIu64, f->wakeups);
}

static void write_figure(FILE *to, const struct figure *f, const struct options *o)
{
	size_t i;

	fprintf(to, "  {\"name\": \"%s\", \"work\": \"%s\", \"channel\": \"%s\", \"kind\": \"%s\"", f->name,
		f->work->work, f->work->channel, kinds[f->work->kind]);
	fprintf(to, ", \"bytes\": %zu, \"producers\": %u, \"readers\": %u, \"operations\": %" PRIu64, f->bytes,
		f->producers, f->readers, f->operations);
	write_number(to, "min", figure_at(f, 0));
	write_number(to, "p50", figure_at(f, 0.5));
	write_number(to, "p99", figure_at(f, 0.99));
	write_number(to, "p999", figure_at(f, 0.999));
	write_number(to, "max", figure_at(f, 1));
	write_number(to, "mean", figure_mean(f));
	write_counts(to, f);
	fprintf(to, ", \"cpu_user\": %" PRIu64 ", \"cpu_kernel\": %" PRIu64, f->cpu_user, f->cpu_kernel);
	if (o->samples) {
		fprintf(to, ", \"batch\": %u, \"samples\": [", f->batch);
		for (i = 0; i < f->n_samples; i++)
			fprintf(to, "%s%" PRIu64, i ? ", " : "", f->samples[i]);
		fputc(']', to);
	}
	fputc('}', to);
}

static void write_head(FILE *to, const struct options *o)
{
	char date[16], host[64] = "", line[256];
	time_t now = time(NULL);
	struct utsname name;
	FILE *cpu = fopen("/proc/cpuinfo", "re");

	uname(&name);
	strftime(date, sizeof(date), "%Y-%m-%d", gmtime(&now));
	while (cpu && !host[0] && fgets(line, sizeof(line), cpu))
		if (!strncmp(line, "model name", 10))
			sscanf(line, "%*[^:]: %63[^\n\"\\]", host);
	if (cpu)
		fclose(cpu);
	fprintf(to, "{\"schema\": \"kulink-bench 1\", \"kernel\": \"%s\", \"accelerator\": \"%s\", \"clock\": \"%s\",\n",
		name.release, o->accelerator, o->clock);
	fprintf(to, " \"processors\": %ld, \"date\": \"%s\", \"host\": \"%s\",\n \"figures\": [\n",
		sysconf(_SC_NPROCESSORS_ONLN), date, host);
}

int figures_write(const struct figures *all, const struct options *o)
{
	FILE *to = o->json ? stdout : fopen(o->output, "we");
	size_t i;

	if (!to)
		return -errno;
	write_head(to, o);
	for (i = 0; i < all->n; i++) {
		write_figure(to, &all->figure[i], o);
		fputs(i + 1 < all->n ? ",\n" : "\n", to);
	}
	fputs("]}\n", to);
	if (ferror(to) || (o->json ? fflush(to) : fclose(to)))
		return -EIO;
	return 0;
}

static const struct {
	const char *name;
	double quantile;
} columns[] = { { "P50", 0.5 }, { "P99", 0.99 }, { "P99.9", 0.999 }, { "MAX", 1 } };

#define N_COLUMNS	(sizeof(columns) / sizeof(*columns))

static int show_figure(struct libscols_table *table, const struct figure *f)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char text[32];
	size_t i;

	if (!line || scols_line_set_data(line, 0, f->name))
		return -ENOMEM;
	for (i = 0; i < N_COLUMNS; i++) {
		snprintf(text, sizeof(text), "%.*f", figure_at(f, 0.5) < 1000, figure_at(f, columns[i].quantile));
		if (scols_line_set_data(line, i + 1, text))
			return -ENOMEM;
	}
	snprintf(text, sizeof(text), "%.1f", figure_mean(f) ? f->bytes * 1e3 / figure_mean(f) : 0);
	if (scols_line_set_data(line, N_COLUMNS + 1, text))
		return -ENOMEM;
	snprintf(text, sizeof(text), "%" PRIu64, f->lost);
	return f->emitted && scols_line_set_data(line, N_COLUMNS + 2, text) ? -ENOMEM : 0;
}

int figures_show(const struct figures *all, const struct options *o)
{
	struct libscols_table *table;
	int error = 0;
	size_t i;

	scols_init_debug(0);
	table = scols_new_table();
	if (!table)
		return -ENOMEM;
	printf("%s an operation\n", o->clock);
	scols_table_new_column(table, "FIGURE", 0, 0);
	for (i = 0; i < N_COLUMNS; i++)
		scols_table_new_column(table, columns[i].name, 0, SCOLS_FL_RIGHT);
	scols_table_new_column(table, "MB/S", 0, SCOLS_FL_RIGHT);
	scols_table_new_column(table, "LOST", 0, SCOLS_FL_RIGHT);
	for (i = 0; i < all->n && !error; i++)
		error = show_figure(table, &all->figure[i]);
	if (!error)
		error = scols_print_table(table);
	scols_unref_table(table);
	return error;
}
