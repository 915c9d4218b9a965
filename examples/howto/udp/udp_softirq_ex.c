// SPDX-License-Identifier: GPL-2.0-only
/*
 * UDP: where the receive callback runs, and an answer sent from inside it
 *
 * An experiment, not a pattern. It says in the log in which context sk_data_ready is called, and then answers there and
 * then instead of queueing work. What is forbidden in a softirq is to sleep, not to send: the network stack sends from
 * there all the time (TCP's acknowledgements, ICMP's answers, WireGuard and VXLAN packets that they build themselves).
 * So the socket must not wait for memory (GFP_ATOMIC) nor for room (MSG_DONTWAIT).
 *
 * Choose the work queue of udp_ex.c instead: what a socket does in sendmsg() is its own business, and a BPF program
 * attached to the control group makes it take a lock that sleeps.
 *
 * Creates	UDP port 5556 on the loopback address
 *
 * What goes wrong: without GFP_ATOMIC the send may sleep for memory; kernels with CONFIG_DEBUG_ATOMIC_SLEEP look for
 * that, others work until memory is short, and then schedule inside a softirq.
 */
#include <linux/in.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/preempt.h>
#include <net/sock.h>
#include "../compat.h"

#define PORT	5556

static struct socket *sock;
static void (*old_data_ready)(struct sock *sk);

static const char *context(void)
{
	if (in_hardirq())
		return "hard interrupt";
	if (in_serving_softirq())
		return "softirq";
	return in_softirq() ? "thread with softirqs off" : "thread";
}

static void data_ready(struct sock *sk)
{
	char buffer[64];
	struct sockaddr_in sender;
	struct msghdr message = { .msg_name = &sender };
	struct kvec data = { .iov_base = buffer, .iov_len = sizeof(buffer) };
	int length;

	length = kernel_recvmsg(sock, &message, &data, 1, sizeof(buffer), MSG_DONTWAIT);
	if (length < 0)
		return;
	pr_info("callback in %s\n", context());
	if (sender.sin_port == htons(PORT))
		return;
	message.msg_flags = MSG_DONTWAIT;
	data.iov_len = length;
	length = kernel_sendmsg(sock, &message, &data, 1, length);
	pr_info("sent from the callback: %d\n", length);
}

static void set_data_ready(void (*function)(struct sock *sk))
{
	struct sock *sk = sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	old_data_ready = sk->sk_data_ready;
	WRITE_ONCE(sk->sk_data_ready, function);
	write_unlock_bh(&sk->sk_callback_lock);
}

static int __init udp_softirq_ex_init(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int error;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	error = sock_create_kern(&init_net, PF_INET, SOCK_DGRAM, IPPROTO_UDP, &sock);
	if (error)
		return error;
	sock->sk->sk_allocation = GFP_ATOMIC;
	set_data_ready(data_ready);
	error = kernel_bind(sock, (struct sockaddr_unsized *)&address, sizeof(address));
	if (error)
		sock_release(sock);
	return error;
}

static void __exit udp_softirq_ex_exit(void)
{
	set_data_ready(old_data_ready);
	synchronize_net();
	sock_release(sock);
}

module_init(udp_softirq_ex_init);
module_exit(udp_softirq_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: the context of a UDP socket's receive callback");
