// SPDX-License-Identifier: GPL-2.0-only
/*
 * UDP: a socket of the kernel's on a port that the administrator gives; a request is a datagram,
 * and so is its reply.
 *
 * When to choose it: for programs on another machine, or in a virtual machine's host, or written
 * in whatever can send a datagram; and where nothing but the network is shared.
 *
 * It creates a UDP socket in the initial network namespace: modprobe kulink_udp port=9185, bound
 * to 127.0.0.1 unless bind= says another address of this machine (an IPv6 one too; 0.0.0.0 or ::
 * for all). Without a port it does not load.
 *
 * A peer has no credentials: whoever can send a datagram there is "others" of each part's mode.
 * Beyond loopback nothing is run or sent for an address that has not echoed a token: until then
 * no answer is longer than its question.
 *
 * A datagram may be lost, repeated or late: programs ask again, under the same number, and a set
 * or a call is not run twice for that (udp_request.c, once.h). Subscriptions end by themselves
 * unless they are renewed (udp_event.c). Calls are as large as a datagram, tables come in pieces.
 *
 * It cannot hide, or prove who speaks: nothing is encrypted or signed. docs/channels/udp.md
 */
#include <linux/inet.h>
#include <linux/module.h>
#include <linux/net.h>
#include <net/ip.h>
#include <net/sock.h>

#include "compat.h"
#include "root.h"
#include "udp.h"

/* The longest datagram, and one byte more */
#define ROOM	65536
/* Datagrams taken before the work item lets others have the processor */
#define BURST	64

static ushort port;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "UDP port; without one the module does not load");

static char *bind = "127.0.0.1";
module_param(bind, charp, 0444);
MODULE_PARM_DESC(bind, "address of this machine to listen on (default 127.0.0.1); 0.0.0.0 or :: for all");

static struct socket *sock;
static struct workqueue_struct *queue;
static void *room;
static void (*old_data_ready)(struct sock *sk);

void kulink_udp_send(const union kulink_udp_address *to, const struct kulink_msg *head,
		     const void *payload, int flags)
{
	struct kvec pieces[2] = {
		{ .iov_base = (void *)head, .iov_len = sizeof(*head) },
		{ .iov_base = (void *)payload, .iov_len = head->len - sizeof(*head) },
	};
	union kulink_udp_address address = *to;
	struct msghdr msg = {
		.msg_name = &address,
		.msg_namelen = to->sa.sa_family == AF_INET ? sizeof(to->in) : sizeof(to->in6),
		.msg_flags = flags | MSG_NOSIGNAL,
	};

	kernel_sendmsg(sock, &msg, pieces, ARRAY_SIZE(pieces), head->len);
}

/* False: nothing is there */
static bool receive(void)
{
	union kulink_udp_address from = {};
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from) };
	struct kvec vec = { .iov_base = room, .iov_len = ROOM };
	int len = kernel_recvmsg(sock, &msg, &vec, 1, ROOM, MSG_DONTWAIT);

	if (len == -EAGAIN)
		return false;
	/* Too short, cut off, from nowhere or not intact: there is nobody to answer. */
	if (len < (int)sizeof(struct kulink_msg) || msg.msg_flags & MSG_TRUNC || !from.in.sin_port)
		return true;
	if (from.sa.sa_family == AF_INET || from.sa.sa_family == AF_INET6)
		kulink_udp_take(&from, room, len);
	return true;
}

static void receive_work(struct work_struct *work)
{
	unsigned int n = BURST;

	while (n && receive())
		n--;
	if (!n)
		queue_work(queue, work);
}

static DECLARE_WORK(receiver, receive_work);

/* Softirq, under the socket's callback lock or RCU */
static void data_ready(struct sock *sk)
{
	queue_work(queue, &receiver);
}

static void set_data_ready(void (*function)(struct sock *sk))
{
	struct sock *sk = sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	WRITE_ONCE(sk->sk_data_ready, function);
	write_unlock_bh(&sk->sk_callback_lock);
}

