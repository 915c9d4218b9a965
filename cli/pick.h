/* SPDX-License-Identifier: MIT */
/* kulink pick: what is needed, what is known of channels, what was measured, and the judgement. */
#ifndef KULINK_CLI_PICK_H
#define KULINK_CLI_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kulink.h>
#include "cli.h"
#include "pick_figures.h"

#define COUNT(array)	(sizeof(array) / sizeof(*(array)))

enum pick_direction {
	FROM_KERNEL = 1,
	TO_KERNEL = 2,
};

/* "6.12" */
#define PICK_KERNEL(major, minor)	((unsigned int)(major) << 16 | (minor))

/**
 * struct pick_needs - what is asked of a channel; 0, false and NULL: no matter
 * @kind: one of enum kulink_kind
 * @direction: of enum pick_direction, or both
 * @size: bytes of one
 * @rate: of them a second
 * @latency: nanoseconds until one has been served, or a sleeping reader woken, in 99 of 100 cases
 * @kernel_from: the oldest that it must work on, PICK_KERNEL()
 * @about: what the thing is, for a subsystem that is made for it
 * @bench: a file of figures
 * @ask: on the terminal
 */
struct pick_needs {
	uint32_t kind;
	unsigned int direction;
	uint64_t size;
	double rate;
	double latency;
	uint64_t readers;
	bool no_loss;
	bool unprivileged;
	bool remote;
	bool interrupt;
	bool script;
	unsigned int kernel_from;
	unsigned int kernel_to;
	const char *about;
	const char *bench;
	bool ask;
};

/**
 * struct pick_need - an option and a question
 * @argument: what it takes; NULL: nothing
 * @question: NULL: it is not asked
 * @kinds: of which it is asked; 0: always
 * @take: false, and a sentence in @why, if @text is none of it; of a flag @text is NULL
 */
struct pick_need {
	const char *name;
	const char *argument;
	const char *question;
	uint32_t kinds;
	bool (*take)(struct pick_needs *needs, const char *text, char *why);
};

/* pick_needs.c */
extern const struct pick_need pick_need_list[];	/* name NULL: the end */
bool pick_take_kind(struct pick_needs *needs, const char *text, char *why);
/* Whether all of it goes together; a sentence in @why when not */
bool pick_needs_check(const struct pick_needs *needs, char *why);
/* "16 KiB" */
void pick_size_text(uint64_t bytes, char *text, size_t size);

/* pick_ask.c: from stdin. STATUS_DONE, or it has been reported */
int pick_ask(struct pick_needs *needs);

/**
 * struct pick_fact - what a channel's own declaration in the library does not say
 * @because: why to take it
 * @only: where it belongs and nowhere else, so that others come before it; NULL: none such
 * @root: what a program must have beside the parts' own modes; NULL: nothing
 * @script: kinds that cat, echo or a rule can do, without kulink's library or command
 * @read_only: kinds that programs cannot change over it, though others can
 * @event_max: most bytes of an event's fields, where fewer than everywhere
 * @rate_max: events a second, where the channel has such a limit
 * @readers_max: 0: any number
 * @patched: the one kernel that our patch is for
 * @remote: reaches other machines
 * @example: of the bare mechanism
 */
struct pick_fact {
	const char *name;
	const char *because;
	const char *only;
	const char *root;
	uint32_t script;
	uint32_t read_only;
	unsigned int event_max;
	unsigned int rate_max;
	unsigned int readers_max;
	unsigned int patched;
	bool remote;
	const char *example;
};

/* pick_facts.c; of a channel that is not there: one that says nothing */
const struct pick_fact *pick_fact(const char *channel);
/* "6.1" and so on */
#define PICK_KERNEL_OLDEST	PICK_KERNEL(6, 1)
/* Most bytes of one, over whatever channel; 0: no limit */
uint64_t pick_kind_max(uint32_t kind);

/* pick_about.c: subsystems that are made for a thing */
struct pick_subsystem {
	const char *name;
	const char *words;
	const char *how;
	const char *users;
};

extern const struct pick_subsystem pick_subsystems[];	/* name NULL: the end */
bool pick_subsystem_is_for(const struct pick_subsystem *s, const char *about);

/**
 * struct pick_choice - a channel, judged
 * @rank: from 1; 0: ruled out
 * @reason: why it is
 * @only: as of @fact, if what is asked is not just that
 * @figure: of what is asked; NULL: not measured
 * @bare: the same by the mechanism without kulink
 * @wakeup: of an event: how long a reader sleeps on
 * @estimate: what @figure's median says of the size and the readers asked for
 */
struct pick_choice {
	const struct kulink_channel_info *info;
	const struct pick_fact *fact;
	unsigned int rank;
	char reason[PICK_WHY];
	const char *only;
	const struct pick_figure *figure;
	const struct pick_figure *bare;
	const struct pick_figure *wakeup;
	double estimate;
	size_t order;
};

#define PICK_CHANNELS	64

/* pick_judge.c: best first, those that are ruled out last; how many there are */
size_t pick_judge(const struct pick_needs *needs, const struct pick_figures *figures,
		  struct pick_choice choices[PICK_CHANNELS]);
/* Bytes that figures are looked up for, whether a size was asked for or not */
uint64_t pick_size(const struct pick_needs *needs);
uint64_t pick_readers(const struct pick_needs *needs);
const char *pick_work(const struct pick_needs *needs);
/* A driver that has it, over kulink */
const char *pick_example(const struct pick_needs *needs);

/* pick_advice.c: sentences beside the choice; NULL after the last */
const char *pick_advice(const struct pick_needs *needs, const struct pick_choice *choices, size_t n,
			size_t i);

/* pick_show.c, pick_json.c */
void pick_show(const struct pick_needs *needs, const struct pick_figures *figures,
	       const struct pick_choice *choices, size_t n);
void pick_json(const struct pick_needs *needs, const struct pick_figures *figures,
	       const struct pick_choice *choices, size_t n);

#endif /* KULINK_CLI_PICK_H */
