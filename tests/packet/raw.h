/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The packet channel without the library: frames put together by hand, sent into one end of a veth pair;
 * the module listens at the other.
 */
#ifndef PACKET_RAW_H
#define PACKET_RAW_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <linux/if_ether.h>
#include <linux/kulink.h>

#define SERVICE	"ktest0"
#define HERE	"v1"
#define THERE	"v0"
#define MTU	1500

/* What goes over the wire, from eth on */
struct frame {
	unsigned char pad[2];		/* so that the message is aligned */
	struct ethhdr eth;
	struct kulink_msg msg;
	unsigned char payload[65536 - sizeof(struct kulink_msg)];
};

/* Our end of the wire; in.msg is what came last */
struct wire {
	int fd;
	int index;
	unsigned char here[ETH_ALEN], there[ETH_ALEN];
	uint32_t id;			/* of the last request */
	struct frame out, in;
	size_t len;			/* bytes of in, from msg on */
	int tag;			/* of a VLAN, or -1 */
};

extern struct wire wire;

/* wire.c */
/* A pair, up, with the module at its other end */
void cable(void);
void wire_open(void);
void wire_close(void);
/* A good request of the service, to the kernel's station; LIST names no service */
void request(uint16_t op, const char *part);
void payload(const void *data, size_t len);
/* What was built: so many bytes of it behind the Ethernet header, or as many as its message has */
void post(size_t len);
void post_by(int index, const void *frame, size_t len);
void send_request(void);
/* The next reply; that to @id: its status. Nothing else may have been answered */
void next_reply(void);
int answer_to(uint32_t id);
/* The next event, or the end of the service */
void next_event(void);
/* Send what was built; the reply's status */
int ask(void);
int call_u64(const char *name, uint64_t number);
uint64_t written(void);
/* What was posted before is answered by nobody: what is asked now is answered next */
void nobody_answers(const char *what);
/* The module's counters; the test driver's */
unsigned long parameter(const char *name);
unsigned long counter(const char *name);
void control(const char *name, unsigned long value);
/* Until it is so, a minute at most */
void await_parameter(const char *name, unsigned long value);
void await_counter(const char *name, unsigned long value);
void await_text(const char *path, const char *text);
void use_interface(const char *name);
/* links of iproute2's, a line each */
void ip(const char *lines);
void shell(const char *command);

extern const struct CMUnitTest frame_tests[], once_tests[], link_tests[];
extern const size_t n_frame_tests, n_once_tests, n_link_tests;

#endif
