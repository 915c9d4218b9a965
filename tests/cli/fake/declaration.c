// SPDX-License-Identifier: GPL-2.0-only
/* What fake0 is, and what it remembers */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fake.h"

static const char *const modes[] = { "off", "sampled", "full", NULL };

static const struct kulink_column link_columns[] = {
	{ "name", "", KULINK_TYPE_STRING, 32, NULL },
	{ "bytes", "bytes", KULINK_TYPE_U64, 8, NULL },
	{ "delta", "", KULINK_TYPE_S64, 8, NULL },
	{ "up", "", KULINK_TYPE_BOOL, 8, NULL },
	{ "mode", "", KULINK_TYPE_ENUM, 8, modes },
};

static const struct kulink_column tick_fields[] = {
	{ "count", "", KULINK_TYPE_U64, 8, NULL },
	{ "text", "", KULINK_TYPE_STRING, 32, NULL },
};

#define VALUE(_name, _type, _mode, ...) \
	{ .kind = KULINK_VALUES, .name = _name, .mode = _mode, .type = KULINK_TYPE_##_type, \
	  .unit = "", __VA_ARGS__ }

const struct kulink_part fake_parts[] = {
	[V_ENABLED] = VALUE("enabled", BOOL, 0644),
	[V_MODE] = VALUE("mode", ENUM, 0644, .labels = modes),
	[V_THRESHOLD] = VALUE("threshold", U64, 0644, .ranged = true, .min = 10, .max = 20),
	[V_OFFSET] = VALUE("offset", S64, 0644, .ranged = true, .min = -5ULL, .max = 5),
	[V_LABEL] = VALUE("label", STRING, 0644, .ranged = true, .max = 63),
	[V_RATE] = { .kind = KULINK_VALUES, .name = "rate", .mode = 0600,
		     .type = KULINK_TYPE_U64, .unit = "Hz", .ranged = true, .max = 100000 },
	[V_BIG] = VALUE("big", U64, 0444),
	[V_LOW] = VALUE("low", S64, 0444),
	[V_SECRET] = VALUE("secret", U64, 0200),
	{ .kind = KULINK_TABLES, .name = "links", .mode = 0444, .unit = "",
	  .n_cells = sizeof(link_columns) / sizeof(*link_columns), .cells = link_columns },
	{ .kind = KULINK_TABLES, .name = "none", .mode = 0444, .unit = "",
	  .n_cells = sizeof(link_columns) / sizeof(*link_columns), .cells = link_columns },
	{ .kind = KULINK_CALLS, .name = "echo", .mode = 0444, .unit = "",
	  .request_max = KULINK_CALL_MAX, .reply_max = KULINK_CALL_MAX },
	{ .kind = KULINK_CALLS, .name = "break", .mode = 0200, .unit = "" },
	{ .kind = KULINK_EVENTS, .name = "tick", .mode = 0444, .unit = "",
	  .n_cells = sizeof(tick_fields) / sizeof(*tick_fields), .cells = tick_fields },
};

const struct kulink_info fake_info = {
	.service = "fake0",
	.abi = KULINK_ABI,
	.channels = "*",
	.published = "alpha beta gamma",
	.n_parts = sizeof(fake_parts) / sizeof(*fake_parts),
	.parts = fake_parts,
};

const struct kulink_part *fake_part(uint32_t kind, const char *name)
{
	size_t i;

	for (i = 0; i < fake_info.n_parts; i++)
		if (fake_parts[i].kind == kind && !strcmp(fake_parts[i].name, name))
			return &fake_parts[i];
	return NULL;
}

bool fake_fault(const char *name)
{
	const char *fault = getenv("FAKE_FAULT");

	return fault && !strcmp(fault, name);
}

void fake_load(struct fake_state *state)
{
	const char *path = getenv("FAKE_STATE");
	FILE *f = path ? fopen(path, "r") : NULL;

	*state = (struct fake_state){ .label = "fake \"label\"\x1b[1m" };
	state->numbers[V_ENABLED] = 1;
	state->numbers[V_MODE] = 2;
	state->numbers[V_THRESHOLD] = 15;
	state->numbers[V_OFFSET] = -3ULL;
	state->numbers[V_BIG] = UINT64_MAX;
	state->numbers[V_LOW] = (uint64_t)INT64_MIN;
	if (!f)
		return;
	if (fread(state, sizeof(*state), 1, f) != 1)
		abort();
	fclose(f);
}

/* At once, for another may be reading it */
void fake_save(const struct fake_state *state)
{
	const char *path = getenv("FAKE_STATE");
	char temp[512];
	FILE *f;

	if (!path)
		return;
	snprintf(temp, sizeof(temp), "%s.%d", path, (int)getpid());
	f = fopen(temp, "w");
	if (!f || fwrite(state, sizeof(*state), 1, f) != 1 || fclose(f) || rename(temp, path))
		abort();
}

/* cli/doctor.c: where it looks for /proc, /sys and so on */
extern const char *doctor_root;

__attribute__((constructor)) static void root_set(void)
{
	if (getenv("FAKE_ROOT"))
		doctor_root = getenv("FAKE_ROOT");
}
