// SPDX-License-Identifier: GPL-2.0-only
/*
 * syscall: kulink(2), a system call of its own. Choose it where you ship the kernel, too, and want the shortest
 * way there is: no file to open, no descriptor to keep, one crossing for request and reply. A module cannot add a
 * system call, so this takes a kernel with our patch (vm/kernels/kulink-syscall.patch); on others it is not built.
 *
 * Creates nothing but the call's meaning: the number is in the kernel, and answers -ENOSYS while this module is not
 * loaded. /sys/module/kulink_syscall/parameters/number tells it to everyone. A request is a message as the ABI
 * defines it, which names the service; each part's mode decides, with the caller's credentials.
 * docs/channels/syscall.md
 *
 * No events: a call has one answer. A call that runs holds this module, not the driver.
 */
#include <asm/unistd.h>
#include <linux/kulink_syscall.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "message.h"

#define SYSCALL_OPS	(BIT(KULINK_OP_GET) | BIT(KULINK_OP_SET) | BIT(KULINK_OP_CALL) | \
			 BIT(KULINK_OP_DUMP) | BIT(KULINK_OP_PAGE) | BIT(KULINK_OP_INFO) | \
			 BIT(KULINK_OP_LIST))

#ifdef CONFIG_IA32_EMULATION
/* One number is told, to programs of 32 bits, too. */
static_assert(__NR_ia32_kulink == __NR_kulink);
#endif

static int syscall_add(struct kulink_service *service, void **slot)
{
	return 0;
}

static void syscall_remove(struct kulink_service *service, void *slot)
{
}

static struct kulink_channel syscall_channel = {
	.name = "syscall",
	.owner = THIS_MODULE,
	.carries = KULINK_VALUES | KULINK_TABLES | KULINK_CALLS,
	.add = syscall_add,
	.remove = syscall_remove,
};

static int take_args(struct kulink_syscall *args, const struct kulink_syscall __user *from,
		     size_t size)
{
	int err;

	if (size < KULINK_SYSCALL_SIZE_1)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	err = copy_struct_from_user(args, sizeof(*args), from, size);
	if (err)
		return err;
	if (args->flags || args->request_len < sizeof(struct kulink_msg))
		return -EINVAL;
	if (args->request_len - sizeof(struct kulink_msg) > KULINK_CALL_MAX ||
	    args->reply_len < sizeof(struct kulink_msg))
		return -EMSGSIZE;
	return 0;
}

/* All of it comes in before anything runs. */
static int run(const struct kulink_syscall *args, struct kulink_reply *reply)
{
	const struct kulink_peer peer = {
		.channel = &syscall_channel,
		.cred = current_cred(),
		.ops = SYSCALL_OPS,
		.reply_max = min_t(u64, args->reply_len, U32_MAX),
	};
	void *message = kvmalloc(args->request_len, GFP_KERNEL_ACCOUNT);
	int err;

	if (!message)
		return -ENOMEM;
	err = -EFAULT;
	if (!copy_from_user(message, u64_to_user_ptr(args->request), args->request_len))
		err = kulink_message_run(&peer, NULL, message, args->request_len, reply);
	kvfree(message);
	return err;
}

static long syscall_run(const struct kulink_syscall __user *from, size_t size)
{
	struct kulink_syscall args;
	struct kulink_reply reply;
	size_t taken = 0;
	long ret;

	ret = take_args(&args, from, size);
	if (!ret)
		ret = run(&args, &reply);
	if (ret)
		return ret;
	ret = kulink_message_copy(&reply.head, kulink_reply_payload(&reply), &taken,
				  u64_to_user_ptr(args.reply), reply.head.len);
	kulink_reply_free(&reply);
	return ret;
}

static const struct kulink_syscall_handler syscall_handler = {
	.owner = THIS_MODULE,
	.run = syscall_run,
};

static int number_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%d\n", __NR_kulink);
}

/* Nor when loading: the kernel's table has it. */
static int number_set(const char *text, const struct kernel_param *param)
{
	return -EPERM;
}

static const struct kernel_param_ops number_ops = { .get = number_get, .set = number_set };
module_param_cb(number, &number_ops, NULL, 0444);
MODULE_PARM_DESC(number, "The system call's number, to be read");

static int __init syscall_start(void)
{
	int err;

	err = kulink_channel_register(&syscall_channel);
	if (err)
		return err;
	err = kulink_syscall_set(&syscall_handler);
	if (err)
		kulink_channel_unregister(&syscall_channel);
	return err;
}
module_init(syscall_start);

static void __exit syscall_stop(void)
{
	kulink_syscall_clear();
	kulink_channel_unregister(&syscall_channel);
}
module_exit(syscall_stop);

MODULE_DESCRIPTION("kulink over a system call");
MODULE_AUTHOR("The kulink authors");
MODULE_ALIAS("kulink-channel-syscall");
MODULE_LICENSE("GPL");
