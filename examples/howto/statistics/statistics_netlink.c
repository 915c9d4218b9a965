// SPDX-License-Identifier: GPL-2.0-only
/* The way through generic netlink, by hand: the family's number and group, a dump, an alarm. */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "statistics_read.h"

#define ALIGNED(n) NLMSG_ALIGN((int)(n))
#define SIZE 65536

static __u64 words[SIZE / 8]; /* aligned as messages must be */
static char *const buffer = (char *)words;

static int send_request(int fd, int family, int command, int flags, int type, const char *text)
{
	struct {
		struct nlmsghdr header;
		struct genlmsghdr genl;
		struct nlattr attribute;
		char text[GENL_NAMSIZ];
	} request = {
		.header = { .nlmsg_type = family, .nlmsg_flags = NLM_F_REQUEST | flags },
		.genl = { .cmd = command, .version = 1 },
		.attribute = { .nla_type = type },
	};

	request.header.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	if (text) {
		memcpy(request.text, text, strlen(text) + 1);
		request.attribute.nla_len = NLA_HDRLEN + strlen(text) + 1;
		request.header.nlmsg_len += ALIGNED(request.attribute.nla_len);
	}
	return send(fd, &request, request.header.nlmsg_len, 0) < 0 ? -1 : 0;
}

/* An attribute among those from FIRST to END */
static struct nlattr *find(void *first, char *end, int type)
{
	struct nlattr *a = first;

	while ((char *)a + NLA_HDRLEN <= end && a->nla_len >= NLA_HDRLEN) {
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a;
		a = (struct nlattr *)((char *)a + ALIGNED(a->nla_len));
	}
	return NULL;
}

static struct nlattr *find_in(struct nlattr *nest, int type)
{
	return nest ? find(nest + 1, (char *)nest + nest->nla_len, type) : NULL;
}

static struct nlattr *find_in_message(struct nlmsghdr *h, int type)
{
	return find((char *)h + NLMSG_LENGTH(GENL_HDRLEN), (char *)h + h->nlmsg_len, type);
}

int statistics_netlink_open(struct statistics_family *family)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	struct nlmsghdr *h = (struct nlmsghdr *)buffer;
	struct nlattr *id, *group;

	if (fd < 0 || send_request(fd, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0, CTRL_ATTR_FAMILY_NAME, STATISTICS_FAMILY) ||
	    recv(fd, buffer, SIZE, 0) < 0) {
		perror("netlink");
		return -1;
	}
	id = h->nlmsg_type == NLMSG_ERROR ? NULL : find_in_message(h, CTRL_ATTR_FAMILY_ID);
	group = id ? find_in(find_in_message(h, CTRL_ATTR_MCAST_GROUPS), 1) : NULL; /* the first of them */
	group = find_in(group, CTRL_ATTR_MCAST_GRP_ID);
	if (!group) {
		fprintf(stderr, "netlink: no family " STATISTICS_FAMILY "\n");
		close(fd);
		return -1;
	}
	family->id = *(__u16 *)(id + 1);
	family->alarms = *(__u32 *)(group + 1);
	return fd;
}

/* The records of one message, behind those that are there. */
static long append(struct nlmsghdr *h, struct statistics_record **records, long count)
{
	struct nlattr *a = find_in_message(h, STATISTICS_A_RECORDS);
	size_t size = a ? a->nla_len - NLA_HDRLEN : 0;

	*records = realloc(*records, count * sizeof(**records) + size);
	if (a)
		memcpy(*records + count, a + 1, size);
	return count + size / sizeof(**records);
}

/* A dump ends with NLMSG_DONE, which carries an error or 0; without it, it is not the whole table. */
long statistics_netlink_dump(int fd, int family, struct statistics_record **records)
{
	long count = 0;
	int n;

	*records = NULL;
	if (send_request(fd, family, STATISTICS_C_GET, NLM_F_DUMP, 0, NULL))
		return -1;
	while ((n = recv(fd, buffer, SIZE, 0)) > 0) {
		struct nlmsghdr *h = (struct nlmsghdr *)buffer;

		for (; NLMSG_OK(h, (unsigned int)n); h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR) {
				errno = -*(int *)NLMSG_DATA(h);
				return errno ? -1 : count;
			}
			count = append(h, records, count);
		}
	}
	return -1;
}

long statistics_read_netlink(struct statistics_record **records)
{
	struct statistics_family family;
	int fd = statistics_netlink_open(&family);
	long count = fd < 0 ? -1 : statistics_netlink_dump(fd, family.id, records);

	if (fd >= 0 && count < 0)
		perror("netlink dump");
	close(fd);
	return count;
}

/* The next alarm on a socket that joined the group. */
int statistics_netlink_wait(int fd, struct statistics_record *record)
{
	struct nlmsghdr *h = (struct nlmsghdr *)buffer;
	struct nlattr *a;

	if (recv(fd, buffer, SIZE, 0) < 0)
		return -1;
	a = find_in_message(h, STATISTICS_A_RECORDS);
	if (!a || a->nla_len < NLA_HDRLEN + sizeof(*record))
		return -1;
	memcpy(record, a + 1, sizeof(*record));
	return 0;
}