/* -EINVAL: no address */
static int parse_address(union kulink_udp_address *address, size_t *len)
{
	*address = (union kulink_udp_address){};
	if (in4_pton(bind, -1, (u8 *)&address->in.sin_addr, -1, NULL)) {
		address->in.sin_family = AF_INET;
		address->in.sin_port = htons(port);
		*len = sizeof(address->in);
		return 0;
	}
	if (in6_pton(bind, -1, (u8 *)&address->in6.sin6_addr, -1, NULL)) {
		address->in6.sin6_family = AF_INET6;
		address->in6.sin6_port = htons(port);
		*len = sizeof(address->in6);
		return 0;
	}
	pr_err("kulink_udp: bind=%s is no IPv4 or IPv6 address\n", bind);
	return -EINVAL;
}

static int open_socket(void)
{
	union kulink_udp_address address;
	size_t len;
	int err;

	err = parse_address(&address, &len);
	if (err)
		return err;
	err = sock_create_kern(&init_net, address.sa.sa_family, SOCK_DGRAM, IPPROTO_UDP, &sock);
	if (err)
		return err;
	/* a reply waits so long for room, no longer */
	sock->sk->sk_sndtimeo = HZ;
	old_data_ready = sock->sk->sk_data_ready;
	/* built in, we are here before any address is, lo's too */
	if (IS_BUILTIN(CONFIG_KULINK_UDP))
		ip_sock_set_freebind(sock->sk);
	err = kernel_bind(sock, (struct sockaddr_unsized *)&address, len);
	if (err) {
		pr_err("kulink_udp: cannot have port %u of %s: %d\n", port, bind, err);
		sock_release(sock);
	}
	return err;
}

static int open_all(void)
{
	int err;

	queue = alloc_workqueue("kulink_udp", WQ_UNBOUND, KULINK_UDP_REQUESTS + 1);
	if (!queue)
		return -ENOMEM;
	room = kvmalloc(ROOM, GFP_KERNEL);
	err = room ? kulink_udp_requests_init(queue) : -ENOMEM;
	if (err)
		goto err_queue;
	err = kulink_udp_events_init();
	if (err)
		goto err_requests;
	kulink_udp_proof_init();
	return 0;

err_requests:
	kulink_udp_requests_exit();
err_queue:
	kvfree(room);
	destroy_workqueue(queue);
	return err;
}

/* Nothing is received any more, and no service is published. */
static void close_all(void)
{
	destroy_workqueue(queue);
	kulink_udp_events_exit();
	kulink_udp_requests_exit();
	kulink_udp_proof_exit();
	sock_release(sock);
	kvfree(room);
}

struct kulink_channel kulink_udp_channel = {
	.name = "udp",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS | KULINK_EVENTS,
	.add = kulink_udp_add,
	.remove = kulink_udp_remove,
};

static int __init udp_start(void)
{
	int err;

	if (!port) {
		pr_err("kulink_udp: off: give it a port, as in modprobe kulink_udp port=%d\n",
		       KULINK_UDP_PORT);
		return -EINVAL;
	}
	err = open_socket();
	if (err)
		return err;
	err = open_all();
	if (err) {
		sock_release(sock);
		return err;
	}
	err = kulink_channel_register(&kulink_udp_channel);
	if (err) {
		close_all();
		return err;
	}
	set_data_ready(data_ready);
	queue_work(queue, &receiver);	/* what came before */
	return 0;
}

static void __exit udp_stop(void)
{
	set_data_ready(old_data_ready);
	synchronize_net();
	cancel_work_sync(&receiver);
	/* requests hold the module, so that none is left but one that is just done */
	kulink_channel_unregister(&kulink_udp_channel);
	close_all();
}

KULINK_MODULE(udp, udp_start, udp_stop);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kulink channel: UDP");
