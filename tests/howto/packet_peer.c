// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames for the HOWTO's af_packet example, good and bad.
 *
 *	packet_peer INTERFACE [-w WITNESS] FRAME...	send each, the last of which must be a good one; print each answer as
 *							"SOURCE-ADDRESS FRAME LENGTH" until the last one's has come. A witness
 *							is an interface where the last frame must arrive as it was sent
 *	packet_peer INTERFACE flood			send good ones for ever
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "../../examples/howto/af_packet/af_packet_ex.h"

static unsigned char frame[16384], got[16384];
static const unsigned char ours[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x01 };

static int fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerrorname_np(errno));
	exit(1);
}

static int packet_socket(const char *interface)
{
	const char *scale = getenv("KULINK_TEST_SCALE");
	struct timeval patience = { .tv_sec = 3 * (scale ? atoi(scale) : 1) };
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	address.sll_ifindex = if_nametoindex(interface);
	if (fd < 0 || !address.sll_ifindex || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		fail(interface);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* A frame by its name; returns its size */
static size_t make(const char *name)
{
	static const struct special {
		const char *name;
		int size, length, kind, ethertype, vlan;	/* 0: as in a good one; a VLAN is its number + 1 */
		unsigned char source, destination;		/* the address's first byte */
	} specials[] = {
		{ "empty", .size = -1 },			/* nothing behind the Ethernet header */
		{ "short", .size = 2 },				/* half a header of ours */
		{ "overlong", .length = 1000 },			/* more text than there is */
		{ "byte", .size = 44, .length = 41 },		/* one byte more than there is */
		{ "most", .size = 1500, .length = 1496 },
		{ "huge", .size = 3000, .length = 1497 },
		{ "padded", .size = 9000 },			/* large enough to lie in fragments */
		{ "none", .length = -1 },			/* no text */
		{ "answer", .kind = EXAMPLE_ANSWER },
		{ "kind", .kind = 77 },
		{ "type", .ethertype = 0x88b5 },
		{ "group", .source = 0x03 },			/* claims to come from a group */
		{ "other", .destination = 0x06 },		/* to somebody else */
		{ "vlan5", .vlan = 6 },
		{ "vlan0", .vlan = 1 },				/* a priority, and no VLAN */
	};
	struct special good = { .name = name }, *s = &good;
	struct ethhdr *ethernet = (struct ethhdr *)frame;
	struct example_header *header;
	unsigned char *at = frame + ETH_HLEN;

	for (size_t i = 0; i < sizeof(specials) / sizeof(*specials); i++)
		if (!strcmp(specials[i].name, name))
			good = specials[i];
	memset(frame, 0, sizeof(frame));
	memset(ethernet->h_dest, 0xff, ETH_ALEN);
	if (s->destination)
		ethernet->h_dest[0] = s->destination;
	memcpy(ethernet->h_source, ours, ETH_ALEN);
	if (s->source)
		ethernet->h_source[0] = s->source;
	if (s->vlan) {
		*(__be16 *)(at - 2) = htons(ETH_P_8021Q);
		*(__be16 *)at = htons(s->vlan - 1);
		at += 4;
	}
	*(__be16 *)(at - 2) = htons(s->ethertype ? s->ethertype : EXAMPLE_ETHERTYPE);
	header = (struct example_header *)at;
	header->kind = s->kind ? s->kind : EXAMPLE_QUESTION;
	header->length = htons(s->length < 0 ? 0 : s->length ? (size_t)s->length : strlen(name));
	strcpy((char *)(header + 1), name);
	return at - frame + (s->size < 0 ? 0 : s->size ? s->size : 46);
}

/* Print an answer to us; whether it is that to NAME */
static int answered(ssize_t size, const char *name)
{
	const struct ethhdr *ethernet = (void *)got;
	const struct example_header *header = (void *)(got + ETH_HLEN);
	const char *text = (const char *)(header + 1);
	int length = ntohs(header->length), shown;

	if (size < (ssize_t)(ETH_HLEN + sizeof(*header)) || ethernet->h_proto != htons(EXAMPLE_ETHERTYPE) ||
	    header->kind != EXAMPLE_ANSWER || memcmp(ethernet->h_source, ours, ETH_ALEN) == 0)
		return 0;
	for (int i = 0; i < ETH_ALEN; i++)
		printf("%02x%s", ethernet->h_source[i], i < ETH_ALEN - 1 ? ":" : " ");
	shown = strnlen(text, length);
	printf("%.*s %d\n", shown, text, length);
	return shown == (int)strlen(name) && !memcmp(text, name, shown) &&
	       !memcmp(ethernet->h_dest, ours, ETH_ALEN);
}

static void check_witness(int fd, size_t size)
{
	ssize_t n;

	do
		n = recv(fd, got, sizeof(got), MSG_DONTWAIT);
	while (n >= 0 && ((size_t)n != size || memcmp(got, frame, size)));
	if (n < 0)
		fail("witness");
	puts("witnessed");
}

int main(int argc, char **argv)
{
	int fd, witness = -1, first = 2;
	struct sockaddr_ll from;
	socklen_t from_length = sizeof(from);
	size_t size = 0;
	ssize_t n;

	if (argc < 3)
		return 2;
	fd = packet_socket(argv[1]);
	if (!strcmp(argv[2], "flood"))
		for (size = make("flood");;)
			if (send(fd, frame, size, 0) < 0 && errno != ENOBUFS)
				fail("flood");
	if (!strcmp(argv[2], "-w")) {
		witness = packet_socket(argv[3]);
		first = 4;
	}
	for (int i = first; i < argc; i++) {
		size = make(argv[i]);
		if (send(fd, frame, size, 0) != (ssize_t)size)
			fail(argv[i]);
	}
	do {
		n = recvfrom(fd, got, sizeof(got), 0, (struct sockaddr *)&from, &from_length);
		if (n < 0)
			fail("no answer");
		/* what the module sends by lo comes by twice, on its way out and in */
	} while (from.sll_pkttype == PACKET_OUTGOING || !answered(n, argv[argc - 1]));
	if (witness >= 0)
		check_witness(witness, size);
	return 0;
}
