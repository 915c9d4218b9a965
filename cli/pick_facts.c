// SPDX-License-Identifier: MIT
/*
 * What kulink pick knows of each channel beside what the library declares of it (kulink_channels()).
 * A new channel gets a row here, and nothing else of pick changes.
 */
#include <string.h>
#include "pick.h"

#define ROOT_ONLY	"root: its directory is for root alone"

static const struct pick_fact facts[] = {
	{ "ioctl", "one system call a request, exact errors", .example = "ioctl" },
	{ "uring", .because = "many requests at a time by one system call, or none" },
	{ "sockopt", "one system call a request, by a socket",
	  .only = "for a program that has a socket and can open no file", .example = "sockopt" },
	{ "syscall", "one system call a request, without a descriptor",
	  .only = "where you ship the kernel, too: it takes our patch", .patched = PICK_KERNEL(6, 12),
	  .example = "syscall" },
	{ "chardev", "read(), poll() and SIGIO on one node", .example = "cdev" },
	{ "netlink", "plain structs over a socket, multicast",
	  .only = "between a driver and programs that are yours: it takes one of 32 protocol numbers",
	  .example = "netlink_raw" },
	{ "genl", "typed attributes, multicast, errors in words", .example = "genl" },
	{ "sysfs", "one file a value, modes, poll() on change", .script = KULINK_VALUES, .example = "sysfs_bus" },
	{ "sysctl", "sysctl.conf sets it at boot",
	  .only = "for settings of the whole system", .script = KULINK_VALUES, .example = "sysctl" },
	{ "configfs", "mkdir makes a service, rmdir ends it",
	  .only = "for services that programs make", .script = KULINK_VALUES, .example = "configfs" },
	{ "procfs", "text of any length for cat and awk", .script = KULINK_VALUES | KULINK_TABLES,
	  .example = "seqfile" },
	{ "debugfs", "a look inside", .only = "for developers: root only, no promises", .root = ROOT_ONLY,
	  .script = KULINK_VALUES | KULINK_TABLES, .example = "debugfs" },
	{ "uevent", "udev's rules react to it", .only = "for rare news: each wakes every udev there is",
	  .script = KULINK_EVENTS, .event_max = 1536 /* of 2048, as text, beside the device's own */,
	  .example = "uevent" },
	{ "mmap", "memory that both sides share: no system call, or one", .read_only = KULINK_VALUES,
	  .example = "mmap" },
	{ "upcall", "starts a program, with no daemon there", .only = "for rare news: a process an event",
	  .root = "root, who names the program", .script = KULINK_EVENTS, .rate_max = 20, .example = "upcall" },
	{ "packet", "frames, between machines without addresses", .only = "between machines that share a wire and no IP",
	  .root = "CAP_NET_RAW", .event_max = 1420, .remote = true, .example = "af_packet" },
	{ "udp", "a datagram a request, from anywhere", .remote = true, .example = "udp" },
	{ "trace", "beside all else that the kernel traces; free while nobody looks", .only = "to look on: tracefs, perf, BPF",
	  .root = "root, who may use tracefs", .script = KULINK_EVENTS },
	{ "relay", "a stream a processor, in bulk", .only = "for bulk tracing", .root = ROOT_ONLY, .readers_max = 64 },
	{ "eventfd", "a count that wakes a loop", .only = "to wake a program that then asks what has happened" },
	{ "signal", "interrupts a thread in its computation", .only = "for a thread that cannot wait",
	  .example = "signal" },
	{ "param", "set before the driver finds its device", .only = "at insmod, in modprobe.d, on the kernel's line",
	  .script = KULINK_VALUES, .example = "param" },
};

const struct pick_fact *pick_fact(const char *channel)
{
	static const struct pick_fact nothing = { .because = "" };
	size_t i;

	for (i = 0; i < COUNT(facts); i++)
		if (!strcmp(facts[i].name, channel))
			return &facts[i];
	return &nothing;
}

/* A string's 255 bytes, an event's record (KULINK_EVENT_MAX of the core's), a call each way */
uint64_t pick_kind_max(uint32_t kind)
{
	switch (kind) {
	case KULINK_VALUES:
		return 255;
	case KULINK_CALLS:
		return KULINK_CALL_MAX;
	case KULINK_EVENTS:
		return 2048;
	}
	return 0;
}
