// SPDX-License-Identifier: MIT
/* chardev: messages over the device node. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dev.h"

/**
 * struct chardev - an open node
 * @fd: of it, non-blocking
 * @cells: room for any event's fields
 * @message: read last
 */
struct chardev {
	int fd;
	struct kulink_cell *cells;
	union {
		struct kulink_msg msg;
		unsigned char bytes[KULINK_MESSAGE_MAX];
	} message;
};

static void chardev_close(struct kulink_session *s)
{
	struct chardev *c = s->private;

	if (!c)
		return;
	if (c->fd >= 0)
		close(c->fd);
	free(c->cells);
	free(c);
	s->private = NULL;
}

/* A write of nothing is no message; a channel that is not published does not even look */
static int chardev_probe(int fd)
{
	if (write(fd, "", 0) < 0 && errno != EINVAL)
		return errno == EOPNOTSUPP ? -ENOENT : kulink_dev_error(-errno);
	return 0;
}

static int chardev_open(struct kulink_session *s)
{
	struct chardev *c = calloc(1, sizeof(*c));
	int error;

	if (!c)
		return -ENOMEM;
	c->fd = -1;
	s->private = c;
	c->cells = kulink_event_cells(s->info);
	error = c->cells ? 0 : -ENOMEM;
	if (!error)
		error = kulink_dev_open(s, false, &c->fd);
	if (!error)
		error = chardev_probe(c->fd);
	if (error)
		chardev_close(s);
	return error;
}

static int chardev_call(struct kulink_session *s, const struct kulink_part *call,
			const void *request, size_t request_len, void *reply, size_t *reply_len)
{
	struct chardev *c = s->private;

	return kulink_exchange(c->fd, KULINK_OP_CALL, call->name, request, request_len,
			       reply, reply_len);
}

static int chardev_dump(struct kulink_session *s, struct kulink_table *table)
{
	struct chardev *c = s->private;
	void *wire;
	size_t len;
	int error;

	error = kulink_exchange_alloc(c->fd, KULINK_OP_DUMP, table->part->name, &wire, &len);
	if (error)
		return error;
	return kulink_table_take(table, wire, len);
}

static int chardev_subscribe(struct kulink_session *s, const struct kulink_part *event,
			     uint64_t *seq)
{
	struct chardev *c = s->private;
	size_t want = event ? 1 : kulink_part_count(s->info, KULINK_EVENTS);
	size_t len = want * sizeof(*seq);

	if (event)
		seq += kulink_part_index(s->info, event);
	return kulink_exchange(c->fd, KULINK_OP_SUBSCRIBE, event ? event->name : "", NULL, 0,
			       seq, &len);
}

static int chardev_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct chardev *c = s->private;

	return kulink_exchange(c->fd, KULINK_OP_UNSUBSCRIBE, event ? event->name : "", NULL, 0,
			       NULL, NULL);
}

static int chardev_fd(struct kulink_session *s)
{
	struct chardev *c = s->private;

	return c->fd;
}

static int chardev_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct chardev *c = s->private;
	int error;

	error = kulink_message_read(c->fd, &c->message.msg);
	if (error)
		return kulink_dev_error(error);
	return kulink_message_event(s, &c->message.msg, c->message.msg.len, c->cells, event);
}

static int chardev_available(char *why, size_t size)
{
	return kulink_module_available("", "kulink_dev", "chardev", why, size);
}

/* No @sequence: the kernel keeps the last event of each name, so gaps show every loss */
const struct kulink_channel kulink_chardev = {
	.info = {
		.name = "chardev",
		.carries = KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
		.call_max = KULINK_CALL_MAX,
		.lossy = true,
		.where = "/dev/kulink/SERVICE",
		.who = "who may read and write the node; then each part's mode",
		.limits = "no values (ioctl has them, on the same node); a slow reader loses the oldest events",
	},
	.available = chardev_available,
	.open = chardev_open,
	.close = chardev_close,
	.call = chardev_call,
	.dump = chardev_dump,
	.subscribe = chardev_subscribe,
	.unsubscribe = chardev_unsubscribe,
	.fd = chardev_fd,
	.next = chardev_next,
};
