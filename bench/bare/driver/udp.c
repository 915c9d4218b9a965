// SPDX-License-Identifier: GPL-2.0-only
/* A UDP socket of the kernel's on 127.0.0.1: a work sends back what comes */
#include <linux/in.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "compat.h"
#include "driver.h"

#define LARGEST 65507

static struct socket *sock;
static void *buffer;

static bool answer_one(void)
{
	struct sockaddr_in sender;
	struct msghdr message = { .msg_name = &sender };
	struct kvec data = { .iov_base = buffer, .iov_len = LARGEST };
	int len = kernel_recvmsg(sock, &message, &data, 1, LARGEST, MSG_DONTWAIT);

	if (len < 0)
		return false;
	data.iov_base = buffer;
	kernel_sendmsg(sock, &message, &data, 1, len);
	return true;
}

static void drain(struct work_struct *work)
{
	while (answer_one())
		;
}

static DECLARE_WORK(work, drain);

static void data_ready(struct sock *sk)
{
	schedule_work(&work);
}

static int start(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(BARE_UDP_PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int err;

	buffer = kvmalloc(LARGEST, GFP_KERNEL);
	if (!buffer)
		return -ENOMEM;
	err = sock_create_kern(&init_net, PF_INET, SOCK_DGRAM, IPPROTO_UDP, &sock);
	if (err)
		goto no_socket;
	WRITE_ONCE(sock->sk->sk_data_ready, data_ready);
	err = kernel_bind(sock, (struct sockaddr_unsized *)&address, sizeof(address));
	if (!err)
		return 0;
	sock_release(sock);
no_socket:
	kvfree(buffer);
	return err;
}

static void nothing(struct sock *sk)
{
}

static void stop(void)
{
	WRITE_ONCE(sock->sk->sk_data_ready, nothing);
	synchronize_net();
	cancel_work_sync(&work);
	sock_release(sock);
	kvfree(buffer);
}

const struct bare_part bare_udp = { start, stop };
