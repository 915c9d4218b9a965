// SPDX-License-Identifier: MIT
/* Figures that kulink bench has written, read by json-c: this machine's last ones, or those that are shipped */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <json-c/json.h>
#include "pick_figures.h"

#define SCHEMA	"kulink-bench 1"
#define NO_TIME	(-2.0)

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *text;

	if (!json_object_object_get_ex(o, key, &text) || !json_object_is_type(text, json_type_string))
		return NULL;
	return json_object_get_string(text);
}

/* A number from 0; @otherwise if there is none, -1 if it is something else */
static double number_of(struct json_object *o, const char *key, double otherwise)
{
	struct json_object *number;
	double n;

	if (!json_object_object_get_ex(o, key, &number) || !number)
		return otherwise;
	if (!json_object_is_type(number, json_type_int) && !json_object_is_type(number, json_type_double))
		return -1;
	n = json_object_get_double(number);
	return n >= 0 && n < 1e18 ? n : -1;
}

static bool figure_read(struct pick_figure *f, struct json_object *o)
{
	double bytes = number_of(o, "bytes", 0), producers = number_of(o, "producers", 1);
	double readers = number_of(o, "readers", 1);

	*f = (struct pick_figure){
		.name = text_of(o, "name"), .work = text_of(o, "work"), .channel = text_of(o, "channel"),
		.kind = text_of(o, "kind"), .p50 = number_of(o, "p50", NO_TIME), .p99 = number_of(o, "p99", NO_TIME),
	};
	if (!f->name || !f->work || !f->channel || !f->kind || bytes < 0 || producers < 0 || readers < 0 ||
	    f->p50 == -1 || f->p99 == -1)
		return false;
	f->bytes = (uint64_t)bytes;
	f->producers = (uint64_t)producers;
	f->readers = (uint64_t)readers;
	return true;
}

static bool not_one(char *why, const char *format, const char *of)
{
	snprintf(why, PICK_WHY, format, of ? of : "");
	return false;
}

/* false, and a sentence in @why: it is no measurement */
static bool read_root(struct pick_figures *f, struct json_object *root, char *why)
{
	struct json_object *list;
	const char *schema;
	size_t i, n;

	if (!json_object_is_type(root, json_type_object))
		return not_one(why, "it is not of kulink bench", NULL);
	schema = text_of(root, "schema");
	if (!schema || strcmp(schema, SCHEMA))
		return not_one(why, "it is not of kulink bench: its schema is '%.40s', not '" SCHEMA "'", schema);
	if (!json_object_object_get_ex(root, "figures", &list) || !json_object_is_type(list, json_type_array))
		return not_one(why, "it has no figures", NULL);
	n = json_object_array_length(list);
	f->list = calloc(n + 1, sizeof(*f->list));
	if (!f->list)
		return not_one(why, "out of memory", NULL);
	for (i = 0; i < n; i++) {
		if (!figure_read(&f->list[f->n], json_object_array_get_idx(list, i))) {
			snprintf(why, PICK_WHY, "figure %zu of %zu is not one", i + 1, n);
			return false;
		}
		/* a figure without a time is none that channels are chosen by */
		if (f->list[f->n].p50 != NO_TIME)
			f->n++;
	}
	f->kernel = text_of(root, "kernel");
	f->accelerator = text_of(root, "accelerator");
	f->clock = text_of(root, "clock");
	f->date = text_of(root, "date");
	f->host = text_of(root, "host");
	if (!f->kernel || !f->accelerator || !f->clock || !f->date || !f->host)
		return not_one(why, "it does not say where it was measured", NULL);
	return true;
}

static bool read_file(struct pick_figures *f, char *why)
{
	if (access(f->path, R_OK))
		return not_one(why, "%.200s", strerror(errno));
	f->root = json_object_from_file(f->path);
	return f->root ? read_root(f, f->root, why) : not_one(why, "it is no JSON", NULL);
}

void pick_figures_free(struct pick_figures *f)
{
	json_object_put(f->root);
	free(f->list);
	*f = (struct pick_figures){};
}

