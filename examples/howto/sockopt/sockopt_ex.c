// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket options: getsockopt() and setsockopt() with a number of our own, on any IPv4 socket
 *
 * The IP layer gives option numbers that it does not know to whoever has registered them with netfilter; iptables and
 * IPVS are configured so. The socket is but the way in: any will do, and the call runs in the process that makes it.
 *
 * Choose it for what belongs to the network stack, or to one socket. A new interface takes generic netlink: it has no
 * shared range of numbers, no fixed layouts, and it can tell of changes.
 *
 * Creates	option 4096 at level SOL_IP: a text of 1 to 200 bytes. All may read it; who sets it needs CAP_NET_ADMIN
 *
 * What goes wrong: nobody asks for a capability before us; the length is the caller's, and for get may be negative; the
 * value may lie in kernel memory (sockptr_t); the socket may belong to any network namespace; two modules with the same
 * numbers (the second gets EBUSY); IPv6's stream and datagram sockets know SOL_IP and get here, too; without an owner
 * the module can go while a call is in it.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/sockptr.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include "sockopt_ex.h"

static DEFINE_MUTEX(lock);	/* guards the two below */
static char text[EXAMPLE_TEXT_MAX] = "hello from kernel";
static size_t text_length = sizeof("hello from kernel") - 1;

/* The copy is made before the lock is taken: a page that is slow to come stops its owner alone. */
static int set_text(struct sock *sk, int option, sockptr_t value, unsigned int length)
{
	char new[EXAMPLE_TEXT_MAX];

	if (!net_eq(sock_net(sk), &init_net))
		return -ENOPROTOOPT;
	if (!capable(CAP_NET_ADMIN))
		return -EPERM;
	if (!length || length > sizeof(new))
		return -EINVAL;
	if (copy_from_sockptr(new, value, length))
		return -EFAULT;
	mutex_lock(&lock);
	memcpy(text, new, length);
	text_length = length;
	mutex_unlock(&lock);
	return 0;
}

/* Half a text is none: a buffer too small is refused, and on success the caller learns how much it is. */
static int get_text(struct sock *sk, int option, void __user *value, int *length)
{
	char copy[EXAMPLE_TEXT_MAX];
	int size;

	if (!net_eq(sock_net(sk), &init_net))
		return -ENOPROTOOPT;
	mutex_lock(&lock);
	size = text_length;
	memcpy(copy, text, size);
	mutex_unlock(&lock);
	if (*length < size)
		return -EINVAL;
	if (copy_to_user(value, copy, size))
		return -EFAULT;
	*length = size;
	return 0;
}

static struct nf_sockopt_ops options = {
	.pf		= PF_INET,
	.set_optmin	= EXAMPLE_SO_TEXT,
	.set_optmax	= EXAMPLE_SO_TEXT + 1,
	.set		= set_text,
	.get_optmin	= EXAMPLE_SO_TEXT,
	.get_optmax	= EXAMPLE_SO_TEXT + 1,
	.get		= get_text,
	.owner		= THIS_MODULE,
};

static int __init sockopt_ex_init(void)
{
	return nf_register_sockopt(&options);
}

/* A call in progress holds the module: rmmod is refused until it ends. An open socket does not. */
static void __exit sockopt_ex_exit(void)
{
	nf_unregister_sockopt(&options);
}

module_init(sockopt_ex_init);
module_exit(sockopt_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a socket option of one's own");
