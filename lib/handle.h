/* SPDX-License-Identifier: MIT */
/* What the files that make up a handle share; no channel looks in here. */
#ifndef KULINK_LIB_HANDLE_H
#define KULINK_LIB_HANDLE_H

#include "channel.h"

/*
 * Kinds beside enum kulink_kind's, to choose a channel by: changes of values, setting values, calls
 * many at once */
#define KULINK_CHANGES	(1u << 16)
#define KULINK_SETS	(1u << 17)
#define KULINK_BATCHES	(1u << 18)

/* A channel of a handle: its session, opened when it is first needed. */
struct kulink_slot {
	const struct kulink_channel *channel;
	struct kulink_session session;
	bool open;
	int error;			/* why it could not be opened; 0: not tried */
};

/* The declaration as text and parsed; everything it points to is in the arena. */
struct kulink_declaration {
	struct kulink_arena *arena;
	struct kulink_info info;
	struct kulink_part *parts;
	struct kulink_column *columns;
};

/* A handle's subscriptions: one of these arrays' elements for each declared event, then each value. */
struct kulink_events {
	struct kulink_slot *slots;	/* sessions of their own, so that replies and events do not mix */
	struct kulink_slot *slot;	/* the one in use */
	size_t n_events;
	size_t n;
	const struct kulink_part **parts;
	bool *wanted;
	uint64_t *last;			/* sequence last delivered or told to be lost */
	uint64_t *tail;			/* sequence to reach before the stream is whole again */
	bool overrun;			/* ask for @tail when all is taken */
	bool ending;			/* the service is gone: say so when all is taken */
	bool gone;			/* said */
};

struct kulink {
	char service[KULINK_NAME_SIZE];
	char *root;
	char *host;			/* another machine; NULL: this one */
	int dir;			/* of the service in sysfs: goes with it; -1 with @host */
	const struct kulink_channel *const *list;
	size_t n_channels;
	const struct kulink_channel *only;	/* asked for by name */
	struct kulink_slot *slots;
	bool one_by_one;		/* no channel here takes many calls at once */
	const struct kulink_channel *last;
	const struct kulink_part *found;	/* last, by its name: mostly it is asked for again */
	const struct kulink_part *number;	/* that was got last, by a channel that has @number */
	struct kulink_slot *number_slot;
	struct kulink_declaration declaration;
	struct kulink_events events;
	struct kulink_table table;	/* that kulink_rows() gave last */
	struct kulink_slot *table_slot;	/* where from, by a channel that has @same; else NULL */
	char message[256];
};

/* kulink_open() with another root directory and list of channels: unit tests */
KULINK_HIDDEN int kulink_open_at(struct kulink **k, const char *root,
				 const struct kulink_channel *const *list, const char *service,
				 const char *channel);
/* list.c: what in a directory could be a service's name or a factory's, in the order of names and numbers; what @each says ends it */
KULINK_HIDDEN int kulink_list_names(const char *path, int (*each)(void *ctx, const char *name),
				    void *ctx);
KULINK_HIDDEN int kulink_list_at(const char *root, int (*each)(void *ctx, const char *service),
				 void *ctx);
/* Whether it can be reached now; @channel NULL: on any */
KULINK_HIDDEN int kulink_look(const char *root, const struct kulink_channel *const *list,
			      const char *service, const char *channel);

/*
 * The slot for a request, its session open: the best channel that carries @kind, and calls of
 * @size bytes. -ENODEV, -EOPNOTSUPP, -EMSGSIZE, or why none could be opened.
 */
KULINK_HIDDEN int kulink_choose(struct kulink *k, struct kulink_slot *slots, uint32_t kind,
				size_t size, struct kulink_slot **slot);
/*
 * After a request: note channel and message, and give up a session whose other end is gone.
 * True: the service is still there and the request may be tried over another channel.
 */
KULINK_HIDDEN bool kulink_finish(struct kulink *k, struct kulink_slot *slot, int error);
/* Whether the service it was opened for is there */
KULINK_HIDDEN bool kulink_there(const struct kulink *k);
KULINK_HIDDEN bool kulink_carries(const struct kulink_channel *channel, uint32_t kind);
KULINK_HIDDEN void kulink_slot_close(struct kulink_slot *slot);
/* The part, or NULL and *@error with a message */
KULINK_HIDDEN const struct kulink_part *kulink_part_wanted(struct kulink *k, uint32_t kind,
							   const char *name, int *error);
KULINK_HIDDEN int kulink_say(struct kulink *k, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* info.c */
KULINK_HIDDEN int kulink_declaration_parse(struct kulink_declaration *d, const char *text, size_t len);
KULINK_HIDDEN void kulink_declaration_free(struct kulink_declaration *d);
/* Read and parse by @dir, the service's directory in sysfs */
KULINK_HIDDEN int kulink_declaration_load(struct kulink_declaration *d, int dir, const char *service);
/* Read again where it is published */
KULINK_HIDDEN int kulink_declaration_refresh(struct kulink_declaration *d, int dir);
/* Whether a space-separated list holds @word; "*" holds every one */
KULINK_HIDDEN bool kulink_words_have(const char *words, const char *word);
/* [a-z][a-z0-9_]*, at most 31 characters */
KULINK_HIDDEN bool kulink_name_valid(const char *name, size_t len);

/* event.c */
KULINK_HIDDEN void kulink_events_free(struct kulink *k);

#endif /* KULINK_LIB_HANDLE_H */
