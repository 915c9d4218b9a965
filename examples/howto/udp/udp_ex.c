// SPDX-License-Identifier: GPL-2.0-only
/*
 * UDP: the kernel as one end of an ordinary socket; what arrives at port 5555 is logged and sent back
 *
 * The network's softirq queues a datagram at the socket and calls sk_data_ready. Nothing may sleep there, so ours only
 * queues a work item, which empties the socket in a kernel thread: many may have come by then, and queued it once.
 *
 * Choose it when the other end may be another machine. On one machine netlink costs less and knows who is asking; here
 * everybody may send, and a datagram may get lost.
 *
 * Creates	UDP port 5555 on every address of the first network namespace; two counters as read-only parameters
 *
 * What goes wrong: a queue too short for a burst drops the rest without a word; a softirq may still be in the callback
 * after it was put back, and work in the socket; a drain that a fast sender keeps from ending; a payload taken for a
 * string; two echo servers that answer each other for ever.
 */
#include <linux/in.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/workqueue.h>
#include <net/ip.h>
#include <net/sock.h>
#include "../compat.h"

#define PORT		5555
#define LARGEST		65507		/* what fits into an IPv4 packet */
#define QUEUE_BYTES	(1024 * 1024)	/* the kernel doubles it: 2000 small datagrams, with what each costs it */

static unsigned long runs, datagrams;
module_param(runs, ulong, 0444);
MODULE_PARM_DESC(runs, "how often the work has run");
module_param(datagrams, ulong, 0444);
MODULE_PARM_DESC(datagrams, "how many datagrams it has taken in");

static struct workqueue_struct *queue;
static struct socket *sock;
static void (*old_data_ready)(struct sock *sk);
static bool stopping;
static char *buffer;	/* the work's alone: a work item never runs twice at once */

/* Log one datagram and send it back, from the address it was sent to. False when none waits. */
static bool answer_one(void)
{
	char control[CMSG_SPACE(sizeof(struct in_pktinfo))] __aligned(sizeof(long)) = "";
	struct sockaddr_in sender;
	struct msghdr message = {
		.msg_name = &sender, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct kvec data = { .iov_base = buffer, .iov_len = LARGEST };
	int length;

	length = kernel_recvmsg(sock, &message, &data, 1, LARGEST, MSG_DONTWAIT);
	if (length < 0)
		return false;
	/* It may hold anything and does not end with a NUL: the bytes up to the first, without control characters. */
	pr_info("message len: %d message: %*pE\n", length, (int)strnlen(buffer, length), buffer);
	datagrams++;
	if (sender.sin_port == htons(PORT))
		return true;
	/* The control data came with the address to answer from; any interface may lead there. */
	message.msg_control = control;
	message.msg_controllen = sizeof(control);
	((struct in_pktinfo *)CMSG_DATA((struct cmsghdr *)control))->ipi_ifindex = 0;
	data.iov_len = length;
	kernel_sendmsg(sock, &message, &data, 1, length);
	return true;
}

static void drain(struct work_struct *work)
{
	runs++;
	while (!READ_ONCE(stopping) && answer_one())
		cond_resched();
}

static DECLARE_WORK(drain_work, drain);

/* In softirq, for every datagram */
static void data_ready(struct sock *sk)
{
	queue_work(queue, &drain_work);
}

static void set_data_ready(void (*function)(struct sock *sk))
{
	struct sock *sk = sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	old_data_ready = sk->sk_data_ready;
	WRITE_ONCE(sk->sk_data_ready, function);
	write_unlock_bh(&sk->sk_callback_lock);
}

/* Bound last: what arrives then finds all the rest in place. */
static int open_socket(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int error;

	error = sock_create_kern(&init_net, PF_INET, SOCK_DGRAM, IPPROTO_UDP, &sock);
	if (error)
		return error;
	set_data_ready(data_ready);
	sock_set_rcvbuf(sock->sk, QUEUE_BYTES);
	ip_sock_set_pktinfo(sock->sk);
	sock->sk->sk_sndtimeo = HZ;
	error = kernel_bind(sock, (struct sockaddr_unsized *)&address, sizeof(address));
	if (!error)
		return 0;
	pr_err("cannot bind UDP port %d: error %d\n", PORT, error);
	sock_release(sock);
	return -EIO;
}

static int __init udp_ex_init(void)
{
	int error = -ENOMEM;

	pr_info("INIT MODULE\n");
	queue = alloc_workqueue("myworkqueue", WQ_UNBOUND | WQ_SYSFS, 0);
	if (!queue)
		return error;
	buffer = kvmalloc(LARGEST, GFP_KERNEL);
	if (buffer)
		error = open_socket();
	if (!error)
		return 0;
	kvfree(buffer);
	destroy_workqueue(queue);
	return error;
}

/* First no callback, then no softirq that is still in it, then no work; only then may the socket go. */
static void __exit udp_ex_exit(void)
{
	set_data_ready(old_data_ready);
	synchronize_net();
	WRITE_ONCE(stopping, true);
	cancel_work_sync(&drain_work);
	sock_release(sock);
	destroy_workqueue(queue);
	kvfree(buffer);
	pr_info("EXIT MODULE\n");
}

module_init(udp_ex_init);
module_exit(udp_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: a UDP socket of the kernel's, an echo on port 5555");
