/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside the upcall channel: streams (upcall.c) and starting programs (upcall_run.c). */
#ifndef _KULINK_UPCALL_H
#define _KULINK_UPCALL_H

#include "stream.h"
#include "variables.h"

/* Room for the variables of any event: 2048 bytes of strings, escaped, or 256 numbers */
#define VARIABLES_SIZE	(24 << 10)
#define VARIABLES_MAX	288
/* The program, the service, the event, its sequence, and NULL */
#define ARGUMENTS	5

/**
 * struct upcall - a published service
 * @stream: the core's part
 * @leaving: the service or the channel goes; what is to be done must be by @deadline
 * @deadline: in jiffies
 * @abandon: @deadline is over: who waits for the program must not
 * @ran: the thread has done with the program
 * @result: of call_usermodehelper_exec()
 * @info: the program that the thread is to start
 * @told: per event, the last sequence that a program has been told
 * @begun: per event, the last sequence whose program may have been started
 * @done: per event, the last sequence whose program has ended, or that was given up
 * @number: text of the sequence at hand
 * @list: of the variables
 * @text: of the variables
 */
struct upcall {
	struct kulink_stream stream;
	bool leaving;
	unsigned long deadline;
	bool abandon;
	bool ran;
	int result;
	struct subprocess_info *info;
	u64 *told;
	u64 *begun;
	u64 *done;
	char number[24];
	char *list[VARIABLES_MAX + 1];
	char text[VARIABLES_SIZE];
};

/* Whether the administrator has named a program */
bool kulink_upcall_is_on(void);
/*
 * Wait until a program may be started for an event of @seq, or not: the limits, the time to leave.
 * True: it may, and must, by kulink_upcall_run()
 */
bool kulink_upcall_begin(struct upcall *upcall, unsigned int event, u64 seq);
/* Start it, wait for its end and count what came of it. True: it ran */
bool kulink_upcall_run(struct upcall *upcall, char *arguments[ARGUMENTS],
		       const struct kulink_variables *vars);
/* Start it, past the limits, and wait for nothing */
void kulink_upcall_start(char *arguments[ARGUMENTS], const struct kulink_variables *vars);
/* From now on there are @ms milliseconds left for what is still to be done; wakes who waits */
void kulink_upcall_leave(struct upcall *upcall, unsigned int ms);

#endif /* _KULINK_UPCALL_H */
