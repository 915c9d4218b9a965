// SPDX-License-Identifier: GPL-2.0-only
/* getsockopt() that copies the first half of its buffer in, and out to the second */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "driver.h"

static DEFINE_MUTEX(lock);	/* the buffer */
static void *buffer;

static int echo(struct sock *sk, int option, void __user *data, int *len)
{
	int half = *len / 2, err = 0;

	if (half < 0 || half > BARE_PAYLOAD_MAX)
		return -EMSGSIZE;
	mutex_lock(&lock);
	if (copy_from_user(buffer, data, half) || copy_to_user(data + half, buffer, half))
		err = -EFAULT;
	mutex_unlock(&lock);
	return err;
}

static struct nf_sockopt_ops ops = {
	.pf		= PF_INET,
	.get_optmin	= BARE_SOCKOPT,
	.get_optmax	= BARE_SOCKOPT + 1,
	.get		= echo,
	.owner		= THIS_MODULE,
};

static int start(void)
{
	int err;

	buffer = kvmalloc(BARE_PAYLOAD_MAX, GFP_KERNEL);
	if (!buffer)
		return -ENOMEM;
	err = nf_register_sockopt(&ops);
	if (err)
		kvfree(buffer);
	return err;
}

static void stop(void)
{
	nf_unregister_sockopt(&ops);
	kvfree(buffer);
}

const struct bare_part bare_sockopt = { start, stop };
