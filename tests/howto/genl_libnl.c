// SPDX-License-Identifier: GPL-2.0-only
/*
 * The HOWTO's second client of generic netlink: what it did with libnl, done with libnl-3. Acknowledgements are left on
 * and a callback runs for the first datagram; that must be the answer.
 */
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdio.h>

static int print(struct nl_msg *message, void *arg)
{
	struct genlmsghdr *header = nlmsg_data(nlmsg_hdr(message));
	struct nlattr *first = genlmsg_attrdata(header, 0);

	(void)arg;
	if (nlmsg_hdr(message)->nlmsg_type == NLMSG_ERROR)
		puts("the ACK came first");
	else
		printf("message received: %s\n", (char *)nla_data(first));
	return NL_OK;
}

int main(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	struct nl_msg *message;
	int id;

	genl_connect(sock);
	id = genl_ctrl_resolve(sock, "CONTROL_EXMPL");
	if (id < 0) {
		puts("error obtaining family");
		nl_socket_free(sock);
		return 0;
	}
	message = nlmsg_alloc();
	genlmsg_put(message, NL_AUTO_PID, NL_AUTO_SEQ, id, 0, 0, 1, 1);
	nla_put_string(message, 1, "hello from userspace");
	nl_send_auto(sock, message);
	nlmsg_free(message);
	nl_socket_modify_cb(sock, NL_CB_MSG_IN, NL_CB_CUSTOM, print, NULL);
	nl_recvmsgs_default(sock);
	nl_socket_free(sock);
	return 0;
}
