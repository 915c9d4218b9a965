// SPDX-License-Identifier: GPL-2.0-only
/*
 * traffic N: frames out of each of the devices t0 to tN-1, so that no two of them have the same statistics;
 * none is zero. Device i sends i % 7 + 1 frames of 60 + i bytes.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int send_frames(int fd, unsigned int i)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	unsigned char frame[1514] = { 0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x88, 0xb6 };
	unsigned int frames = i % 7 + 1;
	size_t len = 60 + i;
	char name[IF_NAMESIZE];

	snprintf(name, sizeof(name), "t%u", i);
	to.sll_ifindex = (int)if_nametoindex(name);
	if (!to.sll_ifindex || len > sizeof(frame))
		return -1;
	while (frames--)
		if (sendto(fd, frame, len, 0, (struct sockaddr *)&to, sizeof(to)) != (ssize_t)len)
			return -1;
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int i, n = argc > 1 ? (unsigned int)atoi(argv[1]) : 0;
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	for (i = 0; i < n; i++)
		if (send_frames(fd, i)) {
			perror("traffic");
			return 1;
		}
	return close(fd);
}
