// SPDX-License-Identifier: MIT
/* The declaration: from its text to struct kulink_info. What the kernel says is checked all the same. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"

#define WORDS_MAX	16

struct parser {
	struct kulink_declaration *d;
	size_t n_parts;
	size_t n_columns;
	struct kulink_part *owner;	/* the table or event that columns belong to */
	bool abi;
	char *words[WORDS_MAX];		/* of the line at hand; unset ones are NULL */
};

bool kulink_name_valid(const char *name, size_t len)
{
	size_t i;

	if (!len || len >= KULINK_NAME_SIZE || name[0] < 'a' || name[0] > 'z')
		return false;
	for (i = 1; i < len; i++) {
		if (!(name[i] >= 'a' && name[i] <= 'z') && !(name[i] >= '0' && name[i] <= '9') &&
		    name[i] != '_')
			return false;
	}
	return true;
}

bool kulink_words_have(const char *words, const char *word)
{
	size_t len = strlen(word), n;

	for (; *words; words += n) {
		words += strspn(words, " ,\n");
		n = strcspn(words, " ,\n");
		if ((n && n == len && !memcmp(words, word, n)) || (n == 1 && *words == '*'))
			return true;
	}
	return false;
}

/* "min=10" by "min": "10"; NULL if the line has none */
static const char *key(const struct parser *p, const char *name)
{
	size_t len = strlen(name), i;

	for (i = 0; i < WORDS_MAX && p->words[i]; i++) {
		if (!strncmp(p->words[i], name, len) && p->words[i][len] == '=')
			return p->words[i] + len + 1;
	}
	return NULL;
}

static int number(const char *text, int base, uint64_t max, uint64_t *v)
{
	char *end;

	if (!text || *text < '0' || *text > '9')
		return -EPROTO;
	errno = 0;
	*v = strtoull(text, &end, base);
	return errno || *end || *v > max ? -EPROTO : 0;
}

static int signed_number(const char *text, uint64_t *v)
{
	char *end;

	errno = 0;
	*v = (uint64_t)strtoll(text, &end, 10);
	return errno || *end || end == text ? -EPROTO : 0;
}

static int parse_type(const char *word, uint32_t *type)
{
	static const char *const names[] = { "bool", "s64", "u64", "enum", "string", NULL };
	int index = word ? kulink_label_index(names, word) : -EPROTO;

	if (index < 0)
		return -EPROTO;
	*type = KULINK_TYPE_BOOL + index;
	return 0;
}

static int parse_labels(struct parser *p, const char *const **labels)
{
	const char *text = key(p, "labels"), *at;
	const char **list;
	size_t n = 2, len;

	if (!text)
		return -EPROTO;
	for (at = text; *at; at++)
		n += *at == ',';
	list = kulink_arena_alloc(p->d->arena, n * sizeof(*list));
	if (!list)
		return -ENOMEM;
	*labels = list;
	for (at = text;; at += len + 1) {
		len = strcspn(at, ",");
		if (!len || len >= KULINK_STRING_SIZE)
			return -EPROTO;
		*list = kulink_arena_text(p->d->arena, at, len);
		if (!*list++)
			return -ENOMEM;
		if (!at[len])
			return 0;
	}
}

static int parse_unit(struct parser *p, const char **unit)
{
	const char *text = key(p, "unit");

	*unit = text ? kulink_arena_text(p->d->arena, text, strlen(text)) : "";
	return *unit ? 0 : -ENOMEM;
}

static int parse_name(struct parser *p, const char **name)
{
	const char *word = p->words[1];

	if (!word || !kulink_name_valid(word, strlen(word)))
		return -EPROTO;
	*name = kulink_arena_text(p->d->arena, word, strlen(word));
	return *name ? 0 : -ENOMEM;
}

static int parse_part(struct parser *p, uint32_t kind, const char *mode, struct kulink_part **part)
{
	struct kulink_part *new = &p->d->parts[p->n_parts];
	uint64_t bits;
	int error;

	error = parse_name(p, &new->name);
	if (!error)
		error = number(mode, 8, 0777, &bits);
	if (error)
		return error;
	new->kind = kind;
	new->mode = bits;
	new->unit = "";
	p->n_parts++;
	p->owner = kind == KULINK_TABLES || kind == KULINK_EVENTS ? new : NULL;
	if (p->owner)
		new->cells = p->d->columns + p->n_columns;
	*part = new;
	return 0;
}

