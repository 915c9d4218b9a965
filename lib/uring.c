// SPDX-License-Identifier: MIT
/* uring: the device node's commands by io_uring, one or many at once. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "uring.h"

enum {
	NODE = 1,		/* of the ring's own files */
	ENDING_MS = 1000,
};

int kulink_uring_put(struct uring *u, unsigned int i, uint32_t cmd, const struct kulink_uring *args)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);

	if (!sqe)
		return -EBUSY;
	io_uring_prep_rw(IORING_OP_URING_CMD, sqe, NODE, NULL, 0, 0);
	sqe->flags = IOSQE_FIXED_FILE;
	sqe->cmd_op = cmd;
	sqe->user_data = i;
	memcpy(sqe->cmd, args, sizeof(*args));
	return 0;
}

/* The results that have come; how many */
static unsigned int collect(struct uring *u, unsigned int n, int *results)
{
	struct io_uring_cqe *cqe;
	unsigned int head, came = 0;

	io_uring_for_each_cqe(&u->ring, head, cqe) {
		if (cqe->user_data < n)
			results[cqe->user_data] = cqe->res;
		came++;
	}
	io_uring_cq_advance(&u->ring, came);
	return came;
}

/*
 * Once submitted they are waited for, whatever signal comes: the kernel writes to where they say. It runs them as it
 * takes them, so that there is mostly nothing to wait for.
 */
int kulink_uring_run(struct uring *u, unsigned int n, int *results)
{
	unsigned int came = 0;
	int ret;

	do {
		ret = io_uring_submit_and_wait(&u->ring, n - came);
		if (ret < 0 && ret != -EINTR && ret != -EAGAIN && ret != -EBUSY)
			return ret;
		came += collect(u, n, results);
	} while (came < n);
	return 0;
}

int kulink_uring_one(struct kulink_session *s, uint32_t cmd, const struct kulink_uring *args)
{
	struct uring *u = uring_of(s);
	int result = -EIO, error;

	error = kulink_uring_put(u, 0, cmd, args);
	if (!error)
		error = kulink_uring_run(u, 1, &result);
	return error ? error : kulink_dev_error(result);
}

/* As the ioctl */
static int run_one(struct kulink_session *s, unsigned long cmd, void *args)
{
	return kulink_uring_one(s, cmd, &(struct kulink_uring){ .buffer = (uintptr_t)args });
}

/* A filter of system calls, as containers have */
static bool is_filtered(void)
{
	char line[64];
	int mode = 0;
	FILE *f = fopen("/proc/self/status", "re");

	while (f && fgets(line, sizeof(line), f) && sscanf(line, "Seccomp: %d", &mode) != 1)
		;
	if (f)
		fclose(f);
	return mode == 2;
}

/* Why there is no ring, as a sentence; the contract's errno */
static int no_ring(int error, char *why, size_t size)
{
	char text[16] = "0";

	kulink_file_line("", "/proc/sys", "kernel", "io_uring_disabled", text, sizeof(text));
	switch (error) {
	case -EPERM:
		if (text[0] == '2')
			snprintf(why, size, "io_uring is off: sysctl kernel.io_uring_disabled is 2");
		else if (text[0] == '1' && is_filtered())
			snprintf(why, size, "io_uring is forbidden by a seccomp filter, or for this user: "
				 "sysctl kernel.io_uring_disabled is 1");
		else if (text[0] == '1')
			snprintf(why, size, "io_uring is off for this user: sysctl kernel.io_uring_disabled "
				 "is 1, and neither kernel.io_uring_group nor CAP_SYS_ADMIN is ours");
		else
			snprintf(why, size, "io_uring is forbidden by %s", is_filtered() ?
				 "a seccomp filter" : "a security module");
		return -EACCES;
	case -ENOSYS:
		snprintf(why, size, "%s", is_filtered() ?
			 "io_uring is hidden by a seccomp filter, or the kernel has none (CONFIG_IO_URING)" :
			 "this kernel has no io_uring (CONFIG_IO_URING)");
		return -EOPNOTSUPP;
	default:
		snprintf(why, size, "io_uring: %s", strerror(-error));
		return error;
	}
}

/*
 * The ring gets the node, and a pipe's end to keep, whose other one we have. It is given twice, for the kernel puts them
 * in the order of the list or in the other one: the node is never the last.
 */
static int register_files(struct uring *u)
{
	int ends[2], files[3], error;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	files[0] = ends[1];
	files[NODE] = u->node;
	files[2] = ends[1];
	error = io_uring_register_files(&u->ring, files, 3);
	close(ends[1]);
	if (error)
		close(ends[0]);
	else
		u->ended = ends[0];
	return error;
}

