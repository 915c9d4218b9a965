// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink_raw example's protocol by hand, right or wrong. The kernel's callback runs inside sendmsg(), so an answer
 * that is not there at once will not come. NETLINK_UNIT in the environment is another protocol number than 31.
 *
 *	netlink_client socket N			a socket of that protocol
 *	netlink_client join GROUP		NETLINK_ADD_MEMBERSHIP
 *	netlink_client hold [GROUP]		open, join, say "open", wait for the end of standard input
 *	netlink_client listen GROUP N		the same, then print N messages
 *	netlink_client tell TEXT [N]		N messages to the group NEWS
 *	netlink_client send [KEY=N...]		one message and all that comes back: type= flags= len= (the header's) size=
 *						send= (bytes of it) count= (messages in one datagram)
 *	netlink_client flood N SIZE [quiet]	N echoes before the first is read; quiet: NETLINK_NO_ENOBUFS
 *	netlink_client size BYTES [BUFFER]	an echo of a message of that size, header included; BUFFER: SO_SNDBUFFORCE
 *	netlink_client sendbuffer		SO_SNDBUF
 *	netlink_client duplex N			N echoes by one thread, read by another on the same socket, and N messages
 *						of the group NEWS meanwhile
 *	netlink_client forge			a message to another process's port that says it is from port 0
 */
#include <errno.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ECHO 16
#define TELL 17
#define NEWS 1
#define MAX (32 << 20)

static char *in, *out;
static ssize_t got;
static struct sockaddr_nl from;

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerrorname_np(errno));
	return 1;
}

static int open_socket(void)
{
	const char *unit = getenv("NETLINK_UNIT");
	struct sockaddr_nl own = { .nl_family = AF_NETLINK };
	int one = 1, fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, unit ? atoi(unit) : 31);

	if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof(own)))
		exit(fail("socket"));
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	return fd;
}

static int join(int fd, int group)
{
	return setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
}

static struct nlmsghdr *message(char *at, int type, __u32 seq, size_t payload)
{
	struct nlmsghdr *header = (struct nlmsghdr *)at;

	memset(NLMSG_DATA(header), 'x', payload);
	*header = (struct nlmsghdr){ NLMSG_LENGTH(payload), type, NLM_F_REQUEST, seq, 0 };
	return header;
}

static int transmit(int fd, const void *data, size_t length, __u32 port)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = port };

	return sendto(fd, data, length, 0, (struct sockaddr *)&to, sizeof(to)) < 0 ? -1 : 0;
}

static int receive(int fd, int flags)
{
	socklen_t length = sizeof(from);

	got = recvfrom(fd, in, MAX, flags, (struct sockaddr *)&from, &length);
	return got < 0 ? -1 : 0;
}

static void print(void)
{
	struct nlmsghdr *header = (struct nlmsghdr *)in;
	struct nlmsgerr *error = NLMSG_DATA(header);
	struct nlattr *attr = (struct nlattr *)(error + 1);

	if (header->nlmsg_type != NLMSG_ERROR) {
		printf("type %d seq %u pid %u address %u group %u size %u: %.*s\n", header->nlmsg_type,
		       header->nlmsg_seq, header->nlmsg_pid, from.nl_pid, from.nl_groups, header->nlmsg_len,
		       (int)header->nlmsg_len - NLMSG_HDRLEN, (char *)NLMSG_DATA(header));
		return;
	}
	if (!error->error) {
		puts("ack");
		return;
	}
	printf("error %s", strerrorname_np(-error->error));
	if (header->nlmsg_flags & NLM_F_ACK_TLVS && attr->nla_type == NLMSGERR_ATTR_MSG)
		printf(": %s", (char *)(attr + 1));
	putchar('\n');
}

static int open_joined(int group)
{
	int fd = open_socket();

	if (group && join(fd, group))
		exit(fail("join"));
	puts("open");
	fflush(stdout);
	return fd;
}

