// SPDX-License-Identifier: MIT
/* syscall: messages over kulink(2). Its number is read, never tried: on another kernel it may be another call's. */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

#define MODULE	"kulink_syscall"

/**
 * struct caller - a session
 * @transport: first, for message.c
 * @number: the call's
 */
struct caller {
	struct kulink_transport transport;
	long number;
};

/* A module that has left, or never came, is -ENOSYS */
static int caller_exchange(void *ctx, struct kulink_msg *request, struct kulink_msg *reply,
			   size_t *len)
{
	const struct caller *caller = ctx;
	struct kulink_syscall args = {
		.request = (uintptr_t)request,
		.reply = (uintptr_t)reply,
		.request_len = request->len,
		.reply_len = *len,
	};
	long n = syscall(caller->number, &args, sizeof(args));

	if (n < 0)
		return errno == ENOSYS ? -ENODEV : -errno;
	*len = n;
	return 0;
}

static int read_number(const char *root, long *number)
{
	char text[24], *end;
	int error = kulink_module_parameter(root, MODULE, "number", text, sizeof(text));

	if (error)
		return error;
	*number = strtol(text, &end, 10);
	return end == text || *number <= 0 ? -EPROTO : 0;
}

static void syscall_close(struct kulink_session *s)
{
	struct caller *caller = s->private;

	if (!caller)
		return;
	kulink_transport_free(&caller->transport);
	free(caller);
	s->private = NULL;
}

static int syscall_open(struct kulink_session *s)
{
	struct caller *caller = calloc(1, sizeof(*caller));
	int error;

	if (!caller)
		return -ENOMEM;
	caller->transport = (struct kulink_transport){
		.exchange = caller_exchange,
		.ctx = caller,
		.max = sizeof(struct kulink_msg) + KULINK_CALL_MAX,
		.service = s->service,
	};
	s->private = caller;
	error = read_number(s->root, &caller->number);
	if (!error)
		error = kulink_message_probe(s);
	if (error)
		syscall_close(s);
	return error == -ENODEV ? -ENOENT : error;
}

/* Whether the kernel has the entry whose handler the module sets: a symbol of its own */
static bool kernel_has_it(void)
{
	static const char symbol[] = " kulink_syscall_set";
	FILE *f = fopen("/proc/kallsyms", "re");
	bool found = !f;	/* nobody knows */
	char line[512];

	while (!found && fgets(line, sizeof(line), f))
		found = strstr(line, symbol);
	if (f)
		fclose(f);
	return found;
}

static int syscall_available(char *why, size_t size)
{
	int error = kulink_module_available("", MODULE, "syscall", why, size);

	if (!error || kernel_has_it())
		return error;
	if (why)
		snprintf(why, size,
			 "this kernel has no kulink(2): build it with kulink-syscall.patch");
	return -ENOSYS;
}

const struct kulink_channel kulink_syscall = {
	.info = {
		.name = "syscall",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS,
		.call_max = KULINK_CALL_MAX,
		.where = "kulink(2), whose number is in /sys/module/kulink_syscall/parameters/number",
		.who = "everyone; then each part's mode",
		.limits = "no events; only on a kernel with our patch",
	},
	.available = syscall_available,
	.open = syscall_open,
	.close = syscall_close,
	.get = kulink_message_get,
	.set = kulink_message_set,
	.call = kulink_message_call,
	.dump = kulink_message_dump,
};
