// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program's end of the HOWTO's UDP example, for what its programs do not do.
 *
 *	udp_peer echo ADDRESS[:PORT] SIZE [COUNT]
 *						from a connected socket: each answer must come from ADDRESS and PORT (5555),
 *						and be the same bytes; a refusal is said by its errno
 *	udp_peer flight COUNT			keep the kernel's threads from running here (SCHED_FIFO) until COUNT datagrams
 *						wait in the kernel's socket, then let all their answers wait in ours
 *	udp_peer plain COUNT			send COUNT, then receive into a queue of the default size; says how many came
 *	udp_peer flood ADDRESS SIZE		send for ever, never receive
 *	udp_peer gone COUNT			COUNT datagrams from sockets that are closed at once
 *	udp_peer spoof COUNT			COUNT datagrams that claim to come from port 5555 itself
 *	udp_peer short				a UDP header with no room for itself, one with a wrong checksum
 *	udp_peer hold				hold port 5555: say "open", keep it until standard input ends
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT	5555
#define LARGEST	65507

static struct sockaddr_in kernel = { .sin_family = AF_INET };
static char sent[LARGEST], received[LARGEST + 1];

static int fail(const char *what)
{
	fprintf(stderr, "%s%s%s\n", what, *what ? ": " : "", strerrorname_np(errno));
	return 1;
}

static int wrong(const char *what, long n)
{
	fprintf(stderr, "%s: %ld\n", what, n);
	return 1;
}

static int udp_socket(void)
{
	const char *scale = getenv("KULINK_TEST_SCALE");
	struct timeval patience = { .tv_sec = 5 * (scale ? atoi(scale) : 1) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
		exit(fail("socket"));
	return fd;
}

static int connected(void)
{
	int fd = udp_socket();

	if (connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)))
		exit(fail("connect"));
	return fd;
}

static int echo(size_t size, int count)
{
	int fd = connected();

	for (int i = 0; i < count; i++) {
		ssize_t n;

		for (size_t byte = 0; byte < size; byte++)
			sent[byte] = rand();
		if (send(fd, sent, size, 0) < 0)
			return fail("");
		n = recv(fd, received, sizeof(received), 0);
		if (n < 0)
			return fail("");
		if ((size_t)n != size || memcmp(sent, received, size))
			return wrong("not what was sent, bytes", n);
	}
	return 0;
}

static long number_in(const char *path, const char *format)
{
	FILE *file = fopen(path, "r");
	char line[256];
	long value = -1;

	while (file && fgets(line, sizeof(line), file) && sscanf(line, format, &value) != 1)
		;
	if (file)
		fclose(file);
	return value;
}

static long parameter(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/udp_ex/parameters/%s", name);
	return number_in(path, "%ld");
}

/* What waits in our queue, none of it taken out */
static int waiting(int fd, int count)
{
	int zero = 0, seen = 0;

	if (setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &zero, sizeof(zero)))
		exit(fail("SO_PEEK_OFF"));
	while (seen < count && recv(fd, received, sizeof(received), MSG_PEEK) > 0)
		seen++;
	return seen;
}

static int alone_on_processor_0(void)
{
	struct sched_param priority = { .sched_priority = 1 };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	return sched_setaffinity(0, sizeof(set), &set) || sched_setscheduler(0, SCHED_FIFO, &priority);
}

static int flight(int count)
{
	struct sched_param none = { 0 };
	int fd = connected(), room = 4 << 20, seen;
	long runs = parameter("runs"), before = parameter("datagrams");

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) || alone_on_processor_0())
		return fail("flight");
	for (int i = 0; i < count; i++) {
		sprintf(sent, "%011d", i);
		if (send(fd, sent, 11, 0) < 0)
			return fail("send");
	}
	printf("%d sent, %ld of them taken out by the kernel, ", count, parameter("datagrams") - before);
	/* local address in hexadecimal:5555 ... drops */
	printf("%ld dropped\n", number_in("/proc/net/udp", "%*d: 00000000:15B3 %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld"));
	if (sched_setscheduler(0, SCHED_OTHER, &none))
		return fail("SCHED_OTHER");
	seen = waiting(fd, count);
	printf("%d answers wait unread\n", seen);
	for (int i = 0; i < count; i++) {
		ssize_t n = recv(fd, received, sizeof(received), MSG_DONTWAIT);

		if (n < 0)
			return wrong("lost, from", i);
		received[n] = '\0';
		if (n != 11 || atoi(received) != i)
			return wrong("out of order or changed", i);
	}
	printf("%ld answered in %ld run of the work\n", parameter("datagrams") - before, parameter("runs") - runs);
	return 0;
}

static int plain(int count)
{
	int fd = udp_socket(), n = 0;

	for (int i = 0; i < count; i++)
		sendto(fd, "hello world", 11, 0, (struct sockaddr *)&kernel, sizeof(kernel));
	while (n < count && recv(fd, received, 255, 0) > 0)
		n++;
	printf("%d\n", n);
	return 0;
}

static int flood(size_t size)
{
	int fd = udp_socket();

	while (sendto(fd, sent, size, 0, (struct sockaddr *)&kernel, sizeof(kernel)) >= 0)
		;
	return fail("flood");
}

static int gone(int count)
{
	while (count--) {
		int fd = udp_socket();

		if (sendto(fd, "gone", 4, 0, (struct sockaddr *)&kernel, sizeof(kernel)) != 4)
			return fail("sendto");
		close(fd);
	}
	return 0;
}

/* With a UDP header of our own making; a checksum of 0 is none */
static int raw(int from, int length, int checksum)
{
	struct { struct udphdr header; char text[4]; } packet = { .text = "raw" };
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_UDP);

	packet.header.source = htons(from);
	packet.header.dest = htons(PORT);
	packet.header.len = htons(length ? length : (int)sizeof(packet));
	packet.header.check = checksum;
	if (sendto(fd, &packet, sizeof(packet), 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return fail("raw");
	close(fd);
	return 0;
}

static int hold(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	char line[8];

	if (bind(udp_socket(), (struct sockaddr *)&any, sizeof(any)))
		return fail("bind");
	puts("open");
	fflush(stdout);
	return read(0, line, sizeof(line)) < 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "", *second = argc > 2 ? argv[2] : "1";
	const char *third = argc > 3 ? argv[3] : "1", *fourth = argc > 4 ? argv[4] : "1";
	const char *port = strchr(second, ':');
	char address[32] = "127.0.0.1";
	int count = atoi(second);

	if (strchr(second, '.'))
		snprintf(address, sizeof(address), "%.*s", (int)strcspn(second, ":"), second);
	kernel.sin_port = htons(port ? atoi(port + 1) : PORT);
	if (!inet_aton(address, &kernel.sin_addr))
		return 2;
	if (!strcmp(verb, "echo"))
		return echo(atol(third), atoi(fourth));
	if (!strcmp(verb, "flight"))
		return flight(count);
	if (!strcmp(verb, "plain"))
		return plain(count);
	if (!strcmp(verb, "flood"))
		return flood(atol(third));
	if (!strcmp(verb, "gone"))
		return gone(count);
	if (!strcmp(verb, "spoof")) {
		while (count-- && !raw(PORT, 0, 0))
			;
		return count != -1;
	}
	if (!strcmp(verb, "short"))
		return raw(9, 4, 0) || raw(9, 500, 0) || raw(9, 0, 1);
	if (!strcmp(verb, "hold"))
		return hold();
	fprintf(stderr, "udp_peer: what is %s?\n", verb);
	return 2;
}