static int listen_for(int group, int n)
{
	int fd = open_joined(group);

	while (n--) {
		if (receive(fd, 0))
			return fail("recv");
		print();
	}
	return 0;
}

static int tell(const char *text, int n)
{
	int fd = open_socket();

	for (int i = 0; i < n; i++) {
		struct nlmsghdr *header = message(out, TELL, 7, strlen(text));

		memcpy(NLMSG_DATA(header), text, strlen(text));
		if (transmit(fd, header, header->nlmsg_len, 0))
			return fail("send");
	}
	return 0;
}

static int send_one(char **keys)
{
	long type = ECHO, flags = 0, len = -1, size = 5, bytes = -1, count = 1;
	int fd = open_socket(), answers = 0;
	size_t step, at = 0;

	for (; *keys; keys++) {
		long n = strtol(strchr(*keys, '=') + 1, NULL, 0);
		long *to = !strncmp(*keys, "type", 4) ? &type : !strncmp(*keys, "flags", 5) ? &flags :
			   !strncmp(*keys, "len", 3) ? &len : !strncmp(*keys, "size", 4) ? &size :
			   !strncmp(*keys, "count", 5) ? &count : &bytes;
		*to = n;
	}
	for (int i = 0; i < count; i++, at += step) {
		struct nlmsghdr *header = message(out + at, type, 60 + i, size);

		step = NLMSG_ALIGN(header->nlmsg_len);
		header->nlmsg_flags ^= flags;
		if (len >= 0)
			header->nlmsg_len = len;
	}
	if (transmit(fd, out, bytes < 0 ? (long)at : bytes, 0))
		return fail("send");
	for (; !receive(fd, MSG_DONTWAIT); answers++)
		print();
	if (!answers)
		puts("nothing");
	return 0;
}

/* What /proc/net/netlink says that a socket has lost: the 9th column, Drops, of the line with its inode, the 10th. */
static long drops(int fd)
{
	char line[512];
	FILE *file = fopen("/proc/net/netlink", "r");
	struct stat st;
	unsigned long inode;
	long n, found = -1;

	fstat(fd, &st);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*s %*s %*s %*s %*s %*s %*s %*s %ld %lu", &n, &inode) == 2 && inode == st.st_ino)
			found = n;
	}
	fclose(file);
	return found;
}

static int flood(int n, size_t size, int quiet)
{
	int fd = open_socket(), one = 1, received = 0, told = 0, order = 1;
	__u32 last = 0;

	if (quiet)
		setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &one, sizeof(one));
	for (int i = 1; i <= n; i++) {
		struct nlmsghdr *header = message(out, ECHO, i, size);

		if (transmit(fd, header, header->nlmsg_len, 0))
			return fail("send");
	}
	for (;;) {
		if (!receive(fd, MSG_DONTWAIT)) {
			order &= ((struct nlmsghdr *)in)->nlmsg_seq == ++last;
			received++;
		} else if (errno == ENOBUFS) {
			told++;
		} else {
			break;
		}
	}
	printf("sent %d, received %s, told %d times, counted %s, %s\n", n,
	       received == n ? "all" : received && received < n ? "some" : "none", told,
	       drops(fd) == n - received ? "exactly" : "wrongly", order ? "the first ones in order" : "out of order");
	fprintf(stderr, "%d of %d of %zu bytes received, %ld dropped\n", received, n, size, drops(fd));
	/* and it goes on */
	message(out, ECHO, 0, size);
	return transmit(fd, out, NLMSG_LENGTH(size), 0) || receive(fd, MSG_DONTWAIT);
}