static int make_ring(struct uring *u, char *why, size_t size)
{
	int error = io_uring_queue_init(URING_BATCH, &u->ring, IORING_SETUP_SUBMIT_ALL);

	if (error)
		return no_ring(error, why, size);
	error = register_files(u);
	if (error)
		io_uring_queue_exit(&u->ring);
	u->has_ring = !error;
	return error;
}

/*
 * The kernel ends a ring later, by a task of its own, and then interrupts whatever the thread that used it waits for:
 * a driver's -EINTR, out of the blue. So it is waited for, until which the node is held, too; not for ever, for one that a
 * process has since a fork, too, ends no sooner than that process.
 */
static void end_ring(struct uring *u)
{
	struct pollfd ended = { .fd = u->ended, .events = POLLIN };

	io_uring_queue_exit(&u->ring);
	while (poll(&ended, 1, ENDING_MS) < 0 && errno == EINTR)
		;
	close(u->ended);
}

static void uring_close(struct kulink_session *s)
{
	struct uring *u = uring_of(s);

	if (!u)
		return;
	if (u->has_ring)
		end_ring(u);
	if (u->node >= 0)
		close(u->node);
	free(u->parts.known);
	free(u->cells);
	free(u->events);
	free(u);
	s->private = NULL;
}

/* No room given: the declaration does not fit, but the kernel tells its ABI */
static int uring_probe(struct kulink_session *s)
{
	struct kulink_ioc_info args = { 0 };
	int error = run_one(s, KULINK_IOC_INFO, &args);

	if (error == -EOPNOTSUPP)
		return -ENOENT;
	if (error && error != -EMSGSIZE)
		return error;
	return args.abi == KULINK_ABI ? 0 : -EPROTONOSUPPORT;
}

static int uring_open(struct kulink_session *s)
{
	struct uring *u = calloc(1, sizeof(*u));
	int error;

	if (!u)
		return -ENOMEM;
	u->node = -1;
	u->guess = KULINK_DEV_GUESS;
	s->private = u;
	error = kulink_dev_parts_init(s, &u->parts, run_one);
	if (!error)
		error = kulink_dev_open(s, true, &u->node);
	if (!error)
		error = make_ring(u, s->message, sizeof(s->message));
	if (!error)
		error = uring_probe(s);
	if (error)
		uring_close(s);
	return error;
}

static int uring_get(struct kulink_session *s, const struct kulink_part *value,
		     struct kulink_datum *datum)
{
	struct kulink_ioc_value args = { 0 };
	int error = kulink_dev_name(s, &uring_of(s)->parts, value, args.name, &args.flags, &args.index);

	if (!error)
		error = run_one(s, KULINK_IOC_GET, &args);
	if (!error)
		*datum = args.datum;
	return error;
}

static int uring_set(struct kulink_session *s, const struct kulink_part *value,
		     const struct kulink_datum *datum)
{
	struct kulink_ioc_value args = { .datum = *datum };
	int error = kulink_dev_name(s, &uring_of(s)->parts, value, args.name, &args.flags, &args.index);

	return error ? error : run_one(s, KULINK_IOC_SET, &args);
}

static int uring_call(struct kulink_session *s, const struct kulink_part *call, const void *request,
		      size_t request_len, void *reply, size_t *reply_len)
{
	struct kulink_batched one = {
		.request = request, .request_len = request_len,
		.reply = reply, .reply_len = *reply_len,
	};

	kulink_uring_batch(s, &call, &one, 1);
	*reply_len = one.reply_len;
	return one.error;
}

static int uring_dump(struct kulink_session *s, struct kulink_table *table)
{
	return kulink_dev_dump(s, table, &uring_of(s)->guess, &uring_of(s)->parts);
}

static int uring_available(char *why, size_t size)
{
	int error = kulink_module_available("", "kulink_dev", "uring", why, size);
	struct uring u = { .node = -1 };
	char unheard[8];

	if (error)
		return error;
	error = make_ring(&u, why ? why : unheard, why ? size : sizeof(unheard));
	if (!error)
		end_ring(&u);
	return error;
}

const struct kulink_channel kulink_uring = {
	.info = {
		.name = "uring",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
		.call_max = KULINK_CALL_MAX,
		.lossy = true,
		.where = "/dev/kulink/SERVICE, commands of io_uring",
		.who = "who may open the node, for reading or writing, and use io_uring; then each part's mode",
		.limits = "not where the administrator, a seccomp filter or the kernel's configuration forbids io_uring",
	},
	.available = uring_available,
	.open = uring_open,
	.close = uring_close,
	.get = uring_get,
	.set = uring_set,
	.call = uring_call,
	.batch = kulink_uring_batch,
	.dump = uring_dump,
	.subscribe = kulink_uring_subscribe,
	.unsubscribe = kulink_uring_unsubscribe,
	.fd = kulink_uring_fd,
	.next = kulink_uring_next,
};
