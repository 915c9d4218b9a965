/* SPDX-License-Identifier: MIT */
/* The kulink command: one file a verb, and the few things that they share. */
#ifndef KULINK_CLI_H
#define KULINK_CLI_H

#include <stdio.h>
#include <kulink.h>

enum {
	STATUS_DONE,
	STATUS_FAILED,
	STATUS_USAGE,
};

/**
 * struct options - what was given on the command line
 * @channel: -c: this channel and no other; NULL: the best
 * @count: watch -n; -1: no end
 * @timeout_ms: watch -t; -1: no end
 * @read_only: tour -r
 */
struct options {
	const char *channel;
	bool json;
	bool verbose;
	bool help;
	bool version;
	long count;
	long timeout_ms;
	bool read_only;
};

struct option;

/**
 * struct verb - what the file of its name offers
 * @options: its own, as getopt's; besides those that every verb takes
 * @longs: its own without a letter, if it has any; name NULL: the end
 * @take: one of these; @argument is NULL where it has none. A status
 * @max_args: -1: any number
 * @no_channel: -c makes no sense
 * @raw: every word behind the verb is for @run
 */
struct verb {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *details;
	const char *options;
	const struct option *longs;
	int (*take)(const char *name, const char *argument);
	int min_args;
	int max_args;
	bool no_channel;
	bool raw;
	int (*run)(const struct options *o, int argc, char **argv);
};

extern const struct verb list_verb, channels_verb, info_verb, get_verb, set_verb, call_verb,
	dump_verb, watch_verb, factories_verb, new_instance_verb, remove_instance_verb, tour_verb,
	doctor_verb, bench_verb, pick_verb, help_verb;
/* main.c; NULL-terminated */
extern const struct verb *const verbs[];

/* errors.c: what went wrong, for people; all return STATUS_FAILED or STATUS_USAGE */

/**
 * struct place - where something failed
 * @doing: "set", "read", "call" …
 * @kind: what @part is, one of enum kulink_kind; 0: unknown
 * @channel: NULL: what @k says
 */
struct place {
	const char *doing;
	struct kulink *k;
	const char *service;
	const char *part;
	uint32_t kind;
	const char *channel;
};

int report(const struct place *at, int error);
int report_usage(const struct verb *verb, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void hint(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "ERANGE", or "" */
const char *error_name(int error);
/* "outside the range it takes" */
const char *error_meaning(int error);
bool kulink_in_kernel(void);

/* session.c: an open service, as a verb wants it */

/* STATUS_DONE, or it has been reported */
int session_open(struct kulink **k, const struct options *o, const char *service);
/* Say with -v which channel a request went over, once for each change of it */
void session_say(const struct options *o, struct kulink *k);
const struct kulink_part *part_find(const struct kulink_info *info, uint32_t kind,
				    const char *name);
/* The declared part, or NULL and it has been reported */
const struct kulink_part *session_part(struct kulink *k, const char *service, uint32_t kind,
				       const char *name, const char *doing);
const struct kulink_channel_info *channel_find(const char *name);
/* "kulink_dev": the kernel module that holds the channel */
void channel_module(const char *channel, char *text, size_t size);
/* Whether a space-separated list holds a word */
bool list_holds(const char *list, const char *word);
const char *kind_name(uint32_t kind);
const char *type_name(uint32_t type);
/* @where with SERVICE replaced */
void where_text(const char *where, const char *service, char *text, size_t size);

/* json.c: a small writer; keys are NULL inside arrays */

#define JSON_DEPTH	8

/** struct json - @lines: one line, no spaces; for streams */
struct json {
	FILE *out;
	bool lines;
	unsigned int depth;
	bool begun[JSON_DEPTH];
	char close[JSON_DEPTH];
};

void json_begin(struct json *j, const char *key, char bracket);
void json_end(struct json *j);
void json_bytes(struct json *j, const char *key, const void *bytes, size_t len);
void json_string(struct json *j, const char *key, const char *s);	/* NULL: null */
void json_u64(struct json *j, const char *key, uint64_t n);
void json_s64(struct json *j, const char *key, int64_t n);
void json_bool(struct json *j, const char *key, bool b);
void json_null(struct json *j, const char *key);
void json_base64(struct json *j, const char *key, const void *bytes, size_t len);
/* An array of the words of a space-separated list */
void json_words(struct json *j, const char *key, const char *list);
/* By type; an enum as its label */
void json_number(struct json *j, const char *key, uint32_t type, uint64_t number,
		 const char *string);
void json_cell(struct json *j, const struct kulink_cell *cell);
bool utf8_text(const void *bytes, size_t len);

/* table.c: aligned columns */

struct libscols_table;
struct libscols_line;

/** struct column - @flags: of libsmartcols */
struct column {
	const char *title;
	int flags;
};

/* On a terminal, and not with NO_COLOR */
bool color_wanted(void);
struct libscols_table *table_new(const struct column *columns, size_t n);
struct libscols_line *table_line(struct libscols_table *table, struct libscols_line *parent);
void table_cell(struct libscols_line *line, size_t column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void table_color(struct libscols_line *line, size_t column, const char *color);
/* Prints and frees */
int table_print(struct libscols_table *table);
void number_text(uint32_t type, uint64_t number, const char *string, char *text, size_t size);
void cell_text(const struct kulink_cell *cell, char *text, size_t size);

#endif /* KULINK_CLI_H */