static int try_size(size_t bytes, int buffer)
{
	int fd = open_socket();
	struct nlmsghdr *header = message(out, ECHO, 1, bytes - NLMSG_HDRLEN);

	if (buffer && setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof(buffer)))
		return fail("buffer");
	if (transmit(fd, header, bytes, 0))
		return fail("send");
	if (receive(fd, MSG_DONTWAIT))
		return fail("recv");
	if (((struct nlmsghdr *)in)->nlmsg_type == NLMSG_ERROR)
		print();
	else
		puts(((struct nlmsghdr *)in)->nlmsg_len == bytes && !memcmp(in + 16, out + 16, bytes - 16) ? "came back" : "came back wrong");
	return 0;
}

static int send_buffer(void)
{
	int fd = open_socket(), size;
	socklen_t length = sizeof(size);

	getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &length);
	printf("%d\n", size);
	return 0;
}

static int duplex_fd, duplex_n;
static sem_t room;

static void *duplex_send(void *arg)
{
	char request[NLMSG_SPACE(8)];

	for (int i = 1; i <= duplex_n; i++) {
		sem_wait(&room);
		message(request, ECHO, i, 8);
		if (transmit(duplex_fd, request, NLMSG_LENGTH(8), 0))
			fail("send");
	}
	return arg;
}

static int duplex(int n)
{
	int echoes = 0, news = 0;
	pthread_t thread;

	duplex_n = n;
	duplex_fd = open_joined(NEWS);
	sem_init(&room, 0, 16);
	pthread_create(&thread, NULL, duplex_send, NULL);
	while (echoes < n || news < n) {
		if (receive(duplex_fd, 0))
			return fail("recv");
		if (((struct nlmsghdr *)in)->nlmsg_type == TELL) {
			news++;
			continue;
		}
		if (((struct nlmsghdr *)in)->nlmsg_seq != (__u32)++echoes)
			return puts("out of order");
		sem_post(&room);
	}
	pthread_join(thread, NULL);
	printf("%d echoes, %d news\n", echoes, news);
	return 0;
}

/* Two sockets are as good as two processes: a port is a socket's, not a process's. */
static int forge(void)
{
	int mine = open_socket(), yours = open_socket();
	struct sockaddr_nl own, your;
	socklen_t length = sizeof(own);

	getsockname(mine, (struct sockaddr *)&own, &length);
	getsockname(yours, (struct sockaddr *)&your, &length);
	message(out, ECHO, 1, 4);
	if (transmit(mine, out, NLMSG_LENGTH(4), your.nl_pid))
		return fail("send");
	if (receive(yours, MSG_DONTWAIT))
		return fail("recv");
	printf("header pid %u, address %s\n", ((struct nlmsghdr *)in)->nlmsg_pid,
	       from.nl_pid && from.nl_pid == own.nl_pid ? "the sender's" : "forged");
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	int n = argc > 2 ? atoi(argv[2]) : 0, m = argc > 3 ? atoi(argv[3]) : 0;

	in = malloc(MAX);
	out = malloc(MAX);
	if (!strcmp(verb, "socket")) {
		if (socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, n) < 0)
			return fail("socket");
		puts("open");
		return 0;
	}
	if (!strcmp(verb, "join")) {
		if (join(open_socket(), n))
			return fail("join");
		puts("joined");
		return 0;
	}
	if (!strcmp(verb, "hold")) {
		open_joined(n);
		while (read(0, in, 1) > 0)
			;
		return 0;
	}
	if (!strcmp(verb, "listen"))
		return listen_for(n, m);
	if (!strcmp(verb, "tell"))
		return tell(argv[2], m ? m : 1);
	if (!strcmp(verb, "send"))
		return send_one(argv + 2);
	if (!strcmp(verb, "flood"))
		return flood(n, m, argc > 4);
	if (!strcmp(verb, "size"))
		return try_size(n, m);
	if (!strcmp(verb, "sendbuffer"))
		return send_buffer();
	if (!strcmp(verb, "duplex"))
		return duplex(n);
	if (!strcmp(verb, "forge"))
		return forge();
	fprintf(stderr, "netlink_client: what is %s?\n", verb);
	return 2;
}
