// SPDX-License-Identifier: GPL-2.0-only
/* Calls: request and reply. */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "core.h"

/* The reply's memory for the driver; a reply that is much shorter moves to its own. */
static int trim_reply(void **reply, size_t len, size_t room)
{
	void *copy;

	if (len > room / 2 || room <= PAGE_SIZE)
		return 0;
	copy = kvmalloc(len, GFP_KERNEL_ACCOUNT);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, *reply, len);
	kvfree(*reply);
	*reply = copy;
	return 0;
}

static int run(struct kulink_service *service, const struct kulink_call *call,
	       const void *request, size_t request_len, void **reply, size_t *reply_len)
{
	size_t room = call->reply_max;
	int err;

	if (request_len > call->request_max)
		return -EMSGSIZE;
	if (room) {
		*reply = kvzalloc(room, GFP_KERNEL_ACCOUNT);
		if (!*reply)
			return -ENOMEM;
	}
	*reply_len = room;
	err = call->call(service->priv, request, request_len, *reply, reply_len);
	if (!err && WARN_ONCE(*reply_len > room, "kulink: call %s: the reply is longer than its memory\n",
			      call->name))
		err = -EMSGSIZE;
	return err ?: trim_reply(reply, *reply_len, room);
}

int kulink_call_run(struct kulink_service *service, unsigned int call,
		    const void *request, size_t request_len,
		    void **reply, size_t *reply_len)
{
	int idx, err;

	*reply = NULL;
	*reply_len = 0;
	err = kulink_enter(service, &idx);
	if (err)
		return err;
	err = run(service, &service->desc->calls[call], request, request_len, reply, reply_len);
	kulink_exit(service, idx);
	if (err || !*reply_len) {
		kvfree(*reply);
		*reply = NULL;
		*reply_len = 0;
	}
	return err;
}
EXPORT_SYMBOL_GPL(kulink_call_run);

int kulink_find_call(const struct kulink_service *service, const char *name)
{
	unsigned int i;

	for (i = 0; i < service->n_calls; i++)
		if (!strcmp(service->desc->calls[i].name, name))
			return i;
	return -ENOENT;
}
EXPORT_SYMBOL_GPL(kulink_find_call);
