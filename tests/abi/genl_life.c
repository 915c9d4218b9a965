// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink: what holds the channel's module and what does not. A dump that is half read
 * keeps it loaded until its reader goes, and tells the snapshot to its end when the driver has
 * been unloaded meanwhile; a subscriber keeps nothing, and is told when the service goes.
 *
 *	genl_life SERVICE ROWS
 */
#include <fcntl.h>

#include "genl_raw.h"

static const char *service;

static int unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) < 0 ? -errno : 0;
}

static int load(const char *module)
{
	char command[64];

	snprintf(command, sizeof(command), "modprobe %s", module);
	return system(command) ? -ENOENT : 0;
}

static struct talk *talk_to_family(void)
{
	struct talk *t = talk_open();

	if (resolve(t, KULINK_GENL_NAME)) {
		printf("Bail out! no family\n");
		exit(1);
	}
	return t;
}

/* Closing a socket ends its dump soon, not at once. */
static int unload_soon(const char *module)
{
	int i, err = -EBUSY;

	for (i = 0; i < 100 && err; i++) {
		err = unload(module);
		if (err)
			usleep(50000);
	}
	return err;
}

static long records(const struct talk *t)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->reply;
	ssize_t left = t->reply_len;
	long n = 0;

	for (; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left)) {
		const unsigned char *at = (const unsigned char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN;
		const unsigned char *stop = (const unsigned char *)nlh + nlh->nlmsg_len;

		if (nlh->nlmsg_type == NLMSG_DONE)
			return -1;
		for (; at + NLA_HDRLEN <= stop; at += NLA_ALIGN(((struct nlattr *)at)->nla_len))
			n += (((struct nlattr *)at)->nla_type & NLA_TYPE_MASK) == KULINK_A_RECORD;
	}
	return n;
}

/* The first datagram of a dump only: the next is made when the reader asks for it */
static long begin_dump(struct talk *t)
{
	begin(t, t->family, KULINK_CMD_GET_TABLE, NLM_F_DUMP);
	put_string(t, KULINK_A_SERVICE, service);
	put_string(t, KULINK_A_PART, "rows");
	if (send(t->fd, t->request, head(t)->nlmsg_len, 0) < 0)
		return -errno;
	return receive(t) < 0 ? -errno : records(t);
}

static long end_dump(struct talk *t)
{
	long n = 0, more = 0;

	do {
		n += more;
		if (receive(t) <= 0)
			return -1;
		more = records(t);
	} while (more >= 0);
	return n;
}

static void dump_holds_the_channel(void)
{
	struct talk *t = talk_to_family();
	int err;

	ok(begin_dump(t) > 0, "a dump has begun");
	err = unload("kulink_genl");
	ok(err == -EAGAIN || err == -EBUSY, "a dump holds the channel");
	talk_close(t);
	equal("its reader gone, the channel unloads", unload_soon("kulink_genl"), 0);
	equal("and loads again", load("kulink_genl"), 0);
}

static void dump_outlives_the_driver(long rows)
{
	struct talk *t = talk_to_family();
	long first = begin_dump(t), rest;

	ok(first > 0 && first < rows, "a dump has begun again");
	equal("a dump does not hold the driver", unload("kulink_test"), 0);
	rest = end_dump(t);
	equal("all of the snapshot arrives", first + rest, rows);
	begin(t, t->family, KULINK_CMD_GET_SERVICE, NLM_F_ACK);
	put_string(t, KULINK_A_SERVICE, service);
	equal("the service is not there any more", answer(t), -ENOENT);
	talk_close(t);
	equal("the driver loads again", load("kulink_test"), 0);
}

static struct talk *subscriber(void)
{
	struct talk *t = talk_to_family();
	int i;

	for (i = 0; i < 2; i++)
		if (setsockopt(t->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &t->groups[i],
			       sizeof(t->groups[i])))
			exit(1);
	return t;
}

/* How many times it was said, as far as it is in the socket */
static int goodbyes(struct talk *t)
{
	struct timeval second = { .tv_sec = 1 };
	int n = 0;

	setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	while (receive(t) > 0) {
		const struct genlmsghdr *msg = (const void *)(t->reply + NLMSG_HDRLEN);
		const struct nlattr *attr = find((const void *)t->reply, GENL_HDRLEN,
						 KULINK_A_SERVICE);

		n += msg->cmd == KULINK_CMD_GONE && attr &&
		     !strcmp((const char *)(attr + 1), service);
	}
	return n;
}

