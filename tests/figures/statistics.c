// SPDX-License-Identifier: GPL-2.0-only
/* The same table in each way of the statistics example, and what a packet pays for the counting. */
#include "../../examples/howto/statistics/statistics_files.c"
#include "../../examples/howto/statistics/statistics_netlink.c"

#include "figures.h"

#define PACKETS 20000

static const struct statistics_area *area;
static struct statistics_record *copy, *copy2;
static size_t bytes;
static int family, device;
static const char *suffix;

static int plain_memcpy(void *unused)
{
	(void)unused;
	memcpy(copy, copy2, bytes);
	asm volatile("" :: "r"(copy) : "memory");
	return 0;
}

static int by_mmap(void *unused)
{
	(void)unused;
	statistics_copy_area(area, copy);
	asm volatile("" :: "r"(copy) : "memory");
	return 0;
}

static int by_ioctl(void *unused)
{
	struct statistics_get get = { .buffer = (uintptr_t)copy, .size = bytes };

	(void)unused;
	return ioctl(device, STATISTICS_GET, &get) != 0;
}

static int by_netlink(void *fd)
{
	struct statistics_record *records;
	long count = statistics_netlink_dump(*(int *)fd, family, &records);

	free(records);
	return count * sizeof(*records) != bytes;
}

/* The text alone, as cat would pass it on. */
static int by_seq(void *unused)
{
	char *text;
	long length = statistics_read_text(STATISTICS_SEQ, &text);

	(void)unused;
	free(text);
	return length <= 0;
}

static void parse(const char *text, struct statistics_record *r)
{
	char *end = (char *)text;

	while (*end) {
		r->id = strtoull(end, &end, 10);
		r->packets = strtoull(end + 2, &end, 10);
		r->bytes = strtoull(end + sizeof(" packets,"), &end, 10);
		r->dropped = strtoull(end + sizeof(" bytes,"), &end, 10);
		end += sizeof(" dropped\n") - 1;
		r++;
	}
}

/* And made numbers again, as a program needs them; ends where it must. */
static int by_seq_parsed(void *unused)
{
	char *text;
	long length = statistics_read_text(STATISTICS_SEQ, &text);

	(void)unused;
	if (length > 0) {
		text[length] = '\0';
		parse(text, copy);
	}
	free(text);
	return length <= 0 || copy[bytes / sizeof(*copy) - 1].id != bytes / sizeof(*copy) - 1;
}

/* The command again and again, until the last line has been there. */
static long page_runs(void)
{
	char last[32], *text = NULL;
	long runs = 0, length;
	int more = 1;

	snprintf(last, sizeof(last), "\n%zu: ", bytes / sizeof(*copy) - 1);
	for (; more; runs++) {
		length = statistics_read_text(STATISTICS_PAGE, &text);
		if (length <= 0)
			return -1;
		text[length] = '\0';
		more = !strstr(text, last);
		free(text);
	}
	return runs;
}

static int by_pages(void *unused)
{
	(void)unused;
	return page_runs() < 0;
}

static int traffic(void *packets)
{
	return ioctl(device, STATISTICS_TRAFFIC, *(unsigned long *)packets) != 0;
}

/* What counting is without a lock: the same additions, by one processor alone. */
static int bare_traffic(void *packets)
{
	unsigned long i, count = *(unsigned long *)packets, records = bytes / sizeof(*copy);

	for (i = 0; i < count; i++) {
		struct statistics_record *r = &copy[i % records];

		r->packets++;
		r->bytes += 100;
		r->dropped += i % 8 == 7;
		asm volatile("" ::: "memory");
	}
	return 0;
}

static void one(const char *name, const char *what, unsigned int calls, figure_call call, void *argument)
{
	char full[64];

	snprintf(full, sizeof(full), "%s_%s", name, suffix);
	figure(full, what, calls, call, argument);
}

static void packets(void)
{
	unsigned long none = 0, many = PACKETS;

	figure_value("packet", "statistics: what a packet pays, spinlock and sequence with it",
		     (median_of(1, traffic, &many) - median_of(1, traffic, &none)) / PACKETS);
	figure_value("packet_bare", "statistics: the same additions without",
		     (median_of(1, bare_traffic, &many) - median_of(1, bare_traffic, &none)) / PACKETS);
}

static int open_all(void)
{
	struct statistics_family numbers;
	int fd = statistics_netlink_open(&numbers);

	family = numbers.id;
	device = open_file(STATISTICS_DEVICE);
	area = statistics_map(device);
	if (fd < 0 || !area)
		return -1;
	bytes = area->records * sizeof(*copy);
	copy = calloc(1, bytes);
	copy2 = calloc(1, bytes);
	close(device);
	device = open(STATISTICS_DEVICE, O_RDWR);
	return fd;
}

/* SIZE names the figures; batch1 is a dump of one record a message alone, of a module that was loaded so. */
void figures_statistics(const char *size)
{
	unsigned long some = 16000;
	int fd = open_all();
	char runs[64];

	suffix = size;
	if (fd < 0 || traffic(&some)) {
		failed("statistics");
		return;
	}
	if (!strncmp(size, "batch1_", 7)) {
		suffix += 7;
		one("netlink_single", "netlink dump, a record a message", 1, by_netlink, &fd);
		return;
	}
	one("memcpy", "memcpy of the table", 20, plain_memcpy, NULL);
	one("mmap", "mmap: a copy under the sequence", 20, by_mmap, NULL);
	one("ioctl", "ioctl: the table into a buffer", 10, by_ioctl, NULL);
	one("netlink", "netlink dump, 128 records a message", 2, by_netlink, &fd);
	one("seq", "seq_file: the text", 1, by_seq, NULL);
	one("seq_parsed", "seq_file: the text, and numbers again", 1, by_seq_parsed, NULL);
	one("page", "a page of procfs, again and again", 1, by_pages, NULL);
	snprintf(runs, sizeof(runs), "page_runs_%s", size);
	figure_value(runs, "so many runs", page_runs());
	if (!strcmp(size, "8k"))
		packets();
}
