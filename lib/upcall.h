/* SPDX-License-Identifier: MIT */
/*
 * Between kulink-upcall, which the kernel starts for each event, and the programs that have subscribed
 * through the library: a socket for each subscriber in a directory where everyone may make one, as in
 * /tmp. A message is the program's environment: variables, each with a NUL.
 */
#ifndef KULINK_LIB_UPCALL_H
#define KULINK_LIB_UPCALL_H

/** KULINK_UPCALL_DIR - root's, mode 1777; a subscriber's socket there is SERVICE.PID.NUMBER */
#define KULINK_UPCALL_DIR	"/run/kulink/upcall"

/** KULINK_UPCALL_PROGRAM - its name, at the end of the kernel's path parameter */
#define KULINK_UPCALL_PROGRAM	"kulink-upcall"

/** KULINK_UPCALL_PATH - where the administrator says which program is started */
#define KULINK_UPCALL_PATH	"/sys/module/kulink_upcall/parameters/path"

/** KULINK_UPCALL_MESSAGE_MAX - bytes of a message: the kernel's environment is smaller */
#define KULINK_UPCALL_MESSAGE_MAX	(32 << 10)

#endif /* KULINK_LIB_UPCALL_H */