static int parse_limits(struct parser *p, struct kulink_part *part)
{
	const char *min = key(p, "min"), *max = key(p, "max");
	int error;

	part->ranged = min || max;
	if (part->type == KULINK_TYPE_S64) {
		part->min = (uint64_t)INT64_MIN;
		part->max = INT64_MAX;
		error = min ? signed_number(min, &part->min) : 0;
		return error || !max ? error : signed_number(max, &part->max);
	}
	part->max = UINT64_MAX;
	error = min ? number(min, 10, UINT64_MAX, &part->min) : 0;
	return error || !max ? error : number(max, 10, UINT64_MAX, &part->max);
}

static int parse_value(struct parser *p)
{
	struct kulink_part *part;
	uint32_t type;
	int error;

	error = parse_type(p->words[2], &type);
	if (!error)
		error = parse_part(p, KULINK_VALUES, p->words[3], &part);
	if (error)
		return error;
	part->type = type;
	error = parse_unit(p, &part->unit);
	if (!error)
		error = parse_limits(p, part);
	if (!error && type == KULINK_TYPE_ENUM)
		error = parse_labels(p, &part->labels);
	return error;
}

static int parse_column(struct parser *p, uint32_t kind)
{
	struct kulink_column *column = &p->d->columns[p->n_columns];
	uint64_t size = 8;
	int error;

	if (!p->owner || p->owner->kind != kind)
		return -EPROTO;
	error = parse_name(p, &column->name);
	if (!error)
		error = parse_type(p->words[2], &column->type);
	if (!error)
		error = parse_unit(p, &column->unit);
	if (!error && column->type == KULINK_TYPE_ENUM)
		error = parse_labels(p, &column->labels);
	if (!error && column->type == KULINK_TYPE_STRING)
		error = number(key(p, "size"), 10, KULINK_STRING_SIZE, &size);
	if (!error && (!size || size % 8))
		error = -EPROTO;
	if (error)
		return error;
	column->size = size;
	p->n_columns++;
	p->owner->n_cells++;
	return 0;
}

static int parse_call(struct parser *p)
{
	struct kulink_part *part;
	uint64_t request, reply;
	int error;

	error = number(key(p, "request"), 10, KULINK_CALL_MAX, &request);
	if (!error)
		error = number(key(p, "reply"), 10, KULINK_CALL_MAX, &reply);
	if (!error)
		error = parse_part(p, KULINK_CALLS, p->words[2], &part);
	if (error)
		return error;
	part->request_max = request;
	part->reply_max = reply;
	return 0;
}

static int parse_region(struct parser *p)
{
	struct kulink_part *part;
	uint64_t size;
	int error;

	error = number(key(p, "size"), 10, SIZE_MAX, &size);
	if (!error)
		error = parse_part(p, KULINK_REGIONS, p->words[2], &part);
	if (!error)
		part->size = size;
	return error;
}

static int parse_service(struct parser *p)
{
	struct kulink_info *info = &p->d->info;
	const char *channels = key(p, "channels"), *module = key(p, "module");
	uint64_t uid, gid;
	int error;

	error = parse_name(p, &info->service);
	if (!error)
		error = number(key(p, "uid"), 10, UINT32_MAX, &uid);
	if (!error)
		error = number(key(p, "gid"), 10, UINT32_MAX, &gid);
	if (!error && module && strchr(module, '/'))
		error = -EPROTO;	/* it is going to be part of a path */
	if (error)
		return error;
	info->uid = uid;
	info->gid = gid;
	info->channels = kulink_arena_text(p->d->arena, channels ? channels : "",
					   channels ? strlen(channels) : 0);
	info->module = kulink_arena_text(p->d->arena, module ? module : "",
					 module ? strlen(module) : 0);
	return info->channels && info->module ? 0 : -ENOMEM;
}

static int parse_abi(struct parser *p)
{
	uint64_t abi;

	if (number(p->words[1], 10, UINT32_MAX, &abi))
		return -EPROTO;
	p->d->info.abi = abi;
	p->abi = true;
	return abi == KULINK_ABI ? 0 : -EPROTONOSUPPORT;
}

static int parse_line(struct parser *p)
{
	struct kulink_part *part;
	const char *what = p->words[0];

	if (!strcmp(what, "kulink"))
		return parse_abi(p);
	if (!p->abi)
		return -EPROTO;
	if (!strcmp(what, "service"))
		return parse_service(p);
	if (!strcmp(what, "value"))
		return parse_value(p);
	if (!strcmp(what, "table"))
		return parse_part(p, KULINK_TABLES, p->words[2], &part);
	if (!strcmp(what, "column"))
		return parse_column(p, KULINK_TABLES);
	if (!strcmp(what, "call"))
		return parse_call(p);
	if (!strcmp(what, "event"))
		return parse_part(p, KULINK_EVENTS, p->words[2], &part);
	if (!strcmp(what, "field"))
		return parse_column(p, KULINK_EVENTS);
	if (!strcmp(what, "region"))
		return parse_region(p);
	return 0;	/* of a later ABI */
}

