// SPDX-License-Identifier: GPL-2.0-only
/* Calls: request and reply. */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "core.h"

/*
 * The driver gets all the room its call may fill, 1 MiB for some, and mostly fills a few
 * bytes. So one room a call is kept, zeroed where the last reply was: getting and clearing
 * the pages each time would take longer than most calls.
 */
static void *room_get(struct kulink_service *service, unsigned int call, size_t size)
{
	void *room = xchg(&service->rooms[call], NULL);

	return room ?: kvzalloc(size, GFP_KERNEL_ACCOUNT);
}

static void room_put(struct kulink_service *service, unsigned int call, void *room)
{
	kvfree(xchg(&service->rooms[call], room));
}

int kulink_calls_init(struct kulink_service *service)
{
	service->rooms = kcalloc(service->n_calls, sizeof(*service->rooms), GFP_KERNEL);
	return service->rooms ? 0 : -ENOMEM;
}

void kulink_calls_free(struct kulink_service *service)
{
	unsigned int i;

	for (i = 0; service->rooms && i < service->n_calls; i++)
		kvfree(service->rooms[i]);
	kfree(service->rooms);
}

/* Where the reply is, and how long; what was not written there is zeroed */
static int run(struct kulink_service *service, unsigned int i, const void *request,
	       size_t request_len, void **room, size_t *len)
{
	const struct kulink_call *call = &service->desc->calls[i];
	size_t size = call->reply_max;
	int err;

	if (request_len > call->request_max)
		return -EMSGSIZE;
	if (size) {
		*room = room_get(service, i, size);
		if (!*room)
			return -ENOMEM;
	}
	*len = size;
	err = call->call(service->priv, request, request_len, *room, len);
	if (!err && WARN_ONCE(*len > size, "kulink: call %s: the reply is longer than its room\n",
			      call->name))
		err = -EMSGSIZE;
	if (!err)
		return 0;
	kvfree(*room);
	*room = NULL;
	*len = 0;
	return err;
}

int kulink_call_lend(struct kulink_service *service, unsigned int call, const void *request,
		     size_t request_len, void **reply, size_t *reply_len)
{
	int idx, err;

	*reply = NULL;
	*reply_len = 0;
	err = kulink_enter(service, &idx);
	if (err)
		return err;
	err = run(service, call, request, request_len, reply, reply_len);
	kulink_exit(service, idx);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_call_lend);

void kulink_call_return(struct kulink_service *service, unsigned int call, void *reply,
			size_t reply_len)
{
	if (!reply)
		return;
	memset(reply, 0, reply_len);
	room_put(service, call, reply);
}
EXPORT_SYMBOL_GPL(kulink_call_return);

int kulink_call_run(struct kulink_service *service, unsigned int call,
		    const void *request, size_t request_len,
		    void **reply, size_t *reply_len)
{
	void *room;
	int err = kulink_call_lend(service, call, request, request_len, &room, reply_len);

	*reply = room;
	/* what fills its room goes along with it: a copy would cost as much as the next one's pages */
	if (err || *reply_len > service->desc->calls[call].reply_max / 2)
		return err;
	*reply = NULL;
	if (*reply_len) {
		*reply = kvmalloc(*reply_len, GFP_KERNEL_ACCOUNT);
		if (*reply)
			memcpy(*reply, room, *reply_len);
		else
			err = -ENOMEM;
	}
	kulink_call_return(service, call, room, *reply_len);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_call_run);
