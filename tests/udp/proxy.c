// SPDX-License-Identifier: GPL-2.0-only
/*
 * proxy PORT ADDRESS PORT DROP TWICE LATE: a bad wire. Takes datagrams on 127.0.0.1:PORT, hands them on to
 * ADDRESS:PORT from a socket for each program, and the answers back. In each direction every DROP-th is
 * lost, every TWICE-th comes twice, and every LATE-th only after the next two; 0: none.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROGRAMS 64
#define ROOM 65536

struct datagram {
	int fd;
	struct sockaddr_in to;	/* of the socket that programs send to */
	ssize_t len;
	unsigned int wait;
	unsigned char bytes[ROOM];
};

/* One way through the wire */
struct way {
	unsigned int n;
	struct datagram late;
};

static unsigned int every_lost, every_twice, every_late;
static struct way ways[2];
static struct sockaddr_in programs[PROGRAMS];
static struct pollfd fds[PROGRAMS + 1];
static unsigned int n_programs;

static void put(const struct datagram *d)
{
	sendto(d->fd, d->bytes, (size_t)d->len, MSG_DONTWAIT, d->to.sin_port ? (const void *)&d->to : NULL,
	       d->to.sin_port ? sizeof(d->to) : 0);
}

static void let_late(struct way *way)
{
	if (way->late.wait && !--way->late.wait)
		put(&way->late);
}

static void pass(struct way *way, const struct datagram *d)
{
	way->n++;
	if (every_lost && way->n % every_lost == 0)
		return;
	if (every_late && way->n % every_late == 0 && !way->late.wait) {
		way->late = *d;
		way->late.wait = 2;
		return;
	}
	put(d);
	if (every_twice && way->n % every_twice == 0)
		put(d);
	let_late(way);
}

/* Its socket, a new one for a new program */
static int socket_of(const struct sockaddr_in *program, const struct sockaddr_in *kernel)
{
	unsigned int i;

	for (i = 0; i < n_programs; i++)
		if (!memcmp(&programs[i], program, sizeof(*program)))
			return fds[i + 1].fd;
	/* the oldest makes room */
	i = n_programs < PROGRAMS ? n_programs++ : (unsigned int)rand() % PROGRAMS;
	if (fds[i + 1].fd > 0)
		close(fds[i + 1].fd);
	programs[i] = *program;
	fds[i + 1] = (struct pollfd){ .fd = socket(AF_INET, SOCK_DGRAM, 0), .events = POLLIN };
	connect(fds[i + 1].fd, (const struct sockaddr *)kernel, sizeof(*kernel));
	return fds[i + 1].fd;
}

static void there(const struct sockaddr_in *kernel)
{
	static struct datagram d;
	struct sockaddr_in from = { .sin_family = AF_INET };
	socklen_t len = sizeof(from);

	d.len = recvfrom(fds[0].fd, d.bytes, sizeof(d.bytes), MSG_DONTWAIT, (struct sockaddr *)&from, &len);
	if (d.len < 0)
		return;
	d.fd = socket_of(&from, kernel);
	d.to.sin_port = 0;
	pass(&ways[0], &d);
}

static void back(unsigned int i)
{
	static struct datagram d;

	d.len = recv(fds[i + 1].fd, d.bytes, sizeof(d.bytes), MSG_DONTWAIT);
	if (d.len < 0)
		return;
	d.fd = fds[0].fd;
	d.to = programs[i];
	pass(&ways[1], &d);
}

int main(int argc, char **argv)
{
	struct sockaddr_in ours = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in kernel = { .sin_family = AF_INET };
	unsigned int i;

	if (argc != 7 || !inet_aton(argv[2], &kernel.sin_addr))
		return 2;
	ours.sin_port = htons((uint16_t)atoi(argv[1]));
	kernel.sin_port = htons((uint16_t)atoi(argv[3]));
	every_lost = (unsigned int)atoi(argv[4]);
	every_twice = (unsigned int)atoi(argv[5]);
	every_late = (unsigned int)atoi(argv[6]);
	fds[0] = (struct pollfd){ .fd = socket(AF_INET, SOCK_DGRAM, 0), .events = POLLIN };
	if (bind(fds[0].fd, (struct sockaddr *)&ours, sizeof(ours)))
		return 1;
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		poll(fds, n_programs + 1, -1);
		if (fds[0].revents)
			there(&kernel);
		for (i = 0; i < n_programs; i++)
			if (fds[i + 1].revents)
				back(i);
	}
}
