// SPDX-License-Identifier: MIT
/* What kulink pick answers programs */
#include <string.h>
#include "pick.h"

/* A whole number where it is one; no other number comes out of the bench but with one digit */
static void number_json(struct json *j, const char *key, double number)
{
	if (number < 0)
		json_null(j, key);
	else
		json_u64(j, key, (uint64_t)(number + 0.5));
}

static void source_json(struct json *j, const struct pick_figures *f)
{
	if (!f->source) {
		json_null(j, "figures");
		return;
	}
	json_begin(j, "figures", '{');
	json_string(j, "source", f->source);
	json_string(j, "file", f->path);
	json_string(j, "kernel", f->kernel);
	json_string(j, "accelerator", f->accelerator);
	json_string(j, "clock", f->clock);
	json_string(j, "date", f->date);
	json_string(j, "host", f->host);
	json_end(j);
}

static void figure_json(struct json *j, const char *key, const struct pick_figure *f)
{
	if (!f) {
		json_null(j, key);
		return;
	}
	json_begin(j, key, '{');
	json_string(j, "name", f->name);
	json_u64(j, "bytes", f->bytes);
	json_u64(j, "readers", f->readers);
	number_json(j, "p50", f->p50);
	number_json(j, "p99", f->p99);
	json_end(j);
}

static void path_json(struct json *j, const char *key, const char *format, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), format, name);
	json_string(j, key, path);
}

static void choice_json(struct json *j, const struct pick_needs *needs, const struct pick_choice *c)
{
	json_begin(j, NULL, '{');
	json_u64(j, "rank", c->rank);
	json_string(j, "channel", c->info->name);
	json_bool(j, "available", !kulink_available(c->info->name, NULL, 0));
	json_string(j, "because", c->fact->because);
	json_string(j, "only", c->only);
	number_json(j, "estimate", c->figure ? c->estimate : -1);
	figure_json(j, "figure", c->figure);
	figure_json(j, "bare", c->bare);
	figure_json(j, "wakeup", c->wakeup);
	path_json(j, "chapter", "docs/channels/%s.md", c->info->name);
	json_string(j, "example", pick_example(needs));
	if (c->fact->example)
		path_json(j, "bare_example", "examples/howto/%s", c->fact->example);
	else
		json_null(j, "bare_example");
	json_end(j);
}

static void subsystems_json(struct json *j, const struct pick_needs *needs)
{
	const struct pick_subsystem *s;

	json_begin(j, "subsystems", '[');
	for (s = pick_subsystems; needs->about && s->name; s++) {
		if (!pick_subsystem_is_for(s, needs->about))
			continue;
		json_begin(j, NULL, '{');
		json_string(j, "subsystem", s->name);
		json_string(j, "driver", s->how);
		json_string(j, "users", s->users);
		json_end(j);
	}
	json_end(j);
}

void pick_json(const struct pick_needs *needs, const struct pick_figures *figures,
	       const struct pick_choice *choices, size_t n)
{
	struct json j = { .out = stdout };
	const char *sentence;
	size_t i;

	json_begin(&j, NULL, '{');
	subsystems_json(&j, needs);
	source_json(&j, figures);
	json_begin(&j, "channels", '[');
	for (i = 0; i < n && choices[i].rank; i++)
		choice_json(&j, needs, &choices[i]);
	json_end(&j);
	json_begin(&j, "ruled_out", '[');
	for (i = 0; i < n; i++) {
		if (choices[i].rank)
			continue;
		json_begin(&j, NULL, '{');
		json_string(&j, "channel", choices[i].info->name);
		json_string(&j, "reason", choices[i].reason);
		json_end(&j);
	}
	json_end(&j);
	json_begin(&j, "advice", '[');
	for (i = 0; needs->kind && (sentence = pick_advice(needs, choices, n, i)); i++)
		json_string(&j, NULL, sentence);
	json_end(&j);
	json_end(&j);
}
