/* SPDX-License-Identifier: GPL-2.0-only */
/* What the library's unit tests share: cmocka, a tree that stands for /, a channel without a kernel. */
#ifndef KULINK_TESTS_UNIT_H
#define KULINK_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <cmocka.h>

#include "channel.h"
#include "handle.h"

/* Run them with TAP on stdout; what main() returns */
#define unit_main(tests)						\
	(cmocka_set_message_output(CM_OUTPUT_TAP),			\
	 cmocka_run_group_tests_name(__FILE__, (tests), NULL, NULL))

/* A declaration with a part of each kind and type */
#define DECLARATION							\
	"kulink\t1\n"							\
	"service\tdemo0\tuid=0\tgid=100\tchannels=*\n"			\
	"value\tenabled\tbool\t644\n"					\
	"value\tthreshold\ts64\t644\tmin=-10\tmax=20\tunit=celsius\n"	\
	"value\tcounter\tu64\t444\tunit=packets\n"			\
	"value\tmode\tenum\t644\tlabels=off,sampled,full\n"		\
	"value\tlabel\tstring\t644\tmax=31\tsize=32\n"			\
	"value\tsecret\tu64\t200\n"					\
	"table\tlinks\t444\n"						\
	"column\tname\tstring\tsize=16\n"				\
	"column\tbytes\tu64\tunit=bytes\n"				\
	"column\tdelta\ts64\n"						\
	"column\tup\tbool\n"						\
	"column\tstate\tenum\tlabels=down,up\n"				\
	"call\techo\t444\trequest=1048576\treply=1048576\n"		\
	"call\treset\t200\trequest=0\treply=0\n"			\
	"event\toverheat\t444\n"					\
	"field\tsensor\tu64\n"						\
	"field\twhere\tstring\tsize=8\n"				\
	"event\ttick\t440\n"

/* The tree: a fresh directory, with demo0 declared and published on @published */
char *tree_new(const char *published);
void tree_free(char *root);
/* @path begins with /; directories are made */
void tree_write(const char *root, const char *path, const void *data, size_t len);
void tree_text(const char *root, const char *path, const char *text);
/* The file's text, or NULL; free it */
char *tree_read(const char *root, const char *path);
void tree_remove(const char *root, const char *path);

/* What the fake channels do, and what was done to them */
struct fake {
	int open_error;
	int error;			/* of every operation */
	int errors_left;		/* how often; -1: always */
	unsigned int opened;
	unsigned int closed;
	unsigned int requests;
	struct kulink_datum datum;	/* the value, whichever */
	uint64_t seq[2];		/* of overheat and tick, as the kernel counts */
	uint64_t seq_drained[2];	/* what @seq becomes when all was taken; 0: stays */
	int sequence_error;
	int subscribe_error;
	struct kulink_raw_event *script;	/* what next() gives, one after the other */
	size_t script_len;
	size_t script_at;
	unsigned char *wire;		/* a table's */
	size_t wire_len;
	char message[64];
};

extern struct fake fakes[3];
/* "fast" carries all but regions, with calls of at most 8 bytes; "slow" all; "values" values */
extern const struct kulink_channel *const fake_list[];
void fakes_reset(void);

#endif /* KULINK_TESTS_UNIT_H */
