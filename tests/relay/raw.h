/* SPDX-License-Identifier: GPL-2.0-only */
/* The relay channel by its files. */
#ifndef RAW_H
#define RAW_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <linux/kulink.h>

#define SERVICE_DIR "/sys/kernel/debug/kulink_relay/ktest0"

struct reply {
	struct kulink_msg head;
	union {
		uint64_t numbers[64];
		char text[512];
	};
};

/* A session and its streams, opened by their numbers */
struct session {
	int control;
	char dir[128];
	int cpus[2];
};

/* A text into a file; 0 or -errno */
int put(const char *file, const char *text);
/* This process runs on that processor */
void run_on(unsigned int cpu);
/* So many events of each kind from that processor, by a process of its own, which has ended then */
void flood_from(unsigned int cpu, const char *n);

int control_open(void);
/* Bytes written, or -errno */
long ask(int control, uint16_t op, const char *part, size_t payload);
/* And its reply's status, or -errno */
int answer(int control, uint16_t op, const char *part, struct reply *reply);
/* Subscribed to @event, "": all; @streams: they are opened, too */
void begin(struct session *session, const char *event, bool streams);
void end(struct session *session);

/* -EAGAIN, 0: the end; else bytes read */
long read_stream(int fd, void *to, size_t room);

struct tally {
	uint64_t events;
	uint64_t lost;
	uint32_t id;		/* of the last one */
	bool in_order;		/* ids grew */
};

/* All messages that a stream has now, in reads of @room bytes */
void count(int fd, size_t room, struct tally *tally);

#endif
