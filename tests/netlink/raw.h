/* SPDX-License-Identifier: GPL-2.0-only */
/* The netlink channel without any library: messages put together by hand. */
#ifndef NETLINK_RAW_H
#define NETLINK_RAW_H

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
#include <linux/kulink.h>
#include <linux/netlink.h>

#define SERVICE	"ktest0"
#define BUFFER	(256 << 10)

/* A request being built, then what came back. */
struct talk {
	int fd;
	struct {
		struct nlmsghdr nl;
		struct kulink_msg msg;
		unsigned char payload[BUFFER];
	} request;
	union {
		struct nlmsghdr nl;
		unsigned char bytes[BUFFER];
	} reply;
	ssize_t reply_len;
	char sentence[256];
};

/* main.c */
/* The protocol's number, as the module says */
int unit(void);
/* A socket of its own with sentences; never waits longer than a minute */
struct talk *talk_open(void);
void talk_close(struct talk *t);
/* A good request of the service, with NLM_F_ACK, without a payload */
void begin(struct talk *t, uint16_t op, const char *part);
void payload(struct talk *t, const void *data, size_t len);
int send_request(struct talk *t);
/* One datagram; its bytes or -errno */
ssize_t receive(struct talk *t);
/* Send what was built; 1: data came, 0: an ack alone; or -errno with its sentence */
int ask(struct talk *t);
/* the first message of the datagram at hand, as ours; fails the test if it is none */
const struct kulink_msg *message(const struct talk *t);
bool kernel_is(int major, int minor);
void control(const char *name, unsigned long value);
void shell(const char *command);

extern const struct CMUnitTest request_tests[], stream_tests[];
extern const size_t n_request_tests, n_stream_tests;

#endif