/* @line has a NUL where its newline was; words past WORDS_MAX - 1 are keys we do not know */
static void split(struct parser *p, char *line)
{
	size_t n = 0;

	memset(p->words, 0, sizeof(p->words));
	while (line && n < WORDS_MAX - 1)
		p->words[n++] = strsep(&line, "\t");
}

static int parse_lines(struct parser *p, char *text, char *end)
{
	char *newline;
	int error;

	for (; text < end; text = newline + 1) {
		newline = memchr(text, '\n', end - text);
		if (!newline || memchr(text, '\0', newline - text))
			return -EPROTO;	/* cut short, or not text */
		*newline = '\0';
		split(p, text);
		error = parse_line(p);
		if (error)
			return error;
	}
	return p->d->info.service ? 0 : -EPROTO;
}

static size_t count_lines(const char *text, size_t len)
{
	size_t lines = 1, i;

	for (i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines;
}

int kulink_declaration_parse(struct kulink_declaration *d, const char *text, size_t len)
{
	struct parser p = { .d = d };
	size_t lines = count_lines(text, len);
	char *copy;
	int error = -ENOMEM;

	memset(d, 0, sizeof(*d));
	d->arena = kulink_arena_new();
	if (!d->arena)
		return -ENOMEM;
	d->parts = kulink_arena_alloc(d->arena, lines * sizeof(*d->parts));
	d->columns = kulink_arena_alloc(d->arena, lines * sizeof(*d->columns));
	copy = malloc(len + 1);
	if (d->parts && d->columns && copy) {
		memcpy(copy, text, len);
		error = parse_lines(&p, copy, copy + len);
	}
	free(copy);
	if (error) {
		kulink_declaration_free(d);
		return error;
	}
	d->info.published = "";
	d->info.n_parts = p.n_parts;
	d->info.parts = d->parts;
	return 0;
}

void kulink_declaration_free(struct kulink_declaration *d)
{
	kulink_arena_free(d->arena);
	memset(d, 0, sizeof(*d));
}

/* A line of one of the small files; "" if the kernel has no such file */
static int load_line(struct kulink_declaration *d, int dir, const char *name, const char **line)
{
	char *text;
	size_t len;
	int error;

	error = kulink_file_read(dir, name, &text, &len);
	if (error)
		return error;
	*line = kulink_arena_text(d->arena, text, strcspn(text, "\n"));
	free(text);
	return *line ? 0 : -ENOMEM;
}

int kulink_declaration_refresh(struct kulink_declaration *d, int dir)
{
	int error;

	error = load_line(d, dir, "kulink/published", &d->info.published);
	if (error)
		return error;
	error = load_line(d, dir, "kulink/channels", &d->info.channels);
	return error == -ENODEV ? 0 : error;	/* the declaration's own list stands */
}

int kulink_declaration_load(struct kulink_declaration *d, int dir, const char *service)
{
	char *text;
	size_t len;
	int error;

	error = kulink_file_read(dir, "kulink/declaration", &text, &len);
	if (error)
		return error;
	error = kulink_declaration_parse(d, text, len);
	free(text);
	if (error)
		return error;
	error = strcmp(d->info.service, service) ? -EPROTO : kulink_declaration_refresh(d, dir);
	if (error)
		kulink_declaration_free(d);
	return error;
}

const struct kulink_part *kulink_part_find(const struct kulink_info *info, uint32_t kind,
					   const char *name)
{
	size_t i;

	for (i = 0; i < info->n_parts; i++) {
		if (info->parts[i].kind == kind && !strcmp(info->parts[i].name, name))
			return &info->parts[i];
	}
	return NULL;
}

size_t kulink_part_count(const struct kulink_info *info, uint32_t kind)
{
	size_t i, n = 0;

	for (i = 0; i < info->n_parts; i++)
		n += info->parts[i].kind == kind;
	return n;
}

size_t kulink_part_index(const struct kulink_info *info, const struct kulink_part *part)
{
	const struct kulink_part *at;
	size_t index = 0;

	for (at = info->parts; at < part; at++)
		index += at->kind == part->kind;
	return index;
}