/* $@variable/kulink/bench.json, or ~/@otherwise/kulink/bench.json */
static bool state_path(char *path, size_t size, const char *variable, const char *otherwise)
{
	const char *base = getenv(variable), *home = getenv("HOME");

	if (base && *base == '/')
		snprintf(path, size, "%s/kulink/bench.json", base);
	else if (home && *home == '/')
		snprintf(path, size, "%s/%s/kulink/bench.json", home, otherwise);
	else
		return false;
	return !access(path, F_OK);
}

/* Beside the command: bin/kulink, share/kulink/baseline.json */
static bool baseline_path(char *path, size_t size)
{
	char self[3072];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (len < 0)
		return false;
	self[len] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return false;
	*slash = '\0';
	snprintf(path, size, "%s/../share/kulink/baseline.json", self);
	return !access(path, F_OK);
}

/* What stands where it is looked for and cannot be read is passed over, and said */
static bool load_found(struct pick_figures *f, const char *source)
{
	char why[PICK_WHY], path[sizeof(f->path)];

	if (read_file(f, why)) {
		f->source = source;
		return true;
	}
	snprintf(path, sizeof(path), "%s", f->path);
	pick_figures_free(f);
	fprintf(stderr, "kulink pick: no figures from %s: %s\n", path, why);
	return false;
}

bool pick_figures_load(struct pick_figures *f, const char *file, char *why)
{
	*f = (struct pick_figures){};
	if (file) {
		snprintf(f->path, sizeof(f->path), "%s", file);
		f->source = "file";
		if (read_file(f, why))
			return true;
		pick_figures_free(f);
		return false;
	}
	if (state_path(f->path, sizeof(f->path), "XDG_STATE_HOME", ".local/state") && load_found(f, "bench"))
		return true;
	if (state_path(f->path, sizeof(f->path), "XDG_CACHE_HOME", ".cache") && load_found(f, "bench"))
		return true;
	if (!baseline_path(f->path, sizeof(f->path)) || !load_found(f, "baseline"))
		pick_figures_free(f);
	return true;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* Whether @a fits better: as many readers, one producer, and the next larger size, else the largest */
static bool nearer(const struct pick_figure *a, const struct pick_figure *b, uint64_t bytes, uint64_t readers)
{
	if (distance(a->readers, readers) != distance(b->readers, readers))
		return distance(a->readers, readers) < distance(b->readers, readers);
	if (a->producers != b->producers)
		return a->producers < b->producers;
	if ((a->bytes >= bytes) != (b->bytes >= bytes))
		return a->bytes >= bytes;
	return a->bytes >= bytes ? a->bytes < b->bytes : a->bytes > b->bytes;
}

/* "ioctl", also as "ioctl-bare" of kind bare */
static bool is_of(const struct pick_figure *f, const char *channel, const char *kind)
{
	size_t len;

	if (!channel)
		return true;
	len = strlen(channel);
	return !strncmp(f->channel, channel, len) &&
	       (!f->channel[len] || (f->channel[len] == '-' && !strcmp(f->channel + len + 1, kind)));
}

const struct pick_figure *pick_figure_find(const struct pick_figures *f, const char *work,
					   const char *channel, const char *kind, uint64_t bytes,
					   uint64_t readers)
{
	const struct pick_figure *best = NULL;
	size_t i;

	for (i = 0; i < f->n; i++) {
		const struct pick_figure *one = &f->list[i];

		if (strcmp(one->work, work) || strcmp(one->kind, kind) || !is_of(one, channel, kind))
			continue;
		if (!best || nearer(one, best, bytes, readers))
			best = one;
	}
	return best;
}

const struct pick_figure *pick_figure_below(const struct pick_figures *figures, const struct pick_figure *f,
					    uint64_t bytes)
{
	const struct pick_figure *best = NULL;
	size_t i;

	for (i = 0; i < figures->n; i++) {
		const struct pick_figure *one = &figures->list[i];

		if (strcmp(one->work, f->work) || strcmp(one->kind, f->kind) || strcmp(one->channel, f->channel))
			continue;
		if (one->readers != f->readers || one->producers != f->producers || one->bytes > bytes)
			continue;
		if (!best || one->bytes > best->bytes)
			best = one;
	}
	return best;
}
