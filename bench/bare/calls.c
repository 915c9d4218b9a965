// SPDX-License-Identifier: MIT
/* Calls by ioctl, by a file of procfs, by a socket option, and by UDP */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "calls.h"

int bare_call_open(struct bench *b, size_t head)
{
	struct bare_call *call = bare_state(b, sizeof(*call));

	if (!call)
		return -ENOMEM;
	call->fd = -1;
	call->room = 2 * (head + b->bytes);
	call->data = bare_pages(call->room);
	if (!call->data)
		return -ENOMEM;
	call->back = call->data + call->room / 2;
	return 0;
}

void bare_call_close(struct bench *b)
{
	struct bare_call *call = b->state;

	if (!call)
		return;
	if (call->data)
		munmap(call->data, call->room);
	if (call->fd >= 0)
		close(call->fd);
	free(call);
}

static int open_file(struct bench *b, const char *path)
{
	int err = bare_call_open(b, 0);
	struct bare_call *call = b->state;

	if (err)
		return err;
	call->fd = bare_open(b, path, O_RDWR);
	return call->fd < 0 ? call->fd : 0;
}

static int open_ioctl(struct bench *b)
{
	return open_file(b, "/dev/bench_echo");
}

static inline int once_ioctl(struct bare_call *call, size_t bytes)
{
	struct bare_echo args = { .data = (uintptr_t)call->data, .len = bytes };

	return ioctl(call->fd, BARE_ECHO, &args) ? -errno : 0;
}

static int run_ioctl(struct bench *b, unsigned int n)
{
	return bare_call_loop(b, n, once_ioctl);
}

const struct bench_work bench_ioctl_bare_call = {
	.work = "call", .channel = "ioctl-bare", .kind = BENCH_BARE, .batch = 32,
	.sizes = BENCH_SIZES(8, 64, 512, 4096, 65536, 1 << 20),
	.open = open_ioctl, .run = run_ioctl, .close = bare_call_close,
};

static int open_procfs(struct bench *b)
{
	return open_file(b, "/proc/bench_echo");
}

static inline int once_procfs(struct bare_call *call, size_t bytes)
{
	if (write(call->fd, call->data, bytes) != (ssize_t)bytes)
		return -EIO;
	return read(call->fd, call->back, bytes) == (ssize_t)bytes ? 0 : -EIO;
}

static int run_procfs(struct bench *b, unsigned int n)
{
	return bare_call_loop(b, n, once_procfs);
}

const struct bench_work bench_procfs_bare_call = {
	.work = "call", .channel = "procfs-bare", .kind = BENCH_BARE, .batch = 32,
	.sizes = BENCH_SIZES(8, 64, 512, 4096, 65536, 1 << 20),
	.open = open_procfs, .run = run_procfs, .close = bare_call_close,
};

/* A socket can always be had: whether the driver is there is told by its node */
static int open_socket(struct bench *b)
{
	int err = open_file(b, "/dev/bench_echo");
	struct bare_call *call = b->state;

	if (err)
		return err;
	close(call->fd);
	call->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return call->fd < 0 ? -errno : 0;
}

static inline int once_sockopt(struct bare_call *call, size_t bytes)
{
	socklen_t len = 2 * bytes;

	return getsockopt(call->fd, SOL_IP, BARE_SOCKOPT, call->data, &len) ? -errno : 0;
}

static int run_sockopt(struct bench *b, unsigned int n)
{
	return bare_call_loop(b, n, once_sockopt);
}

const struct bench_work bench_sockopt_bare_call = {
	.work = "call", .channel = "sockopt-bare", .kind = BENCH_BARE, .batch = 32,
	.sizes = BENCH_SIZES(8, 64, 512, 4096, 65536, 1 << 20),
	.open = open_socket, .run = run_sockopt, .close = bare_call_close,
};

static int open_udp(struct bench *b)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(BARE_UDP_PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int err = open_socket(b);
	struct bare_call *call = b->state;

	if (err)
		return err;
	return connect(call->fd, (struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
}

/* Loopback loses nothing while one datagram is under way. */
static inline int once_udp(struct bare_call *call, size_t bytes)
{
	if (send(call->fd, call->data, bytes, 0) != (ssize_t)bytes)
		return -errno;
	return recv(call->fd, call->back, bytes, 0) == (ssize_t)bytes ? 0 : -EIO;
}

static int run_udp(struct bench *b, unsigned int n)
{
	return bare_call_loop(b, n, once_udp);
}

const struct bench_work bench_udp_bare_call = {
	.work = "call", .channel = "udp-bare", .kind = BENCH_BARE, .batch = 8,
	.sizes = BENCH_SIZES(8, 64, 512, 4096),
	.open = open_udp, .run = run_udp, .close = bare_call_close,
};
