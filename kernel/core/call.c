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
	room = xchg(&service->rooms[call], room);
	if (room)	/* mostly not: its place was empty */
		kvfree(room);
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

/* Where the reply is, and how long; what was not written there is zeroed. Inside kulink_enter() */
static int run(struct kulink_service *service, struct kulink_loan *loan)
{
	const struct kulink_call *call = &service->desc->calls[loan->call];
	size_t size = call->reply_max;
	int err;

	loan->reply = NULL;
	loan->reply_len = size;
	if (loan->request_len > call->request_max)
		return -EMSGSIZE;
	if (size) {
		loan->reply = room_get(service, loan->call, size);
		if (!loan->reply)
			return -ENOMEM;
	}
	err = call->call(service->priv, loan->request, loan->request_len, loan->reply,
			 &loan->reply_len);
	if (!err && WARN_ONCE(loan->reply_len > size,
			      "kulink: call %s: the reply is longer than its room\n", call->name))
		err = -EMSGSIZE;
	if (err)
		kvfree(loan->reply);
	return err;
}

int kulink_call_lend(struct kulink_service *service, struct kulink_loan *loan)
{
	int idx, err;

	err = kulink_enter(service, &idx);
	if (err)
		return err;
	err = run(service, loan);
	kulink_exit(service, idx);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_call_lend);

int kulink_call_lend_to(struct kulink_service *service, const struct cred *cred, int may,
			struct kulink_loan *loan)
{
	int idx, err;

	err = kulink_enter(service, &idx);
	if (err)
		return err;
	err = kulink_part_permit(service, cred, may, KULINK_CALLS, loan->call, 0) ?:
	      run(service, loan);
	kulink_exit(service, idx);
	return err;
}
EXPORT_SYMBOL_GPL(kulink_call_lend_to);

void kulink_call_return(struct kulink_service *service, struct kulink_loan *loan)
{
	if (!loan->reply)
		return;
	memset(loan->reply, 0, loan->reply_len);
	room_put(service, loan->call, loan->reply);
}
EXPORT_SYMBOL_GPL(kulink_call_return);

/* A copy of what was lent, or that itself if it fills its room: a copy would cost as much as the next one's pages */
static int keep(struct kulink_service *service, struct kulink_loan *loan, void **reply)
{
	size_t len = loan->reply_len;
	int err = 0;

	if (len > service->desc->calls[loan->call].reply_max / 2) {
		*reply = loan->reply;
		return 0;
	}
	if (len) {
		*reply = kvmalloc(len, GFP_KERNEL_ACCOUNT);
		if (*reply)
			memcpy(*reply, loan->reply, len);
		else
			err = -ENOMEM;
	}
	kulink_call_return(service, loan);
	return err;
}

int kulink_call_run(struct kulink_service *service, unsigned int call,
		    const void *request, size_t request_len,
		    void **reply, size_t *reply_len)
{
	struct kulink_loan loan = {
		.call = call, .request = request, .request_len = request_len,
	};
	int idx, err;

	*reply = NULL;
	*reply_len = 0;
	err = kulink_enter(service, &idx);
	if (err)
		return err;
	err = run(service, &loan) ?: keep(service, &loan, reply);
	kulink_exit(service, idx);
	if (!err)
		*reply_len = loan.reply_len;
	return err;
}
EXPORT_SYMBOL_GPL(kulink_call_run);
