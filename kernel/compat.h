/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every difference between kernel versions, as a named feature; nothing else in
 * the tree asks for a version. From 6.1 on.
 */
#ifndef _KULINK_COMPAT_H
#define _KULINK_COMPAT_H

#include <linux/version.h>

/* class, class_interface: the class became const and the interface went in 6.4 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define KULINK_CLASS_CONST	const
#define KULINK_INTF_ARGS	struct device *dev
#else
#define KULINK_CLASS_CONST
#define KULINK_INTF_ARGS	struct device *dev, struct class_interface *intf
#endif

/* class->devnode(): the device became const in 6.2 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define KULINK_DEVNODE_CONST	const
#else
#define KULINK_DEVNODE_CONST
#endif

/*
 * io_uring's commands: their header is of 6.6; a registered buffer is asked for with the flags since
 * 6.15
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define KULINK_URING_HEADER	"linux/io_uring/cmd.h"
#define kulink_uring_args(cmd)	((const struct kulink_uring *)(cmd)->sqe->cmd)
#else
#define KULINK_URING_HEADER	"linux/io_uring.h"
#define kulink_uring_args(cmd)	((const struct kulink_uring *)(cmd)->cmd)
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define kulink_uring_fixed	io_uring_cmd_import_fixed
#else
#define kulink_uring_fixed(buffer, len, direction, iter, cmd, flags) \
	io_uring_cmd_import_fixed(buffer, len, direction, iter, cmd)
#endif
/*
 * Its end: what it came to may be returned, but -EAGAIN would have it come again, and 6.1 takes a
 * number above zero for an error; one number since 6.18
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define kulink_uring_done(cmd, ret, flags)	io_uring_cmd_done(cmd, ret, flags)
#else
#define kulink_uring_done(cmd, ret, flags)	io_uring_cmd_done(cmd, ret, 0, flags)
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define kulink_uring_returns(ret)	((ret) >= 0)
#else
#define kulink_uring_returns(ret)	false
#endif

/*
 * Commands with many completions, in buffers that the program provides: 6.18 has the functions; what
 * runs in the submitter's task is of another type since 6.19
 */
#define KULINK_URING_MULTISHOT	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0))

/* bin_attribute: const in 6.16 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define KULINK_BIN_CONST	const
#else
#define KULINK_BIN_CONST
#endif

/*
 * Generic netlink dumps: their attributes moved into a genl_info in 6.6. A macro, so that only
 * those who use it need net/genetlink.h.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define kulink_genl_dump_attrs(cb)	(genl_info_dump(cb)->attrs)
#else
#define kulink_genl_dump_attrs(cb)	(genl_dumpit_info(cb)->attrs)
#endif

/*
 * Netlink multicasts that ask of each member of the group whether it may hear: 6.8. Before,
 * a capability to join the group is all there is.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define KULINK_NL_FILTERED		1
#define KULINK_GENL_RESTRICTED_FLAGS	0
#define kulink_nlmsg_multicast(sk, skb, group, filter, data)		\
	nlmsg_multicast_filtered(sk, skb, 0, group, GFP_KERNEL, filter, data)
#else
#define KULINK_NL_FILTERED		0
#define KULINK_GENL_RESTRICTED_FLAGS	GENL_MCAST_CAP_NET_ADMIN
#define kulink_nlmsg_multicast(sk, skb, group, filter, data)		\
	((void)(filter), (void)(data), nlmsg_multicast(sk, skb, 0, group, GFP_KERNEL))
#endif

/* Extended ack with figures in the sentence; without them before 6.2 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define KULINK_SET_ERR_MSG_ATTR_FMT(extack, attr, plain, fmt, args...)	\
	NL_SET_ERR_MSG_ATTR_FMT(extack, attr, fmt, ##args)
#else
#define KULINK_SET_ERR_MSG_ATTR_FMT(extack, attr, plain, fmt, args...)	\
	NL_SET_ERR_MSG_ATTR(extack, attr, plain)
#endif

/* A mapping's flags: changed by functions alone since 6.3. A macro: only who maps needs linux/mm.h */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define kulink_vm_flags_mod(vma, set, clear)	vm_flags_mod(vma, set, clear)
#else
#define kulink_vm_flags_mod(vma, set, clear)	\
	((vma)->vm_flags = ((vma)->vm_flags | (set)) & ~(clear))
#endif

/* eventfd_signal(): how many, until 6.7; a macro, so that only those who use it need linux/eventfd.h */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define kulink_eventfd_bump(ctx)	eventfd_signal(ctx)
#else
#define kulink_eventfd_bump(ctx)	((void)eventfd_signal(ctx, 1))
#endif

/* proc_handler: the table became const in 6.11 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define KULINK_CTL_CONST	const
#else
#define KULINK_CTL_CONST
#endif

/* register_sysctl: the table's size is told since 6.6; before, an empty entry ends it */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define kulink_register_sysctl(path, table, n)	register_sysctl_sz(path, table, n)
#else
#define kulink_register_sysctl(path, table, n)	register_sysctl(path, table)
#endif

/* kernel_bind(): takes an address of another type since 6.19 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define sockaddr_unsized sockaddr
#endif

/* EXPORT_SYMBOL_IF_KUNIT()'s namespace: a string from 6.13 on */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define KULINK_IMPORT_KUNIT	MODULE_IMPORT_NS("EXPORTED_FOR_KUNIT_TESTING")
#else
#define KULINK_IMPORT_KUNIT	MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING)
#endif

/* relay's subbuf_start(): is told the padding before, until 6.16 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define KULINK_SUBBUF_START_ARGS	struct rchan_buf *buf, void *subbuf, void *prev
#else
#define KULINK_SUBBUF_START_ARGS	struct rchan_buf *buf, void *subbuf, void *prev, size_t padding
#endif

/* A tracepoint's strings: what is assigned is known since 6.10 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define kulink_assign_str(dst, src)	__assign_str(dst)
#else
#define kulink_assign_str(dst, src)	__assign_str(dst, src)
#endif

/* Since 6.13 one function is for a timer and what it runs; a macro: only who has timers needs linux/hrtimer.h */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define kulink_hrtimer_setup(timer, fn, clock, mode)	hrtimer_setup(timer, fn, clock, mode)
#else
#define kulink_hrtimer_setup(timer, fn, clock, mode)	\
	do {						\
		hrtimer_init(timer, clock, mode);	\
		(timer)->function = (fn);		\
	} while (0)
#endif

#endif /* _KULINK_COMPAT_H */
