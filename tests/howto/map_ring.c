// SPDX-License-Identifier: GPL-2.0-only
/*
 * A socket's memory, mapped: a packet socket's receive ring on lo. Sends itself a frame and finds it in the ring without
 * a receiving call; prints what stands there.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define ETH_P_OURS 0x88b5	/* for experiments */

static int check(const char *what, int result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	return result;
}

int main(void)
{
	struct tpacket_req ring = { .tp_block_size = 4096, .tp_block_nr = 1, .tp_frame_size = 2048, .tp_frame_nr = 2 };
	struct sockaddr_ll lo = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_OURS) };
	char frame[64] = "\1\2\3\4\5\6\1\2\3\4\5\6\x88\xb5" "hello from the ring";
	volatile struct tpacket_hdr *header;
	int fd = check("socket", socket(AF_PACKET, SOCK_RAW, htons(ETH_P_OURS)));
	int sender = check("socket", socket(AF_PACKET, SOCK_RAW, 0)), tries;

	lo.sll_ifindex = if_nametoindex("lo");
	if (check("bind", bind(fd, (struct sockaddr *)&lo, sizeof(lo))) < 0 ||
	    check("ring", setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring))) < 0)
		return 1;
	header = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (header == MAP_FAILED)
		return check("mmap", -1);
	printf("before: %lu\n", header->tp_status & TP_STATUS_USER);
	if (check("send", sendto(sender, frame, sizeof(frame), 0, (struct sockaddr *)&lo, sizeof(lo))) < 0)
		return 1;
	for (tries = 0; tries < 5000 && !(header->tp_status & TP_STATUS_USER); tries++)
		usleep(1000);
	printf("after: %lu\n", header->tp_status & TP_STATUS_USER);
	printf("%s\n", (char *)header + header->tp_mac + ETH_HLEN);
	return 0;
}
