// SPDX-License-Identifier: MIT
/* ioctl: numbered commands on the device node. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dev.h"

/**
 * struct ioctl_node - an open node
 * @fd: of it
 * @guess: bytes that the last table took, with some room
 * @parts: as the node knows them
 * @value: what was got last: asked for again, it needs no more than the system call
 */
struct ioctl_node {
	int fd;
	size_t guess;
	struct kulink_dev_parts parts;
	struct kulink_ioc_value value;
};

static int do_ioctl(struct kulink_session *s, unsigned long cmd, void *args)
{
	struct ioctl_node *node = s->private;

	if (ioctl(node->fd, cmd, args) < 0)
		return kulink_dev_error(-errno);
	return 0;
}

static void ioctl_close(struct kulink_session *s)
{
	struct ioctl_node *node = s->private;

	if (!node)
		return;
	if (node->fd >= 0)
		close(node->fd);
	free(node->parts.known);
	free(node);
	s->private = NULL;
}

/* No room given: the declaration does not fit, but the kernel tells its ABI */
static int ioctl_probe(struct kulink_session *s)
{
	struct kulink_ioc_info args = { 0 };
	int error = do_ioctl(s, KULINK_IOC_INFO, &args);

	if (error == -EOPNOTSUPP || error == -ENOTTY)
		return -ENOENT;
	if (error && error != -EMSGSIZE)
		return error;
	return args.abi == KULINK_ABI ? 0 : -EPROTONOSUPPORT;
}

static int ioctl_open(struct kulink_session *s)
{
	struct ioctl_node *node = calloc(1, sizeof(*node));
	int error;

	if (!node)
		return -ENOMEM;
	s->private = node;
	node->guess = KULINK_DEV_GUESS;
	node->fd = -1;
	error = kulink_dev_parts_init(s, &node->parts, do_ioctl);
	if (!error)
		error = kulink_dev_open(s, true, &node->fd);
	if (!error)
		error = ioctl_probe(s);
	if (error)
		ioctl_close(s);
	return error;
}

static int ioctl_get(struct kulink_session *s, const struct kulink_part *value,
		     struct kulink_datum *datum)
{
	struct ioctl_node *node = s->private;
	struct kulink_ioc_value *args = &node->value;
	int error;

	memset(args, 0, offsetof(struct kulink_ioc_value, datum));
	error = kulink_dev_name(s, &node->parts, value, args->name, &args->flags, &args->index);
	if (!error)
		error = do_ioctl(s, KULINK_IOC_GET, args);
	if (error)
		return error;
	datum->type = args->datum.type;
	datum->len = args->datum.len;
	datum->number = args->datum.number;
	if (datum->len >= sizeof(datum->string))
		return -EPROTO;
	memcpy(datum->string, args->datum.string, datum->len + 1);
	return 0;
}

static int ioctl_number(struct kulink_session *s, uint64_t *number)
{
	struct ioctl_node *node = s->private;

	if (ioctl(node->fd, KULINK_IOC_GET, &node->value) < 0)
		return -EAGAIN;
	*number = node->value.datum.number;
	return 0;
}

static int ioctl_set(struct kulink_session *s, const struct kulink_part *value,
		     const struct kulink_datum *datum)
{
	struct kulink_ioc_value args = { .datum = *datum };
	struct ioctl_node *node = s->private;
	int error = kulink_dev_name(s, &node->parts, value, args.name, &args.flags, &args.index);

	return error ? error : do_ioctl(s, KULINK_IOC_SET, &args);
}

static int ioctl_call(struct kulink_session *s, const struct kulink_part *call,
		      const void *request, size_t request_len, void *reply, size_t *reply_len)
{
	struct kulink_ioc_call args = {
		.request = (uintptr_t)request,
		.reply = (uintptr_t)reply,
		.request_len = request_len,
		.reply_len = *reply_len < KULINK_CALL_MAX ? *reply_len : KULINK_CALL_MAX,
	};
	struct ioctl_node *node = s->private;
	int error = kulink_dev_name(s, &node->parts, call, args.name, &args.flags, &args.index);

	if (error)
		return error;
	if (request_len > KULINK_CALL_MAX)
		return -EMSGSIZE;
	*reply_len = 0;
	error = do_ioctl(s, KULINK_IOC_CALL, &args);
	if (!error || error == -EMSGSIZE)
		*reply_len = args.reply_len;
	return error;
}

static int ioctl_dump(struct kulink_session *s, struct kulink_table *table)
{
	struct ioctl_node *node = s->private;

	return kulink_dev_dump(s, table, &node->guess, &node->parts);
}

static int ioctl_available(char *why, size_t size)
{
	return kulink_module_available("", "kulink_dev", "ioctl", why, size);
}

const struct kulink_channel kulink_ioctl = {
	.info = {
		.name = "ioctl",
		.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS,
		.call_max = KULINK_CALL_MAX,
		.where = "/dev/kulink/SERVICE",
		.who = "who may open the node, for reading or writing; then each part's mode",
		.limits = "no events (chardev has them, on the same node)",
	},
	.available = ioctl_available,
	.open = ioctl_open,
	.close = ioctl_close,
	.get = ioctl_get,
	.number = ioctl_number,
	.set = ioctl_set,
	.call = ioctl_call,
	.dump = ioctl_dump,
};
