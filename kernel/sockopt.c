// SPDX-License-Identifier: GPL-2.0-only
/*
 * sockopt: messages by getsockopt() and setsockopt() with a number of our own, on any IPv4 socket.
 *
 * When to choose it: for a program that has an IPv4 socket and nothing else: no file system, no
 * device node, no privilege. One system call is a request and its reply; nothing is opened by name.
 *
 * It creates no name: netfilter hands us the option numbers from KULINK_SO_MIN on, at level SOL_IP, which
 * IP does not know itself. getsockopt() takes a whole request from its buffer and puts the reply there;
 * setsockopt() takes one that asks for no payload (SET, CALL). The socket is but the way in: it need
 * not be bound or connected, and nothing is sent.
 *
 * Any user gets here, for the kernel asks for no capability before: parts decide, with the caller's
 * credentials. Sockets of the initial network namespace only; of any other the option does not exist.
 *
 * It cannot tell of anything by itself: no events. docs/channels/sockopt.md
 */
#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/slab.h>
#include <linux/sockptr.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "message.h"

#define GET_OPS	(BIT(KULINK_OP_GET) | BIT(KULINK_OP_SET) | BIT(KULINK_OP_CALL) |		\
		 BIT(KULINK_OP_DUMP) | BIT(KULINK_OP_PAGE) | BIT(KULINK_OP_INFO) |		\
		 BIT(KULINK_OP_LIST))
/* What is of use without the reply's payload */
#define SET_OPS	(BIT(KULINK_OP_SET) | BIT(KULINK_OP_CALL))

static int sockopt_add(struct kulink_service *service, void **slot)
{
	*slot = service;
	return 0;
}

static void sockopt_remove(struct kulink_service *service, void *slot)
{
}

static struct kulink_channel sockopt_channel = {
	.name = "sockopt",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS,
	.add = sockopt_add,
	.remove = sockopt_remove,
};

/* A whole message in kernel memory, kvfree() it; before anything is looked at or locked */
static void *take(sockptr_t from, size_t len)
{
	void *message;

	if (len < sizeof(struct kulink_msg))
		return ERR_PTR(-EINVAL);
	if (len - sizeof(struct kulink_msg) > KULINK_CALL_MAX)
		return ERR_PTR(-EMSGSIZE);
	message = kvmalloc(len, GFP_KERNEL_ACCOUNT);
	if (!message)
		return ERR_PTR(-ENOMEM);
	if (copy_from_sockptr(message, from, len)) {
		kvfree(message);
		return ERR_PTR(-EFAULT);
	}
	return message;
}

static int run(sockptr_t from, size_t len, u32 ops, size_t reply_max, struct kulink_reply *reply)
{
	const struct kulink_peer peer = {
		.channel = &sockopt_channel,
		.cred = current_cred(),
		.ops = ops,
		.reply_max = reply_max,
	};
	void *message = take(from, len);
	int err;

	if (IS_ERR(message))
		return PTR_ERR(message);
	err = kulink_message_run(&peer, NULL, message, len, reply);
	kvfree(message);
	return err;
}

static int get_abi(void __user *user, int *len)
{
	__u32 abi = KULINK_ABI;

	if (*len < (int)sizeof(abi))
		return -EINVAL;
	if (copy_to_user(user, &abi, sizeof(abi)))
		return -EFAULT;
	*len = sizeof(abi);
	return 0;
}

/* The buffer has @len bytes for the reply; the request is as long as it says itself */
static int get_message(void __user *user, int *len)
{
	struct kulink_msg __user *request = user;
	struct kulink_reply reply;
	size_t taken = 0;
	ssize_t ret;
	u32 size;

	if (*len < (int)sizeof(*request))
		return -EINVAL;
	if (get_user(size, &request->len))
		return -EFAULT;
	if (size > *len)
		return -EINVAL;
	ret = run(USER_SOCKPTR(user), size, GET_OPS, *len, &reply);
	if (ret)
		return ret;
	ret = kulink_message_copy(&reply.head, kulink_reply_payload(&reply), &taken, user, *len);
	kulink_reply_free(&reply);
	if (ret < 0)
		return ret;
	*len = ret;
	return 0;
}

/* Its owner holds the module as long as this runs */
static int sockopt_get(struct sock *sk, int option, void __user *user, int *len)
{
	if (!net_eq(sock_net(sk), &init_net))
		return -ENOPROTOOPT;
	switch (option) {
	case KULINK_SO_ABI:
		return get_abi(user, len);
	case KULINK_SO_MESSAGE:
		return get_message(user, len);
	default:
		return -ENOPROTOOPT;
	}
}

/* -ENOPROTOOPT only ever says that the module is not there */
static int sockopt_set(struct sock *sk, int option, sockptr_t from, unsigned int len)
{
	struct kulink_reply reply;
	int err;

	if (!net_eq(sock_net(sk), &init_net) || option != KULINK_SO_MESSAGE)
		return -ENOPROTOOPT;
	err = run(from, len, SET_OPS, 0, &reply);
	if (err)
		return err;
	err = reply.head.status;
	kulink_reply_free(&reply);
	return err == -ENOPROTOOPT ? -EOPNOTSUPP : err;
}

static struct nf_sockopt_ops options = {
	.pf = PF_INET,
	.set_optmin = KULINK_SO_MIN,
	.set_optmax = KULINK_SO_MAX,
	.set = sockopt_set,
	.get_optmin = KULINK_SO_MIN,
	.get_optmax = KULINK_SO_MAX,
	.get = sockopt_get,
	.owner = THIS_MODULE,
};

static int __init sockopt_init(void)
{
	int err = kulink_channel_register(&sockopt_channel);

	if (err)
		return err;
	err = nf_register_sockopt(&options);	/* -EBUSY: somebody has these numbers */
	if (err)
		kulink_channel_unregister(&sockopt_channel);
	return err;
}

static void __exit sockopt_exit(void)
{
	nf_unregister_sockopt(&options);
	kulink_channel_unregister(&sockopt_channel);
}

KULINK_MODULE(sockopt, sockopt_init, sockopt_exit);

MODULE_AUTHOR("The kulink authors");
MODULE_DESCRIPTION("kulink channel: messages by getsockopt() and setsockopt()");
MODULE_LICENSE("GPL");
