// SPDX-License-Identifier: GPL-2.0-only
/*
 * Make a frame, every header of it, and wait for the answer: no address is configured anywhere, and the sender's is one
 * that no interface has. Needs CAP_NET_RAW.
 *	af_packet_user INTERFACE
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "af_packet_ex.h"

struct frame {
	struct ethhdr ethernet;
	struct example_header header;
	char text[EXAMPLE_TEXT_MAX];
};

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static size_t make_question(struct frame *frame, const char *text)
{
	static const unsigned char ours[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x01 };

	memset(frame, 0, sizeof(*frame));
	memset(frame->ethernet.h_dest, 0xff, ETH_ALEN);		/* to all */
	memcpy(frame->ethernet.h_source, ours, ETH_ALEN);
	frame->ethernet.h_proto = htons(EXAMPLE_ETHERTYPE);
	frame->header.kind = EXAMPLE_QUESTION;
	frame->header.length = htons(strlen(text));
	memcpy(frame->text, text, strlen(text));
	return ETH_ZLEN;	/* the shortest frame there is: 60 bytes; the checksum is the device's */
}

/* On lo the question comes back as well, and anybody may send anything: take what is an answer, to us. */
static int is_answer(const struct frame *frame, ssize_t size, const struct frame *question)
{
	ssize_t head = sizeof(frame->ethernet) + sizeof(frame->header);

	return size >= head && frame->header.kind == EXAMPLE_ANSWER &&
	       ntohs(frame->header.length) <= size - head &&
	       !memcmp(frame->ethernet.h_dest, question->ethernet.h_source, ETH_ALEN);
}

int main(int argc, char **argv)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);		/* hears nothing before it is bound */
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(EXAMPLE_ETHERTYPE) };
	struct frame question, answer;
	size_t size = make_question(&question, "hello world");
	const unsigned char *to = answer.ethernet.h_dest;
	ssize_t n;

	if (fd < 0)
		return fail("socket");
	address.sll_ifindex = if_nametoindex(argc > 1 ? argv[1] : "lo");
	if (!address.sll_ifindex)
		return fail(argv[1]);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return fail("bind");
	if (send(fd, &question, size, 0) < 0)
		return fail("send");
	do {
		n = recv(fd, &answer, sizeof(answer), 0);
		if (n < 0)
			return fail("recv");
	} while (!is_answer(&answer, n, &question));
	printf("to %02x:%02x:%02x:%02x:%02x:%02x type %#06x: %.*s\n", to[0], to[1], to[2], to[3], to[4], to[5],
	       ntohs(answer.ethernet.h_proto), ntohs(answer.header.length), answer.text);
	return 0;
}
