// SPDX-License-Identifier: GPL-2.0-only
/* The UDP examples: an echo by way of the work queue, one from inside the softirq, and a burst. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "figures.h"

#define WORK_PORT	5555
#define SOFTIRQ_PORT	5556
#define BURST		300

struct peer {
	int fd;
	size_t size;
};

/* Zeros: the example logs what is before the first, and the log shall cost as little as it can. */
static char data[256];

static int echo(void *argument)
{
	struct peer *p = argument;

	return send(p->fd, data, p->size, 0) < 0 || recv(p->fd, data, sizeof(data), 0) != (ssize_t)p->size;
}

static int burst(void *argument)
{
	struct peer *p = argument;
	unsigned int i;

	for (i = 0; i < BURST; i++)
		if (send(p->fd, data, p->size, 0) < 0)
			return -1;
	for (i = 0; i < BURST; i++)
		if (recv(p->fd, data, sizeof(data), 0) != (ssize_t)p->size)
			return -1;
	return 0;
}

static unsigned long parameter(const char *name)
{
	char file[128], text[32] = "";
	int fd;

	snprintf(file, sizeof(file), "/sys/module/udp_ex/parameters/%s", name);
	fd = open(file, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		failed(file);
	close(fd);
	return strtoul(text, NULL, 10);
}

/* Nobody answers: the timeout makes that an error instead of waiting for ever. */
static int open_peer(const char *address, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct timeval limit = { .tv_sec = 2 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 1 << 20;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	inet_pton(AF_INET, address, &a.sin_addr);
	connect(fd, (struct sockaddr *)&a, sizeof(a));
	return fd;
}

static void count_runs(struct peer *p)
{
	unsigned long runs = parameter("runs"), datagrams = parameter("datagrams"), answered;

	if (burst(p))
		failed("burst");
	answered = parameter("datagrams") - datagrams;
	runs = parameter("runs") - runs;
	figure_value("udp_burst_sent", "UDP: datagrams of a burst", BURST);
	figure_value("udp_burst_answered", "UDP: of them answered", answered);
	figure_value("udp_burst_runs", "UDP: runs of the work that answered them", runs);
}

void figures_udp(const char *address)
{
	struct peer p = { .size = 64 };

	p.fd = open_peer(address, WORK_PORT);
	if (strncmp(address, "127.", 4)) {
		figure("udp_veth", "UDP: 64 bytes there and back, from another network namespace", 20, echo, &p);
		return;
	}
	figure("udp", "UDP: 64 bytes to the kernel and back, by way of its work queue", 20, echo, &p);
	count_runs(&p);
	close(p.fd);
	p.fd = open_peer(address, SOFTIRQ_PORT);
	p.size = 64;
	if (echo(&p))
		fprintf(stderr, "figures: left out: udp_softirq\n");
	else
		figure("udp_softirq", "UDP: 64 bytes, answered from inside the softirq", 20, echo, &p);
	close(p.fd);
}
