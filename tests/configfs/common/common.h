/* SPDX-License-Identifier: GPL-2.0-only */
/* What all programs of this folder need: files, instances, modules, and processes beside this one. */
#ifndef COMMON_H
#define COMMON_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

#define PARAMETERS	"/sys/module/kulink_test/parameters/"
#define SERVICES	"/sys/class/kulink/"
#define FACTORIES	"/sys/kernel/config/kulink/"
#define KTEST		FACTORIES "ktest/"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 0, or the errno of opening or writing */
int put(const char *path, const char *text);
int put_bytes(const char *path, const void *bytes, size_t len);
/* 0, or the errno of opening or reading; a newline at the end is taken off */
int get(const char *path, char *text, size_t size);

/* The test fails if they are not so. */
#define puts_in(path, text)	assert_int_equal(put(path, text), 0)
#define has(path, text)		has_text(path, text, __FILE__, __LINE__)
#define is_absent(path)		assert_int_equal(exists(path), false)
void has_text(const char *path, const char *text, const char *file, int line);
bool exists(const char *path);

/* an instance, by its path; 0 or the errno */
int make(const char *path);
int drop(const char *path);
/* after a test: no instance is left, and what the driver does takes no time */
int clean(void **state);

/* 0 or the errno, of the system call itself */
int load(const char *module, const char *parameters);
int unload(const char *module);

/* A child; its answer is an errno, 255 if it died. No assertions in it. */
pid_t start(int (*fn)(const char *arg), const char *arg);
int end(pid_t pid);
/* until it waits where no signal but a deadly one can wake it; the test fails after a minute */
void await_stuck(pid_t pid);
/* until so many operations of the driver have begun since the last reset of its log */
void reset_begun(void);
void await_begun(unsigned int n);

#endif
