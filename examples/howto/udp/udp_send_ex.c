// SPDX-License-Identifier: GPL-2.0-only
/*
 * UDP: the kernel speaks first
 *
 * To a socket it makes no difference which side sends, or whether anybody has asked: a program that waits in recvfrom()
 * is woken by what this module sends when its own time has come. Here that is a timer; in a driver it would be the
 * device. No process asks for it, and none is running on the kernel's behalf: a kernel thread sends.
 *
 * Choose it to tell a program, on this or another machine, that something has happened, when it may be lost. A sender
 * of datagrams does not learn whether anybody listens.
 *
 * Creates	nothing that can be seen; sends count times the 24 bytes "hallo from kernel space" to address:port
 *
 * What goes wrong: sending from the timer itself, where a send may not sleep; unloading while the timer runs; a work
 * item that queues itself again after it was cancelled (cancel_delayed_work_sync() takes care of both).
 */
#include <linux/in.h>
#include <linux/inet.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/workqueue.h>
#include <net/sock.h>

static char *address = "127.0.0.1";
module_param(address, charp, 0444);
MODULE_PARM_DESC(address, "the IPv4 address to send to");
static ushort port = 5555;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "the UDP port to send to");
static uint count = 10;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "how many datagrams");
static uint interval;
module_param(interval, uint, 0444);
MODULE_PARM_DESC(interval, "milliseconds before each of them");

static struct socket *sock;
static struct sockaddr_in receiver = { .sin_family = AF_INET };
static uint sent;

static void send_one(struct work_struct *work);
static DECLARE_DELAYED_WORK(send_work, send_one);

static void send_one(struct work_struct *work)
{
	static const char text[] = "hallo from kernel space";
	struct msghdr message = { .msg_name = &receiver, .msg_namelen = sizeof(receiver) };
	struct kvec data = { .iov_base = (void *)text, .iov_len = sizeof(text) };
	int error;

	error = kernel_sendmsg(sock, &message, &data, 1, sizeof(text));
	if (error < 0)
		pr_err("cannot send to %pISpc: error %d\n", &receiver, error);
	if (++sent < count)
		schedule_delayed_work(&send_work, msecs_to_jiffies(interval));
}

static int __init udp_send_ex_init(void)
{
	int error;

	if (!in4_pton(address, -1, (u8 *)&receiver.sin_addr, -1, NULL) || !port || !count)
		return -EINVAL;
	receiver.sin_port = htons(port);
	error = sock_create_kern(&init_net, PF_INET, SOCK_DGRAM, IPPROTO_UDP, &sock);
	if (error)
		return error;
	sock->sk->sk_sndtimeo = HZ;
	schedule_delayed_work(&send_work, msecs_to_jiffies(interval));
	return 0;
}

static void __exit udp_send_ex_exit(void)
{
	cancel_delayed_work_sync(&send_work);
	sock_release(sock);
}

module_init(udp_send_ex_init);
module_exit(udp_send_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: datagrams that the kernel sends on its own account");