static void subscribers_hold_nothing(void)
{
	struct talk *t = subscriber();

	equal("a subscriber does not hold the driver", unload("kulink_test"), 0);
	equal("it is told, once in each group", goodbyes(t), 2);
	talk_close(t);
	equal("the driver is back", load("kulink_test"), 0);

	t = subscriber();
	equal("a subscriber does not hold the channel", unload("kulink_genl"), 0);
	equal("it is told, once in each group", goodbyes(t), 2);
	begin(t, t->family, KULINK_CMD_GET_SERVICE, NLM_F_ACK);
	put_string(t, KULINK_A_SERVICE, service);
	equal("the family is not there any more", answer(t), -ENOENT);
	talk_close(t);
	equal("the channel is back", load("kulink_genl"), 0);
}

/* One, or as many records as there are in a message of many */
static int events_in(const struct nlmsghdr *nlh)
{
	const struct nlattr *attr = find(nlh, GENL_HDRLEN, KULINK_A_EVENTS);
	const struct kulink_ring_record *record;
	const char *at, *stop;
	int n = 0;

	if (((const struct genlmsghdr *)NLMSG_DATA(nlh))->cmd == KULINK_CMD_EVENT)
		return 1;
	if (!attr)
		return 0;
	stop = (const char *)attr + attr->nla_len;
	for (at = (const char *)(attr + 1); at < stop; at += record->size, n++) {
		record = (const struct kulink_ring_record *)at;
		if (record->size < sizeof(*record) || record->size > stop - at)
			return -1;
	}
	return n;
}

/* How many events, as far as they are in the socket */
static int events(struct talk *t)
{
	struct timeval second = { .tv_sec = 1 };
	int n = 0;

	setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	while (receive(t) > 0) {
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->reply;
		ssize_t left = t->reply_len;

		for (; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left))
			n += events_in(nlh);
	}
	return n;
}

/* One event of each: two that all may read and one that is the owner's. */
static void restricted_events(void)
{
	int filters = kernel_is(6, 8), err, i;
	struct talk *root = subscriber(), *t;

	if (seteuid(65534))
		exit(1);
	t = talk_to_family();
	if (seteuid(0))
		exit(1);
	for (i = 0; i < 2; i++) {
		if (seteuid(65534))
			exit(1);
		err = setsockopt(t->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &t->groups[i],
				 sizeof(t->groups[i]));
		err = err ? -errno : 0;
		if (seteuid(0))
			exit(1);
		equal(i ? "the group restricted: by capability, or open and filtered" :
			  "anyone may join the group events", err, i && !filters ? -EPERM : 0);
	}
	ok(!system("echo 1 > /sys/module/kulink_test/parameters/flood"), "the driver emits");
	equal("root hears them all", events(root), 3);
	equal("others hear what they may read", events(t), 2);
	talk_close(root);
	talk_close(t);
}

/* A socket that root opened is worth no more than who sends on it. */
static void root_does_not_rub_off(void)
{
	struct talk *t = talk_to_family();
	uint64_t number = 12;

	if (seteuid(65534))
		exit(1);
	begin(t, t->family, KULINK_CMD_SET_VALUE, NLM_F_ACK);
	put_string(t, KULINK_A_SERVICE, service);
	put_string(t, KULINK_A_PART, "ranged_u");
	put(t, KULINK_A_U64, &number, sizeof(number));
	equal("root's socket in other hands sets nothing", answer(t), -EACCES);
	if (seteuid(0))
		exit(1);
	begin(t, t->family, KULINK_CMD_SET_VALUE, NLM_F_ACK);
	put_string(t, KULINK_A_SERVICE, service);
	put_string(t, KULINK_A_PART, "ranged_u");
	put(t, KULINK_A_U64, &number, sizeof(number));
	equal("in root's own it does", answer(t), 0);
	talk_close(t);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	service = argv[1];
	dump_holds_the_channel();
	dump_outlives_the_driver(atol(argv[2]));
	subscribers_hold_nothing();
	restricted_events();
	root_does_not_rub_off();
	return end();
}
